"""Goods, coupons, prices, points, money: the sale from the first scan to the slip."""

import asyncio

import pytest
from stand import Stand, demo_rules, make_stand

from cashier import commands as do
from cashier.catalog import Catalog
from cashier.checks import check_receipt
from cashier.errors import BadInput, NotNow
from cashier.exchange import CalculateRequest, Calculation, Reason, Refused
from cashier.goods import Good
from cashier.money import ONE
from cashier.printing.text import render
from cashier.receipt import LinePoints, TenderKind
from cashier.snapshot import AskCode, State
from cashier.typed import read_line

ANNA, VERA, BORIS = "2900000000018", "2900000000032", "2900000000025"
BREAD, RYE, MILK = "4600000000015", "4600000000022", "4600000000114"
CASH, CARD = TenderKind.CASH, TenderKind.CARD


def text(stand: Stand, columns: int = 42) -> str:
    return render(stand.slips[-1], columns)


# --- goods


async def test_a_quantity_stands_before_the_code(stand: Stand) -> None:
    await stand.do(read_line(f"3*{BREAD}"), read_line(BREAD))
    assert [line.quantity for line in stand.receipt.lines] == [3 * ONE, ONE]
    assert stand.receipt.total == 4 * 4990


async def test_a_weight_stands_in_the_code_or_before_it(stand: Stand) -> None:
    await stand.do(do.Scan("2110601012345"), read_line("0,450*10601"))
    assert [line.quantity for line in stand.receipt.lines] == [1234, 450]
    assert [line.amount for line in stand.receipt.lines] == [17264, 6296]


async def test_upc_and_ean8_are_read(stand: Stand) -> None:
    goods = [good for good in stand.till.workplace.catalog.goods if good.codes]
    short = next(good for good in goods if len(good.codes[0]) == 8)
    upc = next(good for good in goods if len(good.codes[0]) == 12)
    await stand.do(do.Scan(short.codes[0]), do.Scan("0" + upc.codes[0]))
    assert [line.sku for line in stand.receipt.lines] == [short.sku, upc.sku]


@pytest.mark.parametrize(
    "code",
    ["4600000000016", "4699999999993", "!!!", "x" * 150, "\u202e123", "🍞", "[b]", "2100000012347"],
)
async def test_codes_that_mean_nothing_are_refused_with_a_sentence(stand: Stand, code: str) -> None:
    error = await stand.refused(do.Scan(code))
    assert isinstance(error, BadInput)
    assert len(str(error)) > 10


@pytest.mark.parametrize("quantity", ["0*", "-1*", "abc*", "1000000*", "1,5*", "1,2345*", "*"])
async def test_absurd_quantities_are_refused(stand: Stand, quantity: str) -> None:
    async def typed() -> None:
        await stand.till.do(read_line(quantity + BREAD))

    with pytest.raises(BadInput):
        await typed()
    assert stand.till.now.state is State.IDLE


async def test_a_line_is_changed_repeated_and_removed(stand: Stand) -> None:
    await stand.do(do.Scan(BREAD), do.Scan(RYE), do.RepeatLine(), do.SetQuantity(1, 5 * ONE))
    assert [(line.sku, line.quantity // ONE) for line in stand.receipt.lines] == [
        ("10101", 5), ("10102", 1), ("10102", 1),
    ]  # fmt: skip
    await stand.do(do.VoidLine(2))
    assert [line.number for line in stand.receipt.lines] == [1, 2]
    await stand.refused(do.VoidLine(3))
    await stand.refused(do.SetQuantity(1, 1500))


async def test_a_cancelled_receipt_is_gone(stand: Stand) -> None:
    await stand.do(do.Scan(BREAD), do.CancelReceipt())
    assert stand.till.now.state is State.IDLE
    await stand.refused(do.CancelReceipt())


async def test_changing_the_goods_takes_the_discounts_off(stand: Stand) -> None:
    await stand.do(do.Scan(MILK), do.Calculate())
    assert stand.receipt.discount > 0
    await stand.do(do.Scan(BREAD))
    assert (stand.till.now.state, stand.receipt.discount) == (State.SELLING, 0)
    await stand.refused(do.TakeTender(CASH, 100_000))


async def test_a_fast_scanner_loses_nothing(stand: Stand) -> None:
    await asyncio.gather(*(stand.till.do(do.Scan(BREAD)) for _ in range(100)))
    assert len(stand.receipt.lines) == 100


# --- coupons


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("NOSUCH1", Reason.NOT_FOUND),
        ("WINTER15", Reason.EXPIRED),
        ("SUMMER20", Reason.NOT_YET_VALID),
        ("SHOP02", Reason.WRONG_SHOP),
        ("OOPS50", Reason.BLOCKED),
        ("9920000000040", Reason.WRONG_CUSTOMER),
        ("9920000000057", Reason.USED_UP),
        ("9920000000064", Reason.BLOCKED),
        ("9920000001016", Reason.EXPIRED),
    ],
)
async def test_a_refused_coupon_says_why(stand: Stand, code: str, reason: Reason) -> None:
    await stand.do(do.Scan(BORIS), do.AddGoods("11006", ONE))
    error = await stand.refused(do.ApplyCoupon(code))
    assert isinstance(error, Refused)
    assert error.reason is reason


async def test_several_coupons_work_together_and_a_one_time_one_only_once(stand: Stand) -> None:
    sale: list[do.Command] = [do.Scan(VERA), do.AddGoods("11006", 4 * ONE)]
    await stand.do(*sale, do.ApplyCoupon("SPRING10"), do.ApplyCoupon("9920000000019"))
    await stand.refused(do.ApplyCoupon("spring10"))
    await stand.do(do.Calculate())
    given = {d.rule for line in stand.receipt.lines for d in line.discounts}
    assert {"spring", "gift-300"} <= given
    await stand.do(do.RemoveCoupon("SPRING10"))
    assert "spring" not in {d.rule for line in stand.receipt.lines for d in line.discounts}
    await stand.do(do.TakeTender(CARD))
    await stand.do(*sale)
    error = await stand.refused(do.ApplyCoupon("9920000000019"))
    assert isinstance(error, Refused)
    assert error.reason is Reason.USED_UP


async def test_a_coupon_that_the_till_printed_works_next_time(stand: Stand) -> None:
    await stand.do(do.AddGoods("10801", 40 * ONE), do.Calculate(), do.TakeTender(CARD))
    assert stand.receipt.settled
    (coupon,) = stand.receipt.settled.to_print
    assert coupon.code in text(stand)
    await stand.do(do.AddGoods("10904", ONE), do.ApplyCoupon(coupon.code), do.Calculate())
    assert "sweet-return" in {d.rule for line in stand.receipt.lines for d in line.discounts}
    await stand.do(do.TakeTender(CARD), do.AddGoods("10904", ONE))
    await stand.refused(do.ApplyCoupon(coupon.code))


# --- prices and points


async def test_every_discount_says_who_gave_it_and_why(stand: Stand) -> None:
    await stand.do(do.Scan(VERA), do.Scan(MILK), do.AddGoods("10901", 3 * ONE), do.Calculate())
    discounts = [d for line in stand.receipt.lines for d in line.discounts]
    assert {"milk-price", "chocolate-3-for-2"} <= {d.rule for d in discounts}
    assert all(d.name and d.why and d.system for d in discounts)


async def test_a_gift_is_offered_and_then_free(stand: Stand) -> None:
    await stand.do(do.AddGoods("11006", 2 * ONE), do.Calculate())
    assert stand.receipt.applied
    (gift,) = stand.receipt.applied.gifts
    await stand.do(do.AddGoods(gift.skus[0]), do.Calculate())
    assert any(d.rule == "tea-gift" for d in stand.receipt.lines[1].discounts)
    assert check_receipt(stand.receipt) == []


async def test_more_points_than_allowed_are_refused_with_the_limit(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), do.AddGoods("10801", 5 * ONE), do.Calculate())
    offer = stand.till.now.offer
    assert offer and 0 < offer.spendable < offer.available
    error = await stand.refused(do.PayPoints(offer.spendable + 100))
    assert isinstance(error, Refused)
    assert "30 %" in str(error)
    for points in (0, -100):
        await stand.refused(do.PayPoints(points))
    await stand.do(do.PayPoints())
    assert (stand.receipt.spend, stand.receipt.paid_with_points) == (offer.spendable,) * 2


async def test_points_are_spread_undone_and_change_what_is_earned(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), do.AddGoods("10801", 3 * ONE), do.Scan(BREAD), do.Calculate())
    before = stand.receipt
    await stand.do(do.PayPoints(1000))
    assert sum(line.points for line in stand.receipt.lines) == 1000
    assert stand.receipt.total == before.total - 1000
    assert stand.receipt.applied and before.applied
    assert stand.receipt.applied.earn < before.applied.earn
    await stand.do(do.PayPoints(500))
    assert stand.receipt.paid_with_points == 500
    await stand.do(do.UndoPoints())
    assert stand.receipt == before


async def test_many_points_need_a_code_from_the_customer(stand: Stand) -> None:
    await stand.do(do.Scan(VERA), do.AddGoods("10507", 2 * ONE), do.Calculate())
    await stand.do(do.PayPoints(40_000))
    assert isinstance(stand.till.now.question, AskCode)
    await stand.do(do.EnterCode("no"))
    assert stand.receipt.spend == 0
    await stand.do(do.EnterCode(stand.code))
    assert (stand.receipt.spend, bool(stand.receipt.hold)) == (40_000, True)
    await stand.do(do.UndoPoints(), do.PayPoints(40_000))
    await stand.do(do.EnterCode(stand.code), do.TakeTender(CARD))
    settled = stand.receipt.settled
    assert settled and (settled.spent, settled.available) == (40_000, 260_000 + settled.earned)


async def test_held_points_go_back_with_a_cancelled_receipt(stand: Stand) -> None:
    for _time in range(5):  # a hold that stayed would use the balance up
        await stand.do(do.Scan(VERA), do.AddGoods("10507", 4 * ONE), do.Calculate())
        await stand.do(do.PayPoints(80_000))
        await stand.do(do.EnterCode(stand.code), do.CancelReceipt())
    await stand.do(do.Scan(VERA))
    assert stand.receipt.buyer and stand.receipt.buyer.card
    assert stand.receipt.buyer.card.available == 300_000


async def test_a_receipt_paid_wholly_with_points_leaves_zero() -> None:
    settings = demo_rules().settings
    points = settings.points.model_copy(update={"most_percent": 10_000})
    levels = tuple(level.model_copy(update={"pay": 10_000}) for level in demo_rules().level)
    free = demo_rules().model_copy(
        update={"settings": settings.model_copy(update={"points": points}), "level": levels}
    )
    generous = make_stand(rules=free)
    await generous.till.start()
    await generous.do(do.Scan(ANNA), do.Scan(BREAD), do.Calculate(), do.PayPoints())
    assert (generous.receipt.total, generous.receipt.due) == (0, 0)
    await generous.refused(do.TakeTender(CASH, 100))
    await generous.do(do.Finish())
    assert generous.receipt.settled and generous.receipt.settled.earned == 0
    assert "0.00" in text(generous)
    await generous.till.close()


# --- money and slip


async def test_cash_card_and_both(stand: Stand) -> None:
    await stand.do(do.AddGoods("10801", 10 * ONE), do.Calculate())
    total = stand.receipt.total
    await stand.refused(do.TakeTender(CARD, total + 1))
    await stand.refused(do.TakeTender(CASH, 0))
    await stand.refused(do.TakeTender(CASH, -100))
    await stand.refused(do.TakeTender(CASH, 460_000_000_001_500))
    await stand.refused(do.Finish())
    await stand.do(do.TakeTender(CASH, 10_000))
    assert (stand.till.now.state, stand.receipt.due) == (State.PAYING, total - 10_000)
    await stand.refused(do.Scan(BREAD))
    await stand.do(do.UndoTenders(), do.TakeTender(CARD, 20_000), do.TakeTender(CASH, total))
    assert (stand.till.now.state, stand.receipt.change) == (State.FINISHED, 20_000)
    assert check_receipt(stand.receipt) == []


@pytest.mark.parametrize("columns", [32, 42, 48])
async def test_the_slip_says_all(stand: Stand, columns: int) -> None:
    await stand.do(do.Scan(ANNA), do.Scan(MILK), do.Calculate(), do.PayPoints(1000))
    await stand.do(do.TakeTender(CASH, 10_000))
    slip = text(stand, columns)
    assert max(map(len, slip.splitlines())) <= columns
    for wanted in ("R0101-000001", "TOTAL", "Change", "Points earned", "Points spent", "0018"):
        assert wanted in slip
    assert ANNA not in slip
    await stand.do(do.Reprint())
    assert stand.slips[-1].copy
    await stand.refused(do.Reprint("R0101-999999"))


async def test_a_printer_in_trouble_does_not_touch_the_sale(stand: Stand) -> None:
    class Broken:
        def print(self, slip: object) -> None:  # noqa: ARG002 (the printer's shape)
            raise OSError(28, "No space left on device")

        def open_drawer(self) -> None:
            raise OSError(19, "No such device")

    slips = stand.till.workplace.slips
    assert slips is not None
    slips.printer = Broken()
    await stand.do(do.Scan(BREAD), do.Calculate(), do.TakeTender(CASH))
    assert stand.till.now.state is State.FINISHED
    assert "No space left" in stand.said
    assert "No such device" in stand.said
    slips.printer = stand.printer
    await stand.do(do.PrintWaiting())
    assert [slip.number for slip in stand.slips] == ["R0101-000001"]


async def test_hostile_names_are_only_names(stand: Stand) -> None:
    name = "[/b] \u202eевил\x1b[31m 🍞" + "я" * 200
    stand.till.workplace.catalog = Catalog((Good("1", name, 100, codes=("777",)),))
    await stand.do(do.Scan("777"), do.Calculate(), do.TakeTender(CARD))
    assert "\x1b" not in text(stand, 32)


async def test_what_is_not_allowed_now_says_what_is(stand: Stand) -> None:
    error = await stand.refused(do.Calculate())
    assert isinstance(error, NotNow)
    assert "scan" in str(error)


@pytest.mark.parametrize(
    "change",
    [do.Scan(BREAD), do.SetQuantity(1, 2 * ONE), do.VoidLine(2), do.RepeatLine(), do.BackToGoods()],
    ids=lambda change: type(change).__name__,
)
async def test_whatever_changes_the_goods_goes_back_to_selling(
    stand: Stand, change: do.Command
) -> None:
    await stand.do(do.Scan(ANNA), do.Scan(MILK), do.Scan(RYE), do.Calculate(), do.PayPoints(1000))
    await stand.do(change)
    assert stand.is_in(State.SELLING)
    assert (stand.receipt.discount, stand.receipt.spend, stand.receipt.applied) == (0, 0, None)


@pytest.mark.parametrize("wrong", [(), (LinePoints(1, 1),), (LinePoints(2, 1000),)])
async def test_where_the_system_does_not_spread_points_the_till_does(
    stand: Stand, wrong: tuple[LinePoints, ...]
) -> None:
    class Unspread:
        """The house, spreading otherwise: not at all, not the whole, or over what may not pay."""

        def __getattr__(self, name: str) -> object:
            return getattr(stand.house, name)

        async def calculate(self, request: CalculateRequest) -> Calculation:
            assert stand.house is not None
            answer = await stand.house.calculate(request)
            return answer.model_copy(update={"distribution": wrong})

    stand.till.workplace.backend = Unspread()  # type: ignore[assignment]
    tobacco = do.AddGoods("11301", ONE)
    await stand.do(do.Scan(VERA), do.Scan(MILK), tobacco, do.ConfirmAge(old_enough=True))
    await stand.do(do.Scan(RYE), do.Calculate())
    milk, smoke, rye = stand.receipt.lines
    await stand.do(do.PayPoints(1000))
    parts = [line.points for line in stand.receipt.lines]
    assert sum(parts) == 1000
    assert parts[1] == 0, "excluded goods are not paid with points"
    assert abs(parts[0] * rye.total - parts[2] * milk.total) <= milk.total + rye.total
    assert smoke.total > 0
    assert check_receipt(stand.receipt) == []

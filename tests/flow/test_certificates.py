"""Gift certificates: sold once, paid in parts, right after any crash; and deposits and age."""

from pathlib import Path

import pytest
from stand import Stand, make_stand

from cashier import commands as do
from cashier.checks import check_day
from cashier.clock import counted_ids
from cashier.errors import BadInput
from cashier.exchange import Reason, Refused, SaveSaleRequest
from cashier.journal import Journal
from cashier.money import ONE
from cashier.receipt import TenderKind
from cashier.snapshot import AskAge, AskCertificate, State

GIFT, NUMBER = do.AddGoods("11801"), "9800000001"
BREAD, BOTTLE, BEER = do.Scan("4600000000015"), do.Scan("4600000007007"), do.AddGoods("11201")
CASH, CARD, CERTIFICATE = TenderKind.CASH, TenderKind.CARD, TenderKind.CERTIFICATE
PAY = (do.Calculate(), do.TakeTender(CASH))
WITH_IT = do.TakeTender(CERTIFICATE, reference=NUMBER)


def left(stand: Stand, number: str = NUMBER) -> int | None:
    return stand.till.workplace.daybook.certificate(number)


async def sell(stand: Stand, number: str = NUMBER) -> str:
    await stand.do(GIFT, do.SellCertificate(number), *PAY)
    return stand.receipt.number


async def pay_with(stand: Stand, pieces: int, amount: int | None = None) -> str:
    """So many loaves at 49.90, the rest in cash."""
    await stand.do(do.AddGoods("10101", pieces * ONE), do.Calculate())
    await stand.do(do.TakeTender(CERTIFICATE, amount, NUMBER))
    if not stand.is_in(State.FINISHED):
        await stand.do(do.TakeTender(CASH))
    return stand.receipt.number


# --- certificates


async def test_a_certificate_is_sold_by_its_number_and_for_its_worth(stand: Stand) -> None:
    assert isinstance(await stand.refused(do.AddGoods("11801", 2 * ONE)), BadInput)
    await stand.do(GIFT)
    assert isinstance(stand.till.now.question, AskCertificate)
    await stand.refused(BREAD)
    for wrong in ("", "1234567890", "98", "98x0000001", "9" * 10_000, "98\x00000001"):
        assert isinstance(await stand.refused(do.SellCertificate(wrong)), BadInput)
    await stand.do(do.Dismiss())
    assert stand.is_in(State.IDLE)
    await stand.do(do.Scan("2900000000049"), GIFT, do.SellCertificate(f" {NUMBER} "), BREAD)
    await stand.do(do.ApplyCoupon("SPRING10"), do.GiveDiscount(percent=1000))
    assert [bool(line.discounts) for line in stand.receipt.lines] == [False, True]
    await stand.refused(do.GiveDiscount(1, percent=100))
    await stand.refused(do.SetQuantity(1, 2 * ONE))
    await stand.do(do.VoidLine(2))
    await stand.refused(do.RepeatLine())
    await stand.do(do.Calculate())
    assert (stand.receipt.total, stand.receipt.applied and stand.receipt.applied.earn) == (
        50_000,
        0,
    )
    assert left(stand) is None, "it is worth nothing before it is paid"
    await stand.refused(do.TakeTender(CERTIFICATE, reference=NUMBER))
    await stand.do(do.TakeTender(CASH))
    assert left(stand) == 50_000


async def test_a_number_is_sold_once_also_across_receipts_put_aside(stand: Stand) -> None:
    await stand.do(GIFT, do.SellCertificate(NUMBER), GIFT)
    await stand.refused(do.SellCertificate(NUMBER))
    await stand.do(do.Dismiss(), do.SuspendReceipt(), GIFT)
    assert "put aside" in str(await stand.refused(do.SellCertificate(NUMBER)))
    await stand.do(do.SellCertificate("9800000002"), *PAY, do.RecallReceipt(), *PAY, GIFT)
    for number in (NUMBER, "9800000002"):
        assert isinstance(await stand.refused(do.SellCertificate(number)), Refused)


async def test_a_certificate_pays_in_parts_and_gives_no_change(stand: Stand) -> None:
    await sell(stand)
    await stand.do(BREAD, do.Calculate())
    assert isinstance(await stand.refused(do.TakeTender(CERTIFICATE, 5000, NUMBER)), BadInput)
    assert isinstance(await stand.refused(do.TakeTender(CERTIFICATE, 0, NUMBER)), BadInput)
    for unknown in ("", "9800000099", "\ud800"):
        with pytest.raises(Exception, match=r"not sold|disk|stored"):
            await stand.till.do(do.TakeTender(CERTIFICATE, reference=unknown))
    await stand.do(
        do.TakeTender(CERTIFICATE, 1000, NUMBER), do.TakeTender(CERTIFICATE, 500, NUMBER)
    )
    assert left(stand) == 50_000, "nothing is gone before the sale is finished"
    await stand.do(do.UndoTenders(), do.Scan(NUMBER))
    paid = stand.receipt.total
    assert (stand.is_in(State.FINISHED), left(stand)) == (True, 50_000 - paid)
    await pay_with(stand, 30)
    assert stand.receipt.tenders[0].amount == 50_000 - paid
    assert left(stand) == 0
    await stand.do(do.CheckCertificate(NUMBER), do.Scan(NUMBER))
    await stand.refused(do.CheckCertificate("9800000099"))
    await stand.do(BREAD, do.Calculate())
    assert isinstance(await stand.refused(WITH_IT), Refused)
    assert check_day([*reversed(stand.till.workplace.journal.recent(9))]) == []


async def test_what_it_paid_comes_back_to_it_and_only_an_untouched_one_comes_back(
    stand: Stand,
) -> None:
    gift = await sell(stand)
    number = await pay_with(stand, 4, 5000)
    whole = stand.receipt.total
    await stand.do(do.FindSale(number=gift))
    assert isinstance(await stand.refused(do.ReturnAll()), Refused)
    assert isinstance(await stand.refused(do.ReturnLine(1, ONE)), Refused)
    await stand.do(do.CancelReceipt())
    back = {CASH: 0, CERTIFICATE: 0}
    for _piece in range(4):
        await stand.do(do.FindSale(number=number), do.ReturnLine(1, ONE), do.Refund())
        for tender in stand.receipt.tenders:
            back[tender.kind] += tender.amount
    assert back == {CASH: whole - 5000, CERTIFICATE: 5000}
    assert left(stand) == 50_000
    await stand.do(do.FindSale(number=gift), do.ReturnAll(), do.Refund())
    assert left(stand) == 0
    await stand.do(GIFT)
    await stand.refused(do.SellCertificate(NUMBER))
    assert check_day([*reversed(stand.till.workplace.journal.recent(9))]) == []


async def test_a_refused_sale_activates_nothing(stand: Stand) -> None:
    house, refusing = stand.till.workplace.backend, True
    desk = stand.till.workplace

    class Moody:
        """The house, but it takes no sale today."""

        def __getattr__(self, name: str) -> object:
            return getattr(house, name)

        async def save_sale(self, request: SaveSaleRequest) -> object:
            assert left(stand) == 50_000, "promised: a crash now leaves it sold"
            if refusing:
                raise Refused(Reason.BLOCKED)
            assert house
            return await house.save_sale(request)

    desk.backend = Moody()  # type: ignore[assignment]
    await stand.do(GIFT, do.SellCertificate(NUMBER), *PAY)
    assert (stand.is_in(State.PAYING), left(stand)) == (True, None)
    refusing = False
    await stand.do(do.Finish())
    assert (stand.is_in(State.FINISHED), left(stand)) == (True, 50_000)
    refusing = True
    await stand.do(BREAD, do.Calculate())
    desk.backend = house
    await stand.do(WITH_IT)
    assert left(stand) == 50_000 - stand.receipt.total


async def test_a_kill_between_promise_and_answer_leaves_the_balance_right(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    first = make_stand(journal=Journal.open(path))
    await first.till.start()
    await sell(first)
    backend, journal = first.till.workplace.backend, first.till.workplace.journal

    class Dying:
        """The house; the power goes off while it works."""

        def __getattr__(self, name: str) -> object:
            return getattr(backend, name)

        async def save_sale(self, request: object) -> object:  # noqa: ARG002
            journal.close()
            raise KeyError

    await first.do(BREAD, do.Calculate())
    paid = first.receipt.total
    first.till.workplace.backend = Dying()  # type: ignore[assignment]
    with pytest.raises(KeyError):
        await first.till.do(WITH_IT)
    second = make_stand(journal=Journal.open(path))
    second.till.workplace.ids = counted_ids("second")
    await second.till.start()
    assert left(second) == 50_000 - paid
    assert second.till.workplace.outbox.waiting == 1
    await second.do(do.Deliver())
    assert left(second) == 50_000 - paid
    await second.till.close()


# --- deposits


async def test_a_deposit_goes_with_its_goods(stand: Stand) -> None:
    await stand.do(do.Scan("2900000000049"), do.Scan("4600000007007", 3 * ONE), BREAD, BOTTLE)
    lines = stand.receipt.lines
    assert [(line.sku, line.quantity // ONE, line.deposit) for line in lines] == [
        ("11111", 3, False), ("11911", 3, True), ("10101", 1, False), ("11111", 1, False),
        ("11911", 1, True),
    ]  # fmt: skip
    assert isinstance(await stand.refused(do.SetQuantity(2, ONE)), BadInput)
    assert isinstance(await stand.refused(do.VoidLine(2)), BadInput)
    assert isinstance(await stand.refused(do.GiveDiscount(2, percent=100)), Refused)
    await stand.do(do.SetQuantity(1, 2 * ONE), do.RepeatLine(), do.VoidLine(4))
    assert [(line.sku, line.quantity // ONE) for line in stand.receipt.lines] == [
        ("11111", 2), ("11911", 2), ("10101", 1), ("11111", 1), ("11911", 1)
    ]  # fmt: skip
    await stand.do(do.GiveDiscount(percent=1000), do.Calculate(), do.PayPoints())
    assert [line.discount for line in stand.receipt.lines if line.deposit] == [0, 0]
    await stand.do(do.TakeTender(CARD))
    await stand.do(do.FindSale(number=stand.receipt.number))
    await stand.do(do.ReturnLine(2, ONE), do.Refund())
    assert stand.receipt.total == 1000, "an empty bottle brings its deposit back"


# --- age


async def test_age_is_asked_once_for_the_highest_and_a_refusal_leaves_nothing(
    stand: Stand,
) -> None:
    await stand.do(BEER)
    question = stand.till.now.question
    assert isinstance(question, AskAge)
    assert (question.age, question.quantity) == (18, ONE)
    await stand.refused(BREAD)
    await stand.do(do.ConfirmAge(old_enough=False))
    assert stand.is_in(State.IDLE)
    assert stand.till.workplace.journal.open_receipt() is None
    await stand.refused(do.ConfirmAge(old_enough=True))
    await stand.do(BREAD, BEER, do.ConfirmAge(old_enough=False))
    assert len(stand.receipt.lines) == 1
    await stand.do(BEER, do.Dismiss(), do.Scan("4600000001203", 6 * ONE))
    await stand.do(do.ConfirmAge(old_enough=True), BEER, do.AddGoods("11301"))
    assert [line.quantity // ONE for line in stand.receipt.lines] == [1, 6, 1, 1]
    await stand.do(do.SuspendReceipt(), BREAD, BEER)
    assert isinstance(stand.till.now.question, AskAge), "another customer"
    await stand.do(do.ConfirmAge(old_enough=True), *PAY, do.RecallReceipt(), BEER)
    assert stand.till.now.question is None, "the first one has shown it"
    await stand.do(do.Calculate(), BEER, do.Calculate())
    assert stand.receipt.age == 18

"""The server in front of the embedded system: two phases, repetitions, rounding."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from loymax_xml.documents import LINE, RYE, asked, codes, sold_as, told
from loymax_xml.stage_xml import Stage
from stand import MORNING, demo_shop

from backends.loymax.common.codes import Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Cheque
from backends.loymax.desk.rounding import Over, Target
from backends.loymax.desk.settings import LoymaxSettings
from backends.loymax_xml.server import make_app
from backends.serving import Premises
from cashier.clock import ManualClock, counted_ids
from cashier.errors import ConfigError


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.house.close()


async def test_a_purchase_is_worked_out_held_and_confirmed(stage: Stage) -> None:
    before = stage.available()
    (calculated,) = await told(stage, asked(Kind.CALCULATE, "c"))
    assert calculated.cheque is not None
    assert calculated.cheque.cashback
    assert calculated.balance == before
    assert calculated.available is not None
    assert 0 < calculated.available < before
    cheque = sold_as(calculated, 1000)
    paid, accrued = await told(
        stage,
        asked(Kind.PAYMENT, "p", amount=1000),
        asked(Kind.ACCRUAL, "a", cheque=cheque),
    )
    assert (paid.bonus, paid.code, accrued.code) == (1000, 0, 0)
    assert (stage.available(), stage.sales()) == (before - 1000, 0)
    (confirmed,) = await told(stage, asked(Kind.CONFIRM, "f"))
    assert confirmed.cheque is not None
    assert accrued.cheque is not None
    assert confirmed.cheque.cashback == accrued.cheque.cashback
    assert confirmed.balance is not None
    assert stage.sales() == 1
    assert stage.available() <= before - 1000 + (confirmed.cheque.cashback or 0)


async def test_what_is_said_again_is_answered_as_before(stage: Stage) -> None:
    (calculated,) = await told(stage, asked(Kind.CALCULATE, "c"))
    document = (
        asked(Kind.PAYMENT, "p", amount=1000),
        asked(Kind.ACCRUAL, "a", cheque=sold_as(calculated, 1000)),
        asked(Kind.CONFIRM, "f"),
    )
    first = await told(stage, *document)
    left = stage.available()
    assert await told(stage, *document) == first
    assert (stage.available(), stage.sales()) == (left, 1)
    other = asked(Kind.PAYMENT, "p", amount=500)
    assert await codes(stage, other) == [Code.NOT_UNIQUE_OPERATION_ID]
    assert await codes(stage, asked(Kind.CONFIRM, "g")) == [Code.OPERATION_IS_CONFIRMED]
    more = asked(Kind.ACCRUAL, "h", cheque=sold_as(calculated))
    assert await codes(stage, more) == [Code.CONFIRMED_PURCHASE_OPERATION]


async def test_what_is_cancelled_is_free_again(stage: Stage) -> None:
    before = stage.available()
    assert await codes(stage, asked(Kind.PAYMENT, "p", amount=1000)) == [0]
    assert stage.available() == before - 1000
    assert await codes(stage, asked(Kind.CANCEL, "x", cancels="nobody")) == [
        Code.OPERATION_NOT_FOUND
    ]
    assert await codes(stage, asked(Kind.CANCEL, "y", cancels="p")) == [0]
    assert stage.available() == before
    assert await codes(stage, asked(Kind.PAYMENT, "q", amount=700)) == [0]
    assert await codes(stage, asked(Kind.CANCEL, "z")) == [0]
    assert stage.available() == before
    assert await codes(stage, asked(Kind.CANCEL, "z")) == [Code.PURCHASE_NOT_FOUND]
    assert await codes(stage, asked(Kind.CONFIRM, "f")) == [Code.PURCHASE_NOT_FOUND]


async def test_a_confirmed_sale_is_undone_once(stage: Stage) -> None:
    before = stage.available()
    sale = (asked(Kind.ACCRUAL, "a"), asked(Kind.CONFIRM, "f"))
    assert await codes(stage, *sale) == [0, 0]
    assert await codes(stage, asked(Kind.CANCEL, "x")) == [0]
    assert await codes(stage, asked(Kind.CANCEL, "x")) == [0]
    assert (stage.available(), stage.sales()) == (before, 0)
    assert await codes(stage, asked(Kind.CANCEL, "y")) == [Code.OPERATION_IS_CANCELED]
    assert await codes(stage, asked(Kind.ACCRUAL, "b")) == [Code.OPERATION_IS_CANCELED]


async def test_after_a_no_nothing_more_is_done_for_the_same_purchase(stage: Stage) -> None:
    dear = asked(Kind.PAYMENT, "p", amount=10**9)
    document = (
        dear,
        asked(Kind.ACCRUAL, "a"),
        asked(Kind.ACCRUAL, "b", "2"),
        asked(Kind.CONFIRM, "f"),
        asked(Kind.CONFIRM, "g", "2"),
    )
    order = Code.INCORRECT_OPERATION_ORDER
    assert await codes(stage, *document) == [Code.LIMIT_GAINED, order, 0, order, 0]
    assert stage.sales() == 1


async def test_points_on_the_lines_are_those_that_are_held(stage: Stage) -> None:
    (calculated,) = await told(stage, asked(Kind.CALCULATE, "c"))
    accrual = asked(Kind.ACCRUAL, "a", cheque=sold_as(calculated, 1000))
    assert await codes(stage, accrual) == [Code.PURCHASE_OPERATION_CONFLICT]


async def test_goods_come_back_by_their_own_positions(stage: Stage) -> None:
    sale = (asked(Kind.ACCRUAL, "a"), asked(Kind.CONFIRM, "f"))
    (_accrued, confirmed) = await told(stage, *sale)
    assert confirmed.cheque is not None
    before, earned = stage.available(), confirmed.cheque.cashback
    taken = 0
    for turn, quantity in enumerate((1000, 2000), 2):
        back = Cheque((LINE._replace(quantity=quantity),), MORNING)
        refund = asked(Kind.REFUND, "r", str(turn), of="1", cheque=back)
        held, done = await told(stage, refund, asked(Kind.CONFIRM, "f", str(turn)))
        assert (held.code, done.code) == (0, 0)
        taken += held.bonus or 0
    rest = Cheque((RYE,), MORNING)
    refund = asked(Kind.REFUND, "r", "9", of="1", cheque=rest)
    held, _done = await told(stage, refund, asked(Kind.CONFIRM, "f", "9"))
    assert taken + (held.bonus or 0) == earned
    assert stage.available() <= before
    again = asked(Kind.REFUND, "r", "10", of="1", cheque=rest)
    assert (await codes(stage, again))[0] != 0
    nobody = asked(Kind.REFUND, "r", "11", of="77", cheque=rest)
    assert await codes(stage, nobody) == [Code.PURCHASE_NOT_FOUND]


async def test_strangers_and_unknown_coupons(stage: Stage) -> None:
    nobody = asked(Kind.BALANCE, "b", identifier="2900000099991")
    assert await codes(stage, nobody) == [Code.CARD_NOT_FOUND]
    assert await codes(stage, asked(Kind.BALANCE, "b")) == [Code.REQUERE_FIELD_EXCEPTION]
    (calculated,) = await told(stage, asked(Kind.CALCULATE, "c", coupons=("NOSUCH", "SPRING10")))
    assert calculated.code == 0
    assert [one.code == 0 for one in calculated.coupons] == [False, True]
    without = asked(Kind.CALCULATE, "d", identifier="")
    (calculated,) = await told(stage, without)
    assert (calculated.code, calculated.balance) == (0, None)


async def test_what_was_held_and_said_outlives_the_server(tmp_path: Path) -> None:
    first = Stage(tmp_path)
    (calculated,) = await told(first, asked(Kind.CALCULATE, "c"))
    document = (
        asked(Kind.PAYMENT, "p", amount=1000),
        asked(Kind.ACCRUAL, "a", cheque=sold_as(calculated, 1000)),
    )
    before = await told(first, *document)
    second = Stage(tmp_path)  # nobody closed the first
    assert await told(second, *document) == before
    assert await codes(second, asked(Kind.CONFIRM, "f")) == [0]
    assert second.sales() == 1
    await second.house.close()
    await first.house.close()


# --- rounding


async def test_discounts_are_corrected_and_points_follow() -> None:
    rules = LoymaxSettings(discount_round=1000, discount_over=Over.HIGH_PRICE)
    plain, rounded = Stage(), Stage(rules=rules)
    (before,) = await told(plain, asked(Kind.CALCULATE, "c"))
    (after,) = await told(rounded, asked(Kind.CALCULATE, "c"))
    assert before.cheque and before.cheque.total
    assert after.cheque and after.cheque.total is not None
    assert before.cheque.total % 1000
    assert after.cheque.total == before.cheque.total - before.cheque.total % 1000
    assert [one.id for one in after.cheque.lines[0].offers][-1] == "rounding"
    sale = asked(Kind.ACCRUAL, "a", cheque=sold_as(after)), asked(Kind.CONFIRM, "f")
    accrued, confirmed = await told(rounded, *sale)
    assert accrued.cheque and confirmed.cheque
    assert after.cheque.cashback == accrued.cheque.cashback == confirmed.cheque.cashback
    for one in (plain, rounded):
        await one.house.close()


async def test_discounts_divide_by_pieces_and_payments_by_steps() -> None:
    rules = LoymaxSettings(
        per_unit=True, divisibility=10, payment_round=500, payment_target=Target.AVAILABLE_AMOUNT
    )
    stage = Stage(rules=rules)
    (calculated,) = await told(stage, asked(Kind.CALCULATE, "c"))
    assert calculated.cheque is not None
    assert calculated.cheque.lines[0].discount
    assert [one.discount % 10 for one in calculated.cheque.lines] == [0, 0]
    assert calculated.cheque.lines[0].discount % 3 == 0
    (offer,) = await told(stage, asked(Kind.AVAILABLE, "v"))
    assert offer.bonus
    assert offer.bonus % 500 == 0
    odd = asked(Kind.PAYMENT, "p", amount=1005)
    assert await codes(stage, odd) == [Code.DIVISIBILITY_ERROR]
    cheque = Cheque((LINE._replace(discount=5), RYE), MORNING)
    accrual = asked(Kind.ACCRUAL, "a", cheque=cheque)
    assert await codes(stage, accrual) == [Code.DIVISIBILITY_ERROR]
    await stage.house.close()


def premises(folder: Path) -> Premises:
    return Premises(
        folder=folder,
        card=Path("fixtures/shop.toml").absolute(),
        shop=demo_shop(),
        login="till",
        password="secret",  # noqa: S106
        clock=ManualClock(MORNING),
        ids=counted_ids(),
        phone=lambda _message: None,
    )


def test_settings_that_make_no_sense_name_the_field(tmp_path: Path) -> None:
    (tmp_path / "loymax.toml").write_text('discount_over = "Nobody"\n')
    with pytest.raises(ConfigError, match=r"loymax\.toml.*discount_over"):
        make_app(premises(tmp_path))
    (tmp_path / "loymax.toml").write_text('discount_over = "HighPrice"\ndiscount_round = 100\n')
    make_app(premises(tmp_path))

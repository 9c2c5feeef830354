"""What a cashier may not do alone: asked, allowed once, written down; the PIN never is."""

from pathlib import Path

import pytest
from stand import Stand, demo_shop, make_stand

from cashier import commands as do
from cashier.errors import BadInput, CashierError
from cashier.journal import Journal
from cashier.money import ONE
from cashier.pins import hashed, matches
from cashier.receipt import TenderKind
from cashier.shift import DrawerKind, Permission
from cashier.shop import Permissions, Right, Shop, Supervisor
from cashier.snapshot import AskSupervisor, State

PIN, OTHER = "90817263", "5501"
BREAD = do.Scan("4600000000015")
CASH = TenderKind.CASH


def shop(**limits: int) -> Shop:
    """Everything needs one of two people, one of whom has a hashed PIN; limits in roubles."""
    people = (Supervisor(name="Vera", pin=hashed(PIN)), Supervisor(name="Oleg", pin=OTHER))
    rules = Permissions.model_validate(
        {"needs": tuple(Right), "free_up_to": {Right(it): most for it, most in limits.items()},
         "people": people}
    )  # fmt: skip
    return demo_shop().model_copy(update={"permissions": rules})


async def begun(tmp_path: Path | None = None, **limits: int) -> Stand:
    journal = Journal.open(tmp_path / "journal.db" if tmp_path else None)
    stand = make_stand(shop=shop(**limits), journal=journal)
    await stand.till.start()
    return stand


def asked(stand: Stand) -> AskSupervisor:
    question = stand.till.now.question
    assert isinstance(question, AskSupervisor), question
    return question


def records(stand: Stand) -> list[Permission]:
    return list(reversed(stand.till.workplace.daybook.permissions(1)))


async def test_wrong_pins_are_counted_and_all_is_written_down_but_the_pin(tmp_path: Path) -> None:
    stand = await begun(tmp_path)
    await stand.do(BREAD, do.VoidLine(1))
    question = asked(stand)
    assert (question.right, question.attempts, len(stand.receipt.lines)) == (Right.VOID, 3, 1)
    await stand.refused(BREAD)
    await stand.do(do.Allow("1111"), do.Allow(f"{PIN}0"))
    assert asked(stand).attempts == 1
    await stand.do(do.Allow("2222"))
    assert stand.till.now.question is None
    assert len(stand.receipt.lines) == 1
    assert "it is not allowed" in stand.said
    await stand.do(BREAD, do.VoidLine(1), do.Allow(f" {PIN} ", "  scanned twice  "))
    assert len(stand.receipt.lines) == 1
    await stand.do(do.VoidLine(1))
    assert asked(stand).attempts == 3, "one permission is for one command"
    await stand.do(do.Dismiss())
    assert len(stand.receipt.lines) == 1
    assert stand.till.workplace.supervisor == ""
    found = records(stand)
    assert [(it.granted, it.supervisor) for it in found] == [*[(False, "")] * 3, (True, "Vera")]
    last = found[-1]
    assert (last.right, last.why, last.shift) == ("void", "scanned twice", 1)
    assert last.receipt_id == stand.receipt.receipt_id
    await stand.till.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())  # noqa: ASYNC240
    assert PIN.encode() not in kept
    assert b"scanned twice" in kept


@pytest.mark.parametrize(
    "pin",
    ["letters", "4" * 10_000, "\x00\x1b[2J", "９０８１７２６３", "\ud800", "", "   ", "12 34"],
)
async def test_a_hostile_pin_is_only_a_wrong_one(pin: str) -> None:
    stand = await begun()
    await stand.do(BREAD, do.VoidLine(1))
    if pin.strip():
        await stand.do(do.Allow(pin))
        assert asked(stand).attempts == 2
    else:
        assert isinstance(await stand.refused(do.Allow(pin)), BadInput)
    assert isinstance(await stand.refused(do.Allow(PIN, "\ud800")), BadInput)
    assert len(stand.receipt.lines) == 1, "a reason that no file can hold allows nothing"
    await stand.do(do.Allow(PIN))
    assert stand.is_in(State.IDLE), "nothing is left on the receipt"
    await stand.till.close()


def test_a_hash_tells_nothing_and_matches_only_its_pin() -> None:
    stored = hashed(PIN)
    assert PIN not in stored
    assert stored != hashed(PIN), "everybody has salt of their own"
    assert matches(PIN, stored)
    assert not any(matches(pin, stored) for pin in (PIN[:-1], f"{PIN}0", "", stored))
    assert not matches(stored, stored), "who read the shop card knows no PIN"
    assert Supervisor(name="Vera", pin=stored).pin == stored


async def test_limits_leave_small_things_to_the_cashier() -> None:
    stand = await begun(void=60, cancel=100, discount=10, cash_out=500)
    await stand.do(BREAD, do.VoidLine(1), do.Scan("4600000000015", 3 * ONE))
    await stand.do(do.SetQuantity(1, 2 * ONE), do.SetQuantity(1, 5 * ONE))
    assert stand.till.now.question is None
    await stand.do(do.SetQuantity(1, ONE))
    assert asked(stand).right is Right.VOID
    await stand.do(do.Dismiss(), do.VoidLine(1))
    assert asked(stand).right is Right.VOID
    await stand.do(do.Dismiss(), do.GiveDiscount(percent=1000))
    assert stand.receipt.lines[0].discount == 2495
    await stand.do(do.GiveDiscount(amount=2496))
    assert asked(stand).right is Right.DISCOUNT
    await stand.do(do.Allow(OTHER))
    assert "Oleg" in stand.receipt.lines[0].discounts[0].why
    await stand.do(do.GiveDiscount(percent=0))
    assert stand.receipt.discount == 0, "nobody is asked to take a discount off"
    await stand.do(do.CancelReceipt())
    assert asked(stand).right is Right.CANCEL
    await stand.do(do.Allow(OTHER))
    assert stand.is_in(State.IDLE)
    await stand.do(BREAD, do.CancelReceipt(), do.CashIn(100_000), do.CashOut(50_000))
    assert stand.is_in(State.IDLE)
    await stand.do(do.CashOut(50_001))
    assert asked(stand).right is Right.CASH_OUT
    await stand.till.close()


async def test_money_that_leaves_by_a_return_is_asked_about_when_its_sum_is_known() -> None:
    limits: dict[str, int] = {"return": 50, "free_return": 50}
    stand = await begun(None, **limits)
    await stand.do(do.Scan("4600000000015", 3 * ONE), do.Calculate(), do.TakeTender(CASH))
    number = stand.receipt.number
    await stand.do(do.FindSale(number=number))
    assert isinstance(await stand.refused(do.Refund()), BadInput)
    await stand.do(do.ReturnLine(1, ONE), do.Refund())
    assert stand.is_in(State.FINISHED)
    await stand.do(do.FindSale(number=number), do.ReturnAll(), do.Refund())
    assert asked(stand).right is Right.RETURN
    await stand.do(do.Allow(PIN))
    assert stand.is_in(State.FINISHED)
    await stand.do(do.ReturnGoods(), do.Scan("4600000000015", 2 * ONE), do.Refund())
    assert asked(stand).right is Right.FREE_RETURN
    await stand.do(do.Dismiss())
    assert stand.is_in(State.RETURNING)
    await stand.do(do.CancelReceipt())
    assert stand.is_in(State.IDLE)
    await stand.till.close()
    strict = await begun()
    await strict.do(do.ReturnGoods())
    assert asked(strict).right is Right.FREE_RETURN
    await strict.do(do.Allow(PIN), do.Scan("4600000000015"), do.Refund())
    assert strict.is_in(State.FINISHED), "allowed when it was begun"
    await strict.till.close()


async def test_what_was_allowed_and_then_fails_closes_the_question() -> None:
    stand = await begun()
    await stand.do(do.CashOut(100))
    with pytest.raises(CashierError, match="only"):
        await stand.till.do(do.Allow(PIN))
    assert stand.till.now.question is None
    assert stand.is_in(State.IDLE)
    await stand.do(do.OpenDrawer("a look"))
    asked(stand)
    await stand.do(do.Allow(PIN))
    entry = stand.till.workplace.daybook.drawer(1)[-1]
    assert (entry.kind, entry.allowed_by, entry.why) == (DrawerKind.OPEN, "Vera", "a look")
    await stand.refused(do.Allow(PIN))
    assert [it.granted for it in records(stand)] == [True, True]
    await stand.till.close()

"""Everything that the till says to the loyalty system is kept, with the receipt it was for."""

import asyncio
import json
from random import Random
from typing import TypeVar

import pytest
from stand import Stand, demo_shop, make_stand
from wired import TOKEN, Wired

from cashier import commands as do
from cashier.commands import Connection, SetConnection
from cashier.events import Event, Exchanged
from cashier.exchange import Backend, Frozen
from cashier.journal import Journal
from cashier.methods import Method
from cashier.receipt import TenderKind
from cashier.shop import Exchanges
from cashier.snapshot import AskCode, AskSale, State
from cashier.till import Cancelled
from cashier.uniform import Wrapper, call
from cashier.witness import Exchange, Outcome, note

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")

ANNA = "2900000000018"
MILK = do.Scan("4600000000237")
PAY = do.TakeTender(TenderKind.CASH)


def kept(stand: Stand) -> list[Exchange]:
    log = stand.till.workplace.exchanges
    return [log.whole(entry) for entry in log.recent(1000) if entry.seq]


def steps(stand: Stand, receipt_id: str) -> list[tuple[str, str, str]]:
    log = stand.till.workplace.exchanges
    entries = (entry.exchange for entry in log.of(receipt_id))
    return [(one.doing, one.method, one.outcome.value) for one in entries]


async def test_a_sale_is_kept_word_by_word_with_the_step_that_asked(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), MILK, do.Calculate(), do.PayPoints(1000), PAY)
    receipt = stand.receipt
    assert steps(stand, receipt.receipt_id) == [
        ("Scan", "identify", "answered"),
        ("Calculate", "calculate", "answered"),
        ("Calculate", "points", "answered"),
        ("Calculate", "upgrade_level", "answered"),
        ("PayPoints", "calculate", "answered"),
        ("PayPoints", "points", "answered"),
        ("TakeTender", "save_sale", "answered"),
    ]
    first, *_rest, saved = kept(stand)
    assert (first.doing, first.method, first.receipt_id) == ("open", "open", "")
    assert json.loads(saved.request)["receipt"]["number"] == receipt.number
    assert json.loads(saved.answer)["spent"] == 1000
    assert saved.operation_id and saved.attempt == 1
    assert saved.at == stand.clock.now()


async def test_a_sale_that_is_chosen_from_several_belongs_to_the_return(stand: Stand) -> None:
    for _sale in range(2):
        await stand.do(do.Scan(ANNA), MILK, do.Calculate(), PAY)
    await stand.refused(do.FindSale("R0101-009999"))
    await stand.do(do.FindSale(card=ANNA, day=stand.clock.now().date()))
    assert isinstance(stand.till.now.question, AskSale)
    assert [one.receipt_id for one in kept(stand)][-2:] == ["", ""]
    await stand.do(do.ChooseSale(stand.till.now.question.sales[0].receipt.receipt_id))
    assert [one.receipt_id for one in kept(stand)][-2:] == [stand.receipt.receipt_id] * 2


async def test_a_sale_that_was_looked_for_is_not_of_the_next_customer(stand: Stand) -> None:
    await stand.refused(do.FindSale("R0101-009999"))
    await stand.do(do.Scan(ANNA))
    assert [step[1] for step in steps(stand, stand.receipt.receipt_id)] == ["identify"]


async def test_a_code_that_is_asked_for_belongs_to_the_receipt_as_well(stand: Stand) -> None:
    await stand.do(do.Scan("+79001234502"))
    assert isinstance(stand.till.now.question, AskCode)
    await stand.do(do.EnterCode(stand.code), MILK)
    found = steps(stand, stand.receipt.receipt_id)
    assert found == [("Scan", "identify", "answered"), ("EnterCode", "identify", "answered")]


async def test_a_refusal_is_kept_although_its_command_is_not(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), MILK)
    await stand.refused(do.ApplyCoupon("9900000099999"))
    last = kept(stand)[-1]
    assert (last.method, last.outcome, last.reason) == (
        "check_coupon",
        Outcome.REFUSED,
        "not_found",
    )
    assert last.receipt_id == stand.receipt.receipt_id
    names = [
        type(command)
        for _at, command in stand.till.workplace.journal.commands(stand.receipt.receipt_id)
    ]
    assert do.ApplyCoupon not in names


async def test_lost_answers_and_the_queue_count_the_attempts(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), MILK, do.Calculate())
    await stand.do(SetConnection(Connection.LOST_ANSWERS), PAY)
    number = stand.receipt.receipt_id
    await stand.do(SetConnection(Connection.ONLINE))
    saves = [one for one in kept(stand) if one.method == "save_sale"]
    assert [(one.outcome, one.attempt) for one in saves] == [
        (Outcome.UNKNOWN, 1), (Outcome.UNKNOWN, 2), (Outcome.ANSWERED, 3),
    ]  # fmt: skip
    assert {one.receipt_id for one in saves} == {number}
    assert len({one.operation_id for one in saves}) == 1
    assert saves[0].notes and not saves[2].notes
    assert saves[2].doing == "SetConnection"


async def test_the_queue_asks_by_itself(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), MILK, do.Calculate())
    await stand.do(SetConnection(Connection.OFFLINE), PAY)
    over = asyncio.Event()

    def hear(event: Event) -> None:
        if isinstance(event, Exchanged) and event.exchange.outcome is not Outcome.PENDING:
            over.set()

    stand.till.events.watch(hear)
    await stand.clock.move(seconds=stand.till.workplace.shop.sending.every_seconds + 1)
    await over.wait()
    stand.till.workplace.exchanges.flush()
    last = kept(stand)[-1]
    assert (last.doing, last.method, last.outcome) == ("queue", "save_sale", Outcome.UNAVAILABLE)
    assert last.receipt_id == stand.receipt.receipt_id


async def test_what_is_not_waited_for_is_kept_as_that(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), MILK, SetConnection(Connection.SLOW))
    asked = asyncio.Event()
    stand.till.events.watch(lambda event: asked.set() if isinstance(event, Exchanged) else None)
    calculated = asyncio.create_task(stand.till.do(do.Calculate()))
    await asked.wait()
    log = stand.till.workplace.exchanges
    assert log.of(stand.receipt.receipt_id)[-1].exchange.outcome is Outcome.PENDING
    assert stand.till.cancel()
    with pytest.raises(Cancelled):
        await calculated
    assert log.of(stand.receipt.receipt_id)[-1].exchange.outcome is Outcome.CANCELLED
    assert kept(stand)[-1].outcome is Outcome.CANCELLED


async def test_screens_hear_of_an_exchange_when_it_begins_and_when_it_is_over(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA))
    told = [event.exchange for event in stand.all(Exchanged)][-2:]
    assert [one.outcome for one in told] == [Outcome.PENDING, Outcome.ANSWERED]
    assert told[0].method == told[1].method == "identify"
    assert told[0].request is told[1].request


async def test_a_return_has_its_own_exchanges(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), MILK, do.Calculate(), PAY)
    sale = stand.receipt
    await stand.do(do.FindSale(sale.number), do.ReturnAll(), do.Refund(TenderKind.CASH))
    assert [step[1] for step in steps(stand, stand.receipt.receipt_id)] == [
        "find_sale", "save_return",
    ]  # fmt: skip
    assert "find_sale" not in [step[1] for step in steps(stand, sale.receipt_id)]


async def test_a_receipt_put_aside_keeps_its_exchanges(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), MILK, do.SuspendReceipt(), do.RecallReceipt(), do.Calculate())
    found = [step[1] for step in steps(stand, stand.receipt.receipt_id)]
    assert found[0] == "identify" and "calculate" in found


async def test_closing_the_shift_takes_off_what_is_too_old() -> None:
    shop = demo_shop().model_copy(update={"exchanges": Exchanges(keep_days=1)})
    stand = make_stand(shop=shop)
    await stand.till.start()
    await stand.do(do.Scan(ANNA), MILK, do.Calculate(), PAY)
    assert len(kept(stand)) > 3
    await stand.clock.move(days=3)
    await stand.do(do.CloseShift())
    assert kept(stand) == []
    await stand.till.close()


async def test_a_shop_may_keep_nothing_on_disk() -> None:
    shop = demo_shop().model_copy(update={"exchanges": Exchanges(keep_days=0)})
    stand = make_stand(shop=shop)
    await stand.till.start()
    await stand.do(do.Scan(ANNA), MILK, do.Calculate(), PAY)
    assert kept(stand) == []
    assert [step[1] for step in steps(stand, stand.receipt.receipt_id)][-1] == "save_sale"
    await stand.till.close()


async def test_a_sale_goes_on_where_the_log_has_no_room() -> None:
    journal = Journal.open(None)
    stand = make_stand(journal=journal, around=Talkative)
    await stand.till.start()
    await stand.do(MILK, do.Calculate(), PAY)
    assert "is not kept any more" not in stand.said
    with journal.database.writing() as sql:
        (pages,) = sql.execute("PRAGMA page_count").fetchone()
        sql.execute(f"PRAGMA max_page_count = {pages + 40}")
    for _sale in range(3):
        await stand.do(do.Scan(ANNA), MILK, do.Calculate(), PAY)
        assert stand.is_in(State.FINISHED)
        assert stand.receipt.settled and stand.receipt.settled.earned
    assert stand.said.count("is not kept any more") == 1
    assert len(journal.recent(9)) == 4
    await stand.till.close()


class Talkative(Wrapper):
    """Says so much that no disk of ours has room for it."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner

    @property
    def inner(self) -> Backend:
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        for turn in range(20 if method.name == "identify" else 0):
            note(Random(turn).randbytes(10_000).hex())
        return await call(self._inner, method, request)


async def test_what_went_over_the_wire_is_kept_to_the_byte_and_in_the_right_place() -> None:
    stand = make_stand(around=wired)
    await stand.till.start()
    await stand.do(do.Scan(ANNA), MILK, do.Calculate(), PAY)
    opened, identified, *_rest = kept(stand)
    assert [call.url.rpartition("/")[2] for call in opened.calls] == ["login", "open?till=01"]
    (asked,) = identified.calls
    assert asked.request_body == identified.request
    assert json.loads(asked.answer_body)["result"] == json.loads(identified.answer)
    assert TOKEN in asked.secrets
    assert dict(asked.request_headers)["authorization"] == f"Bearer {TOKEN}"
    await stand.till.close()


def wired(house: Backend) -> Backend:
    from cashier.clock import SystemClock

    return Wired(house, SystemClock())

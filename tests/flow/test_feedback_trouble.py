"""Feedback and everything that may stand in its way: refusals, full disks, live shops, crashes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar, cast

import pytest
from stand import Stand, demo_shop, make_stand

from backends.replay import Replay, report
from cashier import commands as do
from cashier import exchange as ex
from cashier import live
from cashier.events import Waiting
from cashier.faults import Connection
from cashier.journal import Journal
from cashier.masking.masker import Masker
from cashier.methods import Method
from cashier.money import ONE
from cashier.receipt import (
    Feedback,
    Message,
    MessageTo,
    OnCancel,
    Receipt,
    Saving,
    Settled,
    TenderKind,
)
from cashier.recording import Recorder
from cashier.shop import Permissions, Right, Shop, Supervisor
from cashier.snapshot import AskLive, AskSupervisor, State
from cashier.uniform import Wrapper, call
from cashier.witness import Witness

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
GROATS = do.AddGoods("10801", 5 * ONE)
PAY = do.TakeTender(TenderKind.CARD)
OFFLINE, ONLINE = do.SetConnection(Connection.OFFLINE), do.SetConnection(Connection.ONLINE)
MANY, CONFIRMS = do.AddGoods("10801", 20 * ONE), "2900000000032"
Of = Callable[[str], tuple[Feedback, ...]]


def one(name: str, **more: object) -> Of:
    """A feedback about whatever receipt it is."""

    def made(receipt_id: str) -> tuple[Feedback, ...]:
        left = Feedback(f"{receipt_id}:{name}", "Kopilka", receipt_id, "payload", "points back")
        return (replace(left, saving=Saving.APPEND, **more),)  # type: ignore[arg-type]

    return made


def nothing(_receipt_id: str) -> tuple[Feedback, ...]:
    return ()


@dataclass
class Partly(Wrapper):
    """The system, parts of which leave feedback at whatever is asked."""

    backend: ex.Backend
    leaves: dict[str, Of] = field(default_factory=dict)
    """By the method that leaves it."""
    trouble: dict[str, Callable[[tuple[Feedback, ...]], Exception]] = field(default_factory=dict)
    """What is raised with it, by method."""
    hold: str = ""
    can: ex.Can = ex.Can.FEEDBACK
    said: tuple[Message, ...] = ()
    heard: list[ex.Frozen] = field(default_factory=list)

    @property
    def inner(self) -> ex.Backend:
        return self.backend

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        self.heard.append(request)
        if isinstance(request, ex.FeedbackRequest):
            return cast("A", ex.FeedbackLeft(messages=self.said))
        receipt: Receipt | None = getattr(request, "receipt", None)
        left = self.leaves.get(method.name, nothing)(receipt.receipt_id if receipt else "")
        if method.name in self.trouble:
            raise self.trouble[method.name](left)
        answer = await call(self.backend, method, request)
        match answer:
            case ex.System():
                can = answer.can & ~ex.Can.FEEDBACK | self.can
                return cast("A", answer.model_copy(update={"can": can}))
            case ex.Calculation():
                more = {"feedback": left, "hold": self.hold}
                return cast("A", answer.model_copy(update=more))
            case Settled():
                return cast("A", replace(answer, feedback=left))
        return answer

    def of(self, kind: type[Q]) -> list[Q]:
        return [request for request in self.heard if isinstance(request, kind)]


async def started(
    shop: Shop | None = None, journal: Journal | None = None, **more: object
) -> tuple[Stand, Partly]:
    made: list[Partly] = []

    def around(house: ex.Backend) -> ex.Backend:
        made.append(Partly(house, **more))  # type: ignore[arg-type]
        return made[0]

    stand = make_stand(shop=shop, journal=journal, around=around)
    desk = stand.till.workplace
    if desk.shop.live and desk.backend is not None:
        desk.backend = live.Guard(desk.backend, lambda: desk.agreed)
    await stand.till.start()
    return stand, made[0]


def waiting(stand: Stand) -> list[str]:
    """What of it is about, by the end of the id."""
    kept = stand.till.workplace.feedback.entries()
    return [found.feedback_id.rpartition(":")[2] for found in kept]


# --- wherever it comes from


async def test_a_refused_sale_leaves_feedback_that_goes_with_the_receipt() -> None:
    def refused(left: tuple[Feedback, ...]) -> Exception:
        return ex.Refused(ex.Reason.BLOCKED, "no", feedback=left)

    stand, system = await started(leaves={"save_sale": one("f1")}, trouble={"save_sale": refused})
    await stand.do(GROATS, do.Calculate(), PAY)
    assert stand.is_in(State.PAYING)
    assert (waiting(stand), stand.all(Waiting)[-1]) == (["f1"], Waiting(1, 0))
    await stand.do(do.CancelReceipt())
    assert (waiting(stand), stand.all(Waiting)[-1]) == ([], Waiting(0, 0))
    assert not system.of(ex.FeedbackRequest)
    await stand.till.close()


async def test_one_that_persists_outlives_the_cancelled_receipt() -> None:
    left = one("f1", on_cancel=OnCancel.PERSIST)
    stand, system = await started(leaves={"calculate": left})
    await stand.do(GROATS, do.Calculate(), do.CancelReceipt())
    assert waiting(stand) == ["f1"]
    await stand.do(do.Deliver())
    assert waiting(stand) == []
    assert len(system.of(ex.FeedbackRequest)) == 1
    await stand.till.close()


async def test_an_unknown_outcome_leaves_what_it_brought_and_the_sale_waits_as_well() -> None:
    def unknown(left: tuple[Feedback, ...]) -> Exception:
        return ex.OutcomeUnknown("dead", feedback=left)

    stand, system = await started(leaves={"save_sale": one("f1")}, trouble={"save_sale": unknown})
    await stand.do(GROATS, do.Calculate(), PAY)
    desk = stand.till.workplace
    assert (desk.outbox.waiting, desk.feedback.waiting, desk.waiting) == (1, 1, 2)
    assert stand.all(Waiting)[-1] == Waiting(2, 0)
    del system.trouble["save_sale"], system.leaves["save_sale"]
    await stand.do(do.Deliver())
    assert (desk.waiting, stand.all(Waiting)[-1]) == (0, Waiting(0, 0))
    await stand.till.close()


async def test_what_the_till_uses_and_keeps_of_an_answer_has_no_feedback() -> None:
    stand, _system = await started(leaves={"calculate": one("f1"), "save_sale": one("f2")})
    await stand.do(GROATS, do.Calculate(), PAY)
    assert stand.receipt.settled is not None
    assert stand.receipt.settled.feedback == ()
    heads = stand.till.workplace.journal.database.rows("SELECT head FROM receipts")
    assert not any(b"payload" in head for (head,) in heads)
    assert waiting(stand) == ["f1", "f2"]
    await stand.till.close()


async def test_the_cashier_hears_what_the_system_says_about_it() -> None:
    said = (Message(MessageTo.CASHIER, "Kopilka: given up"), Message(MessageTo.SLIP, "nothing"))
    stand, _system = await started(leaves={"save_sale": one("f1")}, said=said)
    await stand.do(GROATS, do.Calculate(), PAY, do.Deliver())
    assert "Kopilka: given up" in stand.said
    assert "nothing" not in stand.said
    assert "delivered" not in stand.said, "it was given up"
    await stand.till.close()


# --- what stands in its way


async def test_a_disk_that_takes_no_feedback_stops_no_sale() -> None:
    stand, system = await started(leaves={"save_sale": one("f1")})
    database = stand.till.workplace.journal.database
    with database.writing() as sql:
        sql.execute(
            "CREATE TRIGGER worn BEFORE INSERT ON feedback BEGIN SELECT raise(ABORT, 'worn'); END"
        )
    await stand.do(GROATS, do.Calculate(), PAY)
    assert stand.is_in(State.FINISHED)
    assert stand.receipt.settled is not None and not stand.receipt.settled.pending
    assert "worn" in stand.said and "kept in memory" in stand.said
    with database.writing() as sql:
        sql.execute("DROP TRIGGER worn")
    system.leaves["save_sale"] = one("f2")
    await stand.do(GROATS, do.Calculate(), PAY)
    assert waiting(stand) == ["f1", "f2"]
    await stand.till.close()


async def test_a_queued_sale_whose_feedback_the_disk_does_not_take_is_sent_once_more() -> None:
    stand, _system = await started(leaves={"save_sale": one("f1")})
    await stand.do(OFFLINE, GROATS, do.Calculate(), PAY)
    desk = stand.till.workplace
    with desk.journal.database.writing() as sql:
        sql.execute(
            "CREATE TRIGGER worn BEFORE INSERT ON feedback BEGIN SELECT raise(ABORT, 'worn'); END"
        )
    await stand.refused(ONLINE)
    assert desk.outbox.waiting == 1
    with desk.journal.database.writing() as sql:
        sql.execute("DROP TRIGGER worn")
    await stand.do(do.Deliver())
    assert desk.outbox.waiting == 0
    assert waiting(stand) in ([], ["f1"])  # sent in the same breath, or kept
    await stand.do(do.Deliver())
    assert desk.waiting == 0
    await stand.till.close()


async def test_words_that_no_file_can_hold_are_told_and_stop_no_sale() -> None:
    stand, _system = await started(leaves={"save_sale": one("f1", payload="\ud83d")})
    await stand.do(GROATS, do.Calculate(), PAY)
    assert stand.is_in(State.FINISHED)
    assert "This text cannot be stored" in stand.said
    assert waiting(stand) == []
    await stand.till.close()


async def test_it_waits_for_the_yes_in_a_live_shop() -> None:
    shop = demo_shop().model_copy(update={"live": True})
    stand, system = await started(shop, leaves={"calculate": one("f1")})
    await stand.do(GROATS, do.Calculate())
    desk = stand.till.workplace
    assert waiting(stand) == ["f1"]
    for _turn in range(3):
        await stand.clock.move(seconds=desk.shop.sending.every_seconds)
        await stand.clock.asleep(1)
    assert not system.of(ex.FeedbackRequest)
    await stand.do(do.Deliver())
    assert isinstance(stand.till.now.question, AskLive)
    await stand.do(do.ConfirmLive())
    assert len(system.of(ex.FeedbackRequest)) == 1
    await stand.till.close()


async def test_a_system_that_takes_none_back_is_not_asked_and_it_is_said() -> None:
    stand, system = await started(leaves={"save_sale": one("f1")}, can=ex.Can(0))
    await stand.do(GROATS, do.Calculate(), PAY, do.Deliver())
    assert not system.of(ex.FeedbackRequest)
    assert "takes none back" in stand.said
    assert waiting(stand) == ["f1"]
    await stand.till.close()


async def test_without_a_connection_it_waits_and_who_sends_by_hand_hears_why() -> None:
    stand, _system = await started(leaves={"save_sale": one("f1")})
    await stand.do(GROATS, do.Calculate(), PAY, OFFLINE, do.Deliver())
    assert "The queue waits. The loyalty system is not reachable" in stand.said
    await stand.clock.move(seconds=stand.till.workplace.shop.sending.every_seconds)
    await stand.clock.asleep(1)
    (kept,) = stand.till.workplace.feedback.entries()
    assert kept.tries == 2
    assert "not reachable" in kept.cause
    await stand.do(ONLINE)
    assert waiting(stand) == [], "it is sent as soon as the line is there"
    await stand.till.close()


async def test_giving_up_needs_a_supervisor_where_the_shop_card_says_so() -> None:
    rules = Permissions(needs=(Right.OUTBOX,), people=(Supervisor(name="Vera", pin="4321"),))
    shop = demo_shop().model_copy(update={"permissions": rules})
    stand, _system = await started(shop, leaves={"save_sale": one("f1")})
    await stand.do(GROATS, do.Calculate(), PAY, do.CloseEntry("F1", "told by phone"))
    question = stand.till.now.question
    assert isinstance(question, AskSupervisor)
    assert "Kopilka" in question.text and "R0101-000001" in question.text
    await stand.do(do.Allow("4321"))
    assert waiting(stand) == []
    await stand.till.close()


async def test_a_till_that_dies_after_the_answer_has_it_and_asks_for_the_sale_again(
    tmp_path: Path,
) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    stand, _system = await started(journal=journal, leaves={"save_sale": one("f1")})
    with journal.database.writing() as sql:  # the answer is never noted
        sql.execute(
            "CREATE TRIGGER dead BEFORE DELETE ON outbox BEGIN SELECT raise(ABORT, 'dead'); END"
        )
    await stand.do(GROATS, do.Calculate(), PAY)
    with journal.database.writing() as sql:
        sql.execute("DROP TRIGGER dead")
    await stand.till.abandon()
    again, system = await started(journal=Journal.open(tmp_path / "journal.db"))
    desk = again.till.workplace
    assert (desk.outbox.waiting, desk.feedback.waiting) == (1, 1)
    await again.do(do.Deliver())
    assert desk.waiting == 0
    (request,) = system.of(ex.FeedbackRequest)
    assert [left.link for left in request.feedback] == ["Kopilka"]
    await again.till.close()


# --- recorded and played


async def _day(stand: Stand) -> None:
    """A sale that leaves something, prices that could not be given back, all handed back."""
    await stand.do(do.Scan(CONFIRMS), GROATS, do.Calculate(), do.BackToGoods(), do.Calculate(), PAY)
    await stand.do(do.Deliver())


@pytest.mark.parametrize("masked", [False, True])
async def test_a_recorded_session_is_played_with_its_feedback(tmp_path: Path, masked: bool) -> None:
    def silent(left: tuple[Feedback, ...]) -> Exception:
        return ex.Unavailable("gone", feedback=left)

    stand, system = await started(
        hold="p1",
        leaves={"save_sale": one("f1", payload='{"fio": "Vera", "n": 5}'), "release": one("f2")},
        trouble={"release": silent},
    )
    drill = stand.till.workplace.backend
    assert isinstance(drill, Wrapper) and isinstance(drill.inner, Witness)
    mask = Masker.for_shop(stand.till.workplace.shop).live
    file = tmp_path / "day.jsonl"
    recorder = Recorder(
        file, system="house", shop="01", mask=mask if masked else None, troubled=pytest.fail
    )
    drill.inner.watch(recorder)
    stand.till.workplace.system = None  # it is greeted once more, and that is recorded
    await _day(stand)
    recorder.close()
    (handed,) = system.of(ex.FeedbackRequest)
    assert len(handed.feedback) == 2 and waiting(stand) == []
    replay = Replay.load(file, Masker.for_shop(stand.till.workplace.shop).live)
    played = make_stand(around=lambda _house: replay)
    await played.till.start()
    await _day(played)
    assert report(replay) == ""
    assert played.till.workplace.waiting == 0
    assert "2 messages about finished receipts are delivered." in played.said
    await stand.till.close()
    await played.till.close()


# --- prices that keep something


async def test_a_price_that_is_only_asked_for_keeps_nothing() -> None:
    stand, system = await started(hold="p1", leaves={"calculate": one("f1")})
    await stand.do(do.CheckPrice("4600000000015"))
    assert (waiting(stand), stand.all(Waiting)[-1]) == ([], Waiting(0, 0))
    (released,) = system.of(ex.ReleaseRequest)
    (asked,) = system.of(ex.CalculateRequest)
    assert released.operation_id == "p1"
    assert released.receipt.receipt_id == asked.receipt.receipt_id
    await stand.till.close()


async def test_points_that_are_held_take_the_place_of_what_the_prices_keep() -> None:
    stand, system = await started(hold="p1")
    await stand.do(do.Scan(CONFIRMS), MANY, do.Calculate())
    assert stand.receipt.hold == "p1"
    await stand.do(do.PayPoints(40_000))
    await stand.do(do.EnterCode(stand.code))
    reserved = system.of(ex.ReserveRequest)[-1].operation_id
    assert stand.receipt.hold == reserved != "p1"
    await stand.do(do.UndoPoints())
    assert stand.receipt.hold == "p1"
    await stand.do(do.Calculate(), do.CancelReceipt())
    ids = [request.operation_id for request in system.of(ex.ReleaseRequest)]
    assert ids == [reserved, "p1", "p1"]
    await stand.till.close()


@pytest.mark.parametrize("command", [do.BackToGoods(), do.CancelReceipt(), do.Calculate()])
async def test_prices_that_are_not_wanted_any_more_are_given_back(command: do.Command) -> None:
    stand, system = await started(hold="p1")
    await stand.do(GROATS, do.Calculate(), command)
    assert [request.operation_id for request in system.of(ex.ReleaseRequest)] == ["p1"]
    await stand.till.close()


async def test_a_release_that_leaves_feedback_says_that_it_waits() -> None:
    def silent(left: tuple[Feedback, ...]) -> Exception:
        return ex.Unavailable("gone", feedback=left)

    stand, system = await started(
        hold="p1", leaves={"release": one("f1")}, trouble={"release": silent}
    )
    await stand.do(GROATS, do.Calculate(), do.BackToGoods())
    assert "waits in the queue" in stand.said
    assert waiting(stand) == ["f1"]
    assert stand.receipt.hold == ""
    system.leaves.clear()
    await stand.do(do.Calculate(), do.BackToGoods())
    assert "runs out by itself" in stand.said
    await stand.till.close()

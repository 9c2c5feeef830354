"""What a part of the loyalty system could not be told waits with the till, and is handed back."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from stand import Stand, make_stand

from cashier import commands as do
from cashier import exchange as ex
from cashier.feedback import FeedbackBox
from cashier.journal import Journal
from cashier.methods import Method
from cashier.receipt import Feedback, OnCancel, Saving, Settled, TenderKind
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
BREAD, ANNA = "4600000000015", "2900000000018"
CASH = do.TakeTender(TenderKind.CASH)


@dataclass
class Forgetful(Wrapper):
    """A system that could not tell one of its parts, and wants to have that back."""

    backend: ex.Backend
    feedback: tuple[Feedback, ...] = ()
    """What the next save leaves."""
    answer: Callable[[ex.FeedbackRequest], ex.FeedbackLeft] = lambda _request: ex.FeedbackLeft()
    silent: bool = False
    release_fails: tuple[Feedback, ...] = ()
    keeps: str = ""
    """Prices keep something under this id."""
    heard: list[ex.FeedbackRequest] = field(default_factory=list)
    released: list[str] = field(default_factory=list)

    @property
    def inner(self) -> ex.Backend:
        return self.backend

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, ex.FeedbackRequest):
            return self._handed(request)  # type: ignore[return-value]
        if isinstance(request, ex.ReleaseRequest):
            self.released.append(request.operation_id)
            if self.release_fails:
                raise ex.Unavailable("gone", feedback=self.release_fails)
        answer = await call(self.backend, method, request)
        return self._changed(answer)

    def _handed(self, request: ex.FeedbackRequest) -> ex.FeedbackLeft:
        if self.silent:
            raise ex.Unavailable("no connection")
        self.heard.append(request)
        return self.answer(request)

    def _changed(self, answer: A) -> A:
        if isinstance(answer, Settled):
            return replace(answer, feedback=self.feedback)
        if isinstance(answer, ex.System):
            more = {
                "can": answer.can | ex.Can.FEEDBACK,
                "feedback_seconds": 30,
                "feedback_batch": 2,
            }
            return answer.model_copy(update=more)
        if isinstance(answer, ex.Calculation) and self.keeps:
            return answer.model_copy(update={"hold": self.keeps})
        return answer


def note(name: str, receipt: str = "r", **more: object) -> Feedback:
    made = Feedback(name, "Loymax", receipt, f"payload of {name}", "sale N1")
    return replace(made, **more)  # type: ignore[arg-type]


async def started(**more: object) -> tuple[Stand, Forgetful]:
    made: list[Forgetful] = []

    def around(house: ex.Backend) -> ex.Backend:
        made.append(Forgetful(house, **more))  # type: ignore[arg-type]
        return made[0]

    stand = make_stand(around=around)
    await stand.till.start()
    return stand, made[0]


async def sell(stand: Stand) -> None:
    await stand.do(do.Scan(BREAD), do.Calculate(), CASH)


def waiting(stand: Stand) -> list[str]:
    return [one.feedback_id for one in stand.till.workplace.feedback.entries()]


async def test_what_a_save_leaves_is_kept_and_no_receipt_has_it() -> None:
    stand, _system = await started(feedback=(note("f1"),))
    await sell(stand)
    assert waiting(stand) == ["f1"]
    sold = stand.till.workplace.journal.last()
    assert sold is not None
    assert sold.settled is not None
    assert sold.settled.feedback == ()
    assert not sold.settled.pending
    await stand.till.close()


async def test_it_is_handed_back_as_often_as_the_system_says_and_in_such_portions() -> None:
    notes = tuple(note(f"f{n}", saving=Saving.APPEND) for n in range(1, 6))
    stand, system = await started(feedback=notes)
    await sell(stand)
    system.feedback = ()
    for turn in range(3):
        await stand.clock.asleep(1)
        assert len(system.heard) == turn
        await stand.clock.move(seconds=30)
    await stand.clock.asleep(1)
    names = [[one.feedback_id for one in request.feedback] for request in system.heard]
    assert names == [["f5", "f4"], ["f3", "f2"], ["f1"]]
    assert waiting(stand) == []
    await stand.till.close()


async def test_what_the_system_wants_again_stays_with_its_own_count() -> None:
    def again(request: ex.FeedbackRequest) -> ex.FeedbackLeft:
        left = tuple(replace(one, attempts=one.attempts + 1) for one in request.feedback)
        return ex.FeedbackLeft(feedback=left)

    stand, system = await started(feedback=(note("f1"),), answer=again)
    await sell(stand)
    await stand.do(do.Deliver(), do.Deliver())
    (kept,) = stand.till.workplace.feedback.entries()
    assert kept.feedback is not None
    assert (kept.feedback.attempts, kept.tries) == (2, 2)
    system.silent = True
    await stand.do(do.Deliver())
    (kept,) = stand.till.workplace.feedback.entries()
    assert kept.feedback is not None
    assert (kept.feedback.attempts, kept.tries) == (2, 3)
    assert kept.cause
    await stand.till.close()


async def test_those_that_always_fail_do_not_hold_the_others_back() -> None:
    def bad(request: ex.FeedbackRequest) -> ex.FeedbackLeft:
        left = tuple(one for one in request.feedback if one.feedback_id in ("f3", "f4"))
        return ex.FeedbackLeft(feedback=left)

    notes = tuple(note(f"f{n}", saving=Saving.APPEND) for n in range(1, 5))
    stand, _system = await started(feedback=notes, answer=bad)
    await sell(stand)
    await stand.do(do.Deliver(), do.Deliver())
    assert waiting(stand) == ["f3", "f4"]
    await stand.till.close()


async def test_a_later_one_takes_the_place_of_the_earlier_ones_of_its_receipt_and_link() -> None:
    first = (note("f1"), note("f2", "other"), note("f3", link="Set API"))
    stand, system = await started(feedback=first)
    await sell(stand)
    system.feedback = (note("f4"), note("f5", saving=Saving.APPEND))
    await sell(stand)
    assert waiting(stand) == ["f2", "f3", "f4", "f5"]
    await stand.till.close()


async def test_a_cancelled_receipt_takes_its_feedback_along_unless_it_persists() -> None:
    stand, system = await started(keeps="p1")
    await stand.do(do.Scan(BREAD), do.Calculate())
    receipt = stand.receipt.receipt_id
    system.release_fails = (
        note("goes", receipt, saving=Saving.APPEND),
        note("stays", receipt, saving=Saving.APPEND, on_cancel=OnCancel.PERSIST),
        note("other", "another receipt"),
    )
    await stand.do(do.CancelReceipt())
    assert waiting(stand) == ["stays", "other"]
    assert "waits in the queue" in stand.said
    await stand.till.close()


async def test_prices_that_keep_something_are_given_back_when_they_are_not_wanted() -> None:
    stand, system = await started(keeps="p1")
    await stand.do(do.Scan(BREAD), do.Calculate())
    assert stand.receipt.hold == "p1"
    await stand.do(do.BackToGoods())
    assert system.released == ["p1"]
    await stand.do(do.Calculate(), CASH)
    assert system.released == ["p1"]
    await stand.till.close()


async def test_a_receipt_put_aside_gives_up_its_prices_and_keeps_its_points() -> None:
    stand, system = await started(keeps="p1")
    await stand.do(
        do.Scan(BREAD), do.Scan(BREAD), do.Scan(ANNA), do.Calculate(), do.PayPoints(1000)
    )
    assert stand.receipt.hold == "p1"
    await stand.do(do.SuspendReceipt())
    assert system.released == ["p1"]
    (held,) = stand.till.workplace.journal.held()
    assert held.hold.startswith(f"{held.receipt_id}:aside:")
    assert "its coupons and points are kept" in stand.said
    assert "taken off" not in stand.said
    await stand.till.close()


async def test_what_waits_is_counted_sent_on_demand_and_given_up_with_a_reason() -> None:
    stand, system = await started(feedback=(note("f1"), note("f2", "other")))
    await sell(stand)
    system.feedback = ()
    assert stand.till.workplace.feedback.waiting == 2
    await stand.do(do.CloseEntry("F2", "told by phone"))
    assert waiting(stand) == ["f1"]
    await stand.do(do.SendAgain("F1"))
    assert waiting(stand) == []
    assert [one.feedback[0].feedback_id for one in system.heard] == ["f1"]
    await stand.till.close()


async def test_feedback_of_a_sale_from_the_queue_is_kept_as_well() -> None:
    stand, system = await started(feedback=(note("f1"),))
    await stand.do(do.SetConnection(do.Connection.OFFLINE))
    await sell(stand)
    assert waiting(stand) == []
    system.silent = True
    await stand.do(do.SetConnection(do.Connection.ONLINE))
    assert waiting(stand) == ["f1"]
    assert stand.till.workplace.outbox.waiting == 0
    await stand.till.close()


async def test_a_damaged_record_is_shown_and_disturbs_nobody() -> None:
    stand, system = await started(feedback=(note("f1"), note("f2", "other")))
    await sell(stand)
    with stand.till.workplace.journal.database.writing() as sql:
        sql.execute("UPDATE feedback SET body = x'00' WHERE feedback_id = 'f1'")
    await stand.do(do.Deliver())
    assert waiting(stand) == ["f1"]
    assert [one.feedback[0].feedback_id for one in system.heard] == ["f2"]
    assert stand.till.workplace.feedback.entries()[0].feedback is None
    await stand.till.close()


def test_it_outlives_the_till(tmp_path: Path) -> None:

    path = tmp_path / "journal.db"
    journal = Journal.open(path)
    at = make_stand().clock.now()
    FeedbackBox(journal).keep([note("f1")], "house", at)
    journal.close()
    again = Journal.open(path)
    box = FeedbackBox(again)
    assert box.waiting == 1
    (kept,) = box.batch("house", 5)
    assert kept.feedback == note("f1")
    assert box.batch("another", 5) == []
    again.close()

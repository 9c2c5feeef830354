"""Reservations of Kopilka in any weather: lost answers, repetitions, running out, feedback."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from set10.bonus_stage import Ear
from set10.kopilka_stage import (
    ANNA,
    AT_FIRST,
    SPEND,
    at_kopilka,
    bought,
    client,
    handed,
    held,
    near_kopilka,
    releasing,
    reserving,
    returning,
    selling,
)
from stand import MORNING

from backends.http import MEDDLER, Answer, Call, Seen
from backends.set10.kopilka.desk import HELD_FOR
from backends.set10.kopilka.wire import Said, Word
from cashier import exchange as ex
from cashier.clock import ManualClock
from cashier.errors import ConfigError
from cashier.exchange import OutcomeUnknown, Reason, Refused, Unavailable
from cashier.receipt import Identifier, IdentifierKind, Settled

EARNED = 1_50
"""A hundredth of what is left of 200.00 after 50.00 in points."""


@contextmanager
def meddling(meddler: Any) -> Iterator[Any]:
    token = MEDDLER.set(meddler)
    try:
        yield meddler
    finally:
        MEDDLER.reset(token)


class Deaf:
    """Messages of these names are heard by nobody, or their answers by us."""

    def __init__(self, *names: str, heard: bool = False) -> None:
        self.names, self.heard = names, heard

    async def __call__(
        self, call: Call, send: Callable[[], Awaitable[Answer]], seen: Seen
    ) -> Answer:
        if not call.body.startswith(tuple(f"<{name}>".encode() for name in self.names)):
            return await send()
        if self.heard:
            await send()
            seen.answer = None
            raise httpx.ReadError("the answer is lost")
        raise httpx.ConnectError("nobody is there")


class Resend:
    """Every message goes out twice, as networks sometimes do."""

    async def __call__(
        self,
        _call: Call,
        send: Callable[[], Awaitable[Answer]],
        _seen: Seen,
    ) -> Answer:
        await send()
        return await send()


# --- the reservation


async def test_points_are_reserved_confirmed_and_earned() -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        assert (at.balance(), at.available()) == (AT_FIRST, AT_FIRST - SPEND)
        settled = await at.backend.save_sale(selling(receipt))
        left = AT_FIRST - SPEND + EARNED
        assert settled == Settled(earned=EARNED, spent=SPEND, balance=left, available=left)
        assert (at.balance(), at.available()) == (left, left)


async def test_what_is_reserved_for_a_receipt_may_be_spent_on_it() -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        bare = replace(bought(), context=receipt.context)
        asked = ex.PointsRequest(receipt=bare, at=MORNING)
        offer = await at.backend.points(asked)
        assert (offer.available, offer.must_confirm) == (AT_FIRST, True)
        await at.backend.release(releasing(receipt))
        assert (await at.backend.points(asked)).available == AT_FIRST


async def test_a_release_gives_the_points_back_and_may_be_repeated() -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        for _turn in range(2):
            await at.backend.release(releasing(receipt))
        assert at.available() == AT_FIRST
        with pytest.raises(Refused, match="cancelled"):
            await at.backend.save_sale(selling(receipt))


async def test_a_second_reservation_of_a_receipt_takes_the_place_of_the_first() -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        again = await at.backend.reserve(reserving("op-2", replace(receipt, spend=0)))
        assert again.context != receipt.context
        assert at.available() == AT_FIRST - SPEND


async def test_the_same_reservation_twice_is_one() -> None:
    async with at_kopilka() as at:
        answers = [await at.backend.reserve(reserving()) for _turn in range(2)]
        assert answers[0] == answers[1]
        assert at.available() == AT_FIRST - SPEND


async def test_messages_that_arrive_twice_move_points_once() -> None:
    async with at_kopilka() as at:
        with meddling(Resend()):
            receipt = await held(at.backend)
            await at.backend.save_sale(selling(receipt))
            assert at.balance() == AT_FIRST - SPEND + EARNED
            await at.backend.save_return(returning(receipt))
        assert at.balance() == AT_FIRST


async def test_a_sale_that_is_saved_twice_is_one() -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        first = await at.backend.save_sale(selling(receipt))
        again = await at.backend.save_sale(selling(receipt, again=True))
        assert first == again
        assert at.balance() == AT_FIRST - SPEND + EARNED


async def test_a_confirmed_reservation_is_not_cancelled_any_more() -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        await at.backend.save_sale(selling(receipt))
        with pytest.raises(Refused, match="confirmed") as caught:
            await at.backend.release(releasing(receipt))
        [kept] = caught.value.feedback
        assert kept.attempts == 1
        assert at.balance() == AT_FIRST - SPEND + EARNED


async def test_points_that_were_not_reserved_are_not_spent() -> None:
    async with at_kopilka() as at:
        for receipt in (bought(spend=SPEND), replace(await held(at.backend), spend=SPEND + 1)):
            with pytest.raises(Refused, match="not reserved") as caught:
                await at.backend.save_sale(selling(receipt))
            assert caught.value.reason is Reason.EXPIRED
        assert at.balance() == AT_FIRST


async def test_more_than_there_is_cannot_be_reserved() -> None:
    async with at_kopilka() as at:
        much = reserving().model_copy(update={"spend": AT_FIRST + 1})
        with pytest.raises(Refused) as caught:
            await at.backend.reserve(much)
        assert caught.value.reason is Reason.LIMIT_EXCEEDED
        nobody = replace(bought(), buyer=None)
        with pytest.raises(Refused, match="verified"):
            await at.backend.reserve(reserving(receipt=nobody))


async def test_a_reservation_that_ran_out_is_still_good_while_the_points_are_there() -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        await at.clock.move(seconds=HELD_FOR.seconds + 1)
        assert at.available() == AT_FIRST
        await at.backend.save_sale(selling(receipt))
        assert at.balance() == AT_FIRST - SPEND + EARNED


async def test_a_reservation_that_ran_out_and_whose_points_are_gone_stops_the_sale() -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        await at.clock.move(seconds=HELD_FOR.seconds + 1)
        at.keeper.points.take("elsewhere", ANNA, AT_FIRST, "elsewhere")
        with pytest.raises(Refused, match="ran out") as caught:
            await at.backend.save_sale(selling(receipt))
        assert caught.value.reason is Reason.EXPIRED
        assert at.balance() == 0


async def test_a_cancel_that_overtakes_its_reservation_holds() -> None:
    async with at_kopilka() as at:
        uid = "2#3#1772521200000"
        cuid = "kopilka_3D93F09C"
        await at.line.ask(Said(Word.CANCEL, cuid, "1.2", uid))
        with pytest.raises(Refused, match="cancelled"):
            await at.line.ask(Said(Word.HOLD, cuid, "1.2", uid, SPEND))
        assert at.available() == AT_FIRST


# --- lost answers, one after another


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("which", range(4))
async def test_one_lost_answer_of_a_whole_life_changes_nothing(which: int, *, sent: bool) -> None:
    """Reservation, confirmation, accrual, return: each is said again by itself."""
    async with at_kopilka() as at:
        with meddling(Ear(which, sent)) as ear:
            receipt = await held(at.backend)
            settled = await at.backend.save_sale(selling(receipt))
            assert (settled.spent, settled.earned, settled.feedback) == (SPEND, EARNED, ())
            assert at.balance() == AT_FIRST - SPEND + EARNED
            back = await at.backend.save_return(returning(receipt))
        assert (back.given_back, back.taken_back) == (SPEND, EARNED)
        assert at.balance() == AT_FIRST
        assert sum(one.changes for one in ear.heard) == 5


async def test_a_reservation_without_an_answer_is_cancelled() -> None:
    async with at_kopilka() as at:
        with meddling(Deaf("hold", heard=True)), pytest.raises(Unavailable, match="free again"):
            await at.backend.reserve(reserving())
        assert at.available() == AT_FIRST


async def test_a_cancel_without_an_answer_is_kept_and_said_later() -> None:
    async with at_kopilka() as at:
        with meddling(Deaf("hold", "cancel", heard=True)), pytest.raises(OutcomeUnknown) as caught:
            await at.backend.reserve(reserving())
        [kept] = caught.value.feedback
        assert "not wanted" in kept.text
        assert (await at.backend.send_feedback(handed(kept))).feedback == ()
        assert at.available() == AT_FIRST


@pytest.mark.parametrize("heard", [True, False])
async def test_a_release_without_an_answer_leaves_feedback(*, heard: bool) -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        with (
            meddling(Deaf("cancel", heard=heard)),
            pytest.raises((OutcomeUnknown, Unavailable)) as caught,
        ):
            await at.backend.release(releasing(receipt))
        [kept] = caught.value.feedback
        assert (kept.attempts, kept.receipt_id) == (0, "doc-7")
        assert (await at.backend.send_feedback(handed(kept))).feedback == ()
        assert at.available() == AT_FIRST


async def test_a_reservation_whose_answer_never_came_is_released_by_its_operation() -> None:
    async with at_kopilka() as at:
        await held(at.backend)
        await at.backend.release(releasing(bought(hold="op-h")))
        assert at.available() == AT_FIRST
        await at.backend.release(releasing(bought(hold="op-x"), "op-x"))


@pytest.mark.parametrize("heard", [True, False])
async def test_a_confirmation_without_an_answer_is_kept_and_said_later(*, heard: bool) -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        with meddling(Deaf("confirm", heard=heard)):
            settled = await at.backend.save_sale(selling(receipt))
        assert settled.spent == SPEND
        confirm, accrue = settled.feedback
        assert '"amount":5000' in confirm.payload and "2#3#" in confirm.payload
        assert "50 points are spent" in confirm.text and "1.50 points" in accrue.text
        assert at.balance() == AT_FIRST - (SPEND if heard else 0)
        for _turn in range(2):  # twice is once
            left = await at.backend.send_feedback(handed(accrue, confirm))
            assert left == ex.FeedbackLeft()
        assert at.balance() == AT_FIRST - SPEND + EARNED


async def test_silence_does_not_count_and_refusals_do() -> None:
    async with at_kopilka(attempts=2) as at:
        receipt = await held(at.backend)
        with meddling(Deaf("confirm", "accrue")):
            settled = await at.backend.save_sale(selling(receipt))
            left = await at.backend.send_feedback(handed(*reversed(settled.feedback)))
        assert left.feedback == tuple(reversed(settled.feedback)), "nobody was there"
        await at.backend.release(releasing(receipt))  # now the confirmation is refused for ever
        left = await at.backend.send_feedback(handed(*reversed(settled.feedback)))
        [confirm] = left.feedback
        assert (confirm.attempts, left.messages) == (1, ())
        left = await at.backend.send_feedback(handed(confirm))
        assert left.feedback == ()
        assert "given up" in left.messages[0].text and "cancelled" in left.messages[0].text
        assert at.balance() == AT_FIRST + EARNED


async def test_feedback_that_nobody_can_read_is_given_up() -> None:
    async with near_kopilka() as at:
        receipt = await held(at.backend)
        assert (await at.backend.save_sale(selling(receipt))).feedback == ()
        with pytest.raises(Refused) as caught:
            await at.backend.release(releasing(receipt))
        odd = replace(caught.value.feedback[0], payload="{}")
        left = await at.backend.send_feedback(handed(odd))
        assert left.feedback == () and "nobody can read it" in left.messages[0].text


@pytest.mark.parametrize("heard", [True, False])
async def test_without_points_the_till_queues_what_got_no_answer(*, heard: bool) -> None:
    kind = OutcomeUnknown if heard else Unavailable
    async with at_kopilka() as at:
        with meddling(Deaf("accrue", heard=heard)), pytest.raises(kind):
            await at.backend.save_sale(selling(bought()))
        settled = await at.backend.save_sale(selling(bought(), again=True))
        assert (settled.earned, at.balance()) == (2_00, AT_FIRST + 2_00)
        with meddling(Deaf("refund", heard=heard)), pytest.raises(kind):
            await at.backend.save_return(returning(bought()))
        settled = await at.backend.save_return(returning(bought()))
        assert (settled.taken_back, at.balance()) == (2_00, AT_FIRST)


async def test_an_accrual_without_an_answer_after_a_confirmation_is_said_later() -> None:
    async with at_kopilka() as at:
        receipt = await held(at.backend)
        with meddling(Deaf("accrue", heard=True)):
            settled = await at.backend.save_sale(selling(receipt))
        assert (settled.spent, settled.earned) == (SPEND, 0)
        assert len(settled.feedback) == 1
        assert (await at.backend.send_feedback(handed(*settled.feedback))).feedback == ()
        assert at.balance() == AT_FIRST - SPEND + EARNED


# --- cards


async def test_a_card_that_is_not_known_earns_nothing_and_stops_nothing() -> None:
    async with at_kopilka() as at:
        other = bought()
        assert other.buyer is not None and other.buyer.card is not None
        card = replace(other.buyer.card, number="1234567")
        other = replace(other, buyer=replace(other.buyer, card=card))
        answer = await at.backend.calculate(ex.CalculateRequest(receipt=other, at=MORNING))
        assert (answer.earn, answer.lines) == (0, ())
        assert await at.backend.save_sale(selling(other)) == Settled()
        assert await at.backend.save_return(returning(other)) == Settled()
        with pytest.raises(Refused):
            await at.backend.points(ex.PointsRequest(receipt=other, at=MORNING))


async def test_who_is_known_by_a_card_and_nothing_else() -> None:
    async with near_kopilka() as near:
        known = Identifier(IdentifierKind.CARD, ANNA)
        found = await near.backend.identify(ex.IdentifyRequest(identifier=known, at=MORNING))
        assert isinstance(found, ex.Found)
        assert found.cards[0].available == AT_FIRST
        for kind, value in ((IdentifierKind.CARD, "77"), (IdentifierKind.PHONE, "+79001234501")):
            request = ex.IdentifyRequest(identifier=Identifier(kind, value), at=MORNING)
            assert isinstance(await near.backend.identify(request), ex.NotFound)
        assert {one.value for one in near.backend.samples()} >= {ANNA}


async def test_data_in_a_folder_last(tmp_path: Path) -> None:

    clock = ManualClock(MORNING)
    first = client(clock, tmp_path)
    receipt = await held(first)
    await first.close()
    second = client(clock, tmp_path)
    settled = await second.save_sale(selling(receipt))
    assert settled.balance == AT_FIRST - SPEND + EARNED
    await second.close()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"url": "ftp://x"}, "https"),
        ({"url": "http://x.example", "rules": "a.toml"}, "rules"),
        ({"names": {"confirm": "hold"}}, "same name"),
        ({"sign": {"fields": ["salt"]}}, "expected"),
        ({"unit": "dollars"}, "expected"),
        ({"attempts": 0}, "1 or more"),
        ({"color": "red"}, "unknown field"),
        ({"rules": "missing.toml"}, "no such file"),
    ],
)
def test_bad_options_are_told_with_their_field(options: dict[str, Any], why: str) -> None:

    with pytest.raises(ConfigError, match=why):
        client(ManualClock(MORNING), **options)

"""The host of a plugin: statuses, repetitions, feedback, and plugins that misbehave."""

import json
from dataclasses import replace
from typing import Any

import pytest
from set10.setapi_stand import (
    ANNA,
    CARD,
    Failing,
    PluginTill,
    away,
    handed,
    plugin_till,
    priced,
    releasing,
    returning,
    saving,
    silent,
    with_points,
    written_off,
)
from stand import MORNING

from backends.set10.setapi import contract as api
from cashier import exchange as ex
from cashier.receipt import CardStatus, Feedback, Identifier, IdentifierKind, OnCancel, Saving

Status = api.SearchStatus
FULL, LESS = 47_050, 46_050


@pytest.fixture
def till() -> PluginTill:
    return plugin_till()


def asking(kind: IdentifierKind, value: str) -> ex.IdentifyRequest:
    return ex.IdentifyRequest(identifier=Identifier(kind, value), at=MORNING)


# --- searching a card


async def test_a_card_is_found_by_number_and_phone(till: PluginTill) -> None:
    for kind, value in ((IdentifierKind.CARD, ANNA), (IdentifierKind.PHONE, "+79001234501")):
        found = await till.backend.identify(asking(kind, value))
        assert isinstance(found, ex.Found)
        assert found.customer is not None and found.customer.name == "Anna Sokolova"
        assert found.cards[0].available == FULL


async def test_nobody_is_found_by_a_coupon(till: PluginTill) -> None:
    found = await till.backend.identify(asking(IdentifierKind.COUPON, "SPRING10"))
    assert isinstance(found, ex.NotFound)
    assert till.calls == []


async def test_a_number_with_another_prefix_is_asked_of_nobody() -> None:
    till = plugin_till(prefixes=["77"])
    assert isinstance(await till.backend.identify(asking(CARD.kind, ANNA)), ex.NotFound)


@pytest.mark.parametrize("status", [Status.UNKNOWN_CARD, Status.CARD_NOT_FOUND])
async def test_a_card_that_is_not_there(till: PluginTill, status: api.SearchStatus) -> None:
    till.heard.before["search_card"] = lambda: api.SearchResult(status)
    assert isinstance(await till.backend.identify(asking(CARD.kind, ANNA)), ex.NotFound)


@pytest.mark.parametrize(
    ("result", "error", "text"),
    [
        (api.SearchResult(Status.OFFLINE, message="later"), ex.Unavailable, "later"),
        (api.SearchResult(Status.ERROR, message="no such shop"), ex.Refused, "no such shop"),
        (api.SearchResult(Status.SEARCH_WITH_FUNCTION_PLUGIN), ex.Refused, "window"),
        (api.SearchResult(Status.OK), ex.Unavailable, "there is none"),
        ("nonsense", ex.Unavailable, "broke off"),
    ],
)
async def test_a_search_that_fails(
    till: PluginTill, result: Any, error: type[Exception], text: str
) -> None:
    till.heard.before["search_card"] = lambda: result
    with pytest.raises(error, match=text):
        await till.backend.identify(asking(CARD.kind, ANNA))


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        (api.CardStatus.BLOCKED, CardStatus.BLOCKED),
        (api.CardStatus.INVALID, CardStatus.INACTIVE),
        (api.CardStatus.USED, CardStatus.INACTIVE),
    ],
)
async def test_a_card_that_is_not_active_spends_nothing(
    till: PluginTill, status: api.CardStatus, ours: CardStatus
) -> None:
    receipt = await priced(till.backend)
    card = api.PluginCard(ANNA, 500_00, status)
    till.heard.before["search_card"] = lambda: api.SearchResult(Status.OK, (card,))
    found = await till.backend.identify(asking(CARD.kind, ANNA))
    assert isinstance(found, ex.Found)
    assert (found.cards[0].status, found.cards[0].may_spend) == (ours, False)
    offer = await till.backend.points(ex.PointsRequest(receipt=receipt, at=MORNING))
    assert offer.spendable == 0


async def test_without_a_connection_the_card_is_there_with_nothing_on_it(till: PluginTill) -> None:
    plugin = till.heard.inner.cards

    class Away:
        def __getattr__(self, name: str) -> Any:
            async def call(*_said: object) -> None:
                away()

            return call

    plugin._processing = Away()  # type: ignore[attr-defined]
    found = await till.backend.identify(asking(CARD.kind, ANNA))
    assert isinstance(found, ex.Found)
    assert (found.cards[0].number, found.cards[0].available) == (ANNA, 0)
    assert "No connection" in found.messages[0].text
    with pytest.raises(ex.Unavailable):
        await till.backend.identify(asking(IdentifierKind.PHONE, "+79001234501"))


# --- writing off


async def test_a_write_off_is_done_once_however_often_it_is_said(till: PluginTill) -> None:
    receipt = await priced(till.backend)
    for _turn in range(2):
        await written_off(till.backend, receipt)
    assert await till.points() == LESS
    assert till.calls.count("write_off") == 1


async def test_another_write_off_for_the_same_receipt_takes_the_place_of_the_first(
    till: PluginTill,
) -> None:
    receipt = await priced(till.backend)
    await written_off(till.backend, receipt)
    await written_off(till.backend, receipt, "op-2")
    assert await till.points() == LESS


async def test_a_refused_write_off_says_why_and_may_be_tried_again(till: PluginTill) -> None:
    receipt = await priced(till.backend)
    no = api.WriteOffResult(api.WriteOffStatus.ERROR, message="not today")
    till.heard.before["write_off"] = lambda: no
    with pytest.raises(ex.Refused, match="not today"):
        await written_off(till.backend, receipt)
    till.heard.before.clear()
    await written_off(till.backend, receipt)
    assert await till.points() == LESS


async def test_try_again_means_that_nothing_happened(till: PluginTill) -> None:
    receipt = await priced(till.backend)
    later = api.WriteOffResult(api.WriteOffStatus.TRY_AGAIN, message="in a minute")
    till.heard.before["write_off"] = lambda: later
    with pytest.raises(ex.Unavailable, match="in a minute") as caught:
        await written_off(till.backend, receipt)
    assert caught.value.feedback == ()
    assert "rollback" not in till.calls


async def test_more_points_than_the_card_has_are_refused_by_the_plugin(till: PluginTill) -> None:
    receipt = await priced(till.backend)
    request = ex.ReserveRequest(operation_id="op", receipt=receipt, spend=FULL + 1, at=MORNING)
    with pytest.raises(ex.Refused, match="not so many points"):
        await till.backend.reserve(request)


async def test_without_a_card_nothing_is_written_off(till: PluginTill) -> None:
    receipt = replace(await priced(till.backend), buyer=None)
    request = ex.ReserveRequest(operation_id="op", receipt=receipt, spend=100, at=MORNING)
    with pytest.raises(ex.Refused, match="verified"):
        await till.backend.reserve(request)


async def test_the_plugin_s_own_transaction_id_is_the_one_that_is_rolled_back(
    till: PluginTill,
) -> None:
    heard: list[object] = []
    receipt = await priced(till.backend)
    till.heard.after["write_off"] = lambda answer: replace(answer, transaction_id="op-h")
    inner = till.heard.inner.cards.rollback

    async def rollback(transaction_id: str) -> api.RollbackResult:
        heard.append(transaction_id)
        return await inner(transaction_id)

    till.heard.inner.cards.rollback = rollback  # type: ignore[method-assign]
    held = await written_off(till.backend, receipt)
    await till.backend.release(releasing(held))
    assert heard == ["op-h"]


async def test_released_points_are_back_and_a_second_release_does_nothing(till: PluginTill) -> None:
    held = await written_off(till.backend, await priced(till.backend))
    for _turn in range(2):
        await till.backend.release(releasing(held))
    assert await till.points() == FULL
    assert till.calls.count("rollback") == 1
    assert till.calls.count("cancel_discount") == 2


async def test_prices_that_are_given_up_are_told_to_the_plugin(till: PluginTill) -> None:
    receipt = await priced(till.backend)
    bare = ex.CalculateRequest(receipt=receipt.uncalculated(), at=MORNING)
    hold = (await till.backend.calculate(bare)).hold
    assert hold
    await till.backend.release(releasing(receipt, hold))
    assert till.calls[-1] == "cancel_discount"


async def test_a_plugin_that_need_not_hear_of_cancel_keeps_nothing() -> None:
    till = plugin_till(hears_cancel=False)
    receipt = await priced(till.backend)
    bare = ex.CalculateRequest(receipt=receipt.uncalculated(), at=MORNING)
    assert (await till.backend.calculate(bare)).hold == ""


# --- the sale


async def test_a_sale_is_done_once_however_often_it_is_said(till: PluginTill) -> None:
    held = await written_off(till.backend, await priced(till.backend))
    first = await till.backend.save_sale(saving(held))
    again = await till.backend.save_sale(saving(held, again=True))
    assert first == again
    assert await till.points() == LESS + 397
    assert till.calls.count("on_receipt_fiscalized") == 1


async def test_points_that_nobody_wrote_off_yet_are_written_off_before_printing(
    till: PluginTill,
) -> None:
    receipt = with_points(await priced(till.backend))
    settled = await till.backend.save_sale(saving(receipt))
    assert till.calls[-3:] == [
        "write_off",
        "event_before_receipt_fiscalized",
        "on_receipt_fiscalized",
    ]
    assert settled.spent == 1000


async def test_points_that_differ_from_the_discount_stop_the_sale_and_go_back(
    till: PluginTill,
) -> None:
    held = await written_off(till.backend, await priced(till.backend))
    line = held.lines[0]
    less = replace(line.discounts[-1], amount=900)
    wrong = replace(held, lines=(replace(line, discounts=(*line.discounts[:-1], less)),))
    with pytest.raises(ex.Refused, match=r"10 points were written off and 9 became"):
        await till.backend.save_sale(saving(wrong))
    assert await till.points() == FULL
    assert "on_receipt_fiscalized" not in till.calls


async def test_if_that_rollback_has_no_answer_it_is_kept(till: PluginTill) -> None:
    held = await written_off(till.backend, await priced(till.backend))
    till.heard.before["rollback"] = silent
    with pytest.raises(ex.Refused) as caught:
        await till.backend.save_sale(saving(replace(held, spend=900)))
    [kept] = caught.value.feedback
    assert (kept.saving, kept.on_cancel) == (Saving.APPEND, OnCancel.PERSIST)
    till.heard.before.clear()
    assert await till.backend.send_feedback(handed(kept)) == ex.FeedbackLeft()
    assert await till.points() == FULL


async def test_points_written_off_and_not_wanted_any_more_go_back_with_the_sale(
    till: PluginTill,
) -> None:
    """The till was killed between the write-off and its own journal."""
    receipt = await priced(till.backend)
    await written_off(till.backend, receipt)
    await till.backend.save_sale(saving(receipt))
    assert await till.points() == FULL + 427


async def test_prices_asked_anew_without_points_bring_back_what_a_crash_left(
    till: PluginTill,
) -> None:
    await written_off(till.backend, await priced(till.backend))
    await priced(till.backend)
    assert await till.points() == FULL


async def test_a_no_before_printing_takes_the_write_off_back(till: PluginTill) -> None:
    held = await written_off(till.backend, await priced(till.backend))

    def no() -> None:
        raise ex.Refused(ex.Reason.OTHER, "not this receipt")

    till.heard.before["event_before_receipt_fiscalized"] = no
    with pytest.raises(ex.Refused, match="not this receipt"):
        await till.backend.save_sale(saving(held))
    assert await till.points() == FULL


@pytest.mark.parametrize(
    "call", ["event_before_receipt_fiscalized", "on_receipt_fiscalized", "write_off"]
)
async def test_a_lost_answer_at_the_end_leaves_the_till_unsure_and_repeating_helps(
    till: PluginTill, call: str
) -> None:
    receipt = with_points(await priced(till.backend))
    till.heard.after[call] = lambda _answer: silent()
    with pytest.raises(ex.OutcomeUnknown):
        await till.backend.save_sale(saving(receipt))
    till.heard.after.clear()
    settled = await till.backend.save_sale(saving(receipt, again=True))
    assert (settled.earned, settled.spent) == (427, 1000)
    assert await till.points() == LESS + 427


async def test_a_bug_in_the_plugin_after_a_write_off_is_no_crash(till: PluginTill) -> None:
    held = await written_off(till.backend, await priced(till.backend))

    def bug() -> None:
        raise KeyError("nobody thought of it")

    till.heard.before["on_receipt_fiscalized"] = bug
    with pytest.raises(ex.OutcomeUnknown, match="broke off"):
        await till.backend.save_sale(saving(held))
    till.heard.before.clear()
    await till.backend.save_sale(saving(held, again=True))
    assert await till.points() == LESS + 397


async def test_a_bug_in_the_prices_is_unavailable(till: PluginTill) -> None:
    odd = api.LoyaltyResult((api.Discount(-100, "odd", "Odd", line_number=1),))
    nowhere = replace(odd, discounts=(replace(odd.discounts[0], value=100, line_number=9),))
    answers: list[Any] = [object(), odd, nowhere]
    till.heard.after["do_discount"] = lambda _answer: answers.pop()
    while answers:
        with pytest.raises(ex.Unavailable):
            await priced(till.backend)


async def test_a_discount_of_the_whole_receipt_is_spread_over_what_its_lines_bear(
    till: PluginTill,
) -> None:
    whole = api.LoyaltyResult((api.Discount(1000, "whole", "Whole", why="a gift"),))
    till.heard.after["do_discount"] = lambda _answer: whole
    receipt = await priced(till.backend)
    assert [(one.amount, one.why) for one in receipt.lines[0].discounts] == [(1000, "a gift")]


# --- returns


async def test_the_parts_of_a_return_add_up_and_are_done_once(till: PluginTill) -> None:
    held = await written_off(till.backend, await priced(till.backend))
    await till.backend.save_sale(saving(held))
    given = taken = 0
    for turn in range(3):
        request = returning(held, 1, f"back-{turn}")
        settled = await till.backend.save_return(request)
        assert await till.backend.save_return(request) == settled
        given += settled.given_back
        taken += settled.taken_back
    assert (given, taken) == (1000, 397)
    assert await till.points() == FULL
    with pytest.raises(ex.Refused):
        await till.backend.save_return(returning(held, 1, "back-4"))


async def test_a_sale_that_this_till_does_not_know_moves_no_points(till: PluginTill) -> None:
    receipt = await priced(till.backend)
    settled = await till.backend.save_return(returning(receipt, 1))
    assert "not known at this till" in settled.messages[0].text
    assert await till.points() == FULL


async def test_a_line_that_was_not_sold_does_not_come_back(till: PluginTill) -> None:
    receipt = await priced(till.backend)
    await till.backend.save_sale(saving(receipt))
    request = returning(receipt, 1)
    odd = request.model_copy(update={"lines": (ex.LineReturned(number=7, quantity=1000),)})
    with pytest.raises(ex.Refused, match="line 7"):
        await till.backend.save_return(odd)


# --- feedback


def refusing() -> Any:
    from backends.set10.setapi.processing import AccrualResult

    return AccrualResult(api.WriteOffStatus.ERROR, "the card is blocked")


async def left_by(till: PluginTill) -> Feedback:
    settled = await till.backend.save_sale(saving(await priced(till.backend)))
    assert settled.earned == 0
    assert "4,27 points will come onto the card later" in settled.messages[0].text.replace(".", ",")
    [kept] = settled.feedback
    return kept


@pytest.mark.parametrize(("how", "attempts"), [(away, 0), (silent, 0), (refusing, 1)])
async def test_an_accrual_that_fails_is_kept_and_said_later(how: Any, attempts: int) -> None:
    till = plugin_till()
    cards = Failing(till, how)
    kept = await left_by(till)
    assert kept.attempts == attempts
    assert (kept.saving, kept.on_cancel) == (Saving.REPLACE, OnCancel.REMOVE)
    assert kept.receipt_id == "doc-1"
    cards.how = None
    assert await till.backend.send_feedback(handed(kept)) == ex.FeedbackLeft()
    assert await till.points() == FULL + 427


async def test_no_connection_is_not_counted_and_refusals_are_until_it_is_given_up() -> None:
    till = plugin_till(attempts=3)
    cards = Failing(till, away)
    kept = await left_by(till)
    for _turn in range(5):
        left = await till.backend.send_feedback(handed(kept))
        assert left.feedback == (kept,), "the same one"
    cards.how = refusing
    for attempts in (1, 2):
        [kept] = (await till.backend.send_feedback(handed(kept))).feedback
        assert kept.attempts == attempts
    last = await till.backend.send_feedback(handed(kept))
    assert last.feedback == ()
    assert "Given up" in last.messages[0].text


async def test_feedback_said_twice_is_one_accrual() -> None:
    till = plugin_till()
    cards = Failing(till, away)
    kept = await left_by(till)
    cards.how = None
    for _turn in range(2):
        await till.backend.send_feedback(handed(kept))
    assert await till.points() == FULL + 427


async def test_feedback_of_nobody_and_of_another_version_is_given_up_with_a_word() -> None:
    till = plugin_till()
    ours = Feedback("1", "x", "doc-1", json.dumps({"kind": "plugin", "payload": "[{}]"}), "ours")
    for odd in (ours, replace(ours, payload="?"), replace(ours, payload='{"kind": "rollback"}')):
        left = await till.backend.send_feedback(handed(odd))
        assert left.feedback == ()
        assert "iven up" in left.messages[0].text


async def test_a_plugin_that_breaks_over_feedback_gets_it_again(till: PluginTill) -> None:
    Failing(till, away)
    kept = await left_by(till)
    till.heard.before["on_send_feedback"] = silent
    assert (await till.backend.send_feedback(handed(kept))).feedback == (kept,)


async def test_feedback_that_nobody_handed_out_is_not_taken_back(till: PluginTill) -> None:
    Failing(till, away)
    kept = await left_by(till)
    stranger = api.Feedback("{}", id="stranger")
    till.heard.after["on_send_feedback"] = lambda _answer: api.SentFeedback((stranger,))
    assert (await till.backend.send_feedback(handed(kept))).feedback == ()


async def test_a_rollback_that_is_refused_is_given_up_after_a_while(till: PluginTill) -> None:
    held = await written_off(till.backend, await priced(till.backend))
    no = api.RollbackResult(api.WriteOffStatus.ERROR, "never heard of it")
    till.heard.before["rollback"] = lambda: no
    with pytest.raises(ex.OutcomeUnknown) as caught:
        await till.backend.release(releasing(held))
    [kept] = caught.value.feedback
    for attempts in (2, 3, 4):
        [kept] = (await till.backend.send_feedback(handed(kept))).feedback
        assert kept.attempts == attempts
    last = await till.backend.send_feedback(handed(kept))
    assert last.feedback == () and "iven up" in last.messages[0].text


async def test_a_rollback_that_waits_takes_back_its_own_write_off_alone(till: PluginTill) -> None:
    """The same receipt was sold with points after all: under another transaction."""
    held = await written_off(till.backend, await priced(till.backend))
    till.heard.before["rollback"] = silent
    with pytest.raises(ex.OutcomeUnknown) as caught:
        await till.backend.release(releasing(held))
    await till.backend.save_sale(saving(held))
    assert await till.points() == LESS - 1000 + 397
    till.heard.before.clear()
    for _turn in range(2):
        left = await till.backend.send_feedback(handed(*caught.value.feedback))
        assert left == ex.FeedbackLeft()
        assert await till.points() == LESS + 397

"""The moment of sale: all are told, what cannot be told waits, and nothing is told twice."""

from dataclasses import replace

import pytest
from chain.systems import CARD, Trouble, chain, house, opened, percent, priced, receipt, sale
from stand import MORNING

from backends.chain import ChainBackend
from backends.chain.feedback import MOST_REFUSALS
from cashier import exchange as ex
from cashier.receipt import (
    Discount,
    Feedback,
    Identifier,
    IdentifierKind,
    Kind,
    Receipt,
    SaleRef,
    Settled,
    Source,
)


async def _balance(system: ex.Backend) -> int:
    who = Identifier(IdentifierKind.CARD, CARD)
    found = await system.identify(ex.IdentifyRequest(identifier=who, at=MORNING))
    assert isinstance(found, ex.Found)
    return found.cards[0].balance


async def _sent(
    made: ChainBackend, feedback: tuple[Feedback, ...], turn: int = 1
) -> ex.FeedbackLeft:
    request = ex.FeedbackRequest(operation_id=f"f{turn}", feedback=feedback, at=MORNING)
    return await made.send_feedback(request)


async def test_every_system_earns_on_what_was_paid_and_is_told_once() -> None:
    a, b = percent("A", 10, earn=10), percent("B", 10, earn=5)
    made = await opened(chain(("a", a), ("b", b)))
    sold = await priced(made, receipt(10_000))
    for _turn in range(2):
        settled = await made.save_sale(sale(sold))
        assert settled.earned == 810
        assert not settled.feedback
    assert (await _balance(a), await _balance(b)) == (50_000 + 810, 50_000 + 405)
    assert any("405" in m.text or "4,05" in m.text or "4.05" in m.text for m in settled.messages)


async def test_who_is_down_leaves_a_feedback_and_hears_of_it_later() -> None:
    down = Trouble(percent("B", 10))
    made = await opened(chain(("a", percent("A", 10)), ("b", down)))
    sold = await priced(made, receipt(10_000))
    down.fail("save_sale")
    settled = await made.save_sale(sale(sold))
    (left,) = settled.feedback
    assert (left.link, left.receipt_id, left.attempts) == ("B", "r1", 0)
    assert "N-r1" in left.text
    assert any(message.text.startswith("B ") for message in settled.messages)
    assert await _sent(made, settled.feedback) == ex.FeedbackLeft(feedback=settled.feedback)
    down.errors.clear()
    assert await _sent(made, settled.feedback) == ex.FeedbackLeft()
    assert await _balance(down) == 50_000 + 405
    assert await _sent(made, settled.feedback) == ex.FeedbackLeft()
    assert await _balance(down) == 50_000 + 405


async def test_a_lost_answer_is_made_good_by_the_same_operation() -> None:
    class Deaf(Trouble):
        async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
            settled = await self.inner.save_sale(request)
            if not request.again:
                raise ex.OutcomeUnknown("cut")
            return settled

    deaf = Deaf(percent("B", 10))
    made = await opened(chain(("a", percent("A", 10)), ("b", deaf)))
    settled = await made.save_sale(sale(await priced(made, receipt(10_000))))
    assert await _sent(made, settled.feedback) == ex.FeedbackLeft()
    assert await _balance(deaf) == 50_000 + 405


async def test_refusals_are_counted_and_given_up_with_a_sentence() -> None:
    no = Trouble(percent("B", 10))
    made = await opened(chain(("a", percent("A", 10)), ("b", no)))
    no.fail("save_sale", error=ex.Refused(ex.Reason.BLOCKED, "closed on Mondays"))
    left = (await made.save_sale(sale(await priced(made, receipt(10_000))))).feedback
    assert left[0].attempts == 1
    for turn in range(2, MOST_REFUSALS):
        left = (await _sent(made, left)).feedback
        assert left[0].attempts == turn
    given_up = await _sent(made, left)
    assert given_up.feedback == ()
    assert "closed on Mondays" in given_up.messages[0].text


async def test_what_one_system_waits_for_is_told_in_the_order_it_happened() -> None:
    down = Trouble(percent("B", 10))
    made = await opened(chain(("a", percent("A", 10)), ("b", down)))
    sold = await priced(made, receipt(10_000))
    down.fail("save_sale", "save_return")
    first = await made.save_sale(sale(sold))
    second = await made.save_return(_back(sold))
    down.errors.clear()
    assert await _sent(made, (*second.feedback, *first.feedback)) == ex.FeedbackLeft()
    assert await _balance(down) == 50_000


async def test_a_return_that_comes_before_its_sale_is_told_after_it() -> None:
    down = Trouble(percent("B", 10))
    made = await opened(chain(("a", percent("A", 10)), ("b", down)))
    sold = await priced(made, receipt(10_000))
    down.fail("save_sale")
    first = await made.save_sale(sale(sold))
    down.errors.clear()
    second = await made.save_return(_back(sold))
    assert [one.attempts for one in second.feedback] == [1]
    assert await _sent(made, (*second.feedback, *first.feedback)) == ex.FeedbackLeft()
    assert await _balance(down) == 50_000


def _back(sold: Receipt) -> ex.SaveReturnRequest:
    of = SaleRef(sold.receipt_id, sold.number, MORNING, context=sold.context)
    back = replace(sold, receipt_id="r2", kind=Kind.RETURN, number="N-r2", of=of, context="")
    lines = (ex.LineReturned(number=1, quantity=1000),)
    later = MORNING.replace(hour=12)
    return ex.SaveReturnRequest(operation_id="r2:return", receipt=back, lines=lines, at=later)


async def test_a_return_comes_to_all_that_know_the_sale() -> None:
    a, b = percent("A", 10), percent("B", 10)
    made = await opened(chain(("a", a), ("b", b)))
    sold = await priced(made, receipt(10_000))
    await made.save_sale(sale(sold))
    settled = await made.save_return(_back(sold))
    assert settled.taken_back == 405
    assert (await _balance(a), await _balance(b)) == (50_000, 50_000)


async def test_a_sale_that_nobody_heard_of_is_queued_as_a_whole() -> None:
    a, b = Trouble(percent("A", 10)), Trouble(percent("B", 10))
    made = await opened(chain(("a", a), ("b", b)))
    sold = await priced(made, receipt(10_000))
    a.fail("save_sale")
    b.fail("save_sale", error=ex.OutcomeUnknown("cut"))
    with pytest.raises(ex.OutcomeUnknown):
        await made.save_sale(sale(sold))


def _with_points(sold: Receipt, amount: int) -> Receipt:
    points = Discount(Source.POINTS, "points", "Points", amount, system="Chain")
    return replace(sold, lines=(sold.lines[0].with_more((points,)),), spend=amount)


async def test_points_are_those_of_one_system_and_its_no_is_the_no() -> None:
    first, second = Trouble(percent("A", 10)), Trouble(house("B"))
    made = await opened(chain(("a", first), ("b", second), payer="b"))
    sold = await priced(made, receipt(10_000), spend=2_000)
    offer = await made.points(ex.PointsRequest(receipt=sold, at=MORNING))
    assert offer.spendable == 9_000
    paid = _with_points(sold, 2_000)
    second.fail("save_sale", error=ex.Refused(ex.Reason.BLOCKED, "the account is closed"))
    with pytest.raises(ex.Refused, match="closed"):
        await made.save_sale(sale(paid))
    assert first.requests("save_sale") == []
    second.errors.clear()
    settled = await made.save_sale(sale(paid))
    assert settled.spent == 2_000
    assert await _balance(second) == 50_000 - 2_000 + 350
    assert await _balance(first) == 50_000 + 350


async def test_points_go_back_to_the_one_whose_they_were() -> None:
    first, payer = Trouble(percent("A", 10)), Trouble(house("B"))
    made = await opened(chain(("a", first), ("b", payer), payer="b"))
    paid = _with_points(await priced(made, receipt(10_000), spend=2_000), 2_000)
    await made.save_sale(sale(paid))
    settled = await made.save_return(_back(paid))
    assert (settled.given_back, settled.taken_back) == (2_000, 350)
    assert (await _balance(first), await _balance(payer)) == (50_000, 50_000)
    (asked,) = payer.requests("save_return")
    assert isinstance(asked, ex.SaveReturnRequest)
    assert asked.receipt.lines[0].points == 2_000
    (asked,) = first.requests("save_return")
    assert isinstance(asked, ex.SaveReturnRequest)
    assert asked.receipt.lines[0].points == 0


async def test_a_payer_without_an_answer_leaves_the_sale_unsaid() -> None:
    first, payer = Trouble(percent("A", 10)), Trouble(house("B"))
    made = await opened(chain(("a", first), ("b", payer), payer="b"))
    paid = _with_points(await priced(made, receipt(10_000), spend=2_000), 2_000)
    payer.fail("save_sale")
    with pytest.raises(ex.Unavailable):
        await made.save_sale(sale(paid))
    assert first.requests("save_sale") == []


async def test_who_cannot_be_told_that_points_are_free_again_leaves_a_feedback() -> None:
    payer = Trouble(house("B"))
    made = await opened(chain(("a", percent("A", 10)), ("b", payer), payer="b"))
    sold = await priced(made, receipt(10_000))
    reserve = ex.ReserveRequest(operation_id="h1", receipt=sold, spend=2_000, at=MORNING)
    reserved = await made.reserve(reserve)
    assert isinstance(reserved, ex.Reserved)
    held = replace(sold, hold="h1", context=reserved.context)
    release = ex.ReleaseRequest(operation_id="h1", receipt=held, at=MORNING)
    payer.fail("release")
    with pytest.raises(ex.Unavailable) as error:
        await made.release(release)
    (left,) = error.value.feedback
    assert left.link == "B"
    payer.errors.clear()
    assert await _sent(made, (left,)) == ex.FeedbackLeft()
    assert len(payer.requests("release")) == 2


@pytest.mark.parametrize(
    "payload", ["", "{}", "[1]", '{"kind":"own","member":"gone","payload":""}']
)
async def test_feedback_of_somebody_else_is_given_up_with_a_sentence(payload: str) -> None:
    made = await opened(chain(("a", house("A"))))
    left = await _sent(made, (Feedback("f", "Gone", "r1", payload, "sale 7"),))
    assert left.feedback == ()
    assert "Gone" in left.messages[0].text


async def test_what_a_system_leaves_when_it_is_told_later_is_kept_as_well() -> None:
    class Leaves(Trouble):
        """Told of a sale it leaves something for itself, to be had again."""

        async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
            settled = await super().save_sale(request)
            return replace(settled, feedback=(Feedback("f1", "", "r1", "own words"),))

        async def send_feedback(self, request: ex.FeedbackRequest) -> ex.FeedbackLeft:
            self.heard.append(("send_feedback", request))
            return ex.FeedbackLeft()

    leaves = Leaves(percent("B", 10))
    made = await opened(chain(("a", percent("A", 10)), ("b", leaves)))
    sold = await priced(made, receipt(10_000))
    leaves.fail("save_sale")
    untold = (await made.save_sale(sale(sold))).feedback
    leaves.errors.clear()
    own = (await _sent(made, untold)).feedback
    assert [one.receipt_id for one in own] == ["r1"]
    assert {one.link for one in own}.isdisjoint(one.link for one in untold), (
        "its own replaces nothing that the chain has to tell it"
    )
    assert await _sent(made, own) == ex.FeedbackLeft()
    (handed,) = leaves.requests("send_feedback")
    assert isinstance(handed, ex.FeedbackRequest)
    assert [(one.feedback_id, one.payload) for one in handed.feedback] == [("f1", "own words")]


@pytest.mark.parametrize("error", [ex.Unavailable, ex.OutcomeUnknown])
async def test_what_comes_with_silence_is_kept_beside_what_waits(
    error: type[ex.Unavailable | ex.OutcomeUnknown],
) -> None:
    down = Trouble(percent("B", 10))
    made = await opened(chain(("a", percent("A", 10)), ("b", down)))
    sold = await priced(made, receipt(10_000))
    down.fail("save_sale")
    untold = (await made.save_sale(sale(sold))).feedback
    down.fail("save_sale", error=error("", feedback=(Feedback("f1", "part", "r1", "own words"),)))
    left = (await _sent(made, untold)).feedback
    assert {one.feedback_id for one in left} == {"b:f1", *(one.feedback_id for one in untold)}

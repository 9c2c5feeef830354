"""The sale: saved once, told with its balance and levels, certificates sold and paid with."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from rarus.bodies import ANNA, BUYER, CARD
from rarus.scripted import (
    CARD_ID,
    FINISHED,
    GOOD,
    HELD,
    ONCE,
    REFUND,
    SALE,
    WITH_CERTIFICATES,
    at_service,
    done,
    no,
    selling,
)

from backends.rarus.wire.reasons import CODES
from cashier.exchange import (
    CertificateRequest,
    Opening,
    OutcomeUnknown,
    Reason,
    Refused,
    Unavailable,
)
from cashier.receipt import (
    Applied,
    Buyer,
    Identifier,
    IdentifierKind,
    Message,
    MessageTo,
    Receipt,
    Settled,
)

PROCESS = "POST /organization/process_bonus"
HISTORY = "GET /organization/sale_info"
STATEMENT = f"GET /organization/card/{CARD_ID}/balance_info"
PAY, ACTIVATE = "POST /organization/certificate/pay", "POST /organization/certificate/activate"
SETTLED = Settled(
    earned=464, spent=5000, balance=48_050, available=43_000,
    next_level="Silver", to_next_level=564_520,
)  # fmt: skip


def sale(**changes: Any) -> Receipt:
    return replace(FINISHED, **changes)


async def test_a_sale_is_saved_and_told_with_its_balance() -> None:
    async with at_service() as at:
        assert await at.backend.save_sale(selling()) == SETTLED
        assert at.lines() == ["POST /process_bonus", f"GET /card/{CARD_ID}/balance_info"]


async def test_a_sale_of_nobody_is_told_without_a_card() -> None:
    receipt = sale(buyer=None, spend=0, coupons=())
    async with at_service() as at:
        await at.backend.save_sale(selling(receipt))
        assert at.body(PROCESS)["card_id"] == ""
        assert at.lines() == ["POST /process_bonus"]


async def test_a_number_nobody_verified_earns_on_the_best_card() -> None:
    phone = Buyer(Identifier(IdentifierKind.PHONE, "+7 900 123-45-01"))
    receipt = sale(buyer=phone, applied=Applied(offline=True), spend=0)
    blocked = {**CARD, "id": "9", "barcode": "9", "card_level_id": "silver", "blocked_status": 1}
    async with at_service({"GET /organization/card": done(cards=[blocked, CARD])}) as at:
        settled = await at.backend.save_sale(selling(receipt))
        assert at.body(PROCESS)["card_id"] == CARD_ID
        assert (settled.balance, settled.messages) == (48_050, ())
        assert "phone=79001234501" in at.service.heard[0].query


async def test_a_card_nobody_knows_earns_nothing_and_the_cashier_is_told() -> None:
    card = Buyer(Identifier(IdentifierKind.CARD, "1"))
    async with at_service({"GET /organization/card": no()}) as at:
        settled = await at.backend.save_sale(selling(sale(buyer=card, spend=0)))
        assert at.body(PROCESS)["card_id"] == ""
        text = "The card is not known to the system: nothing was earned."
        assert settled.messages == (Message(MessageTo.CASHIER, text),)


@pytest.mark.parametrize("answer", [no(), (500, b"oops"), (200, b"{"), done(balance="?"), b""])
async def test_a_balance_that_does_not_come_leaves_the_sale_as_it_is(answer: Any) -> None:
    async with at_service({STATEMENT: answer}) as at:
        settled = await at.backend.save_sale(selling())
        assert (settled.earned, settled.balance) == (464, None)


async def test_a_till_for_training_says_so() -> None:
    for is_test in (False, True):
        async with at_service(training_is_test=is_test) as at:
            await at.backend.open(Opening(shop="01", till="01", training=True))
            await at.backend.save_sale(selling())
            body = at.body(PROCESS)
            assert (body["description"], body["test"]) == ("Training", is_test)


async def test_what_was_kept_for_the_receipt_goes_with_its_sale() -> None:
    held = sale(hold=HELD.hold, context=HELD.context)
    async with at_service() as at:
        await at.backend.save_sale(selling(held))
        body = at.body(PROCESS)
        assert (body["hold_id"], body["coupon_hold_id"], body["hold_used"]) == (
            "hold-1", "hold-2", True,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (no(400, CODES[Reason.LIMIT_EXCEEDED], "too many points"), Refused),
        (no(404, 114), Refused),
        ((200, {"code": 17, "message": "no"}), Refused),
        ((400, b"<html>Bad Request</html>"), Unavailable),
        ((502, b"<html>Bad Gateway</html>"), OutcomeUnknown),
        (done(bonus_earned=-1), OutcomeUnknown),
        (done(bonus_earned="many"), OutcomeUnknown),
        ((200, b""), OutcomeUnknown),
        ((200, b"{}"), OutcomeUnknown),
        ((200, b"<html>Welcome to our WLAN</html>"), OutcomeUnknown),
    ],
)
async def test_each_trouble_of_a_sale_is_the_right_outcome(
    answer: Any, outcome: type[Exception]
) -> None:
    async with at_service({PROCESS: answer}) as at:
        with pytest.raises(outcome):
            await at.backend.save_sale(selling())


# --- said before


async def test_a_sale_that_may_have_been_saved_is_looked_for_first() -> None:
    async with at_service() as at:
        settled = await at.backend.save_sale(selling(again=True))
        assert settled == replace(SETTLED, to_next_level=580_000), "by the turnover of the card"
        assert PROCESS not in at.service.lines
        assert at.service.heard[0].query.startswith("doc_id=doc-1&")


@pytest.mark.parametrize(
    "history", [no(), done(sales=[]), done(sales=[{**SALE, "doc_id": "x"}, REFUND])]
)
async def test_a_sale_that_is_not_in_the_history_is_saved(history: Any) -> None:
    async with at_service({HISTORY: history}) as at:
        assert await at.backend.save_sale(selling(again=True)) == SETTLED
        assert at.lines()[:2] == ["GET /sale_info", "POST /process_bonus"]


async def test_a_history_that_does_not_answer_leaves_everything_open() -> None:
    """Nothing is said a second time before it is known that the first was not heard."""
    for answer in ((503, b""), (200, b"{"), done(sales=[{**SALE, "bonus_earned": -1}])):
        async with at_service({HISTORY: answer}) as at:
            with pytest.raises(Unavailable):
                await at.backend.save_sale(selling(again=True))
            assert PROCESS not in at.service.lines


# --- levels


async def test_a_level_that_was_reached_is_told() -> None:
    risen = {**CARD, "card_level_id": "silver", "accum_sale_amount": 10_100}
    script = {
        PROCESS: {**GOOD[PROCESS], "card_accum": 10_100},
        f"GET /organization/card/{CARD_ID}": done(card=risen),
    }
    async with at_service(script) as at:
        settled = await at.backend.save_sale(selling())
        assert (settled.level, settled.next_level) == ("Silver", "")
        assert at.body(PROCESS)["level_up"] is True


async def test_a_level_that_waits_to_be_asked_for_is_told_as_the_next() -> None:
    script = {
        PROCESS: {**GOOD[PROCESS], "card_accum": 10_100},
        f"GET /organization/card/{CARD_ID}": done(card={**CARD, "accum_sale_amount": 10_100}),
    }
    async with at_service(script, level_up=False) as at:
        settled = await at.backend.save_sale(selling())
        assert (settled.level, settled.next_level, settled.to_next_level) == ("", "Silver", 0)
        assert at.body(PROCESS)["level_up"] is False


async def test_a_level_nobody_can_tell_now_leaves_the_sale_as_it_is() -> None:
    script = {
        PROCESS: {**GOOD[PROCESS], "card_accum": 10_100},
        f"GET /organization/card/{CARD_ID}": (500, b""),
    }
    async with at_service(script) as at:
        settled = await at.backend.save_sale(selling())
        assert (settled.earned, settled.level, settled.balance) == (464, "", 48_050)


async def test_a_card_that_may_not_earn_hears_nothing_of_levels() -> None:
    blocked = replace(BUYER, card=replace(ANNA, may_earn=False, may_spend=False))
    receipt = sale(buyer=blocked, spend=0, lines=FINISHED.lines[:0])
    async with at_service() as at:
        settled = await at.backend.save_sale(selling(receipt))
        assert at.body(PROCESS)["bonus_payment"] == 0
        assert settled.next_level == ""


# --- certificates


async def test_a_certificate_is_asked_about() -> None:
    async with at_service() as at:
        known = await at.backend.certificate(CertificateRequest(number="9800000001", at=ANY_TIME))
        assert (known.left, known.sold, known.value) == (30_000, True, 50_000)


async def test_certificates_are_paid_with_before_the_sale_and_sold_after_it() -> None:
    async with at_service() as at:
        await at.backend.save_sale(selling(WITH_CERTIFICATES))
        assert at.body(PAY) == {
            "doc_id": "doc-1",
            "cert_payments": [{"line_number": 1, "certificate_id": "9800000001", "sum": 200}],
        }
        assert (at.body(ACTIVATE)["id"], at.body(ACTIVATE)["doc_id"]) == ("9800000002", "doc-1")
        assert at.lines()[:3] == [
            "POST /certificate/pay", "POST /process_bonus", "POST /certificate/activate",
        ]  # fmt: skip


async def test_a_certificate_without_money_stops_the_sale() -> None:
    async with at_service({PAY: no(400, CODES[Reason.LIMIT_EXCEEDED], "not so much")}) as at:
        with pytest.raises(Refused, match="not so much"):
            await at.backend.save_sale(selling(WITH_CERTIFICATES))
        assert PROCESS not in at.service.lines


@pytest.mark.parametrize("answer", [no(400, 9, "no"), (400, b"<html>")])
async def test_a_sale_that_is_refused_leaves_its_certificates_as_they_were(answer: Any) -> None:
    async with at_service({PROCESS: answer}) as at:
        with pytest.raises((Refused, Unavailable)):
            await at.backend.save_sale(selling(WITH_CERTIFICATES))
        assert at.body(PAY) == {"doc_id": "doc-1", "cert_payments": []}
        assert ACTIVATE not in at.service.lines


async def test_certificates_that_cannot_be_put_right_leave_the_till_unsure() -> None:
    script = {PROCESS: no(400, 9, "no"), PAY: [done(), (503, b"")]}
    async with at_service(script) as at:
        with pytest.raises(OutcomeUnknown):
            await at.backend.save_sale(selling(WITH_CERTIFICATES))


async def test_a_sale_without_an_answer_keeps_its_certificates_paid() -> None:
    """It may be saved: they are put right when that is known."""
    async with at_service({PROCESS: (502, b"")}) as at:
        with pytest.raises(OutcomeUnknown):
            await at.backend.save_sale(selling(WITH_CERTIFICATES))
        assert [one.line for one in at.service.heard].count(PAY) == 1


async def test_a_certificate_that_cannot_be_sold_is_told_and_the_sale_stands() -> None:
    async with at_service({ACTIVATE: no(400, 9, "sold already")}) as at:
        settled = await at.backend.save_sale(selling(WITH_CERTIFICATES))
        assert [one.text for one in settled.messages] == [
            "Certificate 9800000002 could not be activated: sold already"
        ]


async def test_silence_at_activation_is_settled_by_repeating() -> None:
    async with at_service({ACTIVATE: [(429, b""), done()]}, network=ONCE) as at:
        with pytest.raises(OutcomeUnknown):
            await at.backend.save_sale(selling(WITH_CERTIFICATES))
        settled = await at.backend.save_sale(selling(WITH_CERTIFICATES, again=True))
        assert settled.earned == 464
        assert at.service.lines.count(PROCESS) == 1


async def test_certificates_of_the_till_itself_stay_with_it() -> None:
    async with at_service(certificates=False) as at:
        await at.backend.save_sale(selling(WITH_CERTIFICATES))
        assert at.body(PROCESS)["cert_payments"] == []
        assert at.body(PROCESS)["payment_types"][0] == {"type": "certificate", "sum": 200}
        assert at.lines() == ["POST /process_bonus", f"GET /card/{CARD_ID}/balance_info"]


async def test_a_sale_may_pay_with_the_certificates_that_it_names() -> None:
    for answer in (GOOD[PROCESS], no(400, 9, "no")):
        async with at_service({PROCESS: answer}, certificate_payment="in_sale") as at:
            with suppress(Refused):
                await at.backend.save_sale(selling(WITH_CERTIFICATES))
            assert at.body(PROCESS)["cert_payments"][0]["certificate_id"] == "9800000001"
            assert PAY not in at.service.lines


ANY_TIME = FINISHED.opened_at

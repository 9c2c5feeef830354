"""Returns: the sale is found, its points go back, by the server's reckoning or the till's."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from rarus.bodies import ANNA, AT, CARD, MILK, MOMENT
from rarus.scripted import (
    BACK,
    CARD_ID,
    GOOD,
    ONCE,
    REFUND,
    SALE,
    at_service,
    done,
    giving_back,
    no,
)

from cashier.exchange import (
    FindSaleRequest,
    LineReturned,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from cashier.receipt import Receipt, Tender, TenderKind

PROCESS = "POST /organization/process_bonus"
HISTORY = "GET /organization/sale_info"
DAY = 86_400_000


def finding(number: str = "", card: str = ANNA.number) -> FindSaleRequest:
    return FindSaleRequest(number=number, card=card, day=date(2026, 3, 3), at=AT)


# --- find


async def test_sales_of_a_card_are_found_by_their_day() -> None:
    async with at_service() as at:
        (found,) = await at.backend.find_sale(finding())
        assert (found.receipt.receipt_id, found.receipt.number) == ("doc-1", "R0101-000001")
        assert found.receipt.buyer is not None
        assert found.receipt.buyer.card == ANNA
        assert found.returned == (LineReturned(number=1, quantity=1000),)
        query = at.service.heard[-1].query
        begins = MOMENT - 10 * 3_600_000
        assert f"card_id={CARD_ID}&date_from={begins}&" in query
        assert "cheque_items_info=true&payment_info=true" in query


async def test_sales_of_other_days_are_left_out_and_the_newest_comes_first() -> None:
    rows = [
        SALE,
        {**SALE, "doc_id": "later", "date_calculate_local": MOMENT + 3_600_000},
        {**SALE, "doc_id": "tomorrow", "date_calculate_local": MOMENT + DAY},
    ]
    async with at_service({HISTORY: done(sales=rows)}) as at:
        found = await at.backend.find_sale(finding())
        assert [one.receipt.receipt_id for one in found] == ["later", "doc-1"]


async def test_by_number_the_till_looks_in_its_own_journal() -> None:
    async with at_service() as at:
        assert await at.backend.find_sale(finding("R0101-000001")) == ()
        assert await at.backend.find_sale(FindSaleRequest(card="1", at=AT)) == ()
        assert at.service.heard == []


@pytest.mark.parametrize("history", [no(), done(sales=[]), done(sales=None)])
async def test_a_card_that_bought_nothing_has_no_sales(history: Any) -> None:
    async with at_service({HISTORY: history}) as at:
        assert await at.backend.find_sale(finding()) == ()
    async with at_service({"GET /organization/card": no()}) as at:
        assert await at.backend.find_sale(finding(card="1")) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"cheque_items_for_sales": [{"article_id": "1", "quantity": -1, "price": 5}]},
        {"bonus_spent": -1},
        {"date_calculate_local": 10**18},
        {"summ": "much"},
    ],
)
async def test_a_sale_that_cannot_be_is_no_answer(changes: dict[str, Any]) -> None:
    async with at_service({HISTORY: done(sales=[{**SALE, **changes}])}) as at:
        with pytest.raises(Unavailable):
            await at.backend.find_sale(finding())


# --- give back


async def test_the_server_reckons_what_goes_back() -> None:
    told = {**GOOD[PROCESS], "bonus_earned": 2.32, "bonus_spent": 25}
    async with at_service({PROCESS: told}) as at:
        settled = await at.backend.save_return(giving_back())
        assert (settled.taken_back, settled.given_back, settled.balance) == (232, 2500, 48_050)
        body = at.body(PROCESS)
        assert (body["auto_bonus_refund"], body["auto_bonus_payment"]) == (True, True)
        assert (body["doc_id"], body["doc_id_refund"]) == ("doc-1", "doc-2")
        assert [row["line_number"] for row in body["cheque_items"]] == [1]


async def test_the_ids_change_places_by_a_setting() -> None:
    async with at_service(refund_ids="sale_in_doc_id_refund") as at:
        await at.backend.save_return(giving_back())
        body = at.body(PROCESS)
        assert (body["doc_id"], body["doc_id_refund"]) == ("doc-2", "doc-1")


async def test_the_till_may_reckon_by_itself() -> None:
    """Half of the money has come back: half of the points, whole ones, the rest with the rest."""
    sold = {**SALE, "summ_with_discount": 169.8, "bonus_earned": 9, "bonus_spent": 50}
    back = {**REFUND, "doc_id_refund": "doc-3", "summ_with_discount": 84.9}
    for rows, amounts in (([sold], (5, 25)), ([sold, back], (4, 25))):
        async with at_service({HISTORY: done(sales=rows)}, refund="till") as at:
            await at.backend.save_return(giving_back())
            body = at.body(PROCESS)
            assert (body["refund_bonus"], body["bonus_payment"]) == amounts
            assert (body["auto_bonus_refund"], body["auto_bonus_payment"]) == (False, False)


async def test_without_the_sale_in_the_history_nothing_can_be_reckoned() -> None:
    async with at_service({HISTORY: no()}, refund="till") as at:
        with pytest.raises(Unavailable):
            await at.backend.save_return(giving_back())
        assert PROCESS not in at.service.lines


async def test_a_return_that_may_have_been_saved_is_looked_for_first() -> None:
    async with at_service() as at:
        settled = await at.backend.save_return(giving_back(again=True))
        assert (settled.taken_back, settled.given_back) == (232, 2500)
        assert PROCESS not in at.service.lines
    async with at_service({HISTORY: no()}) as at:
        await at.backend.save_return(giving_back(again=True))
        asked = [one.query.partition("&")[0] for one in at.service.heard if one.line == HISTORY]
        assert asked == ["doc_id=doc-2", "doc_id=doc-1"], "by its own id, then by its sale's"
        assert at.service.lines.count(PROCESS) == 1


async def test_the_same_money_may_come_back_twice_in_two_returns() -> None:
    """Another return of the same sale is not this one."""
    other = {**REFUND, "doc_id_refund": "doc-9", "check_number": "R0101-000009"}
    async with at_service({HISTORY: done(sales=[SALE, other])}) as at:
        await at.backend.save_return(giving_back(again=True))
        assert at.service.lines.count(PROCESS) == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(no(400, 9, "no"), Refused), ((400, b"?"), Unavailable), ((504, b""), OutcomeUnknown)],
)
async def test_each_trouble_of_a_return_is_the_right_outcome(
    answer: Any, outcome: type[Exception]
) -> None:
    async with at_service({PROCESS: answer}) as at:
        with pytest.raises(outcome):
            await at.backend.save_return(giving_back())


# --- certificates


def with_certificates() -> Receipt:
    line = replace(MILK, certificate="9800000002", sale_line=1)
    tenders = (Tender(TenderKind.CERTIFICATE, 20_000, "9800000001"),)
    return replace(BACK, lines=(line,), tenders=tenders)


async def test_certificates_get_back_what_they_paid_and_those_sold_are_worth_nothing() -> None:
    async with at_service() as at:
        await at.backend.save_return(giving_back(with_certificates()))
        paid = at.body("POST /organization/certificate/pay")
        assert (paid["doc_id"], paid["cert_payments"][0]["sum"]) == ("doc-2", -200)
        assert at.lines()[1:3] == ["POST /certificate/pay", "POST /certificate/9800000002/delete"]


async def test_silence_after_the_return_was_saved_leaves_the_till_unsure() -> None:
    script = {"POST /organization/certificate/pay": (429, b"")}
    async with at_service(script, network=ONCE) as at:
        with pytest.raises(OutcomeUnknown):
            await at.backend.save_return(giving_back(with_certificates()))


async def test_certificates_of_the_till_itself_stay_with_it() -> None:
    async with at_service(certificates=False) as at:
        await at.backend.save_return(giving_back(with_certificates()))
        assert not any("certificate" in line for line in at.lines())


async def test_a_return_without_a_buyer_asks_for_no_balance() -> None:
    async with at_service() as at:
        settled = await at.backend.save_return(giving_back(replace(BACK, buyer=None)))
        assert settled.balance is None
        assert at.lines() == ["POST /process_bonus"]


def test_the_card_of_the_tests_has_an_owner() -> None:
    assert CARD["user_id"] == "c01"

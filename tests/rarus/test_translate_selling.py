"""The sale, the return and the history."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rarus.bodies import (
    APPLES,
    AT,
    LEVELS,
    MILK,
    MOMENT,
    discounted,
    finished,
    sold,
    taken,
    written,
)

from backends.rarus.translate import extras, history, people, selling
from backends.rarus.translate.selling import Desk, OwnAmounts
from backends.rarus.wire.people import Level
from backends.rarus.wire.receipt import Processed, Sale, Statement
from cashier.exchange import LineReturned, Reason, Refused
from cashier.receipt import (
    Applied,
    Coupon,
    Kind,
    Receipt,
    SaleRef,
    Settled,
    Source,
    Tender,
    TenderKind,
)

DESK = Desk(shop="shop-1", kkm_id="01", kkm_name="Till 1", mark="Training")
LADDER = people.in_order([Level.model_validate(one) for one in LEVELS])


# --- the sale


def test_a_sale_has_every_key_of_the_reference() -> None:
    body = written(selling.sale(finished(), AT, DESK, "card-1", "SPRING10"))
    assert body.keys() == {
        "operation_type", "card_id", "shop_id", "doc_id", "doc_type", "kkm_id", "kkm_name",
        "cheque_number", "author", "description", "bonus_payment", "cheque_items", "cheque_bonus",
        "calculate_history", "payment_types", "cert_payments", "coupon", "coupon_hold_id",
        "hold_id", "hold_used", "hold_items", "level_up", "test", "date_calculate",
        "date_calculate_local",
    }  # fmt: skip
    assert [body[key] for key in ("operation_type", "doc_id", "doc_type", "cheque_number")] == [
        "sale", "doc-1", 0, "R0101-000001",
    ]  # fmt: skip
    assert [body[key] for key in ("author", "description", "test", "level_up", "coupon")] == [
        "Vera", "Training", False, True, "SPRING10",
    ]  # fmt: skip


def test_points_stand_beside_the_discounts_and_the_rows_add_up_to_the_head() -> None:
    body = written(selling.sale(finished(), AT, DESK, "card-1", ""))
    milk, apples = body["cheque_items"]
    assert (milk["discount_summ"], milk["summ"], milk["bonus_payment_sum"]) == (
        16, Decimal("153.80"), 50,
    )  # fmt: skip
    assert apples["bonus_payment_sum"] is None
    assert body["bonus_payment"] == 50
    assert body["cheque_bonus"] == [
        {"line_number": 1, "discount_id": "milk-price", "discount_type": 1, "discount_summ": 15,
         "gift_list_id": "", "discount_name": "Red price", "discount_value": 0},
    ]  # fmt: skip
    assert body["calculate_history"] == [
        {"line_number": 1, "discount_id": "milk-price", "discount_summ": 15}
    ]


def test_payments_are_told_without_the_change() -> None:
    receipt = finished()
    assert receipt.change
    body = written(selling.sale(receipt, AT, DESK, "card-1", ""))
    card, cash = body["payment_types"]
    assert (card["type"], card["sum"], cash["type"]) == ("card", 100, "cash")
    assert card["sum"] + cash["sum"] == Decimal(receipt.total).scaleb(-2)


def test_certificates_are_told_by_number() -> None:
    receipt = replace(finished(), tenders=(Tender(TenderKind.CERTIFICATE, 5000, "980001"),))
    body = written(selling.sale(receipt, AT, DESK, "card-1", ""))
    assert body["payment_types"] == [{"type": "certificate", "sum": 50}]
    assert body["cert_payments"] == [{"line_number": 1, "certificate_id": "980001", "sum": 50}]


def test_the_moment_of_the_prices_and_that_of_the_sale_are_told_apart() -> None:
    body = written(selling.sale(finished(), AT, DESK, "card-1", ""))
    assert (body["date_calculate"], body["date_calculate_local"]) == (1772521140000, MOMENT)
    offline = replace(finished(), applied=Applied(offline=True))
    assert written(selling.sale(offline, AT, DESK, "", ""))["date_calculate"] == MOMENT


@pytest.mark.parametrize(("earned", "spent"), [("12.5", 0), ("0.005", "50")])
def test_what_a_sale_earned_and_spent(earned: str, spent: object) -> None:
    reply = Processed.model_validate({"bonus_earned": earned, "bonus_spent": spent})
    settled = selling.settled_sale(reply)
    assert (settled.earned, settled.spent) in {(1250, 0), (1, 5000)}
    back = selling.settled_return(reply)
    assert (back.taken_back, back.given_back) == (settled.earned, settled.spent)


@pytest.mark.parametrize("key", ["bonus_earned", "bonus_spent"])
def test_points_below_zero_are_no_answer_to_a_sale(key: str) -> None:
    reply = Processed.model_validate({key: -1})
    for read in (selling.settled_sale, selling.settled_return):
        with pytest.raises(ValueError, match="below zero"):
            read(reply)


def test_the_balance_may_be_below_zero_and_what_is_available_not() -> None:
    told = Statement.model_validate({"balance": -12.5, "balance_available": "-12.5"})
    settled = selling.with_balance(Settled(), told)
    assert (settled.balance, settled.available) == (-1250, 0)


def test_the_way_to_the_next_level_comes_from_the_turnover() -> None:
    settled = selling.with_next_level(Settled(), 970_050, "Starter", LADDER)
    assert (settled.next_level, settled.to_next_level) == ("Silver", 29_950)
    assert selling.with_next_level(Settled(), 1, "Silver", LADDER) == Settled()
    assert selling.may_have_risen(1_000_000, "Starter", LADDER)
    assert not selling.may_have_risen(999_999, "Starter", LADDER)
    assert not selling.may_have_risen(10**9, "Silver", LADDER)


# --- the return

BACK = Receipt(
    "doc-2", AT, kind=Kind.RETURN, number="R0101-000002", closed_at=AT,
    lines=(replace(APPLES, number=1, sale_line=2),), of=SaleRef("doc-1", "R0101-000001", AT),
)  # fmt: skip


@pytest.mark.parametrize(
    ("in_doc_id", "ids"), [(True, ("doc-1", "doc-2")), (False, ("doc-2", "doc-1"))]
)
def test_a_setting_says_which_id_is_the_sales(in_doc_id: bool, ids: tuple[str, str]) -> None:
    body = written(selling.refund(BACK, AT, DESK, "card-1", sale_in_doc_id=in_doc_id))
    assert (body["doc_id"], body["doc_id_refund"]) == ids
    assert (body["operation_type"], body["cheque_items"][0]["line_number"]) == ("refund", 2)


def test_the_server_reckons_or_the_till_does() -> None:
    by_server = written(selling.refund(BACK, AT, DESK, "c", sale_in_doc_id=True))
    assert (by_server["auto_bonus_refund"], by_server["auto_bonus_payment"]) == (True, True)
    assert (by_server["refund_bonus"], "bonus_payment" in by_server) == (None, False)
    own = OwnAmounts(taken_back=300, given_back=2000)
    by_till = written(selling.refund(BACK, AT, DESK, "c", sale_in_doc_id=True, own=own))
    assert (by_till["auto_bonus_refund"], by_till["auto_bonus_payment"]) == (False, False)
    assert (by_till["refund_bonus"], by_till["bonus_payment"]) == (3, 20)


# --- the history

ROW: dict[str, Any] = {
    "row_number": 1, "date": MOMENT, "doc_id": "doc-1", "card_id": "card-1", "shop_id": "01",
    "cashbox_id": "01", "check_number": "R0101-000001", "summ": "342.44",
    "summ_with_discount": 326.44, "bonus_earned": "8.20", "bonus_spent": 50, "operation": "sale",
    "date_calculate_local": 0,
    "cheque_items_for_sales": [
        {"article_id": "10201", "item_name": "Milk", "quantity": 2, "price": 84.9, "discount": 66},
        {"article_id": "10601", "item_name": "Apples", "quantity": "1.234", "price": 139.9,
         "discount": 0},
    ],
}  # fmt: skip
REFUND = {
    **ROW, "doc_id_refund": "doc-2", "operation": "refund", "check_number": "R0101-000002",
    "summ_with_discount": "76.90",
    "cheque_items_for_sales": [{"article_id": "10201", "quantity": 1, "price": 84.9}],
}  # fmt: skip


def row(data: dict[str, Any], **changes: Any) -> Sale:
    return Sale.model_validate({**data, **changes})


def found(*rows: Sale) -> Any:
    return history.found_sale(rows[0], rows, None, AT.tzinfo, "01", "Rarus")


def test_a_sale_of_the_history_has_its_goods_and_what_they_cost() -> None:
    sale = found(row(ROW)).receipt
    assert (sale.receipt_id, sale.number, sale.closed_at) == ("doc-1", "R0101-000001", AT)
    assert [(line.sku, line.quantity, line.total) for line in sale.lines] == [
        ("10201", 2000, 10_380), ("10601", 1234, 17_264),
    ]  # fmt: skip
    assert (sale.settled.earned, sale.settled.spent) == (820, 5000)


def test_what_came_back_counts_line_by_line() -> None:
    sale = found(row(ROW), row(REFUND))
    assert sale.returned == (LineReturned(number=1, quantity=1000),)
    other = row(REFUND, doc_id="doc-9", doc_id_refund="doc-8")
    assert found(row(ROW), other).returned == ()


def test_rows_of_one_article_are_told_apart_by_their_number_else_by_order() -> None:
    milk = ROW["cheque_items_for_sales"][0]
    twice = row(ROW, cheque_items_for_sales=[{**milk, "quantity": 1}] * 2)
    by_number = row(
        REFUND, cheque_items_for_sales=[{"article_id": "10201", "quantity": 1, "line_number": 2}]
    )
    assert found(twice, by_number).returned == (LineReturned(number=2, quantity=1000),)
    by_order = row(REFUND, cheque_items_for_sales=[{"article_id": "10201", "quantity": 2}])
    assert [part.number for part in found(twice, by_order).returned] == [1, 2]


@pytest.mark.parametrize(
    "changes",
    [
        {"date": 0},
        {"date": 10**17},
        {"cheque_items_for_sales": [{"article_id": "1", "quantity": 0, "price": 1}]},
        {"cheque_items_for_sales": [{"article_id": "1", "quantity": 1, "price": -1}]},
        {"cheque_items_for_sales": [{"article_id": "1", "quantity": 1, "price": 1, "discount": 2}]},
        {"bonus_earned": -1},
    ],
)
def test_a_sale_that_cannot_be_is_no_sale(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        found(row(ROW, **changes))


def test_what_was_done_before_is_recognised() -> None:
    sale, back = sold(MILK), BACK
    rows = [row(ROW), row(REFUND)]
    assert history.done(rows, sale) is rows[0]
    assert history.done(rows, back) is rows[1]
    assert history.done([row(REFUND, doc_id_refund="")], back) is not None, "by its number"
    assert history.done([row(REFUND, doc_id_refund="", check_number="7")], back) is None
    assert history.done([row(REFUND)], sale) is None
    assert history.done([row(ROW, doc_id="doc-7")], sale) is None
    settled = selling.settled_before(rows[1])
    assert (settled.taken_back, settled.given_back) == (820, 5000)


def test_moments_of_the_history_are_local() -> None:
    utc = history.sold_at(row(ROW, date_calculate_local=MOMENT), UTC)
    assert (utc, utc.hour) == (datetime(2026, 3, 3, 7, tzinfo=UTC), 7)


@given(
    earned=st.integers(0, 10**6),
    spent=st.integers(0, 10**6),
    step=st.sampled_from([1, 100]),
    parts=st.lists(st.integers(1, 10**5), min_size=1, max_size=6),
)
def test_own_amounts_of_part_returns_add_up(
    earned: int, spent: int, step: int, parts: list[int]
) -> None:
    """To all whole points of the sale, and never to more."""
    points = {"bonus_earned": Decimal(earned) / 100, "bonus_spent": Decimal(spent) / 100}
    rows = [row(ROW, summ_with_discount=Decimal(sum(parts)) / 100, **points)]
    taken_back = given_back = 0
    for place, part in enumerate(parts):
        line = replace(MILK, amount=part, sale_line=1)
        own = history.own_amounts(replace(BACK, lines=(line,)), "doc-1", rows, step)
        assert own.taken_back >= 0 and own.given_back >= 0
        taken_back += own.taken_back
        given_back += own.given_back
        back = {"doc_id_refund": f"r{place}", "summ_with_discount": Decimal(part) / 100}
        rows.append(row(REFUND, **back))
    assert (taken_back, given_back) == (earned // step * step, spent // step * step)


def test_a_sale_nobody_remembers_has_no_shares() -> None:
    with pytest.raises(ValueError, match="does not know"):
        history.own_amounts(BACK, "doc-1", [row(REFUND)], 1)


# --- coupons and certificates


def test_a_second_coupon_does_not_fit() -> None:
    one = sold(MILK, coupons=(Coupon("SPRING10"),))
    extras.check_alone(one, "spring10")
    with pytest.raises(Refused) as caught:
        extras.check_alone(one, "OTHER")
    assert caught.value.reason is Reason.NOT_COMBINABLE


def test_a_coupon_that_says_it_is_no_good_is_refused_whatever_the_check_said() -> None:
    from backends.rarus.wire.extras import Coupon as Told

    for changes, reason in (({"used": True}, Reason.USED_UP), ({"active": False}, Reason.BLOCKED)):
        with pytest.raises(Refused) as caught:
            extras.coupon(Told.model_validate({"id": "A", **changes}), "A")
        assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("told", "left", "is_sold"),
    [
        ({"status": 0, "nominal": 500, "balance": 500}, 0, False),
        ({"status": 1, "nominal": "500", "balance": "500"}, 50_000, True),
        ({"status": 2, "value": 500, "balance": 12.5}, 1250, True),
        ({"status": 3, "nominal": 500, "balance": 500}, 0, False),
    ],
)
def test_a_certificate_holds_something_once_it_is_sold(
    told: dict[str, Any], left: int, is_sold: bool
) -> None:
    from backends.rarus.wire.extras import Certificate as Told

    known = extras.certificate(Told.model_validate({"id": "98", **told}), "98")
    assert (known.left, known.sold, known.value) == (left, is_sold, 50_000)


def test_the_certificates_on_the_lines_are_activated_with_what_they_cost() -> None:
    line = replace(MILK, certificate="9800000001")
    (asked,) = extras.activations((line, APPLES), "doc-1")
    assert written(asked) == {"id": "9800000001", "sum": Decimal("169.80"), "doc_id": "doc-1"}


def test_an_operation_makes_the_same_id_every_time() -> None:
    assert extras.id_of("a") == extras.id_of("a") != extras.id_of("b")
    hold = written(extras.hold("op", "card-1", 5050, 60, "note"))
    assert (hold["sum"], hold["duration"], hold["date_to"]) == (Decimal("50.50"), 60, None)
    assert discounted(MILK, taken(1, Source.LEVEL)).discount == 1

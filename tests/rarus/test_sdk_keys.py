"""Strict clients find every key that they read without a guard: lists of the vendor's PHP SDK."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from rarus.bare import Bare, at_server
from stand import MORNING

from backends.rarus.wire.base import milliseconds

NOW = milliseconds(MORNING)
PAGINATION = "page per_page items pages"
CARD = (
    "id parent_id name barcode code description active blocked blockeddescription date_active "
    "date_deactivate card_level_id accum_sale_amount date_last_transaction last_transaction "
    "user_id balance actual_balance blocked_status mastercard_id external_card"
)
USER = (
    "id login name phone email image app_client gender birthdate confirmed is_locked "
    "personal_data_agree additional_fields"
)
LEVEL = (
    "id name row_number order accum_level reset_card_accum max_payment_percent "
    "activity_restriction_period activity_restriction_count inactivity_bonus_erase_period"
)
SHOP = "id name latitude longitude address phone time_zone exclude_articles deleted"
ARTICLE = "id parent_id name description isgroup properties unload deleted article timestamp image"
SEGMENT = "id parent_id name max_payment_percent isgroup"
COUPON = "id coupon_group_id card_id active used add_date activate_date last_date"
COUPON_GROUP = (
    "id name description type oncard deleted period_type use_days offset_activation_days "
    "start_date end_date parent_id"
)
CERTIFICATE_GROUP = (
    "start_date end_date start_sale_date end_sale_date period_type use_days value use_method "
    "include_shop_items exclude_shop_items"
)
CERTIFICATE = (
    "id group_id description status status_date status_description activation_date value nominal "
    "balance certificate_group"
)
HOLD = "id card_id card_name sum comment add_date date_to"
DISCOUNT = (
    "id name priority once once_period restrict_all_group multiply_by_conditions isbonus function "
    "apply_to included_articles exclude_articles gift_articles invalidate_period activation_period "
    "applicable_to_external_discounts exclude_from_accumulation for_referral ismanual"
)
GIVEN = (
    "line_number discount_id discount_type discount_summ gift_list_id discount_name discount_value"
)
PART = "line_number article summ max_payment_percent max_payment_sum payment_sum"
SALE = (
    "row_number date doc_id card_id shop_id cashbox_id check_number summ summ_with_discount "
    "bonus_earned bonus_spent operation date_calculate_local cheque_items_for_sales"
)
TRANSACTION = (
    "row_number id card_id mastercard_id time sum type author description doc_id doc_type kkm_id "
    "shop_id invalidate_period activation_period discount_id"
)
_NUMBERS = (
    "page per_page pages date_active date_deactivate birthdate accum_sale_amount balance "
    "actual_balance order accum_level row_number max_payment_percent latitude longitude timestamp "
    "add_date activate_date last_date date_to status sum date time summ bonus_earned bonus_spent "
    "max_payment line_number discount_summ payment_sum max_payment_sum priority company_id expires"
)
NUMBERS = frozenset(_NUMBERS.split())
"""They must be numbers, or a strict client raises."""

ROWS: list[dict[str, Any]] = [
    {"line_number": 1, "article": "10201", "name": "Milk", "quantity": 2, "price": 84.90,
     "summ": 169.80, "discount_summ": 0, "bonus_payment_sum": None},
    {"line_number": 2, "article": "10101", "name": "Bread", "quantity": 1, "price": 49.90,
     "summ": 49.90, "discount_summ": 0, "bonus_payment_sum": None},
]  # fmt: skip


def has(told: Any, keys: str) -> bool:
    assert isinstance(told, dict)
    missing = set(keys.split()) - told.keys()
    assert not missing, missing
    for name in NUMBERS & told.keys():
        assert isinstance(told[name], int | Decimal), (name, told[name])
        assert not isinstance(told[name], bool), name
    return True


Look = Callable[[Bare], Awaitable[None]]
LOOKS: dict[str, Look] = {}


def look(function: Look) -> Look:
    LOOKS[function.__name__] = function
    return function


async def listed(at: Bare, path: str, key: str, keys: str) -> dict[str, Any]:
    """A list with its pagination: its first row."""
    told = await at.get(path)
    assert has(told, "code message pagination") and has(told["pagination"], PAGINATION)
    assert told[key]
    for row in told[key]:
        assert has(row, keys)
    first: dict[str, Any] = told[key][0]
    return first


@look
async def signing(at: Bare) -> None:
    asked = {
        "login": "till",
        "password": "d4f4a1e6b6d8a5f3a0a5fb7b1b8e2f7c0d5f4a11",
        "role": "organization",
    }
    refused = await at.http.post("/sign_in", json=asked)
    assert refused.status_code == 401
    assert has(refused.json(), "code message")
    assert has(await at.get(""), "code message organization")
    about = (await at.get(""))["organization"]
    assert has(about, "name short_description full_description description email phone")
    settings = (await at.get("settings"))["settings"]
    for one in settings:
        assert has(one, "name value description interface_name")
    assert {one["name"] for one in settings} >= {
        "LoginValue", "ConfirmationMethod", "AttachCardOnRegistration",
    }  # fmt: skip


@look
async def shops(at: Bare) -> None:
    for one in (await at.get("shop?schedules=true"))["shops"]:
        assert has(one, SHOP)
    assert has((await at.get("shop/01?schedules=true"))["shop"], SHOP)
    assert has(await at.post("shop/add", name="Another"), "code message id")


@look
async def assortment(at: Bare) -> None:
    await listed(at, "assortment?per_page=5&with_groups=true", "assortment", ARTICLE)
    assert has((await at.get("assortment/get?id=10201"))["assortment"], ARTICLE)
    wanted = [{"property_id": "unit", "value": "kg"}]
    told = await at.post("assortment_properties/?page=1&per_page=2", properties=wanted)
    assert has(told["assortment"][0], "name image assortment_prices")
    assert has(told["assortment"][0]["assortment_prices"][0], "price")


@look
async def segments(at: Bare) -> None:
    made = await at.post("segment/add", name="Tobacco", items=["10201"])
    assert has(made, "code message id")
    assert has((await at.get(f"segment/{made['id']}"))["segment"], SEGMENT)
    told = await at.get("segment?page=1")
    assert has(told["segments"][0], SEGMENT)
    goods = await at.post(
        "assortment_segment/get_assortment", included_in_segment_items=[made["id"]], page=1
    )
    assert has(goods, "assortment_for_segment_items pagination")
    assert goods["assortment_for_segment_items"][0]["id"] == "10201"


@look
async def levels(at: Bare) -> None:
    await listed(at, "card_level", "card_level", LEVEL)
    card = await at.card()
    asked = await at.post(f"card/{card['id']}/levelup", check=True)
    assert has(asked["next_level_up"], "level_id level_name accum_level accum_amount")
    assert "level_up" not in asked, "the SDK looks whether the key is there"


@look
async def cards(at: Bare) -> None:
    await listed(at, "card?barcode=2900000000018", "cards", CARD)
    await listed(at, "card/?&page=1&&per_page=3", "cards", CARD)
    card = await at.card()
    assert has((await at.get(f"card/{card['id']}"))["card"], CARD)
    phone = (await at.get("card/by_phone?filter=79001234501"))["cards"]
    assert has(phone[0], CARD)
    made = await at.post("card/add", code="", barcode="2900000099999", balance=10)
    assert has(made, "code message id")
    assert has(await at.post("card_group/add", name="Group"), "code message id")


@look
async def balances(at: Bare) -> None:
    card = await at.card()
    told = await at.get(f"card/{card['id']}/balance_info?last_transactions=3")
    assert has(told, "balance balance_available last_transactions bonusactive")
    assert told["last_transactions"] and told["bonusactive"]
    assert has(told["last_transactions"][0], "sum date")
    assert has(told["bonusactive"][0], "sum date active_from active_to")
    asked = {
        "shop_id": "01", "card_barcode": card["barcode"], "cheque_items": ROWS,
        "bonus_payment": None, "coupon": None,
    }  # fmt: skip
    limits = await at.post(f"card/{card['id']}/balance", **asked)
    assert has(
        limits,
        "card_level_id balance_available max_payment master_card_id excluded_articles "
        "payment_distribution",
    )
    assert len(limits["payment_distribution"]) == 2
    for one in limits["payment_distribution"]:
        assert has(one, PART)
    empty = await at.post(f"card/{card['id']}/balance", **{**asked, "cheque_items": []})
    assert empty["max_payment"] == limits["balance_available"], "as a test of the vendor's expects"


def document(card: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "shop_id": "01", "cheque_items": ROWS, "payment_types": [], "cert_payments": [],
        "hold_id": "", "coupon_hold_id": "", "hold_used": False, "card_id": card["id"],
        "card_code": "", "card_barcode": card["barcode"], **more,
    }  # fmt: skip


@look
async def calculations(at: Bare) -> None:
    card = await at.card()
    for path in ("calculate_document", "calculate"):
        told = await at.post(path, **document(card, bonus_payment=10))
        assert has(told, "cheque_items cheque_discounts cheque_bonus payment_distribution")
        assert has(told, "max_payment")
        assert told["cheque_discounts"] and told["cheque_bonus"]
        for row in told["cheque_items"]:
            assert has(row, "line_number article quantity price summ bonus_summ bonus_percet")
        for one in (*told["cheque_discounts"], *told["cheque_bonus"]):
            assert has(one, GIVEN)
        for one in told["payment_distribution"]:
            assert has(one, PART)
        assert sum(one["payment_sum"] for one in told["payment_distribution"]) == 10


@look
async def empty_calculations(at: Bare) -> None:
    """404 with 114 still carries the distribution."""
    card = await at.card()
    rows = [{**ROWS[0], "article": "nobody knows it", "price": 50, "summ": 100}]
    asked = document(card, cheque_items=rows, bonus_payment=5)
    told = await at.post("calculate_document", 404, **asked)
    assert told["code"] == 114
    assert has(told, "cheque_items payment_distribution")
    assert has(told["payment_distribution"][0], PART)
    assert told["payment_distribution"][0]["payment_sum"] == 5


def operation(card: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "operation_type": "sale", "card_id": card["id"], "shop_id": "01", "doc_id": "doc-1",
        "doc_type": 0, "kkm_id": "1", "kkm_name": "Till", "cheque_number": "7", "author": "Vera",
        "description": "", "bonus_payment": 0, "cheque_items": ROWS, "cheque_bonus": [],
        "calculate_history": [], "payment_types": [{"type": "cash", "sum": 219.70}],
        "cert_payments": [], "coupon": "", "coupon_hold_id": "", "hold_id": "", "hold_used": True,
        "hold_items": [], "level_up": True, "test": False, **more,
    }  # fmt: skip


@look
async def sales(at: Bare) -> None:
    card = await at.card()
    told = await at.post("process_bonus", **operation(card))
    assert has(told, "bonus_earned bonus_spent sale_id doc_id card_accum")
    back = await at.post(
        "process_bonus",
        **{
            **operation(card), "operation_type": "refund", "doc_id_refund": "doc-2",
            "refund_bonus": None, "auto_bonus_refund": True, "auto_bonus_payment": True,
            "hold_id": None, "cheque_items": ROWS[:1],
        },
    )  # fmt: skip
    assert has(back, "bonus_earned bonus_spent sale_id doc_id card_accum")
    flags = "card_info=true&cheque_items_info=true&payment_info=true"
    window = f"date_from={NOW - 86_400_000}&date_to={NOW + 86_400_000}"
    found = await at.get(f"sale_info?card_id={card['id']}&{window}&{flags}")
    assert {one["operation"] for one in found["sales"]} == {"sale", "refund"}
    for one in found["sales"]:
        assert has(one, SALE)
        for item in one["cheque_items_for_sales"]:
            assert has(item, "article_id item_name quantity price discount")
    moved = await at.get(f"transaction?card_id={card['id']}&{window}")
    assert has(moved["pagination"], PAGINATION)
    for one in moved["transactions"]:
        assert has(one, TRANSACTION)


@look
async def users(at: Bare) -> None:
    await listed(at, "user/?login=79001234501&page=1", "users", USER)
    made = await at.post(
        "user/new", login="79005550000", name="New", phone="79005550000", email="",
        birthdate=644544000000, confirmed=True,
    )  # fmt: skip
    assert has(made, "code message id")
    told = await at.get(f"user/{made['id']}?with_additional_fields=true")
    assert has(told["user"], USER)
    assert told["user"]["birthdate"] == 644544000000, "midnight, UTC"


@look
async def coupons_and_holds(at: Bare) -> None:
    told = (await at.get("coupon/SPRING10?full_info=true&check=true"))["coupon"]
    assert has(told, COUPON) and has(told["coupon_group"], COUPON_GROUP)
    group = await at.get(f"coupon_group/{told['coupon_group_id']}")
    assert has(group["coupon_group"], COUPON_GROUP)
    await listed(at, "coupon_group", "coupon_groups", COUPON_GROUP)
    card = await at.card()
    made = await at.post("hold/add", card_id=card["id"], sum=10, comment="x", duration=600)
    assert has(made, "code message id")
    assert has((await at.get(f"hold/{made['id']}"))["hold"], HOLD)
    await listed(at, f"hold?card_id={card['id']}", "holds", HOLD)
    kept = await at.post("coupon_hold/add", coupon_id="SPRING10", card_id=card["id"], date_to=None)
    one = await at.get(f"coupon_hold/{kept['id']}")
    assert has(one["coupon_hold"], "id coupon_id card_id comment add_date date_to")
    assert has(await at.get(f"coupon_hold/{kept['id']}/delete"), "code message")


@look
async def certificates(at: Bare) -> None:
    group = await at.post("certificate_group/add", name="G", value=500)
    made = await at.post("certificate/add", id="c-1", group_id=group["id"])
    assert has(made, "code message id")
    states = []
    for step in (
        at.post("certificate/activate", id="c-1", doc_id="d"),
        at.post("certificate/pay", doc_id="e", cert_payments=[
            {"line_number": 1, "certificate_id": "c-1", "sum": 100},
        ]),
        at.post("certificate/c-1/delete"),
    ):  # fmt: skip
        await step
        told = (await at.get("certificate/c-1?full_info=True"))["certificate"]
        assert has(told, CERTIFICATE) and has(told["certificate_group"], CERTIFICATE_GROUP)
        states.append(told["status"])
    assert states == [1, 2, 3], "as tests of the vendor's expect"
    told = await at.get("certificate_group")
    assert has(told["certificate_groups"][0], CERTIFICATE_GROUP)


@look
async def discounts(at: Bare) -> None:
    first = await listed(at, "discount?page=1&per_page=50", "discounts", DISCOUNT)
    assert has((await at.get(f"discount/{first['id']}?full_info=true"))["discount"], DISCOUNT)
    assert has(await at.get("discount_condition?page=1"), "code message pagination")


@look
async def refusals(at: Bare) -> None:
    """Empty lists, and what is not there, are 404 with 114."""
    for path in (
        "card?barcode=1", "card/nobody", "user?login=1", "user/nobody", "coupon/NOBODY",
        "shop/99", "hold/nobody", "sale_info?doc_id=nobody", "certificate/nobody",
        "assortment/get?id=nobody", "segment/nobody", "card/by_phone?filter=1",
    ):  # fmt: skip
        told = await at.get(path, 404)
        assert has(told, "code message")
        assert told["code"] == 114


@pytest.mark.parametrize("name", LOOKS)
async def test_every_key_is_there(name: str) -> None:
    async with at_server() as at:
        await LOOKS[name](at)


async def test_rows_may_have_any_numbers() -> None:
    """The numbers are the till's: from 0, or with gaps."""
    async with at_server() as at:
        card = await at.card()
        plain = await at.post("calculate_document", **document(card, bonus_payment=10))
        numbers = {1: 0, 2: 30}
        rows = [{**row, "line_number": numbers[row["line_number"]]} for row in ROWS]
        told = await at.post(
            "calculate_document", **document(card, cheque_items=rows, bonus_payment=10)
        )
        for key in ("cheque_items", "cheque_discounts", "cheque_bonus", "payment_distribution"):
            expected = [{**one, "line_number": numbers[one["line_number"]]} for one in plain[key]]
            assert told[key] == expected, key
        asked = {"shop_id": "01", "card_barcode": card["barcode"], "bonus_payment": None}
        limits = await at.post(f"card/{card['id']}/balance", **asked, cheque_items=rows)
        assert [one["line_number"] for one in limits["payment_distribution"]] == [0, 30]


async def test_success_says_so_with_200_and_code_0() -> None:
    """The SDK takes 200 and 202 for success, other programs look at the code as well."""
    async with at_server() as at:
        for path in ("", "settings", "shop", "card_level", "card", "user", "discount"):
            told = await at.get(path)
            assert told["code"] == 0
            assert told["message"] == "Операция успешно выполнена"

"""Points moved by hand; levels, discounts, coupons and certificates, read or set up."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from rarus.bare import Bare, at_server

BORIS = "2900000000025"
DAY = 86_400_000
TRANSACTION = {
    "row_number", "id", "card_id", "mastercard_id", "time", "sum", "type", "author", "description",
    "doc_id", "doc_type", "kkm_id", "shop_id", "invalidate_period", "activation_period",
    "discount_id",
}  # fmt: skip


@pytest.fixture
async def bare() -> AsyncIterator[Bare]:
    async with at_server() as made:
        yield made


def now(bare: Bare) -> int:
    return int(bare.clock.now().timestamp()) * 1000


# --- points -----------------------------------------------------------------------------------


async def moved(bare: Bare, card: str, points: float, wanted: int = 200, **more: Any) -> Any:
    return await bare.post("transaction/add", wanted, card_id=card, sum=points, **more)


async def test_points_are_given_and_taken_by_hand(bare: Bare) -> None:
    before = await bare.card(BORIS)
    given = await moved(bare, before["id"], 12.34, author="Olga", description="Sorry", doc_id="d")
    await bare.clock.move(seconds=1)
    taken = await moved(bare, before["id"], 2, type=1)
    after = await bare.card(BORIS)
    assert (
        after["balance"] - before["balance"] == after["actual_balance"] - before["actual_balance"]
    )
    assert str(after["balance"] - before["balance"]) == "10.34"
    last, first = (await bare.get(f"transaction?card_id={before['id']}"))["transactions"][:2]
    assert set(last) == set(first) == TRANSACTION
    assert (first["id"], last["id"]) == (given["id"], taken["id"])
    assert (str(first["sum"]), first["type"], first["author"]) == ("12.34", 0, "Olga")
    assert (first["description"], first["doc_id"]) == ("Sorry", "d")
    assert (last["sum"], last["type"], last["time"]) == (2, 1, now(bare))


async def test_the_same_movement_twice_is_one(bare: Bare) -> None:
    card = await bare.card(BORIS)
    for _time in range(2):
        assert (await moved(bare, card["id"], 10, id="own"))["id"] == "own"
    assert (await bare.card(BORIS))["balance"] == card["balance"] + 10
    await moved(bare, card["id"], 10, 400, id="own", type=1)


async def test_points_live_as_told(bare: Bare) -> None:
    card = await bare.card(BORIS)
    key, begun = card["id"], now(bare)
    await moved(bare, key, 1, activation_period=2, invalidate_period=5)
    await moved(bare, key, 2, activation_base_date=begun + DAY, invalidate_period=0)
    await moved(bare, key, 4, invalidate_base_date=begun + DAY, invalidate_period=1)
    lots = (await bare.get(f"card/{key}/balance_info"))["bonusactive"]
    found = {
        one["sum"]: (one["active_from"] - begun, one["active_to"] and one["active_to"] - begun)
        for one in lots
        if one["sum"] in (1, 2, 4)
    }
    assert found == {1: (2 * DAY, 7 * DAY), 2: (DAY, 0), 4: (0, 2 * DAY)}
    shown = await bare.card(BORIS)
    assert shown["balance"] == card["balance"] + 7
    assert shown["actual_balance"] == card["actual_balance"] + 4


@pytest.mark.parametrize(
    "more",
    [
        {"sum": 0},
        {"sum": -1},
        {"sum": 1e14},
        {"sum": 1, "type": 2},
        {"sum": 1, "type": 1_000_000},
        {"sum": 99_999_999, "type": 1},
        {"sum": 1, "activation_period": -1},
        {"sum": 1, "activation_period": 10**6},
        {"sum": 1, "invalidate_base_date": 1000, "invalidate_period": 1},
        {"sum": 1, "activation_base_date": 10**18},
        {"sum": 1, "id": "a/b"},
    ],
)
async def test_a_senseless_movement_moves_nothing(bare: Bare, more: dict[str, Any]) -> None:
    card = await bare.card(BORIS)
    await bare.post("transaction/add", 400, card_id=card["id"], **more)
    assert (await bare.card(BORIS))["balance"] == card["balance"]


async def test_movements_of_all_cards_are_listed_in_pages(bare: Bare) -> None:
    first, other = await bare.card(BORIS), await bare.card()
    begun = now(bare)
    await bare.clock.move(minutes=1)
    for number, card in enumerate((first, other, first), 1):
        await moved(bare, card["id"], number)
    listed = await bare.get(f"transaction?date_from={begun + 1}&per_page=2")
    assert [one["sum"] for one in listed["transactions"]] == [3, 2]
    assert listed["pagination"] == {"page": 1, "per_page": 2, "items": 3, "pages": 2}
    listed = await bare.get(f"transaction?date_from={begun + 1}&per_page=2&page=2")
    assert [(one["row_number"], one["sum"]) for one in listed["transactions"]] == [(3, 1)]
    await bare.get(f"transaction?date_from={now(bare) + 1}", 404)
    await bare.get(f"transaction?date_to={begun // 1000 - 10**8}", 404)
    await bare.get("transaction?card_id=nobody", 404)


async def test_a_sale_is_a_movement_of_its_document(bare: Bare) -> None:
    card = await bare.card(BORIS)
    row = {"line_number": 1, "article": "10101", "quantity": 10, "price": 100, "summ": 1000}
    await bare.post(
        "process_bonus", operation_type="sale", card_id=card["id"], doc_id="d1", cheque_items=[row]
    )
    newest = (await bare.get(f"transaction?card_id={card['id']}"))["transactions"][0]
    assert (newest["doc_id"], newest["type"]) == ("d1", 0)
    assert newest["sum"] > 0


# --- levels -----------------------------------------------------------------------------------


async def test_levels_are_told_and_left_alone(bare: Bare) -> None:
    told = (await bare.get("card_level"))["card_level"]
    assert [one["order"] for one in told] == list(range(len(told)))
    assert set(told[0]) >= {
        "id", "name", "row_number", "order", "accum_level", "reset_card_accum",
        "max_payment_percent", "activity_restriction_period", "activity_restriction_count",
        "inactivity_bonus_erase_period",
    }  # fmt: skip
    refused = await bare.post("card_level/add", 403, **told[0])
    assert refused["code"] == 1005
    assert (await bare.get("card_level"))["card_level"] == told


async def test_the_percent_of_a_level_limits_a_receipt(bare: Bare) -> None:
    levels = {
        one["id"]: one["max_payment_percent"]
        for one in (await bare.get("card_level"))["card_level"]
    }
    boris = await bare.card(BORIS)
    row = {"line_number": 1, "article": "10101", "quantity": 1, "price": 100, "summ": 100}
    told = await bare.post(f"card/{boris['id']}/balance", cheque_items=[row])
    assert told["max_payment"] == levels[boris["card_level_id"]]


# --- discounts --------------------------------------------------------------------------------


async def test_discounts_are_the_promotions_of_the_rules(bare: Bare) -> None:
    told = (await bare.get("discount?per_page=500"))["discounts"]
    by_id = {one["id"]: one for one in told}
    spring = (await bare.get("discount/spring?full_info=true"))["discount"]
    assert spring["conditions"]
    assert by_id["spring"] | {"conditions": spring["conditions"]} == spring
    bonuses = (await bare.get("discount?isbonus=true&per_page=500"))["discounts"]
    assert bonuses
    assert {one["id"] for one in bonuses} == {one["id"] for one in told if one["isbonus"]}
    named = (await bare.get("discount?name_filter=SPRING"))["discounts"]
    assert [one["id"] for one in named] == ["spring"]
    await bare.get("discount/nothing", 404)


async def test_goods_of_a_discount_are_a_segment(bare: Bare) -> None:
    told = (await bare.get("discount?per_page=500"))["discounts"]
    one = next(one for one in told if one["included_articles"])
    ask = {"included_in_segment_items": [one["included_articles"]], "per_page": 500}
    goods = await bare.post("assortment_segment/get_assortment", **ask)
    assert goods["assortment_for_segment_items"]
    assert (await bare.get(f"segment/{one['included_articles']}"))["segment"]["name"] == one["name"]


async def test_conditions_are_listed_for_one_or_all(bare: Bare) -> None:
    every = (await bare.get("discount_condition?per_page=500"))["discount_conditions"]
    spring = (await bare.get("discount_condition?discount_id=spring"))["discount_conditions"]
    assert spring == [one for one in every if one["discount_id"] == "spring"]
    assert {one["type"] for one in spring} == {"coupon"}
    await bare.get("discount_condition?discount_id=nothing", 404)


# --- coupons and certificates -----------------------------------------------------------------


async def test_groups_of_coupons_are_the_kinds_of_the_rules(bare: Bare) -> None:
    listed = await bare.get("coupon_group?per_page=500")
    keys = {one["id"] for one in listed["coupon_groups"]}
    assert {"spring", "present"} <= keys
    one = (await bare.get("coupon_group/present"))["coupon_group"]
    assert one in listed["coupon_groups"]
    coupon = (await bare.get("coupon/9920000000019"))["coupon"]
    assert coupon["coupon_group_id"] == "present"
    await bare.get("coupon_group/nothing", 404)


async def test_groups_of_certificates_set_what_theirs_are_worth(bare: Bare) -> None:
    group = (await bare.post("certificate_group/add", name="Big", value=5000, use_days=30))["id"]
    made = await bare.post("certificate/add", id="C1", group_id=group)
    told = (await bare.get(f"certificate/{made['id']}?full_info=True"))["certificate"]
    assert (told["nominal"], told["status"]) == (5000, 0)
    assert told["certificate_group"]["name"] == "Big"
    await bare.post(f"certificate_group/{group}", name="Bigger", value=None)
    shown = (await bare.get(f"certificate_group/{group}"))["certificate_group"]
    assert (shown["name"], shown["value"], shown["use_days"]) == ("Bigger", 5000, 30)
    listed = (await bare.get("certificate_group?name_filter=bigger"))["certificate_groups"]
    assert [one["id"] for one in listed] == [group]
    for wrong in ({"value": -1}, {"value": 1e20}, {"use_days": -1}, {"id": group}, {"id": "/"}):
        await bare.post("certificate_group/add", 400, name="x", **wrong)
    await bare.post("certificate_group/nothing", 404, name="x")

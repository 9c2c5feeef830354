"""Where one thing that was set up meets another."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from rarus.bare import ANNA, Bare, at_server
from stand import MORNING

from backends.rarus.wire.base import milliseconds

MILK, BREAD, CHEESE = "10201", "10101", "10301"
BLOCKED = "2900000000063"
NEW = "2900000077777"
NOW = milliseconds(MORNING)
DAY = 86_400_000


@pytest.fixture
async def at() -> AsyncIterator[Bare]:
    async with at_server() as bare:
        yield bare


def row(article: str, price: int = 100) -> dict[str, Any]:
    return {"line_number": 1, "article": article, "quantity": 1, "price": price, "summ": price}


# --- goods ------------------------------------------------------------------------------------


async def test_a_good_that_joins_a_group_joins_its_segments(at: Bare) -> None:
    key = (await at.post("segment/add", name="Barred", items=["bread"]))["id"]
    await at.post("shop/01", exclude_articles=key)
    card = await at.card()
    asked = {"shop_id": "01", "cheque_items": [row("new")]}
    assert (await at.post(f"card/{card['id']}/balance", **asked))["excluded_articles"] == []
    await at.post("assortment/batch/add", assortment=[{"id": "new", "parent_id": "bread"}])
    assert (await at.post(f"card/{card['id']}/balance", **asked))["excluded_articles"] == ["new"]


async def test_a_group_within_a_group_of_the_rules_has_its_promotions(at: Bare) -> None:
    await at.post(
        "assortment/batch/add",
        assortment=[
            {"id": "fresh", "name": "Fresh", "isgroup": True, "parent_id": "bread"},
            {"id": "bun", "name": "Bun", "parent_id": "fresh"},
        ],
    )
    told = await at.post("calculate_document", shop_id="01", cheque_items=[row("bun")])
    assert [one["discount_id"] for one in told["cheque_discounts"]] == ["morning"]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("id", MILK, {MILK}),
        ("article", MILK, {MILK}),
        ("parent_id", "cheese", {CHEESE, "10302"}),
        ("name", "polevoy WHEAT", {BREAD}),
        ("unit", "kg", {CHEESE, "10302"}),
    ],
)
async def test_goods_of_segments_are_filtered(
    at: Bare, name: str, value: str, wanted: set[str]
) -> None:
    items = [MILK, BREAD, CHEESE, "10302"]
    key = (await at.post("segment/add", name="Mine", items=items))["id"]
    told = await at.post(
        "assortment_segment/get_assortment",
        filter_full=[{"name": name, "value": value}],
        included_in_segment_items=[key],
    )
    assert {one["id"] for one in told["assortment_for_segment_items"]} == wanted


# --- cards ------------------------------------------------------------------------------------


async def test_another_barcode_is_the_same_card(at: Bare) -> None:
    card = await at.card()
    await at.post(
        "process_bonus",
        operation_type="sale", card_id=card["id"], shop_id="01", doc_id="d1",
        cheque_items=[row("x")], payment_types=[{"type": "cash", "sum": 100}],
    )  # fmt: skip
    await at.post(f"card/{card['id']}", barcode=NEW)
    after = await at.card(NEW)
    assert (after["id"], after["user_id"]) == (card["id"], card["user_id"])
    await at.get(f"card?barcode={ANNA}", 404)
    assert (await at.get(f"sale_info?card_id={card['id']}"))["sales"][0]["doc_id"] == "d1"
    await at.post(f"card/{card['id']}", 400, barcode="2900000000025")
    assert (await at.card(NEW))["id"] == card["id"]


async def test_what_is_no_phone_is_nobodys(at: Bare) -> None:
    assert (await at.get("card?phone=no+phone", 404))["code"] == 114


async def test_a_card_is_found_by_its_track(at: Bare) -> None:
    made = await at.post("card/add", barcode=NEW, code="7777=1234")
    assert (await at.get("card?code=7777=1234"))["cards"][0]["id"] == made["id"]
    assert (await at.get(f"card?code={ANNA}"))["cards"][0]["barcode"] == ANNA


async def test_a_block_keeps_what_the_card_was_before(at: Bare) -> None:
    key = (await at.post("card/add", barcode=NEW))["id"]
    await at.post(f"card/{key}/block")
    await at.post(f"card/{key}/unblock")
    assert (await at.card(NEW))["active"] is False, "it was not active when it was blocked"
    await at.post(f"card/{key}/block")
    await at.post(f"card/{key}/activate")
    assert (await at.card(NEW))["blocked"] is True, "activating does not unblock"
    await at.post(f"card/{key}/unblock")
    assert (await at.card(NEW))["active"] is True


async def test_what_the_loyalty_system_blocks_is_blocked_here(at: Bare) -> None:
    """The system is what counts; the wire only knows how it was told."""
    card = await at.card(BLOCKED)
    assert (card["blocked"], card["blocked_status"]) == (True, 1)
    await at.post(f"card/{card['id']}/unblock")
    assert (await at.card(BLOCKED))["blocked"] is False


async def test_a_level_stays_when_the_turnover_begins_anew(at: Bare) -> None:
    card = await at.card()
    await at.post(f"card/{card['id']}/accumulate", sum=5800)
    await at.post(f"card/{card['id']}/accumulate", sum=100, reset=True)
    after = await at.card()
    assert (after["accum_sale_amount"], after["card_level_id"]) == (100, "silver")
    await at.post(f"card/{card['id']}/accumulate", 400, sum=-101)


# --- holders ----------------------------------------------------------------------------------


async def test_null_leaves_and_empty_clears(at: Bare) -> None:
    key = (await at.card())["user_id"]
    before = (await at.get(f"user/{key}"))["user"]
    await at.post(f"user/{key}", name=None, email="", phone=None, birthdate=0)
    after = (await at.get(f"user/{key}"))["user"]
    assert after == {**before, "email": "", "birthdate": 0}


async def test_a_changed_phone_leads_to_the_same_cards(at: Bare) -> None:
    card = await at.card()
    await at.post(f"user/{card['user_id']}", phone="+7 (999) 555-44-33")
    found = await at.get("card/by_phone?filter=79995554433")
    assert [one["barcode"] for one in found["cards"]] == [ANNA]
    await at.get("card/by_phone?filter=79001234501", 404)


async def test_a_login_is_what_somebody_is_found_by(at: Bare) -> None:
    key = (await at.card())["user_id"]
    await at.post(f"user/{key}", login="Annie")
    found = await at.get("user?login=annie")
    assert [one["id"] for one in found["users"]] == [key]
    other = await at.card("2900000000025")
    await at.post(f"user/{other['user_id']}", 400, login="ANNIE")
    await at.post(f"user/{key}", login="annie")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("is_locked=true", {"c01"}),
        ("gender=female", {"c02"}),
        ("gender=female&is_locked=false", {"c02"}),
        ("gender=female&is_locked=true", set()),
        ("is_locked=false&phone=79001234501", set()),
        ("is_locked=false&phone=79001234503", {"c03"}),
        ("user_filter=sokolova&is_locked=true", {"c01"}),
        ("login=79001234501", {"c01"}),
        ("login=79001234501&is_locked=false", set()),
        ("login=79001234502", set()),
        ("login=bob", {"c02"}),
        ("phone=no+phone", set()),
        ("email=nobody@example.org", set()),
    ],
)
async def test_holders_are_found_by_what_either_side_knows(
    at: Bare, query: str, found: set[str]
) -> None:
    await at.post("user/c01", is_locked=True)
    await at.post("user/c02", gender="female", login="Bob")
    told = await at.get(f"user?{query}", 200 if found else 404)
    assert {one["id"] for one in told.get("users", ())} == found


async def test_the_phone_of_a_deleted_holder_is_free_again(at: Bare) -> None:
    await at.post(f"user/{(await at.card())['user_id']}/delete")
    await at.get("card/by_phone?filter=79001234501", 404)
    assert (await at.card())["phone"] == ""
    await at.post("user/new", login="79001234501", phone="79001234501", name="Anna")


# --- points -----------------------------------------------------------------------------------


async def moved(at: Bare, query: str = "") -> list[dict[str, Any]]:
    card = await at.card()
    told = await at.get(f"transaction?card_id={card['id']}&per_page=50{query}")
    return list(told["transactions"])


async def add(at: Bare, **fields: Any) -> None:
    card = await at.card()
    await at.post("transaction/add", **{"card_id": card["id"], "type": 0, "sum": 100, **fields})


@pytest.mark.parametrize(
    ("fields", "starts", "ends"),
    [
        ({}, 0, 365),
        ({"activation_period": 2}, 2, 367),
        ({"activation_period": 2, "invalidate_period": 5}, 2, 7),
        ({"invalidate_period": 5}, 0, 5),
        ({"invalidate_period": 0}, 0, None),
        ({"activation_base_date": NOW + 3 * DAY}, 3, 368),
        ({"activation_base_date": (NOW + 3 * DAY) // 1000, "activation_period": 1}, 4, 369),
        ({"invalidate_period": 5, "invalidate_base_date": NOW + 10 * DAY}, 0, 15),
    ],
)
async def test_how_long_points_live(
    at: Bare, fields: dict[str, int], starts: int, ends: int | None
) -> None:
    await add(at, **fields)
    newest = (await moved(at))[0]
    assert newest["activation_period"] == NOW + starts * DAY
    assert newest["invalidate_period"] == (0 if ends is None else NOW + ends * DAY)
    card = await at.card()
    assert (card["balance"] - card["actual_balance"] >= 100) == (starts > 0)


async def test_what_is_taken_from_several_lots_is_one_row(at: Bare) -> None:
    """Anna has 350 that burn in three days and 120.50 that live longer."""
    await add(at, type=1, sum=400, description="two lots")
    rows = [one for one in await moved(at) if one["description"] == "two lots"]
    assert [one["sum"] for one in rows] == [400]


async def test_all_that_is_told_of_a_movement_is_told_back(at: Bare) -> None:
    fields = {
        "author": "Vera", "description": "for patience", "doc_id": "letter-7", "doc_type": 3,
        "kkm_id": "2", "shop_id": "01", "discount_id": "d9",
    }  # fmt: skip
    await add(at, **fields)
    newest = (await moved(at))[0]
    assert {name: newest[name] for name in fields} == fields


async def test_a_window_of_time(at: Bare) -> None:
    await add(at, description="early")
    await at.clock.move(hours=2)
    await add(at, description="late")
    later = milliseconds(MORNING + timedelta(hours=1))
    for since in (later, later // 1000):
        told = await moved(at, f"&date_from={since}")
        assert [one["description"] for one in told] == ["late"]
    told = await moved(at, f"&date_to={later}")
    assert told[0]["description"] == "early"
    assert all(one["description"] != "late" for one in told)


async def test_a_new_card_has_an_empty_list_of_movements_and_may_get_points(at: Bare) -> None:
    key = (await at.post("card/add", barcode=NEW))["id"]
    assert (await at.get(f"transaction?card_id={key}", 404))["code"] == 114
    await add(at, card_id=key, sum=5)
    assert (await at.card(NEW))["balance"] == 5

"""Shops, goods and segments: set up, read again, and what they mean for paying with points."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from rarus.bare import ANNA, Bare, at_server

SHOP = {"id", "name", "latitude", "longitude", "address", "phone", "time_zone"}
SHOP |= {"exclude_articles", "deleted", "schedule"}
ARTICLE = {"id", "parent_id", "name", "article", "description", "image", "isgroup", "properties"}
ARTICLE |= {"unload", "deleted", "timestamp"}
PAGINATION = {"page", "per_page", "items", "pages"}
BREAD, MILK, WINE = "10101", "10201", "11403"


@pytest.fixture
async def bare() -> AsyncIterator[Bare]:
    async with at_server() as made:
        yield made


def ids(told: dict[str, Any], key: str) -> list[str]:
    return [one["id"] for one in told[key]]


# --- shops ------------------------------------------------------------------------------------


async def test_a_shop_is_added_changed_and_deleted(bare: Bare) -> None:
    made = await bare.post("shop/add", name="Second", latitude=55.75, time_zone="Asia/Omsk")
    key = made["id"]
    shop = (await bare.get(f"shop/{key}"))["shop"]
    assert set(shop) == SHOP
    assert (shop["name"], shop["latitude"], shop["longitude"]) == ("Second", Decimal("55.75"), 0)
    await bare.post(f"shop/{key}", address="Street 1", name=None)
    shop = (await bare.get(f"shop/{key}"))["shop"]
    assert (shop["name"], shop["address"], shop["deleted"]) == ("Second", "Street 1", False)
    assert ids(await bare.get("shop"), "shops") == ["01", key]
    await bare.post(f"shop/{key}/delete")
    assert ids(await bare.get("shop"), "shops") == ["01"]
    assert (await bare.get(f"shop/{key}"))["shop"]["deleted"] is True
    await bare.post(f"shop/{key}/delete", 404)
    await bare.post(f"shop/{key}", 404, name="Back")


async def test_a_shop_may_have_an_id_of_the_clients_own(bare: Bare) -> None:
    assert (await bare.post("shop/add", id="main", name="Main"))["id"] == "main"
    assert "main" in (await bare.post("shop/add", 400, id="main", name="Again"))["message"]
    for wrong in ("a/b", "x" * 101, "line\nbreak"):
        await bare.post("shop/add", 400, id=wrong, name="Odd")
    await bare.post("shop/add", 400, id="nameless")
    assert ids(await bare.get("shop"), "shops") == ["01", "main"]


async def test_hours_are_told_to_those_who_ask_for_them(bare: Bare) -> None:
    hours = {
        "day_start": "mon",
        "day_end": "fri",
        "time_start": "09:00",
        "time_end": "21:00",
        "status": "open",
    }
    await bare.post("shop/schedule", id="01", schedule=[hours])
    assert (await bare.get("shop/01"))["shop"]["schedule"] == []
    assert (await bare.get("shop/01?schedules=true"))["shop"]["schedule"] == [hours]
    assert (await bare.get("shop?schedules=true"))["shops"][0]["schedule"] == [hours]
    await bare.post("shop/schedule", id="01", schedule=[])
    assert (await bare.get("shop/01?schedules=true"))["shop"]["schedule"] == []
    await bare.post("shop/schedule", 404, id="02", schedule=[])
    await bare.post("shop/schedule", 400, id="01", schedule=[{**hours, "status": "perhaps"}])


async def test_promotions_go_by_the_time_of_the_shop(bare: Bare) -> None:
    """The demo's morning discount ends at noon; it is ten in the morning at the server."""

    async def rules(shop: str) -> set[str]:
        row = {"line_number": 1, "article": BREAD, "quantity": 1, "price": 100}
        told = await bare.http.post(
            "/organization/calculate_document", json={"shop_id": shop, "cheque_items": [row]}
        )
        return {one["discount_id"] for one in told.json()["cheque_discounts"]}

    await bare.post("shop/add", id="east", name="East", time_zone="Asia/Vladivostok")
    await bare.post("shop/add", id="mars", name="Mars", time_zone="Mars/Olympus")
    assert "morning" in await rules("01")
    assert "morning" not in await rules("east")
    assert "morning" in await rules("mars"), "no zone that is known: as at the server"
    assert "morning" in await rules("nowhere")


# --- goods ------------------------------------------------------------------------------------


async def test_goods_of_the_catalogue_are_there_with_their_groups(bare: Bare) -> None:
    bread = (await bare.get(f"assortment/get?id={BREAD}"))["assortment"]
    assert set(bread) == ARTICLE
    assert bread["parent_id"] == "bread"
    assert {one["id"]: one["value"] for one in bread["properties"]} == {
        "unit": "pc",
        "price": "49.90",
        "codes": "4600000000015",
    }
    group = (await bare.get("assortment/get?id=bread"))["assortment"]
    assert (group["isgroup"], group["parent_id"]) == (True, "")
    await bare.get("assortment/get?id=nothing", 404)
    await bare.get("assortment/get", 400)


async def test_goods_are_added_and_only_what_is_told_is_changed(bare: Bare) -> None:
    unit = {"id": "unit", "value": "kg"}
    article = {"id": "new", "name": "Bagel", "parent_id": "bread", "properties": [unit]}
    await bare.post("assortment/batch/add", assortment=[article])
    await bare.clock.move(seconds=1)
    await bare.post("assortment/batch/add", assortment=[{"id": "new", "name": "Big bagel"}])
    told = (await bare.get("assortment/get?id=new"))["assortment"]
    assert (told["name"], told["parent_id"]) == ("Big bagel", "bread")
    assert told["properties"] == [{"id": "unit", "name": "", "value": "kg"}]
    assert told["timestamp"] == int(bare.clock.now().timestamp()) * 1000


async def test_a_batch_is_taken_whole_or_not_at_all(bare: Bare) -> None:
    good, bad = {"id": "a", "name": "A"}, {"id": "", "name": "B"}
    told = await bare.post("assortment/batch/add", 400, assortment=[good, bad])
    assert "assortment.1.id" in told["message"]
    await bare.get("assortment/get?id=a", 404)
    await bare.post("assortment/batch/add", 400, assortment=[{"id": "x", "parent_id": "x"}])
    await bare.post("assortment/batch/add", assortment=[])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("id=10101", ["10101"]),
        ("parent_id=new", ["n1", "n2"]),
        ("parent_id=new&with_groups=true", ["n1", "n2", "inner"]),
        ("name_filter=ПЕРВ&parent_id=new", ["n1"]),
        ("name_filter=ART-2", ["n2"]),
        ("property_id=colour", ["n1", "n2"]),
        ("property_id=colour&property_value=red", ["n1"]),
        ("parent_id=inner", ["n3"]),
    ],
)
async def test_goods_are_found_by(bare: Bare, query: str, found: list[str]) -> None:
    await bare.post(
        "assortment/batch/add",
        assortment=[
            {"id": "new", "name": "New", "isgroup": True},
            {
                "id": "n1",
                "parent_id": "new",
                "name": "Первый",
                "properties": [{"id": "colour", "name": "Colour", "value": "red"}],
            },
            {
                "id": "n2",
                "parent_id": "new",
                "name": "Second",
                "article": "ART-2",
                "properties": [{"id": "colour", "name": "Colour", "value": "blue"}],
            },
            {"id": "inner", "parent_id": "new", "name": "Inner", "isgroup": True},
            {"id": "n3", "parent_id": "inner", "name": "Third"},
        ],
    )
    told = await bare.get(f"assortment?{query}")
    assert ids(told, "assortment") == found
    assert set(told["pagination"]) == PAGINATION


async def test_a_list_comes_in_pages_and_ends(bare: Bare) -> None:
    first = await bare.get("assortment?page=1&per_page=7&calculate_count=true")
    items = first["pagination"]["items"]
    assert first["pagination"] == {
        "page": 1,
        "per_page": 7,
        "items": items,
        "pages": -(-items // 7),
    }
    seen: list[str] = []
    for page in range(1, first["pagination"]["pages"] + 1):
        seen += ids(await bare.get(f"assortment?page={page}&per_page=7"), "assortment")
    assert len(seen) == len(set(seen)) == items
    past = await bare.get(f"assortment?page={first['pagination']['pages'] + 1}&per_page=7", 404)
    assert past["code"] == 114


async def test_deleted_goods_are_not_in_lists_and_still_there_by_id(bare: Bare) -> None:
    await bare.post("assortment/batch/add", assortment=[{"id": BREAD, "deleted": True}])
    assert BREAD not in ids(await bare.get("assortment?per_page=500"), "assortment")
    assert (await bare.get(f"assortment/get?id={BREAD}"))["assortment"]["deleted"] is True


async def test_prices_are_found_by_properties(bare: Bare) -> None:
    code = {"property_id": "codes", "value": "4600000000015"}
    told = await bare.post("assortment_properties/?calculate_count=true&page=1", properties=[code])
    assert told["assortment"] == [
        {
            "id": BREAD,
            "name": "Polevoy wheat bread, 400 g",
            "image": "",
            "assortment_prices": [{"price": Decimal("49.90")}],
        }
    ]
    both = [code, {"property_id": "unit", "value": "kg"}]
    await bare.post("assortment_properties", 404, properties=both)
    assert (await bare.post("assortment_properties?per_page=3", properties=[]))["pagination"][
        "per_page"
    ] == 3


async def test_the_lowest_price_of_a_good_holds(bare: Bare) -> None:
    row = {"line_number": 1, "article": BREAD, "quantity": 2, "price": 100}
    told = await bare.post("calculate_document", shop_id="01", cheque_items=[row])
    assert told["cheque_items"][0]["summ"] < 196
    lowest = [{"id": "lowest", "value": "98,50"}]
    await bare.post("assortment/batch/add", assortment=[{"id": BREAD, "properties": lowest}])
    told = await bare.post("calculate_document", shop_id="01", cheque_items=[row])
    assert told["cheque_items"][0]["summ"] == 197


# --- segments ---------------------------------------------------------------------------------


async def test_a_segment_is_added_changed_and_deleted(bare: Bare) -> None:
    made = await bare.post("segment/add", name="Sweets")
    segment = (await bare.get(f"segment/{made['id']}"))["segment"]
    assert segment["max_payment_percent"] == -1
    assert (segment["isgroup"], segment["deleted"], segment["parent_id"]) == (False, False, "")
    await bare.post(f"segment/{made['id']}", max_payment_percent=12.5)
    assert (await bare.get(f"segment/{made['id']}"))["segment"]["max_payment_percent"] == Decimal(
        "12.5"
    )
    listed = await bare.get("segment?name_filter=SWEET")
    assert ids(listed, "segments") == [made["id"]]
    assert set(listed["pagination"]) == PAGINATION
    await bare.post(f"segment/{made['id']}/delete")
    await bare.get("segment?name_filter=SWEET", 404)
    assert (await bare.get(f"segment/{made['id']}"))["segment"]["deleted"] is True
    for wrong in (
        {"name": ""},
        {"name": "x", "max_payment_percent": 101},
        {"id": "/", "name": "x"},
    ):
        await bare.post("segment/add", 400, **wrong)


async def test_the_goods_of_a_segment_are_those_of_its_groups(bare: Bare) -> None:
    outer = (await bare.post("segment/add", name="Outer", items=["dairy"]))["id"]
    inner = (await bare.post("segment/add", name="Inner", parent_id=outer, items=[BREAD]))["id"]
    ask = {"included_in_segment_items": [outer], "page": 1, "per_page": 500}
    told = await bare.post("assortment_segment/get_assortment", **ask)
    found = ids(told, "assortment_for_segment_items")
    assert BREAD in found
    assert MILK in found
    dairy = ids(await bare.get("assortment?parent_id=dairy&per_page=500"), "assortment")
    assert set(found) == {BREAD, *dairy}
    ask["included_in_segment_items"] = [inner]
    told = await bare.post("assortment_segment/get_assortment", **ask)
    assert ids(told, "assortment_for_segment_items") == [BREAD]
    ask["included_in_segment_items"] = ["nothing"]
    await bare.post("assortment_segment/get_assortment", 404, **ask)


async def payable(bare: Bare, *articles: str, shop: str = "01") -> dict[str, tuple[Any, Any]]:
    """Of each: the percent and the sum that points may pay."""
    card = await bare.card()
    rows = [
        {"line_number": number, "article": article, "quantity": 1, "price": 100, "summ": 100}
        for number, article in enumerate(articles, 1)
    ]
    told = await bare.post(f"card/{card['id']}/balance", shop_id=shop, cheque_items=rows)
    parts = {
        one["article"]: (one["max_payment_percent"], one["max_payment_sum"])
        for one in told["payment_distribution"]
    }
    excluded = {article for article in articles if article in told["excluded_articles"]}
    assert excluded == {article for article, part in parts.items() if part == (0, 0)}
    return parts


async def test_the_segment_that_a_shop_excludes_is_not_paid_with_points_there(bare: Bare) -> None:
    before = await payable(bare, BREAD, MILK)
    assert before[BREAD][1] == before[MILK][1] == 100
    segment = (await bare.post("segment/add", name="No points", items=["bread"]))["id"]
    await bare.post("shop/01", exclude_articles=segment)
    await bare.post("shop/add", id="02", name="Other")
    assert (await payable(bare, BREAD, MILK)) == {**before, BREAD: (0, 0)}
    assert (await payable(bare, BREAD, MILK, shop="02")) == before
    row = {"line_number": 1, "article": BREAD, "quantity": 1, "price": 100}
    told = await bare.post(
        "calculate_document", 400, shop_id="01", cheque_items=[row], card_barcode=ANNA,
        bonus_payment=10,
    )  # fmt: skip
    assert told["code"] != 0
    await bare.post("shop/01", exclude_articles="")
    assert (await payable(bare, BREAD, MILK)) == before


async def test_the_percent_of_a_segment_limits_what_points_pay(bare: Bare) -> None:
    before = await payable(bare, BREAD, MILK)
    await bare.post("segment/add", id="s1", name="One", items=["bread"], max_payment_percent=20)
    assert (await payable(bare, BREAD, MILK)) == {**before, BREAD: (20, 20)}
    await bare.post("segment/add", id="s2", name="Two", items=[BREAD], max_payment_percent=5)
    assert (await payable(bare, BREAD))[BREAD] == (5, 5), "the strictest of several holds"
    await bare.post("segment/s2/delete")
    assert (await payable(bare, BREAD))[BREAD] == (20, 20)
    await bare.post("assortment/batch/add", assortment=[{"id": BREAD, "parent_id": "dairy"}])
    assert (await payable(bare, BREAD))[BREAD] == before[MILK], "it is in the segment no more"


async def test_what_a_segment_forbids_cannot_be_sold_either(bare: Bare) -> None:
    card = await bare.card()
    await bare.post("segment/add", name="One", items=["bread"], max_payment_percent=0)
    row = {"line_number": 1, "article": BREAD, "quantity": 1, "price": 100, "summ": 100}
    sale = {"operation_type": "sale", "card_id": card["id"], "shop_id": "01", "doc_id": "d1"}
    paid = row | {"bonus_payment_sum": 10}
    await bare.post("process_bonus", 400, **sale, cheque_items=[paid], bonus_payment=10)
    told = await bare.post("process_bonus", **sale, cheque_items=[row], bonus_payment=0)
    assert told["bonus_spent"] == 0

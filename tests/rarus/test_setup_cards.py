"""Cards set up over the wire: what each of them may do then, at a till."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from rarus.bare import Bare, at_server

CARD = {
    "id", "parent_id", "name", "barcode", "code", "description", "active", "blocked",
    "blockeddescription", "blocked_status", "date_active", "date_deactivate", "card_level_id",
    "accum_sale_amount", "balance", "actual_balance", "mastercard_id", "user_id", "phone", "email",
    "external_card", "date_last_transaction", "last_transaction",
}  # fmt: skip
BORIS, NOBODYS, FREE = "2900000000025", "2900000000506", "2900000001015"
BREAD = {"line_number": 1, "article": "10101", "quantity": 10, "price": 100, "summ": 1000}


@pytest.fixture
async def bare() -> AsyncIterator[Bare]:
    async with at_server() as made:
        yield made


async def sold(bare: Bare, card: str, doc: str, points: int = 0, wanted: int = 200) -> Any:
    row = BREAD | {"bonus_payment_sum": points}
    return await bare.post(
        "process_bonus",
        wanted,
        operation_type="sale",
        card_id=card,
        shop_id="01",
        doc_id=doc,
        cheque_items=[row],
        bonus_payment=points,
    )


async def of_id(bare: Bare, card: str) -> dict[str, Any]:
    told: dict[str, Any] = (await bare.get(f"card/{card}"))["card"]
    assert set(told) == CARD
    return told


# --- added ------------------------------------------------------------------------------------


async def test_a_new_card_is_free_and_its_start_balance_one_movement(bare: Bare) -> None:
    made = await bare.post(
        "card/add",
        code="TRACK7",
        barcode="777",
        card_level_id="silver",
        balance=12.5,
        accum_sale_amount=100,
        name="Spare",
        description="From the old programme",
    )
    card = await of_id(bare, made["id"])
    assert card["id"] != card["barcode"] == "777"
    assert (card["code"], card["name"], card["card_level_id"]) == ("TRACK7", "Spare", "silver")
    assert (card["active"], card["blocked"], card["user_id"]) == (False, False, "")
    assert (card["balance"], card["accum_sale_amount"]) == (12.5, 100)
    moved = await bare.get(f"transaction?card_id={made['id']}")
    assert [(one["type"], one["sum"]) for one in moved["transactions"]] == [(0, 12.5)]
    for filter_ in ("barcode=777", "code=TRACK7", "card_filter=77", "card_level_id=silver"):
        listed = await bare.get(f"card?{filter_}&active=false")
        assert [one["id"] for one in listed["cards"]] == [made["id"]]


async def test_a_card_takes_a_users_points_at_once(bare: Bare) -> None:
    boris = await bare.card(BORIS)
    made = await bare.post("card/add", barcode="777", user_id=boris["user_id"])
    card = await of_id(bare, made["id"])
    assert (card["user_id"], card["active"]) == (boris["user_id"], True)
    assert card["balance"] == boris["balance"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"barcode": BORIS},
        {"barcode": "no spaces please"},
        {"barcode": "7", "card_level_id": "no level"},
        {"barcode": "7", "parent_id": "no group"},
        {"barcode": "7", "user_id": "nobody"},
        {"barcode": "7", "external_card": 2},
        {"barcode": "7", "id": "a/b"},
        {"barcode": "7", "accum_sale_amount": -1},
        {"barcode": "7", "balance": 1e300},
        {"barcode": "7", "user_id": "c02", "external_card": 1},
    ],
)
async def test_a_card_that_cannot_be_leaves_nothing_behind(
    bare: Bare, body: dict[str, Any]
) -> None:
    answer = await bare.http.post("/organization/card/add", json=body)
    assert answer.status_code in (400, 404)
    await bare.get("card?barcode=7", 404)
    assert (await bare.post("card/add", barcode="7", id="own"))["id"] == "own"


async def test_kopecks_of_the_vendors_sdk_are_roubles(bare: Bare) -> None:
    made = await bare.post("card/add", barcode="1", accum_sale_amount=150)
    assert (await of_id(bare, made["id"]))["accum_sale_amount"] == 150
    bare.http.headers["X-ENVIRONMENT-SDK-VERSION"] = "RARUS.BONUS.SERVER-V1.0.0"
    made = await bare.post("card/add", barcode="2", accum_sale_amount=15000)
    assert (await of_id(bare, made["id"]))["accum_sale_amount"] == 150
    await bare.post(f"card/{made['id']}", accum_sale_amount=20050)
    assert (await of_id(bare, made["id"]))["accum_sale_amount"] == 200.5


# --- changed ----------------------------------------------------------------------------------


async def test_what_is_told_is_changed_and_the_rest_stays(bare: Bare) -> None:
    boris = await bare.card(BORIS)
    await bare.post(f"card/{boris['id']}", name="Mine", phone="79990000000", barcode=None)
    after = await of_id(bare, boris["id"])
    assert after == boris | {"name": "Mine", "phone": "79990000000"}
    await bare.post(f"card/{boris['id']}", barcode="555")
    after = await of_id(bare, boris["id"])
    assert (after["barcode"], after["balance"]) == ("555", boris["balance"])
    await bare.get(f"card?barcode={BORIS}", 404)
    await bare.post(f"card/{boris['id']}", 400, barcode=NOBODYS)
    assert (await of_id(bare, boris["id"]))["barcode"] == "555"


async def test_a_change_that_is_half_refused_changes_nothing(bare: Bare) -> None:
    boris = await bare.card(BORIS)
    await bare.post(f"card/{boris['id']}", 404, accum_sale_amount=7, mastercard_id="nobody")
    await bare.post(f"card/{boris['id']}", 400, name="x", accum_sale_amount=-1)
    assert await of_id(bare, boris["id"]) == boris


async def test_points_of_a_card_move_on_its_master(bare: Bare) -> None:
    boris, nobodys = await bare.card(BORIS), await bare.card(NOBODYS)
    whole = boris["balance"] + nobodys["balance"]
    await bare.post(f"card/{nobodys['id']}", mastercard_id=boris["id"])
    one, other = await of_id(bare, nobodys["id"]), await of_id(bare, boris["id"])
    assert (one["balance"], other["balance"]) == (whole, whole)
    assert one["mastercard_id"] == boris["id"]
    await bare.post(f"card/{nobodys['id']}", mastercard_id="")
    assert (await of_id(bare, nobodys["id"]))["balance"] == 0


async def test_turnover_moves_levels(bare: Bare) -> None:
    levels = (await bare.get("card_level"))["card_level"]
    reached = levels[1]
    made = await bare.post("card/add", barcode="7")
    key = made["id"]
    await bare.post(f"card/{key}/accumulate", sum=reached["accum_level"] - 1)
    assert (await of_id(bare, key))["card_level_id"] == levels[0]["id"]
    await bare.post(f"card/{key}/accumulate", sum=1)
    card = await of_id(bare, key)
    assert (card["card_level_id"], card["accum_sale_amount"]) == (
        reached["id"],
        reached["accum_level"],
    )
    await bare.post(f"card/{key}/accumulate", sum=5, reset=True)
    card = await of_id(bare, key)
    assert (card["accum_sale_amount"], card["card_level_id"]) == (5, reached["id"])
    await bare.post(f"card/{key}/accumulate", 400, sum=-6)


# --- blocked and active -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "shown", "earns"), [(1, 1, False), (2, 1, False), (3, 3, True), (4, 4, True)]
)
async def test_what_a_block_forbids(bare: Bare, told: int, shown: int, earns: bool) -> None:
    boris = await bare.card(BORIS)
    await bare.post(f"card/{boris['id']}/block", description="Lost", blocked_status=told)
    card = await of_id(bare, boris["id"])
    assert (card["blocked"], card["blockeddescription"]) == (True, "Lost")
    assert card["blocked_status"] in (shown, told)
    await sold(bare, boris["id"], "d1", points=10, wanted=400)
    answer = await sold(bare, boris["id"], "d2")
    assert (answer["bonus_earned"] > 0) == earns
    limits = await bare.post(f"card/{boris['id']}/balance", shop_id="01", cheque_items=[BREAD])
    assert limits["max_payment"] == 0
    assert [one["id"] for one in (await bare.get("card?blocked=true&per_page=500"))["cards"]].count(
        boris["id"]
    ) == 1
    await bare.post(f"card/{boris['id']}/unblock")
    card = await of_id(bare, boris["id"])
    assert (card["blocked"], card["blocked_status"], card["blockeddescription"]) == (False, 0, "")
    assert (await sold(bare, boris["id"], "d3", points=10))["bonus_spent"] == 10


async def test_a_block_for_a_while_ends_by_itself(bare: Bare) -> None:
    boris = await bare.card(BORIS)
    until = int(bare.clock.now().timestamp()) + 3600
    await bare.post(f"card/{boris['id']}/block", unblock_date=until)  # seconds, as the SDK has it
    card = await of_id(bare, boris["id"])
    assert (card["blocked"], card["blocked_status"]) == (True, 2)
    await bare.clock.move(minutes=59)
    assert (await of_id(bare, boris["id"]))["blocked"]
    await bare.clock.move(minutes=1)
    assert not (await of_id(bare, boris["id"]))["blocked"]
    await bare.post(f"card/{boris['id']}/block", 400, unblock_date=until)
    await bare.post(f"card/{boris['id']}/block", 400, blocked_status=5)


async def test_a_card_is_put_to_sleep_and_woken(bare: Bare) -> None:
    boris = await bare.card(BORIS)
    await bare.post(f"card/{boris['id']}/deactivate")
    now = int(bare.clock.now().timestamp()) * 1000
    card = await of_id(bare, boris["id"])
    assert (card["active"], card["blocked"], card["date_deactivate"]) == (False, False, now)
    assert (await sold(bare, boris["id"], "d1"))["bonus_earned"] == 0
    await bare.post(f"card/{boris['id']}/block")
    await bare.post(f"card/{boris['id']}/unblock")
    assert (await of_id(bare, boris["id"]))["active"] is False, "it slept before"
    await bare.post(f"card/{boris['id']}/activate")
    card = await of_id(bare, boris["id"])
    assert (card["active"], card["date_active"], card["date_deactivate"]) == (True, now, 0)
    assert (await sold(bare, boris["id"], "d2"))["bonus_earned"] > 0


async def test_a_free_card_that_is_woken_earns_for_nobody(bare: Bare) -> None:
    free = await bare.card(FREE)
    assert (free["active"], free["user_id"]) == (False, "")
    await bare.post(f"card/{free['id']}/activate")
    assert (await sold(bare, free["id"], "d1"))["bonus_earned"] > 0


async def test_a_new_card_takes_the_place_of_the_old(bare: Bare) -> None:
    boris = await bare.card(BORIS)
    new = (await bare.post("card/add", barcode="777"))["id"]
    await bare.post("card/replacement", old_card_id=boris["id"], new_card_id=new)
    card, old = await of_id(bare, new), await of_id(bare, boris["id"])
    for name in ("balance", "card_level_id", "accum_sale_amount", "user_id"):
        assert card[name] == boris[name]
    assert (card["active"], old["blocked"]) == (True, True)
    assert "777" in old["blockeddescription"]
    await bare.post("card/replacement", 400, old_card_id=new, new_card_id=boris["id"])
    await bare.post("card/replacement", 404, old_card_id=new, new_card_id="nobody")


async def test_a_deleted_card_is_gone(bare: Bare) -> None:
    boris = await bare.card(BORIS)
    await bare.post(f"card/{boris['id']}/delete")
    await bare.get(f"card/{boris['id']}", 404)
    for path in ("delete", "activate", "block", "unblock", "accumulate", ""):
        body = {"sum": 1} if path == "accumulate" else {}
        await bare.post(f"card/{boris['id']}/{path}", 404, **body)


async def test_a_foreign_card_is_tied_to_nobody(bare: Bare) -> None:
    made = await bare.post("card/add", barcode="777", external_card=1)
    await bare.post("card/attach", 400, user_id="c02", card_id=made["id"])
    assert (await of_id(bare, made["id"]))["user_id"] == ""


# --- groups -----------------------------------------------------------------------------------


async def test_groups_of_cards_hold_cards(bare: Bare) -> None:
    outer = (await bare.post("card_group/add", name="Outer"))["id"]
    inner = (await bare.post("card_group/add", name="Inner", parent_id=outer))["id"]
    made = await bare.post("card/add", barcode="777", parent_id=inner)
    assert (await of_id(bare, made["id"]))["parent_id"] == inner
    await bare.post(f"card_group/{inner}", name="Renamed", description="d")
    group = (await bare.get(f"card_group/{inner}"))["card_group"]
    assert (group["name"], group["parent_id"], group["description"]) == ("Renamed", outer, "d")
    await bare.post(f"card_group/{inner}/delete", 400)
    await bare.post(f"card_group/{outer}/delete", 400)
    await bare.post(f"card_group/{outer}", 400, parent_id=inner)
    await bare.post(f"card/{made['id']}/delete")
    await bare.post(f"card_group/{inner}/delete")
    await bare.post(f"card_group/{outer}/delete")
    await bare.get("card_group", 404)

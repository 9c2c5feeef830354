"""Card holders set up over the wire, alone and by the hundred with their cards."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from rarus.bare import Bare, at_server

BORIS, FREE = "2900000000025", "2900000001015"
PASSWORD = hashlib.sha1(b"secret", usedforsecurity=False).hexdigest()
DONE = (
    "users_added", "users_updated", "users_ignored", "cards_added", "cards_updated",
    "cards_ignored",
)  # fmt: skip


@pytest.fixture
async def bare() -> AsyncIterator[Bare]:
    async with at_server() as made:
        yield made


async def user_of(bare: Bare, number: str = BORIS) -> dict[str, Any]:
    card = await bare.card(number)
    told: dict[str, Any] = (await bare.get(f"user/{card['user_id']}?with_additional_fields=true"))[
        "user"
    ]
    return told


# --- one by one -------------------------------------------------------------------------------


async def test_one_field_is_changed_at_a_time(bare: Bare) -> None:
    before = await user_of(bare)
    await bare.post(f"user/{before['id']}", name="Boris the First")
    await bare.post(f"user/{before['id']}", gender="male", name=None)
    moscow, greenwich = 644529600000, 644544000000
    await bare.post(f"user/{before['id']}", birthdate=moscow)
    after = await user_of(bare)
    assert after == before | {
        "name": "Boris the First",
        "gender": "male",
        "birthdate": greenwich,
    }
    await bare.post(f"user/{before['id']}", birthdate=0, phone="8 900 000-00-01")
    after = await user_of(bare)
    assert (after["birthdate"], after["phone"]) == (0, "89000000001")


async def test_fields_of_the_clients_own_are_changed_by_name(bare: Bare) -> None:
    key = (await user_of(bare))["id"]
    size = {"id": "size", "name": "Size", "type": 1, "value": "41"}
    dog = {"id": "", "name": "Dog", "type": 0, "value": "yes"}
    await bare.post(f"user/{key}", additional_fields=[size, dog])
    await bare.post(f"user/{key}", additional_fields=[size | {"value": "42"}])
    told = (await user_of(bare))["additional_fields"]
    assert {one["name"]: one["value"] for one in told} == {"Size": "42", "Dog": "yes"}
    plain = (await bare.get(f"user/{key}"))["user"]
    assert plain["additional_fields"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"gender": "both"},
        {"phone": "79001234501"},
        {"email": "no address"},
        {"birthdate": "yesterday"},
        {"birthdate": 10**17},
        {"name": "x" * 1000},
        {"login": "taken"},
    ],
)
async def test_a_change_that_cannot_be_changes_nothing(bare: Bare, body: dict[str, Any]) -> None:
    anna = await user_of(bare, "2900000000018")
    await bare.post(f"user/{anna['id']}", login="taken")
    before = await user_of(bare)
    await bare.post(f"user/{before['id']}", 400, image="new.png", **body)
    assert await user_of(bare) == before


async def test_the_cards_of_a_deleted_holder_are_nobodys(bare: Bare) -> None:
    card = await bare.card(BORIS)
    await bare.post(f"user/{card['user_id']}/delete")
    after = await bare.card(BORIS)
    assert (after["user_id"], after["balance"]) == ("", card["balance"])
    await bare.get(f"user/{card['user_id']}", 404)
    await bare.post(f"user/{card['user_id']}", 404, name="x")
    await bare.post(f"user/{card['user_id']}/delete", 404)


# --- by the hundred ---------------------------------------------------------------------------


def told(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in DONE)


def people(*numbers: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": f"u{number}",
            "name": f"Person {number}",
            "phone": f"7999{number:07}",
            "password": PASSWORD,
            "cards": [{"barcode": f"888{number:05}", "code": f"T{number}", "balance": 5}],
            **more,
        }
        for number in numbers
    ]


async def test_holders_come_with_their_cards(bare: Bare) -> None:
    users = people(1, 2, gender="female")
    users[1]["cards"].append({"barcode": "SECOND", "card_level_id": "silver"})
    answer = await bare.post("cardsandusers/upload", users=users)
    assert told(answer) == (2, 0, 0, 3, 0, 0)
    user = (await bare.get("user/u2"))["user"]
    assert (user["name"], user["gender"], user["phone"]) == ("Person 2", "female", "79990000002")
    listed = await bare.get("card?user_id=u2")
    cards = {one["barcode"]: one for one in listed["cards"]}
    assert set(cards) == {"88800002", "SECOND"}
    assert all(one["active"] and one["balance"] == 5 for one in cards.values())
    assert cards["SECOND"]["card_level_id"] == "silver"
    assert (await bare.get("card?code=T2"))["cards"][0]["id"] == cards["88800002"]["id"]


async def test_known_ones_are_left_alone_or_changed(bare: Bare) -> None:
    await bare.post("cardsandusers/upload", unique_field="barcode", users=people(1))
    again = people(1, 2)
    again[0] |= {"name": "Other", "cards": [{"barcode": "88800001", "name": "Card", "balance": 9}]}
    kept = await bare.post(
        "cardsandusers/upload", unique_field="barcode", duplicates="ignore", users=again
    )
    assert told(kept) == (1, 0, 1, 1, 0, 1)
    assert (await bare.get("user/u1"))["user"]["name"] == "Person 1"
    changed = await bare.post(
        "cardsandusers/upload", unique_field="barcode", duplicates="update", users=again
    )
    assert told(changed) == (0, 2, 0, 0, 2, 0)
    assert (await bare.get("user/u1"))["user"]["name"] == "Other"
    card = await bare.card("88800001")
    assert (card["name"], card["balance"]) == ("Card", 5), "a balance is only begun with"


@pytest.mark.parametrize("field", ["id", "code", "barcode"])
async def test_cards_are_known_by_what_the_client_says(bare: Bare, field: str) -> None:
    card = {"id": "own", "code": "TRACK", "barcode": "777"}
    await bare.post("card/add", **card)
    changed = {field: card[field], "name": "Renamed"}
    answer = await bare.post(
        "cardsandusers/upload",
        unique_field=field,
        duplicates="update",
        users=[{"id": "u1", "cards": [changed]}],
    )
    assert told(answer) == (1, 0, 0, 0, 1, 0)
    after = await bare.card("777")
    assert (after["id"], after["name"], after["user_id"]) == ("own", "Renamed", "u1")


async def test_a_free_card_is_given_and_a_strangers_is_not(bare: Bare) -> None:
    free = [{"id": "u1", "cards": [{"barcode": FREE}]}]
    ask = {"unique_field": "barcode", "duplicates": "update"}
    await bare.post("cardsandusers/upload", **ask, users=free)
    assert (await bare.card(FREE))["user_id"] == "u1"
    boris = await bare.card(BORIS)
    theirs = [{"id": "u2", "cards": [{"barcode": BORIS}]}]
    await bare.post("cardsandusers/upload", 400, **ask, users=theirs)
    assert await bare.card(BORIS) == boris
    await bare.get("user/u2", 404)


@pytest.mark.parametrize(
    ("users", "more"),
    [
        ([*people(1), {"id": "u2", "phone": "79990000001"}], {}),
        ([*people(1), *people(1)], {}),
        ([*people(1), {"id": "u2", "cards": [{"barcode": "88800001"}]}], {}),
        ([*people(1), {"id": "u2", "cards": [{"name": "no number"}]}], {}),
        ([*people(1), {"id": "u2", "gender": "both"}], {}),
        ([*people(1), {"id": "a/b"}], {}),
        ([*people(1), {"id": "u2", "cards": [{"code": "x"}]}], {"unique_field": "barcode"}),
        ([*people(1), {"id": "u2", "cards": [{"barcode": "7", "external_card": 1}]}], {}),
        (people(1), {"unique_field": "colour"}),
        (people(1), {"duplicates": "perhaps"}),
        (people(*range(501)), {}),
        ("many", {}),
    ],
    ids=range(12),
)
async def test_one_wrong_one_and_nobody_is_taken(
    bare: Bare, users: Any, more: dict[str, str]
) -> None:
    before = (await bare.get("card?per_page=1"))["pagination"]["items"]
    await bare.post("cardsandusers/upload", 400, users=users, **more)
    assert (await bare.get("card?per_page=1"))["pagination"]["items"] == before
    await bare.get("user/u1", 404)
    await bare.get("card?code=T1", 404)
    assert told(await bare.post("cardsandusers/upload", users=people(1))) == (1, 0, 0, 1, 0, 0)


async def test_five_hundred_at_once_are_not_too_many(bare: Bare) -> None:
    answer = await bare.post("cardsandusers/upload", users=people(*range(500)))
    assert told(answer) == (500, 0, 0, 500, 0, 0)
    assert (await bare.get("user?user_filter=Person&per_page=1"))["pagination"]["items"] == 500


async def test_nobody_is_an_upload_too(bare: Bare) -> None:
    assert told(await bare.post("cardsandusers/upload", users=[])) == (0,) * 6

"""The server as ``cashier serve rarus`` makes it: filled once, lasting, honest about trouble."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from house.counter import rules_of
from stand import MORNING, demo_shop

from backends.fronting import tellable
from backends.rarus.server.making import make_service
from backends.serving import Premises, find
from cashier import fixtures
from cashier.clock import ManualClock, counted_ids
from cashier.errors import ConfigError

BREAD = "10101"


def premises(folder: Path, **more: Any) -> Premises:
    usual = {
        "folder": folder,
        "card": fixtures.path("shop.toml"),
        "shop": demo_shop(),
        "login": "till",
        "password": "p4ss",
        "clock": ManualClock(MORNING),
        "ids": counted_ids(),
        "phone": lambda _message: None,
    }
    return Premises(**{**usual, **more})


@asynccontextmanager
async def started(folder: Path, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A run of the server, signed in to; it ends in peace."""
    server: Any = find("rarus")(premises(folder, **more))
    transport = httpx.ASGITransport(server)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://x.example") as http:
            password = hashlib.sha1(b"p4ss", usedforsecurity=False).hexdigest()
            body = {"login": "till", "password": password, "role": "organization"}
            http.headers["token"] = (await http.post("/sign_in", json=body)).json()["token"]
            yield http
    finally:
        await server.service.backend.close()
        server.service.store.close()


async def test_a_new_server_sells_at_once(tmp_path: Path) -> None:
    async with started(tmp_path) as http:
        shop = (await http.get("/organization/shop/01")).json()["shop"]
        assert (shop["name"], shop["latitude"]) == (demo_shop().name, 0)
        row = {"line_number": 1, "article": BREAD, "quantity": 1, "price": 49.9}
        asked = {"shop_id": "01", "card_barcode": "2900000000018", "cheque_items": [row]}
        told = (await http.post("/organization/calculate_document", json=asked)).json()
        assert told["cheque_discounts"]
        certificate = (await http.get("/organization/certificate/9800000000012")).json()
        assert certificate["certificate"]["status"] == 0
    assert {file.name for file in tmp_path.iterdir()} >= {"loyalty.db", "rarus.db"}  # noqa: ASYNC240


async def test_what_clients_set_up_is_not_undone_by_the_next_start(tmp_path: Path) -> None:
    async with started(tmp_path) as http:
        goods = [{"id": BREAD, "name": "Mine", "deleted": True}]
        await http.post("/organization/assortment/batch/add", json={"assortment": goods})
        await http.post("/organization/shop/01/delete")
        await http.post("/organization/certificate/9800000000012/delete")
    async with started(tmp_path) as http:
        told = (await http.get(f"/organization/assortment/get?id={BREAD}")).json()["assortment"]
        assert (told["name"], told["deleted"]) == ("Mine", True)
        assert (await http.get("/organization/shop/01")).json()["shop"]["deleted"] is True
        certificate = (await http.get("/organization/certificate/9800000000012")).json()
        assert certificate["certificate"]["status"] == 3


async def test_a_token_does_not_outlive_the_server(tmp_path: Path) -> None:
    async with started(tmp_path) as http:
        token = http.headers["token"]
    async with started(tmp_path, ids=counted_ids("other")) as http:
        http.headers["token"] = token
        assert (await http.get("/organization")).status_code == 401


async def test_spending_never_wants_a_code(tmp_path: Path) -> None:
    """The demo rules want one above 300 points; this wire has no place for it."""
    async with started(tmp_path) as http:
        card = (await http.get("/organization/card?barcode=2900000000025")).json()["cards"][0]
        row = {"line_number": 1, "article": "10401", "quantity": 10, "price": 500, "summ": 5000}
        sale = {"operation_type": "sale", "card_id": card["id"], "doc_id": "d1"}
        sale |= {"cheque_items": [row | {"bonus_payment_sum": 400}], "bonus_payment": 400}
        told = await http.post("/organization/process_bonus", json=sale)
        assert told.json()["bonus_spent"] == 400


def test_points_worth_anything_but_one_are_not_told_here() -> None:
    rules = rules_of()
    assert tellable(rules).settings.points.confirm_above is None
    points = rules.settings.points.model_copy(update={"value": 200})
    settings = rules.settings.model_copy(update={"points": points})
    with pytest.raises(ConfigError, match="one unit"):
        tellable(rules.model_copy(update={"settings": settings}))


def test_data_that_are_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "loyalty.db").write_text("no database, but quite a long text " * 100)
    with pytest.raises(ConfigError, match=r"loyalty\.db"):
        find("rarus")(premises(tmp_path))


async def test_damaged_notes_are_put_aside_and_begun_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(tmp_path):
        pass
    assert not caplog.messages
    spoil(tmp_path)
    async with started(tmp_path) as http:
        assert (await http.get("/organization/shop/01")).status_code == 200
    (aside,) = tmp_path.glob("rarus.damaged-*.db")  # noqa: ASYNC240
    (said,) = caplog.messages
    assert aside.name in said


def spoil(folder: Path) -> None:
    for file in folder.glob("rarus.db*"):
        file.write_bytes(b"spoilt" * 1000)


def test_rules_of_ones_own_are_served() -> None:
    service = make_service(
        rules_of(),
        folder=None,
        accounts={},
        clock=ManualClock(MORNING),
        ids=counted_ids(),
        phone=lambda _message: None,
    )
    assert [one.id for one in service.keeper.cards.levels()] == ["base", "silver", "gold"]
    service.store.close()

"""The whole server asked at random, by its own description: nothing is a 500, all fits the schema.

``CASHIER_LONG=1`` asks for longer.
"""

import asyncio
import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from rarus.bare import ANNA, Bare, at_server
from schemathesis import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backends.rarus.server.app import ROUTES
from cashier.exchange import PhoneMessage

LONG = bool(os.environ.get("CASHIER_LONG"))
EXAMPLES = 150 if LONG else 6
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SEEN: Counter[tuple[str, str, int]] = Counter()
"""Method, path and status of what was answered."""


class World:
    """One server for all, and what is to be found there."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        inbox: list[PhoneMessage] = []
        self._context = at_server(inbox.append)
        self.bare: Bare = self._loop.run_until_complete(self._context.__aenter__())
        self.token = self.bare.http.headers["token"]
        self.holder: str = self._loop.run_until_complete(self._signed_in(inbox))
        """Token of Anna herself."""
        self.known: dict[str, list[str]] = self._loop.run_until_complete(self._look_around())

    async def _signed_in(self, inbox: list[PhoneMessage]) -> str:
        phone, http = "79001234501", self.bare.http
        await http.post("/user/sign_in/send_confirmation_code", json={"login": phone})
        asked = {"login": phone, "password": inbox[-1].code, "role": "client"}
        token: str = (await http.post("/sign_in", json=asked)).json()["token"]
        return token

    async def _look_around(self) -> dict[str, list[str]]:
        """Ids by what they are called in paths and bodies."""
        bare = self.bare
        card, other = await bare.card(), await bare.card("2900000000025")
        segment = await bare.post("segment/add", name="All", max_payment_percent=10)
        group = await bare.post("card_group/add", name="Group")
        hold = await bare.post("hold/add", card_id=card["id"], sum=1)
        cards = [card["id"], other["id"]]
        return {
            "card": cards,
            "user": [card["user_id"], other["user_id"]],
            "shop": ["01"],
            "segment": [segment["id"]],
            "card_group": [group["id"]],
            "coupon": ["9920000000019", "SPRING10"],
            "coupon_hold": ["nobody"],
            "hold": [hold["id"]],
            "certificate": ["9800000000012"],
            "certificate_group": ["gift"],
            "discount": ["spring-10"],
            "coupon_group": ["spring"],
        }

    def close(self) -> None:
        self._loop.run_until_complete(self._context.__aexit__(None, None, None))
        self._loop.close()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture(scope="module")
def described(world: World) -> Any:
    transport = cast("Any", world.bare.http._transport)
    return schemathesis.openapi.from_asgi("/openapi.json", transport.app)


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_asked_the_answer_is_one_of_the_described(
    case: "Case[Any]", world: World
) -> None:
    _with_known_ids(case, world.known)
    his = case.operation.path.startswith("/user")
    answer = case.call(headers={"token": world.holder if his else world.token})
    SEEN[case.method, case.operation.path, answer.status_code] += 1
    case.validate_response(answer, checks=CHECKS)
    assert set(answer.json()) >= {"code", "message"}
    assert (answer.status_code == 200) == (answer.json()["code"] == 0)


def _with_known_ids(case: "Case[Any]", known: dict[str, list[str]]) -> None:
    """Every other request asks about something that is there."""
    asked = repr((case.body, case.query, case.path_parameters)).encode()
    dice = int(hashlib.sha256(asked).hexdigest(), 16)
    what = case.operation.path.strip("/").split("/")
    if dice % 2 and case.path_parameters:
        for name in case.path_parameters:
            ids = known.get(what[1])
            if ids and "delete" not in what:
                case.path_parameters[name] = ids[dice % len(ids)]
    for place in (case.body, case.query):
        if dice % 2 and isinstance(place, dict):
            for name, ids in known.items():
                if isinstance(place.get(f"{name}_id"), str):
                    place[f"{name}_id"] = ids[dice % len(ids)]
            if "card_barcode" in place:
                place["card_barcode"] = ANNA
            _make_sensible(place.get("cheque_items"), dice)


def _make_sensible(rows: object, dice: int) -> None:
    """Rows of goods that are sold, at a price."""
    for number, row in enumerate(rows if isinstance(rows, list) else (), 1):
        if isinstance(row, dict):
            row |= {"line_number": number, "article": "10101", "quantity": 1 + dice % 3}
            row |= {"price": 50, "summ": 50, "discount_summ": dice % 2, "bonus_payment_sum": None}


def test_every_method_was_asked_and_most_of_them_did_something() -> None:
    """Stands after the others: a description that asks nothing would find nothing."""
    asked = {(method, path) for method, path, _status in SEEN}
    ours = {(route.method, route.path) for route in ROUTES}
    assert asked >= ours
    done = {(method, path) for method, path, status in SEEN if status == 200}
    assert len(done) > len(ours) // 2, ours - done

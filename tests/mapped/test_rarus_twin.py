"""The mapping of the Rarus service says on the wire what the adapter says, word for word.

Two ways of speaking to one service keep each other honest. They differ where they must: in the ids
that each makes of an operation, and in looking up a card whose id the adapter remembers.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mapped.scripted import Heard, Service
from mapped.services import LOGIN, PASSWORD, RARUS, options
from serving import served
from starlette.applications import Starlette
from starlette.routing import Route

from backends.http import Door, Network
from backends.mapped import MappedBackend, samples
from backends.mapped.loading import UNMAPPED
from backends.rarus.client.backend import RarusBackend
from backends.rarus.client.link import Link
from backends.rarus.client.options import RarusOptions
from cashier.clock import ManualClock
from cashier.exchange import Backend, Refused
from cashier.methods import METHODS
from cashier.uniform import call

DONE: dict[str, Any] = {"code": 0, "message": "done"}
NOTHING = (404, {"code": 114, "message": "nothing"})
CARD: dict[str, Any] = {
    "id": "7d1c", "barcode": samples.CARD, "code": "", "active": True, "blocked": False,
    "blocked_status": 0, "card_level_id": "l1", "user_id": "c01", "balance": 470.5,
    "actual_balance": 470.5, "accum_sale_amount": 4200,
}  # fmt: skip
USER = {"id": "c01", "name": "Anna", "phone": "79001234501", "email": "anna@example.org"}
CODE = {"id": "q1", "method": "phone", "address": "+7 ***", "seconds": 90, "attempts": 3}
DISCOUNT = {
    "line_number": 1, "discount_id": "bread-10", "discount_type": 1, "discount_summ": 9.8,
    "discount_name": "10 % off bread", "gift_list_id": "",
}  # fmt: skip
GIFT = {**DISCOUNT, "line_number": 3, "discount_summ": 0, "gift_list_id": "s1", "discount_value": 2}
LEVELS = [
    {"id": "l1", "name": "Start", "order": 0, "accum_level": 0},
    {"id": "l2", "name": "Silver", "order": 1, "accum_level": 10000},
]
SETTINGS = [
    {"name": "LoginValue", "value": "phone"},
    {"name": "ConfirmationMethod", "value": "phone"},
    {"name": "AttachCardOnRegistration", "value": "true"},
]
SALE: dict[str, Any] = {
    "doc_id": "r-20260303-1", "operation": "sale", "date_calculate_local": 1772521380000,
    "shop_id": "01", "cashbox_id": "02", "check_number": "R0102-000007", "bonus_earned": 4.4,
    "bonus_spent": 0, "payment_types": [{"type": "cash", "sum": 88.2}],
    "cheque_items_for_sales": [
        {"line_number": 1, "article_id": "11001", "item_name": "Bread", "quantity": 2, "price": 49,
         "discount": 9.8},
        {"line_number": 2, "article_id": "11002", "item_name": "Cheese", "quantity": 0.45,
         "price": 899, "discount": 0},
    ],
}  # fmt: skip
REFUND = {
    **SALE, "operation": "refund", "doc_id_refund": "r-2", "check_number": "R0102-000009",
    "cheque_items_for_sales": [{**SALE["cheque_items_for_sales"][0], "quantity": 1}],
}  # fmt: skip
ORGANIZATION = "/organization"
SCRIPT: dict[str, Any] = {
    "POST /sign_in": {"token": "0123456789ABCDEF0123456789ABCDEF1001"},
    "GET /organization": {"organization": {"name": "Example Club"}},
    "GET /shop/01": {"shop": {"id": "01", "name": "Shop"}},
    "GET /settings": {"settings": SETTINGS},
    "GET /card_level": {"card_level": LEVELS},
    "GET /card": {"cards": [CARD]},
    "GET /card/7d1c": {"card": CARD},
    "POST /card/attach": {"id": "7d1c"},
    "POST /card/7d1c/balance": {
        "balance_available": 400, "max_payment": 246.37, "excluded_articles": ["11104"],
        "payment_distribution": [{"line_number": 1, "max_payment_sum": 44.1}],
    },
    "GET /card/7d1c/balance_info": {"balance": 470.5, "balance_available": 400},
    "POST /card/7d1c/levelup": {
        "next_level_up": {"level_name": "Silver", "accum_level": 10000, "accum_amount": 9000}
    },
    "GET /user": NOTHING,
    "GET /user/c01": {"user": USER},
    "GET /user/challenge-1": {"user": USER},
    "POST /user/new": {"id": "c01"},
    "POST /user/c01/send_confirmation_code": {"confirmation": CODE},
    "GET /coupon/SPRING10": {
        "coupon": {"id": "SPRING10", "active": True, "coupon_group": {"id": "g", "name": "Spring"}}
    },
    "GET /coupon/9920000000040": {"coupon": {"id": "9920000000040", "card_id": "7d1c"}},
    "POST /calculate_document": {
        "cheque_items": [{"line_number": 1, "bonus_summ": 4.4}],
        "cheque_discounts": [DISCOUNT, GIFT],
        "payment_distribution": [
            {"line_number": 1, "payment_sum": 44}, {"line_number": 2, "payment_sum": 6},
        ],
    },
    "POST /assortment_segment/get_assortment": {"assortment_for_segment_items": [{"id": "11301"}]},
    "POST /process_bonus": {"bonus_earned": 12.3, "bonus_spent": 50, "card_accum": 4632.75},
    "GET /sale_info": {"sales": [SALE, REFUND]},
    "GET /certificate/9800000000014": {
        "certificate": {"id": "9800000000014", "status": 1, "nominal": 1000, "balance": 400.5}
    },
}  # fmt: skip


class _Script(dict[str, Any]):
    """Whatever is not written down is done."""

    def __getitem__(self, line: str) -> Any:
        told = SCRIPT.get(line.replace(f" {ORGANIZATION}/", " /"), {})
        return told if isinstance(told, tuple) else {**DONE, **told}


@asynccontextmanager
async def both_ways() -> AsyncIterator[tuple[list[Backend], Service]]:
    service = Service(_Script())
    app = Starlette(routes=[Route("/{path:path}", service.answer, methods=["GET", "POST"])])
    clock = ManualClock(samples.AT)
    async with served(app) as url:
        given = options(url)
        link = Link(Door(url, Network(), clock), LOGIN, PASSWORD)
        mapped = MappedBackend.make(RARUS, given, clock=clock, card=Path())
        ways: list[Backend] = [
            RarusBackend(link, RarusOptions.model_validate(given), clock),
            mapped,
        ]
        for one in ways:
            await one.open(samples.OPENING)
        yield ways, service
        for one in ways:
            await one.close()


def told(heard: list[Heard]) -> list[tuple[str, Any, Any]]:
    """What was said, in any order, without what differs of necessity."""
    said = []
    for one in heard:
        if one.verb == "GET" and one.path.endswith("/card") and "barcode=" in one.query:
            continue  # looking up an id
        if one.path.endswith("/sale_info") and "doc_id=" in one.query:
            continue  # whether it is done already: the adapter asks by both ids of a return
        body = one.json if one.body else None
        if isinstance(body, dict):
            body = {name: value for name, value in body.items() if name not in ("id", *_HELD)}
        line = one.line
        line = re.sub(r"(/\w*hold)/[^/]+/delete", r"\1/.../delete", line)
        said.append((line, dict(sorted(_pairs(one.query))), body))
    return sorted(said, key=str)


_HELD = ("hold_id", "coupon_hold_id")
"""Their ids are made of the operation, by each in its own way."""


def _pairs(query: str) -> list[tuple[str, str]]:
    return [
        (name, value) for name, _sign, value in (one.partition("=") for one in query.split("&"))
    ]


# Texts for the cashier are each one's own, and so is the context.
OWN_WORDS = {"context", "text", "name"}


def plain(answer: Any) -> Any:
    """Without texts."""
    if isinstance(answer, dict):
        return {name: plain(one) for name, one in answer.items() if name not in OWN_WORDS}
    return [plain(one) for one in answer] if isinstance(answer, list) else answer


ASKED = {
    f"{one.method.name} {one.title}".strip(): one
    for one in samples.requests()
    if one.method.name not in ("open", "cancel_sale", "reserve", "release")
}
"""Opening, and what depends on ids that each makes by itself, have their own order."""


@pytest.mark.parametrize("name", ASKED)
async def test_the_mapping_says_and_reads_what_the_adapter_does(name: str) -> None:
    one = ASKED[name]
    answers, said = [], []
    async with both_ways() as (ways, service):
        for way in ways:
            service.heard.clear()
            try:
                answer = await call(way, one.method, one.request)
                shown = one.method.answer and _shown(one.method.answer, answer)
                answers.append(plain(shown))
            except Refused as no:
                answers.append((no.reason, no.code))
            said.append(told(service.heard))
    assert answers[0] == answers[1]
    if one.method.name != "attach_card":  # the holder is read there before the card, here after it
        assert said[0] == said[1]


def _shown(kind: Any, answer: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind).dump_python(answer, mode="json")


async def test_holds_are_made_and_given_up_alike() -> None:
    said = []
    async with both_ways() as (ways, service):
        for way in ways:
            service.heard.clear()
            for one in samples.requests():
                if one.method.name in ("reserve", "release"):
                    await call(way, one.method, one.request)
            said.append(told(service.heard))
    assert said[0] == said[1]
    assert len(said[0]) > 3


def test_every_method_of_both_is_looked_at() -> None:
    tried = {one.method.name for one in ASKED.values()}
    assert tried | {"open", "reserve", "release", "cancel_sale"} == METHODS.keys() - UNMAPPED

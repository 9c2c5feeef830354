"""The wire: forms to the byte, links, tokens, one purchase however often it is said."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from dinect.way import OPTIONS, TOKENS, serve, till
from serving import served
from stand import MORNING, demo_goods, demo_rules

from backends.dinect import translate
from backends.dinect.client.link import Link
from backends.dinect.client.options import DinectOptions, Way
from backends.dinect.server.app import make_service
from backends.dinect.server.store import Store
from backends.fronting import Goods, tellable
from backends.house import HouseBackend
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import (
    Cause,
    Found,
    IdentifyRequest,
    LineReturned,
    Opening,
    Refused,
    SaveReturnRequest,
    SaveSaleRequest,
    Unavailable,
)
from cashier.money import ONE, show_quantity
from cashier.receipt import (
    Applied,
    Buyer,
    Identifier,
    IdentifierKind,
    Kind,
    Receipt,
    SaleRef,
    line_of,
)

CARD = Identifier(IdentifierKind.CARD, "2900000000025")


def receipt() -> Receipt:
    lines = (line_of(1, "10101", "Milk", 9990, 2 * ONE),)
    return Receipt("doc-1", MORNING, lines=lines, buyer=Buyer(CARD), closed_at=MORNING)


@asynccontextmanager
async def tills(*ways: dict[str, Any]) -> AsyncIterator[list[Any]]:
    clock = ManualClock(MORNING)
    house = HouseBackend(
        None, tellable(demo_rules()), clock=clock, ids=counted_ids(), phone=lambda _m: None
    )
    async with served(serve(house, clock)) as url:
        made = [till(url, clock, **one) for one in ways]
        yield made
        for one in made:
            await one.close()


def test_a_form_to_the_byte() -> None:
    form = translate.form(
        receipt(),
        spend=500,
        commit=True,
        coupons=["7", "8"],
        redeem_auto=True,
        currency=("RUB", "643"),
        date=MORNING,
    )
    assert urlencode(form) == (
        "doc_id=doc-1&sum_total=199.80&bonus_payment=5.00&coupons=7%2C8&redeem_auto=true"
        "&commit=true&date=2026-03-03+10%3A00%3A00&item_0_gtin=10101&item_0_id=10101&item_0_gid="
        f"&item_0_q={show_quantity(2 * ONE)}&item_0_sum=199.80"
        "&curr_iso_name=RUB&curr_iso_code=643"
    )


@pytest.mark.parametrize("away", ["https://a.example/1/x", "http://b.example/1/x", "/1/x", ""])
def test_a_link_that_leads_away_is_not_followed(away: str) -> None:
    options = DinectOptions.model_validate({"url": "http://a.example/1", **OPTIONS})
    link = Link(options, ManualClock(MORNING), Path("shop.toml"))
    assert link.path("http://a.example/1/users/7") == "users/7"
    with pytest.raises(ValueError, match="elsewhere"):
        link.path(away)


async def test_tokens_go_three_ways_and_answers_come_in_two_formats() -> None:
    ways = [
        {"tokens": way, "format": kind}
        for way in ("header", "cookie", "query")
        for kind in ("json", "xml")
    ]
    async with tills(*ways) as made:
        for one in made:
            await one.open(Opening(shop="01", till="01"))
            found = await one.identify(IdentifyRequest(identifier=CARD, at=MORNING))
            assert isinstance(found, Found)
            assert found.cards[0].balance == 124_000


async def test_the_reserve_server_is_asked_while_the_first_is_silent() -> None:
    clock = ManualClock(MORNING)
    async with tills({}) as (near,):
        url = near._options.url
        silent = {"url": "http://127.0.0.1:9/20130701", "reserve_url": url, **OPTIONS}
        one = type(near).from_options(
            {**silent, "network": {"again": 0}},
            folder=None,
            card=Path("shop.toml"),
            clock=clock,
            ids=counted_ids(),
            phone=lambda _m: None,
        )
        found = await one.identify(IdentifyRequest(identifier=CARD, at=MORNING))
        assert isinstance(found, Found)
        await one.close()


async def test_a_purchase_is_one_and_comes_back_whole_only() -> None:
    async with tills({}) as (one,):
        found = await one.identify(IdentifyRequest(identifier=CARD, at=MORNING))
        sale = replace(receipt(), buyer=Buyer(CARD, found.customer, found.cards[0]))
        sale = replace(sale, applied=Applied(offline=True))
        first = await one.save_sale(SaveSaleRequest(operation_id="a", receipt=sale, at=MORNING))
        again = SaveSaleRequest(operation_id="a", receipt=sale, at=MORNING, again=True)
        assert await one.save_sale(again) == first
        assert first.earned > 0
        assert first.balance == 124_000 + first.earned

        back = replace(
            sale, receipt_id="back-1", kind=Kind.RETURN, of=SaleRef("doc-1", "", MORNING)
        )

        def returning(quantity: int) -> SaveReturnRequest:
            part = (LineReturned(number=1, quantity=quantity),)
            return SaveReturnRequest(operation_id="b", receipt=back, lines=part, at=MORNING)

        with pytest.raises(Refused, match="whole only"):
            await one.save_return(returning(ONE))
        settled = await one.save_return(returning(2 * ONE))
        assert settled.taken_back == first.earned
        assert settled.balance == 124_000
        assert await one.save_return(returning(2 * ONE)) == settled


async def test_a_wrong_token_opens_nothing() -> None:
    clock = ManualClock(MORNING)
    async with tills({}) as (near,):
        options = {"url": near._options.url, "app_token": "application", "till_token": "other"}
        one = type(near).from_options(
            options,
            folder=None,
            card=Path("shop.toml"),
            clock=clock,
            ids=counted_ids(),
            phone=lambda _m: None,
        )
        with pytest.raises(Unavailable) as caught:
            await one.identify(IdentifyRequest(identifier=CARD, at=MORNING))
        assert caught.value.cause is Cause.CREDENTIALS
        await one.close()


async def test_a_server_that_died_before_it_noted_a_sale_finds_it_again() -> None:
    clock, store = ManualClock(MORNING), Store.open(None)
    house = HouseBackend(
        None, tellable(demo_rules()), clock=clock, ids=counted_ids(), phone=lambda _m: None
    )
    app = make_service(house, store, Goods(demo_goods()), clock, TOKENS)
    async with served(app) as url:
        one = till(url, clock)
        found = await one.identify(IdentifyRequest(identifier=CARD, at=MORNING))
        sale = replace(receipt(), buyer=Buyer(CARD, found.customer, found.cards[0]))
        asked = SaveSaleRequest(operation_id="a", receipt=sale, at=MORNING)
        first = await one.save_sale(asked)
        (noted,) = store.purchases.all()
        assert store.purchases.remove(noted.id)
        assert await one.save_sale(asked) == first
        assert store.purchases.all() == [noted]
        assert store.purchases.remove(noted.id)
        assert await one.save_sale(asked.model_copy(update={"again": True})) == first
        await one.close()


@pytest.mark.parametrize("way", ["header", "query"])
async def test_a_list_of_several_pages_is_followed(way: str) -> None:
    clock, door = ManualClock(MORNING), "http://loyalty.example/20130701"
    options = DinectOptions(url=door, tokens=Way(way), **OPTIONS)
    link = Link(options, clock, Path("shop.toml"))
    path = link.path(f"{door}/users/1/coupons/?page=2&status=ACTIVE")
    words = link._asked(path, {"status": "ACTIVE"}).partition("?")[2]
    assert sorted(one for one in words.split("&") if "token" not in one) == [
        "page=2",
        "status=ACTIVE",
    ]
    await link.close()

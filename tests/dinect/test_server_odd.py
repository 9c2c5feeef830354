"""Strangers at the service: tokens, words that make no sense, lists of several pages."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from dinect.stage import BORIS, MAIN, VERA, Stage
from dinect.way import TOKENS
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from backends.dinect.server.coupons import id_of
from cashier.exchange import Opening, Unavailable

HEADERS = {
    "DM-Authorization": f"dmapptoken {TOKENS.app}",
    "Authorization": f"dmtoken {TOKENS.till}",
}
SALE = {
    "doc_id": "doc-1", "sum_total": "99.80", "bonus_payment": "5.00", "commit": "true",
    "item_0_gtin": "10101", "item_0_id": "10101", "item_0_gid": "bread", "item_0_q": "2.000",
    "item_0_sum": "99.80", "curr_iso_name": "RUB", "curr_iso_code": "643",
}  # fmt: skip


def knocking(stage: Stage, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=stage.between.inner, base_url=f"{MAIN}/", headers=HEADERS | (headers or {})
    )


@pytest.fixture
async def http(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with knocking(stage) as made:
        yield made


# --- tokens


async def test_a_token_is_alive_until_it_is_unregistered(
    stage: Stage, http: httpx.AsyncClient
) -> None:
    came = await http.get("tokens/till-01")
    assert (came.status_code, came.json()) == (200, {"active": "True"})
    assert (await http.delete("tokens/somebody")).status_code == 404
    assert (await http.delete("tokens/till-01")).status_code == 204
    assert (await http.delete("tokens/till-01")).status_code == 404
    assert (await http.get("tokens/till-01")).status_code == 404
    assert (await http.get(f"users/{BORIS}")).status_code == 401
    await stage.restart()
    with pytest.raises(Unavailable):
        await stage.backend.open(Opening(shop="01", till="01"))


async def test_an_application_that_nobody_knows_unregisters_nothing(stage: Stage) -> None:
    async with knocking(stage, {"DM-Authorization": "dmapptoken other"}) as http:
        assert (await http.delete("tokens/till-01")).status_code == 401
    async with knocking(stage) as http:
        assert (await http.get("tokens/till-01")).status_code == 200


# --- coupons


async def test_a_list_by_status_number_and_page(http: httpx.AsyncClient) -> None:
    path = f"users/{VERA}/coupons/"
    (own,) = (await http.get(path)).json()["results"]
    assert (own["number"], own["status"]) == ("9920000000040", "ACTIVE")
    assert (await http.get(own["url"])).json() == own
    assert (await http.get(own["url"].replace(VERA, BORIS))).status_code == 404
    for odd in ("0", "x", "-1", "9" * 5000, "255"):
        assert (await http.get(f"{path}{odd}")).status_code == 400
    assert (await http.get(path, params={"status": "USED"})).json()["total"] == 0
    for number, status in (
        ("SPRING10", "ACTIVE"), ("WINTER15", "EXPIRED"), ("SUMMER20", "PENDING"),
        ("SHOP02", "OTHER_SHOP"), ("OOPS50", "BLOCKED"), ("9920000000057", "USED"),
    ):  # fmt: skip
        (row,) = (await http.get(path, params={"number": number})).json()["results"]
        assert (row["number"], row["status"]) == (number, status)
        assert row["coupon_condition"] or status == "ACTIVE", "why it is no good"
    other = await http.get(f"users/{BORIS}/coupons/", params={"number": own["number"]})
    assert other.json()["results"] == []
    assert (await http.get(path, params={"page": "2"})).json()["results"] == []
    for page in ("0", "x", "-1", "99999999"):
        assert (await http.get(path, params={"page": page})).status_code == 400


async def test_a_coupon_of_one_shop_holds_there() -> None:
    stage = Stage(shop="02")
    async with knocking(stage) as http:
        path, asked = f"users/{BORIS}/coupons/", {"number": "SHOP02"}
        (row,) = (await http.get(path, params=asked)).json()["results"]
    assert row["status"] == "ACTIVE"
    await stage.close()


async def test_a_coupon_that_is_named_twice_is_one(http: httpx.AsyncClient) -> None:
    form = SALE | {"coupons": f"{id_of('SPRING10')},{id_of('SPRING10')}"}
    came = await http.post(f"users/{BORIS}/purchases/", content=urlencode(form).encode())
    assert came.json()["coupons"] == id_of("SPRING10")


# --- whatever is said


WORDS = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "1e999", "1e-999", "NaN", "inf", "я", "9" * 40, "9" * 5000, "a\x00b",
         "\x0b", "true", "on", "2026-03-03 10:00:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59",
         "1,2", "0.0001", "1000000000", BORIS, "SPRING10", "x" * 300, "\ud800", "٣"]
    ),
    st.text(max_size=6),
)  # fmt: skip
NAMES = [*SALE, "coupons", "redeem_auto", "date", "item_1_q", "item_1_sum", "item_99999_q", "x"]


@settings(max_examples=120, deadline=None)
@given(
    spoilt=st.dictionaries(st.sampled_from(NAMES), WORDS, min_size=1, max_size=4),
    dropped=st.sets(st.sampled_from(sorted(SALE)), max_size=2),
    accept=st.sampled_from(["application/json", "application/xml"]),
)
async def test_whatever_is_sold_is_answered(
    spoilt: dict[str, str], dropped: set[str], accept: str
) -> None:
    """An error of the application would come up here. What is told to be done is done, once."""
    form = {name: word for name, word in {**SALE, **spoilt}.items() if name not in dropped}
    body = urlencode(form, errors="replace").encode()
    stage = Stage()
    async with knocking(stage, {"Accept": accept}) as http:
        came = await http.post(f"users/{BORIS}/purchases/", content=body)
        assert came.status_code in (200, 201, 400)
        told = read(came)
        assert (came.status_code == 400) == ("errors" in told)
        assert stage.sales() == (came.status_code == 201)
        if came.status_code == 201:
            again = await http.post(f"users/{BORIS}/purchases/", content=body)
            assert (again.status_code, read(again)) == (201, told)
            assert stage.sales() == 1
    await stage.close()


def read(came: httpx.Response) -> dict[str, Any]:
    if "json" in came.headers["content-type"]:
        told: dict[str, Any] = came.json()
        return told
    root = etree.fromstring(came.content)
    return {one.tag: etree.tostring(one) for one in root}


async def test_what_xml_has_no_place_for_is_left_out_of_what_is_done(stage: Stage) -> None:
    form = {**SALE, "item_0_id": "a\x0bb", "item_0_gtin": "", "bonus_payment": "0"}
    async with knocking(stage, {"Accept": "application/xml"}) as http:
        came = await http.post(f"users/{BORIS}/purchases/", content=urlencode(form).encode())
    assert (came.status_code, stage.sales()) == (201, 1)
    assert etree.fromstring(came.content).findtext("items/list-item/item_code") == "ab"


PATHS = st.sampled_from(
    ["users/", f"users/{BORIS}", f"users/{BORIS}/loyalty/", f"users/{BORIS}/coupons/",
     f"users/{BORIS}/purchases/", f"users/{BORIS}/purchases/1", f"users/{BORIS}/purchases/1/items/",
     "users/nobody", "users/nobody/purchases/",
     f"users/{BORIS}/coupons/1", "tokens/x", "users/%00", "users/%ff", "else", ""]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    method=st.sampled_from(["GET", "GET", "POST", "DELETE", "PUT"]),
    path=PATHS,
    query=st.dictionaries(
        st.sampled_from(
            ["auto", "card", "phone", "email", "coupon", "status", "number", "page", "doc_id",
             "format"]
        ),
        WORDS,
        max_size=2,
    ),
    body=st.binary(max_size=30),
)  # fmt: skip
async def test_whatever_is_asked_is_answered(
    method: str, path: str, query: dict[str, str], body: bytes
) -> None:
    stage = Stage()
    words = urlencode(query, errors="replace")
    async with knocking(stage) as http:
        came = await http.request(method, f"{path}?{words}", content=body)
    assert came.status_code in (200, 400, 404, 405)
    assert stage.sales() == 0
    await stage.close()


async def test_too_much_is_not_read(http: httpx.AsyncClient) -> None:
    big = await http.post(f"users/{BORIS}/purchases/", content=b"x" * 1_100_000)
    many = await http.post(f"users/{BORIS}/purchases/", content=b"a=1&" * 13_000)
    rows = {f"item_{at}_q": "1" for at in range(2100)}
    long = await http.post(f"users/{BORIS}/purchases/", content=urlencode(rows).encode())
    assert [one.status_code for one in (big, many, long)] == [400, 400, 400]


# --- what a till may leave out


async def test_a_trial_about_nothing_is_answered(http: httpx.AsyncClient) -> None:
    """The vendor's own library asks so for the discount."""
    for form in ({}, {"sum_total": "0", "commit": "false"}):
        came = await http.post(f"users/{BORIS}/purchases/", content=urlencode(form).encode())
        assert (came.status_code, came.json()["url"], came.json()["items"]) == (200, "", [])


async def test_the_links_are_whole(http: httpx.AsyncClient) -> None:
    (user,) = (await http.get("users/", params={"auto": BORIS})).json()
    for name in ("url", "purchases_url", "coupons_url", "loyalty_url"):
        assert user[name].startswith(f"{MAIN}/users/{BORIS}")
        assert (await http.get(user[name])).status_code == 200


async def test_a_till_that_names_goods_by_their_barcode_alone(
    stage: Stage, http: httpx.AsyncClient
) -> None:
    """As one published client does; another one commits with ``on``."""
    form = {"doc_id": "doc-1", "sum_total": "49.90", "commit": "on", "item_0_q": "1.000",
            "item_0_gtin": "4600000000015", "item_0_sum": "49.90"}  # fmt: skip
    came = await http.post(f"users/{BORIS}/purchases/", content=urlencode(form).encode())
    assert came.status_code == 201
    told = came.json()
    assert told["items"][0]["item_code"] == "10101"
    assert (await http.get(told["items_url"])).json() == told["items"]
    assert (await http.get(told["url"])).json() == told
    assert (await http.get(f"users/{BORIS}/purchases/")).json()["results"] == [told]
    assert (await http.get(told["url"].replace(BORIS, VERA))).status_code == 404
    assert (await http.delete(told["url"])).status_code == 204
    assert (await http.delete(told["url"])).status_code == 404
    assert (stage.sales(), stage.available()) == (0, 124_000)


@pytest.mark.parametrize("doc_id", ["", "x" * 201, "a\x00b", "a\nb"])
async def test_a_document_has_an_id_that_can_be_told_again(
    stage: Stage, http: httpx.AsyncClient, doc_id: str
) -> None:
    form = urlencode(SALE | {"doc_id": doc_id}).encode()
    came = await http.post(f"users/{BORIS}/purchases/", content=form)
    assert came.status_code == 400
    assert came.json()["errors"][0].startswith("doc_id: ")
    assert stage.sales() == 0


async def test_what_was_sold_in_the_past_got_nothing(stage: Stage, http: httpx.AsyncClient) -> None:
    path, past = f"users/{BORIS}/purchases/", {"date": "2026-03-02 20:00:00"}
    spent = await http.post(path, content=urlencode(SALE | past).encode())
    assert spent.json()["errors"] == ["bonus_payment: points are not spent in the past"]
    form = SALE | past | {"bonus_payment": "0", "item_0_q": "30", "item_0_sum": "1497.00"}
    told = (await http.post(path, content=urlencode(form).encode())).json()
    assert (told["date"], told["sum_discount"]) == (past["date"], "0.00")
    assert told["sum_bonus"] == told["bonus"]["accrued"] != "0.00"
    form |= {"doc_id": "doc-2", "date": "2030-01-01 00:00:00"}
    told = (await http.post(path, content=urlencode(form).encode())).json()
    assert told["date"] == "2026-03-03 10:00:00", "nothing is sold in the future"


@pytest.mark.parametrize(
    ("card", "kind", "percent"),
    [
        (BORIS, "bonus", "40"),
        ("2900000000063", "nothing", "0"),
        ("2900000000070", "bonus", "0"),
        ("2900000000087", "nothing", "0"),
    ],
)
async def test_what_a_card_may_do_its_programme_tells(
    http: httpx.AsyncClient, card: str, kind: str, percent: str
) -> None:
    """Blocked, one that only earns, and one that is not active yet."""
    (user,) = (await http.get("users/", params={"card": card})).json()
    told = (await http.get(user["loyalty_url"])).json()
    assert (told["type"], told["max_purchase_percentage"]) == (kind, percent)

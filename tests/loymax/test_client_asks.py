"""The client: tokens, customers, prices, coupons."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from loymax.stage import Stage, instead
from loymax.way import WORD
from loymax_xml.stage_xml import BORIS, open_receipt, priced, selling
from stand import MORNING

from backends.loymax.common.numbers import purchase
from cashier import exchange as ex
from cashier.exchange import Cause, Reason, Refused, Unavailable
from cashier.methods import IDENTIFY
from cashier.receipt import Coupon, Identifier, IdentifierKind
from cashier.witness import Witness

OPENING = ex.Opening(shop="01", till="01")
VERA = "2900000000032"
CARD, PHONE = IdentifierKind.CARD, IdentifierKind.PHONE


def who(value: str = BORIS, kind: IdentifierKind = CARD) -> ex.IdentifyRequest:
    return ex.IdentifyRequest(identifier=Identifier(kind, value), at=MORNING)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    await made.backend.open(OPENING)
    made.between.said.clear()
    yield made
    await made.house.close()


# --- tokens


async def test_a_customer_is_known_by_card_and_phone_and_kept_by_his_token(stage: Stage) -> None:
    found = await stage.backend.identify(who("+79001234502", PHONE))
    assert isinstance(found, ex.Found)
    assert found.customer
    assert found.customer.name
    (card,) = found.cards
    assert (card.number, card.available) == (BORIS, stage.available())
    authorize = stage.between.said[0]
    assert authorize.headers["x-identifier"] == "79001234502"
    assert stage.between.paths() == ["authorize", "token", "Balance"]
    await priced(stage)
    assert stage.between.paths()[3:] == ["Calculate"]
    assert len(set(stage.between.tokens())) == 1


async def test_another_customer_is_another_token_and_nobody_is_the_merchant(stage: Stage) -> None:
    await stage.backend.identify(who(BORIS))
    await stage.backend.identify(who(VERA))
    anonymous = replace(open_receipt(), buyer=None)
    answer = await stage.backend.calculate(ex.CalculateRequest(receipt=anonymous, at=MORNING))
    assert answer.earn >= 0
    assert len(set(stage.between.tokens())) == 3


@pytest.mark.parametrize("value", ["2900000099991", "Анна", "", "29\r\nX-Other: 1", " "])
async def test_nobody_is_not_found(stage: Stage, value: str) -> None:
    assert isinstance(await stage.backend.identify(who(value)), ex.NotFound)


async def test_a_verified_customer_who_is_gone_is_refused(stage: Stage) -> None:
    receipt = open_receipt()
    assert receipt.buyer
    assert receipt.buyer.card
    gone = replace(receipt.buyer, card=replace(receipt.buyer.card, number="2900000099991"))
    with pytest.raises(Refused) as caught:
        await stage.backend.save_sale(selling(replace(receipt, buyer=gone)))
    assert caught.value.reason is Reason.NOT_FOUND


async def test_stale_tokens_are_asked_for_anew(stage: Stage) -> None:
    receipt = await priced(stage)
    await stage.restart()  # it knows neither the merchant nor the customer now
    await stage.backend.save_sale(selling(receipt))
    assert stage.sales() == 1


async def test_the_code_may_come_with_a_redirection() -> None:
    stage = Stage(redirect_uri="https://till.example/back?a=1")
    assert isinstance(await stage.backend.identify(who()), ex.Found)
    asked = parse_qs(stage.between.said[2].content.decode())
    assert asked["redirect_uri"] == ["https://till.example/back?a=1"]
    assert asked["client_secret"] == [WORD]
    await stage.house.close()


@pytest.mark.parametrize("word", ["", "another"])
async def test_a_wrong_secret_is_one_of_credentials(stage: Stage, word: str) -> None:
    with pytest.raises(Unavailable) as caught:
        await stage.till(word).identify(who())
    assert caught.value.cause is Cause.CREDENTIALS


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (401, b"", Cause.CREDENTIALS),
        (200, b"<html>Welcome</html>", Cause.PROTOCOL),
        (302, b"", Cause.PROTOCOL),
        (503, b"", Cause.STATUS),
    ],
)
async def test_who_is_not_let_in_says_why(
    stage: Stage, status: int, body: bytes, cause: Cause
) -> None:
    stage.between.spoil = lambda path, *came: (status, body) if "authorize" in path else came
    with pytest.raises(Unavailable) as caught:
        await stage.backend.identify(who())
    assert caught.value.cause is cause


async def test_a_service_that_is_away_says_so_at_the_start(stage: Stage) -> None:
    stage.between.spoil = lambda *_came: httpx.ConnectError("nobody")
    with pytest.raises(Unavailable):
        await stage.backend.open(OPENING)


async def test_nobody_is_shown_tokens_and_secrets(stage: Stage) -> None:
    heard: list[Any] = []
    backend = Witness(stage.backend, heard.append, stage.clock)
    for _turn in range(2):
        await backend.ask(IDENTIFY, who())
    secrets = set(heard[-1].calls[-1].secrets)
    tokens = {one.removeprefix("Bearer ") for one in stage.between.tokens()}
    assert {WORD, *tokens} <= secrets


# --- the receipt


async def test_prices_tell_their_reasons_points_and_messages(stage: Stage) -> None:
    stage.between.spoil = instead("Calculate", cashierMessage="one\ntwo", chequeMessage="three")
    request = ex.CalculateRequest(receipt=open_receipt(), at=MORNING)
    answer = await stage.backend.calculate(request)
    assert answer.earn > 0
    assert [one.text for one in answer.messages] == ["one", "two", "three"]
    assert all(off.name and off.rule for one in answer.lines for off in one.discounts)


async def test_points_that_no_line_tells_of_are_spread_by_the_till(stage: Stage) -> None:
    receipt = await priced(stage)
    request = ex.PointsRequest(receipt=receipt, at=MORNING)
    told = await stage.backend.points(request)
    assert told.lines
    stage.between.spoil = instead("Available", cheque=None)
    bare = await stage.backend.points(request)
    assert (bare.spendable, bare.lines, bare.balance) == (told.spendable, (), told.balance)


async def test_a_coupon_that_does_not_hold_stops_no_purchase(stage: Stage) -> None:
    receipt = replace(open_receipt(), coupons=(Coupon("NOSUCH1"),))
    with pytest.raises(Refused) as caught:
        await stage.backend.check_coupon(
            ex.CheckCouponRequest(receipt=receipt, code="NOSUCH1", at=MORNING)
        )
    assert caught.value.text
    answer = await stage.backend.calculate(ex.CalculateRequest(receipt=receipt, at=MORNING))
    assert [one.text for one in answer.messages if "NOSUCH1" in one.text]
    good = ex.CheckCouponRequest(receipt=open_receipt(), code="SPRING10", at=MORNING)
    assert (await stage.backend.check_coupon(good)).code == "SPRING10"


def checking(code: str) -> ex.CheckCouponRequest:
    return ex.CheckCouponRequest(receipt=open_receipt(), code=code, at=MORNING)


@pytest.mark.parametrize(
    ("code", "reason", "told"),
    [
        ("NOSUCH1", Reason.NOT_FOUND, "CouponsException"),
        ("WINTER15", Reason.EXPIRED, "Expired"),
        ("SUMMER20", Reason.NOT_YET_VALID, "Created"),
        ("OOPS50", Reason.BLOCKED, "Rejected"),
        ("9920000000057", Reason.USED_UP, "Used"),
        ("SHOP02", Reason.OTHER, "Issued"),
        ("9920000000040", Reason.OTHER, "Issued"),
    ],
)
async def test_why_a_coupon_does_not_hold_is_told_by_its_state(
    stage: Stage, code: str, reason: Reason, told: str
) -> None:
    with pytest.raises(Refused) as caught:
        await stage.backend.check_coupon(checking(code))
    assert (caught.value.reason, caught.value.code) == (reason, told)
    assert caught.value.text


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b""), (401, b""), (200, b"{}"), (200, b'{"result": {"state": "Success"}}'), (503, b"")],
)
async def test_a_state_that_is_not_told_leaves_it_at_the_words(
    stage: Stage, status: int, body: bytes
) -> None:
    stage.between.spoil = lambda path, *came: (status, body) if "Coupons" in path else came
    with pytest.raises(Refused) as caught:
        await stage.backend.check_coupon(checking("WINTER15"))
    assert (caught.value.reason, caught.value.code) == (Reason.NOT_FOUND, "CouponsException")


async def test_a_no_to_the_question_is_not_one_to_the_coupon(stage: Stage) -> None:
    stage.between.spoil = instead("/Calculate", code="CardBlocked")
    with pytest.raises(Refused) as caught:
        await stage.backend.check_coupon(checking("SPRING10"))
    assert caught.value.code == "CardBlocked"
    assert not any("Coupons" in one.url.path for one in stage.between.said)


async def test_a_name_is_enough_to_know_a_customer(stage: Stage) -> None:
    data = [{"name": "Holder", "value": "Anna"}]
    stage.between.spoil = instead("Balance", identificationData=data)
    found = await stage.backend.identify(who())
    assert isinstance(found, ex.Found)
    assert found.customer
    (card,) = found.cards
    assert (found.customer.name, card.number, card.balance) == ("Anna", BORIS, stage.available())


def test_a_purchase_is_named_by_the_receipt() -> None:
    assert purchase("0191-ab_C") == "0191-ab_C"
    odd = [purchase(one) for one in ("a.b", "ab ", "a/b", "ab", "Ы", "")]
    assert len(set(odd)) == len(odd)
    assert all(one.replace("-", "").replace("_", "").isalnum() for one in odd)
    assert all(one.isascii() for one in odd)

"""What the client makes of what it hears: errors, tokens, people, programmes."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from dinect.stage import BORIS, Stage, is_commit, open_receipt
from stand import MORNING

from backends.dinect import translate
from backends.dinect.wire import Programme, User, plain
from backends.soap import parse
from cashier import exchange as ex
from cashier.exchange import Cause, Found, NotFound, OutcomeUnknown, Reason, Refused, Unavailable
from cashier.receipt import Identifier, IdentifierKind
from cashier.witness import Exchange, Witness

ODD = "a/b?c d&e"
CARD = Identifier(IdentifierKind.CARD, BORIS)
ASKED = ex.IdentifyRequest(identifier=CARD, at=MORNING)


def says(stage: Stage, status: int, told: object, *, path: str = "") -> None:
    """To every request whose path ends so."""

    def spoil(request: httpx.Request, was: int, body: bytes) -> tuple[int, bytes]:
        if not request.url.path.endswith(path):
            return was, body
        return status, told if isinstance(told, bytes) else json.dumps(told).encode()

    stage.between.spoil = spoil


# --- errors


@pytest.mark.parametrize("status", [400, 417])
async def test_errors_are_a_no_in_the_words_of_the_service(stage: Stage, status: int) -> None:
    said = ["Купон не подходит", "ещё [b]что-то[/b]"]
    says(stage, status, {"errors": said}, path="/purchases/")
    with pytest.raises(Refused) as caught:
        await stage.priced(open_receipt())
    assert (caught.value.reason, caught.value.code) == (Reason.OTHER, str(status))
    assert caught.value.text == " ".join(said)


async def test_errors_in_xml() -> None:
    stage = Stage()
    body = "<root><errors><list-item>Нет купона</list-item></errors></root>".encode()
    assert plain(parse(body, "application/xml")) == {"errors": ["Нет купона"]}
    await stage.close()


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (400, Cause.STATUS),
        (401, Cause.CREDENTIALS),
        (403, Cause.CREDENTIALS),
        (405, Cause.STATUS),
        (429, Cause.STATUS),
    ],
)
async def test_what_was_not_let_in_did_nothing(stage: Stage, status: int, cause: Cause) -> None:
    """In no words of dinect's: of a proxy, or of whoever stands at the door."""
    receipt = await stage.priced(open_receipt())
    for told in ({"detail": "no"}, b"<html>"):
        says(stage, status, told, path="/purchases/")
        with pytest.raises(Unavailable) as caught:
            await stage.save(receipt)
        assert caught.value.cause is cause


async def test_a_customer_who_is_gone_is_a_no(stage: Stage) -> None:
    receipt = await stage.priced(open_receipt())
    says(stage, 404, {"errors": ["gone"]}, path="/purchases/")
    with pytest.raises(Refused) as caught:
        await stage.save(receipt)
    assert caught.value.reason is Reason.NOT_FOUND


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_in_trouble(stage: Stage, status: int) -> None:
    receipt = await stage.priced(open_receipt())
    says(stage, status, b"oops")
    with pytest.raises(Unavailable):
        await stage.backend.identify(ASKED)
    with pytest.raises(OutcomeUnknown):
        await stage.save(receipt)


async def test_a_commit_that_is_answered_with_nonsense_may_have_been_done(stage: Stage) -> None:
    receipt = await stage.priced(open_receipt())
    for told in (b"", b"[]", b"{", {"sum_bonus": "NaN"}, {"bonus": {"accrued": "1e999"}}):
        says(stage, 201, told, path="/purchases/")
        with pytest.raises(OutcomeUnknown):
            await stage.save(receipt, again=False)
    assert len([one for one in stage.between.said if is_commit(one)]) == 5
    assert stage.sales() == 1


# --- the till's token


@pytest.mark.parametrize(("status", "told"), [(200, {"active": "False"}), (404, {}), (401, {})])
async def test_a_token_that_is_not_alive_is_told_at_the_start(
    stage: Stage, status: int, told: object
) -> None:
    says(stage, status, told, path="/tokens/till-01")
    with pytest.raises(Unavailable) as caught:
        await stage.backend.open(ex.Opening(shop="01", till="01"))
    assert caught.value.cause is Cause.CREDENTIALS


async def test_a_token_is_not_asked_about_where_the_card_says_so() -> None:
    stage = Stage(check_token=False)
    system = await stage.backend.open(ex.Opening(shop="01", till="01"))
    assert (system.name, stage.between.said) == ("dinect", [])
    await stage.close()


@pytest.mark.parametrize("way", ["header", "cookie", "query"])
async def test_a_token_of_odd_letters_is_shown_whole_and_kept_secret(way: str) -> None:
    stage = Stage(tokens=way, till_token=ODD)
    heard: list[Exchange] = []
    witness = Witness(stage.backend, heard.append, stage.clock)
    with pytest.raises(Unavailable) as caught:
        await witness.open(ex.Opening(shop="01", till="01"))
    assert caught.value.cause is Cause.CREDENTIALS, "our server has another one"
    ((call,),) = [one.calls for one in heard]
    assert call.url.partition("?")[0].endswith("/tokens/a%2Fb%3Fc%20d%26e")
    assert {ODD, "a%2Fb%3Fc%20d%26e", "a%2Fb%3Fc+d%26e"} <= set(call.secrets)
    await stage.close()


# --- people


async def test_nobody_is_an_empty_list_or_a_404(stage: Stage) -> None:
    for status, told in ((200, []), (404, {"errors": ["no such user"]})):
        says(stage, status, told)
        assert isinstance(await stage.backend.identify(ASKED), NotFound)


def person(number: str, name: str) -> dict[str, Any]:
    url = f"http://main.example/20130701/users/{number}"
    return {"id": number, "card": number, "first_name": name, "bonus": "12.5", "url": url}


async def test_several_cards_of_one_customer_and_of_several(stage: Stage) -> None:
    for names, customer in ((["Anna", "Anna"], "Anna"), (["Anna", "Boris"], None)):
        says(stage, 200, [person(str(at), name) for at, name in enumerate(names)], path="/users/")
        found = await stage.backend.identify(ASKED)
        assert isinstance(found, Found)
        assert (found.customer.name if found.customer else None) == customer
        assert [one.balance for one in found.cards] == [1250, 1250]


@pytest.mark.parametrize(
    ("kind", "value", "asked"),
    [
        (IdentifierKind.CARD, "29", "card=29"),
        (IdentifierKind.PHONE, "+79001234502", "phone=79001234502"),
        (IdentifierKind.EMAIL, "a@example.org", "email=a%40example.org"),
        (IdentifierKind.COUPON, "9920", "coupon=9920"),
        (IdentifierKind.APP, "x y", "auto=x+y"),
    ],
)
async def test_everything_that_a_customer_shows_has_its_name(
    stage: Stage, kind: IdentifierKind, value: str, asked: str
) -> None:
    shown = Identifier(kind, value)
    await stage.backend.identify(ex.IdentifyRequest(identifier=shown, at=MORNING))
    assert stage.between.said[-1].url.query.decode() == asked


# --- what points may pay


@pytest.mark.parametrize(
    ("programme", "limit", "most"),
    [
        (Programme(), "balance", 1000),
        (Programme(max_purchase_percentage=Decimal(5)), "max_purchase_percentage", 499),
        (Programme(max_purchase_percentage=Decimal(900)), "balance", 1000),
        (Programme(max_purchase_percentage=Decimal(-1)), "max_purchase_percentage", 0),
        (Programme(min_purchase_amount=Decimal("99.81")), "min_purchase_amount", 0),
        (Programme(min_purchase_amount=Decimal("99.80")), "balance", 1000),
        (Programme(bonus_to_amount=(Decimal(1), Decimal("1.0000"))), "balance", 1000),
        (Programme(type="nothing"), "type", 0),
    ],
)
def test_the_smallest_of_the_limits(programme: Programme, limit: str, most: int) -> None:
    offer = translate.offer(open_receipt(pieces=2), 1000, programme)
    assert (offer.limits[0].name, offer.spendable) == (limit, most)


@pytest.mark.parametrize("rate", [[10, 1], [1], [0, 0], [-1, -1]])
async def test_points_at_another_rate_cannot_be_reckoned_with(
    stage: Stage, rate: list[int]
) -> None:
    receipt = await stage.priced(open_receipt())
    says(stage, 200, {"type": "bonus", "bonus_to_amount": rate}, path="/loyalty/")
    with pytest.raises(Unavailable, match="bonus_to_amount") as caught:
        await stage.backend.points(ex.PointsRequest(receipt=receipt, at=MORNING))
    assert caught.value.cause is Cause.PROTOCOL


def test_a_level_is_the_percent_that_is_told() -> None:
    assert translate.card(User(id="1", discount=Decimal(5))).level == "5 %"
    assert translate.card(User(id="1", bonus=Decimal(-3))).available == 0

"""The wire of Kopilka: the one known message byte for byte, and answers of strangers."""

from hashlib import md5

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from set10.bonus_stage import Ear
from set10.kopilka_stage import ANNA, AT_FIRST, KEY, at_kopilka, reserving
from set10.test_soap import HOSTILE

from backends.http import MEDDLER
from backends.set10.kopilka import wire
from backends.set10.kopilka.translate import cuid_of, guid_in, guid_of
from backends.set10.kopilka.wire import (
    USUAL,
    Answer,
    Dialect,
    Recipe,
    Said,
    Unit,
    Word,
    WrongSign,
)
from cashier import exchange as ex

HOLD = Said(Word.HOLD, "kopilka_0A1B2C3D", "1.2", "2#3#1772521200000", 5000)


def test_the_known_message_is_spoken_as_known() -> None:
    sign = md5(b"5000kopilka_0A1B2C3DRUB1.22#3#1772521200000").hexdigest()  # noqa: S324
    assert wire.write(HOLD, USUAL) == (
        b"<hold><amount>5000</amount><cuid>kopilka_0A1B2C3D</cuid><cur>RUB</cur>"
        b"<point>1.2</point><sign>" + sign.encode() + b"</sign><tsign>md5</tsign>"
        b"<uid>2#3#1772521200000</uid></hold>"
    )


async def test_a_till_says_it_so_over_http() -> None:
    async with at_kopilka() as at:
        ear = Ear()
        token = MEDDLER.set(ear)
        try:
            await at.backend.reserve(reserving())
        finally:
            MEDDLER.reset(token)
        told = f"5000kopilka_3D93F09CRUB01.022#3#1772521200000{KEY}"
        sign = md5(told.encode()).hexdigest()  # noqa: S324
        assert ear.bodies == [
            "<hold><amount>5000</amount><cuid>kopilka_3D93F09C</cuid><cur>RUB</cur>"
            f"<point>01.02</point><sign>{sign}</sign><tsign>md5</tsign>"
            "<uid>2#3#1772521200000</uid></hold>"
        ]
        assert KEY not in ear.bodies[0]


def test_roubles_and_the_recipe_of_the_signature_are_settings() -> None:
    recipe = Recipe(("uid", "amount"), ";", "secret")
    dialect = Dialect(cur="BYN", unit=Unit.ROUBLES, recipe=recipe)
    body = wire.write(HOLD, dialect).decode()
    sign = md5(b"2#3#1772521200000;50.00;secret").hexdigest()  # noqa: S324
    assert "<amount>50.00</amount>" in body and "<cur>BYN</cur>" in body
    assert f"<sign>{sign}</sign>" in body


def test_a_card_has_eight_hexadecimal_digits() -> None:
    assert cuid_of(ANNA) == "kopilka_3D93F09C"
    assert guid_of("0a1b2c3d") == "0A1B2C3D"
    assert guid_in("kopilka_0a1b2c3d") == "0A1B2C3D"
    with pytest.raises(ValueError, match="eight"):
        guid_in("kopilka_XXXXXXXX")


@given(
    st.sampled_from(Word),
    st.from_regex(r"[0-9A-F]{8}", fullmatch=True),
    st.integers(0, wire.MOST),
    st.integers(0, wire.MOST),
    st.sampled_from(Unit),
)
def test_what_is_written_is_read(
    word: Word, guid: str, amount: int, accrued: int, unit: Unit
) -> None:
    fields = wire.FIELDS[word]
    said = Said(
        word,
        f"kopilka_{guid}",
        "1.2",
        "1#2#3" if "uid" in fields else "",
        amount if "amount" in fields else 0,
        accrued if "accrued" in fields else 0,
        "doc-1" if "check" in fields else "",
    )
    dialect = Dialect(unit=unit, recipe=Recipe(key="k"))
    assert wire.read(wire.write(said, dialect), wire.CONTENT_TYPE, dialect) == said


@given(st.integers(-wire.MOST, wire.MOST), st.integers(0, wire.MOST), st.sampled_from(Unit))
def test_an_answer_that_is_written_is_read(balance: int, available: int, unit: Unit) -> None:
    answer = Answer(0, "готово", balance, available, HOLD.uid)
    dialect = Dialect(unit=unit)
    told = wire.write_answer(answer, dialect)
    assert wire.read_answer(told, wire.CONTENT_TYPE, HOLD, dialect) == answer


# --- strangers


@pytest.mark.parametrize("name", HOSTILE)
def test_strangers_are_refused_both_ways(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        wire.read(HOSTILE[name], wire.CONTENT_TYPE, USUAL)
    with pytest.raises(ValueError):  # noqa: PT011
        wire.read_answer(HOSTILE[name], wire.CONTENT_TYPE, HOLD, USUAL)


BOMB = b'<!DOCTYPE hold [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><hold><amount>&b;</amount></hold>'
FILE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><answer><code>&x;</code></answer>'
GOOD = wire.write(HOLD, USUAL)


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        FILE,
        GOOD.replace(b"hold>", b"steal>"),
        GOOD.replace(b"<cur>RUB</cur>", b"<cur>USD</cur>"),
        GOOD.replace(b"<tsign>md5</tsign>", b"<tsign>none</tsign>"),
        GOOD.replace(b"<amount>5000</amount>", b""),
        GOOD.replace(b"<amount>5000</amount>", b"<amount>5000</amount><amount>1</amount>"),
        GOOD.replace(b"2#3#1772521200000", b""),
        GOOD.replace(b"1.2", b"1" * 300),
        b"\xff" * 20,
    ],
)
def test_a_message_that_is_none_is_not_read(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        wire.read(body, wire.CONTENT_TYPE, USUAL)


@pytest.mark.parametrize("amount", [b"-1", b"1e9", b"50.00", b"9" * 20, b"\xd9\xa1"])
def test_a_sum_that_is_none_is_not_read(amount: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        wire.read(GOOD.replace(b"5000", amount), wire.CONTENT_TYPE, USUAL)
    with pytest.raises(ValueError, match="amount"):
        wire.read_sum("amount", amount.decode(), Unit.KOPECKS)


@pytest.mark.parametrize(
    "answer",
    [
        b"<answer/>",
        b"<answer><code/></answer>",
        b"<answer><code>0</code></answer>",
        b"<answer><code>-1</code></answer>",
        b"<answer><code>0</code><available>x</available></answer>",
        b"<answer><code>0</code><available>-5</available></answer>",
        b"<answer><code>0</code><available>5</available><balance>--5</balance></answer>",
        b"<answer><code>0</code><available>5</available><uid>9#9#9</uid></answer>",
        b"<other><code>0</code><available>5</available></other>",
    ],
)
def test_an_answer_that_cannot_be_is_none(answer: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        wire.read_answer(answer, wire.CONTENT_TYPE, HOLD, USUAL)


# --- the server


async def test_a_wrong_signature_moves_nothing() -> None:
    with pytest.raises(WrongSign):
        wire.read(GOOD, wire.CONTENT_TYPE, Dialect(recipe=Recipe(key="other")))
    async with at_kopilka(sign={"key": "another"}) as at:
        with pytest.raises(ex.Unavailable) as caught:
            await at.backend.reserve(reserving())
        assert caught.value.cause is ex.Cause.CREDENTIALS
        assert at.available() == AT_FIRST


@pytest.mark.parametrize(
    ("body", "status"),
    [(BOMB, 400), (b"", 400), (b"<a" * 9, 400), (b"x" * 200_000, 400), (GOOD, 403)],
)
async def test_the_server_answers_strangers(body: bytes, status: int) -> None:
    async with at_kopilka() as at, httpx.AsyncClient() as web:
        answer = await web.post(at.url, content=body, headers={"Content-Type": "text/xml"})
        assert answer.status_code == status
        assert (await web.get(at.url)).status_code == 405
        assert at.available() == AT_FIRST


async def test_names_of_the_unknown_messages_are_settings() -> None:
    names = {"balance": "getBalance", "answer": "result"}
    dialect = Dialect(names=names)
    async with at_kopilka(dialect, names=names, sign={}) as at:
        offer = await at.backend.points(ex.PointsRequest(receipt=reserving().receipt, at=_AT))
        assert offer.available == AT_FIRST


_AT = reserving().at

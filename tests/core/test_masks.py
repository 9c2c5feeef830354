"""Masks: nothing secret or personal is left, and everything else is."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from cashier import exchange as ex
from cashier.masking.keys import Kind, kind_of
from cashier.masking.masker import HIDDEN, Masker
from cashier.methods import METHODS
from cashier.receipt import (
    Buyer,
    Card,
    Customer,
    Feedback,
    Identifier,
    IdentifierKind,
    Line,
    Receipt,
)
from cashier.witness import Exchange, Outcome, WireCall

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
ANNA = Customer("17", "Анна Петрова", "+79001234567", "anna.petrova@mail.example")
CARD = "2900000000018"
TOKEN = "eyJhbGci/OiJI=UzI1NiJ9"  # noqa: S105 - nobody's
PREFIXES = ("290",)


def said(
    method: str, request: ex.Frozen, answer: object = None, *calls: WireCall, text: str = ""
) -> Exchange:
    known = METHODS[method]
    return Exchange(
        at=AT,
        doing="Identify",
        method=method,
        outcome=Outcome.ANSWERED,
        request=TypeAdapter(known.request).dump_json(request),
        answer=b"" if answer is None else TypeAdapter(known.answer).dump_json(answer),
        text=text,
        calls=calls,
    )


def wire(
    url: str = "https://loyalty.example/api",
    *,
    request: str | bytes = b"",
    answer: str | bytes = b"",
    headers: tuple[tuple[str, str], ...] = (),
    answer_headers: tuple[tuple[str, str], ...] = (),
    secrets: tuple[str, ...] = (TOKEN,),
) -> WireCall:
    return WireCall(
        method="POST",
        url=url,
        at=AT,
        milliseconds=5,
        request_headers=headers,
        request_body=request.encode() if isinstance(request, str) else request,
        status=200,
        answer_headers=answer_headers,
        answer_body=answer.encode() if isinstance(answer, str) else answer,
        secrets=secrets,
    )


def identified(*calls: WireCall, customer: Customer = ANNA, card: str = CARD) -> Exchange:
    request = ex.IdentifyRequest(identifier=Identifier(IdentifierKind.PHONE, customer.phone), at=AT)
    cards = (Card(card, "Gold", balance=290_000_000),)
    return said("identify", request, ex.Found(customer=customer, cards=cards), *calls)


def everything(exchange: Exchange) -> str:
    """All texts of an exchange, and all its bodies as text."""
    parts: list[str | bytes] = [
        exchange.request,
        exchange.answer,
        exchange.raw,
        exchange.text,
        *exchange.notes,
    ]
    parts += [exchange.operation_id, exchange.code]
    for call in exchange.calls:
        parts += [call.url, call.request_body, call.answer_body, call.error, *call.secrets]
        parts += [f"{name}: {value}" for name, value in call.request_headers]
        parts += [f"{name}: {value}" for name, value in call.answer_headers]
    return "\n".join(part.decode("utf-8") if isinstance(part, bytes) else part for part in parts)


def masked(*calls: WireCall) -> Exchange:
    """Known people, and what went over the wire about them."""
    return Masker(PREFIXES).live(identified(*calls))


# --- what is hidden, and what is seen of it


def test_an_abstract_exchange_keeps_its_shape_and_two_or_four_digits() -> None:
    done = masked()
    assert json.loads(done.request)["identifier"] == {"kind": "phone", "value": "+7********67"}
    answer = json.loads(done.answer)
    assert answer["customer"] == {
        "customer_id": "17",
        "name": "А*** П******",
        "phone": "+7********67",
        "email": "a***********@****.example",
    }
    assert answer["cards"][0]["number"] == "*********0018"
    assert answer["cards"][0]["balance"] == 290_000_000
    kind: Any = METHODS["identify"].answer
    TypeAdapter(kind).validate_json(done.answer, strict=True)


def _payloads() -> dict[str, str]:
    """What a system may keep with the till about Anna."""
    who = Identifier(IdentifierKind.PHONE, ANNA.phone)
    receipt = Receipt("r1", AT, number="N1", buyer=Buyer(who, ANNA, Card(CARD)))
    sale = ex.SaveSaleRequest(operation_id="op", receipt=receipt, at=AT).model_dump(mode="json")
    own = json.dumps({"fio": ANNA.name, "tel": ANNA.phone, "card": CARD, "token": TOKEN})
    return {
        "a whole receipt": json.dumps({"kind": "untold", "said": {"request": sale}}),
        "words of its own": own,
        "one inside another": json.dumps({"kind": "own", "payload": own}),
        "XML": f"<sale><fio>{ANNA.name}</fio><card>{CARD}</card><tel>{ANNA.phone}</tel></sale>",
        "a form": f"fio={quote_plus(ANNA.name)}&card={CARD}",
        "cut off": own[:-4],
    }


@pytest.mark.parametrize("what", _payloads())
def test_what_a_system_keeps_with_the_till_is_masked_whoever_is_known(what: str) -> None:
    left = Feedback(f"r1:{CARD}:{ANNA.name}", "Loymax", "r1", _payloads()[what], "sale N1")
    request = ex.FeedbackRequest(operation_id="op", feedback=(left,), at=AT)
    done = Masker(PREFIXES).live(said("send_feedback", request, ex.FeedbackLeft(feedback=(left,))))
    text = everything(done)
    for secret in (*ANNA.name.split(), ANNA.phone[3:], CARD, TOKEN):
        assert secret not in text
        assert quote_plus(secret) not in text
    TypeAdapter(ex.FeedbackRequest).validate_json(done.request, strict=True)
    assert Masker(PREFIXES).exchange(done) == done, "a mask of a mask is the same mask"


@pytest.mark.parametrize("payload", ['{"sum": 10.50, "sale": "N1"}', "", "5", "[", "<a/>", "a b"])
def test_what_is_nobodys_stays_to_the_letter(payload: str) -> None:
    left = Feedback("f1", "Loymax", "r1", payload)
    request = ex.FeedbackRequest(operation_id="op", feedback=(left,), at=AT)
    done = Masker(PREFIXES).live(said("send_feedback", request))
    assert json.loads(done.request)["feedback"][0]["payload"] == payload


def test_a_registration_hides_the_name_and_the_birthday_and_a_code_is_a_secret() -> None:
    request = ex.RegisterRequest(
        operation_id="op",
        name="Ольга Ким",
        phone="+79007654321",
        birthdate=date(1990, 5, 17),
        confirmation=ex.Confirmation(challenge="c", code="4711"),
        at=AT,
    )
    found = json.loads(Masker().live(said("register", request)).request)
    assert found["name"] == "О**** К**"
    assert found["birthdate"] == "****-**-17"
    assert found["confirmation"] == {"challenge": "c", "code": HIDDEN}
    assert found["operation_id"] == "op"


@pytest.mark.parametrize(
    "spelling",
    ["+79001234567", "79001234567", "89001234567", "8 (900) 123-45-67", "+7 900 123 45 67",
     "9001234567", "900-123-45-67"],
)  # fmt: skip
def test_a_known_phone_is_found_however_it_is_written(spelling: str) -> None:
    body = json.dumps({"note": f"call {spelling} now"})
    url = f"https://loyalty.example/phones/{quote(spelling)}?q={quote_plus(spelling)}&n=1"
    done = masked(wire(url, answer=body, request=f"p={quote_plus(spelling)}"))
    text = everything(done)
    for form in (spelling, quote(spelling), quote_plus(spelling), spelling[:-2]):
        assert form not in text
    assert "67" in json.loads(done.calls[0].answer_body)["note"]
    assert done.calls[0].url.endswith("&n=1")


def test_json_is_changed_only_where_it_must_be() -> None:
    body = (
        '{ "name":"Sweet \\u0410\\u043d\\u043d\\u0430", "price" : 10.50,\r\n "sum":79001234568,'
        ' "id":"79001234568", "holder" : {"name":"Пётр","phone":79001234567},"barcode":'
        '"4600000000015", "a":[1.0,2e3,null,true], "card_number":"2900000000018"}'
    )
    new = masked(wire(answer=body)).calls[0].answer_body.decode()
    assert new == (
        '{ "name":"Sweet \\u0410***", "price" : 10.50,\r\n "sum":79001234568,'
        ' "id":"79001234568", "holder" : {"name":"П***","phone":"*********67"},"barcode":'
        '"4600000000015", "a":[1.0,2e3,null,true], "card_number":"*********0018"}'
    )


def test_xml_in_another_encoding_is_masked_in_that_encoding() -> None:
    body = (
        '<?xml version="1.0" encoding="windows-1251"?>\n<Req xmlns:a="urn:x"><a:Phone>'
        "+7 900 123-45-67</a:Phone><Holder><Name>Пётр &amp; Ко</Name><BirthDate>1990-05-17"
        '</BirthDate></Holder><Item Name="Сыр">10.50</Item><Card Number="2900000000018"/>'
        "<![CDATA[Анна]]></Req>"
    )
    call = wire(request=body.encode("cp1251"))
    new = masked(call).calls[0].request_body.decode("cp1251")
    assert new == (
        '<?xml version="1.0" encoding="windows-1251"?>\n<Req xmlns:a="urn:x"><a:Phone>'
        "+7 *** ***-**-67</a:Phone><Holder><Name>П*** &amp; К*</Name><BirthDate>****-**-17"
        '</BirthDate></Holder><Item Name="Сыр">10.50</Item><Card Number="*********0018"/>'
        "<![CDATA[А***]]></Req>"
    )


def test_a_card_in_an_id_of_ours_is_hidden_and_goods_are_called_what_they_are_called() -> None:
    line = Line(1, CARD, "Печенье «Анна»", 1, 1, 1, code=CARD)
    receipt = Receipt("r1", AT, cashier="Анна", number="R0101-000001", lines=(line,))
    request = ex.SaveSaleRequest(operation_id=f"r1:level:{CARD}", receipt=receipt, at=AT)
    exchange = replace(said("save_sale", request), operation_id=request.operation_id)
    done = Masker.of([identified(), exchange], PREFIXES).exchange(exchange)
    found = json.loads(done.request)
    assert found["operation_id"] == done.operation_id == "r1:level:*********0018"
    assert found["receipt"]["lines"][0]["name"] == "Печенье «Анна»"
    assert found["receipt"]["cashier"] == "Анна"
    assert found["receipt"]["number"] == "R0101-000001"


def test_secrets_have_numbers_so_that_one_is_told_from_another() -> None:
    done = masked(
        wire(
            f"https://user:pass@loyalty.example/x?token={quote(TOKEN)}&y={quote(TOKEN, safe='')}",
            headers=(("Authorization", f"Bearer {TOKEN}"), ("Cookie", "a=first1; b=second2")),
            answer_headers=(("Set-Cookie", "sid=third33; Path=/; HttpOnly"),),
            answer=json.dumps({"access_token": "another-token", "token_type": "bearer"}),
            request="login=kassa&password=s%26cret",
        ),
        wire(headers=(("authorization", f"Bearer {TOKEN}"), ("X-Api-Key", "k-123456"))),
    )
    first, second = done.calls
    label = dict(first.request_headers)["Authorization"].removeprefix("Bearer ")
    assert label.startswith(HIDDEN)
    assert dict(second.request_headers)["authorization"] == f"Bearer {label}"
    assert first.url == f"https://********:********@loyalty.example/x?token={label}&y={label}"
    assert dict(first.answer_headers)["Set-Cookie"].endswith("; Path=/; HttpOnly")
    body = json.loads(first.answer_body)
    assert body["access_token"].startswith(HIDDEN) and body["access_token"] != label
    assert body["token_type"] == "bearer"  # noqa: S105
    text = everything(done)
    for secret in (TOKEN, "first1", "second2", "third33", "another-token", "s%26cret", "k-123456"):
        assert secret not in text
    assert done.calls[0].secrets == ()


def test_a_body_that_was_cut_off_hides_what_is_left_of_a_value() -> None:
    whole = json.dumps({"holder": "Анна Петрова", "phone": "+79001234567"}, ensure_ascii=False)
    for end in range(len(whole)):
        text = masked(wire(answer=whole[:end])).calls[0].answer_body.decode()
        assert "Анна" not in text and "Петр" not in text
        assert "+7900" not in text


def test_what_is_no_text_stays_to_the_byte() -> None:
    noise = bytes(range(256)) * 4
    assert masked(wire(answer=noise)).calls[0].answer_body == noise


def test_goods_amounts_and_ids_are_not_masked() -> None:
    body = json.dumps(
        {
            "items": [{"name": "Milk 3.2 %", "sku": "10101", "barcode": "4600000000015"}],
            "total": "79001234568", "document_id": "79001234568", "time": 1767225600000,
            "date": "2026-03-03T10:00:00+0300", "number": "R0101-000042", "guid": "9007654321",
        }
    )  # fmt: skip
    url = "https://127.0.0.1:8080/api/sales/7900/items?limit=100"
    done = masked(wire(url, answer=body, headers=(("User-Agent", "cashier-emulator"),)))
    assert done.calls[0].answer_body.decode() == body
    assert done.calls[0].url == url
    assert done.calls[0].request_headers == (("User-Agent", "cashier-emulator"),)


def test_a_customer_called_like_a_key_does_not_break_the_keys() -> None:
    odd = replace(ANNA, name="Name Phone")
    body = json.dumps({"name": "x", "phone": "+79001234567"})
    done = Masker().live(identified(wire(answer=body), customer=odd))
    assert list(json.loads(done.calls[0].answer_body)) == ["name", "phone"]


@pytest.mark.parametrize(
    ("key", "beside", "inside", "kind"),
    [
        ("MobilePhone", (), "", Kind.PHONE), ("e-mail", (), "", Kind.EMAIL),
        ("name", (), "item", Kind.TEXT), ("name", ("phone", "id"), "", Kind.NAME),
        ("Name", (), "customer", Kind.NAME), ("first_name", (), "", Kind.NAME),
        ("card_holder_name", (), "", Kind.NAME), ("discount_name", (), "", Kind.TEXT),
        ("BirthDate", (), "", Kind.BIRTH), ("LoginValue", (), "", Kind.LOGIN),
        ("card_id", (), "", Kind.PLAIN), ("CardNumber", (), "", Kind.CARD),
        ("barcode", (), "card", Kind.CARD), ("barcode", (), "item", Kind.PLAIN),
        ("refresh_token", (), "", Kind.SECRET), ("token_expires", (), "", Kind.PLAIN),
        ("passwordHash", (), "", Kind.SECRET), ("pin", (), "", Kind.SECRET),
        ("shipping", (), "", Kind.TEXT), ("phone_confirmed_time", (), "", Kind.PHONE),
    ],
)  # fmt: skip
def test_names_of_values_say_what_they_are(
    key: str, beside: tuple[str, ...], inside: str, kind: Kind
) -> None:
    assert kind_of(key, beside, inside) is kind


# --- laws

letters = st.sampled_from("АннаПетровМарияOlgaJohn")
words = st.text(letters, min_size=4, max_size=9).map(str.capitalize)
names = st.builds("{} {}".format, words, words)
phones = st.from_regex(r"\+79[0-9]{9}", fullmatch=True)
cards = st.from_regex(r"290[0-9]{10}", fullmatch=True)
tokens = st.text("abcdefghijklmnopqrstuvwxyzABCDEF0123456789-_.~+/=", min_size=12, max_size=40)
passwords = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]),
    min_size=8,
    max_size=20,
).filter(lambda text: "*" not in text and len(set(text)) > 3)
junk = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
leaves = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | junk


def person() -> st.SearchStrategy[Customer]:
    mail = st.from_regex(r"[a-z]{3,9}@[a-z]{3,8}\.example", fullmatch=True)
    return st.builds(Customer, st.just("17"), names, phones, mail)


@st.composite
def bodies(draw: st.DrawFn, who: Customer, card: str, secret: str) -> str:
    """JSON, XML or a form with all of it somewhere."""
    values = draw(
        st.permutations(
            [who.name, who.phone, who.phone[1:], who.email, card, secret, *who.name.split()]
        )
    )
    keys = draw(st.lists(st.text("abcxyz_", min_size=1, max_size=6), min_size=20, max_size=20))
    filling = draw(st.lists(leaves, min_size=3, max_size=8))
    form = draw(st.sampled_from(("json", "ascii", "list", "xml", "attributes", "form", "deep")))
    pairs = list(zip(keys, [*values, *filling], strict=False))
    match form:
        case "json" | "ascii":
            return json.dumps([{k: v} for k, v in pairs], ensure_ascii=form == "ascii")
        case "list":
            return json.dumps([v for _k, v in pairs])
        case "deep":
            found: object = None
            for k, v in pairs:
                found = {k: [v, found]}
            return json.dumps(found, indent=2, ensure_ascii=False)
        case "xml":
            inner = "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in pairs[: len(values)])
            return f"<r>{inner}</r>"
        case "attributes":
            inner = " ".join(f"{k}={quoteattr(str(v))}" for k, v in pairs[: len(values)])
            return f"<r {inner}/>"
        case _:
            return "&".join(f"{k}={quote_plus(str(v))}" for k, v in pairs[: len(values)])


def spellings(value: str) -> Iterator[str]:
    yield value
    yield quote(value)
    yield quote(value, safe="")
    yield quote_plus(value)
    yield escape(value)
    yield json.dumps(value)[1:-1]


FRAME = everything(identified(wire("https://loyalty.example/c/", headers=(("Authorization", ""),))))
"""What stands around what is masked: a password like a part of it cannot be told from it."""


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_nothing_known_is_left_anywhere_and_a_mask_of_a_mask_is_the_same(
    data: st.DataObject,
) -> None:
    who, card = data.draw(person()), data.draw(cards)
    secret = data.draw(tokens | passwords)
    assume(secret not in FRAME)
    body = data.draw(bodies(who, card, secret))
    other = data.draw(bodies(who, card, secret))
    url = f"https://loyalty.example/c/{quote(card)}/{quote(secret, safe='')}?" + "&".join(
        f"{key}={quote_plus(value)}" for key, value in (("q", who.phone), ("t", secret))
    )
    call = wire(
        url,
        request=body,
        answer=other,
        headers=(("X-Who", who.phone), ("Authorization", f"Bearer {secret}")),
        secrets=(secret,),
    )
    exchange = replace(identified(call, customer=who, card=card), operation_id=f"r1:{card}")
    masker = Masker(PREFIXES)
    done = masker.live(exchange)
    text = everything(done)
    for value in (who.phone, who.phone[1:], who.email, card, secret, *who.name.split()):
        for spelling in spellings(value):
            assert spelling not in text
    assert masker.live(done) == done
    assert Masker(PREFIXES).live(done) == done
    assert Masker(PREFIXES).live(exchange) == done
    for old, new in ((body, done.calls[0].request_body), (other, done.calls[0].answer_body)):
        if old[0] in "{[":
            assert _shape(json.loads(old)) == _shape(json.loads(new))


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(part) for key, part in value.items()}
    return [_shape(part) for part in value] if isinstance(value, list) else None


@given(st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(junk, inner)))
@settings(max_examples=150, deadline=None)
@example({"phone": [{"phone": 1}], "": ""})
def test_whatever_is_said_json_stays_json(value: object) -> None:
    masker = Masker.of([identified()], PREFIXES)
    body = json.dumps(value).encode()
    once = masker.body(body)
    json.loads(once)
    assert masker.body(once) == once


@given(st.binary(max_size=200) | junk.map(str.encode))
@settings(max_examples=150, deadline=None)
@example(b'{"a":"\\')
@example(b'"')
@example(b"<a b='c")
@example(b"\xff\xfe<\x00")
def test_no_body_is_too_odd(body: bytes) -> None:
    masker = Masker.of([identified()], PREFIXES)
    once = masker.body(body)
    assert masker.body(once) == once


@given(junk, junk)
@settings(max_examples=100, deadline=None)
def test_plain_text_is_masked_once_and_for_all(before: str, after: str) -> None:
    masker = Masker.of([identified()], PREFIXES)
    text = f"{before} Анна Петрова {CARD} {after}"
    once = masker.text(text)
    assert masker.text(once) == once
    assert "Анна" not in once and CARD not in once

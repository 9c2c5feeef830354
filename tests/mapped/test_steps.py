"""How a method goes through its steps, and what the models take of it."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from mapped.scripted import scripted
from mapped.small import ANSWER, ASK, BARE, HEAD, IDENTIFY, READ, SALE, SAVE
from stand import MORNING

from cashier.exchange import (
    CalculateRequest,
    Cause,
    Certificate,
    CertificateRequest,
    CheckCouponRequest,
    FindSaleRequest,
    Found,
    NotFound,
    Refused,
    Unavailable,
)
from cashier.receipt import Coupon, Settled

pytestmark = pytest.mark.usefixtures("no_waiting")


# --- reading


async def test_an_answer_is_read(tmp_path: Path) -> None:
    async with scripted(HEAD + READ + SALE, ANSWER, tmp_path) as (backend, service):
        assert await backend.certificate(ASK) == Certificate(number="98", left=1250, sold=True)
        assert await backend.save_sale(SAVE) == Settled(earned=150)
    assert service.lines == ["GET /certificates/98", "POST /sales"]
    assert service.heard[1].json == {"id": "op1"}
    assert service.heard[0].headers["accept"] == "application/json"
    assert "content-type" not in service.heard[0].headers


@pytest.mark.parametrize("number", ["a/b", "a b?c=d", "100%", "номер", "..%2f"])
async def test_a_value_in_a_path_stays_one_piece(number: str, tmp_path: Path) -> None:
    line = f"GET /certificates/{quote(number, safe='')}"
    async with scripted(HEAD + READ + SALE, {line: {"left": 1}}, tmp_path) as (backend, service):
        assert (await backend.certificate(CertificateRequest(number=number, at=MORNING))).left
    assert service.lines == [line]


@pytest.mark.parametrize("number", ["", ".", ".."])
async def test_a_value_that_would_change_the_path_goes_nowhere(number: str, tmp_path: Path) -> None:
    async with scripted(HEAD + READ + SALE, {}, tmp_path) as (backend, service):
        with pytest.raises(Unavailable, match=r"field certificate\.step\.1\.http"):
            await backend.certificate(CertificateRequest(number=number, at=MORNING))
    assert service.lines == []


async def test_queries_headers_and_forms_take_texts_and_leave_nulls_out(tmp_path: Path) -> None:
    mapping = (
        HEAD
        + SALE
        + """
[certificate]
answer = "{number: 'x', left: `0`, sold: `false`}"
[[certificate.step]]
http = "POST /check?fixed=1"
query = { a = "`null`", b = true, c = 1.50, d = ["'x'", "'y z'"] }
headers = { X-None = "`null`", X-Some = "request.number", accept = "'text/plain'" }
form = { number = "request.number", sign = "'a&b'" }
"""
    )
    async with scripted(mapping, {"POST /check": {"left": 1}}, tmp_path) as (backend, service):
        await backend.certificate(ASK)
    heard = service.heard[0]
    assert heard.query == "fixed=1&b=true&c=1.5&d=x&d=y+z"
    assert heard.body == b"number=98&sign=a%26b"
    assert heard.headers["content-type"] == "application/x-www-form-urlencoded"
    assert (heard.headers["x-some"], heard.headers["accept"]) == ("98", "text/plain")
    assert "x-none" not in heard.headers


async def test_a_header_may_sign_the_body(tmp_path: Path) -> None:
    mapping = (HEAD + SALE).replace(
        'body = "{id: request.operation_id}"',
        'body = "{id: request.operation_id}"\nheaders.X-Sign = "sha256(concat(sent, \'key\'))"',
    )
    async with scripted(mapping, ANSWER, tmp_path) as (backend, service):
        await backend.save_sale(SAVE)
    heard = service.heard[0]
    assert heard.headers["x-sign"] == sha256(heard.body + b"key").hexdigest()


async def test_later_steps_see_what_earlier_ones_brought(tmp_path: Path) -> None:
    mapping = (
        HEAD
        + SALE
        + """
[find_sale]
answer = "[]"
[identify]
answer = "{outcome: 'found', customer: `null`, cards: all[].{number: text(id), level: level}}"
[[identify.step]]
name = "ids"
http = "GET /cards"
query = "{number: request.identifier.value}"
keep = "body.cards[].id"
[[identify.step]]
name = "skipped"
when = "ids[5]"
http = "GET /never"
[[identify.step]]
name = "levels"
each = "ids"
http = "GET /cards/{item}/level"
keep = "body.name"
[[identify.step]]
name = "all"
keep = "zip(ids, levels)[].{id: first, level: second}"
"""
    )
    script = {
        "GET /cards": {"cards": [{"id": 1}, {"id": 2}]},
        "GET /cards/1/level": {"name": "Base"},
        "GET /cards/2/level": {"name": "Gold"},
    }
    async with scripted(mapping, script, tmp_path) as (backend, service):
        found = await backend.identify(IDENTIFY)
    assert isinstance(found, Found)
    assert [(card.number, card.level) for card in found.cards] == [("1", "Base"), ("2", "Gold")]
    assert service.heard[0].query == "number=29"
    assert service.lines == ["GET /cards", "GET /cards/1/level", "GET /cards/2/level"]


@pytest.mark.parametrize("ids", [list(range(501)), None, "x", {"a": 1}])
async def test_a_step_is_not_done_for_any_number_of_elements(ids: Any, tmp_path: Path) -> None:
    mapping = (
        HEAD
        + SALE
        + """
[certificate]
answer = "{number: request.number, left: `0`, sold: `true`}"
[[certificate.step]]
name = "ids"
http = "GET /ids"
keep = "body.ids"
[[certificate.step]]
each = "ids"
http = "GET /ids/{item}"
"""
    )
    async with scripted(mapping, {"GET /ids": {"ids": ids}}, tmp_path) as (backend, service):
        with pytest.raises(Unavailable, match=r"certificate\.step\.2\.each") as caught:
            await backend.certificate(ASK)
    assert caught.value.cause is Cause.PROTOCOL
    assert service.lines == ["GET /ids"]


async def test_a_step_may_end_the_method(tmp_path: Path) -> None:
    mapping = (
        HEAD
        + """
[save_sale]
answer = "{earned: hundredths(body.earned)}"
[[save_sale.step]]
when = "request.again"
http = "GET /sales/{request.operation_id}"
accept = "status == `404`"
done = "body.earned"
answer = "{earned: hundredths(body.earned), level: 'known before'}"
[[save_sale.step]]
http = "POST /sales"
"""
    )
    again = SAVE.model_copy(update={"again": True})
    script: dict[str, Any] = {
        "GET /sales/op1": [(404, {}), {"earned": "2"}],
        "POST /sales": {"earned": "1"},
    }
    async with scripted(mapping, script, tmp_path) as (backend, service):
        assert (await backend.save_sale(SAVE)).earned == 100
        assert (await backend.save_sale(again)).earned == 100  # nobody knew it: said again
        assert await backend.save_sale(again) == Settled(earned=200, level="known before")
    assert service.lines == ["POST /sales", "GET /sales/op1", "POST /sales", "GET /sales/op1"]


async def test_a_method_without_steps_answers_by_itself(tmp_path: Path) -> None:
    mapping = HEAD + SALE + '[check_coupon]\nanswer = "{code: upper(request.code)}"'
    request = CheckCouponRequest(receipt=BARE, code="spring", at=MORNING)
    async with scripted(mapping, {}, tmp_path) as (backend, _service):
        assert await backend.check_coupon(request) == Coupon("SPRING")


async def test_what_the_mapping_leaves_out_has_a_quiet_answer(tmp_path: Path) -> None:
    async with scripted(HEAD + SALE, {}, tmp_path) as (backend, _service):
        assert await backend.identify(IDENTIFY) == NotFound()
        answer = await backend.calculate(CalculateRequest(receipt=BARE, at=MORNING))
        assert (answer.lines, answer.earn) == ((), 0)
        with pytest.raises(Refused):
            await backend.certificate(ASK)


async def test_a_context_of_any_shape_comes_back_as_it_was(tmp_path: Path) -> None:
    mapping = (
        HEAD
        + """
[calculate]
answer = "{context: body.context}"
[[calculate.step]]
http = "POST /prices"
[save_sale]
answer = {}
[[save_sale.step]]
http = "POST /sales"
body = "{context: context, id: context.id}"
"""
    )
    script = {"POST /prices": {"context": {"id": "q1", "sum": 1}}, "POST /sales": {}}
    async with scripted(mapping, script, tmp_path) as (backend, service):
        priced = await backend.calculate(CalculateRequest(receipt=BARE, at=MORNING))
        sold = replace(BARE, context=priced.context)
        await backend.save_sale(SAVE.model_copy(update={"receipt": sold}))
        other = replace(BARE, context="words of another system")
        await backend.save_sale(SAVE.model_copy(update={"receipt": other}))
        await backend.save_sale(SAVE)
    told = [heard.json for heard in service.heard[1:]]
    assert told[0] == {"context": {"id": "q1", "sum": 1}, "id": "q1"}
    assert told[1] == {"context": "words of another system", "id": None}
    assert told[2] == {"context": None, "id": None}


# --- what the models do not take


@pytest.mark.parametrize(
    "answer",
    [
        "{number: '1', left: '5.5', sold: `true`}",
        "{number: '1', left: `5.0`, sold: 'yes'}",
        "{number: '1', left: `5`, sold: `true`, misspelt: `1`}",
        "{number: `null`, left: `5`, sold: `true`}",
        "'text'",
        "`null`",
    ],
)
async def test_an_answer_that_is_none_of_ours_is_told(answer: str, tmp_path: Path) -> None:
    mapping = HEAD + SALE + f'[certificate]\nanswer = "{answer}"\n'
    async with scripted(mapping, {}, tmp_path) as (backend, _service):
        with pytest.raises(Unavailable, match=r"line \d+, field certificate\.answer") as caught:
            await backend.certificate(ASK)
    assert caught.value.cause is Cause.PROTOCOL


async def test_a_time_without_an_offset_is_none(tmp_path: Path) -> None:
    mapping = (
        HEAD
        + SALE
        + """
[find_sale]
answer = "[{receipt: {receipt_id: 'r', opened_at: '2026-03-03T10:00:00'}}]"
"""
    )
    async with scripted(mapping, {}, tmp_path) as (backend, _service):
        with pytest.raises(Unavailable, match="without an offset"):
            await backend.find_sale(FindSaleRequest(number="R", at=MORNING))

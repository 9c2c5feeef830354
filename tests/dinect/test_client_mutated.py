"""Whatever comes back, the till hears one of the three outcomes, or an answer that holds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import httpx
import pytest
from dinect.stage import MAIN, Stage, open_receipt, returning
from dinect.way import OPTIONS
from hypothesis import given, settings
from hypothesis import strategies as st
from mapped.mutated import RAW, answers
from stand import MORNING

from backends.dinect.client import DinectBackend
from backends.dinect.client.link import Link
from backends.dinect.client.options import DinectOptions
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import ManualClock
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.receipt import Identifier, IdentifierKind, Receipt, Settled

_Deed = Callable[[DinectBackend, Receipt], Awaitable[object]]
_PHONE = Identifier(IdentifierKind.PHONE, "+79001234502")


def _sale(receipt: Receipt, *, again: bool) -> ex.SaveSaleRequest:
    return ex.SaveSaleRequest(operation_id="s", receipt=receipt, at=MORNING, again=again)


_DEEDS: dict[str, _Deed] = {
    "open": lambda till, _sale: till.open(ex.Opening(shop="01", till="01")),
    "identify": lambda till, _sale: till.identify(
        ex.IdentifyRequest(identifier=_PHONE, at=MORNING)
    ),
    "coupon": lambda till, sale: till.check_coupon(
        ex.CheckCouponRequest(receipt=sale, code="SPRING10", at=MORNING)
    ),
    "no coupon": lambda till, sale: till.check_coupon(
        ex.CheckCouponRequest(receipt=sale, code="NOSUCH", at=MORNING)
    ),
    "calculate": lambda till, sale: till.calculate(
        ex.CalculateRequest(receipt=sale, spend=500, at=MORNING)
    ),
    "points": lambda till, sale: till.points(ex.PointsRequest(receipt=sale, at=MORNING)),
    "sale": lambda till, sale: till.save_sale(_sale(sale, again=False)),
    "sale again": lambda till, sale: till.save_sale(_sale(sale, again=True)),
    "cancel": lambda till, sale: till.cancel_sale(
        ex.CancelSaleRequest(operation_id="x", receipt=sale, at=MORNING)
    ),
    "return": lambda till, sale: till.save_return(returning(sale)),
}


@dataclass(frozen=True)
class _Said:
    status: int
    body: bytes
    kind: str
    changes: bool


async def _right_answers(deed: str, form: str) -> tuple[Receipt, list[_Said]]:
    """What a till hears that does it at our own server."""
    stage, said = Stage(format=form), list[_Said]()
    coupons = ("SPRING10",) if deed == "calculate" else ()
    receipt = open_receipt("doc-1", *coupons)
    if deed != "calculate":
        receipt = await stage.priced(receipt)
    if deed in ("sale again", "cancel", "return"):
        await stage.save(receipt)

    def listen(request: httpx.Request, status: int, body: bytes) -> tuple[int, bytes]:
        changes = request.method == "DELETE" or b"commit=true" in request.content
        said.append(_Said(status, body, f"application/{form}", changes))
        return status, body

    stage.between.spoil = listen
    other = stage.till()
    try:
        await _DEEDS[deed](other, receipt)
    except Refused:
        assert deed == "no coupon"
    await other.close()
    await stage.close()
    return receipt, said


@cache
def _script(deed: str, form: str) -> tuple[Receipt, list[_Said]]:
    return asyncio.run(_right_answers(deed, form))


@dataclass
class _Plays(httpx.AsyncBaseTransport):
    """The answers in their order, and the last one for whatever is asked besides."""

    script: list[_Said]
    victim: int
    spoilt: tuple[int, bytes]
    turn: int = field(default=0)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        said = self.script[min(self.turn, len(self.script) - 1)]
        status, body = self.spoilt if self.turn == self.victim else (said.status, said.body)
        self.turn += 1
        return httpx.Response(
            status,
            headers={"Content-Type": said.kind},
            stream=httpx.ByteStream(body),
            request=request,
        )


@st.composite
def _spoilt_xml(draw: st.DrawFn, body: bytes) -> bytes:
    """Something cut out of it, and something put in its place; often between two tags."""
    ends = [place for place, one in enumerate(body) if one in b"<>"] + [0, len(body)]
    start, end = sorted((draw(st.sampled_from(ends)), draw(st.sampled_from(ends))))
    odd = [b"<x/>", b"", b"9" * 40, b"1e9", b"NaN", b"-5", b"<list-item/>", body, *RAW]
    return body[:start] + draw(st.sampled_from(odd)) + body[end:]


@settings(max_examples=300, deadline=None)
@given(deed=st.sampled_from(sorted(_DEEDS)), form=st.sampled_from(["json", "xml"]), data=st.data())
def test_only_outcomes(deed: str, form: str, data: st.DataObject) -> None:
    receipt, script = _script(deed, form)
    victim = data.draw(st.integers(0, len(script) - 1))
    right = script[victim]
    if form == "json":
        spoilt = data.draw(answers(right.body, right.status))
    else:
        status = data.draw(st.sampled_from([right.status] * 4 + [204, 400, 401, 404, 500]))
        spoilt = status, data.draw(_spoilt_xml(right.body))
    asyncio.run(_tried(deed, receipt, _Plays(script, victim, spoilt)))


async def _tried(deed: str, receipt: Receipt, plays: _Plays) -> None:
    told = {"url": MAIN, "network": {"again": 0}, **OPTIONS}
    options = read_options(told, DinectOptions, Path("shop.toml"))
    link = Link(options, ManualClock(MORNING), Path("shop.toml"), plays)
    till, answer, outcome = DinectBackend(link, options), None, None
    try:
        answer = await _DEEDS[deed](till, receipt)
    except (Refused, Unavailable, OutcomeUnknown) as no:
        outcome = no
    finally:
        await till.close()
    change = next((at for at, one in enumerate(plays.script) if one.changes), None)
    if outcome is not None and change is not None:
        assert plays.victim <= change, "it was done and heard of"
        if plays.victim == change and 200 <= plays.spoilt[0] < 300:
            assert isinstance(outcome, OutcomeUnknown), "it was done"
    if isinstance(answer, Settled):
        sums = (answer.earned, answer.spent, answer.given_back, answer.taken_back)
        assert all(isinstance(one, int) and one >= 0 for one in sums)
    if isinstance(answer, ex.Calculation):
        off = {one.number: sum(given.amount for given in one.discounts) for one in answer.lines}
        assert all(0 <= off.get(one.number, 0) <= one.amount for one in receipt.lines)


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("deed", sorted(_DEEDS))
async def test_unspoilt_it_is_done(deed: str, form: str) -> None:
    receipt, script = await _right_answers(deed, form)
    assert any(one.changes for one in script) == (deed in ("sale", "cancel", "return"))
    if deed != "no coupon":
        await _tried(deed, receipt, _Plays(script, -1, (200, b"")))

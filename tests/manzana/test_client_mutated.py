"""Whatever comes back, the till hears one of the three outcomes, or an answer that holds."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st
from manzana.receipts import back, sale
from manzana.test_client_hears import CARD, DONE, PRICED
from manzana.test_office import newcomer, said_no
from stand import MORNING

from backends.http import Door, Network
from backends.manzana.client import ManzanaBackend
from backends.manzana.client.link import Link
from backends.manzana.client.options import Lookup, ManzanaOptions
from backends.manzana.wire import office
from backends.soap import Version, write
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import (
    CalculateRequest,
    CheckCouponRequest,
    Confirmation,
    IdentifyRequest,
    OutcomeUnknown,
    PointsRequest,
    Refused,
    RegisterRequest,
    SaveReturnRequest,
    SaveSaleRequest,
    Unavailable,
)
from cashier.receipt import Identifier, IdentifierKind

_PERSON = DONE.replace(b"ChequeResponse", b"ContactInfoUpdateResponse")
_LISTED = CARD.replace(b"BalanceResponse", b"CardResponse")
_PHONE = Identifier(IdentifierKind.PHONE, "+79001234567")
_CARD = Identifier(IdentifierKind.CARD, "1")
_BACK = SaveReturnRequest(operation_id="b", receipt=back(sale()), lines=(), at=MORNING)
_NEW = RegisterRequest(operation_id="n", phone="+79001234567", name="Анна", at=MORNING)
_TRY = CheckCouponRequest(receipt=sale(), code="SPRING", at=MORNING)
_SALE = SaveSaleRequest(operation_id="s", receipt=sale(), at=MORNING, again=True)
_BEGUN = write(Version.V11, office.executed({"ContactId": "c-1"}))
_TOLD = newcomer(Confirmation(challenge="c-1", code="1234"))
_Deed = Callable[[ManzanaBackend], Awaitable[object]]
_DEEDS: tuple[tuple[bytes, _Deed], ...] = (
    (CARD, lambda till: till.identify(IdentifyRequest(identifier=_CARD, at=MORNING))),
    (_LISTED, lambda till: till.identify(IdentifyRequest(identifier=_PHONE, at=MORNING))),
    (_PERSON, lambda till: till.register(_NEW)),
    (PRICED, lambda till: till.calculate(CalculateRequest(receipt=sale(), spend=100, at=MORNING))),
    (PRICED, lambda till: till.points(PointsRequest(receipt=sale(), at=MORNING))),
    (PRICED, lambda till: till.check_coupon(_TRY)),
    (DONE, lambda till: till.save_sale(_SALE)),
    (DONE, lambda till: till.save_return(_BACK)),
)


_AT_THE_OFFICE: tuple[tuple[bytes, _Deed], ...] = (
    (_BEGUN, lambda till: till.register(newcomer())),
    (_BEGUN, lambda till: till.register(_TOLD)),
    (said_no("110043")[1], lambda till: till.register(newcomer())),
    (said_no("110051")[1], lambda till: till.register(_TOLD)),
)


class _Says(httpx.AsyncBaseTransport):
    def __init__(self, status: int, body: bytes) -> None:
        self._status, self._body = status, body

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(self._status, content=self._body, request=request)


@st.composite
def _spoilt(draw: st.DrawFn, body: bytes) -> bytes:
    """Something cut out of it, and something put in its place; often between two tags."""
    ends = [place for place, one in enumerate(body) if one in b"<>"] + [0, len(body)]
    where = st.one_of(st.sampled_from(ends), st.integers(0, len(body)))
    start, end = sorted((draw(where), draw(where)))
    put = draw(
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from(
                [b"<x/>", b"", b"9" * 40, b"1e9", b"NaN", b"-5", b"<Item/>", body, b"\xd9\xa3"]
            ),
        )
    )
    return body[:start] + put + body[end:]


@settings(max_examples=150, deadline=None)
@given(deed=st.sampled_from(_DEEDS), data=st.data(), status=st.sampled_from([200, 200, 400, 500]))
async def test_only_outcomes(deed: tuple[bytes, _Deed], data: st.DataObject, status: int) -> None:
    await _tried(deed, data, status)


@settings(max_examples=80, deadline=None)
@given(deed=st.sampled_from(_AT_THE_OFFICE), data=st.data(), status=st.sampled_from([200, 500]))
async def test_only_outcomes_of_the_private_office(
    deed: tuple[bytes, _Deed], data: st.DataObject, status: int
) -> None:
    await _tried(deed, data, status, private_office="office.asmx")


async def _tried(
    deed: tuple[bytes, _Deed], data: st.DataObject, status: int, private_office: str = ""
) -> None:
    right, act = deed
    options = ManzanaOptions(
        url="http://shop.example", by_phone=Lookup.CARD, private_office=private_office
    )
    door = Door(
        options.url,
        Network(again=0),
        ManualClock(MORNING),
        beside=Path(),
        transport=_Says(status, data.draw(_spoilt(right))),
    )
    till = ManzanaBackend(Link(door, options), options, counted_ids("c"))
    with suppress(Refused, Unavailable, OutcomeUnknown):
        await act(till)
    await till.close()

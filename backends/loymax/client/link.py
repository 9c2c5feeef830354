"""Asking: an operation there, an envelope back, one at a time."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from backends.exact_json import json_bytes
from backends.http import Answer as Came
from backends.http import Call, Door
from backends.loymax.client.options import LoymaxOptions
from backends.loymax.client.tokens import Stale, Tokens, bearer
from backends.loymax.common.codes import OK, cause_named, fine, reason_named
from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import purchase
from backends.loymax.common.parts import Asked, Told
from backends.loymax.common.wire import Wire
from backends.loymax.translate import asking, hearing
from backends.loymax.wire.base import Envelope, Reply, Result, State
from backends.loymax.wire.coupons import CouponKnown
from cashier.exchange import Cause, Reason, Refused, Unavailable
from cashier.i18n import _

A = TypeVar("A")
_JSON = ("Content-Type", "application/json")
_SYSTEM_ERROR = "SystemError"
_FORMS = {kind: Envelope[model] for kind, model in hearing.REPLIES.items()}  # type: ignore[valid-type]


class Link(Wire):
    """``Asked.identifier`` is no part of a message here: it chooses the token."""

    def __init__(self, door: Door, options: LoymaxOptions) -> None:
        self._door = door
        self._tokens = Tokens(door, options)
        self._turn = asyncio.Lock()

    def purchase(self, receipt_id: str) -> str:
        return purchase(receipt_id)

    async def close(self) -> None:
        await self._door.close()

    async def begin(self) -> None:
        """Signs in. Raises Unavailable."""
        async with self._turn:
            self._tokens.forget(await self._tokens.merchant())
            await self._tokens.merchant()

    async def knows(self, shown: str) -> bool:
        """Whether somebody is known by this; asked anew. Raises Unavailable."""
        async with self._turn:
            return bool(await self._tokens.anew(shown))

    async def same(self, shown: str, card: str) -> None:
        """Who showed the one is known by the other as well: the token is good for both."""
        async with self._turn:
            self._tokens.remember(card, await self._tokens.of(shown))

    async def one(self, asked: Asked, hear: Callable[[Told], A]) -> A:
        try:
            body = json_bytes(asking.body(asked))
        except ValueError as error:  # half a letter, which no JSON has
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error
        async with self._turn:
            token = await self._token(asked)
            try:
                return await self._said(asked, body, token, hear)
            except Stale:
                self._tokens.forget(token)
            return await self._said(asked, body, await self._token(asked), hear)

    async def coupon(self, number: str, buyer: str) -> str:
        """State of a coupon; empty: nobody knows it. Raises Refused, Unavailable."""
        path = asking.coupon_path(number)
        async with self._turn:
            token = await self._tokens.of(buyer) if buyer else ""
            token = token or await self._tokens.merchant()
            return await self._door.ask(Call("GET", path, headers=(bearer(token),)), _state)

    async def _token(self, asked: Asked) -> str:
        """Raises Refused: he is not known; cancelled all the same is what was held for him."""
        token = await self._tokens.of(asked.identifier) if asked.identifier else ""
        if token or not asked.identifier or asked.kind is Kind.CANCEL:
            return token or await self._tokens.merchant()
        raise Refused(Reason.NOT_FOUND, _("Loymax does not know this customer"))

    async def _said(self, asked: Asked, body: bytes, token: str, hear: Callable[[Told], A]) -> A:
        headers = (bearer(token), _JSON)
        path, changes = asking.path(asked), asked.kind.changes
        call = Call("POST", path, body, headers, changes=changes)
        return await self._door.ask(call, lambda came: hear(_told(came, asked)))


def _told(came: Came, asked: Asked) -> Told:
    """Raises Refused, Unavailable, ValueError."""
    if came.status == 401:
        raise Stale("401", cause=Cause.CREDENTIALS, raw=came.body)
    if not came.ok:
        raise ValueError("there is no answer in it")
    envelope = _FORMS[asked.kind].model_validate(came.json())
    _check_state(envelope.result, came.body)
    for one in envelope.data:
        _check(one, came.body)
    if envelope.result.state == State.ERROR:
        code = envelope.result.messageCode
        _check(Reply(code=code if code != OK else "", errorMessage=envelope.result.message))
    if not envelope.data:
        raise ValueError("data: there is no answer in it")
    return hearing.told(asked, envelope.data[0])


def _state(came: Came) -> str:
    """Raises Unavailable, ValueError."""
    if came.status == 404:
        return ""
    if not came.ok:
        raise ValueError("there is no answer in it")
    envelope = Envelope[CouponKnown].model_validate(came.json())
    _check_state(envelope.result, came.body)
    if envelope.result.state == State.ERROR:
        return ""
    return envelope.data[0].state


def _check_state(result: Result, raw: bytes) -> None:
    """Raises Unavailable: nothing was done; ValueError: nobody knows."""
    if result.state == State.VALIDATION_ERROR:
        fields = (f"{one.field}: {' '.join(one.errorMessages)}" for one in result.validationErrors)
        why = "; ".join(fields) or result.message or result.state
        raise Unavailable(why[:500], cause=Cause.PROTOCOL, raw=raw)
    if result.state not in (State.SUCCESS, State.ERROR):
        raise ValueError(f"{result.state}: {result.message}".rstrip(": "))


def _check(reply: Reply, raw: bytes = b"") -> None:
    """Raises Refused for a no, Unavailable where the till was not listened to, ValueError where
    nobody knows what was done."""
    if fine(reply.code):
        return
    why = f"{reply.code}: {reply.errorMessage}".rstrip(": ")
    if reply.code == _SYSTEM_ERROR:
        raise ValueError(why)
    cause = cause_named(reply.code)
    if cause is not None:
        raise Unavailable(why, cause=cause, raw=raw)
    text = reply.errorMessage or reply.code
    raise Refused(reason_named(reply.code), text, code=reply.code)

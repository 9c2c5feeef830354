"""Asking: an operation there, an envelope back, one at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from backends.exact_json import json_bytes
from backends.http import Answer as Came
from backends.http import Call, Door
from backends.loymax.client.options import LoymaxOptions
from backends.loymax.client.reading import messages, reply
from backends.loymax.client.tokens import Stale, Tokens, bearer
from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import purchase
from backends.loymax.common.parts import Asked, Told
from backends.loymax.common.wire import Wire
from backends.loymax.translate import asking, hearing
from backends.loymax.wire.coupons import CouponKnown
from cashier.exchange import Cause, Reason, Refused, Unavailable
from cashier.i18n import _

A = TypeVar("A")
_JSON = ("Content-Type", "application/json")


class Link(Wire):
    """``Asked.identifier`` is no part of a message here: it chooses the token."""

    def __init__(self, door: Door, options: LoymaxOptions) -> None:
        self._door = door
        self._tokens = Tokens(door, options)
        self._turn = asyncio.Lock()
        self._admin = options.admin_token
        if options.admin_token:
            door.keep_secret(options.admin_token)

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
        def read(came: Came) -> A:
            return hear(hearing.told(asked, reply(came, hearing.REPLIES[asked.kind])))

        path, body = asking.path(asked), asking.body(asked)
        sure = asked.kind is not Kind.CANCEL  # cancelled all the same is what was held for him
        return await self._say(
            path, body, read, asked.identifier, sure=sure, changes=asked.kind.changes
        )

    async def say(
        self,
        path: str,
        body: dict[str, Any],
        read: Callable[[Came], A],
        who: str = "",
        *,
        changes: bool = True,
    ) -> A:
        """Whatever else is said, for a customer or (empty) nobody. Raises what ``one`` raises."""
        return await self._say(path, body, read, who, changes=changes)

    async def _say(
        self,
        path: str,
        body: dict[str, Any],
        read: Callable[[Came], A],
        who: str,
        *,
        changes: bool,
        sure: bool = True,
    ) -> A:
        call = Call("POST", path, _written(body), (_JSON,), changes=changes)
        async with self._turn:
            return await self._with_token(call, read, lambda: self._token(who, sure=sure))

    async def coupon(self, number: str, buyer: str) -> str:
        """State of a coupon; empty: nobody knows it. Raises Refused, Unavailable."""
        call = Call("GET", asking.coupon_path(number))
        async with self._turn:
            return await self._with_token(call, _state, lambda: self._token(buyer, sure=False))

    async def _token(self, who: str, *, sure: bool = True) -> str:
        """Raises Refused: he is not known; not ``sure``: then nobody's will do."""
        token = await self._tokens.of(who) if who else ""
        if token or not who or not sure:
            return token or await self._tokens.merchant()
        raise Refused(Reason.NOT_FOUND, _("Loymax does not know this customer"))

    async def _with_token(
        self, call: Call, read: Callable[[Came], A], token: Callable[[], Awaitable[str]]
    ) -> A:
        """A stale one is asked for anew."""
        word = await token()
        try:
            return await self._door.ask(_signed(call, word), read)
        except Stale:
            self._tokens.forget(word)
        return await self._door.ask(_signed(call, await token()), read)

    # --- with the rights of an administrator

    async def look_for(self, body: dict[str, Any], read: Callable[[Came], A]) -> A:
        """Purchases. Raises Refused, Unavailable."""
        call = Call("POST", asking.PURCHASES, _written(body), (_JSON,))
        async with self._turn:
            return await self._door.ask(_signed(call, self._admin), read)

    async def look_at(self, path: str, read: Callable[[Came], A]) -> A:
        """Raises Refused, Unavailable."""
        async with self._turn:
            return await self._door.ask(_signed(Call("GET", path), self._admin), read)


def _signed(call: Call, token: str) -> Call:
    return Call(
        call.method, call.url, call.body, (bearer(token), *call.headers), changes=call.changes
    )


def _written(body: dict[str, Any]) -> bytes:
    try:
        return json_bytes(body)
    except ValueError as error:  # half a letter, which no JSON has
        raise Unavailable(str(error), cause=Cause.PROTOCOL) from error


def _state(came: Came) -> str:
    """Raises Unavailable, ValueError."""
    if came.status == 404:
        return ""
    try:
        return messages(came, CouponKnown)[0].state
    except Refused:
        return ""

"""Asking: a document there, a document back, one at a time."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from backends.http import Answer as Came
from backends.http import Call, Door, basic
from backends.loymax.common import codes
from backends.loymax.common.codes import FINE, Code
from backends.loymax.common.names import purchase
from backends.loymax.common.parts import Answer, Asked, Told
from backends.loymax.common.wire import Wire
from backends.loymax_xml.client.options import LoymaxXmlOptions
from backends.loymax_xml.wire import encoding, reading, writing
from backends.loymax_xml.wire.kinds import request_of
from cashier.exchange import Cause, Refused, Unavailable

A = TypeVar("A")


class Link(Wire):
    def __init__(self, door: Door, options: LoymaxXmlOptions) -> None:
        self._door, self._options = door, options
        self._device = options.device
        self._turn = asyncio.Lock()
        signed = basic(options.login, options.password) if options.login else ""
        self._headers = (
            ("Content-Type", encoding.content_type(options.encoding)),
            *((("Authorization", signed),) if signed else ()),
        )
        door.keep_secret(options.password, signed)

    async def close(self) -> None:
        await self._door.close()

    async def begin(self, till: str) -> None:
        """A document without operations tells whether somebody is there (*emulated*). Raises
        Unavailable."""
        self._device = self._options.device or till
        with suppress(Refused):  # whoever says no to it is there
            await self.all((), lambda _told: None)

    def purchase(self, receipt_id: str) -> str:
        return purchase(receipt_id)

    async def one(self, asked: Asked, hear: Callable[[Told], A]) -> A:
        return await self.all((asked,), lambda told: hear(told[0]))

    async def all(self, operations: Sequence[Asked], hear: Callable[[tuple[Told, ...]], A]) -> A:
        """``hear`` is given what came of each, in this order. Raises what ``one`` raises; Refused
        by the first of them that was."""
        changes = any(one.kind.changes for one in operations)
        try:
            body = encoding.write(writing.request(operations), self._options.encoding)
        except ValueError as error:  # a card number that XML cannot hold
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error
        path = f"XmlExchange/{self._options.scope}/{self._device}/"
        call = Call("POST", path, body, self._headers, changes=changes)
        async with self._turn:
            return await self._door.ask(call, lambda came: hear(_told(came, operations)))


def _told(came: Came, operations: Sequence[Asked]) -> tuple[Told, ...]:
    """Raises Refused, Unavailable, ValueError."""
    if not came.ok:
        raise ValueError("there is no answer in it")
    document = reading.answer(encoding.read(came.body, came.headers.get("content-type", "")))
    cause = codes.cause_of(document.code)
    if cause is not None:  # the till was not listened to at all
        why = f"{codes.name_of(document.code)}: {document.error}"
        raise Unavailable(why.rstrip(": "), cause=cause, raw=came.body)
    _check(document.code, document.error)
    return tuple(_answer_to(one, document) for one in operations)


def _answer_to(asked: Asked, document: Answer) -> Told:
    for told in document.told:
        if told.kind is asked.kind and told.id.casefold() == asked.id:
            _check(told.code, told.error)
            return told
    raise ValueError(f"no answer to {request_of(asked.kind)} {asked.id}")


def _check(code: int, text: str) -> None:
    """Raises Refused for a no, ValueError where nobody knows what was done of the document."""
    if code in FINE:
        return
    name = codes.name_of(code)
    if code == Code.SYSTEM_ERROR or codes.cause_of(code) is not None:
        raise ValueError(f"{name}: {text}".rstrip(": "))
    raise Refused(codes.reason_of(code), text or name, code=name)

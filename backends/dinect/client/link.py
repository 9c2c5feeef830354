"""Asking: a form there, JSON or XML back; the other server while one is silent."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import httpx

from backends.dinect import wire
from backends.dinect.client.options import DinectOptions, Format, Way
from backends.dinect.translate import Form
from backends.http import Answer, Call, Door
from cashier.clock import Clock
from cashier.exchange import Cause, Reason, Refused, Unavailable

A = TypeVar("A")
_TROUBLE = (Cause.SILENCE, Cause.STATUS)


class Link:
    """Two servers, for one till; without a reserve one."""

    def __init__(
        self,
        options: DinectOptions,
        clock: Clock,
        card: Path,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        bases = [one for one in (options.base(), options.reserve()) if one]
        self._bases = bases
        self._doors = [
            Door(one, options.network, clock, beside=card, transport=transport) for one in bases
        ]
        self._options, self._now = options, 0
        for door in self._doors:
            for token in (options.app_token, options.till_token):
                door.keep_secret(token, quote(token, safe=""), quote_plus(token))

    async def close(self) -> None:
        for door in self._doors:
            await door.close()

    def path(self, link: str) -> str:
        """A link of an answer, below the base address. Raises ValueError for one that leads away:
        tokens are shown to nobody else."""
        for base in self._bases:
            if link.startswith(f"{base}/"):
                return link.removeprefix(f"{base}/")
        raise ValueError(f"a link that leads elsewhere: {link[:100]}")

    def below(self, link: str) -> str:
        """The same for what is asked next. Raises Unavailable."""
        try:
            return self.path(link)
        except ValueError as error:
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error

    async def get(self, path: str, read: Callable[[Any], A], **query: str) -> A:
        """Raises Refused, Unavailable."""
        return await self._switching("GET", self._asked(path, query), b"", read)

    async def post(self, path: str, form: Form, read: Callable[[Any], A], *, changes: bool) -> A:
        """Raises Refused, Unavailable, and where it ``changes`` something OutcomeUnknown."""
        try:
            body = urlencode(form).encode()
        except UnicodeError as error:  # half a letter
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error
        return await self._switching("POST", self._asked(path), body, read, changes=changes)

    async def delete(self, path: str) -> None:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        await self._switching("DELETE", self._asked(path), b"", lambda _told: None, changes=True)

    def _asked(self, path: str, query: Mapping[str, str] = MappingProxyType({})) -> str:
        """A link may have a query already: what it says counts."""
        bare, _mark, known = path.partition("?")
        words = urlencode({**query, **self._in_query(), **dict(parse_qsl(known))})
        return f"{bare}?{words}" if words else bare

    async def _switching(
        self,
        method: str,
        path: str,
        body: bytes,
        read: Callable[[Any], A],
        *,
        changes: bool = False,
    ) -> A:
        """Where nothing can have happened the other server is asked, and from then on first."""
        call = Call(method, path, body, self._headers(body), changes=changes)
        last = len(self._doors) - 1
        for turn in range(last + 1):
            try:
                return await self._doors[self._now].ask(call, lambda came: read(_data(came)))
            except Unavailable as silence:
                if silence.cause not in _TROUBLE or turn == last:
                    raise
                self._now = (self._now + 1) % len(self._doors)
        raise AssertionError("some door was asked")

    def _headers(self, body: bytes) -> tuple[tuple[str, str], ...]:
        options = self._options
        accept = wire.Accept.XML if options.format is Format.XML else wire.Accept.JSON
        made = [("Accept", accept.value), ("Accept-Language", options.language)]
        if body:
            made.append(("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"))
        if options.tokens is Way.HEADER:
            made += [
                (wire.APP_HEADER, f"{wire.APP_WORD} {options.app_token}"),
                (wire.TILL_HEADER, f"{wire.TILL_WORD} {options.till_token}"),
            ]
        elif options.tokens is Way.COOKIE:
            told = "; ".join(f"{name}={value}" for name, value in self._pair().items())
            made.append(("Cookie", told))
        return tuple(made)

    def _pair(self) -> dict[str, str]:
        options = self._options
        return {wire.COOKIES["app"]: options.app_token, wire.COOKIES["till"]: options.till_token}

    def _in_query(self) -> dict[str, str]:
        return self._pair() if self._options.tokens is Way.QUERY else {}


def _data(came: Answer) -> Any:
    """Raises Refused, ValueError."""
    kind = came.headers.get("content-type", "")
    if came.ok:
        return wire.read_body(came.body, kind) if came.body.strip() else ""
    if came.status in (400, 417):  # a proxy may turn the one into the other
        raise Refused(Reason.OTHER, _errors(wire.read_body(came.body, kind)), code=str(came.status))
    if came.status == 404:
        raise Refused(Reason.NOT_FOUND, code="404")
    raise ValueError("it does not let us in" if came.status == 401 else f"status {came.status}")


def _errors(data: object) -> str:
    """Texts for the cashier. Raises ValueError where there are none."""
    told = data.get("errors") if isinstance(data, dict) else None
    if isinstance(told, str) and told:
        return told[:500]
    if isinstance(told, list) and told and all(isinstance(one, str) for one in told):
        return " ".join(told)[:500]
    raise ValueError("errors: a list was expected")


def is_missing(no: Refused) -> bool:
    return no.code == "404"

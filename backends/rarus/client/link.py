"""Asking the service: signed in when it is first needed, and again when the token is refused."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha1
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from backends.exact_json import json_bytes
from backends.http import Answer, Call, Door
from backends.rarus.wire.base import NOT_FOUND, SUCCESS, Message, Nothing, Reply
from backends.rarus.wire.reasons import reason_of
from backends.rarus.wire.signing import SignedIn, SignIn
from cashier.exchange import Cause, Refused, Unavailable

A = TypeVar("A")
R = TypeVar("R", bound=Reply)

_JSON = ("Content-Type", "application/json; charset=utf-8")
_DONE = (200, 202)
"""The vendor's library takes no other status for success."""
_NOBODY = (401, 403)


def place(*parts: str) -> str:
    """A path below ``/organization``. Raises Unavailable for an id that is empty."""
    if not all(parts):
        raise Unavailable("an id is empty", cause=Cause.PROTOCOL)
    return "/organization/" + "/".join(map(_part, parts))


def _part(text: str) -> str:
    """A card may have any number, dots alone too: they would be taken for a way up."""
    return text.replace(".", "%2E") if text in (".", "..") else quote(text, safe="")


def reads(reply: type[R], *, empty: bool = False) -> Callable[[Answer], R]:
    """Reads an answer as ``reply``; ``empty``: 'not found' is one, with nothing in it.

    Raises Refused, ValueError.
    """

    def read(answer: Answer) -> R:
        data = answer.json()
        if not isinstance(data, dict):
            raise ValueError("the answer is no object")
        if answer.status in _NOBODY:
            raise ValueError(_message(data) or "the token is refused")
        nothing = empty and answer.status == 404 and _code(data) == NOT_FOUND
        if nothing or (answer.status in _DONE and _code(data) == SUCCESS):
            return reply.model_validate(data)
        if answer.status in _DONE or (400 <= answer.status < 500 and _code(data)):
            raise Refused(reason_of(_code(data)), _message(data), code=str(_code(data)))
        raise ValueError(f"status {answer.status}")

    return read


def _code(data: dict[str, Any]) -> int:
    """Without one nobody has answered: the text of a gateway, of another service. Raises
    ValueError."""
    code = data.get("code")
    if isinstance(code, bool) or not isinstance(code, int | str):
        raise ValueError("there is no code in the answer")
    return int(code)


def _message(data: dict[str, Any]) -> str:
    message = data.get("message")
    return message if isinstance(message, str) else ""


@contextmanager
def sense() -> Iterator[None]:
    """What makes no sense after an answer was read is an answer that makes no sense."""
    try:
        yield
    except (ValueError, LookupError, ArithmeticError) as error:
        raise Unavailable(" ".join(str(error).split())[:300], cause=Cause.PROTOCOL) from error


class Link:
    """The service, for one till."""

    def __init__(
        self, door: Door, login: str, password: str, token_codes: Collection[int] = ()
    ) -> None:
        """``token_codes``: of refusals that mean the token is good no more."""
        self._door, self._login = door, login
        self._token_codes = frozenset(map(str, token_codes))
        self._hashed = sha1(password.encode(), usedforsecurity=False).hexdigest()
        self._token: _Token | None = None
        self._signing = asyncio.Lock()
        door.keep_secret(password, self._hashed)

    async def close(self) -> None:
        await self._door.close()

    async def get(
        self, path: str, read: Callable[[Answer], A], query: Message = Nothing.model_construct()
    ) -> A:
        """Raises Refused, Unavailable."""
        asked = query.model_dump(exclude_unset=True)
        told = {name: _word(value) for name, value in asked.items() if value is not None}
        words = urlencode(told)
        return await self._ask("GET", f"{path}?{words}" if words else path, b"", read)

    async def post(
        self, path: str, read: Callable[[Answer], A], body: Message, *, changes: bool = False
    ) -> A:
        """Raises Refused, Unavailable, and where it ``changes`` something OutcomeUnknown."""
        try:
            data = json_bytes(body.model_dump(exclude_unset=True))
        except ValueError as error:  # half a letter, which no JSON has
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error
        return await self._ask("POST", path, data, read, changes=changes)

    async def _ask(
        self,
        method: str,
        path: str,
        body: bytes,
        read: Callable[[Answer], A],
        *,
        changes: bool = False,
    ) -> A:
        token = self._token or await self._sign_in(None)
        try:
            return await self._door.ask(_call(method, path, body, token, changes=changes), read)
        except (Refused, Unavailable) as no:
            if not self._is_stale(no):
                raise
        token = await self._sign_in(token)
        return await self._door.ask(_call(method, path, body, token, changes=changes), read)

    def _is_stale(self, no: Refused | Unavailable) -> bool:
        """Whether it is the token that was refused: then nothing was done."""
        if isinstance(no, Refused):
            return no.code in self._token_codes
        return no.cause is Cause.CREDENTIALS

    async def _sign_in(self, refused: "_Token | None") -> "_Token":
        """Another token than ``refused``; of several who need one, one asks. Raises Unavailable."""
        async with self._signing:
            if self._token is None or self._token is refused:
                asked = SignIn(login=self._login, password=self._hashed).model_dump(
                    exclude={"company_id"}
                )
                call = Call("POST", "/sign_in", json_bytes(asked), (_JSON,), aside=True)
                self._token = await self._door.ask(call, _token)
                self._door.keep_secret(self._token.text)
            return self._token


@dataclass(frozen=True, eq=False)
class _Token:
    """Of one sign-in: the service may give the same text twice."""

    text: str


def _call(method: str, path: str, body: bytes, token: _Token, *, changes: bool) -> Call:
    headers = (("token", token.text), _JSON) if body else (("token", token.text),)
    return Call(method, path, body, headers, changes=changes)


def _token(answer: Answer) -> _Token:
    """Raises Unavailable: whatever the no is, it is to who we say we are."""
    try:
        token = reads(SignedIn)(answer).token
    except Refused as no:
        raise Unavailable(no.text, cause=Cause.CREDENTIALS, raw=answer.body) from no
    if not token or not token.isascii() or not token.isprintable():
        raise ValueError("there is no token in it")
    return _Token(token)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

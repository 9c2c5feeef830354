"""The embedded system as if it were behind a network: everything also goes through the real door.

The wire is made up: the abstract messages as JSON, with a sign-in, a token, and a customer whom
only the wire knows.
"""

import json
from typing import TypeVar

import httpx
from pydantic import TypeAdapter

from backends.http import Answer, Call, Door, Network
from cashier import methods
from cashier.clock import Clock
from cashier.exchange import Backend, Frozen
from cashier.methods import Method
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")

PASSWORD = "Tr0ub4dor&3"  # noqa: S105 - nobody's
TOKEN = "tok.0123456789abcdef/+="  # noqa: S105 - nobody's
BASE = "https://loyalty.example/api/v1"
ONLY_ON_THE_WIRE = {"login": "+79005550011", "first_name": "Зинаида", "birth_date": "1961-04-12"}
"""What the adapter does not hand on, beside the customer."""


class Wired(Wrapper):
    """Signs in once; then one call for each exchange."""

    def __init__(self, inner: Backend, clock: Clock) -> None:
        self._inner = inner
        self._answer = b""
        self.status = 200
        transport = httpx.MockTransport(self._serve)
        self._door = Door(BASE, Network(), clock, transport=transport)
        self._signed_in = False

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()
        await self._door.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if not self._signed_in:
            await self._sign_in()
        answer = await call(self._inner, method, request)
        said = TypeAdapter(method.answer).dump_python(answer, mode="json")
        wire = {"result": said, "holder": ONLY_ON_THE_WIRE, "time": 1767225600000}
        self._answer = json.dumps(wire, ensure_ascii=False, indent=1).encode()
        body = TypeAdapter(method.request).dump_json(request)
        headers = (("Authorization", f"Bearer {TOKEN}"), ("Content-Type", "application/json"))
        changes = methods.changes(method, request)
        made = Call("POST", f"/{method.name}?till=01", body, headers, changes=changes)
        await self._door.ask(made, _nothing)
        return answer

    async def _sign_in(self) -> None:
        self._signed_in = True
        self._door.keep_secret(PASSWORD, TOKEN)
        self._answer = json.dumps({"access_token": TOKEN, "expires_in": 3600}).encode()
        body = httpx.QueryParams({"login": "till-01", "password": PASSWORD})
        headers = (("Content-Type", "application/x-www-form-urlencoded"),)
        await self._door.ask(Call("POST", "/login", str(body).encode(), headers), _nothing)

    def _serve(self, _request: httpx.Request) -> httpx.Response:
        cookie = {"Set-Cookie": f"session={TOKEN}; Path=/", "Content-Type": "application/json"}
        stream = httpx.ByteStream(self._answer)
        return httpx.Response(self.status, headers=cookie, stream=stream)


def _nothing(answer: Answer) -> None:
    answer.json()

"""Showing who asks by NTLM: against the other half of the same library, on real connections."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import spnego
from serving import served
from stand import MORNING
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backends.http import Answer, Call, Door, Network
from backends.manzana.client.ntlm import NtlmTransport
from cashier.clock import ManualClock
from cashier.exchange import Cause, Unavailable


class Site:
    """IIS with Windows authentication, as far as it concerns a till."""

    def __init__(self) -> None:
        self.talks: dict[object, spnego.ContextProxy] = {}
        self.bodies: list[bytes] = []

    async def answer(self, request: Request) -> Response:
        body, peer = await request.body(), request.client
        talk = self.talks.get(peer)
        if talk is not None and talk.complete:
            self.bodies.append(body)
            return Response(b"fine")
        told = request.headers.get("authorization", "")
        if not told:
            return Response(status_code=401, headers={"WWW-Authenticate": "NTLM"})
        talk = self.talks.setdefault(peer, spnego.server(protocol="ntlm"))
        try:
            word = talk.step(b64decode(told.removeprefix("NTLM ")))
        except spnego.exceptions.SpnegoError:
            del self.talks[peer]
            return Response(status_code=401, headers={"WWW-Authenticate": "NTLM"})
        if talk.complete:
            self.bodies.append(body)
            return Response(b"fine")
        challenge = f"NTLM {b64encode(word or b'').decode()}"
        return Response(b"?", status_code=401, headers={"WWW-Authenticate": challenge})


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Site, str]]:
    users = tmp_path / "users"
    users.write_text("SHOPS:till:correct horse\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    made = Site()
    app = Starlette(routes=[Route("/", made.answer, methods=["POST"])])
    async with served(app) as url:
        yield made, url


def door(url: str, password: str) -> Door:
    signing = partial(NtlmTransport, login=r"SHOPS\till", password=password)
    return Door(url, Network(), ManualClock(MORNING), signing=signing)


def fine(came: Answer) -> bytes:
    if not came.ok:
        raise ValueError("no")
    return came.body


async def test_a_connection_is_opened_once_and_then_used(site: tuple[Site, str]) -> None:
    server, url = site
    one = door(url, "correct horse")
    for body in (b"first", b"second"):
        assert await one.ask(Call("POST", "/", body, changes=True), fine) == b"fine"
    await one.close()
    assert server.bodies == [b"first", b"second"]
    assert len(server.talks) == 1


async def test_a_wrong_password_did_nothing(site: tuple[Site, str]) -> None:
    server, url = site
    one = door(url, "wrong")
    with pytest.raises(Unavailable) as caught:
        await one.ask(Call("POST", "/", b"first", changes=True), fine)
    await one.close()
    assert caught.value.cause is Cause.CREDENTIALS
    assert not server.bodies

"""The door to the network: every trouble is the right one of three outcomes."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest
import stamina
import trustme
from stand import MORNING
from wire.hostile import behaving, request_of, saying, writing

from backends.http import MEDDLER, Answer, Call, Door, Network, Seen
from cashier.clock import ManualClock
from cashier.errors import ConfigError
from cashier.exchange import Cause, Opening, OutcomeUnknown, Reason, Refused, System, Unavailable
from cashier.witness import Exchange, Witness

ASK = Call("GET", "/ask")
SAVE = Call("POST", "/save", b'{"sum": 12.50}', changes=True)
BOTH = pytest.mark.parametrize("call", [ASK, SAVE], ids=["ask", "save"])


@pytest.fixture(autouse=True)
def no_waiting() -> object:
    """Asked again at once, not after a pause."""
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


def door(port: int, *, scheme: str = "http", beside: Path = Path(), **network: object) -> Door:
    settings = Network.model_validate({"seconds": 5, **network})
    return Door(f"{scheme}://127.0.0.1:{port}", settings, ManualClock(MORNING), beside=beside)


def silence(call: Call) -> type[Unavailable | OutcomeUnknown]:
    return OutcomeUnknown if call.changes else Unavailable


def as_json(answer: Answer) -> object:
    return answer.json()


async def trouble(
    one: Door, call: Call, read: Callable[[Answer], object] = as_json
) -> Unavailable | OutcomeUnknown:
    """What came of it; anything else fails the test."""
    with pytest.raises((Unavailable, OutcomeUnknown)) as caught:
        await one.ask(call, read)
    await one.close()
    assert isinstance(caught.value, Unavailable | OutcomeUnknown)
    return caught.value


async def free_port() -> int:
    """One on which nobody listens."""
    async with behaving(saying(b"")) as port:
        return port


# --- what arrives


async def test_an_answer_is_read_and_connections_are_kept() -> None:
    connections = count()
    seen: list[bytes] = []

    async def polite(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        next(connections)
        while True:
            seen.append(await request_of(reader))
            writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"a": 1.10}')

    async with behaving(polite) as port:
        one = door(port)
        for _turn in range(3):
            assert str(await one.ask(SAVE, lambda answer: answer.json()["a"])) == "1.10"
        await one.close()
    assert next(connections) == 1
    assert all(request.endswith(b'{"sum": 12.50}') for request in seen)


async def test_a_no_of_the_system_goes_through() -> None:
    def no(answer: Answer) -> None:
        assert answer.status == 404
        raise Refused(Reason.NOT_FOUND, str(answer.json()["message"]))

    async with behaving(saying(b'{"message": "nobody"}', "404 Not Found")) as port:
        one = door(port)
        with pytest.raises(Refused, match="nobody"):
            await one.ask(SAVE, no)
        await one.close()


# --- nothing can have happened: Unavailable, whatever was asked


@BOTH
async def test_nobody_listens(call: Call) -> None:
    error = await trouble(door(await free_port()), call)
    assert isinstance(error, Unavailable)
    assert error.cause is Cause.SILENCE


@BOTH
async def test_the_host_name_is_wrong(call: Call) -> None:
    one = Door("http://no-such-host.invalid", Network(), ManualClock(MORNING))
    error = await trouble(one, call)
    assert isinstance(error, Unavailable)
    assert error.cause is Cause.SILENCE
    assert "no-such-host.invalid" in str(error)


@BOTH
@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "413 Too Large"])
async def test_html_with_a_4xx_changed_nothing(call: Call, status: str) -> None:
    async with behaving(saying(b"<html>no</html>", status)) as port:
        error = await trouble(door(port), call)
    assert isinstance(error, Unavailable)
    assert error.cause is Cause.STATUS
    assert error.raw == b"<html>no</html>"


@BOTH
@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
async def test_wrong_credentials_are_told_apart(call: Call, status: str) -> None:
    async with behaving(saying(b"go away", status)) as port:
        error = await trouble(door(port), call)
    assert isinstance(error, Unavailable)
    assert error.cause is Cause.CREDENTIALS


@BOTH
async def test_too_many_requests_is_asked_again_and_changed_nothing(call: Call) -> None:
    asked = count()

    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        next(asked)
        writer.write(b"HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n")

    async with behaving(busy) as port:
        error = await trouble(door(port), call)
    assert isinstance(error, Unavailable)
    assert next(asked) == 3


# --- it may have happened: the answer to a save is unknown


@BOTH
async def test_a_server_in_trouble(call: Call) -> None:
    async with behaving(saying(b"<html>oops</html>", "500 Internal Error")) as port:
        error = await trouble(door(port), call)
    assert type(error) is silence(call)
    assert (error.cause, error.raw) == (Cause.STATUS, b"<html>oops</html>")


@BOTH
async def test_it_hangs_up_without_a_word(call: Call) -> None:
    async with behaving(writing(b"")) as port:
        error = await trouble(door(port), call)
    assert type(error) is silence(call)
    assert error.cause is Cause.SILENCE


@BOTH
async def test_it_hangs_up_in_the_middle_and_the_piece_is_kept(call: Call) -> None:
    cut = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half'
    async with behaving(writing(cut)) as port:
        error = await trouble(door(port), call)
    assert type(error) is silence(call)
    assert (error.cause, error.raw) == (Cause.SILENCE, b'{"half')


@BOTH
async def test_it_never_answers(call: Call) -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with behaving(mute) as port:
        error = await trouble(door(port, seconds=1), call)
    assert type(error) is silence(call)
    assert error.cause is Cause.SILENCE


@BOTH
async def test_an_endless_answer_is_refused_by_its_size(call: Call) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"ffff\r\n" + b"[" * 0xFFFF + b"\r\n")
            await writer.drain()

    async with behaving(endless) as port:
        error = await trouble(door(port, largest_kilobytes=512), call)
    assert type(error) is silence(call)
    assert error.cause is Cause.PROTOCOL
    assert "too large" in str(error)
    assert 0 < len(error.raw) <= 65_536


@BOTH
async def test_a_dribble_is_cut_off_in_time(call: Call) -> None:
    async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.wait([asyncio.ensure_future(reader.read(1))], timeout=0.05)

    async with behaving(dribble) as port:
        error = await trouble(door(port, seconds=1), call)
    assert type(error) is silence(call)
    assert error.cause is Cause.SILENCE


BROKEN = {
    "empty": b"",
    "html": b"<html><body>Welcome</body></html>",
    "truncated": b'{"code": 0, "lines": [1, 2',
    "not utf-8": '{"name": "Анна"}'.encode("utf-16"),
    "latin": b'{"name": "\xe9"}',
    "deep": b"[" * 5000 + b"]" * 5000,
    "not a number": b'{"sum": NaN}',
    "huge number": b'{"sum": 1e999999999}',
    "half a letter": b'{"name": "\\ud800"}',
}


@BOTH
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
async def test_an_answer_that_is_no_json_is_kept_to_the_byte(call: Call, body: bytes) -> None:
    async with behaving(saying(body)) as port:
        error = await trouble(door(port), call)
    assert type(error) is silence(call)
    assert (error.cause, error.raw) == (Cause.PROTOCOL, body)


@BOTH
async def test_an_answer_that_is_no_http(call: Call) -> None:
    async with behaving(writing(b"220 mail.example ESMTP\r\n\r\n")) as port:
        error = await trouble(door(port), call)
    assert type(error) is silence(call)
    assert error.cause is Cause.PROTOCOL


@BOTH
async def test_a_packed_answer_nobody_asked_for_is_not_unpacked(call: Call) -> None:
    async with behaving(saying(b"\x1f\x8b\x08", "200 OK", "Content-Encoding: gzip")) as port:
        error = await trouble(door(port), call)
    assert error.cause is Cause.PROTOCOL


# --- asked again


async def test_what_did_nothing_is_asked_again_until_it_goes() -> None:
    turns = count(1)

    async def tired(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        status = b"200 OK" if next(turns) == 3 else b"503 Busy"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\n{}")

    async with behaving(tired) as port:
        one = door(port)
        assert await one.ask(ASK, as_json) == {}
        await one.close()


async def test_a_save_of_unknown_outcome_is_said_once() -> None:
    turns = count()

    async def tired(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        next(turns)
        writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")

    async with behaving(tired) as port:
        await trouble(door(port), SAVE)
    assert next(turns) == 1


# --- who is there


def authority(folder: Path) -> tuple[trustme.CA, Path]:
    ca, file = trustme.CA(), folder / "ca.pem"
    ca.cert_pem.write_to_path(str(file))
    return ca, file


def secured(ca: trustme.CA, host: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(host).configure_cert(context)
    return context


async def test_a_server_that_nobody_vouches_for_is_told_nothing(tmp_path: Path) -> None:
    ca, _file = authority(tmp_path)
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())

    async with behaving(listen, secured(ca)) as port:
        error = await trouble(door(port, scheme="https"), SAVE)
    assert isinstance(error, Unavailable)
    assert error.cause is Cause.CERTIFICATE
    assert heard == []


async def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    ca, file = authority(tmp_path)
    async with behaving(saying(b"{}"), secured(ca, "elsewhere.example")) as port:
        one = door(port, scheme="https", authorities=file.name, beside=tmp_path / "shop.toml")
        error = await trouble(one, SAVE)
    assert error.cause is Cause.CERTIFICATE


async def test_an_authority_of_ones_own_is_trusted(tmp_path: Path) -> None:
    ca, file = authority(tmp_path)
    async with behaving(saying(b"{}"), secured(ca)) as port:
        one = door(port, scheme="https", authorities=file.name, beside=tmp_path / "shop.toml")
        assert await one.ask(SAVE, as_json) == {}
        await one.close()


async def test_our_own_certificate_is_shown(tmp_path: Path) -> None:
    ca, file = authority(tmp_path)
    ours = ca.issue_cert("till.example")
    ours.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "till.pem"))
    context = secured(ca)
    context.verify_mode = ssl.CERT_REQUIRED
    ca.configure_trust(context)
    network = {"scheme": "https", "authorities": file.name, "beside": tmp_path / "shop.toml"}
    async with behaving(saying(b"{}"), context) as port:
        stranger = await trouble(door(port, **network), ASK)  # type: ignore[arg-type]
        assert isinstance(stranger, Unavailable)
        known = door(port, **network, certificate="till.pem")  # type: ignore[arg-type]
        assert await known.ask(SAVE, as_json) == {}
        await known.close()


async def test_checking_can_be_switched_off(tmp_path: Path) -> None:
    ca, _file = authority(tmp_path)
    async with behaving(saying(b"{}"), secured(ca)) as port:
        one = door(port, scheme="https", check_certificate=False)
        assert await one.ask(SAVE, as_json) == {}
        await one.close()


async def test_a_proxy_is_used(tmp_path: Path) -> None:
    heard: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await request_of(reader))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    async with behaving(proxy) as port:
        network = Network(proxy=f"http://127.0.0.1:{port}")
        one = Door("http://loyalty.example", network, ManualClock(MORNING))
        assert await one.ask(ASK, as_json) == {}
        await one.close()
    assert heard[0].startswith(b"GET http://loyalty.example/ask ")


@pytest.mark.parametrize(
    ("base", "network", "why"),
    [
        ("loyalty.example", {}, "https://"),
        ("ftp://loyalty.example", {}, "https://"),
        ("http://", {}, "https://"),
        ("http://a.example", {"authorities": "no-such.pem"}, "no-such.pem"),
        ("http://a.example", {"certificate": "no-such.pem"}, "no-such.pem"),
        ("http://a.example", {"proxy": "nonsense"}, "nonsense"),
        ("http://a.example", {"steps": {"save_sail": 3}}, "save_sail"),
    ],
)
def test_settings_that_cannot_work_are_told(
    base: str, network: dict[str, object], why: str, tmp_path: Path
) -> None:
    card = tmp_path / "shop.toml"
    with pytest.raises(ConfigError) as caught:
        Door(base, Network.model_validate(network), ManualClock(MORNING), beside=card)
    assert str(card) in str(caught.value)
    assert why in str(caught.value)


# --- what the witness hears


async def witnessed(one: Door, call: Call) -> Exchange:
    """What is kept of a request made through the door by a system that only opens."""
    kept: list[Exchange] = []

    class Opens:
        async def open(self, _opening: Opening) -> System:
            await one.ask(call, as_json)
            raise AssertionError

        async def close(self) -> None:
            await one.close()

    witness = Witness(Opens(), kept.append, ManualClock(MORNING))  # type: ignore[arg-type]
    with pytest.raises((Unavailable, OutcomeUnknown)):
        await witness.open(Opening(shop="01", till="01"))
    await witness.close()
    return kept[0]


async def test_every_attempt_is_told_to_the_byte() -> None:
    async with behaving(saying(b"<oops>", "502 Bad Gateway", "X-From: proxy")) as port:
        one = door(port)
        one.keep_secret("hush-hush")
        exchange = await witnessed(one, Call("POST", "/ask?a=1", b"{}", (("token", "hush-hush"),)))
    assert [call.attempt for call in exchange.calls] == [1, 2, 3]
    last = exchange.calls[-1]
    assert (last.method, last.status, last.answer_body) == ("POST", 502, b"<oops>")
    assert last.url == f"http://127.0.0.1:{port}/ask?a=1"
    assert last.request_body == b"{}"
    assert ("token", "hush-hush") in last.request_headers
    assert ("x-from", "proxy") in last.answer_headers
    assert last.secrets == ("hush-hush",)
    assert last.error == "502"
    assert exchange.reason == Cause.STATUS


async def test_a_call_without_an_answer_is_told_too() -> None:
    exchange = await witnessed(door(await free_port()), SAVE)
    assert [call.status for call in exchange.calls] == [0, 0, 0]
    assert all(call.error for call in exchange.calls)
    assert exchange.calls[0].request_body == SAVE.body


# --- faults on the wire


async def test_who_meddles_may_change_what_came() -> None:
    async def garble(call: Call, send: Callable[[], Awaitable[Answer]], _seen: Seen) -> Answer:
        answer = await send()
        return Answer(answer.status, answer.headers, answer.body[1:])

    async with behaving(saying(b'{"a": 1}')) as port:
        token = MEDDLER.set(garble)
        try:
            error = await trouble(door(port), SAVE)
        finally:
            MEDDLER.reset(token)
    assert isinstance(error, OutcomeUnknown)
    assert error.raw == b'"a": 1}'


async def test_a_card_number_with_a_line_feed_goes_nowhere() -> None:
    one = door(await free_port())
    error = await trouble(
        one, Call("GET", "/card", headers=(("card", "29\r\nX: y"),), changes=True)
    )
    assert isinstance(error, Unavailable)

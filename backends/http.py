"""The one door to the network: every word to a loyalty system over HTTP goes through it.

It decides which of the three outcomes a trouble is. Silence of a request that changes nothing is
``Unavailable``, of one that changes something ``OutcomeUnknown``; where nothing can have happened
(no connection, no trust, a 4xx) it is ``Unavailable`` either way. Asked again is only where that is
safe. Every attempt is told to the witness, to the byte.
"""

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from time import perf_counter_ns
from typing import Any, TypeAlias, TypeVar

import httpx
import stamina
from pydantic import Field
from stamina import instrumentation

from backends.exact_json import read_json
from backends.meddler import MEDDLER as MEDDLER  # whoever knows the door knows it from here
from cashier.clock import Clock
from cashier.config import Settings
from cashier.errors import CashierError, ConfigError
from cashier.exchange import Cause, OutcomeUnknown, Unavailable
from cashier.i18n import _
from cashier.methods import METHODS
from cashier.witness import WireCall, tap

A = TypeVar("A")
Signing: TypeAlias = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]

instrumentation.set_on_retry_hooks(())  # the witness tells of every attempt; nothing is printed


class Network(Settings):
    """How the other side is reached: ``[loyalty.options.network]`` of a shop card."""

    connect_seconds: int = Field(default=5, ge=1, le=600)
    seconds: int = Field(default=10, ge=1, le=600)
    """The longest that one request may take, asking again included."""
    steps: dict[str, int] = {}
    """Seconds for one step: ``save_sale = 30``."""
    again: int = Field(default=2, ge=0, le=10)
    """How often a request that did nothing is repeated."""
    check_certificate: bool = True
    authorities: str = ""
    """A file of certificates (PEM) that are trusted instead of those of this machine."""
    certificate: str = ""
    """Our own certificate (PEM), where the other side asks for one."""
    key: str = ""
    proxy: str = ""
    largest_kilobytes: int = Field(default=4096, ge=1, le=65_536)
    """An answer that is larger is refused."""


@dataclass(frozen=True)
class Call:
    """A request to be made."""

    method: str
    url: str
    """Relative to the base address of the door, or whole."""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    changes: bool = False
    """Whether silence leaves the till unsure."""
    aside: bool = False
    """Signing in and the like: not what the till asked for."""


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status below 500."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Raises NotJson, which the door turns into the outcome that fits."""
        return read_json(self.body)


@dataclass
class Seen:
    """What came back so far, also of an answer that was cut off."""

    answer: Answer | None = None


class Door:
    """One HTTP client for one till: connections are kept, nothing else is."""

    def __init__(
        self,
        base: str,
        network: Network,
        clock: Clock,
        *,
        beside: Path = Path(),
        transport: httpx.AsyncBaseTransport | None = None,
        signing: Signing | None = None,
    ) -> None:
        """``beside``: the file whose folder certificates are looked for in; ``signing``: what
        shows who asks on a connection, not in a request: there is only one then.

        Raises ConfigError for an address, a proxy or a certificate that cannot be used.
        """
        self._network, self._clock = network, clock
        self._secrets: dict[str, None] = {}
        self._largest = network.largest_kilobytes * 1024
        unknown = network.steps.keys() - METHODS.keys()
        if unknown:
            text = _("{file}: there is no step {name}; steps are: {known}")
            known = ", ".join(METHODS)
            raise ConfigError(text.format(file=beside, name=min(unknown), known=known))
        timeout = httpx.Timeout(network.seconds, connect=network.connect_seconds)
        self._extensions = {"timeout": timeout.as_dict()}
        try:
            url = httpx.URL(base)
            if url.scheme not in ("http", "https") or not url.host:
                raise ValueError(_("expected an address like https://loyalty.example"))
            self._base = base.strip().rstrip("/")
            self._headers = (*_HEADERS, *_authorization(url))
            # Not httpx's client: its redirects and cookies are not wanted, and take time.
            self._transport = transport or httpx.AsyncHTTPTransport(
                verify=_trust(network, beside),
                proxy=network.proxy or None,
                trust_env=False,
                limits=_ONE if signing else _MANY,
            )
            if signing:
                self._transport = signing(self._transport)
        except (ValueError, OSError, httpx.InvalidURL, ImportError) as error:
            text = _("{file}: the loyalty system cannot be reached like this: {why}")
            raise ConfigError(text.format(file=beside, why=error)) from error

    async def close(self) -> None:
        await self._transport.aclose()

    def keep_secret(self, *texts: str) -> None:
        """Nobody is shown these, wherever they stand in what goes over the wire."""
        self._secrets.update(dict.fromkeys(text for text in texts if len(text) > 2))
        while len(self._secrets) > _MOST_SECRETS:
            del self._secrets[next(iter(self._secrets))]

    async def ask(self, call: Call, read: Callable[[Answer], A]) -> A:
        """Make a request and read its answer (any status below 500).

        ``read`` raises Refused for a no, and ValueError, LookupError or ArithmeticError for what
        makes no sense. Raises what it raised, Unavailable and OutcomeUnknown.
        """
        deadline = asyncio.get_running_loop().time() + self._seconds()
        try:
            answer = await self._once(call, 1, deadline)
        except Unavailable as error:
            answer = await self._again(call, error, deadline)
        return _read(call, answer, read)

    async def _again(self, call: Call, first: Unavailable, deadline: float) -> Answer:
        """After ``first`` came of it. Raises what ``ask`` raises."""

        def helps(error: Exception) -> bool:
            """Nothing happened, it may go better, and there is time."""
            hopeful = isinstance(error, Unavailable) and error.cause in _HOPEFUL
            return hopeful and asyncio.get_running_loop().time() < deadline

        async for attempt in stamina.retry_context(
            on=helps,
            attempts=1 + self._network.again,
            timeout=None,
            wait_initial=0.1,
            wait_max=2.0,
            wait_jitter=0.2,
        ):
            with attempt:
                if attempt.num == 1:
                    raise first
                answer = await self._once(call, attempt.num, deadline)
        return answer

    def _seconds(self) -> int:
        asking = tap()
        step = asking.method.name if asking else ""
        return self._network.steps.get(step, self._network.seconds)

    # --- one attempt

    async def _once(self, call: Call, attempt: int, deadline: float) -> Answer:
        at, began = self._clock.now(), perf_counter_ns()
        request, error = self._request(call), ""
        seen = Seen()
        meddler = MEDDLER.get()
        try:
            async with asyncio.timeout_at(deadline):
                if meddler is None:
                    seen.answer = await self._send(request, seen)
                else:
                    seen.answer = await meddler(call, lambda: self._send(request, seen), seen)
            _check_status(call, seen.answer)
        except (httpx.HTTPError, httpx.StreamError, OSError) as trouble:
            error = str(trouble) or type(trouble).__name__
            raise _outcome(trouble, call, seen) from trouble
        except CashierError as trouble:
            error = str(trouble)
            raise
        except asyncio.CancelledError:
            error = "cancelled"
            raise
        finally:
            self._tell(request, seen.answer, at, began, attempt, error)
        return seen.answer

    def _request(self, call: Call) -> httpx.Request:
        try:
            url = (
                call.url if call.url.startswith(_WHOLE) else f"{self._base}/{call.url.lstrip('/')}"
            )
            named = {name.lower() for name, _value in call.headers}
            headers = [one for one in self._headers if one[0].lower() not in named]
            return httpx.Request(
                call.method,
                _url(url),
                content=call.body or None,
                headers=[*headers, *call.headers],
                extensions=self._extensions,
            )
        except (httpx.InvalidURL, ValueError, TypeError) as error:  # a card number with a newline
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error

    async def _send(self, request: httpx.Request, seen: "Seen") -> Answer:
        """The answer as it came, not unpacked: a small body may unpack to a very large one."""
        try:
            response = await self._transport.handle_async_request(request)
            return await self._received(request, response, seen)
        except httpx.RequestError as error:
            error.request = request
            raise

    async def _received(
        self, request: httpx.Request, response: httpx.Response, seen: "Seen"
    ) -> Answer:
        body, stream = bytearray(), response.stream
        assert isinstance(stream, httpx.AsyncByteStream)  # it is an asynchronous transport
        try:
            async for part in stream:
                body += part
                if len(body) > self._largest:
                    del body[_KEPT:]
                    raise httpx.DecodingError("the answer is too large", request=request)
            if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
                raise httpx.DecodingError("packed, though nobody asked for it", request=request)
        finally:
            seen.answer = Answer(response.status_code, response.headers, bytes(body))
            await stream.aclose()
        return seen.answer

    def _tell(
        self,
        request: httpx.Request,
        answer: Answer | None,
        at: datetime,
        began: int,
        attempt: int,
        error: str,
    ) -> None:
        listening = tap()
        if listening is None:
            return
        listening.calls.append(
            WireCall(
                method=request.method,
                url=str(request.url),
                at=at,
                milliseconds=(perf_counter_ns() - began) // 1_000_000,
                attempt=attempt,
                request_headers=tuple(request.headers.multi_items()),
                request_body=request.content,
                status=answer.status if answer else 0,
                answer_headers=tuple(answer.headers.multi_items()) if answer else (),
                answer_body=answer.body if answer else b"",
                error=error,
                secrets=tuple(self._secrets),
            )
        )


_MANY = httpx.Limits(max_connections=100, max_keepalive_connections=20)
_ONE = httpx.Limits(max_connections=1)
_HEADERS = (
    ("Accept", "*/*"),
    ("Accept-Encoding", "identity"),
    ("User-Agent", "cashier-emulator"),
)
_WHOLE = ("http://", "https://")
_url = lru_cache(maxsize=64)(httpx.URL)
"""Most requests go to a few addresses, and reading one takes as long as reading a small answer."""
_MOST_SECRETS = 20
_HOPEFUL = (Cause.SILENCE, Cause.STATUS)
_KEPT = 65_536
"""Bytes of an answer that was too large, for the tester to see."""


def _authorization(url: httpx.URL) -> tuple[tuple[str, str], ...]:
    """Of an address with a name in it: ``https://name:password@loyalty.example``."""
    return (("Authorization", basic(url.username, url.password)),) if url.userinfo else ()


def basic(login: str, password: str) -> str:
    """The header ``Authorization`` of HTTP Basic."""
    return "Basic " + b64encode(f"{login}:{password}".encode()).decode()


def _trust(network: Network, beside: Path) -> ssl.SSLContext:
    """Whom we trust, and how we show who we are. Raises OSError, ssl.SSLError."""
    if network.authorities:
        context = ssl.create_default_context(cafile=_file(beside, network.authorities))
    else:
        context = httpx.create_ssl_context(verify=network.check_certificate, trust_env=False)
    if network.certificate:
        key = _file(beside, network.key) if network.key else None
        context.load_cert_chain(_file(beside, network.certificate), key)
    return context


def _file(beside: Path, name: str) -> Path:
    path = beside.parent / Path(name).expanduser()
    if not path.is_file():
        raise ValueError(_("{file}: there is no such file").format(file=path))
    return path


def _check_status(call: Call, answer: Answer) -> None:
    """A server in trouble; one that is busy has done nothing only where it says so (429)."""
    if answer.status == 429:
        raise Unavailable("429", cause=Cause.STATUS, raw=answer.body)
    if answer.status >= 500:
        raise _silence(call, str(answer.status), Cause.STATUS, answer.body)


def _read(call: Call, answer: Answer, read: Callable[[Answer], A]) -> A:
    try:
        return read(answer)
    except CashierError:
        raise
    except (ValueError, LookupError, ArithmeticError, RecursionError) as error:
        why = f"{answer.status}: {_first_line(error)}"
        if answer.status in (401, 403):
            raise Unavailable(why, cause=Cause.CREDENTIALS, raw=answer.body) from error
        if 400 <= answer.status < 500:  # refused before anything was done, in no words of ours
            raise Unavailable(why, cause=Cause.STATUS, raw=answer.body) from error
        raise _silence(call, why, Cause.PROTOCOL, answer.body) from error


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _silence(call: Call, why: str, cause: Cause, raw: bytes = b"") -> Unavailable | OutcomeUnknown:
    kind = OutcomeUnknown if call.changes else Unavailable
    return kind(why, cause=cause, raw=raw)


def _outcome(error: Exception, call: Call, seen: Seen) -> Unavailable | OutcomeUnknown:
    """Which outcome a trouble on the way is. Nothing was told where there was no connection."""
    chain = tuple(_causes(error))
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in chain):
        return Unavailable(_first_line(error), cause=Cause.CERTIFICATE)
    if any(isinstance(one, ssl.SSLError) and "ALERT" in str(one).upper() for one in chain):
        return Unavailable(_first_line(error), cause=Cause.CERTIFICATE)
    if any(isinstance(one, socket.gaierror) for one in chain):
        host = _("the host name {host} is not known")
        name = error.request.url.host if isinstance(error, httpx.RequestError) else ""
        return Unavailable(host.format(host=name), cause=Cause.SILENCE)
    why = _first_line(error) or type(error).__name__
    if isinstance(error, _NOT_SENT):
        return Unavailable(why)
    cut = "disconnected" in why or "closed" in why
    broken = isinstance(error, httpx.DecodingError | httpx.RemoteProtocolError) and not cut
    raw = seen.answer.body if seen.answer else b""
    return _silence(call, why, Cause.PROTOCOL if broken else Cause.SILENCE, raw)


_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

"""Showing who asks by NTLM, as sites on IIS want it: once on a connection, then never again."""

import asyncio
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64

import httpx
import spnego
from spnego.exceptions import SpnegoError

_ALLOWED = 65_536
"""Bytes of an answer that only says who is to show himself."""
_TOKEN = re.compile(r"(?:^|,)\s*NTLM\s+([A-Za-z0-9+/=]+)", re.IGNORECASE)
_WANTED = re.compile(r"(?:^|,)\s*NTLM\s*(?:,|$)", re.IGNORECASE)


class NtlmTransport(httpx.AsyncBaseTransport):
    """Around a transport with one connection. A request that is answered 401 did nothing, so it
    is made again with the words of the handshake."""

    def __init__(self, inner: httpx.AsyncBaseTransport, login: str, password: str) -> None:
        """``login``: ``DOMAIN\\name``, or a name alone."""
        self._inner, self._login, self._password = inner, login, password
        self._turn = asyncio.Lock()

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async with self._turn:  # nobody comes between the words of a handshake
            came = await self._inner.handle_async_request(request)
            if came.status_code != 401 or not _matching(_WANTED, came):
                return came
            await _read_to_the_end(came, request)
            return await self._shown(request)

    async def _shown(self, request: httpx.Request) -> httpx.Response:
        try:
            context = spnego.client(self._login, self._password, protocol="ntlm")
            came = await self._inner.handle_async_request(_with(request, context.step()))
            challenge = _matching(_TOKEN, came)
            if came.status_code != 401 or challenge is None:
                return came
            word = b64decode(challenge[1], validate=True)
            await _read_to_the_end(came, request)
            return await self._inner.handle_async_request(_with(request, context.step(word)))
        except (SpnegoError, NotBase64, ValueError) as error:
            raise httpx.RemoteProtocolError(f"NTLM: {error}", request=request) from error


def _matching(pattern: re.Pattern[str], came: httpx.Response) -> re.Match[str] | None:
    told = came.headers.get_list("www-authenticate")
    return next((found for one in told if (found := pattern.search(one))), None)


def _with(request: httpx.Request, word: bytes | None) -> httpx.Request:
    headers = request.headers.copy()
    headers["Authorization"] = f"NTLM {b64encode(word or b'').decode()}"
    return httpx.Request(
        request.method,
        request.url,
        headers=headers,
        content=request.content or None,
        extensions=request.extensions,
    )


async def _read_to_the_end(came: httpx.Response, request: httpx.Request) -> None:
    """So that the connection goes on."""
    read, stream = 0, came.stream
    assert isinstance(stream, httpx.AsyncByteStream)  # it is an asynchronous transport
    try:
        async for part in stream:
            read += len(part)
            if read > _ALLOWED:
                raise httpx.DecodingError("the answer is too large", request=request)
    finally:
        await stream.aclose()

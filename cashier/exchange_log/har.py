"""Exchanges as an HTTP archive (HAR 1.2): opens in the developer tools of every browser.

Each call over the wire is an entry. An exchange without one (the embedded system, a recording, a
fault on the exchange) is an entry too, so that no step is missing: its address is
``exchange://SYSTEM/METHOD``, its bodies are the abstract request and answer. What HAR has no field
for stands in fields with an underscore, which readers skip: ``_step``, ``_doing``, ``_receipt``,
``_operation``, ``_attempt``, ``_outcome``, ``_request``, ``_answer``, ``_notes``, ``_error``.
"""

import io
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import harfile

from cashier.witness import Exchange, Outcome, WireCall

_STATUS = {Outcome.ANSWERED: 200, Outcome.REFUSED: 409}
"""Of an exchange that went over no wire; 0: there is no answer."""
_JSON = "application/json; charset=utf-8"

Headers = Iterable[tuple[str, str]]


@dataclass
class _Asked(harfile.Request):
    """A request with what HAR has no field for."""

    more: dict[str, Any] = field(default_factory=dict)

    def asdict(self) -> dict[str, Any]:
        return {**super().asdict(), **self.more}


@dataclass
class _Answered(harfile.Response):
    error: str = ""

    def asdict(self) -> dict[str, Any]:
        return {**super().asdict(), **({"_error": self.error} if self.error else {})}


def har(exchanges: Iterable[Exchange], *, system: str, version: str) -> str:
    """The archive as text. Masks are for who hands the exchanges in."""
    out = io.StringIO()
    creator = harfile.Creator(name="cashier-emulator", version=version)
    with harfile.HarFile(out, creator=creator) as archive:
        for exchange in exchanges:
            for call in exchange.calls or (_stand_in(exchange, system),):
                _add(archive, exchange, call)
    return out.getvalue()


def _stand_in(exchange: Exchange, system: str) -> WireCall:
    """The abstract exchange as if it were a call."""
    return WireCall(
        method="ASK",
        url=f"exchange://{quote(system or 'system', safe='')}/{exchange.method}",
        at=exchange.at,
        milliseconds=exchange.milliseconds,
        request_headers=(("Content-Type", _JSON),),
        request_body=exchange.request,
        status=_STATUS.get(exchange.outcome, 0),
        answer_headers=(("Content-Type", _JSON),) if exchange.answer else (),
        answer_body=exchange.answer or exchange.raw,
        error=exchange.text,
    )


def _add(archive: harfile.HarFile, exchange: Exchange, call: WireCall) -> None:
    took = max(0, call.milliseconds)
    about = f"{exchange.method}: {exchange.outcome}"
    archive.add_entry(
        startedDateTime=call.at,
        time=took,
        request=_request(exchange, call),
        response=_response(call),
        timings=harfile.Timings(send=0, wait=took, receive=0),
        comment="; ".join((about, *exchange.notes)),
    )


def _request(exchange: Exchange, call: WireCall) -> _Asked:
    more = {
        "_step": exchange.method,
        "_doing": exchange.doing,
        "_receipt": exchange.receipt_id,
        "_operation": exchange.operation_id,
        "_attempt": exchange.attempt,
        "_outcome": exchange.outcome.value,
        "_request": _value(exchange.request),
        "_answer": _value(exchange.answer),
        "_notes": list(exchange.notes),
    }
    return _Asked(
        method=call.method,
        url=call.url,
        httpVersion="HTTP/1.1",
        cookies=list(_cookies(call.request_headers, "cookie")),
        headers=_records(call.request_headers),
        queryString=[
            harfile.Record(name, value)
            for name, value in parse_qsl(urlsplit(call.url).query, keep_blank_values=True)
        ],
        postData=_posted(call),
        bodySize=len(call.request_body),
        more={name: value for name, value in more.items() if value},
    )


def _posted(call: WireCall) -> harfile.PostData | None:
    if not call.request_body:
        return None
    text, encoding = _text(call.request_body)
    kind = _header(call.request_headers, "content-type") or "application/octet-stream"
    return harfile.PostData(mimeType=kind, text=text, comment=encoding)


def _response(call: WireCall) -> _Answered:
    text, encoding = _text(call.answer_body)
    kind = _header(call.answer_headers, "content-type") or "x-unknown"
    return _Answered(
        status=call.status,
        statusText=_status_text(call.status),
        httpVersion="HTTP/1.1" if call.status else "",
        cookies=list(_cookies(call.answer_headers, "set-cookie")),
        headers=_records(call.answer_headers),
        content=harfile.Content(
            size=len(call.answer_body), mimeType=kind, text=text, encoding=encoding
        ),
        redirectURL=_header(call.answer_headers, "location"),
        bodySize=len(call.answer_body) if call.status else -1,
        error=call.error,
    )


def _status_text(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _text(body: bytes) -> tuple[str, str | None]:
    """A body, and how it is written if it is no text."""
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError:
        return b64encode(body).decode("ascii"), "base64"


def _records(headers: Headers) -> list[harfile.Record]:
    return [harfile.Record(name, value) for name, value in headers]


def _header(headers: Headers, wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")


def _cookies(headers: Headers, wanted: str) -> Iterator[harfile.Cookie]:
    for name, value in headers:
        if name.lower() != wanted:
            continue
        try:
            found = SimpleCookie(value)
        except CookieError:
            continue
        for cookie in found.values():
            yield harfile.Cookie(cookie.key, cookie.value)


def _value(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")

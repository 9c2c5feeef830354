"""``cashier mapping check`` and ``cashier mapping try``: a mapping at work, and nothing is sent.

Requests of a till go the way they would go, as far as the network; there the sample answers of the
mapping stand in. So what is shown is what would be sent and read.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from xml.parsers.expat import ExpatError

import httpx
import simplejson
import xmltodict
from pydantic import TypeAdapter, ValidationError

from backends.exact_json import NotJson, read_json
from backends.http import Answer, Call, Network
from backends.mapped import samples
from backends.mapped.backend import MappedBackend
from backends.mapped.loading import load_mapping
from backends.mapped.options import Given, as_sent
from backends.mapped.plan import Mapping as Plan
from backends.mapped.plan import Wire
from cashier.clock import ManualClock
from cashier.config import read_text
from cashier.errors import CashierError, ConfigError
from cashier.exchange import Can, OutcomeUnknown, Refused, System, Unavailable
from cashier.i18n import _
from cashier.methods import METHODS
from cashier.receipt import Receipt
from cashier.uniform import call as asked

A = TypeVar("A")

URL = "https://service.example"
HIDDEN = "***"


@dataclass(frozen=True)
class Tried:
    text: str
    ok: bool
    """Whether every answer could be read."""


def check(path: Path) -> str:
    """What a mapping is able to do, in a few rows. Raises ConfigError."""
    mapping = load_mapping(path)
    rows = [f"{mapping.service.name}: {', '.join(mapping.service.can)}"]
    if mapping.sign_in is not None:
        rows += ["", "sign_in", f"    {_http(mapping.sign_in.wire)}"]
    for name, plan in mapping.methods.items():
        rows += ["", name]
        rows += [f"    {_http(one.wire)}" for one in plan.steps if one.wire is not None]
    return "\n".join(rows)


def _http(wire: Wire) -> str:
    """As it stands in the mapping."""
    path = "".join(one if isinstance(one, str) else f"{{{one.text}}}" for one in wire.path)
    return f"{wire.verb} {path}"


def try_mapping(
    path: Path,
    *,
    method: str = "",
    answer: str = "",
    receipt: str = "",
) -> Tried:
    """Every request of a till in a receipt's life, as this mapping would make it.

    ``method``: only this one; ``answer``: a file with its answer (``NAME=FILE`` for the call of
    that name); ``receipt``: a file with another receipt, as JSON. Raises ConfigError.
    """
    mapping = load_mapping(path)
    if method and method not in METHODS:
        text = _("There is no method {name}; methods are: {known}.")
        raise ConfigError(text.format(name=method, known=", ".join(METHODS)))
    if answer and not method:
        raise ConfigError(_("Whose answer is it? Say --method."))
    rehearsal = _Rehearsal(mapping, _answer_of(mapping, method, answer))
    bare = _receipt_of(receipt) if receipt else None
    return asyncio.run(_tried(mapping, rehearsal, method, bare))


async def _tried(
    mapping: Plan, rehearsal: "_Rehearsal", method: str, bare: Receipt | None
) -> Tried:
    backend = MappedBackend(
        mapping, _sample_options(mapping), ManualClock(samples.AT), rehearsal, nulls=[]
    )
    rehearsal.backend = backend
    opened = mapping.methods.get("open")
    if method not in ("", "open") and opened is not None and opened.settings is not None:
        rehearsal.silent = True  # what it brings is needed, and not asked about
        await rehearsal.rehearse(samples.requests(bare)[0])
        rehearsal.silent, rehearsal.ok = False, True
    context = ""
    for one in samples.requests(bare):
        if one.method.name in mapping.methods and method in ("", one.method.name):
            found = await rehearsal.rehearse(one)
            context = getattr(found, "context", "") or context
    return Tried("\n".join(rehearsal.rows), rehearsal.ok)


def _sample_options(mapping: Plan) -> Given:
    told: dict[str, Any] = {"url": URL, "login": "<login>", "password": "<password>"}
    for name, one in mapping.options.items():
        told[name] = f"<{name}>" if one.default in (None, "") else one.default
    hidden = ["<password>", *(f"<{name}>" for name, one in mapping.options.items() if one.secret)]
    return Given(mapping.service.url or URL, Network(), told, tuple(as_sent(hidden)))


def _answer_of(mapping: Plan, method: str, answer: str) -> Mapping[Wire, bytes]:
    """Which call the answer in a file is for. Raises ConfigError."""
    if not answer:
        return {}
    name, sign, file = answer.partition("=")
    plan = mapping.methods.get(method)
    steps = plan.steps if plan else ()
    wires = [one.wire for one in steps if one.wire and (not sign or one.name == name)]
    if not wires:
        raise ConfigError(_("The mapping has no such call in {method}.").format(method=method))
    try:
        return {wires[-1]: Path(file if sign else answer).read_bytes()}
    except OSError as error:
        raise ConfigError(f"{answer}: {error.strerror}") from error


def _receipt_of(file: str) -> Receipt:
    """Raises ConfigError."""
    try:
        return TypeAdapter(Receipt).validate_json(read_text(Path(file)), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "-"
        raise ConfigError(f"{file}: {where}: {first['msg']}") from error


@dataclass
class _Rehearsal:
    """Stands where the network would be."""

    mapping: Plan
    answers: Mapping[Wire, bytes]
    """In place of samples."""
    rows: list[str] = field(default_factory=list)
    ok: bool = True
    silent: bool = False
    backend: MappedBackend | None = None
    _secrets: set[str] = field(default_factory=set)

    async def rehearse(self, one: samples.Asked) -> Any:
        """What the mapping makes of a request; None where it makes nothing."""
        assert self.backend is not None
        title = f"{one.method.name} ({one.title})" if one.title else one.method.name
        self._say("", f"=== {title}")
        found, nulls = None, self.backend.nulls or []
        nulls.clear()
        try:
            found = await asked(self.backend, one.method, one.request)
        except Refused as no:
            why = _("Refused: {reason} ({code} {text})")
            self._say(why.format(reason=no.reason.value, code=no.code or "-", text=no.text))
        except _NoSample as missing:
            self._say(f"? {missing}")
        except (Unavailable, OutcomeUnknown) as trouble:
            self.ok = False
            self._say("! " + _("Cannot be read: {why}").format(why=trouble))
        else:
            if one.method.answer is None:
                self._say(_("Read as: done"))
            else:
                self._say(_("Read as:"), *_indented(_shown(one.method.answer, found)))
        for null in dict.fromkeys(nulls):
            self._say(f"? {null}")
        return found

    def _say(self, *rows: str) -> None:
        if self.silent:
            return
        for row in rows:
            self.rows.append(self._masked(row))

    def _masked(self, row: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            row = row.replace(secret, HIDDEN)
        return row

    # --- what stands for the network

    def keep_secret(self, *texts: str) -> None:
        self._secrets.update(text for text in texts if len(text) > 2)

    async def close(self) -> None:
        """There is nothing to close."""

    async def ask(self, call: Call, read: Callable[[Answer], A], wire: Wire) -> A:
        self._say(f"{call.method} {_address(self.mapping, call.url)}")
        self._say(*(f"    {name}: {value}" for name, value in call.headers))
        if call.body:
            self._say("", *_indented(_pretty(call.body)))
        body = self.answers.get(wire, wire.sample.encode())
        if not body.strip() and wire.sample_status == 200 and wire not in self.answers:
            text = _("{place}: no sample answer to read; give one, or say --answer FILE")
            raise _NoSample(text.format(place=wire.place))
        self._say(
            _("Answer: {status}, {size} bytes").format(status=wire.sample_status, size=len(body))
        )
        kind = {"content-type": f"application/{self.mapping.service.format}"}
        try:
            return read(Answer(wire.sample_status, httpx.Headers(kind), body))
        except CashierError:
            raise
        except (ValueError, LookupError, ArithmeticError) as error:
            raise Unavailable(str(error)) from error


class _NoSample(CashierError):
    """There is nothing to read."""


def _address(mapping: Plan, url: str) -> str:
    if url.startswith(("http://", "https://")):
        return url
    return (mapping.service.url or URL).rstrip("/") + url


def _pretty(body: bytes) -> str:
    """JSON and XML as people read them, a form as it is."""
    with suppress(NotJson):
        return _json(read_json(body))
    with suppress(ExpatError):
        return xmltodict.unparse(xmltodict.parse(body), pretty=True, indent="  ")
    return body.decode(errors="replace")


def _shown(kind: Any, value: Any) -> str:
    """An abstract answer, without what it leaves out."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    told = adapter.dump_python(value, mode="json", exclude_defaults=True)
    if isinstance(value, System):
        told["can"] = [one.name.lower() for one in Can if one in value.can and one.name]
    return _json(told)


def _json(value: Any) -> str:
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, indent=2)


def _indented(text: str) -> list[str]:
    return [f"    {row}" for row in text.splitlines()]

"""Recordings of the exchange: plain data, a JSON object a line, never loaded as code.

The first line says what the recording is, each other line is one exchange: the abstract request and
answer, what came of it, and every call over the wire, bodies as text or base64. What does not read
as that is refused with the number of its line.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    JsonValue,
    PlainSerializer,
    ValidationError,
)
from pydantic_core import PydanticSerializationError

from cashier.errors import ConfigError
from cashier.exchange import Cause, FeedbackLeft, Reason
from cashier.i18n import _
from cashier.methods import METHODS
from cashier.records import read
from cashier.witness import Exchange, Outcome, WireCall

FORMAT = 1
"""Version of the format; a higher one was made by a newer program."""
LARGEST_LINE = 32_000_000
"""Bytes; an answer of the largest size with everything around it fits."""
MOST_LINES = 200_000
REMARK = "drill"
"""A line that is no request: what the program itself found out."""

_BASE64 = "base64:"


def _to_text(body: bytes) -> str:
    """Text where it is some, so that a person can read and a tool can compare it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = _BASE64
    return _BASE64 + b64encode(body).decode("ascii") if text.startswith(_BASE64) else text


def _to_bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise ValueError("expected text")
    if not text.startswith(_BASE64):
        return text.encode()
    try:
        return b64decode(text[len(_BASE64) :], validate=True)
    except NotBase64 as error:
        raise ValueError("not base64") from error


Body = Annotated[bytes, BeforeValidator(_to_bytes), PlainSerializer(_to_text, return_type=str)]


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Header(_Plain):
    recording: int
    """``FORMAT``."""
    program: str = ""
    system: str = ""
    """The name that the shop card has for it."""
    shop: str = ""
    masked: bool = True
    """Secrets and personal data are masked."""


class _Call(_Plain):
    method: str
    url: str
    at: AwareDatetime
    milliseconds: int = 0
    attempt: int = 1
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: Body = b""
    status: int = 0
    answer_headers: tuple[tuple[str, str], ...] = ()
    answer_body: Body = b""
    error: str = ""
    secrets: tuple[str, ...] = ()


class _Line(_Plain):
    """An ``Exchange`` as a line."""

    at: AwareDatetime
    doing: str = ""
    method: str
    outcome: Outcome
    request: dict[str, JsonValue] = {}
    answer: JsonValue = None
    text: str = ""
    reason: str = ""
    code: str = ""
    raw: Body = b""
    receipt_id: str = ""
    operation_id: str = ""
    attempt: int = 1
    milliseconds: int = 0
    notes: tuple[str, ...] = ()
    calls: tuple[_Call, ...] = ()


# --- writing


class Recorder:
    """Keeps every exchange in a file; hand it to a ``Witness``.

    A disk that takes no more ends the recording, never the sale: ``troubled`` is told once.
    """

    def __init__(
        self,
        path: Path,
        *,
        system: str,
        shop: str,
        mask: Callable[[Exchange], Exchange] | None,
        troubled: Callable[[str], None],
    ) -> None:
        """``mask`` None keeps everything. Raises ConfigError; an old recording is never written
        over."""
        self._mask, self._troubled = mask, troubled
        self._file: BinaryIO | None = None
        try:
            self._file = path.open("xb")
        except FileExistsError as error:
            text = _("{file}: exists already; a recording is never written over")
            raise ConfigError(text.format(file=path)) from error
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from error
        header = Header(
            recording=FORMAT, program=_version(), system=system, shop=shop, masked=mask is not None
        )
        self._write(header.model_dump_json().encode())

    def __call__(self, exchange: Exchange) -> None:
        if self._file is not None:
            self._write(line_of(self._mask(exchange) if self._mask else exchange))

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _write(self, line: bytes) -> None:
        if self._file is None or not line:
            return
        try:
            self._file.write(line + b"\n")
            self._file.flush()
        except OSError as error:
            file, self._file = self._file, None
            self._troubled(_("The recording ends here: {why}").format(why=error.strerror))
            try:
                file.close()
            except OSError:
                return


def line_of(exchange: Exchange) -> bytes:
    """An exchange as a line; empty where there is text in it that no file can hold."""
    plain = {name: getattr(exchange, name) for name in _Line.model_fields}
    plain["request"] = _value(exchange.request) or {}
    plain["answer"] = _value(exchange.answer)
    plain["calls"] = tuple(
        _Call.model_construct(**{name: getattr(one, name) for name in _Call.model_fields})
        for one in exchange.calls
    )
    try:
        return _Line.model_construct(**plain).model_dump_json(exclude_defaults=True).encode()
    except PydanticSerializationError:
        return b""


def _value(body: bytes) -> Any:
    return json.loads(body) if body else None


def _version() -> str:
    try:
        return version("cashier-emulator")
    except PackageNotFoundError:
        return ""


# --- reading


@dataclass(frozen=True)
class Recording:
    """What was said between a till and a loyalty system, in order."""

    header: Header
    exchanges: tuple[Exchange, ...]

    @classmethod
    def load(cls, path: Path) -> "Recording":
        """Raises ConfigError that names file and line."""
        lines = _lines(path)
        number, first = next(lines, (1, b""))
        header = _header(path, number, first)
        exchanges = []
        for number, line in lines:
            try:
                exchange = _exchange(_Line.model_validate_json(line, strict=True))
            except (ValueError, RecursionError) as error:
                if not line.endswith(b"\n"):
                    break  # the program was killed while it wrote this
                raise _wrong(path, number, error) from error
            exchanges.append(exchange)
        return cls(header, tuple(exchanges))


def _header(path: Path, number: int, line: bytes) -> Header:
    try:
        header = Header.model_validate_json(line, strict=True)
    except (ValueError, RecursionError) as error:
        text = _("{file} is no recording of an exchange")
        raise ConfigError(f"{text.format(file=path)}: {_wrong(path, number, error)}") from error
    if not 1 <= header.recording <= FORMAT:
        text = _("{file} was recorded by another version of this program ({version})")
        raise ConfigError(text.format(file=path, version=header.program or "?"))
    return header


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number in range(1, MOST_LINES + 2):
                line = file.readline(LARGEST_LINE + 1)
                if not line:
                    return
                if number > MOST_LINES or len(line) > LARGEST_LINE:
                    raise _wrong(path, number, ValueError(_("too large for a recording")))
                yield number, line
    except FileNotFoundError as error:
        raise ConfigError(_("{file}: there is no such file").format(file=path)) from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def _wrong(path: Path, number: int, error: Exception) -> ConfigError:
    why = str(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        why = f"{where}: {first['msg']}" if where else first["msg"]
    text = _("{file}, line {line}: {why}")
    return ConfigError(text.format(file=path, line=number, why=why[:300]))


_TROUBLE = (Outcome.REFUSED, Outcome.UNAVAILABLE, Outcome.UNKNOWN)
"""What may leave feedback."""


def _exchange(line: _Line) -> Exchange:
    """Raises ValueError for what nobody can have said."""
    method = METHODS.get(line.method)
    if method is None and line.method != REMARK:
        raise ValueError(f"method: {line.method[:40]}")
    if line.outcome is Outcome.REFUSED:
        Reason(line.reason)
    elif line.outcome in (Outcome.UNAVAILABLE, Outcome.UNKNOWN):
        Cause(line.reason)
    answer = b""
    if line.outcome is Outcome.ANSWERED:
        answer = json.dumps(line.answer, ensure_ascii=False).encode()
        if method is not None:
            read(method.answer, answer)
    elif line.outcome in _TROUBLE and line.answer is not None:
        answer = json.dumps(line.answer, ensure_ascii=False).encode()
        read(FeedbackLeft, answer)
    plain = {name: getattr(line, name) for name in _Line.model_fields}
    plain["request"] = json.dumps(line.request, ensure_ascii=False).encode()
    plain["answer"] = answer
    plain["calls"] = tuple(
        WireCall(**{name: getattr(one, name) for name in _Call.model_fields}) for one in line.calls
    )
    return Exchange(**plain)

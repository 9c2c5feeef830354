"""One receipt as a folder that says everything to whoever is to mend it.

What was pressed, what the screen showed, what was said to the loyalty system, what was printed, and
with which versions. Secrets and people are masked unless somebody asks for all of it; passwords of
the shop card never leave it.
"""

import json
import platform
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from cashier.commands import Command, EnterCode
from cashier.errors import StorageError
from cashier.exchange_log.har import har
from cashier.i18n import _
from cashier.masking.masker import HIDDEN, Masker
from cashier.receipt import Receipt
from cashier.recording import FORMAT, Header, line_of
from cashier.witness import Exchange, Outcome

if TYPE_CHECKING:
    from cashier.exchange_log.log import ExchangeLog
    from cashier.journal import Journal
    from cashier.shop import Shop


@dataclass(frozen=True)
class Picture:
    """What the screen showed."""

    text: str
    svg: str


@dataclass(frozen=True)
class Case:
    """All that is known of one receipt."""

    shop: "Shop"
    at: datetime
    receipt_id: str
    number: str
    receipt: Receipt | None
    exchanges: tuple[Exchange, ...]
    """Those of the receipt; the greeting, which says who the system is, before them."""
    commands: tuple[tuple[datetime, Command], ...]
    system: str = ""
    """How the loyalty system calls itself."""

    @property
    def name(self) -> str:
        return self.number or self.receipt_id


def gather(
    shop: "Shop",
    journal: "Journal",
    log: "ExchangeLog",
    receipt_id: str,
    at: datetime,
    receipt: Receipt | None = None,
) -> Case:
    """``receipt``: as it stands, if it is not finished yet. Raises StorageError."""
    entries = log.of(receipt_id)
    first = next((entry.seq for entry in entries if entry.seq), 0)
    greeting = log.opening(first)
    told = (*((greeting,) if greeting else ()), *entries)
    exchanges = tuple(log.whole(one) for one in told if one.exchange.outcome is not Outcome.PENDING)
    return Case(
        shop=shop,
        at=at,
        receipt_id=receipt_id,
        number=log.number(receipt_id),
        receipt=journal.sale_by_id(receipt_id) or receipt,
        exchanges=exchanges,
        commands=tuple(journal.commands(receipt_id)),
        system=_system(exchanges),
    )


def _system(exchanges: Iterable[Exchange]) -> str:
    for exchange in exchanges:
        if exchange.method == "open" and exchange.answer:
            return str(json.loads(exchange.answer).get("name", ""))
    return ""


def masker_of(case: Case) -> Masker:
    """One that knows everybody in it."""
    masker = Masker.for_shop(case.shop)
    for exchange in case.exchanges:
        masker.learn(exchange)
    for _at, command in case.commands:
        masker.learn_message(_plain(command))
        if isinstance(command, EnterCode):
            masker.learn_secrets((command.code,))
    if case.receipt is not None:
        masker.learn_message(_plain(case.receipt))
    return masker


def write(
    folder: Path,
    case: Case,
    masker: Masker | None,
    *,
    keys: str | None = None,
    picture: Picture | None = None,
) -> Path:
    """The folder; None as ``masker`` leaves everything readable. ``keys`` and ``picture`` are
    masked by whoever made them. Raises StorageError."""
    try:
        folder.mkdir(parents=True, mode=0o700)
        for name, text in _files(case, masker, keys, picture):
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        text = _("{folder}: the report cannot be written: {why}")
        raise StorageError(text.format(folder=folder, why=error.strerror or error)) from error
    return folder


def _files(
    case: Case, masker: Masker | None, keys: str | None, picture: Picture | None
) -> Iterator[tuple[str, str]]:
    exchanges = [masker.exchange(one) if masker else one for one in case.exchanges]
    yield "README.txt", _readme(case, masked=masker is not None, seen=picture is not None)
    yield "keys.txt", (_("Nothing was written down.") if keys is None else keys) + "\n"
    yield "commands.jsonl", "".join(_command_lines(case, masker))
    nothing = _("The till was not running: there is no picture of its screen.")
    yield "screen.txt", f"{picture.text if picture else nothing}\n"
    if picture is not None:
        yield "screen.svg", picture.svg
    yield "exchanges.jsonl", _recording(case, exchanges, masked=masker is not None)
    yield "exchanges.har", har(exchanges, system=case.shop.loyalty.system, version=program())
    slip = _slip(case)
    yield "slip.txt", masker.text(slip) if masker else slip
    yield "versions.txt", _versions(case)
    yield "shop.json", _shop(case, masker)


def _readme(case: Case, *, masked: bool, seen: bool) -> str:
    lines = (
        _("Receipt {name}, reported on {at}.").format(
            name=case.name, at=f"{case.at:%Y-%m-%d %H:%M:%S %z}"
        ),
        _("keys.txt: what was pressed; commands.jsonl: what the till did of it, in order."),
        _("screen.txt, screen.svg: what the screen showed; slip.txt: what was printed.")
        if seen
        else _("slip.txt: what was printed. It was written without the screen of the till."),
        _(
            "exchanges.har opens in the developer tools of a browser; exchanges.jsonl is a"
            " recording: cashier --replay exchanges.jsonl plays it."
        ),
        _("Names, phones, cards, passwords are masked; the same value has the same mask.")
        if masked
        else _("NOTHING IS MASKED: names, phones, cards and passwords can be read."),
    )
    return "\n".join(lines) + "\n"


def _recording(case: Case, exchanges: Iterable[Exchange], *, masked: bool) -> str:
    header = Header(
        recording=FORMAT,
        program=program(),
        system=case.shop.loyalty.system,
        shop=case.shop.shop,
        masked=masked,
    )
    lines = [header.model_dump_json().encode(), *map(line_of, exchanges)]
    return "".join(f"{line.decode()}\n" for line in lines if line)


def _command_lines(case: Case, masker: Masker | None) -> Iterator[str]:
    for at, command in case.commands:
        fields = _plain(command)
        if masker is not None:
            fields = masker.message(fields)
            if isinstance(command, EnterCode):
                fields["code"] = HIDDEN
        said = {"at": at.isoformat(), "command": type(command).__name__, **fields}
        yield json.dumps(said, ensure_ascii=False) + "\n"


def _plain(value: object) -> Any:
    return TypeAdapter(type(value)).dump_python(value, mode="json")


def _slip(case: Case) -> str:
    if case.receipt is None or case.receipt.closed_at is None:
        return _("The receipt is not finished: nothing was printed.") + "\n"
    from cashier.printing.text import render
    from cashier.slip import slip_of

    return render(slip_of(case.receipt, case.shop), case.shop.slip.columns) + "\n"


def _shop(case: Case, masker: Masker | None) -> str:
    """Without its secrets, masked or not."""
    text = json.dumps(case.shop.model_dump(mode="json"), ensure_ascii=False, indent=2)
    secrets = Masker()
    for exchange in case.exchanges:
        for call in exchange.calls:
            secrets.learn_secrets(call.secrets)
    bare = secrets.secrets_only(text)
    return (masker.body(bare.encode()).decode() if masker else bare) + "\n"


_LIBRARIES = ("textual", "rich", "pydantic", "httpx", "stamina", "simplejson", "jmespath")


def _versions(case: Case) -> str:
    rows = [
        ("cashier-emulator", program()),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        (_("machine"), f"{platform.system()} {platform.release()} {platform.machine()}"),
        (_("loyalty system"), f"{case.shop.loyalty.system or '-'} ({case.system or '-'})"),
        *((name, _version(name)) for name in _LIBRARIES),
    ]
    return "".join(f"{name}: {value}\n" for name, value in rows)


def program() -> str:
    """The version of this program."""
    return _version("cashier-emulator")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"

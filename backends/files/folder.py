"""The exchange folder: how a till and its back office hand files over without losing one.

A load: the office writes it under another name, renames it, then makes the empty flag. The till
takes it when the flag is there: it keeps what the file says, for good, then
``settle_load``: the mark in line 2 becomes ``@``, then the flag goes. A report: the till writes one
when the last is marked ``@``; the office keeps it, then marks line 1.

Whoever is killed between two steps finds the same file again, with the same ``digest``.
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from backends.files.formats.model import BadFile, Load, Profile, SalesReport, Trouble
from cashier.i18n import _

LOAD_MARK, REPORT_MARK = 2, 1
REQUEST = "$$$TRANSACTIONSBYDATERANGE"
_LARGEST = 256 * 1024 * 1024
_START = 4096
"""Bytes in which the mark stands."""
_DAYS = re.compile(r"(\d{2}\.\d{2}\.\d{4});(\d{2}\.\d{2}\.\d{4})", re.ASCII)


@dataclass(frozen=True)
class Names:
    """What the files are called: emulated, sources tell only ``goods.txt``."""

    load: str = "goods.txt"
    load_flag: str = "goods.flg"
    report: str = "report.txt"
    report_flag: str = "report.flg"


@dataclass(frozen=True)
class FoundLoad:
    """A load that waits; ``digest`` is the same for the same contents, marked or not."""

    load: Load
    troubles: tuple[Trouble, ...]
    digest: str
    read_before: bool
    """It is marked: do not apply it again, only ``settle_load``."""


@dataclass(frozen=True)
class FoundReport:
    """A report that waits to be processed."""

    report: SalesReport
    troubles: tuple[Trouble, ...]
    digest: str


@dataclass(frozen=True)
class Request:
    """The office wants the sales of these days, both included."""

    first: date
    last: date


class Folder:
    """Both sides of one folder. What is wrong with a file is BadFile, and the file stays.

    OSError passes: a folder that cannot be written to is the caller's to tell.
    """

    def __init__(self, where: Path, profile: Profile, names: Names | None = None) -> None:
        self._profile, names = profile, names or Names()
        self.load, self.load_flag = where / names.load, where / names.load_flag
        self.report, self.report_flag = where / names.report, where / names.report_flag

    # The back office.

    def put_load(self, load: Load) -> bool:
        """False: the till has not taken the last one yet, nothing was written."""
        if self.load_flag.exists():
            return False
        _write(self.load, self._profile.write_load(load))
        _write(self.load_flag, b"")
        return True

    def put_request(self, wanted: Request) -> None:
        """Ask the till for a report; a request that still waits is replaced."""
        days = f"{wanted.first:%d.%m.%Y};{wanted.last:%d.%m.%Y}"
        _write(self.report_flag, f"{REQUEST}\r\n{days}\r\n".encode("ascii"))

    def find_report(self) -> FoundReport | None:
        """None: there is none that was not processed. Raises BadFile."""
        data = _read(self.report)
        if data is None or self._profile.read_processed(data, REPORT_MARK):
            return None
        report, troubles = self._profile.read_report(data, self.report.name)
        return FoundReport(report, troubles, self._digest(data, REPORT_MARK))

    def report_waits(self) -> bool:
        """Without reading all of it. Raises BadFile."""
        data = _read(self.report, _START)
        return data is not None and not self._profile.read_processed(data, REPORT_MARK)

    def settle_report(self, found: FoundReport) -> None:
        """What it says is kept: mark it. A report that came in its place stays unread."""
        self._mark(self.report, REPORT_MARK, found.digest)

    # The till.

    def find_load(self) -> FoundLoad | None:
        """None: nothing new. Raises BadFile: half-written, or a flag without a file."""
        if not self.load_flag.exists():
            return None
        data = _read(self.load)
        if data is None:
            words = _("the flag {flag} is there, the file is not")
            raise BadFile(self.load.name, 0, words.format(flag=self.load_flag.name))
        return self._load(data)

    def find_taken_load(self) -> FoundLoad | None:
        """The last one that a till has taken, for one whose data are gone. Raises BadFile."""
        data = _read(self.load)
        if data is None or not self._profile.read_processed(data, LOAD_MARK):
            return None
        return self._load(data)

    def _load(self, data: bytes) -> FoundLoad:
        load, troubles = self._profile.read_load(data, self.load.name)
        before = self._profile.read_processed(data, LOAD_MARK)
        return FoundLoad(load, troubles, self._digest(data, LOAD_MARK), before)

    def left_without_flag(self) -> Trouble | None:
        """A load that is not marked and has no flag is not taken: the office was interrupted."""
        data = None if self.load_flag.exists() else _read(self.load, _START)
        if data is None or self._profile.read_processed(data, LOAD_MARK):
            return None
        words = _("the file is there, the flag {flag} is not: it is not taken")
        return Trouble(self.load.name, 0, words.format(flag=self.load_flag.name))

    def settle_load(self, found: FoundLoad) -> None:
        """What it says is kept: mark it, then remove the flag. A newer load stays as it is."""
        if self.mark_load(found):
            self.load_flag.unlink(missing_ok=True)

    def mark_load(self, found: FoundLoad) -> bool:
        """The first half of ``settle_load``. False: another load lies there now."""
        return self._mark(self.load, LOAD_MARK, found.digest)

    def find_request(self) -> Request | None:
        """None: the office asks for nothing. Raises BadFile."""
        data = _read(self.report_flag)
        if data is None:
            return None
        lines = data.decode("ascii", "replace").split()
        name = self.report_flag.name
        if not lines or lines[0] != REQUEST:
            raise BadFile(name, 1, _("expected {command}").format(command=REQUEST))
        found = _DAYS.fullmatch(lines[1]) if len(lines) > 1 else None
        try:
            first, last = map(_day, found.groups()) if found else (date.max, date.min)
        except ValueError:
            first, last = date.max, date.min
        if first > last:
            raise BadFile(name, 2, _("expected two days as dd.mm.yyyy;dd.mm.yyyy"))
        return Request(first, last)

    def put_report(self, report: SalesReport) -> bool:
        """False: the office has not processed the last one, nothing was written.

        The request, when there is one, goes last: a till killed before that answers it again.
        """
        if self.report_waits():
            return False
        _write(self.report, self._profile.write_report(report))
        self.report_flag.unlink(missing_ok=True)
        return True

    def _mark(self, file: Path, line: int, digest: str) -> bool:
        data = _read(file)
        if data is None or self._digest(data, line) != digest:
            return False
        if not self._profile.read_processed(data, line):
            _write(file, self._profile.mark(data, line))
        return True

    def _digest(self, data: bytes, line: int) -> str:
        return sha256(self._profile.mark(data, line)).hexdigest()


def _day(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 (a day has no zone)


def _read(file: Path, most: int = -1) -> bytes | None:
    """The first ``most`` bytes, below zero all. None: there is no such file. Raises BadFile for
    what is no file, or far too large."""
    try:
        if not file.is_file():
            if file.exists():
                raise BadFile(file.name, 0, _("expected a file"))
            return None
        with file.open("rb") as opened:
            data = opened.read(_LARGEST + 1 if most < 0 else most)
    except FileNotFoundError:
        return None
    if len(data) > _LARGEST:
        raise BadFile(file.name, 0, _("the file is too large"))
    return data


def _write(file: Path, data: bytes) -> None:
    """All of it or nothing, also after a power cut: under another name first, then renamed."""
    aside = file.with_name(file.name + ".tmp")
    with aside.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    aside.replace(file)
    with suppress(OSError):  # a system that cannot sync a folder keeps the order by itself
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

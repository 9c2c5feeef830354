"""A sales report: three header lines, then a transaction in every line.

The first seven fields say the same in both families; a table of each says the others by type.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from backends.files.formats.model import (
    ALONE,
    ENDS,
    BadFile,
    Kind,
    SalesReport,
    Transaction,
    Trouble,
)
from backends.files.formats.record import NUMBER, TEXT, WHOLE, Record, Way
from backends.files.formats.text import (
    READ,
    UNREAD,
    Row,
    day,
    each,
    encoded,
    lines_of,
    text,
    unknown,
)
from cashier.i18n import _

_HEADER = 3
HEAD: dict[int, tuple[str, Way]] = {
    1: ("number", NUMBER),
    5: ("till", TEXT),
    6: ("receipt", WHOLE),
    7: ("cashier", TEXT),
}
"""Fields 2 and 3 are the moment, 4 is the type."""


@dataclass(frozen=True)
class Types:
    """The transactions of a family."""

    written: Mapping[Kind, tuple[int, Record]]
    """What is not here the family has no word for."""
    kind: Callable[[Row], Kind | None]
    """What a line is, by its type; None: unknown. May raise ValueError."""

    def write(self, report: SalesReport) -> bytes:
        told = (self._line(one) for one in report.transactions if one.kind in self.written)
        return encoded([UNREAD, text(report.database), str(report.number), *told])

    def _line(self, one: Transaction) -> str:
        number, record = self.written[one.kind]
        return record.write(one, {2: day(one.at), 3: f"{one.at:%H:%M:%S}", 4: number})

    def read(self, data: bytes, name: str) -> tuple[SalesReport, tuple[Trouble, ...]]:
        """All that can be read; a receipt that has no end is also a trouble. Raises BadFile."""
        lines, found = lines_of(data, name), list[Transaction]()
        report = _header(lines, name)
        numbered = islice(enumerate(lines, 1), _HEADER, None)
        troubles = list(each(numbered, name, lambda line: found.append(self._read(Row(line)))))
        last = next((one for one in reversed(found) if one.kind not in ALONE), None)
        if last and last.kind not in ENDS:
            words = _("half-written: receipt {receipt} has no end").format(receipt=last.receipt)
            troubles.append(Trouble(name, len(lines), words))
        return replace(report, transactions=tuple(found)), tuple(troubles)

    def _read(self, given: Row) -> Transaction:
        kind = self.kind(given) or unknown(given.text(4))
        _number, record = self.written[kind]
        return Transaction(at=given.moment(2, 3), kind=kind, **record.read(given))


def _header(lines: list[str], name: str) -> SalesReport:
    """The mark, the database, the number."""
    if not lines or lines[0].strip() not in (UNREAD, READ):
        raise BadFile(name, 1, _("expected # or @"))
    if len(lines) < _HEADER:
        raise BadFile(name, len(lines), _("half-written: expected three header lines"))
    try:
        return SalesReport(Row(lines[2]).whole(1), Row(lines[1]).text(1))
    except ValueError as error:
        raise BadFile(name, _HEADER, str(error)) from None

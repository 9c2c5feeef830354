"""The frame of a sales report: three header lines, then a transaction in every line."""

from collections.abc import Callable
from itertools import islice

from backends.files.formats.model import BadFile, Kind, SalesReport, Transaction, Trouble
from backends.files.formats.text import READ, UNREAD, Row, each, text
from cashier.i18n import _

_HEADER = 3


def header(report: SalesReport) -> list[str]:
    """The mark, the database, the number."""
    return [UNREAD, text(report.database), str(report.number)]


def read_header(lines: list[str], name: str) -> SalesReport:
    """A report without its transactions. Raises BadFile."""
    if not lines or lines[0].strip() not in (UNREAD, READ):
        raise BadFile(name, 1, _("expected # or @"))
    if len(lines) < _HEADER:
        raise BadFile(name, len(lines), _("half-written: expected three header lines"))
    try:
        return SalesReport(Row(lines[2]).whole(1), Row(lines[1]).text(1))
    except ValueError as error:
        raise BadFile(name, _HEADER, str(error)) from None


def read_transactions(
    lines: list[str], name: str, read: Callable[[Row], Transaction]
) -> tuple[tuple[Transaction, ...], tuple[Trouble, ...]]:
    """All that can be read; a receipt that has no end is also a trouble."""
    found: list[Transaction] = []
    numbered = islice(enumerate(lines, 1), _HEADER, None)
    troubles = list(each(numbered, name, lambda line: found.append(read(Row(line)))))
    last = found[-1] if found else None
    if last and last.kind not in (Kind.CLOSED, Kind.CANCELLED, Kind.Z_REPORT):
        words = _("half-written: receipt {receipt} has no end").format(receipt=last.receipt)
        troubles.append(Trouble(name, len(lines), words))
    return tuple(found), tuple(troubles)

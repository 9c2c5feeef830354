"""``cashier exchanges`` and ``cashier bugreport``: what was said to the loyalty system."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier.i18n import _

if TYPE_CHECKING:
    from cashier.exchange_log.log import Entry, ExchangeLog
    from cashier.journal import Journal
    from cashier.masking.masker import Masker
    from cashier.opening import Place
    from cashier.shop import Shop
    from cashier.witness import Exchange


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    exchanges = commands.add_parser(
        "exchanges", parents=[common], help=_("what was said to the loyalty system")
    )
    exchanges.add_argument(
        "receipt", nargs="?", default="", help=_("receipt number; the newest of all receipts")
    )
    exchanges.add_argument(
        "--last", type=int, default=20, metavar="N", help=_("without a receipt: how many")
    )
    exchanges.add_argument("--find", default="", metavar="TEXT", help=_("only those that say this"))
    form = exchanges.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("as JSON lines, with everything"))
    form.add_argument("--curl", action="store_true", help=_("as commands that can be run"))
    form.add_argument(
        "--har", metavar="FILE", type=Path, help=_("as an archive for the browser's tools")
    )
    _may_unmask(exchanges)
    exchanges.set_defaults(run=_exchanges)
    report = commands.add_parser(
        "bugreport", parents=[common], help=_("write one receipt, with all that belongs to it")
    )
    report.add_argument("receipt", nargs="?", default="", help=_("receipt number; the last one"))
    report.add_argument(
        "--out", required=True, metavar="FOLDER", type=Path, help=_("a folder that is not there")
    )
    _may_unmask(report)
    report.set_defaults(run=_report)


def _may_unmask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--unmasked", action="store_true", help=_("names, phones, cards and passwords, too")
    )


class _Kept:
    """The journal of a till, and what is kept in it."""

    def __init__(self, place: "Place", shop: "Shop", journal: "Journal") -> None:
        from cashier.exchange_log.log import ExchangeLog

        self.place, self.shop, self.journal = place, shop, journal
        self.log: ExchangeLog = ExchangeLog(journal.database, 0)


def _opened(chosen: argparse.Namespace) -> _Kept | None:
    """None, and a sentence: nothing was sold here."""
    from cashier.journal import Journal
    from cashier.opening import Place, read_shop

    place = Place.of(chosen.shop, chosen.data, chosen.lang)
    shop = read_shop(place)
    path = place.folder / "journal.db"
    if not path.exists():
        print(_("Nothing was sold yet."), file=sys.stderr)
        return None
    return _Kept(place, shop, Journal.read(path))


def _named(kept: _Kept, name: str) -> str | None:
    found = kept.log.named(name)
    if found is None:
        print(_("There is no such receipt."), file=sys.stderr)
    return found


# --- exchanges


def _exchanges(chosen: argparse.Namespace) -> int:
    kept = _opened(chosen)
    if kept is None:
        return 2
    with closing(kept.journal):
        if not chosen.receipt:
            entries = _newest(kept.log, max(1, chosen.last), chosen.find)
        elif (receipt_id := _named(kept, chosen.receipt)) is None:
            return 2
        else:
            entries = [one for one in kept.log.of(receipt_id) if _says(kept.log, one, chosen.find)]
        if chosen.json or chosen.curl or chosen.har:
            return _write(chosen, kept, entries)
        for row in _rows(kept, entries, None if chosen.unmasked else _masker(kept, entries)):
            print(row)
        if not entries:
            print(_("Nothing was said."))
    return 0


def _newest(log: "ExchangeLog", limit: int, text: str) -> "list[Entry]":
    """The newest that say ``text``, in order."""
    found: list[Entry] = []
    before = 0
    while len(found) < limit:
        page = log.recent(_PAGE if text else limit, before)
        if not page:
            break
        found = [*(one for one in page if _says(log, one, text)), *found]
        before = page[0].seq
    return found[-limit:]


_PAGE = 200


def _says(log: "ExchangeLog", entry: "Entry", text: str) -> bool:
    from cashier.exchange_log.search import says

    return not text or says(log.whole(entry), text)


def _masker(kept: _Kept, entries: "Iterable[Entry]") -> "Masker":
    """One that knows everybody in these, and in all that was said for their receipts."""
    from cashier.masking.masker import Masker

    masker = Masker.for_shop(kept.shop)
    receipts = {one.exchange.receipt_id: None for one in entries}
    alone = (one for one in entries if not one.exchange.receipt_id)
    theirs = (one for receipt_id in receipts if receipt_id for one in kept.log.of(receipt_id))
    for entry in (*alone, *theirs):
        masker.learn(kept.log.whole(entry))
    return masker


def _rows(kept: _Kept, entries: "Iterable[Entry]", masker: "Masker | None") -> Iterator[str]:
    from cashier.exchange_log.words import MARKS, method_words, outcome_words, took_words

    numbers: dict[str, str] = {}
    for entry in entries:
        one = entry.exchange
        if one.receipt_id not in numbers:
            numbers[one.receipt_id] = kept.log.number(one.receipt_id) if one.receipt_id else ""
        attempt = f"×{one.attempt}" if one.attempt > 1 else ""
        about = "; ".join((outcome_words(one), *one.notes))
        yield (
            f"{entry.seq:>6}  {one.at:%Y-%m-%d %H:%M:%S}  {numbers[one.receipt_id]:<14}"
            f"  {MARKS[one.outcome]} {method_words(one.method):<28} {attempt:<3}"
            f" {took_words(one):>8}  {masker.text(about) if masker else about}"
        )


def _write(chosen: argparse.Namespace, kept: _Kept, entries: "list[Entry]") -> int:
    masker = None if chosen.unmasked else _masker(kept, entries)
    whole = (kept.log.whole(entry) for entry in entries)
    exchanges = [masker.exchange(one) if masker else one for one in whole]
    if chosen.har:
        return _write_har(chosen.har, kept, exchanges)
    for line in _json_lines(exchanges) if chosen.json else _commands(exchanges):
        print(line)
    return 0


def _json_lines(exchanges: "Iterable[Exchange]") -> Iterator[str]:
    from cashier.recording import line_of

    return (line.decode() for line in map(line_of, exchanges) if line)


def _commands(exchanges: "Iterable[Exchange]") -> Iterator[str]:
    from cashier.exchange_log.curl import curl

    for exchange in exchanges:
        for call in exchange.calls:
            yield f"# {exchange.method}, {call.at:%H:%M:%S}, {call.status or call.error}"
            yield curl(call)


def _write_har(path: Path, kept: _Kept, exchanges: "list[Exchange]") -> int:
    from cashier.exchange_log.bug_report import program
    from cashier.exchange_log.har import har

    text = har(exchanges, system=kept.shop.loyalty.system, version=program())
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"{path}: {error.strerror or error}", file=sys.stderr)
        return 2
    print(path)
    return 0


# --- bugreport


def _report(chosen: argparse.Namespace) -> int:
    from cashier.clock import SystemClock
    from cashier.exchange_log import bug_report

    kept = _opened(chosen)
    if kept is None:
        return 2
    with closing(kept.journal):
        last = None if chosen.receipt else kept.journal.last()
        receipt_id = _named(kept, chosen.receipt or (last.receipt_id if last else ""))
        if receipt_id is None:
            return 2
        case = bug_report.gather(kept.shop, kept.journal, kept.log, receipt_id, SystemClock().now())
        masker = None if chosen.unmasked else bug_report.masker_of(case)
        print(bug_report.write(chosen.out.expanduser(), case, masker))
    return 0

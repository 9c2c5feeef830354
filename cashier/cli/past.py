"""What was sold, sent and counted, out of the journal beside a running till."""

import argparse
import sys
from typing import Any

from cashier.cli.place import place_of, read_journal
from cashier.i18n import _


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The commands ``slip``, ``journal``, ``outbox`` and ``report``."""
    slip = commands.add_parser("slip", parents=[common], help=_("show a slip again"))
    slip.add_argument("number", nargs="?", default="", help=_("receipt number; the last one"))
    slip.add_argument("--columns", type=int, choices=(32, 42, 48))
    slip.set_defaults(run=_slip)
    journal = commands.add_parser("journal", parents=[common], help=_("list what was sold"))
    journal.add_argument("-n", dest="limit", type=int, default=20, help=_("how many"))
    journal.set_defaults(run=_journal)
    outbox = commands.add_parser("outbox", parents=[common], help=_("list what waits to be sent"))
    outbox.add_argument(
        "--send-again",
        metavar="ID",
        help=_("one that was refused waits again, a message goes first: receipt number, or F17"),
    )
    outbox.add_argument("--close", metavar="ID", help=_("give one up: its receipt number, or F17"))
    outbox.add_argument("--why", metavar="TEXT", default="", help=_("the reason, with --close"))
    outbox.set_defaults(run=_outbox)
    report = commands.add_parser("report", parents=[common], help=_("X or Z report of a shift"))
    report.add_argument(
        "--shift", type=int, metavar="N", help=_("number of the shift; the open one, else the last")
    )
    report.add_argument("--csv", action="store_true", help=_("as CSV"))
    report.add_argument("--columns", type=int, choices=(32, 42, 48))
    report.set_defaults(run=_report)


def _slip(chosen: argparse.Namespace) -> int:
    from cashier.opening import read_shop
    from cashier.printing.text import render
    from cashier.slip import slip_of

    place = place_of(chosen)
    shop = read_shop(place)
    journal = read_journal(place)
    receipt = None
    if journal is not None:
        receipt = journal.sale(chosen.number) if chosen.number else journal.last()
    if receipt is None:
        print(_("There is no such receipt."), file=sys.stderr)
        return 2
    print(render(slip_of(receipt, shop, copy=True), chosen.columns or shop.slip.columns))
    return 0


def _journal(chosen: argparse.Namespace) -> int:
    from cashier.opening import read_shop
    from cashier.receipt import Kind
    from cashier.words import money_text

    place = place_of(chosen)
    shop = read_shop(place)
    journal = read_journal(place)
    sold = journal.recent(max(1, chosen.limit)) if journal else []
    for receipt in sold:
        total = -receipt.total if receipt.kind is Kind.RETURN else receipt.total
        when = f"{receipt.closed_at:%Y-%m-%d %H:%M}" if receipt.closed_at else ""
        print(f"{receipt.number:<14} {when}  {money_text(total, shop.money):>14}")
    if not sold:
        print(_("Nothing was sold yet."))
    return 0


def _outbox(chosen: argparse.Namespace) -> int:
    from cashier import outbox_command as command
    from cashier.opening import read_shop

    place = place_of(chosen)
    shop = read_shop(place)
    if chosen.send_again:
        print(command.send_again(place, shop, chosen.send_again))
    elif chosen.close:
        print(command.close(place, shop, chosen.close, chosen.why))
    else:
        print("\n".join(command.listed(read_journal(place), shop)))
    return 0


def _report(chosen: argparse.Namespace) -> int:
    from cashier.clock import SystemClock
    from cashier.daybook import Daybook
    from cashier.opening import read_shop
    from cashier.printing.text import render
    from cashier.report_slip import report_csv, report_slip
    from cashier.reports import report_of

    place = place_of(chosen)
    shop = read_shop(place)
    journal = read_journal(place)
    book = Daybook(journal) if journal else None
    shifts = book.shifts(1 if chosen.shift is None else 10_000) if book else []
    shift = next((one for one in shifts if chosen.shift in (None, one.number)), None)
    if book is None or shift is None:
        print(_("There is no such shift."), file=sys.stderr)
        return 2
    number = shift.number
    report = report_of(shift, book.receipts(number), book.drawer(number), book.permissions(number))
    if chosen.csv:
        print(report_csv(report, shop).replace("\r\n", "\n"), end="")
    else:
        slip = report_slip(report, shop, SystemClock().now())
        print(render(slip, chosen.columns or shop.slip.columns))
    return 0

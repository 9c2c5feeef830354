"""Commands of the program; the only place that wires the till, the screens and the backends."""

import argparse
import gc
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cashier import cli_exchanges, cli_mapping, cli_serve, i18n
from cashier.errors import CashierError
from cashier.i18n import _

if TYPE_CHECKING:
    from backends.replay import Replay
    from cashier.clock import Clock
    from cashier.events import Events
    from cashier.exchange import Backend
    from cashier.faults import Plan
    from cashier.journal import Journal
    from cashier.opening import Keep, Place
    from cashier.recording import Recorder
    from cashier.shop import Shop
    from cashier.till import Till


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 fine, 2 something is wrong with what was given."""
    i18n.set_language(_wished_language())
    chosen = _parser().parse_args(arguments)
    i18n.set_language(chosen.lang or _language_of(chosen.shop))
    try:
        run: int = chosen.run(chosen)
        sys.stdout.flush()
    except CashierError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # 'cashier journal | head': nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return run


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--shop", metavar="FILE", help=_("shop card (the demo shop if left out)"))
    common.add_argument("--data", metavar="FOLDER", help=_("where the till keeps its data"))
    common.add_argument("--lang", choices=i18n.LANGUAGES, help=_("language"))
    parser = argparse.ArgumentParser(
        prog="cashier",
        description=_("A till in the terminal that speaks to any loyalty system."),
        parents=[common],
    )
    parser.add_argument("--theme", help=_("colours: dark, light, contrast, ansi"))
    parser.add_argument("--large", action="store_true", help=_("large digits, for a projector"))
    parser.add_argument(
        "--privacy", action="store_true", help=_("mask names, phones, e-mails and cards")
    )
    parser.add_argument("--training", action="store_true", help=_("begin in training mode"))
    parser.add_argument(
        "--faults", metavar="FILE", help=_("what goes wrong on purpose between till and system")
    )
    parser.add_argument(
        "--record", metavar="FILE", help=_("keep what is said to the loyalty system in a file")
    )
    parser.add_argument(
        "--unmasked", action="store_true", help=_("with --record: names and secrets, too")
    )
    parser.add_argument(
        "--replay", metavar="FILE", help=_("play a recording in place of the loyalty system")
    )
    parser.set_defaults(run=_open)
    commands = parser.add_subparsers(metavar=_("COMMAND"))
    reset = commands.add_parser(
        "reset", parents=[common], help=_("bring the demo shop back to the first day")
    )
    reset.add_argument("--yes", action="store_true", help=_("do not ask"))
    reset.set_defaults(run=_reset)
    slip = commands.add_parser("slip", parents=[common], help=_("show a slip again"))
    slip.add_argument("number", nargs="?", default="", help=_("receipt number; the last one"))
    slip.add_argument("--columns", type=int, choices=(32, 42, 48))
    slip.set_defaults(run=_slip)
    journal = commands.add_parser("journal", parents=[common], help=_("list what was sold"))
    journal.add_argument("-n", dest="limit", type=int, default=20, help=_("how many"))
    journal.set_defaults(run=_journal)
    outbox = commands.add_parser("outbox", parents=[common], help=_("list what waits to be sent"))
    outbox.add_argument(
        "--send-again", metavar="ID", help=_("one that was refused waits again: receipt number")
    )
    outbox.add_argument("--close", metavar="ID", help=_("give one up: its receipt number"))
    outbox.add_argument("--why", metavar="TEXT", default="", help=_("the reason, with --close"))
    outbox.set_defaults(run=_outbox)
    report = commands.add_parser("report", parents=[common], help=_("X or Z report of a shift"))
    report.add_argument(
        "--shift", type=int, metavar="N", help=_("number of the shift; the open one, else the last")
    )
    report.add_argument("--csv", action="store_true", help=_("as CSV"))
    report.add_argument("--columns", type=int, choices=(32, 42, 48))
    report.set_defaults(run=_report)
    office = commands.add_parser(
        "office", parents=[common], help=_("customers, points, promotions, coupons")
    )
    office.add_argument(
        "--theme", default=argparse.SUPPRESS, help=_("colours: dark, light, contrast, ansi")
    )
    office.set_defaults(run=_office)
    pin = commands.add_parser(
        "pin", help=_("turn a supervisor's PIN into what may stand in a shop card")
    )
    pin.set_defaults(run=_pin, shop=None, lang=None)
    display = commands.add_parser(
        "display", parents=[common], help=_("what the customer sees, in a second terminal")
    )
    display.add_argument("--phone", action="store_true", help=_("the customer's phone, too"))
    display.add_argument(
        "--theme", default=argparse.SUPPRESS, help=_("colours: dark, light, contrast, ansi")
    )
    display.set_defaults(run=_display)
    sheets = commands.add_parser(
        "sheets", parents=[common], help=_("write barcodes of cards, coupons and goods to scan")
    )
    sheets.add_argument(
        "--what", default="cards,coupons,goods", help=_("some of: cards, coupons, goods")
    )
    sheets.add_argument("--group", default="", help=_("only goods of these groups: bread,dairy"))
    sheets.add_argument("--format", choices=("html", "svg", "png"), default="html")
    sheets.add_argument("--out", metavar="FOLDER", default="sheets", help=_("where to write"))
    sheets.add_argument(
        "--columns", type=int, choices=range(1, 6), default=3, help=_("codes beside each other")
    )
    sheets.set_defaults(run=_sheets)
    cli_exchanges.add_to(commands, common)
    cli_mapping.add_to(commands, common)
    cli_serve.add_to(commands, common)
    return parser


def _wished_language() -> str:
    """Before the shop card is known: the language of the user's system."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "ru" if value.startswith("ru") else "en"
    return "en"


def _language_of(shop: str | None) -> str:
    """A quick look into the shop card; what is wrong with it is said when it is read."""
    if shop is None:
        return "ru"  # the demo shop, unless --lang asks for the English one
    import tomllib

    try:
        text = Path(shop).expanduser().read_text(encoding="utf-8")
        language = tomllib.loads(text).get("language", "ru")
    except (OSError, ValueError):
        return i18n.language()
    return str(language)


# --- the till in the terminal


def _open(chosen: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(_("The till needs a terminal."), file=sys.stderr)
        return 2
    gc.disable()  # nothing of what is imported is garbage: looking for some only delays the start
    from screens.app import TillApp

    run = _Run(chosen)

    def make_till(training: bool) -> "Till":
        """Runs after the first paint, in a thread: brings in everything heavy."""
        till = run.till(training)
        gc.freeze()
        gc.enable()
        return till

    app = TillApp(
        make_till,
        theme_name=chosen.theme,
        training=chosen.training,
        large=chosen.large,
        privacy=chosen.privacy,
    )
    app.run()
    run.end()
    if app.trouble:
        print(app.trouble, file=sys.stderr)
    return app.return_code or 0


class _Run:
    """What one run of the till is started with: faults, a recording to make or to play."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self._chosen = chosen
        self._recorder: Recorder | None = None
        self.replay: Replay | None = None

    def till(self, training: bool) -> "Till":
        """Training from within the till is neither recorded nor played."""
        from cashier.opening import open_till

        chosen, place = self._chosen, _place(self._chosen)
        real = training is chosen.training
        replay = Path(chosen.replay).name if chosen.replay and real else ""
        record = self._record if chosen.record and real else None
        place = replace(place, training=training, replay=replay)
        return open_till(place, partial(self._plugged, replay=bool(replay)), record=record)

    def _plugged(
        self, make: "Callable[[], Backend]", clock: "Clock", *, replay: bool
    ) -> "tuple[Backend, Plan]":
        from backends.faults import Faulty
        from cashier.faults import Plan

        plan = Plan.load(Path(self._chosen.faults)) if self._chosen.faults else Plan()
        if replay:
            self.replay = found = self._replayed()
            return Faulty(lambda: found, clock, plan), plan
        return Faulty(make, clock, plan), plan

    def _replayed(self) -> "Replay":
        from backends.replay import Replay
        from cashier.masks import Masker
        from cashier.opening import read_shop

        mask = Masker.for_shop(read_shop(_place(self._chosen))).live
        return Replay.load(Path(self._chosen.replay), mask)

    def _record(self, shop: "Shop", events: "Events") -> "Keep":
        """One file for the whole run."""
        from cashier.events import Said, Tone
        from cashier.masks import Masker
        from cashier.recording import Recorder

        if self._recorder is None:
            self._recorder = Recorder(
                Path(self._chosen.record),
                system=shop.loyalty.system,
                shop=shop.shop,
                mask=None if self._chosen.unmasked else Masker.for_shop(shop).live,
                troubled=lambda why: events.tell(Said(Tone.ERROR, why)),
            )
        return self._recorder

    def end(self) -> None:
        if self._recorder is not None:
            self._recorder.close()
        if self.replay is not None:
            from backends.replay import report

            if text := report(self.replay):
                print(text, file=sys.stderr)


def _place(chosen: argparse.Namespace) -> "Place":
    from cashier.opening import Place

    return Place.of(chosen.shop, chosen.data, chosen.lang)


# --- what was sold, sent, waiting


def _reset(chosen: argparse.Namespace) -> int:
    from cashier.errors import ConfigError
    from cashier.folder import DataFolder
    from cashier.opening import read_shop

    place = _place(chosen)
    if read_shop(place).live:
        raise ConfigError(_("This shop is live: nothing of it is reset."))
    folder = DataFolder.open(place.data)
    try:
        for other in ("training", "replay"):
            if (folder.path / other).is_dir():
                DataFolder.open(folder.path / other).close()  # nobody works in it now
        if not chosen.yes and not _agreed(folder.path):
            return 1
        for entry in folder.path.iterdir():
            if entry.name in ("slips", "training", "replay"):
                shutil.rmtree(entry)
            elif entry.name.startswith(("journal.db", "loyalty.")):  # not what was put aside
                entry.unlink()
    except OSError as error:
        print(f"{folder.path}: {error.strerror}", file=sys.stderr)
        return 2
    finally:
        folder.close()
    print(_("The shop is as on its first day: {folder}").format(folder=folder.path))
    return 0


def _agreed(folder: Path) -> bool:
    question = _("Delete all receipts, customers and slips in {folder}? [y/N] ")
    print(question.format(folder=folder), end="", flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "д", "да")


def _read_journal(place: "Place") -> "Journal | None":
    """The journal beside a running till; None before the first start."""
    from cashier.journal import Journal

    path = place.folder / "journal.db"
    return Journal.read(path) if path.exists() else None


def _slip(chosen: argparse.Namespace) -> int:
    from cashier.opening import read_shop
    from cashier.printing.text import render
    from cashier.slip import slip_of

    place = _place(chosen)
    shop = read_shop(place)
    journal = _read_journal(place)
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

    place = _place(chosen)
    shop = read_shop(place)
    journal = _read_journal(place)
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

    place = _place(chosen)
    shop = read_shop(place)
    if chosen.send_again:
        print(command.send_again(place, shop, chosen.send_again))
    elif chosen.close:
        print(command.close(place, shop, chosen.close, chosen.why))
    else:
        print("\n".join(command.listed(_read_journal(place), shop)))
    return 0


def _report(chosen: argparse.Namespace) -> int:
    from cashier.clock import SystemClock
    from cashier.daybook import Daybook
    from cashier.opening import read_shop
    from cashier.printing.text import render
    from cashier.report_slip import report_csv, report_slip
    from cashier.reports import report_of

    place = _place(chosen)
    shop = read_shop(place)
    journal = _read_journal(place)
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


def _office(chosen: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(_("The back office needs a terminal."), file=sys.stderr)
        return 2
    from cashier.opening import open_office
    from screens.office.app import OfficeApp

    with open_office(_place(chosen)) as (office, shop):
        who = shop.cashier or "-"
        digits, live = shop.money.digits, shop.live
        app = OfficeApp(office, who, digits, theme_name=chosen.theme, live=live)
        app.run()
    return app.return_code or 0


def _pin(chosen: argparse.Namespace) -> int:  # noqa: ARG001 - every command has this shape
    from getpass import getpass

    from cashier.pins import hashed

    pin = getpass(_("PIN, 4 to 12 digits: "))
    if not (pin.isascii() and pin.isdecimal() and 4 <= len(pin) <= 12):
        print(_("A PIN has 4 to 12 digits."), file=sys.stderr)
        return 2
    print(f'pin = "{hashed(pin)}"')
    return 0


def _display(chosen: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(_("The display needs a terminal."), file=sys.stderr)
        return 2
    from screens.display.app import DisplayApp

    app = DisplayApp(_place(chosen).data, phone=chosen.phone, theme_name=chosen.theme)
    app.run()
    return app.return_code or 0


# --- things to scan


def _sheets(chosen: argparse.Namespace) -> int:
    from cashier.sheets.command import make

    out = Path(chosen.out).expanduser()
    for path in make(
        _place(chosen),
        out,
        what=chosen.what,
        group=chosen.group,
        form=chosen.format,
        columns=chosen.columns,
    ):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Commands of the program; the only place that wires the till, the screens and the backends."""

import argparse
import gc
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cashier import i18n
from cashier.errors import CashierError
from cashier.i18n import _

if TYPE_CHECKING:
    from cashier.clock import Clock
    from cashier.exchange import Backend
    from cashier.journal import Journal
    from cashier.opening import Place
    from cashier.till import Till
    from cashier.workplace import Plug


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 fine, 2 something is wrong with what was given."""
    i18n.set_language(_wished_language())
    chosen = _parser().parse_args(arguments)
    i18n.set_language(chosen.lang or _language_of(chosen.shop))
    try:
        run: int = chosen.run(chosen)
    except CashierError as error:
        print(error, file=sys.stderr)
        return 2
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
    parser.add_argument("--training", action="store_true", help=_("begin in training mode"))
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
    outbox.set_defaults(run=_outbox)
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

    def make_till(training: bool) -> "Till":
        """Runs after the first paint, in a thread: brings in everything heavy."""
        from cashier.opening import open_till

        till = open_till(replace(_place(chosen), training=training), _plugged)
        gc.freeze()
        gc.enable()
        return till

    app = TillApp(make_till, theme_name=chosen.theme, training=chosen.training)
    app.run()
    if app.trouble:
        print(app.trouble, file=sys.stderr)
    return app.return_code or 0


def _plugged(make: "Callable[[], Backend]", clock: "Clock") -> "tuple[Backend, Plug]":
    from backends.plug import PluggedBackend

    plugged = PluggedBackend(make, clock)
    return plugged, plugged


def _place(chosen: argparse.Namespace) -> "Place":
    from cashier.opening import Place

    return Place.of(chosen.shop, chosen.data, chosen.lang)


# --- what was sold, sent, waiting


def _reset(chosen: argparse.Namespace) -> int:
    from cashier.folder import DataFolder

    folder = DataFolder.open(_place(chosen).data)
    try:
        if (folder.path / "training").is_dir():
            DataFolder.open(folder.path / "training").close()  # nobody practises in it now
        if not chosen.yes and not _agreed(folder.path):
            return 1
        for entry in folder.path.iterdir():
            if entry.name in ("slips", "training"):
                shutil.rmtree(entry)
            elif entry.name.startswith(("journal.db", "loyalty.db")):  # not what was put aside
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
    from cashier.opening import read_shop
    from cashier.outbox import Outbox

    place = _place(chosen)
    shop = read_shop(place)
    journal = _read_journal(place)
    entries = Outbox(journal, shop.sending).entries() if journal else []
    for entry in entries:
        state = _("refused") if entry.state == "parked" else _("waits")
        print(
            f"{entry.at:%Y-%m-%d %H:%M}  {entry.request.receipt.number:<14} "
            f"{state:<10} {entry.attempts}  {entry.cause}"
        )
    if not entries:
        print(_("Nothing waits."))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What stands beside the till: the back office, the customer's display, sheets to scan, PINs."""

import argparse
import sys
from pathlib import Path
from typing import Any

from cashier.cli.place import place_of
from cashier.i18n import _


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The commands ``office``, ``pin``, ``display`` and ``sheets``."""
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


def _office(chosen: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(_("The back office needs a terminal."), file=sys.stderr)
        return 2
    from cashier.opening import open_office
    from screens.office.app import OfficeApp

    with open_office(place_of(chosen)) as (office, shop):
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

    app = DisplayApp(place_of(chosen).data, phone=chosen.phone, theme_name=chosen.theme)
    app.run()
    return app.return_code or 0


def _sheets(chosen: argparse.Namespace) -> int:
    from cashier.sheets.command import make

    out = Path(chosen.out).expanduser()
    for path in make(
        place_of(chosen),
        out,
        what=chosen.what,
        group=chosen.group,
        form=chosen.format,
        columns=chosen.columns,
    ):
        print(path)
    return 0

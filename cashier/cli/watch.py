"""``cashier watch``: the instructor's seat, in a second terminal; and the list of his notes."""

import argparse
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cashier.cli.place import place_of
from cashier.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

    from cashier.seat.notes import Note


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    watch = commands.add_parser(
        "watch", parents=[common], help=_("the instructor's seat: see a till live, drop events in")
    )
    watch.add_argument("--name", default="", help=_("who watches (your user name if left out)"))
    watch.add_argument("--notes", action="store_true", help=_("only list what was noted"))
    watch.add_argument(
        "--since", metavar="TIME", help=_("with --notes: from this day or time on: 2026-03-01")
    )
    watch.add_argument(
        "--theme", default=argparse.SUPPRESS, help=_("colours: dark, light, contrast, ansi")
    )
    watch.set_defaults(run=_watch)


def _watch(chosen: argparse.Namespace) -> int:
    folder = place_of(chosen).data
    if chosen.notes:
        return _list(folder, chosen.since)
    from cashier.seat.door import find

    find(folder)  # that there is none is said before the screen is taken
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(_("The instructor's seat needs a terminal."), file=sys.stderr)
        return 2
    from screens.seat.app import SeatApp

    app = SeatApp(folder, chosen.name[:100] or _user(), theme_name=chosen.theme)
    app.run()
    if app.end is not None:
        print(app.end.why, file=sys.stdout if app.end.fine else sys.stderr)
    return app.return_code or 0


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()[:100]
    except (OSError, KeyError, ImportError):  # a user without a name
        return ""


def _list(folder: "Path", since: str | None) -> int:
    from cashier.seat.notes import read_notes

    notes = read_notes(folder, _time(since) if since else None)
    if not notes:
        print(_("Nothing was noted."))
    for note in notes:
        print(_row(note))
    return 0


def _row(note: "Note") -> str:
    from cashier.seat.notes import NoteKind
    from cashier.slip import plain

    at = f"{note.at.astimezone():%Y-%m-%d %H:%M:%S}"
    sign = ">" if note.kind is NoteKind.EVENT else " "
    receipt, state = plain(note.receipt) or "-", plain(note.state)
    who = f"  [{plain(note.who)}]" if note.who else ""
    return f"{at}  {receipt:<16}  {state:<10} {sign} {plain(note.text)}{who}"


def _time(text: str) -> datetime:
    """A day or a time, by the clock of this computer. Raises BadInput."""
    from cashier.errors import BadInput

    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        wanted = _("--since: {text}: expected a day or a time: 2026-03-01, 2026-03-01T10:00")
        raise BadInput(wanted.format(text=text)) from error

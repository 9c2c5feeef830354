"""``cashier results``: what trainees did in lessons and exams; certificates, and files of it."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier.cli.place import place_of
from cashier.errors import StorageError
from cashier.i18n import _, ngettext

if TYPE_CHECKING:
    from cashier.lessons.kept import Kept
    from cashier.lessons.register import Change, Register
    from cashier.opening import Place
    from cashier.slip import Slip


_REGISTER = Path()
"""``--verify`` without a file."""


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    results = commands.add_parser(
        "results", parents=[common], help=_("what trainees did in lessons and exams")
    )
    results.add_argument("--trainee", metavar="NAME", default="", help=_("each attempt of one"))
    results.add_argument("--group", metavar="NAME", default="", help=_("only those of this class"))
    results.add_argument("--csv", metavar="FILE", type=Path, help=_("write attempts as CSV"))
    results.add_argument("--json", metavar="FILE", type=Path, help=_("the same with all tasks"))
    results.add_argument(
        "--xapi", metavar="FILE", type=Path, help=_("for a learning system; needs --home")
    )
    results.add_argument(
        "--home", metavar="IRI", default="", help=_("address of the system that knows the trainees")
    )
    results.add_argument(
        "--base", metavar="IRI", default="", help=_("what lessons begin with (--home if left out)")
    )
    what = results.add_mutually_exclusive_group()
    what.add_argument(
        "--certificate",
        metavar="ATTEMPT",
        help=_("print its slip; a beginning of its id will do"),
    )
    what.add_argument("--attempt", metavar="ATTEMPT", help=_("show one in full, task by task"))
    what.add_argument(
        "--verify", metavar="FILE", nargs="?", const=_REGISTER, type=Path,
        help=_("were results changed later? Of a CSV or JSON file, too"),
    )  # fmt: skip
    results.add_argument(
        "--print", action="store_true", help=_("with --certificate: on the shop's printer, too")
    )
    results.add_argument("--columns", type=int, choices=(32, 42, 48))
    results.set_defaults(run=_results)


def _results(chosen: argparse.Namespace) -> int:
    from cashier.lessons.register import Register

    _check(chosen)
    if chosen.verify not in (None, _REGISTER):
        return _verify_file(chosen.verify)
    place = place_of(chosen)
    register = Register.read(place.data)
    if register is None:
        return _nothing(chosen, _("No lesson was taken yet."))
    with closing(register):
        if chosen.verify is not None:
            return _verify(register)
        if chosen.certificate is not None:
            return _certificate(chosen, place, _named(register, chosen.certificate))
        if chosen.attempt is not None:
            return _in_full(place, _named(register, chosen.attempt))
        return _listed(chosen, register)


def _check(chosen: argparse.Namespace) -> None:
    """Before anything is read. Raises ConfigError, BadInput."""
    from cashier.cli.reporting import check_writable
    from cashier.errors import BadInput

    for name in ("csv", "json", "xapi", "verify"):
        if path := getattr(chosen, name):
            setattr(chosen, name, path.expanduser())
    check_writable((chosen.csv, chosen.json, chosen.xapi))
    one = (chosen.certificate, chosen.attempt, chosen.verify) != (None, None, None)
    if one and (chosen.csv or chosen.json or chosen.xapi):
        raise BadInput(_("--csv, --json and --xapi write many results: ask for one without them"))
    if chosen.xapi and not chosen.home:
        text = _("--xapi needs --home: the address of the system that knows the trainees by name")
        raise BadInput(text)


def _nothing(chosen: argparse.Namespace, why: str) -> int:
    """Wrong when something was asked for by name, or a file should have been written."""
    asked = chosen.trainee or chosen.group or chosen.certificate or chosen.attempt
    if asked or chosen.csv or chosen.json or chosen.xapi:
        print(why, file=sys.stderr)
        return 2
    print(why)
    return 0


def _named(register: "Register", start: str) -> "Kept":
    """Raises BadInput when it is none, or one of several."""
    from cashier.errors import BadInput
    from cashier.slip import plain

    found = register.find(start) if start else []
    if not found:
        raise BadInput(_("There is no such attempt: {id}").format(id=plain(start)))
    if len(found) > 1:
        text = ngettext("{id}: {n} attempt begins so", "{id}: {n} attempts begin so", len(found))
        raise BadInput(text.format(id=plain(start), n=len(found)))
    return found[0]


# --- all of them


def _listed(chosen: argparse.Namespace, register: "Register") -> int:
    from cashier.lessons.classes import class_table
    from cashier.lessons.kept import same_name
    from cashier.lessons.told import list_lines, table_lines

    found = register.of(chosen.trainee) if chosen.trainee else register.all()
    if chosen.group:
        wanted = same_name(chosen.group)
        found = [one for one in found if same_name(one.attempt.group) == wanted]
    if not found:
        return _nothing(chosen, _("There are no such results."))
    if chosen.csv or chosen.json or chosen.xapi:
        return _write(chosen, found)
    lines = list_lines(found) if chosen.trainee else table_lines(class_table(found), _room())
    for line in lines:
        print(line)
    return 0


def _write(chosen: argparse.Namespace, found: "Sequence[Kept]") -> int:
    from cashier.cli.reporting import write_all
    from cashier.exchange_log.bug_report import program
    from cashier.lessons.csv_file import attempts_csv
    from cashier.lessons.export import results_json
    from cashier.lessons.xapi import statements

    files: list[tuple[Path, str]] = []
    if chosen.csv:
        files.append((chosen.csv, attempts_csv(found)))
    if chosen.json:
        files.append((chosen.json, results_json(found, program())))
    if chosen.xapi:
        attempts = [one.attempt for one in found]
        files.append((chosen.xapi, statements(attempts, home=chosen.home, base=chosen.base)))
    if not write_all(files):
        return 2
    for path, _text in files:
        print(path)
    changed = sum(not one.sound for one in found)
    if changed:
        text = ngettext(
            "{n} result was changed after it was sealed: see cashier results --verify",
            "{n} results were changed after they were sealed: see cashier results --verify",
            changed,
        )
        print(text.format(n=changed), file=sys.stderr)
    return 0


# --- one of them


def _certificate(chosen: argparse.Namespace, place: "Place", kept: "Kept") -> int:
    from cashier.printing.text import render

    slip = certificate_of(place, kept, columns=chosen.columns, copy=True)
    print(render(slip), end="")
    if chosen.print:
        print_out(place, slip)
    return 0


def certificate_of(
    place: "Place", kept: "Kept", *, columns: int | None = None, copy: bool = False
) -> "Slip":
    """The slip of an attempt in this shop. Raises CashierError."""
    from cashier.lessons.certificate import certificate
    from cashier.opening import read_shop

    shop = read_shop(place)
    notes = _notes(place, kept)
    return certificate(kept, columns or shop.slip.columns, notes=notes, shop=shop.name, copy=copy)


def print_out(place: "Place", slip: "Slip") -> None:
    """On the printer of the shop; as text in its folder of slips as well. Raises CashierError."""
    from cashier.opening import read_shop
    from cashier.printing import reason
    from cashier.printing.making import make_printer

    shop = read_shop(place)
    try:
        make_printer(shop.printer, shop.slip.columns, place.data / "slips").print(slip)
    except OSError as error:
        text = _("The slip was not printed: {why}")
        raise StorageError(text.format(why=reason(error))) from error


def _in_full(place: "Place", kept: "Kept") -> int:
    from cashier.lessons.told import report_lines

    for line in report_lines(kept, _notes(place, kept), _room()):
        print(line)
    return 0


def _notes(place: "Place", kept: "Kept") -> list[str]:
    from cashier.lessons.keeping import notes_of

    return notes_of(place.data, kept.attempt)


# --- whether they were changed


def _verify(register: "Register") -> int:
    return _changes(register.verify(), _("All results are as they were sealed."))


def _verify_file(path: Path) -> int:
    from cashier.lessons.export import verify_file

    count, changes = verify_file(path)
    text = ngettext(
        "{n} result is as it was written.", "{n} results are as they were written.", count
    )
    return _changes(changes, text.format(n=count))


def _changes(changes: "Sequence[Change]", sound: str) -> int:
    from cashier.slip import plain

    for change in changes:
        name = f"{plain(change.attempt_id)}: " if change.attempt_id else ""
        row = _("row {n}").format(n=change.row) + ", " if change.row else ""
        print(f"{row}{name}{plain(change.why)}")
    if not changes:
        print(sound)
    return 1 if changes else 0


def _room() -> int:
    """Columns of the terminal; of a pipe, as many as a page has."""
    import shutil

    return max(40, shutil.get_terminal_size((100, 24)).columns)

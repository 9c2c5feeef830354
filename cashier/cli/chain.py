"""``cashier chain``: the order of loyalty systems on a till of SetRetail10, looked at."""

import argparse
from pathlib import Path
from typing import Any

from cashier.i18n import _


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The commands ``chain check``, ``show``, ``explain``, ``edit`` and ``move``."""
    chain = commands.add_parser(
        "chain", help=_("the chain of loyalty systems of a till: check it, see it, explain a price")
    )
    actions = chain.add_subparsers(metavar=_("ACTION"), required=True)
    source = _source()
    check = actions.add_parser(
        "check", parents=[common, source], help=_("what is wrong with the file, and where")
    )
    check.set_defaults(run=_check)
    show = actions.add_parser(
        "show", parents=[common, source], help=_("the chain as a picture in the terminal")
    )
    show.set_defaults(run=_show)
    _add_explain(actions, common)
    _add_edit(actions, common)
    _add_move(actions, common)


def _source() -> argparse.ArgumentParser:
    """Where the chain is, and what is known of its providers."""
    source = argparse.ArgumentParser(add_help=False)
    source.add_argument("file", metavar="FILE", type=Path, nargs="?")
    source.add_argument(
        "--database",
        metavar="URL",
        default="",
        help=_("the till's database, as sqlite:///FILE or postgresql://...; FILE stands in for it"),
    )
    source.add_argument(
        "--server", metavar="SETTINGS", type=Path, help=_("what the server of the shop knows")
    )
    for name, words in (
        ("--registered", _("external systems that are registered: set-api,loymax")),
        ("--triggered", _("external systems that an advertising action triggers")),
    ):
        source.add_argument(name, metavar="LIST", help=words)
    return source


def _add_explain(actions: Any, common: argparse.ArgumentParser) -> None:
    explain = actions.add_parser(
        "explain", parents=[common], help=_("a receipt after every link of the chain, line by line")
    )
    explain.add_argument("file", metavar="FILE", type=Path)
    explain.add_argument(
        "--receipt",
        metavar="RECEIPT",
        required=True,
        help=_("a file or a list of codes as typed at the till (4600000000114,3*...); or a number"),
    )
    explain.add_argument(
        "--orders", action="store_true", help=_("the best and the worst order for the customer")
    )
    explain.set_defaults(run=_explain)


def _add_edit(actions: Any, common: argparse.ArgumentParser) -> None:
    edit = actions.add_parser(
        "edit",
        parents=[common],
        help=_("change the chain in its own text: comments and layout stay"),
    )
    edit.add_argument("file", metavar="FILE", type=Path)
    for what, given, words in (
        ("move", "3:1", _("put link 3 where link 1 is")),
        ("add", "loymax:3", _("add a provider before link 3 (without a number: at the end)")),
        ("remove", "3", _("take link 3 out")),
        ("feedback", "120:5", _("seconds between repetitions, and how many at once")),
    ):
        edit.add_argument(
            f"--{what}",
            metavar=given,
            action="append",
            dest="steps",
            type=lambda text, what=what: (what, text),
            help=words,
        )
    edit.add_argument("--out", metavar="OUT", type=Path, help=_("write there, and leave FILE"))
    edit.set_defaults(run=_edit)


def _add_move(actions: Any, common: argparse.ArgumentParser) -> None:
    move = actions.add_parser(
        "move",
        parents=[common],
        help=_("put the file into the till's database, as the upgrade to 10.2.99.0 does"),
    )
    move.add_argument("file", metavar="FILE", type=Path)
    move.add_argument("--database", metavar="URL", required=True)
    move.set_defaults(run=_move)


def _check(chosen: argparse.Namespace) -> int:
    from cashier.cli.chain_check import check

    return check(chosen)


def _show(chosen: argparse.Namespace) -> int:
    from cashier.cli.chain_check import show

    return show(chosen)


def _explain(chosen: argparse.Namespace) -> int:
    from cashier.cli.explaining import explain

    return explain(chosen)


def _edit(chosen: argparse.Namespace) -> int:
    from cashier.cli.chain_edit import edit

    return edit(chosen)


def _move(chosen: argparse.Namespace) -> int:
    from cashier.cli.chain_edit import move

    return move(chosen)

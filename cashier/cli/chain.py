"""``cashier chain``: the order of loyalty systems on a till of SetRetail10, looked at."""

import argparse
from pathlib import Path
from typing import Any

from cashier.i18n import _


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The commands ``chain check``, ``chain show`` and ``chain explain``."""
    chain = commands.add_parser(
        "chain", help=_("the chain of loyalty systems of a till: check it, see it, explain a price")
    )
    actions = chain.add_subparsers(metavar=_("ACTION"), required=True)
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


def _explain(chosen: argparse.Namespace) -> int:
    from cashier.cli.explaining import explain

    return explain(chosen)

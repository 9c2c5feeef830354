"""``cashier mapping``: what an integrator has described, looked at and tried."""

import argparse
from pathlib import Path
from typing import Any

from cashier.i18n import _


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The commands ``mapping check`` and ``mapping try``."""
    mapping = commands.add_parser(
        "mapping", help=_("a loyalty system described in a file: check it, try it")
    )
    actions = mapping.add_subparsers(metavar=_("ACTION"), required=True)
    check = actions.add_parser(
        "check", parents=[common], help=_("read a mapping and say what is in it")
    )
    check.add_argument("file", metavar="FILE", type=Path)
    check.set_defaults(run=_check)
    attempt = actions.add_parser(
        "try",
        parents=[common],
        help=_("show what would be sent, and what would be read from a sample answer"),
    )
    attempt.add_argument("file", metavar="FILE", type=Path)
    attempt.add_argument("--method", default="", metavar="NAME", help=_("only this method"))
    attempt.add_argument(
        "--answer",
        default="",
        metavar="[NAME=]FILE",
        help=_("with --method: an answer in place of the sample (of the step NAME)"),
    )
    attempt.add_argument(
        "--receipt", default="", metavar="FILE", help=_("another receipt, as JSON")
    )
    attempt.set_defaults(run=_try)


def _check(chosen: argparse.Namespace) -> int:
    from backends.mapped.trying import check

    print(check(chosen.file))
    return 0


def _try(chosen: argparse.Namespace) -> int:
    from backends.mapped.trying import try_mapping

    tried = try_mapping(
        chosen.file, method=chosen.method, answer=chosen.answer, receipt=chosen.receipt
    )
    print(tried.text.lstrip("\n"))
    return 0 if tried.ok else 2

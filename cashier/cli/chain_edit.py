"""``cashier chain move``: the file goes into the till's database."""

import argparse

from backends.set10.config.sources import move_file
from cashier.cli.chain_check import address
from cashier.i18n import _


def move(chosen: argparse.Namespace) -> int:
    """Raises BadInput, ConfigError."""
    move_file(chosen.file, address(chosen.database))
    print(_("The till's database has the chain of {file} now.").format(file=chosen.file))
    return 0

"""Commands that report: files are looked at before anything runs, and written when all is over;
Ctrl-C is quiet."""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from cashier.errors import ConfigError
from cashier.i18n import _


def check_writable(paths: Iterable[Path | None]) -> None:
    """Raises ConfigError."""
    for path in filter(None, paths):
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise ConfigError(_("{file}: cannot be written: no such folder").format(file=path))


def write_all(files: Iterable[tuple[Path, str]]) -> bool:
    """False: some could not be written, and somebody was told."""
    well = True
    for path, text in files:
        try:
            path.write_text(text, encoding="utf-8", errors="replace", newline="")
        except OSError as error:
            print(f"{path}: {error.strerror or error}", file=sys.stderr)
            well = False
    return well


def unless_interrupted(run: Callable[[argparse.Namespace], int], chosen: argparse.Namespace) -> int:
    """Run a command. Interrupted before there is anything to report, or while it is reported, it
    ends with 1."""
    try:
        return run(chosen)
    except KeyboardInterrupt:
        print(_("interrupted"), file=sys.stderr)
        return 1

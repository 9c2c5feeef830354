"""``cashier explore``: random cashiers until something is wrong."""

import argparse
import asyncio
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from cashier.cli import staging
from cashier.errors import BadInput, ConfigError, StorageError
from cashier.i18n import _, ngettext

if TYPE_CHECKING:
    from cashier.scenario.explore import Exploring, Found
    from cashier.sheets.sample import Sample


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "explore", parents=[common], help=_("random cashiers until a standing check breaks")
    )
    staging.add_options(parser)
    parser.add_argument(
        "--runs", type=int, default=100, metavar="N", help=_("so many sessions (100)")
    )
    parser.add_argument(
        "--steps", type=int, default=150, metavar="N", help=_("steps of a session (150)")
    )
    parser.add_argument(
        "--seconds", type=float, default=0, metavar="T", help=_("no new session after so long")
    )
    parser.add_argument(
        "--save", type=Path, default=Path(), metavar="FOLDER", help=_("where the scenario goes")
    )
    parser.add_argument(
        "--off", action="append", default=[], metavar="CHECK", help=_("without this standing check")
    )
    parser.add_argument(
        "--cards", type=Path, metavar="FILE", help=_("cards, phones and coupons of the system")
    )
    parser.set_defaults(run=_explore)


def _explore(chosen: argparse.Namespace) -> int:
    from cashier.scenario.explore import Exploring

    exploring = Exploring(staging.staging_of(chosen), _wish(chosen))
    shown = _Progress(exploring)
    exploring.told = shown.show
    found = asyncio.run(exploring.explore())
    shown.end()
    if found is None:
        print(_("Nothing broke."))
        return 0
    _tell(found, _saved(found, chosen.save))
    return 1


def _wish(chosen: argparse.Namespace) -> Any:
    """Raises BadInput, ConfigError."""
    from cashier.checks import CHECKS
    from cashier.scenario.explore import Wish
    from cashier.scenario.recorder import shop_of
    from cashier.scenario.standing import MOVING

    for name, least in (("runs", 1), ("steps", 1), ("seconds", 0)):
        if getattr(chosen, name) < least:
            text = _("--{name}: expected a number from {least}")
            raise BadInput(text.format(name=name, least=least))
    known = (*CHECKS, *MOVING)
    for name in chosen.off:
        if name not in known:
            text = _("There is no check {name}; there are {known}.")
            raise BadInput(text.format(name=name, known=", ".join(known)))
    if not chosen.save.is_dir():
        raise ConfigError(_("{file}: there is no such folder").format(file=chosen.save))
    card = Path(chosen.shop).expanduser().absolute() if chosen.shop else None
    return Wish(
        seed=chosen.seed,
        runs=chosen.runs,
        steps=chosen.steps,
        seconds=chosen.seconds,
        off=frozenset(chosen.off),
        samples=_samples(chosen.cards),
        shop=shop_of(card, chosen.save / "x") if card else "demo",
    )


def _samples(path: Path | None) -> "tuple[Sample, ...]":
    """Raises ConfigError that names line and field."""
    if path is None:
        return ()
    from cashier.config import load
    from cashier.scenario.cards import CardsFile

    return load(path, CardsFile).samples


def _saved(found: "Found", folder: Path) -> Path:
    """A new file; the same one again if it was found before. Raises StorageError."""
    names = (found.name, *(f"{found.name}-{again}" for again in range(2, 1000)))
    try:
        for name in names:
            path = folder / f"{name}.yaml"
            if not path.exists():
                path.write_text(found.text, encoding="utf-8")
                return path
            if path.read_bytes() == found.text.encode():
                return path
    except OSError as error:
        text = _("{path} cannot be written: {why}")
        raise StorageError(text.format(path=path, why=error.strerror or error)) from error
    raise StorageError(_("{path} cannot be written: {why}").format(path=path, why="-2..-999"))


def _tell(found: "Found", path: Path) -> None:
    print(f"{found.broke.check}: {found.broke.text}\n")
    print(found.text[found.text.index("\nsteps:\n") + 8 :])
    count = len(found.broke.steps)
    text = ngettext("{n} step, saved as {path}", "{n} steps, saved as {path}", count)
    print(text.format(n=count, path=path))
    print(f"cashier run {path}")


class _Progress:
    """One line that changes, where somebody looks; the sum in the end."""

    def __init__(self, exploring: "Exploring") -> None:
        self._exploring, self._began, self._last = exploring, monotonic(), 0.0
        self._seen = sys.stderr.isatty()

    def show(self) -> None:
        if not self._seen or monotonic() - self._last < 0.2:
            return
        self._last = monotonic()
        print(f"\r\x1b[K{self._line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        print(f"\r\x1b[K{self._line}" if self._seen else self._line, file=sys.stderr)

    @property
    def _line(self) -> str:
        it = self._exploring
        rate = round(it.commands / max(0.001, monotonic() - self._began))
        text = _("{runs} sessions, {commands} commands, {rate} a second")
        line = text.format(runs=it.runs, commands=it.commands, rate=rate)
        return line + (" · " + _("looking for the shortest way") if it.shrinking else "")

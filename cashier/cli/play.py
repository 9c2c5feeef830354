"""``cashier play``: a scenario that plays itself at the till, or is kept as a film."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier import i18n
from cashier.cli import staging
from cashier.errors import BadInput, ConfigError
from cashier.i18n import _

if TYPE_CHECKING:
    from cashier.scenario.model import Scenario
    from screens.playing.pace import Pace
    from screens.playing.player import Player

_LEAST, _MOST = (60, 18), (400, 200)
"""Columns and rows of a film."""


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "play", parents=[common], help=_("let the till play a scenario by itself")
    )
    parser.add_argument("path", metavar="FILE", type=Path)
    staging.add_options(parser)
    parser.add_argument(
        "--example", type=int, default=1, metavar="N", help=_("which row of the examples")
    )
    parser.add_argument(
        "--speed", type=float, default=1.0, metavar="N", help=_("so many times as fast")
    )
    parser.add_argument(
        "--from", dest="begin_at", type=int, default=1, metavar="STEP", help=_("begin there")
    )
    parser.add_argument("--paused", action="store_true", help=_("wait for a key at first"))
    parser.add_argument("--theme", help=_("colours: dark, light, contrast, ansi"))
    parser.add_argument("--large", action="store_true", help=_("large digits, for a projector"))
    parser.add_argument(
        "--privacy", action="store_true", help=_("mask names, phones, e-mails and cards")
    )
    parser.add_argument("--cast", type=Path, metavar="FILE", help=_("a film for asciinema"))
    parser.add_argument(
        "--frames", type=Path, metavar="FOLDER", help=_("a picture of each step, and a page")
    )
    parser.add_argument(
        "--size", metavar="100x30", default="", help=_("columns and rows of the film")
    )
    parser.set_defaults(run=_play)


def _play(chosen: argparse.Namespace) -> int:
    films = chosen.cast is not None or chosen.frames is not None
    _check_options(chosen, films=films)
    scenario = _scenario(chosen)
    if not films and not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(_("The till needs a terminal."), file=sys.stderr)
        return 2
    return _film(chosen, scenario) if films else live(chosen, scenario)


def _check_options(chosen: argparse.Namespace, *, films: bool) -> None:
    """Raises CashierError."""
    if not 0.1 <= chosen.speed <= 100:
        raise BadInput(_("--speed: expected a number from {least} to {most}").format(
            least="0.1", most=100
        ))  # fmt: skip
    if chosen.size and not films:
        raise BadInput(_("--size is for --cast and --frames; a terminal has its own."))
    if chosen.paused and films:
        raise BadInput(_("--paused: nobody would go on with a film."))
    for path in filter(None, (chosen.cast, chosen.frames)):
        if not path.absolute().parent.is_dir():
            raise ConfigError(_("{file}: cannot be written: no such folder").format(file=path))
    if chosen.cast is not None and chosen.cast.is_dir():
        raise ConfigError(_("{file}: cannot be written: it is a folder").format(file=chosen.cast))
    if chosen.frames is not None and chosen.frames.exists() and not chosen.frames.is_dir():
        raise ConfigError(_("{file}: expected a folder").format(file=chosen.frames))


def _scenario(chosen: argparse.Namespace) -> "Scenario":
    """Raises CashierError. Without --lang it plays in the language that it names."""
    from dataclasses import replace

    from cashier.scenario.reading import load

    scenarios = load(chosen.path, chosen.seed)
    if not 1 <= chosen.example <= len(scenarios):
        text = _("--example: expected a number from {least} to {most}")
        raise BadInput(text.format(least=1, most=len(scenarios)))
    scenario: Scenario = scenarios[chosen.example - 1]
    if not 1 <= chosen.begin_at <= len(scenario.steps):
        text = _("--from: expected a number from {least} to {most}")
        raise BadInput(text.format(least=1, most=len(scenario.steps)))
    language = chosen.lang or scenario.language or i18n.language()
    i18n.set_language(language)
    return replace(scenario, language=language)


def _player(chosen: argparse.Namespace, scenario: "Scenario", pace: "Pace") -> "Player":
    from dataclasses import replace

    from screens.playing.pace import StageClock
    from screens.playing.player import Player

    stages = replace(staging.staging_of(chosen), clock=lambda at: StageClock(at, pace))
    return Player(scenario, stages, pace, begin_at=chosen.begin_at, paused=chosen.paused)


def live(chosen: argparse.Namespace, scenario: "Scenario") -> int:
    """On the terminal of whoever watches; the exit code."""
    from screens.app import TillApp
    from screens.playing.pace import LivePace

    player = _player(chosen, scenario, LivePace(chosen.speed))
    app = TillApp(
        player.make_till,
        theme_name=chosen.theme,
        large=chosen.large,
        privacy=chosen.privacy,
        guide=player,
    )
    try:
        app.run()
    finally:
        player.close()
    return _told(player, app.trouble, app.return_code or 0)


def _film(chosen: argparse.Namespace, scenario: "Scenario") -> int:
    import asyncio

    from screens.app import TillApp
    from screens.comfort import picture
    from screens.playing.cast import Cast
    from screens.playing.film import film
    from screens.playing.frames import Frames
    from screens.playing.pace import LOOK, CountedPace
    from screens.textual_hacks import painted_rows

    size, pace = _size(chosen.size or "100x30"), CountedPace(chosen.speed)
    player, cast, frames = (
        _player(chosen, scenario, pace),
        Cast(size, scenario.name),
        Frames(scenario),
    )
    app = TillApp(
        player.make_till,
        theme_name=chosen.theme or "dark",
        large=chosen.large,
        privacy=chosen.privacy,
        guide=player,
    )

    async def seen(app: TillApp, time: float) -> None:
        if chosen.cast is not None:
            cast.frame(painted_rows(app), time)

    async def step_over(place: int) -> None:
        if chosen.frames is not None:
            frames.take(place, picture(app), player.record.results.get(place))

    player.step_over = step_over
    try:
        asyncio.run(film(app, player, pace, size, seen))
    finally:
        player.close()
    if app.trouble or player.skipped:
        return _told(player, app.trouble, app.return_code or 0)
    try:
        if chosen.cast is not None:
            cast.write(chosen.cast, pace.time() + 2 * LOOK)
        if chosen.frames is not None:
            frames.write(chosen.frames)
    except OSError as error:
        text = _("{file}: cannot be written: {why}")
        raise ConfigError(text.format(file=error.filename, why=error.strerror)) from error
    return _told(player, "", app.return_code or 0)


def _size(text: str) -> tuple[int, int]:
    """Raises BadInput."""
    import re

    found = re.fullmatch(r"(\d{1,4})[x×](\d{1,4})", text)
    columns, rows = map(int, found.groups()) if found else (0, 0)
    if not (_LEAST[0] <= columns <= _MOST[0] and _LEAST[1] <= rows <= _MOST[1]):
        text = _("--size: expected COLUMNSxROWS from {least} to {most}")
        raise BadInput(text.format(least="{}x{}".format(*_LEAST), most="{}x{}".format(*_MOST)))
    return columns, rows


def _told(player: "Player", trouble: str, code: int) -> int:
    """Exit code: as that of a run."""
    if trouble:
        print(trouble, file=sys.stderr)
        return code or 2
    from cashier.scenario.result import worst

    print(player.farewell())
    return code or worst([player.record.result()])

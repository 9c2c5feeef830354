"""Scenarios that play themselves: filmed without waiting, or with somebody at the keys."""

import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from textual.pilot import Pilot

from cashier.cli.staging import plug
from cashier.scenario.model import Scenario
from cashier.scenario.reading import scenarios_of
from cashier.scenario.source import Source
from cashier.scenario.stage import Staging
from screens.app import TillApp
from screens.playing.film import film
from screens.playing.pace import CountedPace, StageClock
from screens.playing.player import Player
from screens.textual_hacks import painted_rows

HEAD = "scenario: A test\nlanguage: en\n"
SMALL = (80, 24)


def read(steps: str, head: str = HEAD) -> Scenario:
    body = textwrap.indent(textwrap.dedent(steps).strip(), "  ")
    (scenario,) = scenarios_of(Source.of(f"{head}steps:\n{body}\n", "test.yaml", Path()))
    return scenario


def player_of(
    scenario: Scenario, pace: CountedPace, *, begin_at: int = 1, paused: bool = False,
    staging: Staging | None = None,
) -> Player:  # fmt: skip
    stages = replace(staging or Staging(plug), clock=lambda at: StageClock(at, pace))
    return Player(scenario, stages, pace, begin_at=begin_at, paused=paused)


def app_of(player: Player) -> TillApp:
    return TillApp(player.make_till, language="en", theme_name="dark", guide=player)


async def filmed(
    scenario: Scenario, size: tuple[int, int] = SMALL, staging: Staging | None = None
) -> Player:
    """Played to its end; everything that was to be typed was."""
    pace = CountedPace()
    player = player_of(scenario, pace, staging=staging)
    app = app_of(player)

    async def nobody_looks(_app: TillApp, _time: float) -> None:
        return

    await film(app, player, pace, size, nobody_looks)
    player.close()
    assert app.return_code == 0
    assert not player.astray
    return player


@dataclass
class Show:
    """Somebody presents."""

    app: TillApp
    pilot: Pilot[None]
    player: Player

    async def press(self, *keys: str) -> None:
        """Presenter's keys, each until nothing goes on without him."""
        for key in keys:
            self.player.waits.clear()
            await self.pilot.press(key)
            await self.rests()

    async def rests(self) -> None:
        await self.player.waits.wait()
        await self.pilot.pause()

    async def at_the_till(self, *keys: str) -> None:
        """Keys for the till, while the presenter has them."""
        await self.pilot.press(*keys)
        assert self.app.desk is not None
        await self.pilot.pause()
        await self.app.desk.idle()
        await self.pilot.pause()

    @property
    def seen(self) -> str:
        return "\n".join(strip.text for strip in painted_rows(self.app))

    @property
    def state(self) -> str:
        return self.player.stage.now.state.value

    @property
    def lines(self) -> int:
        receipt = self.player.stage.now.receipt
        return len(receipt.lines) if receipt else 0


@asynccontextmanager
async def presented(
    scenario: Scenario, *, begin_at: int = 1, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Show]:
    """It stands before its first step."""
    player = player_of(scenario, CountedPace(), begin_at=begin_at, paused=True)
    app = app_of(player)
    async with app.run_test(size=size) as pilot:
        show = Show(app, pilot, player)
        await show.rests()
        yield show
    player.close()

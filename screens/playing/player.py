"""Goes from step to step of a scenario, types each into the real till, and obeys the presenter."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.events import Key
from textual.widget import Widget
from textual.worker import Worker

from cashier.commands import Command
from cashier.events import Event, TrainingSwitched
from cashier.exchange import Can
from cashier.i18n import _
from cashier.masking.masker import Masker
from cashier.scenario.acting import act
from cashier.scenario.model import Restart, Return, Scenario, Step, Wait
from cashier.scenario.result import StepResult
from cashier.scenario.stage import Stage, Staging
from cashier.scenario.standing import Standing
from cashier.till import Till
from screens.playing.caption import Caption, Mode, Saying
from screens.playing.pace import LOOK, SPEEDS, Pace, reading
from screens.playing.presenter import GIVE_BACK, Wish, wish_of
from screens.playing.press import DOTS, Press
from screens.playing.record import Record, is_seen, was_done
from screens.playing.typist import Typist

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from tempfile import TemporaryDirectory

    from screens.app import TillApp

_FOREVER = 1e9
"""Seconds: a presenter may talk as long as he likes."""


class _Taken(Exception):
    """The presenter wants the keys."""


class Player:
    """The guide of an app in which a scenario plays itself."""

    def __init__(
        self, scenario: Scenario, staging: Staging, pace: Pace, *, begin_at: int = 1, paused: bool
    ) -> None:
        """``begin_at``: the first step that is shown; those before it are done at once."""
        self.scenario = scenario
        self.record = Record(scenario)
        self.astray: list[str] = []
        """Steps whose keys did something else; there should be none."""
        self.by_hand: set[type] = set()
        """Kinds of commands that were typed."""
        self.waits = asyncio.Event()
        """Set while nothing goes on without the presenter."""
        self.step_over: Callable[[int], Awaitable[None]] | None = None
        """Told of each step that was shown, by its place from 0."""
        self.skipped = ""
        """Why the scenario cannot be shown on this system."""
        self.stage: Stage
        self._staging, self._pace = staging, pace
        self._place = max(scenario.setup, begin_at - 1)
        self._caption = Caption(id="guide")
        self._saying = Saying(scenario.title, steps=len(scenario.steps), speed=pace.speed)
        self._once = False
        self._mode = Mode.PAUSED if paused else Mode.PLAYING
        self._go = asyncio.Event()
        self._reopening: asyncio.Event | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._work: Worker[None] | None = None
        self._app: TillApp
        self._typist: Typist
        self._checks: Standing

    # --- the stage

    def make_till(self, _training: bool) -> Till:
        """A fresh stage; the same one where the program was only killed. Raises ConfigError."""
        if self._reopening is None:
            self.close()
            self.stage = self._staging.prepare(self.scenario)
            self.stage.opened = self._open_killed
            self._folder = self.stage.folder
        return self.stage.till

    async def _open_killed(self) -> None:
        """Instead of starting it: the app closes the till that was killed, and opens this one."""
        self._reopening = asyncio.Event()
        self._app.open_again()
        await self._reopening.wait()
        self._reopening = None
        self._typist = self._hands(self.stage.till)

    def close(self) -> None:
        """Nothing of the stage is left behind; the app has closed its till."""
        if self._folder is not None:
            self._folder.cleanup()

    # --- the guide

    def panel(self) -> Widget:
        return self._caption

    async def begin(self, app: "TillApp", till: Till) -> None:
        self._app = app
        if self._reopening is not None:
            self._reopening.set()
            return
        self._staging.set_up(self.stage, self.scenario)
        lacking = [name for name in self.scenario.needs if not self._can(name)]
        if lacking:
            self.skipped = _("This system cannot: {what}.").format(what=", ".join(lacking))
            app.exit()
            return
        till.events.bend(_without_training)
        self._checks = Standing(self.scenario.off)
        self._typist = self._hands(till)
        if app.desk is not None:
            app.desk.tour.offers = False  # another guide is enough
            app.desk.show()
        self._work = app.run_worker(self._perform(), name="player", exit_on_error=True)

    def _hands(self, till: Till) -> Typist:
        return Typist(self._app, till, self._rest, self._show_press, self._say_aside)

    def _can(self, name: str) -> bool:
        return self.stage.desk.can(Can[name.upper()])

    def take_key(self, key: Key) -> bool:
        if self._work is None:
            return key.key not in ("ctrl+q", "ctrl+c")
        if self._typist.fingers.knows(key):
            return False
        if self._mode is Mode.TAKEN and key.key != GIVE_BACK:
            return False
        wish = wish_of(key)
        if wish is not None:
            self._obey(wish)
        return True

    def farewell(self) -> str:
        return self.skipped or self.record.summary(Masker.for_shop(self.stage.shop))

    # --- what the presenter wishes

    def _obey(self, wish: Wish) -> None:
        match wish:
            case Wish.END:
                self._app.exit()
            case Wish.FASTER | Wish.SLOWER:
                self._pace.speed = _next_speed(self._pace.speed, faster=wish is Wish.FASTER)
                self._say(speed=self._pace.speed)
            case Wish.BACK:
                self._replay(self._before())
            case Wish.REPLAY if self._mode is Mode.LOST:
                self._replay(self._place)
            case Wish.TAKE:
                self._turn(Mode.PLAYING if self._mode is Mode.TAKEN else Mode.TAKEN)
            case Wish.PAUSE if self._mode in (Mode.PAUSED, Mode.FAILED):
                self._turn(Mode.PLAYING)
            case Wish.PAUSE if self._mode is Mode.PLAYING:
                self._turn(Mode.PAUSED)
            case Wish.STEP if self._mode in (Mode.PLAYING, Mode.PAUSED, Mode.FAILED):
                self._once = True
                self._turn(Mode.PAUSED)

    def _turn(self, mode: Mode) -> None:
        was, self._mode = self._mode, mode
        if mode in (Mode.PAUSED, Mode.FAILED) and not self._once:
            self._pace.stand()
        else:
            self._pace.go_on()
        if was is Mode.PLAYING:
            self._pace.hurry()
        self._go.set()
        self._say(mode=Mode.PLAYING if self._once else mode)

    def _before(self) -> int:
        """The step before the one at hand in which something is to be seen."""
        steps, first = self.scenario.steps, self.scenario.setup
        places = range(min(self._place, len(steps)) - 1, first - 1, -1)
        return next((place for place in places if is_seen(steps[place])), first)

    def _replay(self, place: int) -> None:
        """On a fresh stage, up to a step; then it stands."""
        if self._work is not None:
            self._work.cancel()
        self._place, self._once, self._work = place, False, None
        self.record.begin(place)
        self._turn(Mode.PAUSED)
        self._app.open_again()

    # --- the performance

    async def _perform(self) -> None:
        await self._catch_up()
        self._turn(self._mode)
        while self._place < len(self.scenario.steps):
            self._announce()
            try:
                stood = await self._gate()
                await self._play(self.scenario.steps[self._place], read=stood)
            except _Taken:
                await self._presenter_works()
        self._turn(Mode.OVER)
        self._say(press=None, aside="", place=len(self.scenario.steps))
        while True:
            await self._wait()
            if self._mode is not Mode.TAKEN:
                self._turn(Mode.OVER)

    async def _catch_up(self) -> None:
        """All before the first step that is shown, at once."""
        with self._app.batch_update():
            for place, step in enumerate(self.scenario.steps[: self._place]):
                self.record.keep(place, await self._act(step, self.stage.till))
        await self._typist.tidy()

    async def _play(self, step: Step, *, read: bool) -> None:
        """``read``: the caption has been there for a while."""
        place = self._place
        if not read:
            await self._rest(reading(step.say))
        result = await self._act(step, None)
        self.record.keep(place, result)
        self.astray += self._typist.astray
        self.by_hand.update(self._typist.by_hand)
        self._typist.astray.clear()
        differs = [] if self.record.strayed else [one.fact for one in result.differences]
        before = "" if is_seen(step) else self._saying.differs  # it stays during the next step
        self._say(press=None, aside="", differs=next(iter(differs), before))
        if is_seen(step):
            await self._pace.rest(LOOK)
            if self.step_over is not None:
                await self.step_over(place)
        self._place += 1
        if is_seen(step) and self._once:
            self._once = False
            self._turn(self._mode)
        if result.why:
            self._say(text=f"× {result.why}")
            self._turn(Mode.FAILED)
            await self._gate()

    async def _act(self, step: Step, till: Till | None) -> StepResult:
        """``till``: into it directly; None: typed."""
        give = self._give if till is None else till.do
        if till is None and isinstance(step.deed, Wait | Restart):
            self._say_aside()
            await self._rest(LOOK)
        return await act(step, self.stage, self._checks, seconds=_FOREVER, give=give)

    async def _give(self, command: Command) -> None:
        await self._typist.give(command)  # of a program that was killed it is another one

    async def _presenter_works(self) -> None:
        """Until he gives the keys back, and the next step is possible."""
        step, before = self.scenario.steps[self._place], len(self._typist.carried)
        self._say(press=None, aside="")
        while self._mode is Mode.TAKEN:
            await self._wait()
        done = [one.command for one in self._typist.carried[before:] if one.error is None]
        self.record.strayed = self.record.strayed or bool(done)
        if done and was_done(step, done):
            result = await act(step, self.stage, self._checks, seconds=_FOREVER, give=_nothing)
            self.record.keep(self._place, result)
            self._place += 1
        if self._place < len(self.scenario.steps) and not self._possible():
            self._turn(Mode.LOST)
            while self._mode is Mode.LOST:
                await self._wait()
        await self._typist.tidy()

    def _possible(self) -> bool:
        """Whether the next step that does something can be done from where the till is."""
        deeds = (step.deed for step in self.scenario.steps[self._place :] if step.deed is not None)
        match next(deeds, None):
            case None | Wait() | Restart():
                return True
            case Return():
                return self._allowed("FindSale")
            case command:
                return self._allowed(type(command).__name__)

    def _allowed(self, name: str) -> bool:
        return name in {kind.__name__ for kind in self.stage.till.allowed()}

    # --- time

    async def _rest(self, seconds: float) -> None:
        await self._pace.rest(seconds)
        await self._gate()

    async def _gate(self) -> bool:
        """Whether it stood for the presenter. Raises _Taken."""
        stood = False
        while self._mode in (Mode.PAUSED, Mode.FAILED) and not self._once:
            await self._wait()
            stood = True
        if self._mode is Mode.TAKEN:
            raise _Taken
        return stood

    async def _wait(self) -> None:
        """For the presenter."""
        self._go.clear()
        self.waits.set()
        await self._go.wait()
        self.waits.clear()

    # --- what is shown

    def _announce(self) -> None:
        """The step at hand, under the newest words of the scenario."""
        steps, place = self.scenario.steps, self._place
        said = next((one.say for one in reversed(steps[: place + 1]) if one.say), "")
        self._say(text=said or self.scenario.title, place=place + 1, press=None, aside="")

    def _show_press(self, press: Press | None, typed: int) -> None:
        if press is not None and press.personal and self._app.comfort.privacy.on:
            press = replace(press, name=DOTS)
        self._say(press=press, typed=typed, aside="")

    def _say_aside(self) -> None:
        """What the program does itself."""
        self._say(press=None, aside=self.scenario.steps[self._place].words)

    def _say(self, **news: Any) -> None:
        for name, value in news.items():
            setattr(self._saying, name, value)
        self._caption.say(self._saying)


def _without_training(event: Event) -> Event | None:
    """Training would be another till than the one on this stage."""
    return None if isinstance(event, TrainingSwitched) else event


async def _nothing(_command: Command) -> None:
    """It is done already."""


def _next_speed(speed: float, *, faster: bool) -> float:
    others = [one for one in SPEEDS if (one > speed if faster else one < speed)]
    return (others[0] if faster else others[-1]) if others else speed

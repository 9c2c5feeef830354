"""The guide of a till at which somebody learns: hears every command, and says the next task."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.events import Key
from textual.widget import Widget

from cashier.commands import Command
from cashier.errors import CashierError
from cashier.events import Carried, Event, TrainingSwitched
from cashier.i18n import _
from cashier.lessons.attempt import Attempt, Mode
from cashier.lessons.grading import Grading, as_step
from cashier.lessons.scoring import passed, score
from cashier.scenario.stage import Stage, Staging
from cashier.till import Till
from screens.lesson.panel import Asks, Panel, Saying

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from screens.app import TillApp

MENU = "ctrl+z"
_AGAIN, _LEAVE = 3, 0
"""Exit codes for whoever started the program."""


class LessonGuide:
    """One attempt at the till, from the first task to the result."""

    def __init__(
        self, grading: Grading, staging: Staging, result: Callable[[Attempt], Sequence[str]]
    ) -> None:
        """``result``: the rows that are shown at the end."""
        self.grading = grading
        self.again = False
        """At the end somebody wanted the same once more."""
        self.settled = asyncio.Event()
        """Set while everything that was done is judged."""
        self._staging, self._result = staging, result
        self._panel = Panel(id="guide")
        self._saying = Saying(exam=grading.mode is Mode.EXAM)
        self._news = asyncio.Event()
        self._opening = True
        self._folder: TemporaryDirectory[str] | None = None
        self._stage: Stage
        self._app: TillApp

    # --- the stage

    def make_till(self, _training: bool) -> Till:
        """A fresh one: at the beginning, and to take something back. Raises ConfigError."""
        self.close()
        self._stage = self._staging.prepare(self.grading.lesson.scenario)
        self._stage.opened = self._killed
        self._folder = self._stage.folder
        return self._stage.till

    async def _killed(self) -> None:
        """The trainer's side kills the program: at a screen, the till is begun anew by itself."""
        await self._stage.till.start()

    def close(self) -> None:
        """Nothing of the stage is left behind; the app has closed its till."""
        if self._folder is not None:
            self._folder.cleanup()

    # --- the guide

    def panel(self) -> Widget:
        return self._panel

    async def begin(self, app: "TillApp", till: Till) -> None:
        first = not hasattr(self, "_app")
        self._app = app
        till.events.bend(_without_training)
        self._staging.set_up(self._stage, self.grading.lesson.scenario)
        await self.grading.open(self._stage)
        till.events.watch(self._hear)
        if app.desk is not None:
            app.desk.tour.offers = False  # another guide is enough
            app.desk.show()
        self._opening = False
        self._news.set()
        if first:
            app.run_worker(self._follow(), name="lesson", exit_on_error=True)
            app.set_interval(1, self._say)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Carried):
            self.settled.clear()
            self._news.set()

    async def _follow(self) -> None:
        """Judge what was done, say what is next; until the app ends."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                if not self._opening:
                    await self._judge()
                self._say()
                if not self._news.is_set() and not self._opening:
                    self.settled.set()
        finally:
            await self.grading.close()

    async def _judge(self) -> None:
        with suppress(CashierError):  # the till is being closed
            if await self.grading.work():
                self._saying.explanation, self._saying.good = self.grading.said, False
        if self.grading.wants_stage:
            self._reopen()

    def _reopen(self) -> None:
        self._opening = True
        self.settled.clear()
        self._app.open_again()

    # --- keys

    def take_key(self, key: Key) -> bool:
        if self._opening:
            return key.key not in ("ctrl+q", "ctrl+c")
        if self._saying.asks is Asks.END and self.grading.task is None:
            return self._at_the_end(key)
        if self._saying.asks is Asks.WHAT:
            self._chosen(key)
            return True
        if key.key == MENU:
            self._saying.asks = Asks.WHAT
            self._say()
            return True
        return False

    def _chosen(self, key: Key) -> None:
        self._saying.asks = Asks.NOTHING
        match key.key:
            case "1" if hint := self.grading.hint():
                words = hint if isinstance(hint, str) else self._next_press(hint)
                self._saying.explanation, self._saying.good = words, True
            case "2" if self.grading.undo() or self.grading.begin_anew():
                self._saying.explanation = ""
                self._reopen()
            case "3":
                self.grading.skip()
                self._saying.explanation = ""
                self._reopen()
            case "4" | "q":
                self._app.exit()
            case _:
                pass
        self._say()

    def _next_press(self, command: Command) -> str:
        """What hands would do first for a command, at this till and just now."""
        from screens.playing.ways import NoWay, way

        desk = self._app.desk
        try:
            press = next(way(command, desk)) if desk is not None else None
        except (NoWay, StopIteration):
            press = None
        if press is None:
            return as_step(command)
        if press.is_typed:
            return _("Now type: {text}").format(text=press.name)
        name = f"{press.name} ({press.label})" if press.label else press.name
        return _("Now press: {key}").format(key=name)

    def _at_the_end(self, key: Key) -> bool:
        from screens.dialogs.reading import Reading

        if len(self._app.screen_stack) > 1 or key.key in ("ctrl+q", "ctrl+c"):
            return False
        match key.key:
            case "enter" | "1":
                rows = [(row, "", "row") for row in self._result(self.grading.attempt)]
                self._app.push_screen(Reading(_("Result"), rows, columns=64))
            case "2":
                self.again = True
                self._app.exit()
            case "q" | "escape" | "4":
                self._app.exit()
            case _:
                pass
        return True

    def farewell(self) -> str:
        return ""

    # --- what is shown

    def _say(self) -> None:
        grading, saying = self.grading, self._saying
        task, tasks = grading.task, grading.lesson.tasks
        saying.number, saying.of = grading.place + 1, len(tasks)
        saying.opening, saying.stuck = self._opening, grading.stuck
        saying.can_undo, saying.can_begin_anew = grading.can_undo, grading.can_begin_anew
        if task is None:
            attempt = grading.attempt
            words = _("passed") if passed(attempt) else _("not passed")
            text = _("The lesson is over: {score} %, {words}.")
            text = text.format(score=score(attempt), words=words)
            saying.task = f"{text} {grading.lesson.closing}".strip()
            saying.asks, saying.explanation, saying.left = Asks.END, "", None
        else:
            saying.task = task.text
            attempt = grading.attempt
            saying.left = attempt.minutes * 60 - attempt.seconds if saying.exam else None
        self._panel.say(saying)


def _without_training(event: Event) -> Event | None:
    """Training would be another till than the one on this stage."""
    return None if isinstance(event, TrainingSwitched) else event

"""Gives a command to the till as a cashier would: by keys, and looks whether that came of them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from cashier.commands import Allow, Command
from cashier.errors import CashierError
from cashier.events import Carried, Event, Tone
from cashier.till import Till
from cashier.words import explain
from screens.playing.fingers import Fingers
from screens.playing.hands import DIALOGS
from screens.playing.pace import AFTER_KEY, BEFORE_KEY, LETTER, LOOK
from screens.playing.press import Press
from screens.playing.ways import NoWay, way

if TYPE_CHECKING:
    from screens.app import TillApp
    from screens.desk import Desk

Rest: TypeAlias = Callable[[float], Awaitable[None]]
Show: TypeAlias = Callable[[Press | None, int], None]
"""Told what is pressed now, and how many of its letters are typed."""


class Typist:
    """Works at one till of the app."""

    def __init__(
        self, app: "TillApp", till: Till, rest: Rest, show: Show, aside: Callable[[], None]
    ) -> None:
        """``aside``: says that the program does itself what is not typed."""
        self._app, self._till, self._rest, self._show = app, till, rest, show
        self._aside = aside
        self.fingers = Fingers(app)
        self.carried: list[Carried] = []
        """What the till did since somebody last looked, also for others who typed."""
        self.astray: list[str] = []
        """Commands for which the keys led elsewhere: mistakes of ``ways``."""
        self.by_hand: list[type] = []
        """Kinds of commands that were typed."""
        till.events.watch(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Carried):
            self.carried.append(event)

    @property
    def _desk(self) -> "Desk":
        assert self._app.desk is not None  # it is there as long as the till is
        return self._app.desk

    async def give(self, command: Command) -> None:
        """Raises CashierError as the till does."""
        before = len(self.carried)
        try:
            for press in way(command, self._desk):
                await self._press(press)
        except NoWay:
            pass
        self._show(None, 0)
        came = self.carried[before:]
        meant = _bare(command)
        if came and came[-1].command == meant:
            self.by_hand.append(type(command))
            if came[-1].error is not None:
                raise came[-1].error
            return
        if came:
            self.astray.append(f"{meant}: {', '.join(str(one.command) for one in came)}")
        self._aside()
        await self._rest(LOOK)
        await self.directly(command)

    async def _press(self, press: Press) -> None:
        self._show(press, 0)
        await self._rest(BEFORE_KEY)
        if press.is_typed:
            for count, letter in enumerate(press.keys, 1):
                await self.fingers.press(letter)
                self._show(press, count)
                await self._rest(LETTER)
        else:
            await self.fingers.press(*press.keys)
            await self._rest(AFTER_KEY)

    async def directly(self, command: Command) -> None:
        """Into the till past the keys. Raises CashierError."""
        await self._clear()
        try:
            await self._till.do(command)
        except CashierError as error:
            self._desk.say(explain(error), Tone.ERROR)
            raise
        finally:
            await self.tidy()

    async def _clear(self) -> None:
        """Close what is open on the screen, without an answer."""
        while len(self._app.screen_stack) > 1:
            await self._app.pop_screen()
        self._desk.screen.input.clear()
        self._desk.screen.found.show_found([])
        self._desk.ask(None)

    async def tidy(self) -> None:
        """The dialog of the question that is open, and no other."""
        asked = isinstance(self._till.now.question, DIALOGS)
        if len(self._app.screen_stack) - 1 > int(asked):
            await self._clear()
        if asked and len(self._app.screen_stack) == 1:
            self._desk.ask_again()
        await self.fingers.settle()


def _bare(command: Command) -> Command:
    """As the till tells of it: without the PIN."""
    return replace(command, pin="") if isinstance(command, Allow) else command

"""The app over a till on the test stand: somebody sits at it, types and looks."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from stand import Stand
from textual.events import Key
from textual.pilot import Pilot

from cashier.till import Till
from screens.app import TillApp
from screens.desk import Desk
from screens.till_screen import TillScreen


@dataclass
class Seat:
    """Somebody at the till: types, and looks at the screen."""

    app: TillApp
    pilot: Pilot[None]
    stand: Stand

    @property
    def screen(self) -> TillScreen:
        return self.app.till_screen

    @property
    def desk(self) -> Desk:
        assert self.app.desk is not None
        return self.app.desk

    @property
    def till(self) -> Till:
        return self.stand.till

    async def type(self, *keys: str) -> None:
        """Names of keys in angle brackets, anything else letter by letter."""
        for key in keys:
            if key.startswith("<"):
                await self.pilot.press(key.strip("<>"))
            else:
                self.write(key)
            await self.settle()

    def write(self, text: str) -> None:
        """Letters as a scanner writes them: all at once; a line feed is Enter."""
        for letter in text:
            key = {" ": "space", "\n": "enter"}.get(letter, letter)
            self.app.post_message(Key(key, "\r" if letter == "\n" else letter))

    async def enter(self, *texts: str) -> None:
        for text in texts:
            await self.type(text, "<enter>")

    async def settle(self) -> None:
        """Until everything that was asked for is done and painted."""
        await self.pilot.pause()
        await self.desk.idle()
        await self.pilot.pause()

    @property
    def state(self) -> str:
        return self.stand.till.now.state.value

    @property
    def message(self) -> str:
        return self.screen.message.content.plain

    @property
    def prompt(self) -> str:
        return self.screen.input.prompt

    def rows(self) -> list[str]:
        """The terminal, row by row, as it is seen."""
        top = self.app.screen
        return [strip.text for strip in top._compositor.render_strips()]

    def seen(self) -> str:
        return "\n".join(self.rows())


Sit = Callable[..., AbstractAsyncContextManager[Seat]]

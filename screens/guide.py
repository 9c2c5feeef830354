"""Somebody who stands beside the cashier: a demonstration, a lesson.

What goes into the till a guide hears as everybody does: ``till.events.watch``, and there the event
``Carried`` for every command, carried out or refused. A guide ends the program with ``app.exit``.
"""

from typing import TYPE_CHECKING, Protocol

from textual import events
from textual.content import Content
from textual.widget import Widget

from screens.widgets.row import Row

if TYPE_CHECKING:
    from cashier.till import Till
    from screens.app import TillApp

SPEAKS = "-speaks"
"""The class of a panel that has something to show; without it the panel takes no room."""


class Guide(Protocol):
    def panel(self) -> Widget:
        """What the guide says: a few rows above the keys, on the screen of the till. Asked once."""
        ...

    async def begin(self, app: "TillApp", till: "Till") -> None:
        """The till has started. Told again of every till that is opened after it: whoever wants
        another one (a fresh stage, a program started again) says ``app.open_again()``, and
        ``make_till`` gives it."""
        ...

    def take_key(self, key: events.Key) -> bool:
        """Whether the key was meant for the guide: then nobody else sees it.

        Asked for every key, on every screen, also while a dialog is open."""
        ...

    def farewell(self) -> str:
        """What is printed when the program has ended, however it ended; empty: nothing."""
        ...


class Words(Row):
    """A panel that only says something: it is there while there is something to say."""

    DEFAULT_CSS = f"""
    Words {{ display: none; height: auto; max-height: 4; padding: 0 1; }}
    Words.{SPEAKS} {{ display: block; background: $primary-muted; }}
    """

    def show(self, content: Content) -> None:
        super().show(content)
        self.set_class(bool(content.plain), SPEAKS)

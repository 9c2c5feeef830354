"""What each key does: local things at once, commands in their turn."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cashier.commands import Deliver, Dismiss
from cashier.i18n import _
from cashier.snapshot import State
from screens.deeds import Deed
from screens.presses.around import Around
from screens.presses.buying import Buying
from screens.presses.day import Day
from screens.presses.looking import Looking
from screens.presses.paying import Paying
from screens.presses.returning import Returning

if TYPE_CHECKING:
    from screens.desk import Desk


AT_ONCE = ("exchanges",)
"""Deeds that do not wait until a request is answered: they show it."""
TAKE_TYPED = ("cash", "card", "check_price")
"""Deeds that take what stands on the input line: '500' and F9."""


class Presses(Buying, Paying, Returning, Day, Around, Looking):
    """One method for each deed, named as the deed is: ``show_`` looks, ``on_`` does."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def press(self, deed: Deed) -> None:
        """What only looks need not wait for its turn."""
        show = getattr(self, f"show_{deed.id}", None)
        if show is not None:
            show()
        else:
            typed = self.take_typed((deed,))
            self._desk.later(lambda: self.carry_out(deed, typed))

    def take_typed(self, deeds: Iterable[Deed]) -> str:
        """What stands on the input line when the key is pressed, if one of ``deeds`` takes it:
        what is typed after the key belongs to what comes next."""
        takes = any(deed.id in TAKE_TYPED for deed in deeds)
        return self._desk.screen.input.take() if takes else ""

    async def carry_out(self, deed: Deed, typed: str = "") -> None:
        """Do it now. Raises CashierError."""
        show = getattr(self, f"show_{deed.id}", None)
        if deed.id in TAKE_TYPED:
            await getattr(self, f"on_{deed.id}")(typed)
            return
        if typed:  # it was meant for another deed of the same key
            self._desk.screen.input.put_first(typed)
        if show is not None:
            show()
        else:
            await getattr(self, f"on_{deed.id}")()

    async def on_deliver(self) -> None:
        await self._desk.do(Deliver())

    def back(self) -> None:
        """Esc where nothing inside is open."""
        desk = self._desk
        if desk.now.question is not None:
            desk.later(lambda: desk.do(Dismiss()))
        elif desk.now.state is State.CALCULATED:
            desk.later(self.on_goods)
        elif desk.now.state is State.PAYING:
            text = _("Money was taken: {key} goes back to the goods and gives it back.")
            desk.say(text.format(key=desk.key_name("goods")))
        elif desk.now.state is State.RETURNING:
            desk.later(self.on_cancel)
        elif desk.now.state is State.FINISHED:
            desk.put_away()

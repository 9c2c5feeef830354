"""The spinner: shown only for what takes longer than a blink."""

from collections.abc import Callable
from typing import Protocol

from textual.content import Content
from textual.timer import Timer

from cashier.i18n import _
from screens.widgets.row import Row

AFTER = 0.2
"""Seconds that a request may take before the cashier is told."""
_EACH = 0.1
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class SetTimer(Protocol):
    """``set_timer`` of a widget."""

    def __call__(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class Spinner:
    """Turns in the message row while a request is under way; then the messages come back."""

    def __init__(self, row: Row, set_timer: SetTimer, done: Callable[[], None]) -> None:
        self.turning = False
        self._row = row
        self._set_timer = set_timer
        self._done = done
        self._timer: Timer | None = None
        self._step = ""
        self._cancellable = True
        self._frame = 0

    def asking(self, step: str, *, cancellable: bool) -> None:
        """A request has begun, or ended (then ``step`` is empty)."""
        self._step, self._cancellable = step, cancellable
        if step and self._timer is None:
            self._timer = self._set_timer(AFTER, self._turn)
        elif not step:
            self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.turning:
            self.turning = False
            self._done()

    def _turn(self) -> None:
        self.turning = True
        self._frame = (self._frame + 1) % len(_FRAMES)
        left = f"{_FRAMES[self._frame]} {step_words(self._step)}"
        right = _("Esc: do not wait") if self._cancellable else ""
        self._row.show(Content.assemble((left, "bold $text-accent"), (f"   {right}", "dim")))
        self._timer = self._set_timer(_EACH, self._turn)


def step_words(step: str) -> str:
    """What the till waits for."""
    return {
        "open": _("Connecting to the loyalty system…"),
        "identify": _("Looking for the customer…"),
        "register": _("Registering the customer…"),
        "attach_card": _("Getting a card…"),
        "upgrade_level": _("Asking for the next level…"),
        "check_coupon": _("Checking the coupon…"),
        "calculate": _("Calculating…"),
        "points": _("Asking for the points…"),
        "reserve": _("Holding the points…"),
        "release": _("Giving the points back…"),
        "save_sale": _("Saving the sale…"),
        "find_sale": _("Looking for the sale…"),
        "save_return": _("Saving the return…"),
        "printer": _("Printing…"),
        "card": _("Waiting for the card terminal…"),
        "card_refund": _("Giving the money back to the card…"),
    }.get(step, _("Waiting for the loyalty system…"))

"""What all groups of presses share."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.dialogs.choice import Choice

if TYPE_CHECKING:
    from screens.desk import Desk


class Hand:
    """One of the groups of presses; together they are ``Presses``."""

    _desk: "Desk"

    def _choose(self, choice: Choice[bool], yes: Callable[[], object]) -> None:
        def answered(answer: bool | None) -> None:
            if answer:
                yes()

        self._desk.screen.app.push_screen(choice, answered)

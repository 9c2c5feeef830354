"""Comfort of a demo: large type, privacy, pictures of the screen.

Imported before the first paint, so it knows nothing of the till.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, SystemCommand
from textual.filter import LineFilter

from cashier.i18n import _
from screens.privacy import Privacy

if TYPE_CHECKING:
    from cashier.events import Event
    from cashier.till import Till
    from screens.till_screen import TillScreen

LARGE = "-large"
"""The class of a till screen in large type."""


class Comfort:
    """What the palette offers besides the keys of the till."""

    def __init__(
        self, app: App[Any], screen: "TillScreen", *, large: bool = False, privacy: bool = False
    ) -> None:
        self._app, self._screen = app, screen
        self._till: Till | None = None
        self.privacy = Privacy(on=privacy)
        screen.set_class(large, LARGE, update=False)

    def begin(self, till: "Till") -> None:
        """Before anybody else hears of its events: nobody is drawn before he is known."""
        self._till = till
        codes = till.workplace.shop.codes
        self.privacy.begin(codes.card_prefixes, codes.app_prefix)
        till.events.watch(self._hear)

    def _hear(self, event: "Event") -> None:
        from cashier.events import Changed
        from screens.people import people_of

        if isinstance(event, Changed) and self.privacy.learn(people_of(event.snapshot)):
            self._draw_again()

    def filters(self, others: Sequence[LineFilter]) -> Sequence[LineFilter]:
        """What every row goes through on its way to the terminal."""
        return [*others, self.privacy.veil(self._app.screen)] if self.privacy.on else others

    def _draw_again(self) -> None:
        """Everything, dialogs and what lies under them, too."""
        if self.privacy.on:
            _draw(self._app)

    # --- the palette

    def commands(self) -> Iterable[SystemCommand]:
        large, private = self._screen.has_class(LARGE), self.privacy.on
        yield SystemCommand(
            _("Normal type") if large else _("Large type"),
            _("Large digits of the sum, for a projector"),
            self.toggle_large,
        )
        yield SystemCommand(
            _("Privacy off") if private else _("Privacy on"),
            _("Names, phones, e-mails and cards are masked on the screen"),
            self.toggle_privacy,
        )
        if self._till is not None and self._till.folder is not None:
            yield SystemCommand(
                _("Picture of the screen"),
                _("Save what is on the screen as SVG into the data folder"),
                lambda: self._app.call_after_refresh(self.take_picture),
            )

    def toggle_large(self) -> None:
        self._screen.toggle_class(LARGE)
        self._screen.call_after_refresh(self._screen.again)

    def toggle_privacy(self) -> None:
        self.privacy.on = not self.privacy.on
        _draw(self._app)

    def take_picture(self) -> None:
        """Into the data folder, named by the time; the till says where."""
        till = self._till
        if till is None or till.folder is None:
            return
        from cashier.events import Tone

        now = till.workplace.clock.now()
        try:
            path = save(self._app, till.folder / "screenshots", now)
        except OSError as error:
            text = _("The picture cannot be saved: {why}").format(why=error.strerror or error)
            till.workplace.say(text, Tone.ERROR)
        else:
            text = _("Picture of the screen: {path}").format(path=path)
            till.workplace.say(text, Tone.GOOD)


def _draw(app: App[Any]) -> None:
    for screen in app.screen_stack:
        for widget in (screen, *screen.walk_children()):
            widget.refresh()


# --- pictures


def save(app: App[Any], folder: Path, at: datetime) -> Path:
    """The screen as SVG; never over an older picture. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    text = picture(app).encode()
    for number in range(1, _MOST):
        again = f"-{number}" if number > 1 else ""
        path = folder / f"{at:%Y-%m-%d_%H-%M-%S}{again}.svg"
        try:
            with path.open("xb") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(_("too many pictures of one second"))


_MOST = 100


def picture(app: App[Any]) -> str:
    """SVG that asks for nothing from outside the file."""
    from screens.pictures import without_outside

    return without_outside(app.export_screenshot(title=app.title))

"""At the till: lets instructors see the screen, and shows what the customer wants."""

from functools import lru_cache
from pathlib import Path
from re import compile as pattern
from typing import TYPE_CHECKING

from rich.color import Color, ColorType
from rich.style import Style
from textual.content import Content

from cashier.clock import SystemClock
from cashier.errors import CashierError
from cashier.events import CustomerSaid, Event, Tone
from cashier.i18n import _
from cashier.seat.protocol import MOST_COLUMNS, MOST_ROWS, Picture, RowParts
from cashier.seat.server import SeatServer
from screens.text import clean
from screens.textual_hacks import painted_rows
from screens.widgets.row import Row

if TYPE_CHECKING:
    from textual.strip import Strip

    from cashier.till import Till
    from screens.app import TillApp

_MOST_KEYS = 200
"""Letters of what was pressed last."""


class Host:
    """Stays while one till after the other is opened in the app."""

    def __init__(self, app: "TillApp", folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._server: SeatServer | None = None
        self._customer = Row(id="customer-said")

    async def let_in(self, till: "Till") -> None:
        """Instructors see this till from now on. Trouble is said, never raised."""
        if self._server is None:
            server = SeatServer(self._folder, self, clock=SystemClock())
            try:
                await server.open()
            except CashierError as error:
                till.workplace.say(str(error), Tone.WARNING)
                return
            self._server = server
        screen = self._app.till_screen
        if not self._customer.is_attached:
            await screen.mount(self._customer, before=screen.message)
        self._say("")
        till.events.watch(self._hear)
        self._server.attach(till)

    def painted(self) -> None:
        if self._server is not None:
            self._server.painted()

    def detach(self) -> None:
        """The till is about to close."""
        if self._server is not None:
            self._server.detach()

    async def close(self) -> None:
        if self._server is not None:
            await self._server.close()

    # --- what the customer wants

    def _hear(self, event: Event) -> None:
        if isinstance(event, CustomerSaid):
            self._say(event.text)

    def _say(self, text: str) -> None:
        """In a row of its own: it stays while the cashier works on."""
        name = _("The customer")
        self._customer.show(
            Content.assemble((f" {name} ", "bold reverse $text-accent"), " ", (clean(text), "bold"))
        )
        self._customer.set_class(bool(text), "-news")

    # --- what an instructor sees

    def picture(self) -> Picture | None:
        """Exactly what stands in the terminal: what is masked there is masked here."""
        app = self._app
        if not app.is_running or app.screen.size.area == 0:
            return None
        rows = painted_rows(app)[:MOST_ROWS]
        columns = max(1, min(app.screen.size.width, MOST_COLUMNS))
        return Picture(columns=columns, rows=tuple(_parts(row, columns) for row in rows))

    def keys(self) -> str:
        privacy = self._app.comfort.privacy
        mask = privacy.veil() if privacy.on else None
        return clean(self._app.till_screen.pressed.last(mask))[-_MOST_KEYS:]


def _parts(row: "Strip", columns: int) -> RowParts:
    return tuple(
        (text, _style_words(style) if style else "")
        for text, style, control in row.crop(0, columns)
        if text and not control
    )


_NAME = pattern(r"[a-z0-9_#()]{1,30}")


@lru_cache(maxsize=4096)
def _style_words(style: Style) -> str:
    """'bold #ffffff on #000000', without links and what a mouse would do there."""
    words = [name for name in _ATTRIBUTES if getattr(style, name)]
    if style.color is not None:
        words.append(_colour(style.color))
    if style.bgcolor is not None:
        words += ["on", _colour(style.bgcolor)]
    return " ".join(words)


_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike")


def _colour(colour: Color) -> str:
    name = colour.name.lower()
    if colour.type is not ColorType.TRUECOLOR and _NAME.fullmatch(name):
        return name
    return colour.get_truecolor().hex

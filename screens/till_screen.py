"""The main screen: paints, and hands keys to the desk; until that is there it keeps them.

Imported before the first paint, so it knows nothing of pydantic, the exchange or the till.
"""

from shutil import get_terminal_size
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen

from cashier.i18n import _
from screens.deeds import DEEDS, Deed
from screens.widgets.input_line import InputLine
from screens.widgets.key_bar import KeyBar
from screens.widgets.money_view import MoneyView
from screens.widgets.receipt_view import ReceiptView
from screens.widgets.row import Ends, Row

if TYPE_CHECKING:  # what is not needed for the first paint costs nothing before it
    from typing import Protocol

    from textual.widget import Widget

    from screens.widgets.found import FoundList
    from screens.widgets.return_view import ReturnView

    class Hands(Protocol):
        """Who acts on what is pressed and typed."""

        def press(self, deed: Deed) -> None: ...
        def key(self, deeds: list[Deed]) -> None: ...
        def lit(self, deed: Deed) -> bool: ...
        def typed(self) -> None: ...
        def enter(self) -> None: ...
        def back(self) -> None: ...
        def take(self, character: str) -> bool: ...
        def move(self, by: int) -> None: ...
        def selected(self) -> None: ...
        def resized(self) -> None: ...
        def tick(self) -> None: ...


LEAST = (60, 18)
"""Columns and rows without which nothing useful can be shown."""


class TillScreen(Screen[None]):
    """Status, receipt, total, customer, message, input line, keys."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (130, "-wider")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]
    BINDINGS = [
        *(deed.binding for deed in DEEDS if deed.id != "quit"),
        Binding("ctrl+c", "deed('quit')", show=False, id="quit_too"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._guess_breakpoints()
        self.hands: Hands | None = None
        self._early: list[events.Key] = []
        self.status = Ends(id="status")
        self.receipt = ReceiptView(id="receipt")
        self.money = MoneyView(id="money")
        self.buyer = Row(id="buyer")
        self.message = Row(id="message")
        self.input = InputLine(id="input")
        self.keys = KeyBar(id="keys")
        self.returning: ReturnView
        self.found: FoundList
        self.phone_strip: Row
        self.side_buyer: Row
        self.side_news: Row
        self.side_phone: Row
        self.too_small: Row

    def _guess_breakpoints(self) -> None:
        """The classes that the first resize would add, so that nothing is styled twice."""
        columns, rows = get_terminal_size()
        for breakpoints, extent in (
            (self.HORIZONTAL_BREAKPOINTS, columns),
            (self.VERTICAL_BREAKPOINTS, rows),
        ):
            self.add_class(*self._get_breakpoint_classes(extent, breakpoints))

    def compose(self) -> ComposeResult:
        """No more than what the first paint shows; the rest is mounted when the till is there."""
        yield self.status
        with Horizontal(id="middle"), Vertical(id="main"):
            yield self.receipt
            yield self.money
            yield self.buyer
        yield self.message
        yield self.input
        yield self.keys

    def compose_rest(self) -> None:
        """What the first paint did without; called once, before ``begin``."""
        from screens.widgets.found import FoundList
        from screens.widgets.return_view import ReturnView

        self.returning = ReturnView(id="returning")
        self.found = FoundList(id="found")
        self.phone_strip = Row(id="phone-strip")
        self.side_buyer = Row(id="side-buyer")
        self.side_news = Row(id="side-news")
        self.side_phone = Row(id="side-phone")
        self.too_small = Row(id="too-small")
        self.query_one("#main").mount(self.returning, after=self.receipt)
        self.query_one("#main").mount(self.phone_strip, after=self.buyer)
        side = Vertical(self.side_buyer, self.side_news, self.side_phone, id="side")
        self.query_one("#middle").mount(side)
        self.mount(self.found, before=self.message)
        self.mount(self.too_small, before=self.status)

    def on_mount(self) -> None:
        self.input.ask(_("Code, phone or e-mail"))
        self.message.show(Content.styled(_("The till is opening…"), "dim"))

    def on_resize(self, event: events.Resize) -> None:
        columns, rows = event.size.width, event.size.height
        small = columns < LEAST[0] or rows < LEAST[1]
        self.set_class(small, "-small")
        if self.hands is not None:
            self.too_small.show(_too_small(columns, rows))
            self.call_after_refresh(self.hands.resized)

    @property
    def quick(self) -> "tuple[Widget, ...]":
        """What a scan changes."""
        return (self.receipt, self.money, self.message, self.input, self.keys)

    @property
    def wide(self) -> bool:
        return self.size.width >= self.HORIZONTAL_BREAKPOINTS[1][0]

    # --- keys

    def begin(self, hands: "Hands") -> None:
        """From now on ``hands`` act; what was pressed before is played in order."""
        self.hands = hands
        self.message.show(Content(""))
        self.too_small.show(_too_small(*self.size))
        hands.resized()
        self.set_interval(1, hands.tick)
        early, self._early = self._early, []
        for key in early:
            self.take_key(key)

    def again(self) -> None:
        """Everything anew, in another language."""
        self.receipt.forget()
        self.returning.forget()
        self.keys.refresh()
        if self.hands is not None:
            self.hands.resized()

    def take_key(self, key: events.Key) -> bool:
        """Act on a key if it is not one of the bindings. Called by the app for every key."""
        if self.hands is None:
            if key.key in ("ctrl+q", "ctrl+c", "ctrl+p"):
                return False
            self._early.append(key)
            self._echo(key)
            return True
        if key.is_printable and key.character:
            if not self.hands.take(key.character):
                self.input.put(key.character)
                self.hands.typed()
            return True
        return self._act(self.hands, key.key)

    def _echo(self, key: events.Key) -> None:
        """Show what is typed although nobody can act on it yet."""
        if key.is_printable and key.character:
            self.input.ask(self.input.prompt, self.input.hint + key.character)
        elif key.key in _ENTERS:
            self.input.ask(self.input.prompt, "")

    def _act(self, hands: "Hands", key: str) -> bool:
        if key in _ENTERS:
            hands.enter()
        elif key == "escape":
            hands.back()
        elif key in _MOVES:
            hands.move(_MOVES[key] * (self.receipt.page if key.startswith("page") else 1))
        elif deeds := _BY_KEY.get(key):
            hands.key(deeds)
        elif self.input.edit(key):
            hands.typed()
        else:
            return False
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Whole lines are entered one after another; the rest stays on the input line."""
        event.stop()
        if self.hands is None:
            return
        *lines, rest = event.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for line in lines[:_MOST_PASTED]:
            self.input.put(line)
            self.hands.enter()
        self.input.put(rest)
        self.hands.typed()

    def action_deed(self, name: str) -> None:
        deed = next(deed for deed in DEEDS if deed.id == name)
        if self.hands is not None:
            self.hands.press(deed)
        elif name == "quit":
            self.app.exit()

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        if self.hands is not None:
            self.hands.press(event.deed)

    def on_lines_view_selected(self) -> None:
        if self.hands is not None:
            self.hands.selected()


_BY_KEY: dict[str, list[Deed]] = {}
for _deed in DEEDS:
    for _key in _deed.keys.split(","):
        _BY_KEY.setdefault(_key, []).append(_deed)

_ENTERS = ("enter", "ctrl+j")
"""Some scanners end a code with a line feed; so does what was typed before the till was ready."""
_MOVES = {"up": -1, "down": 1, "pageup": -1, "pagedown": 1}
_MOST_PASTED = 500


def _too_small(columns: int, rows: int) -> Content:
    text = _("The till needs at least {columns} × {rows}.").format(columns=LEAST[0], rows=LEAST[1])
    now = _("Now it is {columns} × {rows}. Make the window larger.").format(
        columns=columns, rows=rows
    )
    return Content.assemble((text, "bold"), "\n", now)

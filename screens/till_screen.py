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
from screens.deeds import BY_ID
from screens.key_log import KeyLog
from screens.widgets.input_line import InputLine
from screens.widgets.key_bar import KeyBar
from screens.widgets.lines_view import LinesView
from screens.widgets.money_view import MoneyView
from screens.widgets.receipt_view import ReceiptView
from screens.widgets.row import Ends, Row

if TYPE_CHECKING:  # what is not needed for the first paint costs nothing before it
    from textual.widget import Widget

    from screens.desk import Desk
    from screens.exchanges.entries_view import EntriesBeside
    from screens.hearing import Ears
    from screens.keys import KeyMap
    from screens.orders import Orders
    from screens.widgets.found import FoundList
    from screens.widgets.paper_view import PaperView
    from screens.widgets.return_view import ReturnView


LEAST = (60, 18)
"""Columns and rows without which nothing useful can be shown."""


class TillScreen(Screen[None]):
    """Status, receipt, total, customer, message, input line, keys."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (130, "-wider")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]
    BINDINGS = [Binding("ctrl+c", "deed('quit')", show=False, id="quit_too")]

    def __init__(self) -> None:
        super().__init__()
        self._guess_breakpoints()
        self.hands: Desk | None = None
        """Who acts on what is pressed and typed; None while the till opens."""
        self.key_map: KeyMap
        self.orders: Orders
        self.ears: Ears
        self._early: list[events.Key] = []
        self.pressed = KeyLog()
        """What was pressed, on all screens, for each receipt."""
        self.status = Ends(id="status")
        self.receipt = ReceiptView(id="receipt")
        self.money = MoneyView(id="money")
        self.buyer = Row(id="buyer")
        self.message = Row(id="message")
        self.input = InputLine(id="input")
        self.keys = KeyBar(id="keys")
        self.returning: ReturnView
        self.found: FoundList
        self.paper: PaperView
        self.banner: Row
        self.tour: Row
        self.phone_strip: Row
        self.side_buyer: Row
        self.side_news: Row
        self.side_phone: Row
        self.side_said: EntriesBeside
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

    def compose_rest(self, guide: "Widget | None" = None) -> None:
        """What the first paint did without; called once, before ``begin``. ``guide``: the panel of
        whoever stands beside the cashier."""
        from screens.exchanges.entries_view import EntriesBeside
        from screens.widgets.found import FoundList
        from screens.widgets.paper_view import PaperView
        from screens.widgets.return_view import ReturnView

        self.returning = ReturnView(id="returning")
        self.found = FoundList(id="found")
        self.paper = PaperView(id="paper")
        self.banner = Row(id="banner")
        self.tour = Row(id="tour")
        self.phone_strip = Row(id="phone-strip")
        self.side_buyer = Row(id="side-buyer")
        self.side_news = Row(id="side-news")
        self.side_phone = Row(id="side-phone")
        self.too_small = Row(id="too-small")
        self.query_one("#main").mount(self.returning, self.paper, after=self.receipt)
        self.query_one("#main").mount(self.phone_strip, after=self.buyer)
        self.side_said = EntriesBeside(id="side-said")
        parts = (self.side_buyer, self.side_news, self.side_phone, self.side_said)
        side = Vertical(*parts, id="side")
        self.query_one("#middle").mount(side)
        self.mount(self.found, before=self.message)
        self.mount(self.banner, self.tour, after=self.status)
        self.mount(self.too_small, before=self.status)
        if guide is not None:
            self.mount(guide, before=self.keys)

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
    def high(self) -> bool:
        return self.size.height >= self.VERTICAL_BREAKPOINTS[1][0]

    @property
    def wide(self) -> bool:
        return self.size.width >= self.HORIZONTAL_BREAKPOINTS[1][0]

    # --- keys

    def begin(self, hands: "Desk") -> None:
        """From now on ``hands`` act; what was pressed before is played in order.

        Raises ConfigError when the shop card gives keys that cannot be.
        """
        from screens.hearing import Ears
        from screens.keys import keys_of
        from screens.orders import Orders

        self.key_map = keys_of(hands.till.workplace)
        self.orders = Orders(hands)
        self.ears = Ears(hands, self.set_timer)
        if self.hands is None:
            self.set_interval(1, self._tick)
        self.hands = hands
        self.message.show(Content(""))
        self.too_small.show(_too_small(*self.size))
        hands.resized()
        early, self._early = self._early, []
        for key in early:
            self.take_key(key)

    def _tick(self) -> None:
        if self.hands is not None:
            self.hands.tick()

    def use_keys(self, keys: "KeyMap") -> None:
        """Other keys, from now on."""
        self.key_map = keys
        if self.hands is not None:
            self.hands.resized()

    def again(self) -> None:
        """Everything anew, in another language."""
        self.receipt.forget()
        self.side_said.forget()
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
        self.ears.silence(key)
        if letter := _letter(key):
            self._type(self.hands, key, letter)
            return True
        return self._act(self.hands, key)

    def _type(self, hands: "Desk", key: events.Key, character: str) -> None:
        """A character: on an empty line some of them are keys."""
        acts = not self.input.text and (hands.take(character) or self._is_deed(hands, key.key))
        if not acts and not self.ears.character(key, character):
            self.input.put(character)
            hands.typed()

    def _is_deed(self, hands: "Desk", key: str) -> bool:
        deeds = self.key_map.by_key.get(key)
        if not deeds or hands.prompt is not None:
            return False
        hands.key(deeds)
        return True

    def _echo(self, key: events.Key) -> None:
        """Show what is typed although nobody can act on it yet."""
        if letter := _letter(key):
            self.input.ask(self.input.prompt, self.input.hint + letter)
        elif key.key in _ENTERS:
            self.input.ask(self.input.prompt, "")

    def _act(self, hands: "Desk", event: events.Key) -> bool:
        key = event.key
        if self.ears.key(event):
            return True
        if key in _ENTERS:
            self.enter()
        elif key == "escape":
            hands.back()
        elif key in _MOVES:
            hands.move(_MOVES[key] * (self.receipt.page if key.startswith("page") else 1))
        elif deeds := self.key_map.by_key.get(key):
            hands.key(deeds)
        elif self.input.edit(key):
            hands.typed()
        else:
            return False
        return True

    def enter(self) -> None:
        """Act on what stands on the input line."""
        if self.hands is not None and not self.orders.take():
            self.hands.enter()

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
        if self.hands is not None:
            self.hands.press(BY_ID[name])
        elif name == "quit":
            self.app.exit()

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        if self.hands is not None:
            self.hands.press(event.deed)

    def on_lines_view_selected(self, event: LinesView.Selected) -> None:
        if self.hands is None:
            return
        if event.view is self.side_said:
            self.hands.presses.show_exchange(self.side_said.selected or 0)
        else:
            self.hands.selected()


_ENTERS = ("enter", "ctrl+j")
"""Some scanners end a code with a line feed; so does what was typed before the till was ready."""
_MOVES = {"up": -1, "down": 1, "pageup": -1, "pagedown": 1}
_MOST_PASTED = 500


def _letter(key: events.Key) -> str:
    """What it types; nothing where it is a key, as a letter with Alt is."""
    typed = key.is_printable and not key.key.startswith("alt+")
    return key.character or "" if typed else ""


def _too_small(columns: int, rows: int) -> Content:
    text = _("The till needs at least {columns} × {rows}.").format(columns=LEAST[0], rows=LEAST[1])
    now = _("Now it is {columns} × {rows}. Make the window larger.").format(
        columns=columns, rows=rows
    )
    return Content.assemble((text, "bold"), "\n", now)

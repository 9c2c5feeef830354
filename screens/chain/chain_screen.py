"""The chain on a screen of its own: walked through, and its links put into other orders."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen

from cashier.events import Changed, Event, Tone
from cashier.i18n import _
from cashier.links import Chain, Link
from cashier.receipt import Kind, Receipt
from screens.chain.asking import Asking
from screens.chain.boxes import BoxesView
from screens.chain.telling import Row as Told
from screens.chain.telling import Teller, TellingView
from screens.chain.way import Way
from screens.chain.words import UNKNOWN, ink_of, signed
from screens.comfort import LARGE
from screens.deeds import BY_ID
from screens.showing import said
from screens.text import clean, in_rows, shortened, width
from screens.widgets.lines_view import LinesView
from screens.widgets.money_view import Fact, MoneyView
from screens.widgets.row import Ends, Row

if TYPE_CHECKING:
    from screens.desk import Desk

_KEYS = {
    "ctrl+up": "earlier", "shift+up": "earlier", "minus": "earlier",
    "ctrl+down": "later", "shift+down": "later", "plus": "later", "equals_sign": "later",
    "escape": "back", "pageup": "scroll_up", "pagedown": "scroll_down",
}  # fmt: skip
"""Not every terminal delivers an arrow with Ctrl or Shift: a sign does the same."""
_LETTERS = {
    "o": "orders", "щ": "orders", "b": "best", "и": "best", "w": "worst", "ц": "worst",
    "r": "reset", "к": "reset", "a": "anew", "ф": "anew",
}  # fmt: skip
"""With the Russian layout on as well."""


class ChainScreen(Screen[None]):
    """Only looked at: the till keeps the configured order, and no system keeps anything.

    Left by Esc, or by the key that opened it.
    """

    AUTO_FOCUS = ""
    CSS_PATH = str(Path(__file__).with_name("chain.tcss"))
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]

    def __init__(self, desk: "Desk", chain: Chain) -> None:
        super().__init__()
        self._desk = desk
        self._chain = chain
        self.way = Way(chain.links())
        self.receipt: Receipt | None = None
        """What passes the chain; None: there are no goods to pass it."""
        self.telling_orders = False
        """The best and the worst order stand beside the picture, not the selected link."""
        self.asking = Asking(self, chain, desk.till.workplace.clock)
        self.heading = Ends(id="chain-heading")
        self.money = MoneyView(id="chain-money")
        self.boxes = BoxesView(desk.amounts, id="chain-boxes")
        self.telling = TellingView(id="chain-telling")
        self.message = Row(id="chain-message")
        self.keys = Row(id="chain-keys")

    def compose(self) -> ComposeResult:
        yield self.heading
        yield self.money
        with Horizontal(id="chain-middle"):
            yield self.boxes
            yield self.telling
        yield self.message
        yield self.keys

    def on_mount(self) -> None:
        self._desk.till.events.watch(self._hear)
        self._take_receipt()

    def on_unmount(self) -> None:
        self._desk.till.events.forget(self._hear)

    def on_screen_resume(self) -> None:
        """The palette may have changed the language, or the size of the type."""
        if self.is_mounted:
            self.boxes.forget()
            self.again()

    def on_resize(self) -> None:
        self.call_after_refresh(self.again)

    def _hear(self, event: Event) -> None:
        """An instructor drops things in while the chain is looked at."""
        if isinstance(event, Changed):
            self._take_receipt()

    def _take_receipt(self) -> None:
        """The receipt that the till has now."""
        now = self._desk.now.receipt
        sold = now if now is not None and now.kind is Kind.SALE and now.lines else None
        if sold is not None and sold == self.receipt:
            return
        self.receipt = sold
        self.telling_orders = False
        self.asking.stop_searching()
        self.way.forget()
        if sold is None:
            self.way.take(self.way.configured)
        self.asking.prices()
        self.again()

    # --- what is seen

    def again(self) -> None:
        self.set_class(self._desk.screen.has_class(LARGE), LARGE)
        self.set_class(self.receipt is None, "-alone")
        self._show_heading()
        self._show_money()
        self.boxes.draw(self.way.seen, self.way.place, priced=self.receipt is not None)
        self._show_telling()
        self._show_message()
        room = max(20, self.size.width - 2)
        self.keys.show(Content.styled("\n".join(in_rows(self._key_words(), room)), "dim"))

    def _show_heading(self) -> None:
        title = Content.styled(_("Chain of loyalty systems"), "bold $text-primary")
        if self.receipt is None:
            aside = Content("")
        elif self.way.changed:
            aside = Content.styled(_("another order, only to look at"), "$text-warning")
        else:
            aside = Content.styled(_("as configured"), "dim")
        self.heading.show(title, aside)

    def _show_money(self) -> None:
        shown = self.way.shown
        total = self._desk.amounts.money(shown.total) if shown else UNKNOWN
        self.money.show(_("TOTAL"), total, self._facts())

    def _facts(self) -> tuple[Fact, ...]:
        way, amounts = self.way, self._desk.amounts
        known = way.shown or way.usual
        usual, by = way.usual, way.difference
        return (
            (_("Before the chain"), amounts.money(known.before) if known else UNKNOWN, "row"),
            (_("As configured"), amounts.money(usual.total) if usual else UNKNOWN, "row"),
            (_("Difference"), UNKNOWN, "dim")
            if by is None
            else (_("Difference"), signed(amounts, by), ink_of(by)),
        )

    def _show_telling(self) -> None:
        rows, view = self._told(), self.telling
        if list(view.rows) != rows:
            view.top = 0
            view.show(rows)

    def _told(self) -> list[Told]:
        teller = Teller(self._desk.amounts, self.telling.size.width - 2)
        if self.telling_orders and self.way.orders is not None:
            return teller.orders(self.way)
        seen = self.way.seen
        return teller.link(self.way.place, *seen[self.way.place]) if seen else []

    def _show_message(self) -> None:
        """A warning about the order, then what is asked, what went wrong, or what to do."""
        rows = [self._warning(link) for link in self.way.misplaced[:1]]
        if self.asking.words:
            rows.append(Content.styled(f"… {self.asking.words}", "bold $text-accent"))
        elif self.asking.trouble:
            rows.append(said(Tone.ERROR, self._short(self.asking.trouble, 2 - len(rows))))
        elif not self.way.links:
            rows.append(said(Tone.INFO, _("The chain has no links.")))
        elif self.receipt is None:
            text = _("Scan goods: then every link shows what it makes of their prices.")
            rows.append(said(Tone.INFO, text))
        self.message.show(Content("\n").join(rows))

    def _warning(self, link: Link) -> Content:
        text = _("“{title}” rounds the whole: its place is at the end.")
        room = self.size.width - 4 - width(text.format(title=""))
        title = shortened(clean(link.title), max(8, room))
        return said(Tone.WARNING, text.format(title=title))

    def _short(self, text: str, rows: int) -> str:
        return shortened(clean(text), max(20, rows * (self.size.width - 10)))

    def _key_words(self) -> tuple[str, ...]:
        if self.receipt is None:
            return (_("↑ ↓: link"), _("Esc: back"))
        return (
            _("↑ ↓: link"),
            _("− +: move it"),
            _("O: this link") if self.telling_orders else _("O: best and worst"),
            _("B: best"),
            _("W: worst"),
            *((_("R: as configured"),) if self.way.changed else ()),
            _("A: ask anew"),
            _("PgUp PgDn: read on"),
            _("Esc: back"),
        )

    # --- keys

    def on_key(self, event: events.Key) -> None:
        event.stop()
        key = event.key
        name = _KEYS.get(key) or _LETTERS.get((event.character or "").lower(), "")
        steps = {"up": self.way.place - 1, "down": self.way.place + 1, "home": 0, "end": 10**9}
        if key in steps:
            self._select(steps[key])
        elif key in self._own_keys():
            self.dismiss(None)
        elif name in ("back", "scroll_up", "scroll_down") or (name and self.receipt is not None):
            getattr(self, f"_{name}")()

    def _own_keys(self) -> tuple[str, ...]:
        """Those of the deed that opens it: once more, and it is put away."""
        return self._desk.screen.key_map.keys(BY_ID["chain"])

    def _select(self, place: int) -> None:
        self.telling_orders = False
        self.way.select(place)
        self.again()

    def on_lines_view_selected(self, event: LinesView.Selected) -> None:
        """With the mouse."""
        if event.view is self.boxes:
            self._select(self.boxes.link_at(self.boxes.selected or 0))

    def _scroll_up(self) -> None:
        self.telling.scroll_rows(-max(1, self.telling.page - 1))

    def _scroll_down(self) -> None:
        self.telling.scroll_rows(max(1, self.telling.page - 1))

    def _back(self) -> None:
        """Out of the innermost thing."""
        if self.asking.searching:
            self.asking.stop_searching()
        elif self.telling_orders:
            self.telling_orders = False
        else:
            self.dismiss(None)
            return
        self.again()

    # --- other orders

    def _earlier(self) -> None:
        self._move(-1)

    def _later(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        self.asking.stop_searching()
        self.telling_orders = False
        if self.way.move(by):
            self.asking.prices()
        self.again()

    def _reset(self) -> None:
        self.asking.stop_searching()
        self._draw(self.way.configured)

    def _anew(self) -> None:
        """What did not answer may answer now."""
        self.asking.stop_searching()
        self.way.forget()
        self.telling_orders = False
        self.asking.prices()
        self.again()

    def _orders(self) -> None:
        if self.telling_orders:
            self.telling_orders = False
        else:
            self.asking.search(self._tell_orders)
        self.again()

    def _best(self) -> None:
        self.asking.search(partial(self._draw_found, best=True))
        self.again()

    def _worst(self) -> None:
        self.asking.search(partial(self._draw_found, best=False))
        self.again()

    def _tell_orders(self) -> None:
        self.telling_orders = self.way.orders is not None

    def _draw_found(self, *, best: bool) -> None:
        orders = self.way.orders
        if orders is not None:
            self._tell_orders()
            self._draw((orders.best if best else orders.worst).order)

    def _draw(self, order: tuple[str, ...]) -> None:
        self.way.take(order)
        self.asking.prices()
        self.again()

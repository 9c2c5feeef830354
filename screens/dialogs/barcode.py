"""One code on the whole screen, for a scanner or the camera of a phone; others are a key away."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from cashier.i18n import _
from cashier.receipt import Line, Receipt
from cashier.sheets.sample import Sample, Sampled, SampleKind, heading
from cashier.sheets.sources import goods, scanned
from cashier.sheets.symbols import Symbol, symbols
from cashier.words import money_text
from cashier.workplace import Workplace
from screens.dialogs.base import Dialog
from screens.text import clean
from screens.widgets.row import Row

_PAPER = Style(color="#000000", bgcolor="#ffffff")
"""Whatever the theme: scanners read dark on light alone."""
_HALVES = {"00": " ", "10": "▌", "01": "▐", "11": "█"}
_LEVELS = {"00": " ", "10": "▀", "01": "▄", "11": "█"}
_LEAST_QUIET = 2
"""Modules of light beside a QR code that phones can do with; the paper around it helps."""
_OF_PEOPLE = (SampleKind.CARD, SampleKind.APP, SampleKind.PHONE)
_TOGGLES = "qQйЙ"
"""Q, and what the same key is on a Russian keyboard."""


class BarcodePage(Dialog[None]):
    """Arrows go through the codes, letters and digits find one, Q or Tab shows it as QR or bars."""

    CSS_PATH = ["dialogs.tcss", "barcode.tcss"]  # type: ignore[assignment]  # one more than others

    def __init__(self, samples: Sequence[Sample], at: int = 0) -> None:
        """``samples`` holds one at least."""
        super().__init__("")
        self._all = self._found = tuple(samples)
        self._at = at
        self._wanted = ""
        self._other = False
        """Whether the second best way to draw it is chosen."""
        self._code = CodeView(id="code")
        self._caption = Row(id="code-caption")

    @property
    def sample(self) -> Sample:
        return self._found[self._at]

    def personal(self) -> Iterable[str]:
        """Whose cards they are; the codes themselves are here to be read."""
        for sample in self._all:
            if sample.kind in _OF_PEOPLE:
                yield from (sample.title, sample.value)

    def body(self) -> Iterable[Widget]:
        yield self._code
        yield self._caption

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        sample = self.sample
        place = f"{self._at + 1}/{len(self._found)}"
        self._title.show(
            Content.assemble((heading(sample.kind), "bold $text-primary"), (f"  {place}", "dim"))
        )
        found = symbols(sample)
        symbol = found[-1 if self._other else 0] if found else None
        self._code.show(symbol)
        fits = symbol is None or bool(self._code.drawn())
        self._caption.show(
            Content.assemble(
                (f"{clean(sample.value)}   ", "bold"),
                clean(sample.title),
                (f"   {clean(sample.note)}" if sample.note else "", "dim"),
                ("" if fits else "\n" + _too_small(found), "$text-warning"),
            )
        )
        self._show_wanted()

    def _show_wanted(self) -> None:
        if self._wanted:
            self.show_keys(_("Looking for: {text}").format(text=self._wanted))
        else:
            self.show_keys(_("← → others    letters: find    Q: QR or bars    Esc: close"))

    # --- keys

    def on_key(self, event: events.Key) -> None:
        event.stop()
        key, letter = event.key, event.character or ""
        if key == "escape":
            self.dismiss(None)
        elif key in _STEPS:
            self._go(_STEPS[key])
        elif key == "tab" or (letter and letter in _TOGGLES and not self._wanted):
            self._other = not self._other
            self._show()
        elif key == "backspace":
            self._look_for(self._wanted[:-1])
        elif event.is_printable and letter:
            self._look_for(self._wanted + letter)

    def _go(self, by: int) -> None:
        self._at = (self._at + by) % len(self._found)
        self._show()

    def _look_for(self, text: str) -> None:
        """A text that nothing has changes nothing, but says so."""
        wanted = _folded(text)
        found = tuple(one for one in self._all if wanted in _folded(f"{one.title} {one.value}"))
        if not found:
            self.show_keys(_("Nothing like this here: {text}").format(text=clean(text)))
            return
        self._at = found.index(self.sample) if self.sample in found else 0
        self._wanted, self._found = text, found
        self._show()


_STEPS = {"left": -1, "up": -1, "right": 1, "down": 1, "pageup": -10, "pagedown": 10}


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е").strip()


def _too_small(found: Sequence[Symbol]) -> str:
    if len(found) > 1:
        return _("The window is too small for this code: make it larger, or press Q.")
    return _("The window is too small for this code: make it larger.")


class CodeView(Widget):
    """A code as large as its place allows, in blocks, on paper."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self._symbol: Symbol | None = None

    def show(self, symbol: Symbol | None) -> None:
        self._symbol = symbol
        self.refresh()

    def drawn(self) -> list[str]:
        """The rows of blocks; none where the code does not fit."""
        if self._symbol is None:
            return []
        draw = qr_blocks if self._symbol.square else bar_blocks
        return draw(self._symbol, *self.size)

    def render_line(self, y: int) -> Strip:
        room, rows = self.size
        drawn = self.drawn()
        place = y - (rows - len(drawn)) // 2
        row = drawn[place] if 0 <= place < len(drawn) else ""
        return Strip([Segment(row.center(room), _PAPER)], room)


@lru_cache(maxsize=4)
def bar_blocks(symbol: Symbol, columns: int, rows: int) -> list[str]:
    """Bars of whole half cells, quiet zones included, over all the rows; empty: too narrow."""
    scale = 2 * columns // symbol.across
    if not scale or rows < 1:
        return []
    edge = "0" * symbol.quiet
    ink = "".join(module * scale for module in edge + symbol.rows[0] + edge)
    ink += "0" * (len(ink) % 2)
    return ["".join(_HALVES[ink[at : at + 2]] for at in range(0, len(ink), 2))] * rows


@lru_cache(maxsize=4)
def qr_blocks(symbol: Symbol, columns: int, rows: int) -> list[str]:
    """Square modules, for a cell is twice as tall as wide; empty: the code does not fit."""
    most = min(columns, 2 * rows)
    quiet = symbol.quiet if symbol.across <= most else _LEAST_QUIET
    scale = most // (len(symbol.rows) + 2 * quiet)
    if not scale:
        return []
    edge = "0" * quiet
    light = "0" * (len(symbol.rows) + 2 * quiet)
    modules = [light] * quiet + [edge + row + edge for row in symbol.rows] + [light] * quiet
    pixels = ["".join(one * scale for one in row) for row in modules for _again in range(scale)]
    if len(pixels) % 2:
        pixels.append("0" * len(pixels[0]))
    return [
        "".join(_LEVELS[upper + lower] for upper, lower in zip(*pair, strict=True))
        for pair in zip(pixels[::2], pixels[1::2], strict=True)
    ]


# --- what there is to show


def at_hand(place: Workplace, receipt: Receipt | None, line: Line | None) -> tuple[Sample, ...]:
    """The selected line, the customer's card, the demo of the loyalty system, all goods."""
    backend = place.backend
    demo = backend.samples() if isinstance(backend, Sampled) else ()
    near = [*_of_line(place, line), *_of_buyer(receipt)]
    others = [*scanned(demo, place.shop.codes), *goods(place.catalog, place.shop)]
    return tuple(dict.fromkeys([*near, *others]))


def _of_line(place: Workplace, line: Line | None) -> Iterable[Sample]:
    if line is not None:
        price = money_text(line.price, place.shop.money)
        yield Sample(SampleKind.GOODS, line.code or line.sku, line.name, price)


def _of_buyer(receipt: Receipt | None) -> Iterable[Sample]:
    buyer = receipt.buyer if receipt else None
    if buyer is not None and buyer.card is not None:
        name = buyer.customer.name if buyer.customer else ""
        yield Sample(SampleKind.CARD, buyer.card.number, name, buyer.card.level)

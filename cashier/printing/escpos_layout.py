"""A slip as the commands of an ESC/POS printer.

Text is laid out in columns as on screen; big and bold letters, centring, codes and the knife are
the printer's own. No text gets through as a command: see ``Letters``.
"""

from collections.abc import Sequence
from typing import Any

from cashier.printing.barcodes import is_ean13, matrix, modules
from cashier.printing.cells import wrapped
from cashier.printing.escpos_library import Model, printers
from cashier.printing.letters import Letters
from cashier.printing.settings import Printing
from cashier.printing.text import row_lines
from cashier.slip import Barcode, Cut, Element, Feed, Qr, Row, Rule, Slip, Text

_BAR_HEIGHT = 64
_THINNEST = 2
"""Dots of a bar that scanners still read."""
_QUIET = 20
"""Modules beside a barcode that stay empty, both sides together."""
_MOST_FED = 100
_TEAR = 6
"""Lines until the last one is above the knife."""
_NO_KANJI = b"\x1c."


class Layout:
    """Writes slips for one printer. What it writes does not depend on what it wrote before."""

    def __init__(self, settings: Printing, model: Model, columns: int) -> None:
        from escpos.magicencode import Encoder

        self._settings, self._model, self._columns = settings, model, columns
        self._encoder: Any = Encoder({model.code_page: model.code_page_number})
        self._letters = Letters(lambda char: self._encoder.can_encode(model.code_page, char))

    def slip(self, slip: Slip) -> bytes:
        out = self._paper()
        out.hw("INIT")
        if self._settings.leave_kanji:
            out._raw(_NO_KANJI)
        out.magic.force_encoding(self._model.code_page)
        squares = {element.value for element in slip.elements if isinstance(element, Qr)}
        for element in slip.elements:
            self._element(out, element, squares)
        return bytes(out.output)

    def drawer(self) -> bytes:
        """The pulse that opens the drawer."""
        out = self._paper()
        out.cashdraw(int(self._settings.drawer))
        return bytes(out.output)

    def _paper(self) -> Any:
        """A printer of the library that only keeps what it is told."""
        out = printers().Dummy(
            profile=self._model.profile, magic_encode_args={"encoder": self._encoder}
        )
        # Pictures are centred by the width of the paper; where the library does not know it, it
        # would write about that on the screen.
        media = {"width": {"pixels": self._model.dots}}
        out.profile.profile_data = {**out.profile.profile_data, "media": media}
        return out

    # --- elements

    def _element(self, out: Any, element: Element, squares: set[str]) -> None:
        say = self._letters.say
        match element:
            case Row(left, right, bold, big):
                rows = row_lines(say(left), say(right), self._room(big=big))
                self._lines(out, rows, bold=bold, big=big)
            case Text(text, centered, big, bold):
                rows = wrapped(say(text), self._room(big=big))
                self._lines(out, rows, centered=centered, bold=bold, big=big)
            case Rule(heavy):
                self._lines(out, [("=" if heavy else "-") * self._columns])
            case Feed(count):
                out.ln(max(0, min(count, _MOST_FED)))
            case Barcode(value):
                self._barcode(out, value, squares)
            case Qr(value):
                if not self._qr(out, value):
                    self._lines(out, wrapped(say(value), self._columns), centered=True)
            case Cut():
                self._cut(out)

    def _room(self, *, big: bool) -> int:
        return self._columns // 2 if big else self._columns

    def _lines(
        self,
        out: Any,
        rows: Sequence[str],
        *,
        centered: bool = False,
        bold: bool = False,
        big: bool = False,
    ) -> None:
        styled = centered or bold or big
        if styled:
            self._style(out, centered=centered, bold=bold, big=big)
        for row in rows:
            out.textln(row.rstrip())
        if styled:
            self._style(out)

    @staticmethod
    def _style(out: Any, *, centered: bool = False, bold: bool = False, big: bool = False) -> None:
        out.set(
            align="center" if centered else "left",
            bold=bold,
            normal_textsize=not big,
            double_width=big,
            double_height=big,
        )

    def _cut(self, out: Any) -> None:
        if self._settings.cut == "none":
            out.print_and_feed(_TEAR)
        else:
            out.cut(self._settings.cut.upper())

    # --- codes

    def _barcode(self, out: Any, value: str, squares: set[str]) -> None:
        """Bars with their value below; a QR code where they are too wide for the paper."""
        way = self._settings.barcodes
        bars = modules(value) if way != "off" else ""
        native = way == "native" and self._model.has("barcodeB")
        if bars and native and self._native_bars(out, value):
            return
        drawn = bool(bars) and self._picture_bars(out, bars)
        if way != "off" and not drawn and value not in squares:
            self._qr(out, value)
        self._lines(out, wrapped(self._letters.say(value), self._columns), centered=True)

    def _module(self, count: int, most: int) -> int:
        """How many dots a module may be wide, so that ``count`` fit; 0: they do not."""
        return min(most, self._model.dots // count)

    def _native_bars(self, out: Any, value: str) -> bool:
        # The printer draws Code128 in its set B: one symbol a character.
        count = 95 if is_ean13(value) else 11 * (len(value) + 2) + 13
        dots = self._module(count + _QUIET, 3)
        if dots < _THINNEST:
            return False
        kind, code = "EAN13", value
        if not is_ean13(value):
            kind, code = "CODE128", "{B" + value.replace("{", "{{")
        out._hw_barcode(code, kind, _BAR_HEIGHT, dots, "BELOW", "A", True, "B")  # noqa: FBT003
        self._style(out)
        return True

    def _picture_bars(self, out: Any, bars: str) -> bool:
        dots = self._module(len(bars) + _QUIET, 3)
        if dots < _THINNEST:
            return False
        self._picture(out, [tuple(map(int, bars))], dots, _BAR_HEIGHT)
        return True

    def _qr(self, out: Any, value: str) -> bool:
        """Whether a code was drawn."""
        cells = matrix(value) if value.isprintable() else ()
        dots = self._module(len(cells), 6) if cells else 0
        if not dots or self._settings.qr == "off":
            return False
        if self._settings.qr == "native" and self._model.has("qrCode"):
            self._style(out, centered=True)
            out.qr(value, size=dots, native=True)
            self._style(out)
        else:
            self._picture(out, cells, dots, dots * len(cells))
        return True

    def _picture(self, out: Any, cells: Sequence[Sequence[int]], dots: int, height: int) -> None:
        """Ink where a cell is 1, each ``dots`` wide, all of them together so high."""
        from PIL import Image

        wide = len(cells[0])
        small = Image.new("L", (wide, len(cells)), 255)
        small.putdata([0 if cell else 255 for row in cells for cell in row])
        picture = small.resize((wide * dots, height), Image.Resampling.NEAREST)
        ways = ("bitImageRaster", "graphics", "bitImageColumn")
        out.image(picture, impl=next(filter(self._model.has, ways), ways[0]), center=True)

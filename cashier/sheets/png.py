"""Sheets as PNG, 300 dots to the inch, black and grey."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cashier.errors import CashierError
from cashier.i18n import _
from cashier.sheets.layout import HEIGHT, WIDTH, Sheet, paint

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

    from cashier.sheets.symbols import Symbol

_DARK, _GREY, _LIGHT = 0, 190, 255


def save_png(sheet: Sheet, path: Path) -> None:
    """Raises OSError, and CashierError where the library for pictures is missing."""
    try:
        from PIL.Image import new
    except ImportError as error:
        text = _("PNG needs the package Pillow: pip install pillow. SVG and HTML work without it.")
        raise CashierError(text) from error
    canvas = _PngCanvas(new("L", (WIDTH, HEIGHT), _LIGHT))
    paint(sheet, canvas)
    canvas.image.save(path, "PNG", dpi=(300, 300), optimize=False)


class _PngCanvas:
    def __init__(self, image: "Image") -> None:
        from PIL import ImageDraw

        self.image = image
        self._draw = ImageDraw.Draw(image)

    def frame(self, x: int, y: int, width: int, height: int) -> None:
        self._draw.rectangle((x, y, x + width, y + height), outline=_GREY, width=2)

    def text(self, x: int, y: int, text: str, size: int) -> None:
        shown = "".join(letter for letter in text if letter.isprintable())
        self._draw.text((x, y), shown, fill=_DARK, font=_font(size), anchor="ms")

    def symbol(self, x: int, y: int, symbol: "Symbol", dots: int, height: int) -> None:
        for down, row in enumerate(symbol.rows):
            for across, module in enumerate(row):
                if module == "1":
                    left, top = x + across * dots, y + down * height
                    box = (left, top, left + dots - 1, top + height - 1)
                    self._draw.rectangle(box, fill=_DARK)


@cache
def _font(size: int) -> "FreeTypeFont":
    """The font that python-barcode brings: it has Cyrillic, and every letter is as wide."""
    import barcode
    from PIL import ImageFont

    file = Path(barcode.__file__).parent / "fonts" / "DejaVuSansMono.ttf"
    return ImageFont.truetype(str(file), size)

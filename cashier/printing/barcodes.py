"""Barcodes and QR codes as rows of block characters, for text and screen.

A block is ink: draw them dark on light, or scanners will not read them. The libraries are heavy
and are imported when the first code is drawn.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from cashier.goods import checks, is_digits

_QUIET = 10
"""Modules that must stay empty beside a barcode."""
_HALVES = {"00": " ", "10": "▌", "01": "▐", "11": "█"}
_LEVELS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_LONGEST = 80


def is_ean13(value: str) -> bool:
    return len(value) == 13 and is_digits(value) and checks(value)


@contextmanager
def _without_pillow() -> Iterator[None]:
    """python-barcode brings Pillow in where it finds it: 8 MB, to draw what we draw ourselves."""
    if "PIL" in sys.modules:
        yield
        return
    sys.modules["PIL"] = None  # type: ignore[assignment]  # the word of Python for "not there"
    try:
        yield
    finally:
        del sys.modules["PIL"]


@lru_cache(maxsize=64)
def modules(value: str) -> str:
    """The bars of EAN-13 or Code128 as '1011...'; empty where neither can say the value."""
    if not value.isascii() or not value.isprintable() or not 0 < len(value) <= _LONGEST:
        return ""
    with _without_pillow():
        from barcode import EAN13, Code128

    class Code(Code128):  # type: ignore[misc]  # ships no types
        """The library takes a number's first '99' for a change of character set, and drops it."""

        def _try_to_optimize(self, encoded: list[int]) -> list[int]:
            kept = self.code.startswith("99")
            return encoded if kept else list(super()._try_to_optimize(encoded))

    code = EAN13(value) if is_ean13(value) else Code(value)
    return str(code.build()[0])


def barcode_rows(value: str, columns: int, height: int = 4) -> list[str]:
    """The barcode, two modules to a column; empty when it does not fit or cannot be drawn."""
    bars = modules(value)
    ink = "0" * _QUIET + bars + "0" * (_QUIET + len(bars) % 2)
    if not bars or len(ink) > columns * 2:
        return []
    row = "".join(_HALVES[ink[place : place + 2]] for place in range(0, len(ink), 2))
    return [row] * height


@lru_cache(maxsize=64)
def matrix(value: str) -> tuple[tuple[int, ...], ...]:
    """The modules of the QR code, two empty ones around it; empty where it cannot be drawn."""
    if not 0 < len(value) <= 200:
        return ()
    import segno

    # A fixed mask is as readable, and five times faster than trying all eight.
    code = segno.make_qr(value, error="l", boost_error=True, mask=2)
    return tuple(tuple(row) for row in code.matrix_iter(border=2))


def qr_rows(value: str, columns: int) -> list[str]:
    """The QR code, two modules above each other to a cell; empty when it does not fit."""
    cells = matrix(value)
    if not cells or len(cells[0]) > columns:
        return []
    if len(cells) % 2:
        cells = (*cells, (0,) * len(cells[0]))
    pairs = zip(cells[::2], cells[1::2], strict=True)
    return ["".join(_LEVELS[cell] for cell in zip(*pair, strict=True)) for pair in pairs]

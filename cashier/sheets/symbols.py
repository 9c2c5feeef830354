"""How a value is drawn: bars or a QR code, as rows of modules; paper and screen share them."""

from dataclasses import dataclass
from functools import lru_cache

from cashier.goods import canonical
from cashier.printing.barcodes import modules
from cashier.sheets.sample import Sample, SampleKind

_BY_CAMERA = (SampleKind.APP, SampleKind.PHONE)
"""Shown by a phone to the scanner, or read by one: a QR code first."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Symbol:
    """Modules as '1' (dark) and '0', without the quiet zone."""

    rows: tuple[str, ...]
    """One row for bars: they may be drawn of any height."""
    quiet: int
    """Modules that stay light on every side (bars: at both ends)."""

    @property
    def square(self) -> bool:
        return len(self.rows) > 1

    @property
    def across(self) -> int:
        """Modules from one end of the quiet zone to the other."""
        return len(self.rows[0]) + 2 * self.quiet


def symbols(sample: Sample) -> tuple[Symbol, ...]:
    """What may be drawn for the sample, the best one first; empty: nothing can say its value."""
    found = [bars(sample.value), square(sample.value)]
    if sample.kind in _BY_CAMERA:
        found.reverse()
    return tuple(symbol for symbol in found if symbol is not None)


@lru_cache(maxsize=256)
def bars(value: str) -> Symbol | None:
    """EAN-13 where the value is one (UPC-A is one with a zero before it), else Code128."""
    row = modules(canonical(value))
    return Symbol((row,), 11) if row else None


@lru_cache(maxsize=256)
def square(value: str) -> Symbol | None:
    """The QR code that survives some dirt and glare."""
    if not 0 < len(value) <= _LONGEST:
        return None
    import segno  # heavy: comes with the first code

    matrix = segno.make_qr(value, error="m").matrix_iter(border=0)
    return Symbol(tuple("".join(map(str, row)) for row in matrix), 4)

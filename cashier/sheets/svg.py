"""Sheets and single codes as SVG: nothing in it comes from outside the file."""

from html import escape

from cashier.sheets.layout import HEIGHT, MILLIMETRES, WIDTH, Sheet, paint
from cashier.sheets.symbols import Symbol

FONT = "'DejaVu Sans Mono', Menlo, Consolas, monospace"
_MODULE = 0.34
"""Millimetres of a bar alone on a page; a QR module is twice that."""
_TALL = 56
"""Height of bars in modules."""


def sheet_svg(sheet: Sheet) -> str:
    canvas = _SvgCanvas()
    paint(sheet, canvas)
    body = "\n".join(canvas.parts)
    wide, tall = MILLIMETRES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}mm" height="{tall}mm"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}" text-anchor="middle">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def symbol_svg(symbol: Symbol) -> str:
    """One code with its quiet zone, dark on light."""
    row = 1 if symbol.square else _TALL
    margin = symbol.quiet if symbol.square else 2
    across, tall = symbol.across, row * len(symbol.rows) + 2 * margin
    scale = _MODULE * (2 if symbol.square else 1)
    ink = _path(symbol.quiet, margin, symbol, 1, row)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across * scale:.2f}mm"'
        f' height="{tall * scale:.2f}mm" viewBox="0 0 {across} {tall}"'
        f' shape-rendering="crispEdges"><rect width="{across}" height="{tall}" fill="#fff"/>'
        f"{ink}</svg>"
    )


class _SvgCanvas:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def frame(self, x: int, y: int, width: int, height: int) -> None:
        self.parts.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}"'
            ' fill="none" stroke="#bbb" stroke-width="2"/>'
        )

    def text(self, x: int, y: int, text: str, size: int) -> None:
        self.parts.append(f'<text x="{x}" y="{y}" font-size="{size}">{plain(text)}</text>')

    def symbol(self, x: int, y: int, symbol: Symbol, dots: int, height: int) -> None:
        self.parts.append(_path(x, y, symbol, dots, height))


def plain(text: str) -> str:
    """Foreign text inside XML or HTML; characters that neither may hold are left out."""
    return escape("".join(letter for letter in text if letter.isprintable()))


def _path(x: int, y: int, symbol: Symbol, dots: int, height: int) -> str:
    """One shape for all dark runs: smaller than a rectangle for each."""
    shapes = []
    for place, row in enumerate(symbol.rows):
        for start, length in _runs(row):
            corner = f"M{x + start * dots} {y + place * height}"
            shapes.append(f"{corner}h{length * dots}v{height}h-{length * dots}z")
    return f'<path d="{"".join(shapes)}"/>'


def _runs(row: str) -> list[tuple[int, int]]:
    """Where dark runs begin, and how long they are."""
    runs, start = [], row.find("1")
    while start >= 0:
        end = row.find("0", start)
        end = len(row) if end < 0 else end
        runs.append((start, end - start))
        start = row.find("1", end)
    return runs

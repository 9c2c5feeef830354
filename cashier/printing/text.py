"""A slip as plain text of 32, 42 or 48 columns."""

from cashier.printing.barcodes import barcode_rows, qr_rows
from cashier.printing.cells import width, wrapped
from cashier.slip import Barcode, Cut, Element, Feed, Qr, Row, Rule, Slip, Text


def render(slip: Slip, columns: int | None = None) -> str:
    """The slip as lines, none wider than ``columns`` (the shop's, where left out)."""
    return "\n".join(lines(slip, columns)) + "\n"


def lines(slip: Slip, columns: int | None = None) -> list[str]:
    columns = columns or slip.columns
    squares = {element.value for element in slip.elements if isinstance(element, Qr)}
    rows = (row for element in slip.elements for row in _lines(element, columns, squares))
    return [row.rstrip() for row in rows]


def _lines(element: Element, columns: int, squares: set[str]) -> list[str]:
    match element:
        case Row(left, right):
            return row_lines(left, right, columns)
        case Text(text, centered):
            found = wrapped(text, columns)
            return [_centered(line, columns) for line in found] if centered else found
        case Rule(heavy):
            return [("=" if heavy else "-") * columns]
        case Feed(count):
            return [""] * count
        case Cut():
            return [_centered("- - - 8< - - -", columns)]
        case Qr(value):
            return [_centered(row, columns) for row in qr_rows(value, columns)]
        case Barcode(value):
            return _barcode(value, columns, squares)


def _barcode(value: str, columns: int, squares: set[str]) -> list[str]:
    """A barcode is mostly too wide for text: a QR code of the same value stands for it then."""
    rows = barcode_rows(value, columns)
    if not rows and value not in squares:
        rows = qr_rows(value, columns)
    return [_centered(row, columns) for row in (*rows, *wrapped(value, columns))]


def row_lines(left: str, right: str, columns: int) -> list[str]:
    """The right text ends the last line of the left one, or stands below it."""
    rest = columns - width(right) - 1
    if rest < columns // 4:
        below = (" " * (columns - width(line)) + line for line in wrapped(right, columns))
        return [*wrapped(left, columns), *below]
    found = wrapped(left, rest) if right else wrapped(left, columns)
    if right:
        found[-1] += " " * (columns - width(found[-1]) - width(right)) + right
    return found


def _centered(line: str, columns: int) -> str:
    return " " * ((columns - width(line)) // 2) + line

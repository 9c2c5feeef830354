"""The least that can take scans: keys taken by the app, lines drawn by ``render_line``."""

import csv
import sys
from pathlib import Path

from rich.segment import Segment
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Lines(ScrollView):
    """Numbered names with prices, the last one in sight."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        super().__init__()
        self.lines = lines

    def on_mount(self) -> None:
        self.show()

    def show(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.lines))
        self.scroll_end(animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        place = y + self.scroll_offset.y
        width = self.size.width
        if place >= len(self.lines):
            return Strip.blank(width)
        name, price = self.lines[place]
        text = f"{place + 1:>4} {name:<{width - 18}.{width - 18}} {price:>12}"
        return Strip([Segment(text[:width].ljust(width))], width)


class ScrollApp(App[None]):
    """13 digits and Enter make a line."""

    def __init__(self, goods: dict[str, tuple[str, str]], count: int) -> None:
        super().__init__()
        self.goods = goods
        self.typed = ""
        self.lines = Lines(list(goods.values())[:count])

    def compose(self) -> ComposeResult:
        yield self.lines

    def on_key(self, event: events.Key) -> None:
        if event.character and event.is_printable:
            self.typed += event.character
        elif event.key == "enter":
            code, self.typed = self.typed, ""
            if code in self.goods:
                self.lines.lines.append(self.goods[code])
                self.lines.show()


def main() -> None:
    """Arguments: the file of goods, how many lines there are at the start."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        goods = {row["codes"]: (row["name"], row["price"]) for row in csv.DictReader(file)}
    ScrollApp(goods, int(sys.argv[2])).run()

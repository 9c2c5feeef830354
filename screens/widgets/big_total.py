"""The sum that everybody looks at first, in digits three rows high."""

from functools import lru_cache

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from screens.text import right

ROWS = 3
"""Rows of the terminal; a row holds two rows of pixels."""

_PIXELS = {
    "0": ".##. #..# #..# #..# #..# .##.",
    "1": ".#. ##. .#. .#. .#. ###",
    "2": ".##. #..# ...# .##. #... ####",
    "3": ".##. #..# ..#. ...# #..# .##.",
    "4": "#..# #..# #..# #### ...# ...#",
    "5": "#### #... ###. ...# #..# .##.",
    "6": ".##. #... ###. #..# #..# .##.",
    "7": "#### ...# ..#. ..#. .#.. .#..",
    "8": ".##. #..# .##. #..# #..# .##.",
    "9": ".##. #..# #..# .### ...# .##.",
    "-": "... ... ... ### ... ...",
    ".": ". . . . . #",
    ",": ".. .. .. .. .# #.",
    " ": ". . . . . .",
}
_BLOCKS = {"..": " ", "#.": "▀", ".#": "▄", "##": "█"}


@lru_cache(maxsize=64)
def big(text: str) -> tuple[str, str, str]:
    """Three rows of blocks that show a number; letters it has no picture of are left out."""
    rows = ["", "", ""]
    for letter in text:
        pixels = _PIXELS.get(letter, "").split()
        for row in range(ROWS if pixels else 0):
            pair = zip(pixels[2 * row], pixels[2 * row + 1], strict=True)
            rows[row] += "".join(_BLOCKS[upper + lower] for upper, lower in pair) + " "
    return rows[0][:-1], rows[1][:-1], rows[2][:-1]


class BigTotal(Widget):
    """A word ('TOTAL', 'DUE', 'CHANGE') and the sum, at the right end."""

    COMPONENT_CLASSES = {"big-total--word", "big-total--sum"}

    DEFAULT_CSS = """
    BigTotal { height: 3; width: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.word = ""
        self.sum = ""

    def show(self, word: str, sum_: str) -> None:
        """What the sum is, and the sum as it is written."""
        if (word, sum_) == (self.word, self.sum):
            return
        self.word, self.sum = word, sum_
        self.refresh(Region(0, 0, self.size.width, self.size.height))

    def render_line(self, y: int) -> Strip:
        room = self.size.width
        digits = big(self.sum)[y] if y < ROWS else ""
        if len(digits) > room:
            return self._small(y, room)
        word = self.word if y == ROWS - 1 else ""
        before = right(word + "  ", room - len(digits)) if word else " " * (room - len(digits))
        return Strip(
            [
                Segment(before, self.get_component_rich_style("big-total--word")),
                Segment(digits, self.get_component_rich_style("big-total--sum")),
            ],
            room,
        )

    def _small(self, y: int, room: int) -> Strip:
        """A sum too long for its place is still shown whole, in plain letters."""
        text = right(f"{self.word} {self.sum}" if y == 1 else "", room)
        return Strip([Segment(text, self.get_component_rich_style("big-total--sum"))], room)

"""Digits for the sum, drawn of blocks: three rows high, or any multiple of it."""

from functools import lru_cache

ROWS = 3
"""Rows of the terminal at scale 1; a row holds two rows of pixels."""

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
LARGEST = 8
"""Beyond it a digit would not be read faster."""


@lru_cache(maxsize=64)
def big(text: str, scale: int = 1) -> tuple[str, ...]:
    """``ROWS * scale`` rows of blocks that show a number; a pixel is ``scale`` cells wide.

    Letters it has no picture of are left out.
    """
    pixels = ["".join(part * scale for part in row) for row in _pixels(text) for _ in range(scale)]
    pairs = zip(pixels[::2], pixels[1::2], strict=True)
    return tuple(
        "".join(_BLOCKS[above + below] for above, below in zip(*pair, strict=True))
        for pair in pairs
    )


def _pixels(text: str) -> list[str]:
    """Six rows of pixels, one empty pixel between digits."""
    letters = [_PIXELS[letter].split() for letter in text if letter in _PIXELS]
    return [".".join(letter[row] for letter in letters) for row in range(2 * ROWS)]


@lru_cache(maxsize=64)
def fitting(text: str, columns: int, rows: int) -> int:
    """The largest scale at which the number fits; 0: it fits at none."""
    across = len(_pixels(text)[0])
    return min(columns // across if across else 0, rows // ROWS, LARGEST)

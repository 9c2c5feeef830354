"""Digits three rows high, for the sum."""

from functools import lru_cache

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

"""Foreign text in a report: nothing in it moves the cursor, turns a row around, breaks a file."""

import unicodedata

_TURNING = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that change the direction of what stands beside them."""
_PICTURES = 0x2400
"""Where Unicode has pictures of the control characters."""


def harmless(text: str) -> str:
    """The text with pictures in place of control characters; line breaks and tabs stay.

    What is left can stand in XML 1.0, in UTF-8, and on a terminal.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_seen, text))


def in_a_row(text: str) -> str:
    """The same on one line."""
    return " ".join(harmless(text).split())


def _seen(letter: str) -> str:
    if letter in "\n\t" or letter.isprintable():
        return letter
    code = ord(letter)
    if code < 0x20:
        return chr(_PICTURES + code)
    if code == 0x7F:
        return "\u2421"
    if letter in _TURNING or (code & 0xFFFE) == 0xFFFE:
        return "\ufffd"
    return "\ufffd" if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter

"""How keys are called: as people write them, and as the terminal delivers them.

Light: it is there before the first paint. What no terminal can deliver is refused here, with the
reason; a terminal that knows more keys may be used by fewer people than a shop has.
"""

import re
import string
import unicodedata

from cashier.errors import BadInput
from cashier.i18n import _

_SHORT = {
    "asterisk": "asterisk",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "low_line": "underscore",
    "plus_sign": "plus",
    "reverse_solidus": "backslash",
    "solidus": "slash",
}


def _called(character: str) -> str:
    name = unicodedata.name(character).lower().replace(" ", "_").replace("-", "_")
    return _SHORT.get(name, name)


CHARACTERS = {character: _called(character) for character in string.punctuation}
"""Signs, and the names of their keys: they act on an empty line only."""
_SIGNS = {name: character for character, name in CHARACTERS.items()}

_SAME = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+j": "enter",
    "ctrl+h": "backspace",
    "alt+b": "ctrl+left",
    "alt+f": "ctrl+right",
}
"""Keys for which a terminal sends what it sends for another one."""
_OWN = [
    "enter",
    "escape",
    "backspace",
    "delete",
    "left",
    "right",
    "home",
    "end",
    "up",
    "down",
    "pageup",
    "pagedown",
    "space",
    "ctrl+c",
    "ctrl+p",
    "ctrl+q",
    "question_mark",
]
"""Keys that are always the same: the input line, the lines of the receipt, help, the way out."""
_MOVING = "(?:up|down|left|right|home|end|pageup|pagedown|delete)"
_DELIVERED = re.compile(
    r"f([1-9]|1[0-9]|2[0-4])|ctrl\+[a-z]|alt\+[a-z0-9]|ctrl\+f([1-9]|1[0-2])|insert|tab|shift\+tab"
    rf"|(?:ctrl|shift)\+{_MOVING}"
)
_ALIASES = {
    "control": "ctrl",
    "del": "delete",
    "esc": "escape",
    "ins": "insert",
    "option": "alt",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "return": "enter",
}
_ORDER = {"alt": 0, "ctrl": 1, "shift": 2}


def normal_key(text: str) -> str:
    """'Ctrl + T' and 'T+Control' as 'ctrl+t', '*' as 'asterisk'.

    Raises BadInput for a key that cannot be given away, or that no terminal delivers.
    """
    key = _normal(text.strip())
    shown = key_name(key)[:30]
    if same := _SAME.get(key):
        why = _("{key}: a terminal sends the same for {other}")
        raise BadInput(why.format(key=shown, other=key_name(same)))
    if key in _OWN:
        raise BadInput(_("{key} always does the same and cannot be given away").format(key=shown))
    if len(key) == 1:
        why = _("{key}: letters and digits are typed, they cannot be keys of their own")
        raise BadInput(why.format(key=shown))
    if key not in _SIGNS and not _DELIVERED.fullmatch(key):
        why = _("{key} is not a key that every terminal delivers")
        raise BadInput(why.format(key=shown or "-"))
    return key


def _normal(text: str) -> str:
    if text in CHARACTERS:
        return CHARACTERS[text]
    parts = [_ALIASES.get(part, part) for part in re.split(r"\s*\+\s*", text.lower())]
    return "+".join(sorted(parts, key=lambda part: _ORDER.get(part, len(_ORDER))))


def normal_keys(text: str) -> tuple[str, ...]:
    """'F9, Alt+V' as ('f9', 'alt+v'); none for an empty text. Raises BadInput."""
    parts = text.split(",") if text.strip() else []
    return tuple(normal_key(part) for part in parts)


def key_name(key: str) -> str:
    """'ctrl+t' as it is printed on keys: 'Ctrl+T'; 'asterisk' as '*'."""
    if key in _SIGNS:
        return _SIGNS[key]
    return "+".join(
        part.upper() if len(part) == 1 else part.capitalize() for part in key.split("+")
    )

"""What hands do at a till: press a key, or type something."""

from dataclasses import dataclass

from cashier.key_names import key_name

DOTS = "••••"


@dataclass(frozen=True)
class Press:
    """A key, or letters typed one after the other."""

    keys: tuple[str, ...]
    """Names of keys as Textual knows them; single letters stand for themselves."""
    name: str
    """What the audience is shown: 'F2', or the text."""
    label: str = ""
    """What the key does, from the key bar; empty: it is plain to see."""

    personal: bool = False
    """Whether it belongs to somebody: with privacy on it is not shown."""

    @property
    def is_typed(self) -> bool:
        return all(len(key) == 1 for key in self.keys)


def key(name: str, label: str = "") -> Press:
    return Press((name,), key_name(name), label)


def typed(text: str) -> Press:
    return Press(tuple(text), text)


def personal(text: str) -> Press:
    return Press(tuple(text), text, personal=True)


def secret(text: str) -> Press:
    """The audience sees how much is typed, not what."""
    return Press(tuple(text), DOTS)


ENTER, ESCAPE, UP, DOWN, TAB = map(key, ("enter", "escape", "up", "down", "tab"))

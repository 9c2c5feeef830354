"""What a demonstration says: the caption, where it is, and the key that is pressed now."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from textual.content import Content

from cashier.i18n import _
from screens.guide import Words
from screens.playing.press import Press
from screens.text import clean, shortened, width

Part: TypeAlias = tuple[str, str]


class Mode(Enum):
    PLAYING = "▶"
    PAUSED = "‖"
    TAKEN = "✋"
    LOST = "?"
    """The presenter has left the till where the next step cannot be done."""
    FAILED = "×"
    """A step could not be done."""
    OVER = "■"


@dataclass
class Saying:
    """All that the panel shows."""

    text: str = ""
    place: int = 0
    """The step that is shown; the first is 1."""
    steps: int = 0
    mode: Mode = Mode.PLAYING
    speed: float = 1.0
    press: Press | None = None
    typed: int = 0
    """Letters of it that are on the line already."""
    aside: str = ""
    """What the program does itself, as it stands in the file."""
    differs: str = ""
    """The first fact of this step that is not as expected."""


class Caption(Words):
    """Two or three rows above the keys."""

    def say(self, saying: Saying) -> None:
        room = max(20, (self.content_size.width or self.app.size.width - 2))
        rows = [Content.styled(clean(saying.text), "bold")] if saying.text else []
        self.show(Content("\n").join([*rows, _status(saying, room)]))


def _status(saying: Saying, room: int) -> Content:
    """Where it is, what is pressed, and behind it the presenter's keys as far as they fit."""
    parts: list[Part] = [
        (f"{saying.mode.value} ", "bold $text-accent"),
        (f"{saying.place}/{saying.steps}", "bold"),
        (f"  ×{saying.speed:g}", "dim"),
    ]
    if saying.differs:
        parts.append((f"  ≠ {clean(saying.differs)}", "$text-warning"))
    parts += _doing(saying)
    left = room - sum(width(text) for text, _style in parts)
    help_text = next((one for one in _keys(saying.mode) if width(one) + 3 <= left), "")
    parts.append((" " * max(0, left - width(help_text)), ""))
    return Content.assemble(*parts, (help_text, "dim")).truncate(room)


def _doing(saying: Saying) -> list[Part]:
    if saying.aside:
        return [(f"   ⚙ {shortened(saying.aside, 44)}", "$text-secondary")]
    press = saying.press
    if press is None:
        return []
    if press.is_typed:
        name = shortened(press.name, 30)
        done = name[: saying.typed]
        return [("   ", ""), (done, "bold $text-accent"), (name[saying.typed :], "dim")]
    parts: list[Part] = [("   ", ""), (f"[{press.name}]", "bold reverse $text-accent")]
    return [*parts, (f" {press.label}", "bold")] if press.label else parts


def _keys(mode: Mode) -> tuple[str, ...]:
    """The presenter's keys: all of them, or those that matter most."""
    give_back = _("Ctrl+Z: give back")
    match mode:
        case Mode.PLAYING:
            short = _("Space: pause   q: end")
            return (
                _("Space: pause   ← back   → step   + - speed   t: take over   q: end"),
                short,
            )
        case Mode.PAUSED | Mode.FAILED:
            short = _("Space: go on   → step   ← back   q: end")
            return (
                _("Space: go on   → step   ← back   + - speed   t: take over   q: end"),
                short,
            )
        case Mode.TAKEN:
            return (_("The keys are yours.") + "   " + give_back, give_back)
        case Mode.LOST:
            lost = _("The next step is not possible from here.")
            keys = _("r: replay to here   t: take over   q: end")
            return (f"{lost}   {keys}", keys)
        case Mode.OVER:
            return (_("The end.   ← back   t: take over   q: end"), _("q: end"))

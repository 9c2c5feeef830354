"""What a lesson says: the task, what was wrong, how far it is. Never a key of the till."""

from dataclasses import dataclass
from enum import Enum

from textual.content import Content

from cashier.i18n import _
from cashier.lessons.scoring import time_words
from screens.guide import Words
from screens.text import clean, width


class Asks(Enum):
    """What the panel asks, besides the task."""

    NOTHING = "nothing"
    WHAT = "what"
    """The menu of the lesson is open: what is to be done?"""
    END = "end"
    """All is done."""


@dataclass
class Saying:
    task: str = ""
    number: int = 0
    of: int = 0
    explanation: str = ""
    """Why something was wrong, or a hint."""
    good: bool = False
    """The explanation is a help, not a reproach."""
    stuck: bool = False
    left: int | None = None
    """Seconds that are left; None: nobody looks at the clock."""
    asks: Asks = Asks.NOTHING
    exam: bool = False
    can_undo: bool = False
    can_begin_anew: bool = False
    opening: bool = False
    """The till is being made anew."""


_MOST_ROWS = 6
_TASK_ROWS = 3
"""Of the task, while something is explained below it."""


class Panel(Words):
    DEFAULT_CSS = f"Panel {{ max-height: {_MOST_ROWS}; }}"

    def say(self, saying: Saying) -> None:
        room = max(20, self.content_size.width or self.app.size.width - 2)
        most = _TASK_ROWS if saying.explanation else _MOST_ROWS - 1
        rows = _wrapped(Content.styled(clean(saying.task), "bold"), room, most)
        if saying.explanation:
            sign = "?" if saying.good else "×"
            style = "$text-accent" if saying.good else "$text-warning"
            why = Content.styled(f"{sign} {clean(saying.explanation)}", style)
            rows += _wrapped(why, room, _MOST_ROWS - 1 - len(rows))
        self.show(Content("\n").join([*rows, _status(saying, room)]))


def _wrapped(content: Content, room: int, most: int) -> list[Content]:
    """At most so many rows: the keys below them are always seen."""
    rows = content.wrap(room)
    if len(rows) <= most:
        return rows
    return [*rows[: most - 1], (rows[most - 1] + " …").truncate(room, ellipsis=True)]


def _status(saying: Saying, room: int) -> Content:
    parts = []
    if saying.asks is not Asks.END:
        parts.append((f"{saying.number}/{saying.of}", "bold $text-accent"))
        if saying.left is not None:
            style = "bold $text-warning" if saying.left < 0 else "bold"
            sign = "-" if saying.left < 0 else ""
            parts.append((f"   {sign}{time_words(abs(saying.left))}", style))
    keys = _keys(saying)
    left = room - sum(width(text) for text, _style in parts)
    parts.append((" " * max(1, left - width(keys)), ""))
    return Content.assemble(*parts, (keys, "dim")).truncate(room)


def _keys(saying: Saying) -> str:
    if saying.opening:
        return _("one moment …")
    if saying.asks is Asks.END:
        return _("Enter: result   2: once more   q: leave")
    if saying.asks is Asks.NOTHING and saying.stuck and saying.can_undo:
        return _("Ctrl+Z, 2: take it back")
    if saying.asks is Asks.NOTHING:
        return _("Ctrl+Z: help with the lesson") if not saying.exam else _("Ctrl+Z: lesson")
    keys = [] if saying.exam else [_("1: hint")]
    if saying.can_undo:
        keys.append(_("2: take it back"))
    elif saying.can_begin_anew:
        keys.append(_("2: the task anew"))
    return "   ".join([*keys, _("3: skip the task"), _("4: end"), _("Esc: go on")])

"""An asciicast (version 2): what was on the screen, and when. asciinema plays it."""

import json
from collections.abc import Iterable
from pathlib import Path

from rich.color import ColorSystem
from textual.strip import Strip

_BEGIN = "\x1b[?25l\x1b[?7l\x1b[0m\x1b[2J"
"""No cursor, nothing wraps, an empty screen: every row is put in its place."""


class Cast:
    """Only rows that changed are written, with their colours."""

    def __init__(self, size: tuple[int, int], title: str) -> None:
        self._size, self._title = size, title
        self._rows: list[str] = []
        self._events: list[tuple[float, str]] = []

    def frame(self, strips: Iterable[Strip], time: float) -> None:
        """What is on the screen since ``time``, in seconds."""
        rows = [_ansi(strip) for strip in strips]
        if not self._rows:
            text, self._rows = _BEGIN, [""] * len(rows)
        else:
            text = ""
        for place, (before, row) in enumerate(zip(self._rows, rows, strict=True), 1):
            if row != before:
                text += f"\x1b[{place};1H{row}"
        if text:
            self._events.append((time, text))
            self._rows = rows

    def text(self, seconds: float) -> str:
        """The file; ``seconds``: when it ends, so that the last picture can be seen."""
        columns, rows = self._size
        head = {
            "version": 2,
            "width": columns,
            "height": rows,
            "duration": round(seconds, 3),
            "title": self._title,
            "env": {"TERM": "xterm-256color"},
        }
        lines: list[object] = [head]
        lines += [[round(time, 3), "o", text] for time, text in self._events]
        lines.append([round(seconds, 3), "o", ""])
        return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)

    def write(self, path: Path, seconds: float) -> None:
        """Raises OSError."""
        path.write_text(self.text(seconds), encoding="utf-8")


def _ansi(strip: Strip) -> str:
    return "".join(
        style.render(text, color_system=ColorSystem.TRUECOLOR) if style else text
        for text, style, control in strip
        if text and not control
    )

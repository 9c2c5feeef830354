"""Memory of the till after a receipt, beside an empty Textual app."""

import asyncio
from pathlib import Path

import tills
from harness import LAST_ROW, Figure, Terminal, in_turn, note, python, ratio, scratch, show

LINES = 50
ROUNDS = 3


def empty() -> float:
    with Terminal(python("from empty_app import main; main()")) as terminal:
        terminal.wait(LAST_ROW)
        terminal.rest(0.5, most=1)
        return terminal.memory()


def till(first: Path, data: Path) -> float:
    """All lines scanned, calculated, paid in cash, the slip printed."""
    with Terminal(tills.till_argv(None, tills.copied(first, data))) as terminal:
        terminal.wait(tills.PAINTED)
        for _line in range(LINES):
            after = terminal.write(b"4600000000015\r")
            terminal.wait(b"Polevoy", after=after, frame=True)
        for key in (_TOTAL, _CASH, b"\r"):
            terminal.write(key)
            terminal.rest(0.5, most=2)
        assert list(data.glob("slips/*")), "no slip was printed: the receipt is not finished"
        return terminal.memory()


_TOTAL, _CASH = b"\x14", b"\x1b[20~"
"""Ctrl+T and F9."""


def figures() -> list[Figure]:
    note("memory")
    with scratch() as name:
        folder = Path(name)
        asyncio.run(tills.make_data(None, folder / "first"))
        ours, theirs = in_turn(ROUNDS, lambda: till(folder / "first", folder / "data"), empty)
    what = f"memory after a sale of {LINES} lines, to an empty Textual app"
    return [Figure(what, ratio(ours, theirs), 2)]


if __name__ == "__main__":
    show(figures())

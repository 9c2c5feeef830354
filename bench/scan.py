"""From the letters of a scanner to the frame that shows the line."""

import asyncio
import sqlite3
from pathlib import Path

import tills
from harness import Figure, Terminal, in_turn, note, python, ratio, scratch, show

FEW, MANY = 10, 5000
BURST = 100
SESSIONS, SCANS = 3, 8
"""A session is short: after some scans ten lines are not ten lines any more."""

QUIET = 0.05
"""Seconds between scans, at least: a frame later than that does not wait for the one before."""


class Scanned:
    """A program in a terminal that is given one code after another."""

    def __init__(self, terminal: Terminal, lines: int) -> None:
        self.terminal, self.lines = terminal, lines

    def scan(self) -> float:
        """Nanoseconds from the write until the whole frame with the new line was read."""
        self.lines += 1
        self.terminal.rest(QUIET, most=4 * QUIET)
        terminal = self.terminal
        before = terminal.write(b"%s\r" % tills.code(self.lines).encode())
        return (
            terminal.wait(tills.name(self.lines).encode(), after=before, frame=True) - terminal.at
        )


def peer(goods: Path, lines: int) -> Scanned:
    argv = python("from scroll_app import main; main()", goods, str(lines))
    terminal = Terminal(argv)
    terminal.wait(tills.name(lines).encode())
    terminal.rest(0.5)
    return Scanned(terminal, lines)


def compared(one: Scanned, other: Scanned) -> tuple[list[float], list[float]]:
    """Both run all the time; scans go to them in turn."""
    with one.terminal, other.terminal:
        ours, theirs = in_turn(SCANS, one.scan, other.scan)
    return ours, theirs


def figures() -> list[Figure]:
    with scratch() as name:
        return _figures(Path(name))


def _figures(folder: Path) -> list[Figure]:
    card = tills.make_shop(folder)
    for lines in (FEW, BURST, MANY):
        note(f"scan: making a receipt of {lines} lines")
        asyncio.run(tills.make_data(card, folder / str(lines), lines))

    def till(lines: int) -> Scanned:
        data = tills.copied(folder / str(lines), folder / f"run-{lines}")
        return Scanned(tills.resumed(card, data, lines), lines)

    def sessions(ours: int, theirs: int | None) -> float:
        pairs = []
        for _session in range(SESSIONS):
            other = till(theirs) if theirs else peer(folder / "goods.csv", ours)
            pairs.append(compared(till(ours), other))
        return ratio(*([figure for pair in pairs for figure in pair[side]] for side in (0, 1)))

    note("scan: beside the bare app")
    bare = sessions(FEW, None)
    full = sessions(BURST, None)
    note(f"scan: {MANY} lines beside {FEW}")
    long = sessions(MANY, FEW)
    long_full = sessions(MANY, BURST)
    note("scan: a burst")
    lost = burst(card, folder / "burst")
    return [
        Figure(f"scan to frame, the till to a bare ScrollView app, {FEW} lines", bare, 1.5),
        Figure(f"(the same at {BURST} lines, when every scan moves the whole list)", full),
        Figure(f"scan to frame at {MANY} lines to that at {FEW}", long, 1.2),
        Figure(f"({MANY} lines to {BURST}, where both move the whole list)", long_full),
        Figure(f"scans lost of a burst of {BURST} (a count)", lost, 0),
    ]


def burst(card: Path, data: Path) -> int:
    """Codes written without a pause; how many are not on the receipt in the journal."""
    asyncio.run(tills.make_data(card, data))
    codes = "".join(f"{tills.code(number)}\r" for number in range(1, BURST + 1))
    with Terminal(tills.till_argv(card, data)) as terminal:
        terminal.wait(tills.PAINTED)
        terminal.write(codes.encode())
        terminal.wait(tills.name(BURST).encode(), seconds=30)
        terminal.rest(1, most=3)
    journal = sqlite3.connect(data / "journal.db")
    ((kept,),) = journal.execute("SELECT count(*) FROM open_lines").fetchall()
    journal.close()
    return BURST - int(kept)


if __name__ == "__main__":
    show(figures())

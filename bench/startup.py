"""From exec to the first paint, and until a scan is on the screen."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import tills
from harness import (
    LAST_ROW,
    Figure,
    Terminal,
    counts_instructions,
    in_turn,
    instructions,
    note,
    peer_python,
    python,
    ratio,
    scratch,
    show,
)

ROUNDS = 11
EMPTY = python("from empty_app import main; main()")
CODE, NAME = b"4600000000015", b"Polevoy"
"""A code of the demo shop, and how the name of its good begins."""


def painted(argv: Sequence[str], *marks: bytes, processor: bool = False) -> float:
    """Nanoseconds from exec until the last of the marks; ``processor``: on processors alone."""
    with Terminal(argv) as terminal:
        took = terminal.wait(*marks) - terminal.started
        return terminal.processor() if processor else took


def scanned(argv: Sequence[str]) -> float:
    """The scanner is quick: it has read a code when the first frame is there."""
    with Terminal(argv) as terminal:
        terminal.wait(tills.PAINTED)
        after = terminal.write(CODE + b"\r")
        return terminal.wait(NAME, after=after, frame=True) - terminal.started


def posting(folder: Path) -> list[str]:
    own = {name: str(folder) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    words = [f"{name}={value}" for name, value in own.items()]
    program = peer_python("posting").with_name("posting")
    return ["env", *words, str(program), "--collection", str(folder)]


def figures() -> list[Figure]:
    with scratch() as name:
        return _figures(Path(name))


def _figures(folder: Path) -> list[Figure]:
    asyncio.run(tills.make_data(None, folder / "first"))

    def till() -> list[str]:
        return tills.till_argv(None, tills.copied(folder / "first", folder / "data"))

    other = posting(folder)
    note("startup: wall")
    ours, empty, ready, theirs = in_turn(
        ROUNDS,
        lambda: painted(till(), tills.PAINTED, LAST_ROW),
        lambda: painted(EMPTY, LAST_ROW),
        lambda: scanned(till()),
        lambda: painted(other, b"Posting", LAST_ROW),
    )
    how, wall = _counted(till) if counts_instructions() else _processor(till), ratio(ours, empty)
    first = "exec to first paint, the till to an empty Textual app"
    exact = how.target is not None
    return [
        how,
        Figure(f"{first}: wall", wall, None if exact else 1.10),
        Figure("exec to the first scan on screen, to the same empty app", ratio(ready, empty), 1.5),
        Figure("(posting to the same empty app, first paint)", ratio(theirs, empty)),
    ]


def _counted(till: Callable[[], list[str]]) -> Figure:
    note("startup: instructions")
    ours, empty = in_turn(
        3,
        lambda: instructions(till(), (tills.PAINTED, LAST_ROW)),
        lambda: instructions(EMPTY, (LAST_ROW,)),
    )
    what = "exec to first paint, the till to an empty Textual app: instructions"
    return Figure(what, ratio(ours, empty), 1.10)


def _processor(till: Callable[[], list[str]]) -> Figure:
    """Where instructions are not counted: time on processors; noisy, so nothing is promised."""
    note("startup: processor time")
    ours, empty = in_turn(
        ROUNDS,
        lambda: painted(till(), tills.PAINTED, LAST_ROW, processor=True),
        lambda: painted(EMPTY, LAST_ROW, processor=True),
    )
    what = "exec to first paint, the till to an empty Textual app: processor time"
    return Figure(what, ratio(ours, empty))


if __name__ == "__main__":
    show(figures())

"""From exec to the first paint, and until a scan is on the screen."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import tills
from harness import (
    COLUMNS,
    ENVS,
    LAST_ROW,
    ROWS,
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
    table,
)

EMPTY = python("from empty_app import main; main()")
GOOD = ("4600000000015", b"Polevoy")
"""A code of the demo shop, and how its name begins."""


def painted(argv: Sequence[str], marks: Sequence[bytes], env: Mapping[str, str] = {}) -> float:
    with Terminal(argv, env) as terminal:
        return terminal.wait(*marks) - terminal.started


def scanned(argv: Sequence[str]) -> float:
    """The scanner is quick: it has read the first code when the first frame is there."""
    code, name = GOOD
    with Terminal(argv) as terminal:
        terminal.wait(tills.PAINTED)
        after = terminal.write(code.encode() + b"\r")
        return terminal.wait(name, after=after, frame=True) - terminal.started

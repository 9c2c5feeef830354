"""How far a run is: a row that is written over on a terminal, elsewhere a row a scenario."""

import shutil
from time import monotonic
from typing import TextIO

from cashier.printing.cells import width
from cashier.report.harmless import in_a_row
from cashier.report.shown import Shown
from cashier.report.table import seconds
from cashier.report.told import MARKS
from cashier.scenario.result import StepResult

_PAUSE = 0.05
"""Seconds between two pictures of a row; nobody reads faster."""


class Progress:
    """Told of everything while it happens."""

    def __init__(self, count: int, out: TextIO) -> None:
        self.begun: int | None = None
        """The place of the scenario under way."""
        self.steps: list[StepResult] = []
        """Of the scenario under way."""
        self._count, self._out = count, out
        self._over = self._failed = 0
        self._name = ""
        self._terminal = out.isatty()
        self._drawn = 0.0

    def begin(self, place: int, name: str) -> None:
        self.begun, self.steps, self._name = place, [], in_a_row(name)
        self._draw()

    def step(self, step: StepResult) -> None:
        self.steps.append(step)
        self._draw()

    def over(self, one: Shown) -> None:
        self.begun, self.steps, self._name = None, [], in_a_row(one.name)
        self._over += 1
        self._failed += one.verdict == "failed"
        if not self._terminal:
            took = seconds(one.milliseconds)
            self._write(f"{MARKS[one.verdict]} {self._over}/{self._count} {self._name}, {took}\n")
        self._draw()

    def end(self) -> None:
        """The row has done its duty."""
        if self._terminal:
            self._write("\r\x1b[K")

    def _draw(self) -> None:
        if not self._terminal or monotonic() - self._drawn < _PAUSE:
            return
        self._drawn = monotonic()
        failed = f"  {MARKS['failed']} {self._failed}" if self._failed else ""
        steps = f"  {len(self.steps)}" if self.steps else ""
        row = f"{self._over}/{self._count}{failed}  {self._name}{steps}"
        room = shutil.get_terminal_size().columns - 1
        while width(row) > room:
            row = row[:-1]
        self._write(f"\r\x1b[K{row}")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()

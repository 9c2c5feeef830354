"""Results taken along with all there is to them, as JSON; and whether an exported file was changed.

Each row of an exported file carries the seal that the register has of it, and a seal of its own,
which goes over what stands in the row and over the row before it (see ``seal``). In CSV it goes
over the cells, so quotes and line ends may change; a spreadsheet that writes dates or numbers in
its own way does change it.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cashier.config import read_text
from cashier.errors import ConfigError
from cashier.i18n import _
from cashier.lessons.csv_file import COLUMNS
from cashier.lessons.kept import Kept, canonical
from cashier.lessons.register import Change
from cashier.lessons.scoring import score, verdict
from cashier.lessons.seal import BEGINNING, row_seal

FORMAT = 1
_LARGEST = 200_000_000
"""Bytes of a file that is checked."""


def results_json(kept: Sequence[Kept], program: str) -> str:
    """Attempts with all their tasks; ``program``: the version that writes it."""
    results: list[dict[str, Any]] = []
    previous = BEGINNING
    for number, one in enumerate(kept, 1):
        entry: dict[str, Any] = {
            "row": f"{number}/{len(kept)}",
            "attempt": json.loads(canonical(one.attempt)),
            "score": score(one.attempt),
            "verdict": verdict(one.attempt).value,
            "unchanged": one.sound,
            "seal": one.seal,
        }
        previous = row_seal(previous, entry["row"], entry)
        results.append({**entry, "row_seal": previous})
    value = {"format": FORMAT, "program": program, "results": results}
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


# --- looking whether it is still so


@dataclass(frozen=True)
class _Line:
    """A row of a file, which anybody may have written."""

    number: str
    """'3/12'."""
    attempt_id: str
    told: object
    """What stands in it now, besides its seal."""
    seal: str

    def holds(self, previous: str) -> bool:
        try:
            return self.seal == row_seal(previous, self.number, self.told)
        except (ValueError, RecursionError):  # such text was never ours
            return False


def verify_file(path: Path) -> tuple[int, list[Change]]:
    """How many rows an exported file has, and what in it is not as it was written.

    Raises ConfigError for a file that is none of ours.
    """
    text = read_text(path, _LARGEST)
    lines = _of_json(text, path) if text.lstrip()[:1] in "{[" else _of_csv(text, path)
    return len(lines), list(_changes(lines))


def _changes(lines: Sequence[_Line]) -> Iterator[Change]:
    previous = BEGINNING
    for place, line in enumerate(lines, 1):
        if line.number.partition("/")[0] != str(place):
            yield Change(place, line.attempt_id, _("Rows before it were removed or inserted."))
        if not line.holds(previous):
            yield Change(place, line.attempt_id, _("It was changed, or the row before it was."))
        previous = line.seal
    if lines and lines[-1].number.partition("/")[2] != str(len(lines)):
        yield Change(0, "", _("Results were removed from the end, or added there."))


def _of_csv(text: str, path: Path) -> list[_Line]:
    try:
        head, *rows = list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
    except csv.Error as error:
        raise ConfigError(_("{file}: not CSV: {why}").format(file=path, why=error)) from error
    if tuple(head) != COLUMNS:
        text = _("{file}, line 1: expected the columns of exported results: {columns}")
        raise ConfigError(text.format(file=path, columns=", ".join(COLUMNS)))
    return [_line(cells) for cells in rows if cells]


def _line(cells: Sequence[str]) -> _Line:
    """A row with too few cells has no seal that could hold."""
    *told, own = cells
    return _Line(told[0] if told else "", told[1] if told[1:] else "", told, own)


def _of_json(text: str, path: Path) -> list[_Line]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(_("{file}: not JSON: {why}").format(file=path, why=error)) from error
    results = value.get("results") if isinstance(value, dict) else None
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        text = _("{file}: expected exported results: {example}")
        raise ConfigError(text.format(file=path, example='{"results": [{...}]}'))
    return [_entry(one) for one in results]


def _entry(result: dict[str, Any]) -> _Line:
    told = {name: value for name, value in result.items() if name != "row_seal"}
    attempt = told.get("attempt")
    attempt_id = attempt.get("attempt_id") if isinstance(attempt, dict) else ""
    return _Line(str(told.get("row")), str(attempt_id), told, str(result.get("row_seal")))

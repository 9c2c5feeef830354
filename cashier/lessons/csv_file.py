"""Attempts as a table for a spreadsheet: RFC 4180, one row for each, column names in English.

Later edits show: ``row_seal`` goes over what stands in the row and over the row before it (see
``seal``, and ``export`` for who looks).
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from cashier.lessons.attempt import Attempt, Done
from cashier.lessons.kept import Kept
from cashier.lessons.scoring import Verdict, score, verdict
from cashier.lessons.seal import BEGINNING, row_seal
from cashier.report_slip import tame
from cashier.slip import plain

COLUMNS = (
    "row", "attempt", "trainee", "group", "lesson", "title", "mode", "language", "seed",
    "started", "finished", "verdict", "score", "pass_percent", "seconds", "minutes_allowed",
    "tasks", "right", "in_order", "skipped", "money_mistakes", "wrong_turns", "undone",
    "wrong_keys", "hints", "seal", "sound", "row_seal",
)  # fmt: skip
"""``row``: '3/12'."""


def attempts_csv(kept: Sequence[Kept]) -> str:
    """All rows end with CR LF; no text in it is a formula. Times have their time zone."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    previous = BEGINNING
    for place, one in enumerate(kept, 1):
        cells = [f"{place}/{len(kept)}", *map(str, _row(one))]
        previous = row_seal(previous, cells[0], cells)
        writer.writerow([*cells, previous])
    return file.getvalue()


def _row(kept: Kept) -> tuple[object, ...]:
    one = kept.attempt
    known = verdict(one) is not Verdict.SHOWN
    return (
        *_texts(one), one.mode.value, one.language, one.seed,
        _moment(one.started), _moment(one.finished), verdict(one).value,
        score(one) if known else "", one.pass_percent, one.seconds, one.minutes,
        len(one.tasks), one.right, one.in_order,
        sum(task.done is Done.SKIPPED for task in one.tasks),
        one.money_mistakes, sum(not wrong.money for wrong in one.wrong),
        sum(wrong.undone for wrong in one.wrong),
        one.wrong_keys, one.hints, kept.seal, "yes" if kept.sound else "no",
    )  # fmt: skip


def _texts(one: Attempt) -> Iterator[str]:
    for text in (one.attempt_id, one.trainee, one.group, one.lesson, one.title):
        yield tame(plain(text))


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""

"""The table of a class: who has passed what, and how often he tried."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cashier.lessons.attempt import Mode
from cashier.lessons.kept import Kept, best_of, same_name
from cashier.lessons.scoring import passed, score


@dataclass(frozen=True)
class Cell:
    """What a trainee did in one lesson."""

    best: Kept
    """The attempt that counts."""
    attempts: int
    """Of its mode; a lesson that was only shown is no attempt at an exam."""

    @property
    def mode(self) -> Mode:
        return self.best.attempt.mode

    @property
    def percent(self) -> int:
        return score(self.best.attempt)

    @property
    def passed(self) -> bool:
        """An exam; practice makes nobody pass."""
        return self.mode is Mode.EXAM and passed(self.best.attempt)


@dataclass(frozen=True)
class ClassRow:
    trainee: str
    """As it was written last."""
    group: str
    cells: tuple[Cell | None, ...]
    """In the order of the lessons; None: not begun."""

    @property
    def passed(self) -> int:
        """So many lessons."""
        return sum(cell is not None and cell.passed for cell in self.cells)


@dataclass(frozen=True)
class ClassTable:
    lessons: tuple[tuple[str, str], ...]
    """Names of the files and titles, in the order of the names."""
    rows: tuple[ClassRow, ...]
    """By class and name."""


def class_table(kept: Iterable[Kept]) -> ClassTable:
    """Trainees by lessons. Whoever changes his class has a row in each."""
    attempts = sorted(kept, key=lambda one: one.attempt.started)
    titles = {one.attempt.lesson: one.attempt.title for one in attempts}
    people: dict[tuple[str, str], list[Kept]] = {}
    for one in attempts:
        key = (same_name(one.attempt.group), same_name(one.attempt.trainee))
        people.setdefault(key, []).append(one)
    lessons = sorted(titles)
    rows = (_row(people[key], lessons) for key in sorted(people))
    return ClassTable(tuple((name, titles[name]) for name in lessons), tuple(rows))


def _row(of_one: Sequence[Kept], lessons: Sequence[str]) -> ClassRow:
    last = of_one[-1].attempt
    cells = (_cell([one for one in of_one if one.attempt.lesson == name]) for name in lessons)
    return ClassRow(last.trainee, last.group, tuple(cells))


def _cell(of_lesson: Sequence[Kept]) -> Cell | None:
    best = best_of(of_lesson)
    if best is None:
        return None
    same = sum(one.attempt.mode is best.attempt.mode for one in of_lesson)
    return Cell(best, same)

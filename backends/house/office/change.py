"""One change made by hand: what it is called, what it did, and how it can be put back.

Everything happens in one transaction with its entry in the log. Rows of people, cards and coupons
are remembered as they were; points are moved, and putting them back is moving them again; rules are
edits of the rules file.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from datetime import date
from typing import Any, NamedTuple

from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.rules_file import RuleEdit, Written
from cashier.office import Kind, Value

KEYS = {"customers": "id", "accounts": "id", "cards": "number", "coupons": "code", "lots": "id"}
"""Tables whose rows are put back, and by what a row is found."""

Cells = dict[str, Any]
"""A row by the names of its columns."""


class RowEdit(NamedTuple):
    table: str
    key: str | int
    before: Cells | None
    """None: there was no such row."""
    after: Cells


class Noted(NamedTuple):
    """What became of one value; ``field`` names it (see ``words.label``)."""

    field: str
    kind: Kind
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Undo:
    """All that is needed to put a change back."""

    rows: tuple[RowEdit, ...] = ()
    moves: tuple[int, int] | None = None
    """First and last of the movements of points; all are of one account."""
    debts: tuple[int, ...] = ()
    """Lots of it that were below zero before."""
    rules: tuple[RuleEdit, ...] = ()

    def dumped(self) -> str:
        rules = [astuple(one) for one in self.rules]
        return json.dumps([self.rows, self.moves, self.debts, rules], ensure_ascii=False)

    @classmethod
    def loaded(cls, text: str) -> "Undo":
        rows, moves, debts, rules = json.loads(text)
        return cls(
            tuple(RowEdit(*row) for row in rows),
            (moves[0], moves[1]) if moves else None,
            tuple(debts),
            tuple(_rule(*one) for one in rules),
        )


def _rule(
    table: str, name: str, path: list[str], after: list[str] | None, before: list[str] | None
) -> RuleEdit:
    values = (Written(*one) if one else None for one in (after, before))
    return RuleEdit(table, name, tuple(path), *values)


@dataclass
class Change:
    """What a drawer writes down while it works; the caller holds the transaction."""

    club: Club
    db: DB
    about: dict[str, Any] = field(default_factory=dict)
    """What the sentence in the log speaks of: a name, a number of points."""
    noted: list[Noted] = field(default_factory=list)
    rows: list[RowEdit] = field(default_factory=list)
    moves: tuple[int, int] | None = None
    debts: tuple[int, ...] = ()
    rules: list[RuleEdit] = field(default_factory=list)

    def note(self, name: str, before: Value, after: Value, kind: Kind = Kind.TEXT) -> None:
        if before != after:
            self.noted.append(Noted(name, kind, before, after))

    @contextmanager
    def row(self, table: str, key: str | int) -> Iterator[None]:
        """Remember what is done to a row within."""
        before = cells(self.db, table, key)
        yield
        self._keep(table, key, before)

    def made(self, table: str, key: str | int) -> None:
        """A row that was not there before."""
        self._keep(table, key, None)

    def _keep(self, table: str, key: str | int, before: Cells | None) -> None:
        after = cells(self.db, table, key)
        assert after is not None  # rows are never deleted by hand
        if before != after:
            self.rows.append(RowEdit(table, key, before, after))


def cells(db: DB, table: str, key: str | int) -> Cells | None:
    found = db.execute(f"SELECT * FROM {table} WHERE {KEYS[table]} = ?", (key,))  # noqa: S608
    row = found.fetchone()
    return dict(zip([one[0] for one in found.description], row, strict=True)) if row else None


def stored(value: Value) -> Any:
    """A value for JSON."""
    return value.isoformat() if isinstance(value, date) else value


def restored(value: Any, kind: Kind) -> Value:
    known: Value = value
    return date.fromisoformat(value) if kind is Kind.DAY and value else known

"""The back office: what a loyalty system keeps, to be looked at and changed by hand.

An ability that a system may have (``OffersOffice``). The words are few: *sections* hold *rows*, a
row opens as a *record*, and *actions* with *fields* change things. A screen draws any office and
knows nothing of what is in it; an office knows nothing of screens. What is typed arrives as it was
typed and is read here (``read``), so that every office refuses the same nonsense in the same words.

Calls are short and block while they last: an office is where its data are.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

from cashier.errors import BadInput
from cashier.i18n import _, comma
from cashier.money import BadNumber, parse_points, show

Value: TypeAlias = str | int | date | datetime | None
"""What a cell or a field holds; None where there is nothing."""

LONGEST = 200
"""Letters that a text field takes."""


class Kind(StrEnum):
    """What a value is: how it is shown, and how it is read where it is typed."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    """Minor units."""
    POINTS = "points"
    """Hundredths of a point."""
    PERCENT = "percent"
    """Hundredths of a percent."""
    DAY = "day"
    MOMENT = "moment"
    """Shown only."""
    PERSON = "person"
    """The name of a person, or what stands for it: hidden where others look on. Shown only."""
    CHOICE = "choice"
    """One of the field's choices."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list."""

    title: str
    width: int = 0
    """Cells; 0: whatever the others leave."""
    kind: Kind = Kind.TEXT
    extra: bool = False
    """Left out where there is little room."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in a list."""

    id: str
    cells: tuple[Value, ...]
    words: str = ""
    """By what else it is found."""
    quiet: bool = False
    """Not in force: blocked, off, used up."""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """Something to be typed or chosen."""

    id: str
    label: str
    kind: Kind = Kind.TEXT
    value: Value = None
    """What stands there now."""
    required: bool = False
    least: int | None = 0
    most: int | None = None
    """Limits of a number, in the units of its kind."""
    choices: tuple[Choice, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done now."""

    id: str
    label: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One of the lists of the office."""

    id: str
    title: str
    columns: tuple[Column, ...]
    actions: tuple[Action, ...] = ()
    """What can be done without a record: adding one."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a record."""

    label: str
    value: Value
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """What belongs to a record."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    section: str = ""
    """Where these rows open; empty: nowhere."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing with all that is known of it."""

    title: str
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...] = ()
    actions: tuple[Action, ...] = ()
    """Those that are possible now."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change made of one value."""

    label: str
    before: Value
    after: Value
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in the log."""

    id: int
    at: datetime
    who: str
    what: str
    differences: tuple[Difference, ...]
    undoable: bool
    """False: undone already, or itself an undoing."""
    note: str = ""
    """Why it cannot be undone."""


class Office(Protocol):
    """What can be seen and done. Every method may raise CashierError where the data fail."""

    def sections(self) -> tuple[Section, ...]: ...

    def rows(self, section: str, text: str = "") -> Sequence[Row]:
        """The rows that hold every word of ``text``; quick enough to be asked at each key."""
        ...

    def record(self, section: str, record: str) -> Record:
        """Raises NotNow when there is no such record."""
        ...

    def do(
        self, section: str, record: str, action: str, values: Mapping[str, str], who: str
    ) -> str:
        """Carry out an action with what was typed; ``record`` is empty for one of the section.

        Returns what was done, as a sentence. Raises Wrong for a bad value and NotNow for what is
        not possible; then nothing changed.
        """
        ...

    def log(self) -> Sequence[Entry]:
        """What was changed, the newest first."""
        ...

    def undo(self, entry: int, who: str) -> str:
        """Put back what a change changed. Returns a sentence.

        Raises NotNow when later events leave nothing to put back; then nothing changed.
        """
        ...


@runtime_checkable
class OffersOffice(Protocol):
    """A loyalty system with a back office."""

    def office(self) -> Office | None:
        """None: not this time. Raises Unavailable."""
        ...


def office_of(backend: object) -> Office | None:
    """The back office of a loyalty system; None where it has none. Raises Unavailable."""
    return backend.office() if isinstance(backend, OffersOffice) else None


# --- what is typed ----------------------------------------------------------------------------


class Wrong(BadInput):
    """A value that a field cannot take."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field
        """Its id."""


def read_all(fields: Sequence[Field], values: Mapping[str, str]) -> dict[str, Value]:
    """What was typed into ``fields``; a field that is not given is empty. Raises Wrong."""
    known = {field.id for field in fields}
    for name in values:
        if name not in known:
            raise Wrong(name, _("There is no field {name}.").format(name=name[:40]))
    return {field.id: read(field, values.get(field.id, "")) for field in fields}


def read(field: Field, text: str) -> Value:
    """The value that was typed; None for nothing. Raises Wrong."""
    text = text.strip()
    if not text:
        if field.required:
            raise Wrong(field.id, _("{field}: must be filled in.").format(field=field.label))
        return None
    _check_text(field, text)
    match field.kind:
        case Kind.CHOICE:
            return _chosen(field, text)
        case Kind.DAY:
            return _day(field, text)
        case Kind.COUNT:
            return _within(field, _count(field, text))
        case Kind.MONEY | Kind.POINTS | Kind.PERCENT:
            return _within(field, _hundredths(field, text))
        case _:
            return unicodedata.normalize("NFC", text)


def _check_text(field: Field, text: str) -> None:
    if len(text) > LONGEST:
        why = _("{field}: at most {n} letters.").format(field=field.label, n=LONGEST)
        raise Wrong(field.id, why)
    if any(unicodedata.category(sign) in _NO_TEXT for sign in text):
        why = _("{field}: there are signs in it that are no text.").format(field=field.label)
        raise Wrong(field.id, why)


_NO_TEXT = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _chosen(field: Field, text: str) -> str:
    if all(text != choice.value for choice in field.choices):
        why = _("{field}: not one of the choices.").format(field=field.label)
        raise Wrong(field.id, why)
    return text


def _day(field: Field, text: str) -> date:
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no offset
        except ValueError:
            continue
        if 1900 <= day.year <= 2199:
            return day
    why = _("{field}: not a day, expected one like 31.12.2026.").format(field=field.label)
    raise Wrong(field.id, why)


def _count(field: Field, text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise _no_number(field)
    return int(text)


def _hundredths(field: Field, text: str) -> int:
    try:
        return parse_points(text)  # money, points and percents alike
    except BadNumber:
        raise _no_number(field) from None


def _no_number(field: Field) -> Wrong:
    return Wrong(field.id, _("{field}: not a number.").format(field=field.label))


def _within(field: Field, value: int) -> int:
    if field.least is not None and value < field.least:
        raise _beyond(field, _("{field}: {limit} or more."), field.least)
    if field.most is not None and value > field.most:
        raise _beyond(field, _("{field}: {limit} or less."), field.most)
    return value


def _beyond(field: Field, why: str, limit: int) -> Wrong:
    return Wrong(field.id, why.format(field=field.label, limit=_plain(field.kind, limit)))


def _plain(kind: Kind, value: int) -> str:
    if kind is Kind.COUNT or value % 100 == 0:
        return show(value if kind is Kind.COUNT else value // 100, 0)
    return show(value, comma=comma())

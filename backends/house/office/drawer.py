"""A drawer of the office: one kind of thing, how it is listed, opened and changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, TypeAlias

from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.office.change import Change
from backends.house.office.words import label
from cashier.errors import NotNow
from cashier.i18n import _
from cashier.office import Action, Column, Fact, Kind, Record, Row, Value

Given: TypeAlias = Mapping[str, Value]
"""What was typed, read and checked field by field."""
Deed: TypeAlias = Callable[[Change, str, Given], None]
"""Does something to a record. Raises Wrong, NotNow."""

MOST = 10_000
"""Of what never ends (movements, sales) the newest so many are listed."""


class Drawer:
    """What each section of the embedded system is made of."""

    id: ClassVar[str]

    def __init__(self, club: Club) -> None:
        self.club = club

    def title(self) -> str:
        raise NotImplementedError

    def columns(self) -> tuple[Column, ...]:
        raise NotImplementedError

    def actions(self) -> tuple[Action, ...]:
        """Those of the section, not of one record."""
        return ()

    def rows(self, db: DB) -> Iterator[Row]:
        raise NotImplementedError

    def record(self, db: DB, key: str) -> Record:
        """Raises NotNow."""
        raise NotImplementedError

    def deeds(self) -> Mapping[str, Deed]:
        """What carries out each action."""
        return {}


def column(name: str, width: int = 0, kind: Kind = Kind.TEXT, *, extra: bool = False) -> Column:
    return Column(label(name), width, _kind(name, kind), extra)


def fact(name: str, value: Value, kind: Kind = Kind.TEXT) -> Fact:
    return Fact(label(name), value, _kind(name, kind))


def _kind(name: str, kind: Kind) -> Kind:
    return Kind.PERSON if name == "buyer" else kind


def facts(*all_of_them: Fact) -> tuple[Fact, ...]:
    """Those that say something."""
    return tuple(one for one in all_of_them if one.value not in (None, ""))


def gone(name: str) -> NotNow:
    return NotNow(_("There is no {name} here any more.").format(name=name[:40]))


# --- days and moments -------------------------------------------------------------------------


def moment(club: Club, seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, club.clock.now().tzinfo)


def first_day(club: Club, starts: int | None) -> date | None:
    return None if starts is None else moment(club, starts).date()


def last_day(club: Club, ends: int | None) -> date | None:
    """The last day on which something holds that ends at a moment."""
    return None if ends is None else moment(club, ends - 1).date()


def day_begins(club: Club, day: date) -> int:
    return int(datetime.combine(day, time.min, club.clock.now().tzinfo).timestamp())


def day_is_over(club: Club, day: date) -> int:
    return day_begins(club, day + timedelta(days=1))


# --- lists and how they are searched ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a section with what they are found by; good as long as its stamp."""

    stamp: tuple[object, ...]
    rows: Sequence[Row]
    words: Sequence[str]

    @classmethod
    def of(cls, stamp: tuple[object, ...], rows: Iterator[Row]) -> "Listing":
        kept = list(rows)
        return cls(stamp, kept, [_words(row) for row in kept])

    def find(self, text: str) -> Sequence[Row]:
        """The rows that hold every word; one pass of plain text, ten thousand in a blink."""
        rows, words = self.rows, self.words
        for term in folded(text).split():
            places = [place for place, word in enumerate(words) if term in word]
            rows, words = [rows[place] for place in places], [words[place] for place in places]
        return rows


def _words(row: Row) -> str:
    return folded("\n".join([*(cell for cell in row.cells if isinstance(cell, str)), row.words]))


def folded(text: str) -> str:
    """Letters of either case are one, and so are Russian ё and е."""
    return text.casefold().replace("ё", "е")

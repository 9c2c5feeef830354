"""Points by hand: given as a lot of their own, taken from the lots that burn soonest."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from backends.house import accounts, words
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.office import words as office_words
from backends.house.office.change import Change
from backends.house.office.drawer import (
    MOST,
    Deed,
    Drawer,
    Given,
    column,
    day_is_over,
    fact,
    facts,
    first_day,
    gone,
    last_day,
    moment,
)
from backends.house.office.words import label
from backends.house.people import DAY
from cashier.i18n import _
from cashier.office import Action, Column, Field, Kind, Record, Row, Table, Value, Wrong

MOST_POINTS = 1_000_000_00
"""Given at once, in hundredths."""
_LATEST = 200
"""Movements that stand in a customer's record."""

_LOTS = """
SELECT l.id, coalesce(c.name, ''), coalesce(c.phone, ''), l.starts, l.ends, l.left
FROM lots l LEFT JOIN accounts a ON a.id = l.account LEFT JOIN customers c ON c.id = a.customer
"""
_MOVEMENTS = """
SELECT m.id, m.at, coalesce(c.name, ''), m.why, coalesce(m.note, ''), m.points,
    coalesce(m.receipt, ''), coalesce(c.phone, ''), m.lot
FROM movements m
LEFT JOIN accounts a ON a.id = m.account LEFT JOIN customers c ON c.id = a.customer
"""


# --- given and taken --------------------------------------------------------------------------


def give_fields(club: Club) -> tuple[Field, ...]:
    return (
        Field("points", label("points"), Kind.POINTS, required=True, least=1, most=MOST_POINTS),
        Field(
            "days",
            label("days"),
            Kind.COUNT,
            club.settings.points.live_days,
            required=True,
            least=1,
            most=3650,
        ),
        Field("note", label("note"), required=True, hint=_("kept with the movement")),
    )


def take_fields(available: int) -> tuple[Field, ...]:
    most = _("at most {points}").format(points=words.points(available))
    return (
        Field(
            "points",
            label("points"),
            Kind.POINTS,
            required=True,
            least=1,
            most=available,
            hint=most,
        ),
        Field("note", label("note"), required=True, hint=_("kept with the movement")),
    )


def give(change: Change, account: int, given: Given) -> None:
    points, days, now = _whole(given["points"]), _whole(given["days"]), change.club.now
    with _moving(change, account, given):
        accounts.credit(change.db, account, points, now, now + days * DAY, "given", now)


def take(change: Change, account: int, given: Given) -> None:
    left, now = _whole(given["points"]), change.club.now
    with _moving(change, account, given):
        for lot in accounts.lots(change.db, account):
            part = min(left, lot.left) if lot.starts <= now else 0
            if part > 0:
                accounts.move(change.db, account, lot.id, -part, "taken", now)
                left -= part
    assert left == 0, "the field allows no more than there is"


@contextmanager
def _moving(change: Change, account: int, given: Given) -> Iterator[None]:
    """What is moved within belongs to this change, with its reason."""
    db, now = change.db, change.club.now
    accounts.burn(db, account, now)
    before = accounts.balance(db, account, now).balance
    change.debts = tuple(lot.id for lot in accounts.lots(db, account) if lot.left < 0)
    first = _next_movement(db)
    yield
    last = _next_movement(db) - 1
    db.execute("UPDATE movements SET note = ? WHERE id >= ?", (given["note"], first))
    change.moves = first, last
    change.about["points"] = given["points"]
    change.note("balance", before, accounts.balance(db, account, now).balance, Kind.POINTS)
    change.note("note", None, given["note"])


def _next_movement(db: DB) -> int:
    return int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM movements").fetchone()[0])


def _whole(value: Value) -> int:
    assert isinstance(value, int)  # what its field reads
    return value


# --- the lists --------------------------------------------------------------------------------


def lots_table(club: Club, db: DB, account: int) -> Table:
    """The lots that hold something."""
    return _lots_table(club, accounts.lots(db, account))


def _lots_table(club: Club, lots: Iterable[accounts.Lot]) -> Table:
    columns = (
        column("left", 12, Kind.POINTS),
        column("starts", 12, Kind.DAY),
        column("ends", 12, Kind.DAY),
    )
    rows = tuple(
        Row(
            str(lot.id),
            (lot.left, first_day(club, lot.starts or None), last_day(club, lot.ends)),
            quiet=lot.starts > club.now or _over(club, lot.ends),
        )
        for lot in lots
    )
    return Table(_("Points in lots"), columns, rows, "lots")


def _over(club: Club, ends: int | None) -> bool:
    return ends is not None and ends <= club.now


def movements_table(club: Club, db: DB, of: str, key: int) -> Table:
    """Those of an ``account`` or of a ``lot``, the newest first."""
    columns = (
        column("at", 17, Kind.MOMENT),
        column("moved", 12, Kind.POINTS),
        column("why", 28),
        column("note"),
    )
    found = db.execute(
        f"SELECT id, at, points, why, coalesce(note, '') FROM movements WHERE {of} = ?"  # noqa: S608
        " ORDER BY id DESC LIMIT ?",
        (key, _LATEST),
    )
    rows = tuple(
        Row(str(number), (moment(club, at), points, office_words.movement(why), note))
        for number, at, points, why, note in found
    )
    return Table(_("Movements"), columns, rows, "movements")


class Lots(Drawer):
    id = "lots"

    def title(self) -> str:
        return _("Points")

    def columns(self) -> tuple[Column, ...]:
        return (
            column("buyer"),
            column("phone", 14, extra=True),
            column("starts", 12, Kind.DAY),
            column("ends", 12, Kind.DAY),
            column("left", 12, Kind.POINTS),
        )

    def rows(self, db: DB) -> Iterator[Row]:
        """Those that hold something, the soonest to burn first."""
        club = self.club
        rows = db.execute(f"{_LOTS} WHERE l.left <> 0 ORDER BY l.ends IS NULL, l.ends, l.id")
        for key, name, phone, starts, ends, left in rows:
            cells = (name, phone, first_day(club, starts or None), last_day(club, ends), left)
            yield Row(str(key), cells, quiet=starts > club.now or _over(club, ends))

    def record(self, db: DB, key: str) -> Record:
        row = db.execute(f"{_LOTS} WHERE l.id = ?", (_number(key),)).fetchone()
        if row is None:
            raise gone(key)
        _id, name, phone, starts, ends, left = row
        return Record(
            _("Points of {name}").format(name=name or phone or _("nobody")),
            facts(
                fact("buyer", name),
                fact("phone", phone),
                fact("starts", first_day(self.club, starts or None), Kind.DAY),
                fact("ends", last_day(self.club, ends), Kind.DAY),
                fact("left", left, Kind.POINTS),
            ),
            (movements_table(self.club, db, "lot", _number(key)),),
            self._possible(left, ends),
        )

    def _possible(self, left: int, ends: int | None) -> tuple[Action, ...]:
        if left <= 0 or _over(self.club, ends):
            return ()  # what has burnt is written off at the next chance
        now = last_day(self.club, ends)
        field = Field("ends", label("ends"), Kind.DAY, now, required=True)
        return (Action("until", _("Let them live until another day"), (field,)),)

    def deeds(self) -> Mapping[str, Deed]:
        return {"until": self._until}

    def _until(self, change: Change, key: str, given: Given) -> None:
        club, day = self.club, given["ends"]
        assert isinstance(day, date)  # what its field reads
        ends = day_is_over(club, day)
        if ends <= club.now:
            raise Wrong("ends", _("This day is over."))
        found = change.db.execute(f"{_LOTS} WHERE l.id = ?", (_number(key),)).fetchone()
        name, before = found[1], found[4]
        if last_day(club, before) == day:
            return
        with change.row("lots", _number(key)):
            change.db.execute("UPDATE lots SET ends = ? WHERE id = ?", (ends, _number(key)))
        change.about["name"] = name
        change.note("ends", last_day(club, before), day, Kind.DAY)


class Movements(Drawer):
    """To be looked at: what moved is never changed, only moved back."""

    id = "movements"

    def title(self) -> str:
        return _("Movements")

    def columns(self) -> tuple[Column, ...]:
        return (
            column("at", 17, Kind.MOMENT),
            column("buyer"),
            column("why", 22),
            column("note", 24, extra=True),
            column("moved", 12, Kind.POINTS),
        )

    def rows(self, db: DB) -> Iterator[Row]:
        club = self.club
        found = db.execute(f"{_MOVEMENTS} ORDER BY m.id DESC LIMIT ?", (MOST,))
        for key, at, name, why, note, points, receipt, phone, _lot in found:
            cells = (moment(club, at), name, office_words.movement(why), note, points)
            yield Row(str(key), cells, f"{phone}\n{receipt}")

    def record(self, db: DB, key: str) -> Record:
        row = db.execute(f"{_MOVEMENTS} WHERE m.id = ?", (_number(key),)).fetchone()
        if row is None:
            raise gone(key)
        _id, at, name, why, note, points, receipt, phone, lot = row
        return Record(
            _("Movement {number}").format(number=key),
            facts(
                fact("at", moment(self.club, at), Kind.MOMENT),
                fact("buyer", name),
                fact("phone", phone),
                fact("moved", points, Kind.POINTS),
                fact("why", office_words.movement(why)),
                fact("note", note),
                fact("receipt", receipt),
            ),
            (_lots_table(self.club, [accounts.lot(db, lot)]),),
        )


def _number(key: str) -> int:
    """Raises NotNow."""
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        raise gone(key)
    return int(key)

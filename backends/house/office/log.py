"""The log: every change made by hand, with what stood there before."""

import json
from typing import NamedTuple

from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.office import words
from backends.house.office.change import Change, Noted, Undo, restored, stored
from backends.house.office.drawer import moment
from cashier.errors import NotNow
from cashier.i18n import _
from cashier.office import Difference, Entry, Kind

MOST = 1000
"""Entries that are listed, the newest."""
_COLUMNS = "id, at, who, action, about, differences, undo IS NOT NULL, undone_by"


class _Kept(NamedTuple):
    id: int
    at: int
    who: str
    action: str
    about: str
    differences: str
    undoable: int
    undone_by: int | None


def write(change: Change, action: str, who: str, undo: Undo | None) -> int:
    """Returns the number of the entry. An entry without ``undo`` is final."""
    noted = [
        [one.field, one.kind.value, stored(one.before), stored(one.after)] for one in change.noted
    ]
    made = change.db.execute(
        "INSERT INTO office_log (at, who, action, about, differences, undo) VALUES (?,?,?,?,?,?)",
        (
            change.club.now,
            who,
            action,
            json.dumps(change.about, ensure_ascii=False),
            json.dumps(noted, ensure_ascii=False),
            undo.dumped() if undo else None,
        ),
    ).lastrowid
    assert made is not None  # an insert has one
    return made


def entries(club: Club, db: DB) -> list[Entry]:
    rows = db.execute(f"SELECT {_COLUMNS} FROM office_log ORDER BY id DESC LIMIT ?", (MOST,))  # noqa: S608
    return [_entry(club, _Kept(*row)) for row in rows]


def to_undo(change: Change, entry: int) -> Undo:
    """How an entry is put back; tells ``change`` what it is about to do.

    Raises NotNow when it cannot be undone any more.
    """
    row = change.db.execute(
        f"SELECT {_COLUMNS}, undo FROM office_log WHERE id = ?",  # noqa: S608
        (entry,),
    ).fetchone()
    if row is None:
        raise NotNow(_("There is no such entry in the log."))
    kept = _Kept(*row[:-1])
    found = _entry(change.club, kept)
    if not found.undoable:
        raise NotNow(found.note)
    change.about = {"action": kept.action, "about": json.loads(kept.about), "entry": entry}
    for one in _noted(kept):
        change.note(one.field, one.after, one.before, one.kind)
    return Undo.loaded(row[-1])


def undone(db: DB, entry: int, by: int) -> None:
    db.execute("UPDATE office_log SET undone_by = ? WHERE id = ?", (by, entry))


def _entry(club: Club, row: _Kept) -> Entry:
    if row.undone_by is not None:
        note = _("This was undone already.")
    elif not row.undoable:
        note = _("An undoing is not undone: do the thing once more.")
    else:
        note = ""
    differences = tuple(
        Difference(words.label(one.field), one.before, one.after, one.kind) for one in _noted(row)
    )
    what = words.sentence(row.action, json.loads(row.about))
    return Entry(row.id, moment(club, row.at), row.who, what, differences, not note, note)


def _noted(row: _Kept) -> list[Noted]:
    return [
        Noted(field, Kind(kind), restored(before, Kind(kind)), restored(after, Kind(kind)))
        for field, kind, before, after in json.loads(row.differences)
    ]

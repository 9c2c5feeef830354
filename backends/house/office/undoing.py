"""A change put back, or a clear word why later events do not allow it."""

import sqlite3

from backends.house import accounts, words
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.office.change import KEYS, Change, RowEdit, Undo, cells
from backends.house.rules_file import Draft, RuleEdit, RulesFile, Written
from cashier.errors import NotNow
from cashier.i18n import _

_USES = {
    "accounts": (
        ("movements", "account"),
        ("lots", "account"),
        ("holds", "account"),
        ("sales", "account"),
        ("coupon_uses", "account"),
        ("cards", "account"),
    ),
    "cards": (("sales", "card"),),
    "coupons": (("coupon_uses", "code"),),
    "customers": (("coupons", "customer"), ("accounts", "customer")),
}
"""Where a row that was added may have been used since, by its key."""


def put_back(change: Change, undo: Undo) -> None:
    """People, cards, coupons and points; the rules are put back with ``rules_back``."""
    if undo.moves is not None:
        _moves_back(change.club, change.db, undo)
    for edit in reversed(undo.rows):
        try:
            _row_back(change.db, edit)
        except sqlite3.IntegrityError as error:
            raise NotNow(_("What stood there belongs to somebody else by now.")) from error


def rules_back(file: RulesFile, edits: tuple[RuleEdit, ...]) -> Draft:
    """Raises NotNow when the file says something else by now."""
    draft = file.draft(one.back for one in reversed(edits))
    for then, now in zip(reversed(edits), draft.edits, strict=True):
        if _literal(now.before) != _literal(then.after):
            raise _changed_since()
    return draft


def _literal(value: Written | None) -> str | None:
    return value.literal if value else None


def _changed_since() -> NotNow:
    return NotNow(_("It was changed again since: undo that first."))


def _row_back(db: DB, edit: RowEdit) -> None:
    now = cells(db, edit.table, edit.key)
    key = KEYS[edit.table]
    if edit.before is None:
        if now != edit.after:
            raise _changed_since()
        for table, name in _USES[edit.table]:
            found = db.execute(f"SELECT 1 FROM {table} WHERE {name} = ?", (edit.key,))  # noqa: S608
            if found.fetchone():
                raise NotNow(_("It has been used since."))
        db.execute(f"DELETE FROM {edit.table} WHERE {key} = ?", (edit.key,))  # noqa: S608
        return
    changed = [name for name, value in edit.before.items() if value != edit.after[name]]
    if now is None or any(now[name] != edit.after[name] for name in changed):
        raise _changed_since()
    for name in changed:
        db.execute(
            f"UPDATE {edit.table} SET {name} = ? WHERE {key} = ?",  # noqa: S608
            (edit.before[name], edit.key),
        )


def _moves_back(club: Club, db: DB, undo: Undo) -> None:
    """Each movement the other way round; no lot goes below zero that was not there before."""
    assert undo.moves is not None  # asked before
    rows = db.execute(
        "SELECT account, lot, points FROM movements WHERE id BETWEEN ? AND ? ORDER BY id DESC",
        undo.moves,
    ).fetchall()
    account = rows[0][0]
    accounts.burn(db, account, club.now)
    taken = sum(points for _account, _lot, points in rows)
    free = accounts.balance(db, account, club.now).available
    if taken > free and not undo.debts:
        raise _no_points(taken - free)
    for _account, lot, points in rows:
        accounts.move(db, account, lot, -points, "undone", club.now)
    missing = -sum(
        lot.left
        for lot in accounts.lots(db, account)
        if lot.left < 0 and lot.id in {row[1] for row in rows} - set(undo.debts)
    )
    if missing:
        raise _no_points(missing)
    accounts.burn(db, account, club.now)
    accounts.fill(db, account, club.now)


def _no_points(missing: int) -> NotNow:
    text = _("{points} of these points are spent, burnt or held for a receipt by now.")
    return NotNow(text.format(points=words.points(missing)))

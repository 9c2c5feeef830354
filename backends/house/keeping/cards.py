"""Cards and their levels, set up by a server."""

import json
from collections.abc import Sequence

from backends.house import accounts, people
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.keeping.common import (
    abandon,
    check_number,
    folded,
    join,
    known_card,
    own_account,
    teach,
)
from backends.house.people import CardRow
from backends.house.rules import CardRule
from backends.keeping import CardInfo, CardQuery, Level, Part, Standing, Window
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Amount

_FROM = (
    " FROM cards k LEFT JOIN accounts a ON a.id = k.account"
    " LEFT JOIN customers c ON c.id = a.customer"
)
_WORDS = (
    "folded(k.number || char(10) || coalesce(c.name, '') || char(10) || coalesce(c.phone, '')"
    " || char(10) || coalesce(c.email, ''))"
)


class Cards:
    def __init__(self, club: Club) -> None:
        self._club = club

    def levels(self) -> Sequence[Level]:
        return tuple(
            Level(one.id, str(one.name), place, one.turnover, one.pay)
            for place, one in enumerate(self._club.rules.level)
        )

    def card(self, number: str) -> CardInfo | None:
        with self._club.store.reading() as db:
            row = people.card(db, number)
            return self._info(db, row) if row else None

    def cards(self, query: CardQuery, window: Window = Window()) -> Part[CardInfo]:
        where, values = _conditions(query)
        with self._club.store.reading() as db:
            teach(db)
            (total,) = db.execute(f"SELECT count(*){_FROM}{where}", values).fetchone()
            rows = db.execute(
                f"SELECT k.number{_FROM}{where} ORDER BY k.number LIMIT ? OFFSET ?",
                (*values, window.most, window.skip),
            ).fetchall()
            found = [self._info(db, known_card(db, number)) for (number,) in rows]
        return Part(found, total)

    def _info(self, db: DB, row: CardRow) -> CardInfo:
        club = self._club
        held = (
            accounts.balance(db, row.account, club.now)
            if row.account is not None
            else accounts.Balance(0, 0)
        )
        return CardInfo(
            number=row.number,
            level=club.level(row.level).id,
            standing=Standing(row.status.value),
            customer=row.customer,
            account=str(row.account) if row.account is not None else None,
            turnover=row.turnover,
            balance=held.balance,
            available=held.available,
        )

    def _now(self, number: str) -> CardInfo:
        with self._club.store.reading() as db:
            return self._info(db, known_card(db, number))

    # --- changes

    def add(self, number: str, *, level: str = "", customer: str | None = None) -> CardInfo:
        with self._club.store.changing() as db:
            check_number(db, number)
            account, status = None, CardRule.INACTIVE
            if customer is not None:
                account, status = _account_of(db, customer), CardRule.ACTIVE
            people.new_card(db, number, account, self._level(level), status)
        return self._now(number)

    def _level(self, level: str) -> str:
        if not level:
            return self._club.rules.level[0].id
        if level not in self._club.levels:
            text = _("there is no level {level}").format(level=level[:40])
            raise Refused(Reason.NOT_FOUND, text)
        return level

    def renumber(self, number: str, new: str) -> CardInfo:
        with self._club.store.changing() as db:
            known_card(db, number)
            if new != number:
                check_number(db, new)
                db.execute("UPDATE cards SET number = ? WHERE number = ?", (new, number))
                db.execute("UPDATE sales SET card = ? WHERE card = ?", (new, number))
        return self._now(new)

    def set_standing(self, number: str, standing: Standing) -> CardInfo:
        with self._club.store.changing() as db:
            row = known_card(db, number)
            if standing in (Standing.ACTIVE, Standing.NO_SPEND):
                own_account(db, row)
            _set(db, number, "status", CardRule(standing.value).value)
        return self._now(number)

    def set_level(self, number: str, level: str) -> CardInfo:
        with self._club.store.changing() as db:
            known_card(db, number)
            _set(db, number, "level", self._level(level))
        return self._now(number)

    def set_turnover(self, number: str, turnover: Amount) -> CardInfo:
        if turnover < 0:
            raise Refused(Reason.OTHER, _("a turnover is not below zero"))
        club = self._club
        with club.store.changing() as db:
            row = known_card(db, number)
            account = own_account(db, row)
            db.execute("UPDATE accounts SET turnover = ? WHERE id = ?", (turnover, account))
            now, reached = club.level(row.level), club.reached_level(turnover)
            if club.rules.level.index(reached) > club.rules.level.index(now):
                _set(db, number, "level", reached.id)
        return self._now(number)

    def replace(self, old: str, new: str) -> CardInfo:
        with self._club.store.changing() as db:
            before, after = known_card(db, old), known_card(db, new)
            if old == new or before.account is None:
                raise Refused(Reason.OTHER, _("there is nothing to be taken over from this card"))
            if after.status is CardRule.BLOCKED:
                raise Refused(Reason.BLOCKED, _("the card is blocked"))
            self._move_to(db, after, before.account)
            kept = CardRule.NO_SPEND if before.status is CardRule.NO_SPEND else CardRule.ACTIVE
            _set(db, new, "level", before.level)
            _set(db, new, "status", kept.value)
            _set(db, old, "status", CardRule.BLOCKED.value)
        return self._now(new)

    def share(self, number: str, master: str | None) -> CardInfo:
        with self._club.store.changing() as db:
            row = known_card(db, number)
            if master is not None:
                self._move_to(db, row, own_account(db, known_card(db, master)))
            elif row.account is not None and _shared(db, row):
                account = people.new_account(db, None)
                db.execute("UPDATE cards SET account = ? WHERE number = ?", (account, number))
        return self._now(number)

    def _move_to(self, db: DB, row: CardRow, account: int) -> None:
        """Put a card on an account, with all that it holds. Raises Refused."""
        if row.account == account:
            return
        if row.customer is not None:
            raise Refused(Reason.WRONG_CUSTOMER, _("the card belongs to another customer"))
        if row.account is not None:
            join(self._club, db, account, row.account)
        db.execute("UPDATE cards SET account = ? WHERE number = ?", (account, row.number))

    def delete(self, number: str) -> None:
        with self._club.store.changing() as db:
            row = known_card(db, number)
            db.execute("DELETE FROM cards WHERE number = ?", (number,))
            if row.account is not None:
                abandon(self._club, db, row.account)


def _set(db: DB, number: str, name: str, value: str) -> None:
    db.execute(f"UPDATE cards SET {name} = ? WHERE number = ?", (value, number))  # noqa: S608


def _account_of(db: DB, customer: str) -> int:
    row = db.execute("SELECT id FROM accounts WHERE customer = ?", (customer,)).fetchone()
    if row is None:
        raise Refused(Reason.NOT_FOUND, _("there is no such customer"))
    return int(row[0])


def _shared(db: DB, row: CardRow) -> bool:
    others = "SELECT 1 FROM cards WHERE account = ? AND number <> ?"
    found = db.execute(others, (row.account, row.number)).fetchone()
    return row.customer is not None or found is not None


def _conditions(query: CardQuery) -> tuple[str, list[str]]:
    wanted: list[tuple[str, list[str]]] = []
    for column, value in (
        ("a.customer", query.customer),
        ("k.level", query.level),
        ("c.phone", query.phone),
        ("c.email", query.email.lower()),
    ):
        if value:
            wanted.append((f"{column} = ?", [value]))
    for column, values in (("k.number", query.numbers), ("k.status", query.standing or None)):
        if values is not None:
            told = json.dumps([str(one) for one in values])
            wanted.append((f"{column} IN (SELECT value FROM json_each(?))", [told]))  # noqa: S608
    if query.text:
        wanted.append((f"instr({_WORDS}, ?) > 0", [folded(query.text)]))
    where = " AND ".join(sql for sql, _values in wanted)
    return f" WHERE {where}" if where else "", [one for _sql, values in wanted for one in values]

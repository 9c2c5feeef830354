"""Customers, set up by a server."""

import json
from datetime import date

from backends.house import people
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.keeping.common import abandon, folded, teach
from backends.house.registering import enrol, looks_like_email
from backends.keeping import Part, Person, PersonQuery, Window
from cashier.exchange import Reason, Refused, Registered, RegisterRequest
from cashier.i18n import _

_COLUMNS = "SELECT id, name, coalesce(phone, ''), coalesce(email, ''), birthdate FROM customers"
_WORDS = "folded(name || char(10) || coalesce(phone, '') || char(10) || coalesce(email, ''))"
_LONGEST = 200


class People:
    def __init__(self, club: Club) -> None:
        self._club = club

    def person(self, person_id: str) -> Person | None:
        with self._club.store.reading() as db:
            row = db.execute(f"{_COLUMNS} WHERE id = ?", (person_id,)).fetchone()
        return _person(row) if row else None

    def people(self, query: PersonQuery, window: Window = Window()) -> Part[Person]:
        where, values = _conditions(query)
        with self._club.store.reading() as db:
            teach(db)
            counted = f"SELECT count(*) FROM customers{where}"  # noqa: S608
            (total,) = db.execute(counted, values).fetchone()
            rows = db.execute(
                f"{_COLUMNS}{where} ORDER BY name, id LIMIT ? OFFSET ?",
                (*values, window.most, window.skip),
            ).fetchall()
        return Part([_person(row) for row in rows], total)

    def add(self, person: Person) -> Person:
        with self._club.store.changing() as db:
            made = _checked(db, person, person.id or self._club.ids())
            if db.execute("SELECT 1 FROM customers WHERE id = ?", (made.id,)).fetchone():
                raise Refused(Reason.ALREADY_PROCESSED, _("this customer is registered already"))
            people.new_customer(db, made.id, made.name, made.phone, made.email, _born(made))
        return made

    def enrol(self, request: RegisterRequest) -> Registered:
        return enrol(self._club, request)

    def change(self, person: Person) -> Person:
        with self._club.store.changing() as db:
            _known(db, person.id)
            made = _checked(db, person, person.id)
            db.execute(
                "UPDATE customers SET name = ?, phone = ?, email = ?, birthdate = ? WHERE id = ?",
                (made.name, made.phone or None, made.email or None, _born(made), made.id),
            )
        return made

    def delete(self, person_id: str) -> None:
        with self._club.store.changing() as db:
            _known(db, person_id)
            (account,) = db.execute(
                "SELECT id FROM accounts WHERE customer = ?", (person_id,)
            ).fetchone()
            db.execute("UPDATE accounts SET customer = NULL WHERE id = ?", (account,))
            db.execute("DELETE FROM customers WHERE id = ?", (person_id,))
            abandon(self._club, db, account)


def _known(db: DB, person_id: str) -> None:
    if db.execute("SELECT 1 FROM customers WHERE id = ?", (person_id,)).fetchone() is None:
        raise Refused(Reason.NOT_FOUND, _("there is no such customer"))


def _checked(db: DB, person: Person, person_id: str) -> Person:
    """As it is stored. Raises Refused."""
    phone = people.compact_phone(person.phone) if person.phone.strip() else ""
    email, name = person.email.strip().lower(), person.name.strip()
    if phone and not 8 <= len(phone) <= 16:
        raise Refused(Reason.OTHER, _("a phone number is needed"))
    if email and not looks_like_email(email):
        raise Refused(Reason.OTHER, _("an e-mail address is needed"))
    if max(len(name), len(person_id)) > _LONGEST:
        raise Refused(Reason.OTHER, _("the name is too long"))
    taken = db.execute(
        "SELECT 1 FROM customers WHERE (phone = ? OR email = ?) AND id <> ?",
        (phone or None, email or None, person_id),
    ).fetchone()
    if taken:
        raise Refused(Reason.ALREADY_PROCESSED, _("this customer is registered already"))
    return Person(person_id, name, phone, email, person.birthdate)


def _born(person: Person) -> str | None:
    return person.birthdate.isoformat() if person.birthdate else None


def _person(row: tuple[str, str, str, str, str | None]) -> Person:
    key, name, phone, email, born = row
    return Person(key, name, phone, email, date.fromisoformat(born) if born else None)


def _conditions(query: PersonQuery) -> tuple[str, list[str]]:
    wanted: list[str] = []
    values: list[str] = []
    for column, value in (("phone", query.phone), ("email", query.email.lower())):
        if value:
            wanted.append(f"{column} = ?")
            values.append(value)
    if query.ids is not None:
        wanted.append("id IN (SELECT value FROM json_each(?))")  # they may be very many
        values.append(json.dumps(query.ids))
    if query.text:
        wanted.append(f"instr({_WORDS}, ?) > 0")
        values.append(folded(query.text))
    return f" WHERE {' AND '.join(wanted)}" if wanted else "", values

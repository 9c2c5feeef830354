"""Customers: added, changed, given cards and points."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from backends.house import accounts, people
from backends.house.accounts import DB
from backends.house.office import cards, points, sold
from backends.house.office.change import Change
from backends.house.office.drawer import (
    Deed,
    Drawer,
    Given,
    column,
    fact,
    facts,
    gone,
)
from backends.house.office.words import label
from backends.house.people import CardRow
from backends.house.registering import looks_like_email
from backends.house.rules import CardRule
from cashier.errors import NotNow
from cashier.i18n import _
from cashier.meaning import normal_phone
from cashier.office import Action, Choice, Column, Field, Kind, Record, Row, Table, Value, Wrong

REGION = "RU"
"""Country of phones typed without a plus."""
_NUMBER = re.compile(r"[0-9A-Za-z-]{1,40}")

_LISTED = """
SELECT c.id, c.name, c.phone, c.email, coalesce(k.numbers, ''), coalesce(l.points, 0)
FROM customers c LEFT JOIN accounts a ON a.customer = c.id
LEFT JOIN (SELECT account, group_concat(number, ' ') AS numbers FROM cards GROUP BY account) k
    ON k.account = a.id
LEFT JOIN (SELECT account, sum(left) AS points FROM lots
    WHERE left <> 0 AND NOT (left > 0 AND ends IS NOT NULL AND ends <= :now) GROUP BY account) l
    ON l.account = a.id
ORDER BY c.name, c.id
"""


class Customers(Drawer):
    id = "customers"

    def title(self) -> str:
        return _("Customers")

    def columns(self) -> tuple[Column, ...]:
        return (
            column("name", kind=Kind.PERSON),
            column("phone", 14),
            column("card", 15),
            column("email", 24, extra=True),
            column("balance", 12, Kind.POINTS),
        )

    def actions(self) -> tuple[Action, ...]:
        number = Field("card", label("card"), hint=_("empty: without plastic"))
        return (Action("add", _("New customer"), (*_person(None), number)),)

    def rows(self, db: DB) -> Iterator[Row]:
        for key, name, phone, email, numbers, held in db.execute(_LISTED, {"now": self.club.now}):
            first, _space, more = numbers.partition(" ")
            card = f"{first} …" if more else first
            yield Row(key, (name, phone, card, email, held), numbers)

    def record(self, db: DB, key: str) -> Record:
        row = _of(db, key)
        account = _account(db, key)
        held = accounts.balance(db, account, self.club.now)
        turnover = db.execute("SELECT turnover FROM accounts WHERE id = ?", (account,)).fetchone()
        own = people.cards_of(db, key)
        return Record(
            str(row["name"] or row["phone"] or key),
            facts(
                fact("name", row["name"], Kind.PERSON),
                fact("phone", row["phone"]),
                fact("email", row["email"]),
                fact("birthdate", row["birthdate"], Kind.DAY),
                fact("balance", held.balance, Kind.POINTS),
                fact("available", held.available, Kind.POINTS),
                fact("turnover", turnover[0], Kind.MONEY),
            ),
            (
                Table(_("Cards"), cards.COLUMNS(), cards.brief(self.club, own), "cards"),
                points.lots_table(self.club, db, account),
                points.movements_table(self.club, db, "account", account),
                sold.sales_table(db, "account", account),
            ),
            self._possible(row, own, held),
        )

    def _possible(
        self, row: dict[str, Value], own: list[CardRow], held: accounts.Balance
    ) -> tuple[Action, ...]:
        levels = tuple(Choice(one.id, str(one.name)) for one in self.club.rules.level)
        best = max((one.level for one in own), key=self._height, default=levels[0].value)
        attach = (
            Field("card", label("card"), hint=_("empty: without plastic")),
            Field("level", label("level"), Kind.CHOICE, best, required=True, choices=levels),
        )
        possible = [
            Action("give", _("Give points"), points.give_fields(self.club)),
            Action("attach", _("Give a card"), attach),
            Action("change", _("Change the customer"), _person(row)),
        ]
        if held.available > 0:
            taking = Action("take", _("Take points away"), points.take_fields(held.available))
            possible.insert(1, taking)
        return tuple(possible)

    def _height(self, level: str) -> int:
        return self.club.rules.level.index(self.club.level(level))

    # --- what can be done

    def deeds(self) -> Mapping[str, Deed]:
        return {
            "add": self._add,
            "change": self._change,
            "attach": self._attach,
            "give": self._give,
            "take": self._take,
        }

    def _add(self, change: Change, key: str, given: Given) -> None:
        del key  # there is none yet
        person = _checked(change, "", given)
        new = self.club.ids()
        people.new_customer(
            change.db,
            new,
            str(person["name"]),
            str(person["phone"] or ""),
            str(person["email"] or ""),
            str(person["birthdate"]) if person["birthdate"] else None,
        )
        change.made("customers", new)
        account = _account(change.db, new)
        change.made("accounts", account)
        self._card(change, account, given.get("card"), self.club.rules.level[0].id)
        change.about["name"] = person["name"]
        for name, value in person.items():
            change.note(name, None, value, _kind(name))

    def _change(self, change: Change, key: str, given: Given) -> None:
        before = _of(change.db, key)
        after = _checked(change, key, given)
        with change.row("customers", key):
            change.db.execute(
                "UPDATE customers SET name = :name, phone = :phone, email = :email,"
                " birthdate = :birthdate WHERE id = :id",
                {**after, "id": key, "birthdate": _iso(after["birthdate"])},
            )
        change.about["name"] = after["name"]
        for name, value in after.items():
            change.note(name, before[name] or None, value, _kind(name))

    def _attach(self, change: Change, key: str, given: Given) -> None:
        account, level = _account(change.db, key), str(given["level"])
        number = self._card(change, account, given["card"], level)
        change.about |= {"name": _of(change.db, key)["name"], "card": number}
        change.note("card", None, number)
        change.note("level", None, str(self.club.level(level).name))

    def _card(self, change: Change, account: int, wanted: Value, level: str) -> str:
        """A card for the account: a new one, a free one, or one of nobody that holds nothing."""
        db = change.db
        if wanted is None:
            number = people.virtual_card(self.club, db, account)
            change.made("cards", number)
        else:
            number = str(wanted)
            if not _NUMBER.fullmatch(number):
                raise Wrong("card", _("A card number is of letters, digits and hyphens."))
            found = people.card(db, number)
            if found is None:
                people.new_card(db, number, account, level, CardRule.ACTIVE)
                change.made("cards", number)
                return number
            self._check_free(db, found, account)
        with change.row("cards", number):
            db.execute(
                "UPDATE cards SET account = ?, level = ?, status = ? WHERE number = ?",
                (account, level, CardRule.ACTIVE.value, number),
            )
        return number

    def _check_free(self, db: DB, card: CardRow, account: int) -> None:
        if card.status is CardRule.BLOCKED:
            raise Wrong("card", _("The card is blocked."))
        if card.account == account:
            raise Wrong("card", _("The customer has this card already."))
        if card.customer is not None:
            owner = _of(db, card.customer)["name"] or card.customer
            raise Wrong("card", _("The card belongs to {name}.").format(name=owner))
        if card.account is not None and _in_use(db, card.account):
            raise Wrong("card", _("The card has points or purchases of its own."))

    def _give(self, change: Change, key: str, given: Given) -> None:
        change.about["name"] = _of(change.db, key)["name"]
        points.give(change, _account(change.db, key), given)

    def _take(self, change: Change, key: str, given: Given) -> None:
        change.about["name"] = _of(change.db, key)["name"]
        points.take(change, _account(change.db, key), given)


def _person(row: Mapping[str, Value] | None) -> tuple[Field, ...]:
    now = row or {}
    return (
        Field("name", label("name"), value=now.get("name"), required=True),
        Field("phone", label("phone"), value=now.get("phone"), hint=_("may be left empty")),
        Field("email", label("email"), value=now.get("email"), hint=_("may be left empty")),
        Field(
            "birthdate",
            label("birthdate"),
            Kind.DAY,
            now.get("birthdate"),
            hint=_("31.12.1990, may be left empty"),
        ),
    )


def _of(db: DB, key: str) -> dict[str, Value]:
    """Raises NotNow."""
    row = db.execute(
        "SELECT name, phone, email, birthdate FROM customers WHERE id = ?", (key,)
    ).fetchone()
    if row is None:
        raise gone(key)
    found: dict[str, Value] = dict(zip(("name", "phone", "email", "birthdate"), row, strict=True))
    found["birthdate"] = date.fromisoformat(row[3]) if row[3] else None
    return found


def _account(db: DB, key: str) -> int:
    row = db.execute("SELECT id FROM accounts WHERE customer = ?", (key,)).fetchone()
    if row is None:
        raise NotNow(_("This customer has no account."))
    return int(row[0])


def _checked(change: Change, key: str, given: Given) -> dict[str, Value]:
    """Name, phone, e-mail and birthday in the form in which they are kept. Raises Wrong."""
    phone = email = None
    if given["phone"] is not None:
        phone = normal_phone(str(given["phone"]), REGION)
        if phone is None:
            raise Wrong("phone", _("Not a phone number."))
    if given["email"] is not None:
        email = str(given["email"]).lower()
        if not looks_like_email(email):
            raise Wrong("email", _("Not an e-mail address."))
    for name, value in (("phone", phone), ("email", email)):
        if value is not None:
            _check_alone(change.db, key, name, value)
    born = given["birthdate"]
    if isinstance(born, date) and born >= change.club.clock.now().date():
        raise Wrong("birthdate", _("A birthday is in the past."))
    return {"name": given["name"], "phone": phone, "email": email, "birthdate": born}


def _check_alone(db: DB, key: str, name: str, value: str) -> None:
    """A phone or an e-mail is of one customer. Raises Wrong."""
    other = db.execute(
        f"SELECT name FROM customers WHERE {name} = ? AND id <> ?",  # noqa: S608
        (value, key),
    ).fetchone()
    if other is not None:
        text = _("{value} belongs to {name} already.")
        raise Wrong(name, text.format(value=value, name=other[0]))


def _in_use(db: DB, account: int) -> bool:
    """Whether an account has ever had points, purchases or turnover."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM movements WHERE account = :it)"
        " OR EXISTS (SELECT 1 FROM sales WHERE account = :it)"
        " OR EXISTS (SELECT 1 FROM holds WHERE account = :it)"
        " OR EXISTS (SELECT 1 FROM coupon_uses WHERE account = :it)"
        " OR EXISTS (SELECT 1 FROM accounts WHERE id = :it AND turnover <> 0)",
        {"it": account},
    ).fetchone()
    return bool(row[0])


def _kind(name: str) -> Kind:
    return Kind.DAY if name == "birthdate" else Kind.TEXT


def _iso(value: Value) -> str | None:
    return value.isoformat() if isinstance(value, date) else None

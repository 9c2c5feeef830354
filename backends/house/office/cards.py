"""Cards: blocked, let work again, put on another level."""

from collections.abc import Iterable, Iterator, Mapping

from backends.house import accounts, people
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.office import sold, words
from backends.house.office.change import Change
from backends.house.office.drawer import Deed, Drawer, Given, column, fact, facts, gone
from backends.house.office.words import label
from backends.house.people import CardRow
from backends.house.rules import CardRule
from cashier.i18n import _
from cashier.office import Action, Choice, Column, Field, Kind, Record, Row, Table

_LISTED = """
SELECT k.number, k.level, k.status, coalesce(c.name, ''), coalesce(c.phone, ''), k.account
FROM cards k LEFT JOIN accounts a ON a.id = k.account LEFT JOIN customers c ON c.id = a.customer
ORDER BY k.number
"""
_QUIET = {CardRule.BLOCKED, CardRule.INACTIVE}


def COLUMNS() -> tuple[Column, ...]:  # noqa: N802 - a constant but for the language
    return column("number", 20), column("level", 16), column("status")


def brief(club: Club, cards: Iterable[CardRow]) -> tuple[Row, ...]:
    """A customer's cards."""
    return tuple(
        Row(
            one.number,
            (one.number, str(club.level(one.level).name), words.card_status(one.status)),
            quiet=one.status in _QUIET,
        )
        for one in cards
    )


class Cards(Drawer):
    id = "cards"

    def title(self) -> str:
        return _("Cards")

    def columns(self) -> tuple[Column, ...]:
        return (
            column("number", 20),
            column("buyer"),
            column("level", 14),
            column("status", 14),
        )

    def rows(self, db: DB) -> Iterator[Row]:
        for number, level, status, name, phone, account in db.execute(_LISTED):
            rule = CardRule(status)
            whose = name or phone or ("" if account is not None else _("free"))
            cells = (number, whose, str(self.club.level(level).name), words.card_status(rule))
            yield Row(number, cells, phone, quiet=rule in _QUIET)

    def record(self, db: DB, key: str) -> Record:
        card = people.card(db, key)
        if card is None:
            raise gone(key)
        owner = people.customer(db, card.customer) if card.customer else None
        have = (
            accounts.balance(db, card.account, self.club.now) if card.account is not None else None
        )
        whose: tuple[Row, ...] = ()
        if owner is not None:
            whose = (Row(owner.customer_id, (owner.name, owner.phone or None)),)
        columns = (column("name", kind=Kind.PERSON), column("phone", 16))
        return Record(
            _("Card {number}").format(number=key),
            facts(
                fact("number", key),
                fact("level", str(self.club.level(card.level).name)),
                fact("status", words.card_status(card.status)),
                fact("balance", have.balance if have else None, Kind.POINTS),
                fact("available", have.available if have else None, Kind.POINTS),
            ),
            (
                Table(_("Customer"), columns, whose, "customers"),
                sold.sales_table(db, "card", key),
            ),
            self._possible(card),
        )

    def _possible(self, card: CardRow) -> tuple[Action, ...]:
        block = (
            Action("unblock", _("Let the card work again"))
            if card.status is CardRule.BLOCKED
            else Action("block", _("Block the card"))
        )
        choices = tuple(Choice(one.id, str(one.name)) for one in self.club.rules.level)
        now = self.club.level(card.level).id
        level = Field("level", label("level"), Kind.CHOICE, now, required=True, choices=choices)
        return block, Action("level", _("Another level"), (level,))

    def deeds(self) -> Mapping[str, Deed]:
        return {"block": self._block, "unblock": self._unblock, "level": self._level}

    def _block(self, change: Change, key: str, given: Given) -> None:
        del given  # nothing is asked
        self._put(change, key, "status", CardRule.BLOCKED.value)

    def _unblock(self, change: Change, key: str, given: Given) -> None:
        """A card without an account goes back to those that wait to be handed out."""
        del given  # nothing is asked
        card = people.card(change.db, key)
        free = card is None or card.account is None
        self._put(change, key, "status", (CardRule.INACTIVE if free else CardRule.ACTIVE).value)

    def _level(self, change: Change, key: str, given: Given) -> None:
        self._put(change, key, "level", str(given["level"]))

    def _put(self, change: Change, key: str, name: str, value: str) -> None:
        before = people.card(change.db, key)
        with change.row("cards", key):
            change.db.execute(f"UPDATE cards SET {name} = ? WHERE number = ?", (value, key))  # noqa: S608
        after = people.card(change.db, key)
        assert before is not None  # the record was opened
        assert after is not None
        change.about["name"] = key
        change.note("status", words.card_status(before.status), words.card_status(after.status))
        then, now = (str(self.club.level(one.level).name) for one in (before, after))
        change.note("level", then, now)

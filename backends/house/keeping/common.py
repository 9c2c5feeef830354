"""What all parts of the keeping share."""

import re
from datetime import datetime

from backends.house import accounts, people
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.people import CardRow
from cashier.exchange import Reason, Refused
from cashier.i18n import _

NUMBER = re.compile(r"[0-9A-Za-z-]{1,40}")


def known_card(db: DB, number: str) -> CardRow:
    """Raises Refused."""
    row = people.card(db, number)
    if row is None:
        raise Refused(Reason.NOT_FOUND, _("there is no card {number}").format(number=number[:40]))
    return row


def own_account(db: DB, row: CardRow) -> int:
    """The account of a card; a free one gets its own."""
    if row.account is not None:
        return row.account
    account = people.new_account(db, None)
    db.execute("UPDATE cards SET account = ? WHERE number = ?", (account, row.number))
    return account


def check_number(db: DB, number: str) -> None:
    """Whether a new card may have it. Raises Refused."""
    if not NUMBER.fullmatch(number):
        raise Refused(Reason.OTHER, _("A card number is of letters, digits and hyphens."))
    if people.card(db, number) is not None:
        text = _("there is a card {number} already").format(number=number)
        raise Refused(Reason.ALREADY_PROCESSED, text)


def join(club: Club, db: DB, into: int, other: int) -> None:
    """All that an account of nobody holds goes to another account."""
    accounts.burn(db, other, club.now)
    accounts.merge(db, into, other)


def abandon(club: Club, db: DB, account: int) -> None:
    """What an account holds burns when no card and no customer has it any more."""
    owned = db.execute(
        "SELECT 1 FROM accounts WHERE id = :account AND customer IS NOT NULL"
        " UNION ALL SELECT 1 FROM cards WHERE account = :account",
        {"account": account},
    ).fetchone()
    if owned is not None:
        return
    for lot in accounts.lots(db, account):
        accounts.move(db, account, lot.id, -lot.left, "burn", club.now)
    for table in ("holds", "coupon_holds"):
        db.execute(f"DELETE FROM {table} WHERE account = ?", (account,))  # noqa: S608


def moment(club: Club, seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, club.clock.now().tzinfo)


def moment_or_none(club: Club, seconds: int | None) -> datetime | None:
    return moment(club, seconds) if seconds else None


def folded(text: object) -> str:
    """For searching: letters of either case are one, and so are Russian ё and е."""
    return str(text or "").casefold().replace("ё", "е")


def teach(db: DB) -> DB:
    """Lets queries ask for ``folded``."""
    db.create_function("folded", 1, folded, deterministic=True)
    return db

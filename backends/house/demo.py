"""The first start: people, cards, points and one-time coupons of the rules file go into the data.

Days in the file count from this moment, so something is always about to burn.
"""

from backends.house import accounts, coupons, people
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.rules import CardRule, CardSeed, Coupon, CustomerSeed


def fill(club: Club) -> None:
    """Fill empty data; what is there already stays as it is."""
    with club.store.reading() as db:
        row = db.execute("SELECT value FROM facts WHERE name = 'began'").fetchone()
    if row is not None:
        club.began = int(row[0])
        return
    with club.store.changing() as db:
        club.began = club.now
        db.execute("INSERT INTO facts VALUES ('began', ?)", (str(club.began),))
        for one in club.rules.customer:
            _customer(club, db, one)
        for card in club.rules.nobodys:
            _card(club, db, card, people.new_account(db, None))
        for number in club.rules.free_cards:
            people.new_card(db, number, None, club.rules.level[0].id, CardRule.INACTIVE)
        for coupon in club.rules.coupon:
            _exemplars(club, db, coupon)


def _customer(club: Club, db: DB, one: CustomerSeed) -> None:
    born = one.birthdate.isoformat() if one.birthdate else None
    account = people.new_customer(db, one.id, str(one.name), one.phone, one.email.lower(), born)
    db.execute("UPDATE accounts SET turnover = ? WHERE id = ?", (one.turnover, account))
    for card in one.card:
        _card(club, db, card, account)
    for lot in one.lot:
        starts = club.began + lot.starts_in_days * people.DAY
        days = lot.ends_in_days or club.settings.points.live_days
        ends = club.began + days * people.DAY
        accounts.credit(db, account, lot.points, starts, ends, "seed", club.began)


def _card(club: Club, db: DB, card: CardSeed, account: int) -> None:
    level = card.level or club.rules.level[0].id
    people.new_card(db, card.number, account, level, card.status)


def _exemplars(club: Club, db: DB, coupon: Coupon) -> None:
    starts, ends = coupons.life(coupon, club.began)
    for one in coupon.exemplars:
        db.execute(
            "INSERT INTO coupons VALUES (?,?,?,?,?,?,NULL)",
            (
                coupons.compact(one.code),
                coupon.id,
                one.customer or None,
                starts,
                ends,
                one.blocked,
            ),
        )
        if one.used:
            db.execute(
                "INSERT INTO coupon_uses VALUES (?,?,NULL,'',?)",
                (coupons.compact(one.code), coupon.id, club.began),
            )

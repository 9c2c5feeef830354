"""Coupons: found by their code, held against the receipt, burnt with the sale.

A coupon gives nothing by itself: promotions that ask for its kind do. Two of one kind on a
receipt give what one gives, so the second is refused. A sale uses up only the coupons that gave
something. A part return leaves them used; a whole return makes them usable again where the
settings say so, and then coupons that the sale printed are blocked, unless used already.
A coupon that is kept for a receipt put aside counts as used on it, until that runs out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from backends.house import words
from backends.house.accounts import DB
from backends.house.book import Basket, Rule, View
from backends.house.club import Club
from backends.house.coupon_desk import CouponDesk
from backends.house.numbers import ean13
from backends.house.people import DAY, CardRow
from backends.house.rules import Coupon, CouponKind, Kind
from backends.house.store import counted, seconds
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.receipt import Message, MessageTo, PrintedCoupon, Receipt


@dataclass(frozen=True, slots=True)
class Known:
    """A code that stands for a coupon."""

    code: str
    coupon: Coupon
    customer: str | None = None
    starts: int | None = None
    ends: int | None = None
    blocked: bool = False
    uses: int = 0
    """On other receipts; what is kept for them counts."""
    own_uses: int = 0
    """By this buyer, on other receipts."""
    kept: int = 0
    """How many of the uses are only kept so far."""
    elsewhere: bool = False
    """The desk knows it: whether its number holds is said there."""


@dataclass(frozen=True, slots=True)
class Denied:
    """A code that does not hold, and why; ``kind`` is empty where nobody knows it."""

    code: str
    kind: str
    why: Refused


@dataclass(frozen=True, slots=True)
class Held:
    """What came of the coupons of a receipt."""

    coupons: tuple[Known, ...]
    refused: tuple["Denied", ...]

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(known.coupon.id for known in self.coupons)


NONE = Held((), ())


def compact(code: str) -> str:
    return code.strip().upper()


def hold(
    club: Club, db: DB, receipt: Receipt, codes: Iterable[str], row: CardRow | None, at: datetime
) -> Held:
    """Which of these coupons hold on this receipt, its goods aside; an earlier one goes first."""
    wanted = list(dict.fromkeys(compact(code) for code in codes))
    if not wanted:
        return NONE
    found: dict[str, Known | Refused] = {**find(club, db, wanted, row, receipt.receipt_id)}
    if club.desk is not None:
        found |= _at_the_desk(club, club.desk, wanted, receipt, at)
    kept: list[Known] = []
    refused = []
    for code in wanted:
        known = found.get(code)
        refusal: Refused | None
        if known is None:
            text = _("there is no coupon {code}").format(code=code[:40])
            refusal = Refused(Reason.NOT_FOUND, text)
        elif isinstance(known, Refused):
            refusal, known = known, None
        else:
            refusal = _refusal(known, receipt, row, at, kept)
        if refusal is not None:
            refused.append(Denied(code, known.coupon.id if known else "", refusal))
        elif known is not None:
            kept.append(known)
    return Held(tuple(kept), tuple(refused))


def _at_the_desk(
    club: Club, desk: CouponDesk, codes: Sequence[str], receipt: Receipt, at: datetime
) -> dict[str, Known | Refused]:
    """What the desk knows of these; a kind that the rules do not know gives nothing."""
    found: dict[str, Known | Refused] = {}
    for code in codes:
        try:
            kind = desk.find(code, receipt, at)
        except Refused as refusal:
            found[code] = refusal
            continue
        if kind is None:
            continue
        coupon = club.coupons.get(kind)
        if coupon is None or not coupon.elsewhere:
            found[code] = Refused(Reason.OTHER, _("the coupon gives nothing now"))
        else:
            found[code] = Known(code, coupon, elsewhere=True)
    return found


def check(club: Club, db: DB, code: str, row: CardRow | None, receipt_id: str) -> None:
    """Whether a coupon can be kept, for the owner of a card if there is one. Raises Refused."""
    known = find(club, db, [code], row, receipt_id).get(code)
    if known is None:
        raise Refused(Reason.NOT_FOUND, _("there is no coupon {code}").format(code=code[:40]))
    refusal = _by_itself(known, club.clock.now())
    if refusal is None and known.customer and row is not None and row.customer != known.customer:
        refusal = Refused(Reason.WRONG_CUSTOMER, _("the coupon was given to another customer"))
    if refusal is not None:
        raise refusal


def find(
    club: Club, db: DB, codes: Sequence[str], row: CardRow | None, receipt_id: str | None
) -> dict[str, Known]:
    marks = ",".join("?" * len(codes))
    issued = {
        issue[0]: issue
        for issue in db.execute(
            f"SELECT code, kind, customer, starts, ends, blocked FROM coupons"  # noqa: S608
            f" WHERE code IN ({marks})",
            codes,
        )
    }
    uses = {
        code: (number, own or 0, kept)
        for code, number, own, kept in db.execute(
            "SELECT code, count(*), sum(account IS ?), sum(kept) FROM ("  # noqa: S608
            " SELECT code, account, receipt, 0 AS kept FROM coupon_uses UNION ALL"
            " SELECT code, account, receipt, 1 FROM coupon_holds WHERE ends > ?)"
            f" WHERE code IN ({marks}) AND receipt IS NOT ? GROUP BY code",
            (row.account if row else -1, club.now, *codes, receipt_id),
        )
    }
    found = {}
    for code in codes:
        known = _issued(club, issued[code]) if code in issued else _reusable(club, code)
        if known is not None:
            number, own, kept = uses.get(code, (0, 0, 0))
            own = own if row and row.account else 0
            found[code] = Known(code, *known, uses=number, own_uses=own, kept=kept)
    return found


_Kept = tuple[Coupon, str | None, int | None, int | None, bool]


def _issued(
    club: Club, row: tuple[str, str, str | None, int | None, int | None, int]
) -> _Kept | None:
    coupon = club.coupons.get(row[1])
    return (coupon, row[2], row[3], row[4], bool(row[5])) if coupon else None


def _reusable(club: Club, code: str) -> _Kept | None:
    coupon = club.promo_codes.get(code)
    if coupon is None:
        coupon = next((one for one in club.coupons.values() if _in_range(one, code)), None)
    if coupon is None:
        return None
    return (coupon, None, *life(coupon, club.began), False)


def _in_range(coupon: Coupon, code: str) -> bool:
    return any(
        len(code) == len(span.first) and span.first <= code <= span.last for span in coupon.ranges
    )


def life(coupon: Coupon, since: int) -> tuple[int | None, int | None]:
    """From when until when a coupon holds, its days counted from ``since``."""
    starts, ends = coupon.starts_in_days, coupon.ends_in_days
    return (
        None if starts is None else since + starts * DAY,
        None if ends is None else since + ends * DAY,
    )


def _refusal(
    known: Known, receipt: Receipt, row: CardRow | None, at: datetime, others: Sequence[Known]
) -> Refused | None:
    return _by_itself(known, at) or _by_buyer(known, receipt, row) or _by_others(known, others)


def _by_itself(known: Known, at: datetime) -> Refused | None:
    coupon, now = known.coupon, seconds(at)
    if known.blocked or coupon.blocked:
        return Refused(Reason.BLOCKED, _("the coupon is blocked"))
    if known.starts is not None and now < known.starts:
        text = _("the coupon holds from {day}").format(day=_day(known.starts, at))
        return Refused(Reason.NOT_YET_VALID, text)
    if known.ends is not None and now >= known.ends:
        text = _("the coupon held until {day}").format(day=_day(known.ends, at))
        return Refused(Reason.EXPIRED, text)
    most = coupon.uses if coupon.kind is CouponKind.REUSABLE or known.elsewhere else 1
    if most and known.uses >= most:
        kept = known.uses - known.kept < most
        text = _("the coupon is kept for another receipt")
        return Refused(Reason.USED_UP, text if kept else _("the coupon has been used already"))
    return None


def _day(moment: int, at: datetime) -> str:
    return datetime.fromtimestamp(moment, at.tzinfo).strftime("%d.%m.%Y")


def _by_buyer(known: Known, receipt: Receipt, row: CardRow | None) -> Refused | None:
    coupon = known.coupon
    if known.customer and (row is None or row.customer != known.customer):
        return Refused(Reason.WRONG_CUSTOMER, _("the coupon was given to another customer"))
    if (coupon.known_only or coupon.per_customer) and row is None:
        return Refused(Reason.WRONG_CUSTOMER, _("the coupon needs a customer's card"))
    if coupon.per_customer and known.own_uses >= coupon.per_customer:
        return Refused(Reason.USED_UP, _("the customer has used this coupon already"))
    if coupon.shops and receipt.shop not in coupon.shops:
        return Refused(Reason.WRONG_SHOP, _("the coupon is for another shop"))
    return None


def _by_others(known: Known, others: Sequence[Known]) -> Refused | None:
    if any(other.coupon.id == known.coupon.id for other in others):
        return Refused(Reason.NOT_COMBINABLE, _("such a coupon is on the receipt already"))
    if others and not (known.coupon.combinable and all(one.coupon.combinable for one in others)):
        return Refused(Reason.NOT_COMBINABLE, _("the coupon cannot be used with others"))
    return None


def by_goods(known: Known, view: View, basket: Basket) -> Refused | None:
    """Whether the goods are such that the coupon gives something."""
    rules = [rule for rule in view.rules if rule.spec.when.coupon == known.coupon.id]
    if not rules:
        return Refused(Reason.OTHER, _("the coupon gives nothing now"))
    fitting = [rule for rule in rules if basket.members[rule.index] or _wanted(rule, basket)]
    if not fitting:
        return Refused(Reason.WRONG_GOODS, _("the coupon is for other goods"))
    if all(rule.index in basket.dead for rule in fitting):
        when = min((rule.spec.when for rule in fitting), key=lambda when: when.minimum)
        if when.pieces and not when.minimum:
            text = _("the coupon needs {n} pieces of its goods").format(n=when.pieces)
        else:
            text = _("the coupon needs goods for {money}").format(money=words.money(when.minimum))
        return Refused(Reason.MINIMUM_NOT_REACHED, text)
    return None


def _wanted(rule: Rule, basket: Basket) -> bool:
    """Rules for one line at a time are not told of their lines when they ask for no minimum."""
    return any(rule in entry.best for entry in basket.entries)


def told(refused: Iterable[tuple[str, Refused]]) -> tuple[Message, ...]:
    """What the cashier reads of coupons that hold no more."""
    text = _("Coupon {code}: {why}")
    return tuple(
        Message(MessageTo.CASHIER, text.format(code=code, why=error.text))
        for code, error in refused
    )


# --- the sale ---------------------------------------------------------------------------------


def burn(
    club: Club, db: DB, used: Sequence[Known], account: int | None, receipt: Receipt, at: datetime
) -> None:
    """Raises Refused when the desk says that one holds no more."""
    db.executemany(
        "INSERT INTO coupon_uses VALUES (?,?,?,?,?)",
        [(one.code, one.coupon.id, account, receipt.receipt_id, seconds(at)) for one in used],
    )
    theirs = [one.code for one in used if one.elsewhere]
    if club.desk is not None and theirs:
        club.desk.use(theirs, receipt, at)


def keep(
    db: DB, codes: Iterable[str], account: int | None, receipt_id: str, ends: int, now: int
) -> None:
    """For this receipt only, until then; what was kept for it before is free."""
    db.execute("DELETE FROM coupon_holds WHERE receipt = ? OR ends <= ?", (receipt_id, now))
    db.executemany(
        "INSERT INTO coupon_holds VALUES (?,?,?,?)",
        [(code, receipt_id, account, ends) for code in codes],
    )


def let_go(db: DB, receipt_id: str) -> None:
    db.execute("DELETE FROM coupon_holds WHERE receipt = ?", (receipt_id,))


class Use(NamedTuple):
    code: str
    kind: str
    account: int | None
    receipt: str
    at: int


def unburn(club: Club, db: DB, receipt_id: str) -> tuple[Use, ...]:
    """After the whole sale is undone: its coupons are usable, those it printed are not. Returns
    the uses that are gone."""
    if club.desk is not None:
        club.desk.unuse(receipt_id)
    rows = db.execute("SELECT * FROM coupon_uses WHERE receipt = ?", (receipt_id,)).fetchall()
    db.execute("DELETE FROM coupon_uses WHERE receipt = ?", (receipt_id,))
    block_printed(db, receipt_id)
    return tuple(Use(*row) for row in rows)


def use_again(club: Club, db: DB, sale: str, uses: Sequence[Use]) -> None:
    """Those that ``unburn`` made usable are used, those that the sale printed are usable. Raises
    Refused where somebody else keeps coupons: they went back to him."""
    if club.desk is not None and uses:
        raise Refused(Reason.OTHER, _("coupons of this sale went back to another system"))
    db.executemany("INSERT OR IGNORE INTO coupon_uses VALUES (?,?,?,?,?)", uses)
    db.execute("UPDATE coupons SET blocked = 0 WHERE printed_by = ?", (sale,))


def block_printed(db: DB, receipt_id: str) -> None:
    db.execute(
        "UPDATE coupons SET blocked = 1 WHERE printed_by = ?"
        " AND code NOT IN (SELECT code FROM coupon_uses)",
        (receipt_id,),
    )


def to_print(
    club: Club, view: View, basket: Basket, at: datetime
) -> list[tuple[str, PrintedCoupon]]:
    """Coupons that the goods bring, without numbers yet, each with its kind."""
    printed = []
    for rule in view.rules:
        if rule.kind is not Kind.PRINT or rule.index in basket.dead:
            continue
        if not basket.members[rule.index]:
            continue
        coupon = club.coupons[rule.spec.coupon]
        _starts, ends = life(coupon, seconds(at))
        until = None if ends is None else datetime.fromtimestamp(ends, at.tzinfo)
        text = str(coupon.text) if coupon.text else ""
        printed.append((coupon.id, PrintedCoupon("", str(coupon.name), text, until)))
    return printed


def issue(
    club: Club,
    db: DB,
    previews: Iterable[tuple[str, PrintedCoupon]],
    customer: str | None,
    receipt: Receipt,
    at: datetime,
) -> tuple[PrintedCoupon, ...]:
    """Give the coupons to print their numbers."""
    made: list[PrintedCoupon] = []
    turns: Counter[str] = Counter()
    for kind, preview in previews:
        if club.desk is not None and club.coupons[kind].elsewhere:
            code = club.desk.make(kind, turns[kind], receipt, at)
            turns[kind] += 1
            if not code:
                continue
        else:
            code = ean13("99", 5_000_000_000 + counted(db, "printed coupon"))
            starts, ends = life(club.coupons[kind], seconds(at))
            db.execute(
                "INSERT INTO coupons VALUES (?,?,?,?,?,0,?)",
                (code, kind, customer, starts, ends, receipt.receipt_id),
            )
        made.append(PrintedCoupon(code, preview.title, preview.text, preview.valid_until))
    return tuple(made)

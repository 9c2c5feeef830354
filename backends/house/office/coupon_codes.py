"""Coupons: promo codes and ranges of the rules file, and one-time codes of the data."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256

from backends.house import coupons, people
from backends.house.accounts import DB
from backends.house.numbers import ean13
from backends.house.office import words
from backends.house.office.change import Change
from backends.house.office.drawer import (
    Deed,
    Drawer,
    Given,
    column,
    day_begins,
    day_is_over,
    fact,
    facts,
    first_day,
    gone,
    last_day,
)
from backends.house.office.words import label
from backends.house.rules import Coupon, CouponKind
from backends.house.rules_file import RuleEdit, Written
from cashier.i18n import _
from cashier.office import Action, Choice, Column, Field, Kind, Record, Row, Table, Wrong

MOST = 1000
"""Coupons of one series."""
_KIND = "kind:"
"""Begins the id of a kind whose codes stand in the rules."""
_PRINTED = "995"
"""What the tills themselves print begins so."""
_SPREAD = 10
"""So many numbers for each coupon: one cannot be guessed from another."""

_LISTED = """
SELECT o.code, o.kind, coalesce(c.name, ''), o.starts, o.ends, o.blocked,
    (SELECT count(*) FROM coupon_uses u WHERE u.code = o.code)
FROM coupons o LEFT JOIN customers c ON c.id = o.customer
"""


class Coupons(Drawer):
    id = "coupons"

    def title(self) -> str:
        return _("Coupons")

    def columns(self) -> tuple[Column, ...]:
        return (
            column("code", 20),
            column("name"),
            column("buyer", 20, extra=True),
            column("ends", 12, Kind.DAY),
            column("status", 12),
        )

    def actions(self) -> tuple[Action, ...]:
        kinds = tuple(
            Choice(one.id, str(one.name))
            for one in self.club.rules.coupon
            if one.kind is not CouponKind.REUSABLE
        )
        if not kinds:
            return ()
        none = _("may be left empty")
        fields = (
            Field("kind", label("kind"), Kind.CHOICE, kinds[0].value, required=True, choices=kinds),
            Field("count", label("count"), Kind.COUNT, required=True, least=1, most=MOST),
            Field("prefix", label("prefix"), value="992", required=True, hint=_("digits")),
            Field("starts", label("starts"), Kind.DAY, hint=none),
            Field("ends", label("ends"), Kind.DAY, hint=none),
        )
        return (Action("series", _("Make a series of coupons"), fields),)

    def rows(self, db: DB) -> Iterator[Row]:
        """The kinds with codes of their own first, then every single coupon."""
        uses = dict(db.execute("SELECT kind, count(*) FROM coupon_uses GROUP BY kind"))
        for coupon in self.club.rules.coupon:
            if coupon.kind is CouponKind.REUSABLE:
                starts, ends = coupons.life(coupon, self.club.began)
                state = self._state(coupon, starts, ends, blocked=False, used=False)
                used = uses.get(coupon.id, 0)
                if used and not state:
                    state = _("used: {n}").format(n=used)
                cells = (_codes(coupon), str(coupon.name), "", last_day(self.club, ends), state)
                yield Row(_KIND + coupon.id, cells, quiet=coupon.blocked)
        for code, kind, name, starts, ends, blocked, used in db.execute(
            f"{_LISTED} ORDER BY o.code"
        ):
            known = self.club.coupons.get(kind)
            state = self._state(known, starts, ends, blocked=bool(blocked), used=bool(used))
            called = str(known.name) if known else kind
            cells = (code, called, name, last_day(self.club, ends), state)
            yield Row(code, cells, quiet=bool(state))

    def _state(
        self,
        coupon: Coupon | None,
        starts: int | None,
        ends: int | None,
        *,
        blocked: bool,
        used: bool,
    ) -> str:
        """Why it does not hold; empty where it does."""
        if coupon is None:
            return _("unknown kind")
        if blocked or coupon.blocked:
            return _("blocked")
        if used:
            return _("used")
        if ends is not None and ends <= self.club.now:
            return _("expired")
        return _("not yet") if starts is not None and starts > self.club.now else ""

    def record(self, db: DB, key: str) -> Record:
        if key.startswith(_KIND):
            return self._kind_record(db, self._kind(key))
        row = db.execute(f"{_LISTED} WHERE o.code = ?", (key,)).fetchone()
        if row is None:
            raise gone(key)
        code, kind, name, starts, ends, blocked, used = row
        known = self.club.coupons.get(kind)
        printed = db.execute("SELECT printed_by FROM coupons WHERE code = ?", (key,)).fetchone()
        state = self._state(known, starts, ends, blocked=bool(blocked), used=bool(used))
        return Record(
            _("Coupon {code}").format(code=code),
            facts(
                fact("code", code),
                fact("name", str(known.name) if known else kind),
                fact("kind", words.coupon_kind(known.kind) if known else None),
                fact("status", state or _("holds")),
                fact("buyer", name),
                fact("starts", first_day(self.club, starts), Kind.DAY),
                fact("ends", last_day(self.club, ends), Kind.DAY),
                fact("printed_by", printed[0]),
            ),
            (_uses(db, "code", code),),
            (_switch(blocked=bool(blocked)),),
        )

    def _kind_record(self, db: DB, coupon: Coupon) -> Record:
        starts, ends = coupons.life(coupon, self.club.began)
        state = self._state(coupon, starts, ends, blocked=False, used=False)
        return Record(
            str(coupon.name),
            facts(
                fact("code", _codes(coupon)),
                fact("kind", words.coupon_kind(coupon.kind)),
                fact("status", state or _("holds")),
                fact("starts", first_day(self.club, starts), Kind.DAY),
                fact("ends", last_day(self.club, ends), Kind.DAY),
            ),
            (_uses(db, "kind", coupon.id),),
            (_switch(blocked=coupon.blocked),),
        )

    def _kind(self, key: str) -> Coupon:
        found = self.club.coupons.get(key.removeprefix(_KIND))
        if found is None:
            raise gone(key)
        return found

    # --- what can be done

    def deeds(self) -> Mapping[str, Deed]:
        return {"series": self._series, "block": self._block, "unblock": self._unblock}

    def _block(self, change: Change, key: str, given: Given) -> None:
        del given  # nothing is asked
        self._put(change, key, blocked=True)

    def _unblock(self, change: Change, key: str, given: Given) -> None:
        del given  # nothing is asked
        self._put(change, key, blocked=False)

    def _put(self, change: Change, key: str, *, blocked: bool) -> None:
        states = _("holds"), _("blocked")
        change.note("status", *(states if blocked else states[::-1]))
        if key.startswith(_KIND):
            coupon = self._kind(key)
            change.about["name"] = str(coupon.name)
            after = Written("true") if blocked else None
            change.rules.append(RuleEdit("coupon", coupon.id, ("blocked",), after))
            return
        change.about["name"] = key
        with change.row("coupons", key):
            change.db.execute("UPDATE coupons SET blocked = ? WHERE code = ?", (blocked, key))

    def _series(self, change: Change, key: str, given: Given) -> None:
        del key  # of no record
        prefix, count = str(given["prefix"]), given["count"]
        assert isinstance(count, int)  # what its field reads
        _check_prefix(prefix, count)
        coupon = self.club.coupons[str(given["kind"])]
        starts, ends = self._dates(given)
        made: list[str] = []
        while len(made) < count:
            code = self._number(prefix)
            if self._known(change.db, code):
                continue
            change.db.execute(
                "INSERT INTO coupons VALUES (?,?,NULL,?,?,0,NULL)", (code, coupon.id, starts, ends)
            )
            change.made("coupons", code)
            made.append(code)
        made.sort()
        change.about |= {"name": str(coupon.name), "n": count, "first": made[0], "last": made[-1]}
        change.note("count", None, count, Kind.COUNT)
        change.note("starts", None, given["starts"], Kind.DAY)
        change.note("ends", None, given["ends"], Kind.DAY)

    def _dates(self, given: Given) -> tuple[int | None, int | None]:
        first, last = given["starts"], given["ends"]
        starts = day_begins(self.club, first) if isinstance(first, date) else None
        ends = day_is_over(self.club, last) if isinstance(last, date) else None
        if ends is not None and ends <= self.club.now:
            raise Wrong("ends", _("This day is over."))
        if starts is not None and ends is not None and ends <= starts:
            raise Wrong("ends", _("The last day is before the first."))
        return starts, ends

    def _number(self, prefix: str) -> str:
        """Not to be guessed from others, and with a check digit."""
        free = 12 - len(prefix)
        number = int.from_bytes(sha256(self.club.ids().encode()).digest()) % 10**free
        return ean13(prefix, number)

    def _known(self, db: DB, code: str) -> bool:
        """Whether the code stands for something already."""
        if code.startswith(_PRINTED) or people.card(db, code) is not None:
            return True
        return bool(coupons.find(self.club, db, [code], None, None))


def _check_prefix(prefix: str, count: int) -> None:
    if not re.fullmatch(r"[0-9]{2,9}", prefix):
        raise Wrong("prefix", _("Two to nine digits; tills know coupons by them."))
    if prefix.startswith(_PRINTED):
        text = _("{prefix} is for coupons that the tills print.")
        raise Wrong("prefix", text.format(prefix=_PRINTED))
    if count * _SPREAD > 10 ** (12 - len(prefix)):
        raise Wrong("prefix", _("Too few numbers begin so: take fewer digits."))


def _switch(*, blocked: bool) -> Action:
    if blocked:
        return Action("unblock", _("Let the coupon hold again"))
    return Action("block", _("Block the coupon"))


def _codes(coupon: Coupon) -> str:
    ranges = [f"{span.first}–{span.last}" for span in coupon.ranges]
    return ", ".join([*coupon.codes, *ranges])


def _uses(db: DB, name: str, value: str) -> Table:
    """The sales that used it."""
    rows = db.execute(
        "SELECT u.receipt, coalesce(s.number, ''), coalesce(s.day, ''), u.code FROM coupon_uses u"  # noqa: S608
        f" LEFT JOIN sales s ON s.receipt = u.receipt WHERE u.{name} = ?"
        " ORDER BY u.at DESC LIMIT 200",
        (value,),
    )
    columns = (column("receipt", 16), column("at", 12, Kind.DAY), column("code"))
    return Table(
        _("Used"),
        columns,
        tuple(
            Row(receipt, (number, date.fromisoformat(day) if day else None, code))
            for receipt, number, day, code in rows
        ),
        "sales",
    )

"""A coupon as one database knows it, and why it may not be used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, select

from backends.set10.coupons.schema import Place
from backends.set10.coupons.settings import Kind, Series
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.receipt import Line


@dataclass(frozen=True, slots=True)
class CouponKind:
    """What a coupon is good for."""

    id: str
    """What ``when.coupon`` of a promotion names."""
    name: str
    kind: Kind
    line_coupon: bool = False
    """It belongs to the line before it, and must be scanned right after that."""

    @classmethod
    def of(cls, series: Series) -> "CouponKind":
        return cls(series.id, str(series.name), series.kind, series.line_coupon)


@dataclass(frozen=True, slots=True)
class Use:
    """Where, and on which receipt, a coupon was used. ``at``: seconds since 1970."""

    shop: str
    till: str
    purchase: str
    client: str
    receipt_id: str
    at: int

    def columns(self) -> dict[str, Any]:
        return {
            "used_cash_number": self.till,
            "used_purchase_number": self.purchase,
            "used_shop_number": self.shop,
            "used_client_id": self.client or None,
            "used_receipt_id": self.receipt_id,
            "used_at": self.at,
        }

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> "Use | None":
        """None: it was not used."""
        if row["used_cash_number"] is None:
            return None
        return cls(
            row["used_shop_number"] or "",
            row["used_cash_number"],
            row["used_purchase_number"] or "",
            row["used_client_id"] or "",
            row["used_receipt_id"] or "",
            row["used_at"] or 0,
        )

    def words(self, zone: datetime) -> str:
        """'shop 01, till 02, receipt 17, 03.05.2026 14:10', in the time of ``zone``."""
        return _("shop {shop}, till {till}, receipt {receipt}, {when}").format(
            shop=self.shop,
            till=self.till,
            receipt=self.purchase or self.receipt_id,
            when=_minute(self.at, zone.tzinfo),
        )


@lru_cache(maxsize=64)
def _minute(seconds: int, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(seconds, zone):%d.%m.%Y %H:%M}"


UNUSED: dict[str, Any] = dict.fromkeys(Use("", "", "", "", "", 0).columns())


@dataclass(frozen=True, slots=True)
class Found:
    """A coupon that this database knows."""

    code: str
    kind: CouponKind
    table: Table
    starts: int | None
    ends: int | None
    blocked: bool
    client: str
    use: Use | None


def find(
    sql: Connection, place: Place, code: str, told: Callable[[str], Series | None]
) -> Found | None:
    """``told``: what the settings say of a till's coupons, whose kinds stand in no table."""
    return (
        _exemplar(sql, place, code)
        or (None if place.made is None else _of_till(sql, place.made, code, told))
        or _in_range(sql, place, code)
    )


def _exemplar(sql: Connection, place: Place, code: str) -> Found | None:
    table, batches = place.exemplars, place.batches
    query = select(table, batches).join(batches, batches.c.id == table.c.batch_id)
    row = sql.execute(query.where(table.c.number == code)).first()
    if row is None:
        return None
    at: Mapping[Any, Any] = row._mapping  # SQLAlchemy's public way to columns
    kind = CouponKind(
        at[batches.c.id], at[batches.c.name], Kind.ONE_TIME, at[batches.c.line_coupon]
    )
    blocked = at[table.c.is_blocked] or at[batches.c.is_blocked]
    client = at[table.c.client_id] or ""
    starts, ends = at[batches.c.starts_at], at[batches.c.ends_at]
    return Found(code, kind, table, starts, ends, blocked, client, _use(at, table))


def _of_till(
    sql: Connection, table: Table, code: str, told: Callable[[str], Series | None]
) -> Found | None:
    row = sql.execute(select(table).where(table.c.number == code)).first()
    if row is None:
        return None
    at: Mapping[Any, Any] = row._mapping
    series = told(at[table.c.kind_id])
    kind_id = at[table.c.kind_id]
    kind = CouponKind.of(series) if series else CouponKind(kind_id, kind_id, Kind.TILL)
    client = at[table.c.client_id] or ""
    blocked = at[table.c.is_blocked] or (series is not None and series.blocked)
    return Found(code, kind, table, None, at[table.c.ends_at], blocked, client, _use(at, table))


def _in_range(sql: Connection, place: Place, code: str) -> Found | None:
    ranges, types = place.ranges, place.types
    query = (
        select(types)
        .join(ranges, ranges.c.cardtype_id == types.c.id)
        .where(
            ranges.c.length == len(code),
            ranges.c.first_number <= code,
            ranges.c.last_number >= code,
        )
        .order_by(ranges.c.first_number.desc())
        .limit(1)
    )
    row = sql.execute(query).first()
    if row is None:
        return None
    kind = CouponKind(row.id, row.name, Kind.REUSABLE, row.line_coupon)
    return Found(code, kind, types, row.starts_at, row.ends_at, row.is_blocked, "", None)


def _use(at: Mapping[Any, Any], table: Table) -> Use | None:
    return Use.of({name: at[table.c[name]] for name in UNUSED})


def refusal(found: Found, receipt_id: str, client_id: str, at: datetime) -> Refused | None:
    """Why it may not be used on this receipt; one that was used on it holds."""
    now = int(at.timestamp())
    if found.use is not None and found.use.receipt_id != receipt_id:
        return used_already(found.use, at)
    if found.blocked:
        return Refused(Reason.BLOCKED, _("the coupon is blocked"))
    if found.starts is not None and now < found.starts:
        text = _("the coupon holds from {day}").format(day=_day(found.starts, at))
        return Refused(Reason.NOT_YET_VALID, text)
    if found.ends is not None and now >= found.ends:
        text = _("the coupon held until {day}").format(day=_day(found.ends, at))
        return Refused(Reason.EXPIRED, text)
    if found.client and found.client != client_id:
        return Refused(Reason.WRONG_CUSTOMER, _("the coupon was given to another customer"))
    return None


def used_already(use: Use, at: datetime) -> Refused:
    text = _("the coupon has been used already: {where}").format(where=use.words(at))
    return Refused(Reason.USED_UP, text)


def not_found(code: str) -> Refused:
    return Refused(Reason.NOT_FOUND, _("there is no coupon {code}").format(code=code[:40]))


def _day(moment: int, at: datetime) -> str:
    return f"{datetime.fromtimestamp(moment, at.tzinfo):%d.%m.%Y}"


def must_follow_its_line(
    kind: CouponKind, lines: Sequence[Line], fits: Callable[[Line], bool]
) -> None:
    """A coupon for one line is scanned right after that line. Raises Refused.

    ``lines``: those of the receipt when the coupon was scanned; ``fits``: whether a line is one
    that the coupon is for.
    """
    if kind.line_coupon and not (lines and fits(lines[-1])):
        text = _("the coupon must be scanned right after the line that it is for")
        raise Refused(Reason.WRONG_GOODS, text)

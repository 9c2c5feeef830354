"""The rules of the system, to be read; its coupons; and limits that a server adds."""

from collections.abc import Sequence
from datetime import datetime

from backends.house import coupons
from backends.house.club import Club
from backends.house.coupons import Known
from backends.house.keeping.common import moment_or_none
from backends.house.rules import Coupon, CouponKind, Kind, Promotion, When
from backends.keeping import (
    Condition,
    CouponInfo,
    CouponKindInfo,
    GoodsOf,
    Limit,
    PromotionInfo,
)

_WHOLE = {Kind.N_FOR_M, Kind.THRESHOLD, Kind.GIFT, Kind.ROUND, Kind.PRINT}


class Rules:
    def __init__(self, club: Club) -> None:
        self._club = club

    def groups(self) -> frozenset[str]:
        return frozenset(self._club.rules.groups)

    def promotions(self) -> Sequence[PromotionInfo]:
        return [_promotion(one) for one in self._club.rules.promotion]

    def coupon_kinds(self) -> Sequence[CouponKindInfo]:
        return [self._kind(one) for one in self._club.rules.coupon]

    def coupon(self, code: str) -> CouponInfo | None:
        code = coupons.compact(code)
        with self._club.store.reading() as db:
            found = coupons.find(self._club, db, [code], None, None).get(code)
        return self._coupon(found) if found else None

    def coupons_of(self, customer: str) -> Sequence[CouponInfo]:
        with self._club.store.reading() as db:
            rows = db.execute(
                "SELECT code FROM coupons WHERE customer = ? ORDER BY code", (customer,)
            )
            codes = [row[0] for row in rows]
            found = coupons.find(self._club, db, codes, None, None)
        return [self._coupon(one) for one in found.values()]

    def limit_points(self, limit: Limit) -> None:
        self._club.limit = limit

    def _kind(self, coupon: Coupon) -> CouponKindInfo:
        printed = coupon.kind is CouponKind.PRINTED
        starts, ends = (None, None) if printed else coupons.life(coupon, self._club.began)
        return CouponKindInfo(
            id=coupon.id,
            name=str(coupon.name),
            text=str(coupon.text) if coupon.text else "",
            kind=coupon.kind.value,
            blocked=coupon.blocked,
            personal=coupon.known_only or coupon.per_customer > 0,
            starts=self._moment(starts),
            ends=self._moment(ends),
        )

    def _coupon(self, known: Known) -> CouponInfo:
        coupon, now = known.coupon, self._club.now
        most = coupon.uses if coupon.kind is CouponKind.REUSABLE else 1
        alive = (known.starts or 0) <= now and (known.ends is None or now < known.ends)
        return CouponInfo(
            code=known.code,
            kind=self._kind(coupon),
            customer=known.customer,
            active=alive and not (known.blocked or coupon.blocked),
            used=bool(most) and known.uses - known.kept >= most,
            starts=self._moment(known.starts),
            ends=self._moment(known.ends),
            held=known.kept > 0,
        )

    def _moment(self, seconds: int | None) -> datetime | None:
        return moment_or_none(self._club, seconds)


def _promotion(spec: Promotion) -> PromotionInfo:
    when = spec.when
    values = (spec.percent, spec.amount, spec.price, spec.points)
    return PromotionInfo(
        id=spec.id,
        name=str(spec.name),
        kind=spec.kind.value,
        value=next((one for one in values if one), 0),
        percent=spec.percent > 0,
        priority=spec.priority,
        summable=spec.summable,
        off=spec.off,
        bonus=spec.kind is Kind.BONUS,
        whole=spec.kind in _WHOLE,
        goods=GoodsOf(when.groups, when.skus),
        but=GoodsOf(when.except_groups, when.except_skus),
        gifts=spec.gifts,
        conditions=tuple(_conditions(spec, when)),
    )


def _conditions(spec: Promotion, when: When) -> list[Condition]:
    told = {
        "levels": ",".join(when.levels),
        "hours": str(when.hours or ""),
        "weekdays": ",".join(one.value for one in when.weekdays),
        "since": when.since.isoformat() if when.since else "",
        "until": when.until.isoformat() if when.until else "",
        "coupon": when.coupon,
        "minimum": f"{when.minimum // 100}.{when.minimum % 100:02}" if when.minimum else "",
        "pieces": str(when.pieces or ""),
        "take": str(spec.take or ""),
        "pay": str(spec.pay or ""),
    }
    return [Condition(name, value) for name, value in told.items() if value]

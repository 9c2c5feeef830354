"""The till's own promotions: only for a shop that no loyalty system prices."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time

from cashier.i18n import _
from cashier.money import percent, show
from cashier.receipt import Discount, Line, Receipt, Source
from cashier.shop import Promotion


def with_own_promotions(receipt: Receipt, own: Iterable[Promotion], at: datetime) -> Receipt:
    """Each line with the best one promotion for it, never below its lowest price."""
    running = [promotion for promotion in own if _runs(promotion, receipt, at)]
    if not running:
        return receipt
    return receipt.with_lines(_best(line, running) for line in receipt.lines)


def _runs(promotion: Promotion, receipt: Receipt, at: datetime) -> bool:
    meant = sum(line.total for line in receipt.lines if _means(promotion, line))
    return meant >= max(1, promotion.minimum) and _open_at(promotion.hours, at.time())


def _open_at(hours: str | None, now: time) -> bool:
    """'22:00-06:00' goes over midnight; '24:00' is the end of the day."""
    if hours is None:
        return True
    start, _dash, end = hours.partition("-")
    clock = f"{now:%H:%M}"
    return start <= clock < end if start < end else clock >= start or clock < end


def _means(promotion: Promotion, line: Line) -> bool:
    everything = not (promotion.groups or promotion.skus)
    return everything or line.group in promotion.groups or line.sku in promotion.skus


def _best(line: Line, running: list[Promotion]) -> Line:
    given = [_discount(promotion, line) for promotion in running if _means(promotion, line)]
    best = max(given, key=lambda discount: discount.amount, default=None)
    if best is None or not best.amount:
        return line
    return replace(line, discounts=(*line.by_hand, best))


def _discount(promotion: Promotion, line: Line) -> Discount:
    amount = min(percent(line.total, promotion.percent), max(0, line.total - line.floor))
    why = _("{percent} per cent of {amount}").format(
        percent=show(promotion.percent), amount=show(line.total)
    )
    name = promotion.name
    return Discount(Source.PROMOTION, f"own:{name}", name, amount, why, system=_("the till"))

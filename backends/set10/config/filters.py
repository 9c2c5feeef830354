"""Which promotions of the embedded system a filter lets through.

They stand for the vendor's advertising actions: ``summable`` is 'always summed', rounding, extra
points, printed coupons and gifts are kinds of their own; 'points as discount' is the spending of
points itself.
"""

from dataclasses import dataclass

from backends.house.rules import Kind, Promotion
from backends.set10.config.model import And, Filter, Not, Or, Simple
from cashier.i18n import _


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters ask of an action."""

    kind: str
    """``accrue``, ``points``, ``coupon``, ``gift``, ``rounding``, or ``discount``."""
    always: bool


KINDS = ("discount", "rounding", "accrue", "points", "coupon", "gift")
EVERY = tuple(Facts(kind, always) for kind in KINDS for always in (False, True))
"""Every kind of action that there is."""
_KINDS = {
    Kind.ROUND: "rounding",
    Kind.BONUS: "accrue",
    Kind.PRINT: "coupon",
    Kind.GIFT: "gift",
}


def facts_of(promotion: Promotion) -> Facts:
    return Facts(_KINDS.get(promotion.kind, "discount"), promotion.summable)


def lets(one: Filter | None, facts: Facts) -> bool:
    """None lets everything through."""
    match one:
        case None:
            return True
        case And(filters):
            return all(lets(inner, facts) for inner in filters)
        case Or(filters):
            return any(lets(inner, facts) for inner in filters)
        case Not(inner):
            return not lets(inner, facts)
        case Simple():
            return _simple(one, facts)


def _simple(one: Simple, facts: Facts) -> bool:
    return {
        Simple.BONUS_ACCRUE: facts.kind == "accrue",
        Simple.BONUS_DISCOUNT: facts.kind == "points",
        Simple.COUPON: facts.kind == "coupon",
        Simple.GIFT_NOTIFICATION: facts.kind == "gift",
        Simple.NON_ROUNDING: facts.kind != "rounding",
        Simple.NON_WORKS_ANY_TIME: not facts.always,
        Simple.ROUNDING: facts.kind == "rounding",
        Simple.WORKS_ANY_TIME: facts.always,
    }[one]


def allows(one: Filter | None, promotion: Promotion) -> bool:
    return lets(one, facts_of(promotion))


def lets_points(one: Filter | None) -> bool:
    """Whether points may be spent as a discount there."""
    return any(lets(one, Facts("points", always)) for always in (False, True))


def rounds_only(one: Filter | None) -> bool:
    """Whether nothing but rounding is done there: its place is at the end."""
    let = [facts for facts in EVERY if lets(one, facts)]
    return bool(let) and all(facts.kind == "rounding" for facts in let)


def words(one: Filter | None) -> str:
    """'always summed, not rounding'."""
    return _words(one, inside=False)


def _words(one: Filter | None, *, inside: bool) -> str:
    match one:
        case None:
            return ""
        case And(filters):
            return _joined(filters, ", ", inside=inside) or _("everything")
        case Or(filters):
            return _joined(filters, _(" or "), inside=inside) or _("nothing")
        case Not(inner):
            return _("not ({filter})").format(filter=_words(inner, inside=False))
        case Simple():
            return _simple_words(one)


def _joined(filters: tuple[Filter, ...], by: str, *, inside: bool) -> str:
    text = by.join(_words(one, inside=True) for one in filters)
    return f"({text})" if inside and len(filters) > 1 else text


def _simple_words(one: Simple) -> str:
    return {
        Simple.BONUS_ACCRUE: _("earning"),
        Simple.BONUS_DISCOUNT: _("points as discount"),
        Simple.COUPON: _("coupon printing"),
        Simple.GIFT_NOTIFICATION: _("gift notice"),
        Simple.NON_ROUNDING: _("not rounding"),
        Simple.NON_WORKS_ANY_TIME: _("not always summed"),
        Simple.ROUNDING: _("rounding"),
        Simple.WORKS_ANY_TIME: _("always summed"),
    }[one]

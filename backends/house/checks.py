"""What a rules file must agree on within itself: names that exist, fields that fit their kind."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from backends.house.rules import CardSeed, Coupon, CouponKind, Goods, Kind, Promotion, Rules
from cashier.config import Places
from cashier.errors import ConfigError
from cashier.i18n import _

Where: TypeAlias = tuple[str | int, ...]
Problem: TypeAlias = tuple[Where, str]

FIELDS: dict[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Kind.PERCENT: (("percent",), ()),
    Kind.AMOUNT: (("amount",), ()),
    Kind.PRICE: (("price",), ()),
    Kind.N_FOR_M: (("take", "pay"), ()),
    Kind.THRESHOLD: ((), ("percent", "amount")),
    Kind.GIFT: (("gifts",), ("quantity",)),
    Kind.BONUS: ((), ("percent", "points", "each")),
    Kind.PRINT: (("coupon",), ()),
    Kind.ROUND: ((), ("unit",)),
}
"""Fields that a kind needs, and fields that it may have."""
_COMMON = {"id", "kind", "name", "summable", "priority", "off", "when"}


def check(rules: Rules, text: str, name: str) -> None:
    """Raises ConfigError with every problem, each with file, line and field."""
    problems = [*_levels(rules), *_promotions(rules), *_coupons(rules), *_people(rules)]
    problems += _goods(rules)
    if not problems:
        return
    places = Places(text)
    raise ConfigError("\n".join(_explain(name, places, *problem) for problem in problems))


def _explain(name: str, places: Places, where: Where, why: str) -> str:
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in where)
    return _("{file}, line {line}, field {field}: {why}").format(
        file=name, line=places.line(where), field=field, why=why
    )


def _unknown(where: Where, given: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    names = list(known)
    for word in given:
        if word not in names:
            expected = ", ".join(names[:20]) or "-"
            yield (
                where,
                _("expected one of {known}, got {given}").format(known=expected, given=word[:60]),
            )


def _twice(where: Where, key: str, given: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, word in enumerate(given):
        if word in seen:
            yield (*where, place, key), _("{given} stands here twice").format(given=word[:60])
        seen.add(word)


def _levels(rules: Rules) -> Iterator[Problem]:
    yield from _twice(("level",), "id", (level.id for level in rules.level))
    for place, (lower, higher) in enumerate(zip(rules.level, rules.level[1:], strict=False), 1):
        if higher.turnover < lower.turnover:
            yield (
                ("level", place, "turnover"),
                _("expected no less than the level before it has"),
            )
    if rules.settings.points.value == 0:
        yield ("settings", "points", "value"), _("expected a number above zero")


def _promotions(rules: Rules) -> Iterator[Problem]:
    yield from _twice(("promotion",), "id", (rule.id for rule in rules.promotion))
    levels = [level.id for level in rules.level]
    coupons = [coupon.id for coupon in rules.coupon]
    for place, rule in enumerate(rules.promotion):
        at: Where = ("promotion", place)
        when: Where = (*at, "when")
        yield from _fields(at, rule)
        for field in ("groups", "except_groups"):
            yield from _unknown((*when, field), getattr(rule.when, field), rules.groups)
        yield from _unknown((*when, "levels"), rule.when.levels, levels)
        yield from _unknown((*when, "coupon"), filter(None, [rule.when.coupon]), coupons)
        if rule.kind is Kind.PRINT and rule.coupon:
            printed = [c.id for c in rules.coupon if c.kind is CouponKind.PRINTED]
            yield from _unknown((*at, "coupon"), [rule.coupon], printed)


def _fields(at: Where, rule: Promotion) -> Iterator[Problem]:
    needed, allowed = FIELDS[rule.kind]
    for field in needed:
        if not getattr(rule, field):
            yield (
                (*at, field),
                _("a promotion of kind {kind} needs this field").format(kind=rule.kind.value),
            )
    for field in sorted(rule.model_fields_set - _COMMON - {*needed, *allowed}):
        yield (
            (*at, field),
            _("a promotion of kind {kind} has no such field").format(kind=rule.kind.value),
        )
    if rule.kind is Kind.N_FOR_M and rule.take <= rule.pay:
        yield (*at, "pay"), _("expected fewer than are taken")
    if rule.kind is Kind.THRESHOLD and not rule.when.minimum:
        yield (*at, "when", "minimum"), _("a threshold needs a sum to be reached")
    if rule.kind is Kind.THRESHOLD and bool(rule.percent) == bool(rule.amount):
        yield (*at, "percent"), _("expected either a percent or an amount")
    if rule.kind is Kind.BONUS and bool(rule.percent) == bool(rule.points):
        yield (*at, "points"), _("expected either a percent or points")
    if rule.kind is Kind.ROUND and not rule.unit:
        yield (*at, "unit"), _("expected a number above zero")


def _coupons(rules: Rules) -> Iterator[Problem]:
    yield from _twice(("coupon",), "id", (coupon.id for coupon in rules.coupon))
    people = [customer.id for customer in rules.customer]
    codes: set[str] = set()
    for place, coupon in enumerate(rules.coupon):
        at: Where = ("coupon", place)
        yield from _shape(at, coupon)
        for number, span in enumerate(coupon.ranges):
            if len(span.first) != len(span.last) or span.first > span.last:
                yield (*at, "ranges", number), _("expected two numbers of one length, rising")
        for number, one in enumerate(coupon.exemplars):
            where: Where = (*at, "exemplars", number)
            yield from _unknown(where, filter(None, [one.customer]), people)
        for code in [*coupon.codes, *(one.code for one in coupon.exemplars)]:
            if code.upper() in codes:
                yield at, _("{given} stands here twice").format(given=code)
            codes.add(code.upper())


def _shape(at: Where, coupon: Coupon) -> Iterator[Problem]:
    fits = {
        CouponKind.REUSABLE: bool(coupon.codes or coupon.ranges) and not coupon.exemplars,
        CouponKind.ONE_TIME: bool(coupon.exemplars) and not (coupon.codes or coupon.ranges),
        CouponKind.PRINTED: not (coupon.codes or coupon.ranges or coupon.exemplars),
    }
    if coupon.elsewhere:
        if coupon.codes or coupon.ranges or coupon.exemplars:
            yield (*at, "elsewhere"), _("a coupon that is kept elsewhere has no numbers here")
    elif not fits[coupon.kind]:
        yield (
            (*at, "kind"),
            _("reusable has codes or ranges, one_time has exemplars, printed has neither"),
        )


def _people(rules: Rules) -> Iterator[Problem]:
    levels = [level.id for level in rules.level]
    yield from _twice(("customer",), "id", (one.id for one in rules.customer))
    yield from _twice(("customer",), "phone", (one.phone or one.id for one in rules.customer))
    yield from _twice(("customer",), "email", (one.email or one.id for one in rules.customer))
    numbers: set[str] = set(rules.free_cards)
    cards: list[tuple[Where, CardSeed]] = [
        (("customer", place, "card", number), card)
        for place, customer in enumerate(rules.customer)
        for number, card in enumerate(customer.card)
    ]
    cards += [(("nobodys", place), card) for place, card in enumerate(rules.nobodys)]
    for where, card in cards:
        yield from _unknown((*where, "level"), filter(None, [card.level]), levels)
        if card.number in numbers:
            yield (*where, "number"), _("{given} stands here twice").format(given=card.number)
        numbers.add(card.number)


def _goods(rules: Rules) -> Iterator[Problem]:
    house = rules.settings
    lists: list[tuple[Where, Goods]] = [
        (("settings", "no_discounts"), house.no_discounts),
        (("settings", "points", "no_earning"), house.points.no_earning),
        (("settings", "points", "no_spending"), house.points.no_spending),
    ]
    for where, goods in lists:
        yield from _unknown((*where, "groups"), goods.groups, rules.groups)

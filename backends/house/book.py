"""The promotions made ready: which hold now, and which want which goods.

A calculation asks twice: which rules hold in this situation (time, level, coupons), a few
comparisons per rule; and which of those want a line, one look into a dictionary per line.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeAlias

from backends.house.rules import Goods, Kind, Promotion, Rules, Weekday, When
from cashier.money import ONE, Amount, Quantity, cost
from cashier.receipt import Line, Source

Gain: TypeAlias = Callable[[Amount, Quantity], Amount]
"""What a rule takes off a line that costs so much now."""

_VIEWS, _KINDS_OF_GOODS = 64, 10_000
"""How much is remembered before it is forgotten and worked out anew."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The situation that conditions are about."""

    at: datetime
    level: str = ""
    """Id of the level; empty without a verified card, or with one that may not earn."""
    coupons: frozenset[str] = frozenset()
    """Kinds of coupons on the receipt that hold."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One promotion, compiled."""

    index: int
    id: str
    kind: Kind
    spec: Promotion
    source: Source
    gain: Gain | None
    """For rules that look at one line at a time."""
    priority: int
    conditional: bool
    """Wants so many pieces or such a sum of its goods."""
    holds: Callable[[Facts], bool]
    wants: Callable[[str, str], bool]


class Entry(NamedTuple):
    """What concerns goods of one article and group."""

    best: tuple[Rule, ...]
    """Compete for the line alone."""
    many: tuple[int, ...]
    """Indexes of rules that must know all their lines."""
    gifts: tuple[int, ...]
    """Indexes of rules that give these goods as a gift."""
    earns: bool
    spends: bool


@dataclass(frozen=True, slots=True)
class View:
    """The rules that hold in one situation, and what they want, learnt line by line."""

    rules: tuple[Rule, ...]
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)


@dataclass(slots=True)
class Basket:
    """The lines of a receipt, sorted by who wants them. Places count from 0."""

    lines: Sequence[Line]
    entries: list[Entry]
    members: dict[int, list[int]]
    gifts: dict[int, list[int]]
    dead: frozenset[int]
    """Rules whose sum or number of pieces is not reached."""


class Book:
    """All promotions of a rules file, compiled once."""

    def __init__(self, rules: Rules) -> None:
        self.rules = tuple(_compiled(place, spec) for place, spec in enumerate(rules.promotion))
        house = rules.settings
        self._no_discounts = _within(house.no_discounts)
        self._no_earning = _within(house.points.no_earning)
        self._no_spending = _within(house.points.no_spending)
        self.by_coupon = {
            coupon.id: frozenset(
                rule.id for rule in rules.promotion if rule.when.coupon == coupon.id
            )
            for coupon in rules.coupon
        }
        """Ids of the promotions that a kind of coupon switches on."""
        self._views: dict[tuple[int, ...], View] = {}

    def view(self, facts: Facts) -> View:
        held = tuple([rule.index for rule in self.rules if rule.holds(facts)])
        view = self._views.get(held)
        if view is None:
            if len(self._views) >= _VIEWS:
                self._views.clear()
            rules = sorted((self.rules[place] for place in held), key=lambda rule: -rule.priority)
            view = self._views[held] = View(tuple(rules))
        return view

    def basket(self, view: View, lines: Sequence[Line]) -> Basket:
        known = view.entries
        if len(known) >= _KINDS_OF_GOODS:
            known.clear()
        entries = []
        members: dict[int, list[int]] = {rule.index: [] for rule in view.rules}
        gifts: dict[int, list[int]] = {}
        for place, line in enumerate(lines):
            key = (line.sku, line.group)
            entry = known.get(key)
            if entry is None:
                entry = known[key] = self._entry(view, *key)
            entries.append(entry)
            for index in entry.many:
                members[index].append(place)
            for index in entry.gifts:
                gifts.setdefault(index, []).append(place)
        dead = frozenset(
            rule.index
            for rule in view.rules
            if rule.conditional and not reached(rule.spec.when, lines, members[rule.index])
        )
        return Basket(lines, entries, members, gifts, dead)

    def _entry(self, view: View, sku: str, group: str) -> Entry:
        earns = not self._no_earning(sku, group)
        cheaper = not self._no_discounts(sku, group)
        best, many, gifts = [], [], []
        for rule in view.rules:
            if not _allowed(rule.kind, cheaper=cheaper, earns=earns):
                continue
            if rule.kind is Kind.GIFT and sku in rule.spec.gifts:
                gifts.append(rule.index)
                continue
            if not rule.wants(sku, group):
                continue
            if rule.gain is not None and not rule.spec.summable:
                best.append(rule)
                if not rule.conditional:
                    continue
            many.append(rule.index)
        spends = not self._no_spending(sku, group)
        return Entry(tuple(best), tuple(many), tuple(gifts), earns, spends)


def reached(when: When, lines: Sequence[Line], places: Iterable[int]) -> bool:
    """Whether these lines are enough, by their sum before discounts and their pieces."""
    chosen = [lines[place] for place in places]
    if when.minimum and sum(line.amount for line in chosen) < when.minimum:
        return False
    return not when.pieces or sum(map(pieces, chosen)) >= when.pieces


def pieces(line: Line) -> int:
    """Whole pieces on a line; goods by weight are one."""
    return line.quantity // ONE if line.unit == "pc" else 1


def _allowed(kind: Kind, *, cheaper: bool, earns: bool) -> bool:
    if kind is Kind.BONUS:
        return earns
    return cheaper or kind is Kind.PRINT


def _within(goods: Goods) -> Callable[[str, str], bool]:
    groups, skus = frozenset(goods.groups), frozenset(goods.skus)
    return lambda sku, group: group in groups or sku in skus


def _compiled(place: int, spec: Promotion) -> Rule:
    when = spec.when
    return Rule(
        index=place,
        id=spec.id,
        kind=spec.kind,
        spec=spec,
        source=_source(when),
        gain=_gain(spec),
        priority=spec.priority,
        conditional=bool(when.minimum or when.pieces),
        holds=_never if spec.off else holds(when),
        wants=wants(when),
    )


def _source(when: When) -> Source:
    if when.coupon:
        return Source.COUPON
    return Source.LEVEL if when.levels else Source.PROMOTION


def _gain(spec: Promotion) -> Gain | None:
    percent, amount, price = spec.percent, spec.amount, spec.price
    match spec.kind:
        case Kind.PERCENT | Kind.THRESHOLD if percent:
            # money.percent written out: it is asked for every line and rule
            return lambda left, _quantity: (left * percent * 2 + 10_000) // 20_000
        case Kind.AMOUNT:
            return lambda left, quantity: min(left, cost(amount, quantity))
        case Kind.PRICE:
            return lambda left, quantity: left - cost(price, quantity)
        case _:
            return None


_DAYS = list(Weekday)


def holds(when: When) -> Callable[[Facts], bool]:
    """Whether the situation is one that the conditions ask for; their goods aside."""
    levels, coupon = frozenset(when.levels), when.coupon
    days = frozenset(_DAYS.index(day) for day in when.weekdays)
    since, until = when.since, when.until
    start, end = _minutes(when.hours) if when.hours else (0, 0)

    def fulfilled(facts: Facts) -> bool:
        if levels and facts.level not in levels:
            return False
        if coupon and coupon not in facts.coupons:
            return False
        at = facts.at
        if days and at.weekday() not in days:
            return False
        if (since and at.date() < since) or (until and at.date() > until):
            return False
        if start == end:
            return True
        now = at.hour * 60 + at.minute
        return start <= now < end if start < end else now >= start or now < end

    return fulfilled


def _never(facts: Facts) -> bool:  # noqa: ARG001 - a rule that is off looks at nothing
    return False


def _minutes(hours: str) -> tuple[int, int]:
    start, _, end = hours.partition("-")
    return tuple(int(t[:2]) * 60 + int(t[3:]) for t in (start, end))  # type: ignore[return-value]


def wants(when: When) -> Callable[[str, str], bool]:
    """Whether goods (article, group) are those of the conditions."""
    groups, skus = frozenset(when.groups), frozenset(when.skus)
    but_groups, but_skus = frozenset(when.except_groups), frozenset(when.except_skus)
    everything = not groups and not skus

    def wanted(sku: str, group: str) -> bool:
        if sku in but_skus or group in but_groups:
            return False
        return everything or group in groups or sku in skus

    return wanted

"""Points of a receipt: what it earns, and what may be paid with points. Pure, integers only."""

from collections.abc import Sequence
from dataclasses import dataclass

from backends.house import words
from backends.house.book import Basket, Rule, View, pieces
from backends.house.rules import EarnOn, Kind, Level, PointRules
from cashier.exchange import SpendLimit
from cashier.i18n import _
from cashier.money import Amount, Points, percent, rounded, spread
from cashier.receipt import Line, LinePoints, Source


@dataclass(frozen=True, slots=True)
class Paid:
    """What was, or will be, paid for each line: with money, and with points."""

    money: Sequence[Amount]
    points: Sequence[Amount]


@dataclass(frozen=True, slots=True)
class Earned:
    total: Points
    shares: tuple[tuple[Points, Sequence[int]], ...]
    """What the total is made of, each part with its weights over the lines."""
    rules: frozenset[str]
    """Ids of the bonus promotions that gave something."""

    def by_line(self, count: int) -> list[Points]:
        """What each line earned, adding up to the total: what its return takes back."""
        parts = [0] * count
        for points, weights in self.shares:
            caps = [points if weight else 0 for weight in weights]
            for place, part in enumerate(spread(points, weights, caps)):
                parts[place] += part
        return parts


NOTHING = Earned(0, (), frozenset())


def paid_of(lines: Sequence[Line]) -> Paid:
    """From a receipt as it was priced."""
    return Paid([max(0, line.total) for line in lines], [line.points for line in lines])


def earn(rules: PointRules, view: View, basket: Basket, paid: Paid, level: Level | None) -> Earned:
    """The percent of the level, and bonuses on top; None is a card that may not earn.

    Reckoned on sums, not line by line, and only then divided over the lines, so that the same
    receipt earns the same however its discounts were spread.
    """
    spent = any(paid.points)
    if level is None or (spent and rules.earn_on is EarnOn.NOTHING):
        return NOTHING
    bases = [
        (money + points if rules.earn_on is EarnOn.ALL else money) if entry.earns else 0
        for entry, money, points in zip(basket.entries, paid.money, paid.points, strict=True)
    ]
    shares: list[tuple[Points, Sequence[int]]] = []
    if basic := _worth(rules, percent(sum(bases), level.earn)):
        shares.append((basic, bases))
    fired = set()
    for rule in view.rules:
        if rule.kind is not Kind.BONUS or rule.index in basket.dead:
            continue
        bonus, weights = _bonus(rules, rule, basket, bases)
        if bonus > 0:
            shares.append((bonus, weights))
            fired.add(rule.id)
    return Earned(sum(points for points, _weights in shares), tuple(shares), frozenset(fired))


def _worth(rules: PointRules, money: Amount) -> Points:
    return rounded(money * 100, rules.value)


def _bonus(
    rules: PointRules, rule: Rule, basket: Basket, bases: Sequence[Amount]
) -> tuple[Points, Sequence[int]]:
    """A bonus with its weights: what was paid for its goods, else all of them alike."""
    spec, places = rule.spec, basket.members[rule.index]
    if not places:
        return 0, ()
    weights = [0] * len(bases)
    for place in places:
        weights[place] = bases[place]
    base = sum(weights)
    if not base:
        for place in places:
            weights[place] = 1
    if spec.percent:
        return _worth(rules, percent(base, spec.percent)), weights
    if spec.each:
        return spec.points * sum(pieces(basket.lines[place]) for place in places), weights
    return spec.points, weights


# --- what may be spent ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spendable:
    points: Points
    limits: tuple[SpendLimit, ...]
    lines: tuple[LinePoints, ...]
    excluded: tuple[int, ...]


WHOLE = 10_000
"""All of a line, in hundredths of a percent."""


def money_of(rules: PointRules, points: Points) -> Amount:
    """What points pay for."""
    return points * rules.value // 100


def spendable(
    rules: PointRules,
    basket: Basket,
    totals: Sequence[Amount],
    level: Level | None,
    available: Points,
    shares: Sequence[int],
) -> Spendable:
    """How much of lines that cost ``totals`` may be paid; None is a card that may not spend.

    ``shares``: the most of each line, hundredths of a percent.
    """
    lines, bears = basket.lines, []
    for line, entry, total, share in zip(lines, basket.entries, totals, shares, strict=True):
        most = total - line.floor if line.lowest else total
        if share < WHOLE:
            most = min(most, total * share // WHOLE)
        bears.append(most if entry.spends and most > 0 else 0)
    held = sum(bears)
    limits = [
        SpendLimit(
            name="available",
            text=_("available now: {points} points").format(points=words.points(available)),
            most=money_of(rules, available),
        ),
        SpendLimit(
            name="goods",
            text=_("points may pay {money} of these goods").format(money=words.money(held)),
            most=held,
        ),
    ]
    if level is None:
        text = _("this card may not spend points")
        limits.append(SpendLimit(name="card", text=text, most=0))
    else:
        share = min(level.pay, rules.most_percent)
        percent = f"{words.percents(share)} %"
        text = _("no more than {percent} of the receipt").format(percent=percent)
        most = sum(totals) * share // 10_000
        limits.append(SpendLimit(name="percent", text=text, most=max(0, most)))
    limits.sort(key=lambda limit: (limit.most, limit.name != "card"))
    return Spendable(
        points=limits[0].most * 100 // rules.value,
        limits=tuple(limits),
        lines=tuple(
            [LinePoints(line.number, most) for line, most in zip(lines, bears, strict=True)]
        ),
        excluded=tuple(
            [
                line.number
                for line, entry, share in zip(lines, basket.entries, shares, strict=True)
                if not (entry.spends and share)
            ]
        ),
    )


def before_points(lines: Sequence[Line]) -> list[Amount]:
    """What the lines cost before points were spent on them."""
    points = Source.POINTS
    return [
        line.amount - sum([one.amount for one in line.discounts if one.source is not points])
        for line in lines
    ]

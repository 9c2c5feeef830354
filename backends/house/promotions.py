"""What promotions take off the lines: pure functions over integers.

1. Rules that do not sum compete. Those that look at one line (percent, amount, special price,
   percent of a threshold) are compared on that line, and the best for the buyer wins; of equal
   ones the one with the higher priority. Those that look at several lines (n for m, gift, an
   amount for a threshold) win as a whole, where they give more than what the lines got alone.
2. Rules that always sum come next, by priority, each on what is left.
3. Rounding of the receipt comes last.

No step takes a line below its floor.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backends.house.book import Basket, Rule, View, pieces
from backends.house.rules import Kind
from cashier.money import ONE, Amount, spread
from cashier.receipt import Gift, Line


class Given(NamedTuple):
    """What one rule gives one line, with what explains it."""

    rule: Rule
    amount: Amount
    base: int
    """What it was reckoned from: money for percents, free pieces for n for m."""
    cut: bool
    """There was less room above the floor than the rule wanted to take."""


@dataclass(slots=True)
class Priced:
    """The outcome, line by line. Places count from 0."""

    given: list[list[Given]]
    left: list[Amount]
    """What each line costs now."""
    gifts: tuple[Gift, ...]
    """Still on offer."""


def price(view: View, basket: Basket) -> Priced:
    lines = basket.lines
    rooms = [_room(line) for line in lines]
    best = _compete(view, basket, rooms)
    given: list[list[Given]] = [[one] if one is not None else [] for one in best]
    left = [
        line.amount - one.amount if one is not None else line.amount
        for line, one in zip(lines, best, strict=True)
    ]
    for place, one in enumerate(best):
        if one is not None:
            rooms[place] -= one.amount
    for rule in view.rules:
        if rule.spec.summable and rule.index not in basket.dead:
            _add(rule, basket, given, left, rooms)
    for rule in view.rules:
        if rule.kind is Kind.ROUND and rule.index not in basket.dead:
            _round(rule, basket, given, left, rooms)
    return Priced(given, left, _offered(view, basket, best))


def _room(line: Line) -> Amount:
    """How much a line may get cheaper."""
    room = line.amount - line.floor if line.lowest else line.amount
    return room if room > 0 else 0


# --- 1: rules that compete ------------------------------------------------------------------


def _compete(view: View, basket: Basket, rooms: Sequence[Amount]) -> list[Given | None]:
    alone = [
        _best(entry.best, line, room, basket.dead) if room and entry.best else None
        for entry, line, room in zip(basket.entries, basket.lines, rooms, strict=True)
    ]
    best = list(alone)
    holders: list[dict[int, Given]] = []
    for rule in view.rules:
        if rule.gain is not None or rule.spec.summable or rule.index in basket.dead:
            continue
        wanted = _several(rule, basket, basket.lines, rooms)
        if wanted:
            _claim(wanted, best, alone, holders)
    return best


def _best(rules: Sequence[Rule], line: Line, room: Amount, dead: frozenset[int]) -> Given | None:
    most, winner = 0, None
    amount, quantity = line.amount, line.quantity
    for rule in rules:
        if dead and rule.index in dead:
            continue
        gain = rule.gain(amount, quantity)  # type: ignore[misc] # only rules with a gain are here
        if gain > most:
            most, winner = gain, rule
    if winner is None:
        return None
    return Given(winner, min(most, room), amount, cut=most > room)


def _claim(
    wanted: dict[int, Given],
    best: list[Given | None],
    alone: Sequence[Given | None],
    holders: list[dict[int, Given]],
) -> None:
    """Let a rule over several lines take them if the buyer gains by it on the whole.

    Rules that held some of these lines lose all of theirs, which go back to what they got alone.
    """
    broken = [held for held in holders if held.keys() & wanted.keys()]
    after: dict[int, Given | None] = {place: alone[place] for held in broken for place in held}
    after.update(wanted)
    if _total(after.values()) <= _total(best[place] for place in after):
        return
    for place, one in after.items():
        best[place] = one
    holders[:] = [held for held in holders if held not in broken] + [wanted]


def _total(given: Iterable[Given | None]) -> Amount:
    return sum(one.amount for one in given if one is not None)


# --- 2: rules that sum ----------------------------------------------------------------------


def _add(
    rule: Rule,
    basket: Basket,
    given: list[list[Given]],
    left: list[Amount],
    rooms: list[Amount],
) -> None:
    """Put a rule on top of what the lines got already."""
    if rule.gain is None:
        for place, one in _several(rule, basket, basket.lines, rooms).items():
            _put(one, place, given, left, rooms)
        return
    for place in basket.members[rule.index]:
        base = left[place]
        gain = rule.gain(base, basket.lines[place].quantity)
        cut = gain > rooms[place]
        if cut:
            gain = rooms[place]
        if gain > 0:
            _put(Given(rule, gain, base, cut), place, given, left, rooms)


def _put(
    one: Given, place: int, given: list[list[Given]], left: list[Amount], rooms: list[Amount]
) -> None:
    given[place].append(one)
    left[place] -= one.amount
    rooms[place] -= one.amount


# --- 3: rounding ----------------------------------------------------------------------------


def _round(
    rule: Rule,
    basket: Basket,
    given: list[list[Given]],
    left: list[Amount],
    rooms: list[Amount],
) -> None:
    """Take the receipt down to a whole unit, off the lines with the most room."""
    total = sum(left)
    over = total % rule.spec.unit
    places = sorted(basket.members[rule.index], key=lambda place: -rooms[place])
    if not over or sum(rooms[place] for place in places) < over:
        return  # a receipt that cannot be made whole is left as it is
    for place in places:
        part = min(over, rooms[place])
        if part:
            _put(Given(rule, part, total, cut=False), place, given, left, rooms)
            over -= part


# --- rules over several lines ---------------------------------------------------------------


def _several(
    rule: Rule, basket: Basket, lines: Sequence[Line], rooms: Sequence[Amount]
) -> dict[int, Given]:
    places = basket.members[rule.index]
    match rule.kind:
        case Kind.N_FOR_M:
            return _n_for_m(rule, places, lines, rooms)
        case Kind.THRESHOLD:
            return _spread(rule, places, rule.spec.amount, rule.spec.amount, lines, rooms)
        case Kind.GIFT:
            return _gifts(rule, basket, lines, rooms)
        case _:
            return {}


def _n_for_m(
    rule: Rule, places: Sequence[int], lines: Sequence[Line], rooms: Sequence[Amount]
) -> dict[int, Given]:
    """Of every ``take`` pieces, dearest first, the cheapest are free.

    The gain is spread over all pieces of the sets, so that a return of one of them
    does not leave a better deal behind.
    """
    take, free = rule.spec.take, rule.spec.take - rule.spec.pay
    counted = [place for place in places if lines[place].unit == "pc" and lines[place].price > 0]
    ranked = sorted(counted, key=lambda place: -lines[place].price)
    covered = sum(pieces(lines[place]) for place in ranked) // take * take

    def free_before(position: int) -> int:
        sets, rest = divmod(position, take)
        return sets * free + max(0, rest - rule.spec.pay)

    gain = position = gratis = 0
    weights: dict[int, int] = {}
    for place in ranked:
        line = lines[place]
        end = min(position + pieces(line), covered)
        if end <= position:
            break
        freed = free_before(end) - free_before(position)
        gain += freed * line.price
        gratis += freed
        weights[place] = (end - position) * line.price
        position = end
    return _spread(rule, list(weights), gain, gratis, lines, rooms, list(weights.values()))


def _spread(
    rule: Rule,
    places: Sequence[int],
    gain: Amount,
    base: int,
    lines: Sequence[Line],
    rooms: Sequence[Amount],
    weights: Sequence[int] | None = None,
) -> dict[int, Given]:
    """Divide a gain over lines, as much of it as fits above their floors."""
    caps = [rooms[place] for place in places]
    if weights is None:
        weights = [max(0, lines[place].amount) for place in places]
    whole = min(gain, sum(caps))
    if whole <= 0:
        return {}
    parts = spread(whole, weights, caps)
    return {
        place: Given(rule, part, base, whole < gain)
        for place, part in zip(places, parts, strict=True)
        if part
    }


def _gifts(
    rule: Rule, basket: Basket, lines: Sequence[Line], rooms: Sequence[Amount]
) -> dict[int, Given]:
    """Gifts that are on the receipt already cost their lowest price."""
    found: dict[int, Given] = {}
    if not _earned_gift(rule, basket):
        return found
    wanted = rule.spec.quantity
    for place in basket.gifts.get(rule.index, ()):
        line = lines[place]
        free = min(wanted, line.quantity // ONE) if line.unit == "pc" else 0
        gain = min(free * line.price, rooms[place])
        if gain > 0:
            found[place] = Given(rule, gain, free, gain < free * line.price)
            wanted -= free
    return found


def _earned_gift(rule: Rule, basket: Basket) -> bool:
    return rule.index not in basket.dead and bool(basket.members[rule.index])


def _offered(view: View, basket: Basket, best: Sequence[Given | None]) -> tuple[Gift, ...]:
    offers = []
    for rule in view.rules:
        if rule.kind is not Kind.GIFT or not _earned_gift(rule, basket):
            continue
        spec = rule.spec
        taken = sum(one.base for one in best if one is not None and one.rule is rule)
        if taken < spec.quantity:
            left = (spec.quantity - taken) * ONE
            offers.append(Gift(rule.id, str(spec.name), spec.gifts, left))
    return tuple(offers)

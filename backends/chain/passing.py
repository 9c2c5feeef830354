"""A receipt's way through the links: each sees what the earlier ones left, and adds its own.

What was given so far stands on the lines as if the cashier had given it by hand: that is how every
system knows a price that was lower from the beginning (``CalculateRequest``). An answer that cannot
be true does not count, line by line, and its link is named; a link without an answer is passed by.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from backends.chain.feedback import left_by
from backends.chain.place import Place
from backends.chain.views import as_by_hand, as_foreign, changed
from cashier import exchange as ex
from cashier.i18n import _
from cashier.links import Change, Passage, Passed, State
from cashier.money import Amount, Points
from cashier.receipt import Discount, Line, Receipt
from cashier.words import explain

Order = Sequence[Place]


@dataclass(frozen=True, slots=True)
class Step:
    """One link and what came of it."""

    place: Place
    state: State
    before: Amount
    after: Amount
    why: str = ""
    answer: ex.Calculation | None = None
    given: tuple[tuple[int, "Given"], ...] = ()
    """What counts of its answer: places of lines, from 0."""

    @property
    def is_idle(self) -> bool:
        return self.state is State.IDLE


class Given(NamedTuple):
    """What a link gives a line."""

    discounts: tuple[Discount, ...]
    """With the name of the link."""
    by_hand: tuple[Discount, ...]
    """The same, as the links after it see them."""
    foreign: tuple[Discount, ...]
    """The same, as those see them that were there before."""
    amount: Amount
    least: Amount
    """The smallest of them: below zero is no discount."""


@dataclass(slots=True)
class Walk:
    """A receipt on its way."""

    receipt: Receipt
    """As the till sent it: only discounts by hand."""
    heads: Mapping[str, Receipt]
    """The same for each member, by id: with its own coupons, and its own words."""
    lines: list[Line]
    """As the next link sees them."""
    total: Amount
    steps: list[Step] = field(default_factory=list)

    @classmethod
    def begin(cls, receipt: Receipt, heads: Mapping[str, Receipt]) -> "Walk":
        return cls(receipt, heads, list(receipt.lines), receipt.total)

    def branch(self) -> "Walk":
        """The same way so far, to be gone on with differently."""
        return Walk(self.receipt, self.heads, self.lines.copy(), self.total, self.steps.copy())

    def add(self, step: Step) -> None:
        lines = self.lines
        for place, given in step.given:
            lines[place] = lines[place].with_more(given.by_hand, given.amount)
        self.total = step.after
        self.steps.append(step)

    def priced(self) -> list[list[Discount]]:
        """What all links gave, line by line, in order."""
        given: list[list[Discount]] = [[] for _line in self.lines]
        for step in self.steps:
            for place, one in step.given:
                given[place].extend(one.discounts)
        return given

    def seen_by(self, member: str) -> Receipt:
        """The priced receipt as a member sees it (``Views.of``, made of what is at hand)."""
        given: list[list[Discount]] = [[] for _line in self.lines]
        before = True
        for step in self.steps:
            mine = step.place.member.id == member
            before = before and not mine
            for place, one in step.given:
                given[place] += one.discounts if mine else one.by_hand if before else one.foreign
        return changed(self.heads[member], lines=_with(self.receipt.lines, given))

    def whole(self) -> Receipt:
        """The priced receipt."""
        return changed(self.receipt, lines=_with(self.receipt.lines, self.priced()))

    def passage(self) -> Passage:
        costs = [line.total for line in self.receipt.lines]
        told = [_told(step, costs, self.receipt) for step in self.steps]
        return Passage(tuple(told), self.receipt.total, self.total)


def _with(lines: Sequence[Line], given: Sequence[list[Discount]]) -> tuple[Line, ...]:
    return tuple(
        [
            line.with_more(tuple(some)) if some else line
            for line, some in zip(lines, given, strict=True)
        ]
    )


async def walk(
    order: Order, way: Walk, at: datetime, spending: Callable[[Place], Points] = lambda _place: 0
) -> Walk:
    """To the end. Raises Refused and Unavailable of a link that is to spend points, and only of
    that."""
    for place in order:
        way.add(await step(place, way, at, spending(place)))
    return way


async def step(place: Place, way: Walk, at: datetime, spend: Points = 0) -> Step:
    """What a link makes of a receipt that came so far."""
    idle = place.idle(way.receipt, at)
    if idle:
        return Step(place, State.IDLE, way.total, way.total, idle)
    seen = changed(way.heads[place.member.id], lines=tuple(way.lines))
    try:
        await place.member.ready()
        answer = await place.prices(ex.CalculateRequest(receipt=seen, spend=spend, at=at))
    except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown) as error:
        if spend:
            error.feedback = tuple(left_by(place.member, one) for one in error.feedback)
            raise
        return Step(place, State.DOWN, way.total, way.total, explain(error))
    given, wrong = _believed(answer, way.lines, place.link.title)
    after = way.total - sum([one.amount for _place, one in given])
    state = State.CONTAINED if wrong else State.PASSED
    return Step(place, state, way.total, after, "; ".join(wrong), answer, given)


def _believed(
    answer: ex.Calculation, lines: Sequence[Line], title: str
) -> tuple[tuple[tuple[int, Given], ...], list[str]]:
    """What of an answer can be true, with the name of the link; and what is wrong with the rest."""
    wrong: list[str] = []
    places = {line.number: place for place, line in enumerate(lines)}
    believed: dict[int, Given] = {}
    for price in answer.lines:
        place = places.get(price.number)
        if place is None or place in believed:
            text = _("a price for line {number}, twice or of none")
            wrong.append(text.format(number=price.number))
            continue
        line, one = lines[place], _given(price.discounts, title)
        if one.least < 0:
            wrong.append(_("a discount below zero on {goods}").format(goods=line.name))
        elif one.amount > line.total - (line.floor if line.lowest else 0):
            wrong.append(_("more discount than {goods} may give").format(goods=line.name))
        else:
            believed[place] = one
    if answer.earn < 0:
        wrong.append(_("points below zero"))
    return tuple(believed.items()), wrong


@lru_cache(maxsize=20_000)
def _given(discounts: tuple[Discount, ...], title: str) -> Given:
    named = tuple(replace(one, system=title) for one in discounts)
    amounts = [one.amount for one in discounts]
    hand, foreign = tuple(map(as_by_hand, named)), tuple(map(as_foreign, named))
    return Given(named, hand, foreign, sum(amounts), min(amounts, default=0))


def _told(step: Step, costs: list[Amount], receipt: Receipt) -> Passed:
    """A step as it is shown; ``costs`` of the lines go along with it."""
    changes = []
    for place, given in step.given:
        line = receipt.lines[place]
        for one in given.discounts:
            before, costs[place] = costs[place], costs[place] - one.amount
            changes.append(Change(line.number, line.name, before, one.name, one.why, costs[place]))
    shown = step.place.shown
    return Passed(shown, step.state, step.before, step.after, step.why, tuple(changes))


def prices(lines: Iterable[Line], given: Iterable[Sequence[Discount]]) -> tuple[ex.LinePrice, ...]:
    return tuple(
        [
            ex.LinePrice(number=line.number, discounts=tuple(some))
            for line, some in zip(lines, given, strict=True)
            if some
        ]
    )

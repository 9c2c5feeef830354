"""The same scenario on two systems: what differs, step by step, in money and points.

Pure: from two results to differences. What is another at every run (numbers of receipts, times,
ids) and what belongs to the shop (its name on the slip) is no difference.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TypeAlias

from cashier.i18n import _
from cashier.money import show
from cashier.receipt import Line, Receipt, Settled, Source
from cashier.scenario.result import Result, StepResult, Verdict
from cashier.slip import Cut, Row, Rule, Slip, Text

NOTHING = "-"
Key: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Difference:
    """A figure or a word that is not the same; one that is not there is '-'."""

    what: str
    a: str
    b: str


@dataclass(frozen=True)
class StepPair:
    """A step on both."""

    place: str
    """File and line."""
    words: str
    say: str = ""
    differences: tuple[Difference, ...] = ()
    """Those that were not there at the step before."""
    carried: int = 0
    """How many are as they were at the step before."""

    @property
    def same(self) -> bool:
        return not self.differences and not self.carried


@dataclass(frozen=True)
class Side:
    """One of the two."""

    name: str
    """What was asked for: a shop card, a system, a recording."""
    system: str
    notes: tuple[str, ...] = ()
    unmet: int = 0
    """Expectations of the file that are not met: they are told, not judged."""


@dataclass(frozen=True)
class Comparison:
    """A scenario on both."""

    scenario: str
    a: Side
    b: Side
    steps: tuple[StepPair, ...]

    @property
    def differing(self) -> tuple[StepPair, ...]:
        """The steps at which something begins to differ."""
        return tuple(one for one in self.steps if one.differences)

    @property
    def same(self) -> bool:
        return all(one.same for one in self.steps)


def compare(
    a: Result, b: Result, names: tuple[str, str], seen: Callable[[str], str] = str
) -> Comparison:
    """Two results of one scenario. What is the same as it is ``seen`` is no difference: where one
    of them is masked, nobody can tell."""
    steps = []
    before: frozenset[Difference] = frozenset()
    for one, other in zip_longest(a.steps, b.steps):
        found = tuple(it for it in _figures(one, other) if seen(it.a) != seen(it.b))
        steps.append(
            StepPair(
                (one or other).place,
                (one or other).words,
                (one or other).say,
                tuple(it for it in found if it not in before),
                sum(it in before for it in found),
            )
        )
        before = frozenset(found)
    return Comparison(a.name, _side(a, names[0]), _side(b, names[1]), tuple(steps))


def _side(result: Result, name: str) -> Side:
    unmet = sum(len(step.differences) for step in result.steps)
    return Side(name, result.system, result.notes, unmet)


def _figures(a: StepResult | None, b: StepResult | None) -> Iterator[Difference]:
    """All that there is to compare, the same or not."""
    came = [one is not None and one.verdict is not Verdict.NOT_RUN for one in (a, b)]
    if a is None or b is None or not all(came):
        ended = (_("goes on") if it else _("not run") for it in came)
        yield Difference(_("how it went"), *ended)
        return
    yield Difference(_("how it went"), _ended(a), _ended(b))
    mine, others = dict(_facts(a)), dict(_facts(b))
    for key in _in_order(list(mine), list(others)):
        (what, one), (other_what, other) = (side.get(key, ("", NOTHING)) for side in (mine, others))
        yield Difference(what or other_what, one, other)
    yield from _slips(a.printed, b.printed)


def _in_order(mine: list[Key], others: list[Key]) -> list[Key]:
    """Those that only the other side has stand after what they stand after there."""
    order = list(mine)
    for place, key in enumerate(others):
        if key not in mine:
            before = others[place - 1] if place else None
            order.insert(order.index(before) + 1 if before else 0, key)
    return order


def _ended(step: StepResult) -> str:
    if step.refused:
        return _("refused ({reason})").format(reason=step.refused)
    return step.why or _("done")


# --- the facts of a step

Told: TypeAlias = Iterator[tuple[Key, tuple[str, str]]]
"""What it is, in words and as it is written; by a key that is the same on both."""


def _facts(step: StepResult) -> Told:
    receipt = step.receipt
    if step.question:
        yield ("question",), (_("the till asks"), step.question)
    yield ("state",), (_("state of the till"), step.state)
    if receipt is not None:
        for line in receipt.lines:
            yield from _line(line)
        yield from _buyer(receipt)
        yield from _sums(receipt)
        yield from _settled(receipt.settled or Settled())
    if step.offer is not None:
        yield ("spendable",), (_("points that can be spent"), show(step.offer.spendable))
    yield ("waiting",), (_("documents in the queue"), str(step.waiting))


def _line(line: Line) -> Told:
    name = f"{line.number} {line.name}"
    yield ("line", line.number), (_("line {line}").format(line=name), show(line.total))
    given: dict[Key, tuple[str, int]] = {}
    for one in line.discounts:
        key: Key = ("line", line.number, one.source, one.rule or one.name)
        words = _("points") if one.source is Source.POINTS else one.name or one.rule or one.source
        given[key] = (words, given.get(key, ("", 0))[1] + one.amount)
    for key, (words, amount) in given.items():
        yield key, (f"  {line.number}: {words}", show(-amount))


def _buyer(receipt: Receipt) -> Told:
    buyer = receipt.buyer
    if buyer is None:
        return
    if buyer.customer is not None:
        yield ("customer",), (_("customer"), buyer.customer.name)
    if buyer.card is not None:
        yield ("card",), (_("card"), buyer.card.number)
        yield ("level",), (_("level"), buyer.card.level)
        yield ("had",), (_("points of the card"), show(buyer.card.balance))
        yield ("active",), (_("of them active"), show(buyer.card.available))


def _sums(receipt: Receipt) -> Told:
    yield ("discount",), (_("all discounts"), show(receipt.discount))
    yield ("total",), (_("total"), show(receipt.total))
    yield ("change",), (_("change"), show(receipt.change))
    yield ("spend",), (_("points to be spent"), show(receipt.spend))
    yield ("coupons",), (_("coupons"), ", ".join(it.code for it in receipt.coupons) or NOTHING)
    if applied := receipt.applied:
        yield ("earn",), (_("points promised"), show(applied.earn))
        yield ("offline",), (_("prices of the system"), _("no") if applied.offline else _("yes"))
        gifts = ", ".join(sku for gift in applied.gifts for sku in gift.skus)
        yield ("gifts",), (_("gifts"), gifts or NOTHING)


def _settled(settled: Settled) -> Told:
    yield ("earned",), (_("points earned"), show(settled.earned))
    yield ("spent",), (_("points spent"), show(settled.spent))
    yield ("back",), (_("points given back"), show(settled.given_back))
    yield ("taken",), (_("points taken back"), show(settled.taken_back))
    if settled.balance is not None:
        yield ("balance",), (_("balance afterwards"), show(settled.balance))
    if settled.level:
        yield ("new level",), (_("new level"), settled.level)
    yield ("pending",), (_("waits for the system"), _("yes") if settled.pending else _("no"))


# --- slips

_MOMENT = re.compile(r"\b\d{2}\.\d{2}\.\d{4}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{2}:\d{2}\b")


def _slips(a: Sequence[Slip], b: Sequence[Slip]) -> Iterator[Difference]:
    for one, other in zip_longest(a, b):
        mine, others = (list(_rows(slip)) if slip else [] for slip in (one, other))
        lefts, theirs = ([left for left, _right in rows] for rows in (mine, others))
        matcher = SequenceMatcher(None, lefts, theirs, autojunk=False)
        for kind, i1, i2, j1, j2 in matcher.get_opcodes():
            if kind == "equal":
                for (left, right), (_left, value) in zip(mine[i1:i2], others[j1:j2], strict=True):
                    yield Difference(_("slip: {row}").format(row=left), right, value)
                continue
            for left, right in mine[i1:i2]:
                yield Difference(_("slip: {row}").format(row=left), right or _("there"), NOTHING)
            for left, right in others[j1:j2]:
                yield Difference(_("slip: {row}").format(row=left), NOTHING, right or _("there"))


def _rows(slip: Slip) -> Iterator[tuple[str, str]]:
    """What the slip of a receipt says, left and right, without the shop's head and foot and without
    codes."""
    rules = [place for place, it in enumerate(slip.elements) if isinstance(it, Rule)]
    cuts = [place for place, it in enumerate(slip.elements) if isinstance(it, Cut)]
    bare = not slip.number or len(rules) < 3 or not cuts
    head, foot, end = (0, 0, 0) if bare else (rules[1], rules[-1], cuts[0])
    for place, element in enumerate(slip.elements):
        if place < head or foot < place < end:
            continue
        match element:
            case Row(left, right):
                yield _plain(left), _plain(right)
            case Text(text, centered) if not (centered and place < end):
                yield _plain(text), ""


def _plain(text: str) -> str:
    """Without times, which are others at every run."""
    return _MOMENT.sub("…", " ".join(text.split()))

"""The lost-answer drill: after a fault at a save, was the customer charged twice?

The drill stands right before the till and notices saves that a fault may strike. It asks the system
for the balance of the card before, and again when all such saves are settled, past the faults. What
was settled says what the balance should be; the difference is the verdict, told to the cashier with
the numbers. Where other things moved the points meanwhile, it says that it cannot be told.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import TypeVar, cast

from cashier.clock import Clock
from cashier.errors import CashierError
from cashier.events import Tone
from cashier.exchange import (
    Backend,
    Can,
    FindSaleRequest,
    Found,
    FoundSale,
    Frozen,
    IdentifyRequest,
    Refused,
    SaveReturnRequest,
    SaveSaleRequest,
    System,
    Unavailable,
)
from cashier.faults import Plan, spared
from cashier.i18n import _
from cashier.methods import Method
from cashier.money import Points, Quantity
from cashier.receipt import Card, Identifier, IdentifierKind, Kind, Receipt, Settled
from cashier.uniform import Wrapper, call
from cashier.witness import DOING, Exchange, Outcome
from cashier.words import points_text

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")


class Verdict(StrEnum):
    ONCE = "once"
    TWICE = "twice"
    UNTOLD = "untold"
    """It cannot be told; the sentence says why."""


@dataclass(frozen=True)
class Moved:
    """What one save did to the points of a card, as the system settled it."""

    number: str
    plus: Points
    """Earned, or given back."""
    minus: Points
    """Spent, or taken back."""
    later: bool = False
    """``plus`` may become visible later only: points that were earned are not active at once."""
    doubtful: bool = False
    """A fault struck it."""

    @property
    def net(self) -> Points:
        return self.plus - self.minus

    @property
    def now(self) -> Points:
        """Where points that are not active yet are no part of the balance."""
        return -self.minus if self.later else self.net


@dataclass(frozen=True)
class Judgement:
    verdict: Verdict
    why: str = ""
    """The numbers, or what keeps it from being told."""
    times: int = 2
    """How often it was charged, where that is more than once."""


def judge(before: Points, now: Points, moves: Iterable[Moved]) -> Judgement:
    """By the balances alone, for the saves of one card in between."""
    moves = tuple(moves)
    net = sum(one.net for one in moves)
    if not any(one.net for one in moves):
        return Judgement(Verdict.UNTOLD, _("no points were to move"))
    numbers = _sum_words(before, moves)
    expected, delta = points_text(before + net), now - before
    bare = sum(one.now for one in moves)
    again = _too_often(moves, lambda one: one.net).get(delta - net, 0)
    again_bare = _too_often(moves, lambda one: one.now).get(delta - bare, 0)
    once_bare = delta == bare
    if delta == net:
        return Judgement(Verdict.ONCE, f"{numbers} = {points_text(now)}")
    if again and not once_bare:
        text = _("{numbers} = {expected}, but the system has {now}")
        text = text.format(numbers=numbers, expected=expected, now=points_text(now))
        return Judgement(Verdict.TWICE, text, again)
    if once_bare and not again and bare:
        text = _("{numbers}; what was earned is not active yet: {now}")
        return Judgement(Verdict.ONCE, text.format(numbers=numbers, now=points_text(now)))
    if again_bare and not once_bare:
        text = _("{numbers}; without what was earned {expected}, but the system has {now}")
        expected = points_text(before + bare)
        text = text.format(numbers=numbers, expected=expected, now=points_text(now))
        return Judgement(Verdict.TWICE, text, again_bare)
    text = _(
        "{numbers} = {expected}, the system has {now}: something else moved points, or not all"
    )
    text = text.format(numbers=numbers, expected=expected, now=points_text(now))
    return Judgement(Verdict.UNTOLD, text)


def _sum_words(before: Points, moves: Iterable[Moved]) -> str:
    """'470.50 − 10 + 5.20'"""
    words = points_text(before)
    for one in moves:
        words += f" − {points_text(one.minus)}" if one.minus else ""
        words += f" + {points_text(one.plus)}" if one.plus else ""
    return words


_MOST_DOUBTFUL = 8
"""Saves of one card in doubt at the same time; more of them are not tried in all combinations."""
_MOST_TIMES = 9


def _too_often(moves: tuple[Moved, ...], size: Callable[[Moved], Points]) -> dict[Points, int]:
    """What would be too much if doubtful saves had been done more than once, and how often."""
    doubtful = [one for one in moves if one.doubtful][:_MOST_DOUBTFUL]
    found: dict[Points, int] = {}
    for times in range(2, _MOST_TIMES + 1):
        for count in range(1, len(doubtful) + 1):
            for group in combinations(doubtful, count):
                found.setdefault((times - 1) * sum(map(size, group)), times)
    found.pop(0, None)
    return found


Save = SaveSaleRequest | SaveReturnRequest


@dataclass
class _Watch:
    """One card, from before the first save that a fault may strike."""

    key: str
    card: str
    before: Card | None
    """None: it could not be asked for."""
    open: set[str] = field(default_factory=set)
    """Ids of receipts that are not settled yet."""
    saved: dict[str, Save] = field(default_factory=dict)
    moves: dict[str, Moved] = field(default_factory=dict)
    back: dict[str, dict[int, Quantity]] = field(default_factory=dict)
    """At a return: what the system had taken back of the sale before."""


class Drill(Wrapper):
    """The loyalty system, with a verdict after every save that a fault struck."""

    def __init__(
        self,
        inner: Backend,
        plan: Plan,
        clock: Clock,
        say: Callable[[str, Tone], None],
        keep: Callable[[Judgement, Receipt, str], None] | None = None,
    ) -> None:
        """``keep`` gets the verdict, the receipt and the sentence, for the log of exchanges."""
        self._inner, self._plan, self._clock, self._say = inner, plan, clock, say
        self._keep = keep
        self._watches: dict[str, _Watch] = {}
        self._system: System | None = None

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if not isinstance(request, SaveSaleRequest | SaveReturnRequest):
            answer = await call(self._inner, method, request)
            if isinstance(answer, System):
                self._system = answer
            return answer
        watch = await self._watch(method.name, request)
        try:
            answer = await call(self._inner, method, request)
        except (Refused, Unavailable) as error:
            if watch is not None:
                await self._not_done(watch, request, error)
            raise
        if watch is not None:
            await self._settled(watch, request, cast("Settled", answer))
        return answer

    # --- before

    async def _watch(self, step: str, request: Save) -> _Watch | None:
        """The watch over this card; begun where a fault may strike."""
        receipt = request.receipt
        card = _card_of(receipt)
        key = card or (receipt.of or receipt).receipt_id
        watch = self._watches.get(key)
        if watch is None:
            if not self._plan.threatens_saves(step):
                return None
            watch = self._watches[key] = _Watch(key, card, await self._card(card) if card else None)
        if receipt.receipt_id not in watch.saved:
            watch.open.add(receipt.receipt_id)
            watch.saved[receipt.receipt_id] = request
            if isinstance(request, SaveReturnRequest) and receipt.of is not None:
                watch.back[receipt.receipt_id] = await self._returned(receipt.of.number)
        return watch

    async def _card(self, number: str) -> Card | None:
        """As the system knows it now; past the faults."""
        request = IdentifyRequest(
            identifier=Identifier(IdentifierKind.CARD, number), at=self._clock.now()
        )
        try:
            with spared():
                answer = await self._inner.identify(request)
        except CashierError:
            return None
        cards = answer.cards if isinstance(answer, Found) else ()
        return next((card for card in cards if card.number == number), None)

    # --- after

    async def _not_done(self, watch: _Watch, request: Save, error: CashierError) -> None:
        """Nothing happened, unless an earlier try was in doubt: then a refusal ends the matter."""
        name = request.receipt.receipt_id
        if name in self._plan.doubted:
            if isinstance(error, Refused):
                await self._settled(watch, request, _as_promised(request.receipt))
            return
        watch.open.discard(name)
        del watch.saved[name]
        if not watch.saved:
            del self._watches[watch.key]

    async def _settled(self, watch: _Watch, request: Save, settled: Settled) -> None:
        """When all that is watched of this card is settled, it is judged."""
        receipt = request.receipt
        moved = _moved(receipt, settled)
        watch.moves.setdefault(receipt.receipt_id, moved)
        watch.open.discard(receipt.receipt_id)
        if watch.open:
            return
        del self._watches[watch.key]
        struck = [name for name in watch.saved if name in self._plan.doubted]
        for name in struck:
            del self._plan.doubted[name]
            watch.moves[name] = replace(watch.moves[name], doubtful=True)
        if struck:
            judgement = await self._judged(watch, struck)
            self._tell(judgement, watch.saved[struck[-1]].receipt)

    async def _judged(self, watch: _Watch, struck: list[str]) -> Judgement:
        by_sales = [await self._by_records(watch, name) for name in struck]
        if twice := next((one for one in by_sales if one.verdict is Verdict.TWICE), None):
            return twice
        by_points = await self._by_points(watch)
        told_once = all(one.verdict is Verdict.ONCE for one in by_sales)
        nothing_moved = not any(move.net for move in watch.moves.values())
        if by_points.verdict is Verdict.UNTOLD and told_once and nothing_moved:
            return by_sales[-1]
        return by_points

    async def _by_points(self, watch: _Watch) -> Judgement:
        if not watch.card:
            return Judgement(Verdict.UNTOLD, _("no card is on the receipt"))
        now = await self._card(watch.card)
        if watch.before is None or now is None:
            return Judgement(Verdict.UNTOLD, _("the system does not tell the balance of the card"))
        return judge(watch.before.balance, now.balance, watch.moves.values())

    async def _by_records(self, watch: _Watch, name: str) -> Judgement:
        """Where the system finds sales: is it there once, did the goods come back once?"""
        request = watch.saved[name]
        receipt = request.receipt
        if isinstance(request, SaveSaleRequest):
            found = await self._find(receipt.number)
            if found is None:
                return Judgement(Verdict.UNTOLD)
            count = sum(sale.receipt.number == receipt.number for sale in found)
            if count == 1:
                text = _("the system has the sale {number} once")
                return Judgement(Verdict.ONCE, text.format(number=receipt.number))
            if count > 1:
                text = _("the system has the sale {number} {count} times")
                text = text.format(number=receipt.number, count=count)
                return Judgement(Verdict.TWICE, text, count)
            return Judgement(Verdict.UNTOLD)
        if receipt.of is None or name not in watch.back:
            return Judgement(Verdict.UNTOLD)
        sale = receipt.of.receipt_id
        all_of_it = {
            other: one
            for other, one in watch.saved.items()
            if isinstance(one, SaveReturnRequest) and one.receipt.of
            if one.receipt.of.receipt_id == sale and other in watch.back
        }
        before = watch.back[next(iter(all_of_it))]
        now = await self._returned(receipt.of.number)
        return _came_back(all_of_it.values(), before, now)

    async def _find(self, number: str) -> tuple[FoundSale, ...] | None:
        if not number or self._system is None or Can.FIND_SALE not in self._system.can:
            return None
        try:
            with spared():
                request = FindSaleRequest(number=number, at=self._clock.now())
                return await self._inner.find_sale(request)
        except CashierError:
            return None

    async def _returned(self, number: str) -> dict[int, Quantity]:
        sales = await self._find(number) or ()
        lines = (line for sale in sales for line in sale.returned)
        return {line.number: line.quantity for line in lines}

    # --- the verdict

    def _tell(self, judgement: Judgement, receipt: Receipt) -> None:
        text = sentence(judgement)
        tones = {Verdict.ONCE: Tone.GOOD, Verdict.TWICE: Tone.ERROR, Verdict.UNTOLD: Tone.WARNING}
        self._say(text, tones[judgement.verdict])
        if self._keep is not None:
            self._keep(judgement, receipt, text)


def exchange_of(judgement: Judgement, receipt: Receipt, text: str, at: datetime) -> Exchange:
    """The verdict among the exchanges that it is about."""
    found = {"verdict": judgement.verdict.value, "why": judgement.why}
    return Exchange(
        at=at,
        doing=DOING.get(),
        method="drill",
        outcome=Outcome.ANSWERED,
        request=json.dumps({"number": receipt.number}).encode(),
        answer=json.dumps(found, ensure_ascii=False).encode(),
        receipt_id=receipt.receipt_id,
        notes=(text,),
    )


def sentence(judgement: Judgement) -> str:
    """What the cashier reads."""
    text = {
        Verdict.ONCE: _("Drill: the customer was charged once. {why}."),
        Verdict.TWICE: _("Drill: the customer was charged TWICE. {why}.")
        if judgement.times == 2
        else _("Drill: the customer was charged {times} TIMES. {why}."),
        Verdict.UNTOLD: _("Drill: whether the customer was charged twice cannot be told: {why}."),
    }[judgement.verdict]
    why = judgement.why or _("the system does not know the sale")
    if judgement.verdict is not Verdict.UNTOLD:
        why = why[:1].upper() + why[1:]
    return text.format(why=why, times=judgement.times)


def _card_of(receipt: Receipt) -> str:
    """The number of the card that is charged; a phone is not asked by: it may send a code."""
    buyer = receipt.buyer
    if buyer is None:
        return ""
    if buyer.card is not None:
        return buyer.card.number
    return buyer.identifier.value if buyer.identifier.kind is IdentifierKind.CARD else ""


def _as_promised(receipt: Receipt) -> Settled:
    """What a sale that got no answer should have done."""
    earn = receipt.applied.earn if receipt.applied else 0
    return Settled(spent=receipt.spend, earned=earn)


def _moved(receipt: Receipt, settled: Settled) -> Moved:
    if receipt.kind is Kind.RETURN:
        return Moved(receipt.number, settled.given_back, settled.taken_back)
    return Moved(receipt.number, settled.earned, settled.spent, later=True)


def _came_back(
    requests: Iterable[SaveReturnRequest], before: dict[int, Quantity], now: dict[int, Quantity]
) -> Judgement:
    """``requests``: all returns of the sale since ``before``; several may have waited together."""
    if not now:
        return Judgement(Verdict.UNTOLD)
    more = {line: quantity - before.get(line, 0) for line, quantity in now.items()}
    asked: dict[int, Quantity] = {}
    for line in (line for request in requests for line in request.lines):
        asked[line.number] = asked.get(line.number, 0) + line.quantity
    if all(more.get(line, 0) == quantity for line, quantity in asked.items()):
        return Judgement(Verdict.ONCE, _("the goods came back once"))
    if any(more.get(line, 0) > quantity for line, quantity in asked.items()):
        return Judgement(Verdict.TWICE, _("more goods came back than were returned"))
    return Judgement(Verdict.UNTOLD)

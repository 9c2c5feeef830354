"""Standing checks on a till at work: those of ``checks`` after every step, and three more.

* ``repeating-a-save-changes-nothing``: what was saved is said once more, past all faults on
  purpose; the answer and the balance must be the same.
* ``charged-once``: what the lost-answer drill found out.
* ``balance-is-the-sum-of-movements``: what the system says a card has is what it said before, and
  what was earned, spent and given back since; the embedded system also shows its books.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from cashier.checks import Broken, check_day, check_offer, check_receipt, check_return
from cashier.drill import Verdict
from cashier.errors import CashierError
from cashier.exchange import (
    Backend,
    Can,
    Found,
    Frozen,
    Refused,
    SaveReturnRequest,
    SaveSaleRequest,
)
from cashier.faults import spared
from cashier.i18n import _
from cashier.methods import Method
from cashier.money import Points, show
from cashier.receipt import Receipt, Settled
from cashier.recording import REMARK
from cashier.snapshot import Snapshot, State
from cashier.uniform import Wrapper, call, innermost
from cashier.witness import Exchange, doing

if TYPE_CHECKING:
    from cashier.scenario.stage import Stage

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")

REPEAT = "repeating-a-save-changes-nothing"
BALANCE = "balance-is-the-sum-of-movements"
ONCE = "charged-once"
THEIRS = "certificates-hold"
"""Not looked at where certificates are the system's: others sell them, too."""
MOVING: dict[str, str] = {
    ONCE: "After a fault at a save the customer is charged once (the drill looks).",
    REPEAT: "A save that is said twice is done once: same answer, same balance.",
    BALANCE: "A balance is the one before and what was earned, spent and given back since.",
}
"""The checks that ask the system, with what they demand."""


@runtime_checkable
class ShowsBooks(Protocol):
    """A loyalty system that can be looked into."""

    def audit(self) -> list[str]:
        """A sentence for everything that does not add up. Raises Unavailable."""
        ...


@dataclass(frozen=True)
class Saved:
    """A save that was answered."""

    method: Method[Frozen, Settled]
    request: SaveSaleRequest | SaveReturnRequest
    settled: Settled


class Remembering(Wrapper):
    """Stands right before the till and remembers what was saved, and what balances were told."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self.saved: list[Saved] = []
        self.told: dict[str, Points] = {}
        """The balance by card, as the system told it last outside of a save."""

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self._inner, method, request)
        if isinstance(request, SaveSaleRequest | SaveReturnRequest) and isinstance(answer, Settled):
            self.saved.append(Saved(method, request, answer))  # type: ignore[arg-type]
        elif isinstance(answer, Found):
            self.told.update({card.number: card.balance for card in answer.cards})
        return answer


@dataclass
class Standing:
    """The checks of one run; ``off`` names those that are not made."""

    off: Collection[str] = frozenset()
    _finished: dict[str, Receipt] = field(default_factory=dict)
    _seen: Snapshot | None = None
    _balances: dict[str, Points] = field(default_factory=dict)
    """By card, after the last save that settled it."""

    def forget_balances(self, stage: "Stage") -> None:
        """Time goes by: points burn, others become active."""
        self._balances.clear()
        if stage.saves is not None:
            stage.saves.told.clear()

    async def look(self, stage: "Stage") -> list[Broken]:
        """After a step: what does not hold."""
        now, desk = stage.now, stage.desk
        found: list[Broken] = []
        if now.receipt is not None and now is not self._seen:
            value = desk.system.point_value if desk.system else 100
            unit = desk.shop.cash.round_to
            found += check_receipt(now.receipt, point_value=value, round_to=unit, off=self.off)
            if now.offer is not None and now.state is State.CALCULATED:
                found += check_offer(now.receipt, now.offer, point_value=value, off=self.off)
            if now.state is State.FINISHED:
                off = {*self.off, THEIRS} if desk.can(Can.CERTIFICATES) else self.off
                found += self._look_at_finished(now.receipt, off)
        self._seen = now
        if stage.exchanges and ONCE not in self.off:
            found += [Broken(ONCE, text) for text in _charged_again(stage.exchanges)]
        if stage.saves is not None and stage.saves.saved:
            found += await self._look_at_saves(stage)
        return found

    def _look_at_finished(self, receipt: Receipt, off: Collection[str]) -> list[Broken]:
        if self._finished.get(receipt.receipt_id) == receipt:
            return []
        self._finished[receipt.receipt_id] = receipt
        found = check_day(list(self._finished.values()), off=off)
        sale = self._finished.get(receipt.of.receipt_id) if receipt.of else None
        if sale is not None:
            back = [it for it in self._finished.values() if it.of and it.of == receipt.of]
            found += check_return(sale, back, off=off)
        return found

    async def _look_at_saves(self, stage: "Stage") -> list[Broken]:
        saves = stage.saves
        assert saves is not None  # asked for it
        found: list[Broken] = []
        for saved in list(saves.saved):
            if REPEAT not in self.off:
                found += [Broken(REPEAT, text) for text in await self._repeated(saves, saved)]
            if BALANCE not in self.off:
                found += [Broken(BALANCE, text) for text in self._balanced(saves, saved)]
        saves.saved.clear()
        if BALANCE not in self.off:
            books = innermost(stage.desk.backend)
            if isinstance(books, ShowsBooks):
                found += [Broken(BALANCE, text) for text in books.audit()]
        return found

    async def _repeated(self, saves: Remembering, saved: Saved) -> list[str]:
        request = saved.request.model_copy(update={"again": True})
        try:
            with spared(), doing("check"):
                second = await call(saves.inner, saved.method, request)
        except CashierError as error:
            return self._not_repeated(error)
        first = saved.settled
        names = ("earned", "spent", "given_back", "taken_back", "balance")
        return [
            _("said twice, {what} was {first} and then {second}").format(
                what=name, first=_shown(one), second=_shown(other)
            )
            for name in names
            if (one := getattr(first, name)) != (other := getattr(second, name))
        ]

    def _not_repeated(self, error: CashierError) -> list[str]:
        """Silence says nothing; a refusal leaves a till that heard nothing without an answer."""
        if not isinstance(error, Refused):
            return []
        return [_("said twice, it was refused: {why}").format(why=error)]

    def _balanced(self, saves: Remembering, saved: Saved) -> Iterator[str]:
        receipt, settled = saved.request.receipt, saved.settled
        card = receipt.buyer.card if receipt.buyer else None
        if saved.request.again or (card is None and receipt.buyer is not None):
            # What was done when it was said first, and since, nobody says; nor on which card it
            # was where it was sold offline.
            self._balances.clear()
            saves.told.clear()
            return
        if card is None or settled.balance is None:
            return
        before = self._balances.get(card.number)
        if card.number in saves.told:
            before = saves.told[card.number]
        saves.told.clear()  # of other cards, too: they may share the account
        self._balances = {card.number: settled.balance}  # another card may share the account
        if before is None or settled.level:
            return
        moved = settled.earned - settled.spent + settled.given_back - settled.taken_back
        if settled.balance != before + moved:
            yield _("the balance was {before}, moved by {moved}, and is {now}").format(
                before=show(before), moved=show(moved), now=show(settled.balance)
            )


def _charged_again(exchanges: Sequence[Exchange]) -> Iterator[str]:
    """What the lost-answer drill found out during this step."""
    for exchange in exchanges:
        if exchange.method == REMARK and json.loads(exchange.answer)["verdict"] == Verdict.TWICE:
            yield "\n".join(exchange.notes)


def _shown(value: object) -> str:
    return show(value) if isinstance(value, int) else "-"

"""Sales and returns: a ``Fiscal`` cheque each, whose number stays the same over repetitions.

The service answers a repetition by a code that says that it knows the cheque. Whether it says then
what the cheque came to, no source tells: where it does it is read (*emulated* by our server).
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeVar

from backends.manzana.client.link import Known, Link
from backends.manzana.translate import asking, hearing
from backends.manzana.translate.asking import Till
from backends.manzana.translate.reasons import is_among
from backends.manzana.wire import codes
from backends.manzana.wire.parts import sum_of, text
from backends.soap import Element
from cashier.errors import CashierError
from cashier.exchange import (
    CancelSaleRequest,
    OutcomeUnknown,
    Refused,
    SaveReturnRequest,
    SaveSaleRequest,
)
from cashier.receipt import Receipt, Settled

_REMEMBERED = 1000
V = TypeVar("V")


class _Done(NamedTuple):
    transaction: str
    """``TransactionID`` as text: it is a number of 64 bits."""
    settled: Settled


class Saving:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._unsure: OrderedDict[str, None] = OrderedDict()
        """Operations that this process heard nothing of."""
        self._done: OrderedDict[str, _Done] = OrderedDict()
        self._transactions: OrderedDict[str, str] = OrderedDict()
        """By receipt."""

    async def sale(self, till: Till, request: SaveSaleRequest) -> Settled:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        receipt, at = request.receipt, request.receipt.closed_at or request.at
        if not any(map(asking.takes_part, receipt.lines)):
            return Settled()
        asked = asking.fiscal(till, request.operation_id, at, receipt)
        try:
            done = await self._posted(till, request, asked, partial(_sold, receipt))
        except Refused as no:
            if not asking.somebody(asked) and is_among(no, codes.CARD_NEEDED):
                return Settled()  # such a sale is none of its business
            raise
        if done is None:
            earned = receipt.applied.earn if receipt.applied else 0
            known = Settled(earned=earned, spent=receipt.spend)
            return await self._with_balance(known, till, request)
        _remember(self._transactions, receipt.receipt_id, done.transaction)
        return done.settled

    async def back(self, till: Till, request: SaveReturnRequest) -> Settled:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        receipt, of = request.receipt, request.receipt.of
        if of is None or not any(map(asking.takes_part, receipt.lines)):
            return Settled()
        asked = asking.back(till, request.operation_id, request, of.receipt_id, of.sold_at)
        done = await self._posted(till, request, asked, _returned)
        if done is None:  # how many points were taken back, nobody says any more
            known = Settled(given_back=receipt.paid_with_points)
            return await self._with_balance(known, till, request)
        return done.settled

    async def cancelled(self, till: Till, request: CancelSaleRequest) -> None:
        """What was never there needs no undoing."""
        receipt = request.receipt
        transaction = self._transactions.get(receipt.receipt_id, "")
        asked = asking.rollback(till, request.operation_id, request.at, receipt, transaction)
        try:
            await self._link.ask(asked, lambda _done: None, changes=True)
        except Refused as no:
            if not is_among(no, (*codes.NO_CHEQUE, *codes.AGAIN)):
                raise

    async def _posted(
        self,
        till: Till,
        request: SaveSaleRequest | SaveReturnRequest,
        asked: Element,
        read: Callable[[Element], _Done],
    ) -> _Done | None:
        """None: the service had it already."""
        operation = request.operation_id
        try:
            done = await self._link.ask(asked, read, changes=True)
        except OutcomeUnknown:
            _remember(self._unsure, operation, None)
            raise
        except Known as known:
            if operation in self._done:
                return self._done[operation]
            if not (request.again or operation in self._unsure):
                raise
            told = _in_full(known.told, read)
            if told is None:
                return None
            done = told._replace(settled=await self._with_balance(told.settled, till, request))
        self._unsure.pop(operation, None)
        _remember(self._done, operation, done)
        return done

    async def _with_balance(
        self, known: Settled, till: Till, request: SaveSaleRequest | SaveReturnRequest
    ) -> Settled:
        """A balance that cannot be asked for keeps no receipt."""
        card = asking.card_of(request.receipt)
        if not card:
            return known
        try:
            asked = asking.balance(till, request.operation_id, request.at, card)
            balance, available = await self._link.ask(asked, hearing.balances)
        except CashierError:
            return known
        return replace(known, balance=balance, available=available)


def _in_full(told: Element, read: Callable[[Element], _Done]) -> _Done | None:
    """What an answer says of a cheque that is known already; None: it says nothing of it."""
    try:
        return read(told) if sum_of(told, "ChargedBonus") is not None else None
    except ValueError:
        return None


def _sold(receipt: Receipt, told: Element) -> _Done:
    balance, available = hearing.balances(told)
    settled = Settled(
        earned=hearing.points(told, "ChargedBonus"),
        spent=receipt.spend,
        balance=balance,
        available=available,
        level=_new_level(told, receipt),
        messages=hearing.messages(told),
        to_print=hearing.to_print(told),
    )
    return _Done(text(told, "TransactionID"), settled)


def _returned(told: Element) -> _Done:
    """``ChargedBonus``: spent points that come back (*emulated*)."""
    balance, available = hearing.balances(told)
    settled = Settled(
        given_back=hearing.points(told, "ChargedBonus"),
        taken_back=hearing.points(told, "WriteoffBonus"),
        balance=balance,
        available=available,
        messages=hearing.messages(told),
    )
    return _Done(text(told, "TransactionID"), settled)


def _new_level(told: Element, receipt: Receipt) -> str:
    before = receipt.buyer.card.level if receipt.buyer and receipt.buyer.card else ""
    level = text(told, "LevelName")
    return level if before and level != before else ""


def _remember(memory: OrderedDict[str, V], key: str, value: V) -> None:
    memory[key] = value
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)

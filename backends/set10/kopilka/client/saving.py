"""Sales and returns: reserved points are confirmed, earned ones told.

The points of a sale are reserved already, so silence is no reason to stop it: a confirmation that
got no answer is said later, and is the same thing once, however often it is said.
"""

from dataclasses import dataclass

from backends.set10.bonus.client.ledger import Ledger, Undone
from backends.set10.bonus.translate import card_of, earned, earning
from backends.set10.kopilka.client.later import feedback
from backends.set10.kopilka.line import Line, surely
from backends.set10.kopilka.options import KopilkaOptions
from backends.set10.kopilka.translate import Held, cuid_of
from backends.set10.kopilka.wire import Answer, Said, Word
from cashier.exchange import (
    OutcomeUnknown,
    Reason,
    Refused,
    SaveReturnRequest,
    SaveSaleRequest,
    Unavailable,
)
from cashier.i18n import _
from cashier.receipt import Feedback, Message, MessageTo, Receipt, Settled
from cashier.words import explain, points_text


@dataclass(frozen=True)
class _Told:
    """What came of one message."""

    answer: Answer | None = None
    left: tuple[Feedback, ...] = ()
    messages: tuple[Message, ...] = ()


_NOTHING = _Told()


@dataclass
class Sales:
    line: Line
    options: KopilkaOptions
    name: str
    ledger: Ledger

    async def sale(self, request: SaveSaleRequest, point: str) -> Settled:
        """Raises Refused (the reservation is not good any more, and the receipt is open again);
        and of a sale without points Unavailable and OutcomeUnknown, so that the till queues it."""
        receipt, number = request.receipt, card_of(request.receipt)
        if not number:
            return Settled()
        spent, earn = receipt.spend, earned(receipt, self.options.earn)
        cuid = cuid_of(number, self.options.prefix)
        confirmed = await self._confirmed(receipt, cuid, point) if spent else _NOTHING
        accrual = _NOTHING
        if earn:
            said = Said(Word.ACCRUE, cuid, point, amount=earn, check=receipt.receipt_id)
            accrual = await self._accrued(said, receipt, confirmed)
        brought = bool(accrual.answer or accrual.left)
        self.ledger.sold(receipt, earning(receipt), earn if brought else 0)
        answer = accrual.answer or confirmed.answer
        return Settled(
            earned=earn if accrual.answer else 0,
            spent=spent,
            balance=answer.balance if answer else None,
            available=answer.available if answer else None,
            messages=accrual.messages,
            feedback=(*confirmed.left, *accrual.left),
        )

    async def _confirmed(self, receipt: Receipt, cuid: str, point: str) -> _Told:
        """Raises Refused."""
        held = Held.of(receipt)
        if held is None or (held.points, held.cuid) != (receipt.spend, cuid):
            text = _("the points are not reserved: take them off and spend them again")
            raise Refused(Reason.EXPIRED, text)
        said = Said(Word.CONFIRM, held.cuid, point, held.uid, held.points)
        try:
            return _Told(await surely(self.line, said))
        except (Unavailable, OutcomeUnknown):
            return _Told(left=(feedback(said, receipt, self.name),))

    async def _accrued(self, said: Said, receipt: Receipt, confirmed: _Told) -> _Told:
        """Where the confirmation has just got no answer nobody asks once more."""
        try:
            if not confirmed.left:
                return _Told(await surely(self.line, said))
        except Refused as no:
            if no.reason is Reason.NOT_FOUND and not receipt.spend:  # another system's card
                return _NOTHING
            text = _("The points of this sale were not accrued. {why}").format(why=explain(no))
            return _Told(messages=(Message(MessageTo.CASHIER, text),))
        except (Unavailable, OutcomeUnknown):
            if not receipt.spend:
                raise
        text = _("{points} points will come onto the card later")
        words = text.format(points=points_text(said.amount))
        messages = Message(MessageTo.CASHIER, words), Message(MessageTo.SLIP, words)
        return _Told(left=(feedback(said, receipt, self.name),), messages=messages)

    async def back(self, request: SaveReturnRequest, point: str) -> Settled:
        """Raises Refused, Unavailable and OutcomeUnknown; repeating is safe."""
        receipt, number = request.receipt, card_of(request.receipt)
        if not number:
            return Settled()
        usual = Undone(receipt.paid_with_points, earned(receipt, self.options.earn))
        spent, earn = self.ledger.undone(receipt, earning(receipt), usual)
        if not (spent or earn):
            return Settled()
        cuid, check = cuid_of(number, self.options.prefix), receipt.receipt_id
        said = Said(Word.REFUND, cuid, point, amount=spent, accrued=earn, check=check)
        try:
            answer = await surely(self.line, said)
        except Refused as no:
            self.ledger.forget(check)
            if no.reason is Reason.NOT_FOUND and not spent:  # another system's card
                return Settled()
            raise
        return Settled(
            given_back=spent,
            taken_back=earn,
            balance=answer.balance,
            available=answer.available,
        )

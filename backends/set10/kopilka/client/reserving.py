"""Points reserved for a receipt, and given back."""

from contextlib import suppress
from dataclasses import dataclass, field

from backends.set10.kopilka.client.later import feedback
from backends.set10.kopilka.line import Line, surely
from backends.set10.kopilka.translate import Held, Uids
from backends.set10.kopilka.wire import Said, Word
from cashier import exchange as ex
from cashier.i18n import _
from cashier.receipt import Feedback, Receipt


@dataclass
class Reserving:
    line: Line
    name: str
    uids: Uids = field(default_factory=Uids)

    async def reserve(self, request: ex.ReserveRequest, cuid: str, point: str) -> ex.Reserved:
        """One reservation a receipt; it runs out by itself. After silence it is cancelled, so that
        the cashier begins anew."""
        receipt = request.receipt
        if not request.spend:
            return ex.Reserved(context=receipt.context)
        if receipt.buyer is None or receipt.buyer.card is None:
            text = _("points are spent only with a card that was verified")
            raise ex.Refused(ex.Reason.OTHER, text)
        await self._drop_earlier(request, point)
        uid = self.uids.of(request.operation_id, receipt, request.at)
        try:
            await surely(self.line, Said(Word.HOLD, cuid, point, uid, request.spend))
        except ex.OutcomeUnknown as error:
            left = await self._cancelled(Said(Word.CANCEL, cuid, point, uid), receipt)
            raise _taken_back(error, left) from error
        held = Held(request.operation_id, uid, cuid, request.spend)
        return ex.Reserved(context=held.words())

    async def _drop_earlier(self, request: ex.ReserveRequest, point: str) -> None:
        """What it is silent about runs out by itself."""
        before = Held.of(request.receipt) if request.receipt.hold else None
        if before is not None and before.operation != request.operation_id:
            with suppress(ex.Refused, ex.Unavailable, ex.OutcomeUnknown):
                await self.line.ask(Said(Word.CANCEL, before.cuid, point, before.uid))

    async def release(self, request: ex.ReleaseRequest, cuid: str, point: str) -> None:
        """Also of a reservation whose answer never came, as long as this process remembers it."""
        receipt, held = request.receipt, Held.of(request.receipt)
        if held is not None and held.operation == request.operation_id:
            said = Said(Word.CANCEL, held.cuid, point, held.uid)
        elif uid := self.uids.known(request.operation_id):
            said = Said(Word.CANCEL, cuid, point, uid)
        else:
            return
        try:
            await surely(self.line, said)
        except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown) as error:
            attempts = int(isinstance(error, ex.Refused))
            error.feedback = (feedback(said, receipt, self.name, attempts),)
            raise

    async def _cancelled(self, said: Said, receipt: Receipt) -> tuple[Feedback, ...]:
        """What is left to say of it."""
        try:
            await surely(self.line, said)
        except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown) as error:
            attempts = int(isinstance(error, ex.Refused))
            return (feedback(said, receipt, self.name, attempts),)
        return ()


def _taken_back(
    error: ex.OutcomeUnknown, left: tuple[Feedback, ...]
) -> ex.Unavailable | ex.OutcomeUnknown:
    if left:
        text = _("No answer to the points reserved; they will be free again as soon as it comes.")
        return ex.OutcomeUnknown(text, cause=error.cause, raw=error.raw, ours=True, feedback=left)
    text = _("No answer to the points reserved; they are free again. Try again.")
    return ex.Unavailable(text, cause=error.cause, raw=error.raw, ours=True)

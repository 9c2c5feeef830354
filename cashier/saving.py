"""The moment of sale, the same for sales and returns: promise, ask, settle.

The request goes into the journal before the system hears it, so a crash at any moment loses
nothing; the same operation id makes every repetition one sale. What gets no answer is queued.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from cashier.errors import StorageError
from cashier.events import Tone
from cashier.exchange import (
    OutcomeUnknown,
    Refused,
    SaveReturnRequest,
    SaveSaleRequest,
    Unavailable,
)
from cashier.i18n import _
from cashier.receipt import Receipt, Settled
from cashier.snapshot import Snapshot
from cashier.words import explain
from cashier.workplace import Workplace

Save: TypeAlias = SaveSaleRequest | SaveReturnRequest


async def save(request: Save, desk: Workplace, now: Snapshot) -> Receipt:
    """The finished receipt, durable.

    Raises Refused, Unavailable (only where points are spent) and StorageError; then nothing is
    finished, and the journal has the open receipt of ``now``.
    """
    desk.journal.promise(request, desk.shop.loyalty.system)
    try:
        settled = await _settled(request, desk)
    except Refused:
        _withdraw(request, desk, now)
        raise
    except Unavailable as error:
        if request.receipt.spend:
            _withdraw(request, desk, now)
            raise
        return _queued(request, desk, error)
    except OutcomeUnknown as error:
        return _queued(request, desk, error)
    receipt = replace(request.receipt, settled=settled)
    with _kept_anyway(desk):
        desk.journal.finish(request.operation_id, receipt)
    return receipt


@contextmanager
def _kept_anyway(desk: Workplace) -> Iterator[None]:
    """A full disk after the promise: the sale stands, the next start asks for its answer again."""
    try:
        yield
    except StorageError as error:
        desk.say(_("{why} The sale itself is kept.").format(why=error), Tone.ERROR)


def _withdraw(request: Save, desk: Workplace, now: Snapshot) -> None:
    desk.journal.withdraw(request.operation_id, now.state, now.receipt)


async def _settled(request: Save, desk: Workplace) -> Settled:
    """Ask; after silence ask once more with the same id."""
    try:
        return await _asked(request, desk)
    except OutcomeUnknown as unknown:
        desk.say(explain(unknown), Tone.WARNING)
        try:
            return await _asked(request.model_copy(update={"again": True}), desk)
        except Unavailable as error:
            raise unknown from error


async def _asked(request: Save, desk: Workplace) -> Settled:
    if isinstance(request, SaveReturnRequest) and _sale_waits(request, desk):
        raise Unavailable(_("the sale itself still waits in the queue"))
    loyalty = await desk.loyalty()
    if isinstance(request, SaveSaleRequest):
        return await desk.ask("save_sale", loyalty.save_sale(request), cancellable=False)
    return await desk.ask("save_return", loyalty.save_return(request), cancellable=False)


def _sale_waits(request: SaveReturnRequest, desk: Workplace) -> bool:
    sale = request.receipt.of
    return sale is not None and desk.outbox.holds(sale.receipt_id)


def _queued(request: Save, desk: Workplace, error: Unavailable | OutcomeUnknown) -> Receipt:
    receipt = replace(request.receipt, settled=Settled(pending=True))
    with _kept_anyway(desk):
        desk.journal.queue(request.operation_id, receipt, explain(error))
    desk.say(_("{why} The receipt waits in the queue.").format(why=explain(error)), Tone.WARNING)
    desk.tell_waiting()
    return receipt

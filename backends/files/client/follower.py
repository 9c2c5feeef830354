"""The till beside its questions: goods of the loads reach it, and its report has more than sales.

Emulated, as no source tells it: the amount of a Z report is what the sales of the shift came to,
less the returns; cash that is in the drawer at the start of a shift is not put in.
"""

from collections.abc import Sequence
from datetime import datetime

from backends.files.client.goods import merged
from backends.files.client.store import Store
from backends.files.client.telling import plain_of, taken_off
from backends.files.formats.model import Kind
from cashier import commands as do
from cashier.catalog import Catalog
from cashier.clock import Clock
from cashier.events import Carried, Reported
from cashier.following import News
from cashier.i18n import _, ngettext
from cashier.receipt import Kind as ReceiptKind
from cashier.receipt import Receipt
from cashier.snapshot import AskLive, AskResume, AskSupervisor, Snapshot


class Follower:
    """Raises StorageError."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._card: Catalog | None = None
        """The goods of the shop card."""
        self._loads = 0
        self.till = ""

    # --- what comes

    def look(self, store: Store, troubles: Sequence[str], catalog: Catalog) -> News:
        first, loads = self._card is None, store.loads
        card = self._card = self._card or catalog
        if loads == self._loads:
            return News(troubles=tuple(troubles))
        self._loads = loads
        goods, wrong = merged(card, store.goods(), whole=bool(store.fact("goods_whole")))
        said = _("A load has come: {goods} goods, {cards} cards.")
        said = said.format(goods=len(goods.goods), cards=store.cards())
        if wrong:
            text = ngettext(
                "{n} of its goods cannot be sold: it has no price, or a code that is too long.",
                "{n} of its goods cannot be sold: they have no price, or a code that is too long.",
                wrong,
            )
            troubles = [*troubles, text.format(n=wrong)]
        return News(goods, () if first else (said,), tuple(troubles))

    # --- what is told

    def hear(self, store: Store, event: Carried | Reported) -> bool:
        """Whether there was something to write down."""
        now = self._clock.now()
        if isinstance(event, Reported):
            return self._z(store, event)
        if isinstance(event.after.question, AskSupervisor | AskLive):
            return False  # it is not done yet
        command, before = _meant(event.command, event.before), event.before
        match command:
            case do.CashIn() | do.CashOut():
                kind = Kind.CASH_IN if isinstance(command, do.CashIn) else Kind.CASH_OUT
                store.append(plain_of(kind, now, till=self.till, amount=command.amount))
                return True
            case do.VoidLine() | do.SetQuantity() if before.receipt is not None:
                return _less(store, before.receipt, event.after.receipt, now)
            case do.CancelReceipt() if before.receipt is not None:
                return _dropped(store, before.receipt, now)
            case do.ResumeReceipt(keep=False) if isinstance(before.question, AskResume):
                return _dropped(store, before.question.receipt, now)
        return False

    def _z(self, store: Store, event: Reported) -> bool:
        shift = event.report.shift
        if shift.closed_at is None:
            return False
        told = f"{shift.number} {shift.closed_at.isoformat()}"
        if store.fact("z") == told:
            return False
        net, at = event.report.net, shift.closed_at
        known = {"till": self.till, "cashier": shift.cashier, "shift": shift.number, "amount": net}
        store.append(plain_of(Kind.Z_REPORT, at, **known), z=told)
        return True


def _meant(command: do.Command, before: Snapshot) -> do.Command:
    """What was done when a supervisor allowed it, or the live system was agreed to."""
    if isinstance(command, do.ConfirmLive) and isinstance(before.question, AskLive):
        return before.question.command
    if isinstance(command, do.Allow) and isinstance(before.question, AskSupervisor):
        return before.question.command
    return command


def _less(store: Store, before: Receipt, after: Receipt | None, at: datetime) -> bool:
    """A receipt whose last line goes is not there any more."""
    if before.kind is not ReceiptKind.SALE:
        return False
    if after is None or after.receipt_id != before.receipt_id:
        return _dropped(store, before, at)
    gone = taken_off(before, after, at)
    if gone:
        store.take_off(before, gone)
    return bool(gone)


def _dropped(store: Store, receipt: Receipt, at: datetime) -> bool:
    """A card that was shown and taken away again is no receipt."""
    if not (receipt.lines or store.has_taken_off(receipt)):
        return False
    store.cancel(receipt, at)
    return True

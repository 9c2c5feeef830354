"""``cashier outbox``: what the loyalty system has not got yet, sent again or given up."""

from collections.abc import Iterator
from contextlib import contextmanager

from cashier.errors import BadInput
from cashier.feedback import FeedbackBox, Kept
from cashier.folder import DataFolder
from cashier.i18n import _
from cashier.journal import Journal
from cashier.opening import Place
from cashier.outbox import Outbox
from cashier.shop import Right, Shop
from cashier.words import money_text


def listed(journal: Journal | None, shop: Shop) -> list[str]:
    """One row for each; ``journal`` None: nothing was ever sold."""
    outbox = Outbox(journal, shop.sending) if journal else None
    rows = []
    for entry in outbox.entries() if outbox else []:
        state = _("refused") if entry.state == "parked" else _("waits")
        receipt = entry.request.receipt
        rows.append(
            f"{entry.at:%Y-%m-%d %H:%M}  {receipt.number:<14} "
            f"{money_text(receipt.total, shop.money):>14}  {entry.system:<10} "
            f"{state:<10} {entry.attempts}  {entry.cause}"
        )
    for operation_id in outbox.damaged() if outbox else []:
        rows.append(_("{id}  the record is damaged").format(id=operation_id))
    rows += [_row(kept) for kept in FeedbackBox(journal).entries()] if journal else []
    return rows or [_("Nothing waits.")]


def _row(kept: Kept) -> str:
    """In the columns of the receipts; its name in the place of the sum."""
    left = kept.feedback
    if left is None:
        return _("{id}  the record is damaged").format(id=kept.name)
    said = f"{left.link}: {left.text}" if left.text else left.link
    row = (
        f"{kept.at:%Y-%m-%d %H:%M}  {kept.number:<14} {kept.name:>14}  {kept.system:<10} "
        f"{_('waits'):<10} {kept.tries}  {said} ({left.attempts})  {kept.cause}"
    )
    return "".join(letter if letter.isprintable() else " " for letter in row).rstrip()


def send_again(place: Place, shop: Shop, name: str) -> str:
    """One that was refused waits again: the next till sends it. Raises CashierError."""
    with _changing(place) as journal:
        outbox = Outbox(journal, shop.sending)
        operation_id = outbox.named(name)
        if operation_id is not None:
            outbox.release(operation_id)
        elif not FeedbackBox(journal).first(name):
            raise BadInput(_("There is no such entry in the queue."))
    return _("It waits again; the till will send it.")


def close(place: Place, shop: Shop, name: str, why: str) -> str:
    """Give one up. Raises CashierError."""
    if not why.strip():
        raise BadInput(_("Say why: the reason is kept with the receipt."))
    if Right.OUTBOX in shop.permissions.needs:
        raise BadInput(_("A supervisor must allow this: do it at the till."))
    with _changing(place) as journal:
        outbox = Outbox(journal, shop.sending)
        operation_id = outbox.named(name)
        if operation_id is not None:
            outbox.drop(operation_id, why.strip())
        elif not FeedbackBox(journal).drop(name, why.strip()):
            raise BadInput(_("There is no such entry in the queue."))
    return _("Closed.")


@contextmanager
def _changing(place: Place) -> Iterator[Journal]:
    """Only while no till works here."""
    folder = DataFolder.open(place.folder)
    try:
        journal = Journal.open(place.folder / "journal.db")
        try:
            yield journal
        finally:
            journal.close()
    finally:
        folder.close()

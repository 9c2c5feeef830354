"""Gift certificates: sold by their number, paid with, asked for what is left.

Emulated: the till's own journal is the bank of them.
"""

from dataclasses import replace

from cashier.commands import CheckCertificate, SellCertificate
from cashier.errors import BadInput, NotNow
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.meaning import is_certificate
from cashier.money import ONE, Amount
from cashier.receipt import Line, Receipt, TenderKind
from cashier.snapshot import AskCertificate, Snapshot
from cashier.steps.goods import added, line_for
from cashier.steps.pricing import open_receipt
from cashier.words import money_text
from cashier.workplace import Workplace


async def sell_certificate(now: Snapshot, command: SellCertificate, desk: Workplace) -> Snapshot:
    question, number = now.question, command.number.strip()
    good = desk.catalog.by_sku(question.sku) if isinstance(question, AskCertificate) else None
    if good is None:
        raise NotNow(_("No gift certificate is being sold."))
    if not is_certificate(number, desk.shop.codes):
        raise BadInput(_("This is not the number of a gift certificate."))
    _check_unsold(number, desk)
    if _sells(open_receipt(now), number):
        raise BadInput(_("This certificate is on the receipt already."))
    if any(_sells(held, number) for held in desk.journal.held()):
        raise BadInput(_("This certificate is on a receipt that is put aside."))
    line = replace(line_for(good, ONE, number), certificate=number)
    return await added(replace(now, question=None), line, desk)


def _sells(receipt: Receipt, number: str) -> bool:
    return any(line.certificate == number for line in receipt.lines)


def _check_unsold(number: str, desk: Workplace) -> None:
    if desk.daybook.certificate(number) is not None:
        raise Refused(Reason.ALREADY_PROCESSED, _("this certificate is sold already"))


def check_certificates(receipt: Receipt, desk: Workplace) -> None:
    """Before the money is taken for good: nobody sold them, or spent from them, meanwhile."""
    for line in receipt.lines:
        if line.certificate:
            _check_unsold(line.certificate, desk)
    for tender in receipt.tenders:
        if tender.kind is TenderKind.CERTIFICATE and left_on(tender.reference, receipt, desk) < 0:
            raise Refused(Reason.USED_UP, _("nothing is left on this certificate"))


def left_on(number: str, receipt: Receipt, desk: Workplace) -> Amount:
    """What this receipt may still take from a certificate. Raises Refused for an unknown one."""
    left = desk.daybook.certificate(number)
    if left is None:
        raise Refused(Reason.NOT_FOUND, _("this certificate was not sold"))
    return left - sum(
        tender.amount
        for tender in receipt.tenders
        if tender.kind is TenderKind.CERTIFICATE and tender.reference == number
    )


async def check_certificate(now: Snapshot, command: CheckCertificate, desk: Workplace) -> Snapshot:
    left = desk.daybook.certificate(command.number.strip())
    if left is None:
        raise Refused(Reason.NOT_FOUND, _("this certificate was not sold"))
    text = _("Left on certificate {number}: {left}")
    desk.say(text.format(number=command.number, left=money_text(left, desk.shop.money)))
    return now


def check_returnable(line: Line, desk: Workplace) -> None:
    """A certificate comes back only untouched. Raises Refused."""
    if line.certificate and desk.daybook.certificate(line.certificate) != line.amount:
        raise Refused(Reason.USED_UP, _("this certificate was paid with, or came back"))

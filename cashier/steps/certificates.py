"""Gift certificates: sold by their number, paid with, asked for what is left.

Where the loyalty system keeps them (``Can.CERTIFICATES``) it is asked. Elsewhere they are emulated:
the till's own journal is their bank.
"""

from contextlib import suppress
from dataclasses import replace

from cashier.commands import CheckCertificate, SellCertificate
from cashier.errors import BadInput, NotNow
from cashier.exchange import (
    Can,
    Certificate,
    CertificateRequest,
    Reason,
    Refused,
    Unavailable,
)
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
    await _check_unsold(number, desk)
    if _sells(open_receipt(now), number):
        raise BadInput(_("This certificate is on the receipt already."))
    if any(_sells(held, number) for held in desk.journal.held()):
        raise BadInput(_("This certificate is on a receipt that is put aside."))
    line = replace(line_for(good, ONE, number), certificate=number)
    return await added(replace(now, question=None), line, desk)


def _sells(receipt: Receipt, number: str) -> bool:
    return any(line.certificate == number for line in receipt.lines)


async def _check_unsold(number: str, desk: Workplace) -> None:
    known = await _known(number, desk)
    if known is not None and known.sold:
        raise Refused(Reason.ALREADY_PROCESSED, _("this certificate is sold already"))
    if known is None and desk.can(Can.CERTIFICATES):
        raise Refused(Reason.NOT_FOUND, _("the system does not know this certificate"))


async def _known(number: str, desk: Workplace) -> Certificate | None:
    """What the system, or the till's own journal, knows of a certificate; None: nothing."""
    if desk.backend is not None:
        with suppress(Unavailable):  # who was never there cannot say whose certificates they are
            await desk.loyalty()
    if not desk.can(Can.CERTIFICATES):
        left = desk.daybook.certificate(number)
        return None if left is None else Certificate(number=number, left=left, sold=True)
    loyalty = await desk.loyalty()
    request = CertificateRequest(number=number, at=desk.clock.now())
    try:
        return await desk.ask("certificate", loyalty.certificate(request))
    except Refused as error:
        if error.reason is Reason.NOT_FOUND:
            return None
        raise


async def _sold(number: str, desk: Workplace) -> Certificate:
    """Raises Refused for one that was not sold."""
    known = await _known(number, desk)
    if known is None or not known.sold:
        raise Refused(Reason.NOT_FOUND, _("this certificate was not sold"))
    return known


async def check_certificates(receipt: Receipt, desk: Workplace) -> None:
    """Before the money is taken for good: nobody sold them, or spent from them, meanwhile.

    A system that keeps them looks by itself when the sale is saved.
    """
    if desk.can(Can.CERTIFICATES):
        return
    for line in receipt.lines:
        if line.certificate:
            await _check_unsold(line.certificate, desk)
    for tender in receipt.tenders:
        if tender.kind is not TenderKind.CERTIFICATE:
            continue
        if await left_on(tender.reference, receipt, desk) < 0:
            raise Refused(Reason.USED_UP, _("nothing is left on this certificate"))


async def left_on(number: str, receipt: Receipt, desk: Workplace) -> Amount:
    """What this receipt may still take from a certificate. Raises Refused for an unknown one."""
    return (await _sold(number, desk)).left - sum(
        tender.amount
        for tender in receipt.tenders
        if tender.kind is TenderKind.CERTIFICATE and tender.reference == number
    )


async def check_certificate(now: Snapshot, command: CheckCertificate, desk: Workplace) -> Snapshot:
    known = await _sold(command.number.strip(), desk)
    text = _("Left on certificate {number}: {left}")
    desk.say(text.format(number=command.number, left=money_text(known.left, desk.shop.money)))
    return now


async def check_returnable(line: Line, desk: Workplace) -> None:
    """A certificate comes back only untouched. Raises Refused."""
    if not line.certificate:
        return
    known = await _known(line.certificate, desk)
    if known is None or known.left != line.amount:
        raise Refused(Reason.USED_UP, _("this certificate was paid with, or came back"))

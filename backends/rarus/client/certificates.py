"""Gift certificates: asked about, paid with before the sale is saved, sold after it.

Paying says all that a document takes from certificates, so repeating it changes nothing, and
saying that it takes nothing undoes it.
"""

from backends.rarus.client.link import place, reads
from backends.rarus.client.session import Session
from backends.rarus.translate import extras
from backends.rarus.translate.rows import certificate_payments
from backends.rarus.wire.base import Nothing, Reply
from backends.rarus.wire.extras import CertificateAsked, OneCertificate, PayWithCertificates
from backends.rarus.wire.receipt import CertificatePayment
from cashier.errors import CashierError
from cashier.exchange import (
    Cause,
    Certificate,
    CertificateRequest,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from cashier.i18n import _
from cashier.receipt import Message, MessageTo, Receipt
from cashier.words import reason_words


async def certificate(session: Session, request: CertificateRequest) -> Certificate:
    read = reads(OneCertificate)
    return await session.link.get(
        place("certificate", request.number),
        lambda came: extras.certificate(read(came).certificate, request.number),
        CertificateAsked(full_info=True),
    )


async def pay(session: Session, receipt: Receipt) -> None:
    """What certificates pay of a sale. Raises Refused where one does not hold so much."""
    paid = certificate_payments(receipt.tenders)
    if paid and _apart(session):
        await _say(session, receipt, paid)


async def unpay(session: Session, receipt: Receipt, error: CashierError) -> None:
    """The sale was not saved: its certificates are as they were.

    Raises OutcomeUnknown, where even that could not be said.
    """
    if not certificate_payments(receipt.tenders) or not _apart(session):
        return
    try:
        await _say(session, receipt, ())
    except CashierError as silence:
        cause = error.cause if isinstance(error, Unavailable) else Cause.STATUS
        raise OutcomeUnknown(str(error), cause=cause) from silence


async def give_back(session: Session, receipt: Receipt) -> None:
    """What they paid is on them again; one that comes back is worth nothing any more."""
    if not session.options.certificates:
        return
    paid = certificate_payments(receipt.tenders, back=True)
    if paid:
        await _say(session, receipt, paid)
    for line in receipt.lines:
        if line.certificate:
            path = place("certificate", line.certificate, "delete")
            await session.link.post(path, reads(Reply, empty=True), Nothing(), changes=True)


def _apart(session: Session) -> bool:
    options = session.options
    return options.certificates and options.certificate_payment == "apart"


async def _say(session: Session, receipt: Receipt, paid: tuple[CertificatePayment, ...]) -> None:
    asked = PayWithCertificates(doc_id=receipt.receipt_id, cert_payments=paid)
    await session.link.post(place("certificate", "pay"), reads(Reply), asked, changes=True)


async def activate(session: Session, receipt: Receipt) -> tuple[Message, ...]:
    """Those that were sold; what the cashier must know of one that could not be.

    Raises Unavailable, OutcomeUnknown: then all of it is to be repeated.
    """
    if not session.options.certificates:
        return ()
    trouble = []
    for asked in extras.activations(receipt.lines, receipt.receipt_id):
        try:
            await session.link.post(
                place("certificate", "activate"), reads(Reply), asked, changes=True
            )
        except Refused as no:
            text = _("Certificate {number} could not be activated: {why}")
            text = text.format(number=asked.id, why=no.text or reason_words(no.reason))
            trouble.append(Message(MessageTo.CASHIER, text))
    return tuple(trouble)

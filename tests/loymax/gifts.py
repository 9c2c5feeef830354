"""Receipts that sell a gift certificate, and that are paid with one."""

from dataclasses import replace

from loymax_xml.stage_xml import open_receipt
from stand import MORNING

from cashier.money import ONE
from cashier.receipt import Line, Receipt, Tender, TenderKind

GIFT, OTHER, UNKNOWN = "9800000000001", "9800000000002", "9899999999999"
CERTIFICATE, CASH = TenderKind.CERTIFICATE, TenderKind.CASH


def gift(number: str = GIFT, name: str = "r-gift") -> Receipt:
    """A certificate for 500, nothing else."""
    line = Line(1, "11801", "Gift certificate", 50_000, ONE, 50_000, certificate=number)
    receipt = open_receipt(receipt_id=name)
    cash = Tender(CASH, 50_000)
    return replace(receipt, buyer=None, lines=(line,), tenders=(cash,), closed_at=MORNING)


def milk(paid: int, name: str = "r-milk", number: str = GIFT) -> Receipt:
    """Paid with a certificate in two parts, and the rest in cash."""
    receipt = replace(open_receipt(receipt_id=name), closed_at=MORNING)
    parts = (Tender(CERTIFICATE, 1, number), Tender(CERTIFICATE, paid - 1, number))
    rest = receipt.total - paid
    cash = (Tender(CASH, rest),) if rest else ()
    return replace(receipt, tenders=(*parts, *cash))

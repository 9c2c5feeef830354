"""Requests to try a mapping with: one receipt, and everything that a till asks about it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from cashier import exchange as ex
from cashier import receipt as rc
from cashier.i18n import _
from cashier.methods import METHODS, AnyMethod
from cashier.money import ONE

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
CARD, PHONE = "2900000000018", "+79001234501"
OPENING = ex.Opening(shop="01", till="02")


@dataclass(frozen=True)
class Asked:
    """A request of a till, and in a few words when it is made."""

    method: AnyMethod
    request: Any
    title: str = ""


def _buyer() -> rc.Buyer:
    return rc.Buyer(
        rc.Identifier(rc.IdentifierKind.CARD, CARD),
        rc.Customer("c01", "Anna Example", PHONE, "anna@example.org"),
        rc.Card(CARD, "Start", balance=470_50, available=470_50),
    )


def open_receipt() -> rc.Receipt:
    """Not calculated yet: three lines, one with a discount by hand, a buyer, a coupon."""
    hand = rc.Discount(rc.Source.HAND, "hand", "By hand", 10_00)
    bread = rc.Line(
        1, "11001", "Bread", 49_00, 2 * ONE, 98_00, "4600000000015", group="bread", lowest=10_00
    )
    cheese = rc.Line(2, "11002", "Cheese [new]", 899_00, 450, 404_55, unit="kg", group="dairy")
    juice = replace(rc.line_of(3, "11104", "Juice", 120_00, ONE), discounts=(hand,))
    return rc.Receipt(
        "r-20260303-1",
        AT,
        shop=OPENING.shop,
        till=OPENING.till,
        cashier="Ann",
        lines=(bread, cheese, juice),
        buyer=_buyer(),
        coupons=(rc.Coupon("SPRING10", "Promo code"),),
    )


def priced_receipt(bare: rc.Receipt, context: str = "") -> rc.Receipt:
    """With a discount of the system on the first line, and 50 points spent."""
    first, *others = bare.lines
    given = rc.Discount(rc.Source.PROMOTION, "bread-10", "10 % off bread", 9_80, "10 % of 98.00")
    points = rc.Discount(rc.Source.POINTS, "points", "Points", 50_00)
    lines = (replace(first, discounts=(*first.by_hand, given, points)), *others)
    applied = rc.Applied(earn=5_00)
    return replace(bare, lines=lines, applied=applied, spend=50_00, context=context)


def sold_receipt(bare: rc.Receipt, context: str = "") -> rc.Receipt:
    """Paid: partly by card, the rest in cash."""
    sold = priced_receipt(bare, context)
    half = sold.total // 2
    tenders = (
        rc.Tender(rc.TenderKind.CARD, half, "RRN 012345"),
        rc.Tender(rc.TenderKind.CASH, sold.total - half),
    )
    closed = AT + timedelta(minutes=3)
    return replace(sold, number="R0102-000007", tenders=tenders, shift=5, closed_at=closed)


def returned_receipt(sale: rc.Receipt) -> rc.Receipt:
    """One piece of the first line comes back."""
    line = replace(sale.lines[0], quantity=ONE, amount=sale.lines[0].price, sale_line=1)
    line = replace(line, number=1, discounts=())
    return replace(
        sale,
        receipt_id="r-20260304-1",
        kind=rc.Kind.RETURN,
        number="R0102-000009",
        lines=(line,),
        coupons=(),
        spend=0,
        tenders=(rc.Tender(rc.TenderKind.CASH, line.total),),
        closed_at=AT + timedelta(days=1),
        of=rc.SaleRef(sale.receipt_id, sale.number, sale.closed_at or AT),
    )


def unverified(sale: rc.Receipt) -> rc.Receipt:
    """The system was silent when the phone was typed."""
    phone = rc.Identifier(rc.IdentifierKind.PHONE, PHONE)
    return replace(sale, buyer=rc.Buyer(phone))


def with_certificates(receipt: rc.Receipt) -> rc.Receipt:
    """A gift certificate is on the last line, and another one pays for a part."""
    *others, last = receipt.lines
    lines = (*others, replace(last, certificate="9800000000021"))
    paid = rc.Tender(rc.TenderKind.CERTIFICATE, 20_00, "9800000000014")
    first, *rest = receipt.tenders
    tenders = (replace(first, amount=max(0, first.amount - paid.amount)), *rest, paid)
    return replace(receipt, lines=lines, tenders=tenders)


def requests(bare: rc.Receipt | None = None, context: str = "") -> tuple[Asked, ...]:
    """Everything that a till asks in the life of a receipt, each in every form.

    ``context``: what the system said of the receipt, from the answer to a calculation.
    """
    bare = bare or open_receipt()
    return (
        Asked(METHODS["open"], OPENING),
        *_people(),
        *_receipt(bare, context),
        *_after(sold_receipt(bare, context)),
    )


def _people() -> tuple[Asked, ...]:
    card = rc.Identifier(rc.IdentifierKind.CARD, CARD)
    phone = rc.Identifier(rc.IdentifierKind.PHONE, PHONE)
    email = rc.Identifier(rc.IdentifierKind.EMAIL, "anna@example.org")
    coupon = rc.Identifier(rc.IdentifierKind.COUPON, "9920000000040")
    told = ex.Confirmation(challenge="challenge-1", code="1234")
    newcomer = ex.RegisterRequest(
        operation_id="op-register",
        phone="+79001239999",
        email="new@example.org",
        name="Nina New",
        birthdate=date(1990, 5, 17),
        at=AT,
    )
    identify, register = METHODS["identify"], METHODS["register"]
    upgrade = ex.UpgradeRequest(operation_id="op-level", card=CARD, confirm=False, at=AT)
    attach = ex.AttachCardRequest(operation_id="op-card", customer_id="c01", card=None, at=AT)
    given = attach.model_copy(update={"card": "2910000000019"})
    return (
        Asked(identify, ex.IdentifyRequest(identifier=card, at=AT), _("by card")),
        Asked(identify, ex.IdentifyRequest(identifier=phone, at=AT), _("by phone")),
        Asked(
            identify,
            ex.IdentifyRequest(identifier=phone, confirmation=told, at=AT),
            _("by phone, with the code"),
        ),
        Asked(identify, ex.IdentifyRequest(identifier=email, at=AT), _("by e-mail")),
        Asked(identify, ex.IdentifyRequest(identifier=coupon, at=AT), _("by coupon")),
        Asked(register, newcomer),
        Asked(register, newcomer.model_copy(update={"confirmation": told}), _("with the code")),
        Asked(METHODS["attach_card"], attach, _("any free card")),
        Asked(METHODS["attach_card"], given, _("a given card")),
        Asked(METHODS["upgrade_level"], upgrade, _("only asked")),
        Asked(
            METHODS["upgrade_level"], upgrade.model_copy(update={"confirm": True}), _("confirmed")
        ),
    )


def _receipt(bare: rc.Receipt, context: str) -> tuple[Asked, ...]:
    priced = priced_receipt(bare, context)
    told = ex.Confirmation(challenge="challenge-2", code="1234")
    calculate, reserve = METHODS["calculate"], METHODS["reserve"]
    hold = ex.ReserveRequest(operation_id="op-hold", receipt=priced, spend=50_00, at=AT)
    held = replace(priced, hold="op-hold")
    check = ex.CheckCouponRequest(receipt=replace(bare, coupons=()), code="SPRING10", at=AT)
    return (
        Asked(METHODS["check_coupon"], check),
        Asked(calculate, ex.CalculateRequest(receipt=bare, at=AT)),
        Asked(
            calculate,
            ex.CalculateRequest(receipt=bare, spend=50_00, at=AT),
            _("with points to spend"),
        ),
        Asked(METHODS["points"], ex.PointsRequest(receipt=priced, at=AT)),
        Asked(reserve, hold),
        Asked(reserve, hold.model_copy(update={"confirmation": told}), _("with the code")),
        Asked(METHODS["release"], ex.ReleaseRequest(operation_id="op-hold", receipt=held, at=AT)),
    )


def _after(sold: rc.Receipt) -> tuple[Asked, ...]:
    later = AT + timedelta(minutes=3)
    save, back = METHODS["save_sale"], METHODS["save_return"]
    sale = ex.SaveSaleRequest(operation_id="op-sale", receipt=sold, at=later)
    cancel = ex.CancelSaleRequest(operation_id="op-cancel", receipt=sold, at=later)
    returned = ex.SaveReturnRequest(
        operation_id="op-return",
        receipt=returned_receipt(sold),
        lines=(ex.LineReturned(number=1, quantity=ONE),),
        at=AT + timedelta(days=1),
    )
    find = METHODS["find_sale"]
    by_card = ex.FindSaleRequest(card=CARD, day=AT.date(), at=later)
    certificate = ex.CertificateRequest(number="9800000000014", at=later)
    return (
        Asked(save, sale),
        Asked(save, sale.model_copy(update={"again": True}), _("once more, after silence")),
        Asked(save, _changed(sale, unverified(sold)), _("for a number that nobody verified")),
        Asked(save, _changed(sale, with_certificates(sold)), _("with certificates")),
        Asked(METHODS["cancel_sale"], cancel),
        Asked(METHODS["certificate"], certificate),
        Asked(find, ex.FindSaleRequest(number=sold.number, at=later), _("by number")),
        Asked(find, by_card, _("by card and day")),
        Asked(back, returned),
        Asked(back, returned.model_copy(update={"again": True}), _("once more, after silence")),
        Asked(
            back,
            _changed(returned, with_certificates(returned.receipt)),
            _("with certificates"),
        ),
    )


def _changed(request: ex.Frozen, receipt: rc.Receipt) -> ex.Frozen:
    return request.model_copy(update={"receipt": receipt})

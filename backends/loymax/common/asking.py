"""What a till asks for, of a receipt. ``purchase`` gives the id of a receipt as a wire has it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from backends.loymax.common import names
from backends.loymax.common.kinds import Kind
from backends.loymax.common.names import KINDS, PAYS
from backends.loymax.common.parts import Asked, Cheque, ChequeLine, Offer, Pay, Voucher
from cashier.exchange import LineReturned, SaveReturnRequest, SaveSaleRequest
from cashier.money import Amount
from cashier.receipt import Discount, Line, Receipt, Source, TenderKind


def takes_part(line: Line) -> bool:
    """Gift certificates and deposits are the till's own business."""
    return not (line.certificate or line.deposit)


def identifier_of(receipt: Receipt, *, sure: bool = False) -> str:
    """Whom the receipt counts for; ``sure``: only who was verified. Empty: nobody."""
    buyer = receipt.buyer
    if buyer is None or buyer.declined or (sure and not buyer.verified):
        return ""
    return buyer.card.number if buyer.card is not None else buyer.identifier.value


def coupons_of(receipt: Receipt) -> tuple[str, ...]:
    """Those that the system knows of: priced with them, or verified."""
    priced = receipt.applied is not None and not receipt.applied.offline
    return tuple(one.code for one in receipt.coupons if one.verified or priced)


def cheque(receipt: Receipt, at: datetime) -> Cheque:
    """The goods with all that took something off them."""
    lines = tuple(_line(one) for one in receipt.lines if takes_part(one))
    return Cheque(lines, at, receipt.number)


def _line(line: Line) -> ChequeLine:
    by_hand = discount = points = 0
    offers = []
    for one in line.discounts:
        if one.source is Source.HAND:
            by_hand += one.amount
        elif one.source is Source.POINTS:
            points += one.amount
        else:
            discount += one.amount
            offers.append(_offer(one))
    return ChequeLine(
        line.number,
        line.amount - by_hand,
        line.quantity,
        line.name,
        line.sku,
        line.price,
        line.code,
        discount,
        points,
        tuple(offers),
    )


def _offer(given: Discount) -> Offer:
    return Offer(given.rule, given.name, given.amount, KINDS[given.source])


def pays(receipt: Receipt, *, numbers: bool = False) -> tuple[Pay, ...]:
    """What was really taken: change is not. ``numbers``: of gift certificates, too."""
    change, told = receipt.change, []
    for one in receipt.tenders:
        back = min(change, one.amount) if PAYS[one.kind] == "Cash" else 0
        change -= back
        details = one.reference if numbers and one.kind is TenderKind.CERTIFICATE else ""
        if one.amount > back:
            told.append(Pay(PAYS[one.kind], one.amount - back, details))
    return tuple(told)


def cheque_of_return(receipt: Receipt, back: Sequence[LineReturned], at: datetime) -> Cheque:
    """``PosID`` is that of the sale (*emulated*)."""
    by_sale_line = {line.sale_line: line for line in receipt.lines if takes_part(line)}
    lines = []
    for one in back:
        line = by_sale_line.get(one.number)
        if line is not None:
            offs = sum(given.amount for given in line.discounts if given.source is not Source.HAND)
            amount = line.total + offs
            lines.append(
                ChequeLine(
                    one.number, amount, one.quantity, line.name, line.sku, line.price, line.code
                )
            )
    return Cheque(tuple(lines), at, receipt.number)


def sale(request: SaveSaleRequest, purchase: Callable[[str], str], buyer: str) -> tuple[Asked, ...]:
    """The points that pay, if any do, and then what the sale brings."""
    receipt, operation = request.receipt, request.operation_id
    accrual = Asked(
        Kind.ACCRUAL,
        names.operation(operation, Kind.ACCRUAL),
        request.at,
        purchase(receipt.receipt_id),
        buyer,
        cheque(receipt, receipt.closed_at or request.at),
        coupons_of(receipt),
        pays=pays(receipt),
        cashier=receipt.cashier,
    )
    if not receipt.spend:
        return (accrual,)
    payment = replace(
        accrual,
        kind=Kind.PAYMENT,
        id=names.operation(operation, Kind.PAYMENT),
        coupons=(),
        pays=(),
        amount=receipt.paid_with_points,
    )
    return payment, accrual


def refund(request: SaveReturnRequest, purchase: Callable[[str], str], holder: str) -> Asked:
    receipt = request.receipt
    return Asked(
        Kind.REFUND,
        names.operation(request.operation_id, Kind.REFUND),
        request.at,
        purchase(receipt.receipt_id),
        holder,
        cheque_of_return(receipt, request.lines, receipt.closed_at or request.at),
        of=purchase(receipt.of.receipt_id) if receipt.of else "",
        cashier=receipt.cashier,
    )


# --- gift certificates, where the wire has them


def certificates(receipt: Receipt) -> tuple[tuple[ChequeLine, str], ...]:
    """Those that are sold, or come back, with their numbers."""
    return tuple(
        (_line(replace(line, number=line.sale_line or line.number)), line.certificate)
        for line in receipt.lines
        if line.certificate
    )


def by_certificates(receipt: Receipt) -> tuple[Voucher, ...]:
    """What each of them pays, or gets back."""
    parts: dict[str, Amount] = {}
    for one in receipt.tenders:
        if one.kind is TenderKind.CERTIFICATE:
            parts[one.reference] = parts.get(one.reference, 0) + one.amount
    return tuple(Voucher(number, amount) for number, amount in parts.items())


def with_certificates(operations: Sequence[Asked], request: SaveSaleRequest) -> tuple[Asked, ...]:
    """The sale with those that pay for it, and those that it sells."""
    *points, accrual = operations
    receipt = request.receipt
    accrual = replace(accrual, sold=certificates(receipt), pays=pays(receipt, numbers=True))
    paying = tuple(
        replace(
            accrual,
            kind=Kind.PAYMENT,
            id=names.operation(f"{request.operation_id}:{one.number}", Kind.PAYMENT),
            coupons=(),
            sold=(),
            pays=(),
            amount=one.amount,
            certificate=one.number,
        )
        for one in by_certificates(receipt)
    )
    return (*points, *paying, accrual)

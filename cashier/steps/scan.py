"""One input line for everything: a scanned code says by itself what it is."""

from cashier.commands import (
    ApplyCoupon,
    CheckCertificate,
    FindSale,
    Identify,
    ReturnLine,
    Scan,
    TakeTender,
)
from cashier.errors import BadInput, NotNow
from cashier.goods import Good
from cashier.i18n import _
from cashier.meaning import (
    BuyerCode,
    CertificateCode,
    CouponCode,
    GoodsCode,
    SlipCode,
    Unknown,
    WeightCode,
    meaning,
)
from cashier.money import ONE, Quantity
from cashier.receipt import TenderKind
from cashier.snapshot import Snapshot, State
from cashier.steps import free_return
from cashier.steps.buyer import identify
from cashier.steps.certificates import check_certificate
from cashier.steps.coupons import apply_coupon
from cashier.steps.goods import add
from cashier.steps.paying import take_tender
from cashier.steps.returning import find_sale, return_line
from cashier.workplace import Workplace


async def scan(now: Snapshot, command: Scan, desk: Workplace) -> Snapshot:
    found = meaning(command.code, desk.shop.codes, desk.catalog)
    if isinstance(found, Unknown):
        raise BadInput(found.why)
    if isinstance(found, GoodsCode | WeightCode):
        quantity = command.quantity or found.quantity or ONE
        if now.state is State.RETURNING:
            return await _take_back(now, found.good, quantity, desk)
        _check_selling(now)
        return await add(now, found.good, quantity, desk, command.code)
    if command.quantity is not None:
        raise BadInput(_("A quantity goes with goods only."))
    if now.state is State.RETURNING:
        raise NotNow(_("Finish the return first."))
    match found:
        case CertificateCode(number):
            if now.state in (State.CALCULATED, State.PAYING):
                tender = TakeTender(TenderKind.CERTIFICATE, reference=number)
                return await take_tender(now, tender, desk)
            return await check_certificate(now, CheckCertificate(number), desk)
        case BuyerCode(identifier):
            _check_selling(now)
            return await identify(now, Identify(identifier), desk)
        case CouponCode(code):
            _check_selling(now)
            return await apply_coupon(now, ApplyCoupon(code), desk)
        case SlipCode(number):
            if now.state not in (State.IDLE, State.FINISHED):
                raise NotNow(_("Finish this receipt first: a return is a receipt of its own."))
            return await find_sale(now, FindSale(number=number), desk)


def _check_selling(now: Snapshot) -> None:
    """While money is being taken only certificates are scanned."""
    if now.state is State.PAYING:
        raise NotNow(_("Money was taken: finish paying, or give it back first."))


async def _take_back(now: Snapshot, good: Good, quantity: Quantity, desk: Workplace) -> Snapshot:
    """Goods scanned during a return come back: the first line of the sale that has some left."""
    if now.sale is None:
        return free_return.take_back(now, good, quantity, desk)
    chosen = {line.sale_line: line.quantity for line in (now.receipt.lines if now.receipt else ())}
    came_back = {line.number: line.quantity for line in now.sale.returned}
    for line in now.sale.receipt.lines:
        left = line.quantity - came_back.get(line.number, 0) - chosen.get(line.number, 0)
        if line.sku == good.sku and left > 0:
            more = chosen.get(line.number, 0) + min(quantity, left)
            return await return_line(now, ReturnLine(line.number, more), desk)
    raise BadInput(_("These goods are not on the receipt, or came back already."))

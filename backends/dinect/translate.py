"""Receipts as forms, answers as words of the exchange. Raises ValueError for nonsense."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from backends.dinect import wire
from backends.dinect.wire import NOTHING, Programme, Purchase, User
from cashier.exchange import Calculation, LinePrice, PointsOffer, SaveReturnRequest, SpendLimit
from cashier.i18n import _
from cashier.money import Amount, Points, show, show_quantity, spread
from cashier.receipt import Card, Customer, Discount, Line, Receipt, Settled, Source

SYSTEM = "dinect"
_CENT = Decimal("0.01")
Form = list[tuple[str, str]]


def minor(value: Decimal) -> Amount:
    """In hundredths; what is finer is rounded."""
    return int(value.quantize(_CENT, ROUND_HALF_UP).scaleb(2))


def money(amount: Amount) -> str:
    return show(amount, group="")


# --- who is the buyer


def name_of(user: User) -> str:
    names = (user.first_name, user.middle_name, user.last_name)
    return " ".join(one for one in names if one)


def customer(users: Sequence[User]) -> Customer | None:
    """None: several people, and a name would be that of the wrong one."""
    names = {name_of(one) for one in users}
    return Customer(users[0].id, names.pop()) if len(names) == 1 else None


def card(user: User, shown: str = "") -> Card:
    balance = minor(user.bonus)
    level = _("{percent} %").format(percent=f"{user.discount:f}") if user.discount else ""
    number = user.card or shown or user.id
    return Card(number, level=level, balance=balance, available=max(0, balance))


# --- the receipt


def asked(line: Line) -> Amount:
    """What it costs before dinect takes anything off."""
    return line.amount - sum(one.amount for one in line.by_hand)


def takes_part(line: Line) -> bool:
    """Gift certificates and deposits are the till's own business."""
    return not (line.certificate or line.deposit)


def lines_of(receipt: Receipt) -> list[Line]:
    return [one for one in receipt.lines if takes_part(one)]


def form(
    receipt: Receipt,
    *,
    spend: Points,
    commit: bool,
    coupons: Sequence[str],
    redeem_auto: bool,
    currency: tuple[str, str],
    date: datetime | None = None,
    tell_document: bool = True,
) -> Form:
    """``coupons``: their ids. ``date``: posted in the past. A trial that is about no document
    (``tell_document``) is remembered by nobody."""
    lines = lines_of(receipt)
    whole, taken = sum(one.amount for one in lines), sum(asked(one) for one in lines)
    made: Form = [("doc_id", receipt.receipt_id)] if tell_document else []
    made.append(("sum_total", money(whole)))
    if taken != whole:
        made.append(("sum_with_discount", money(taken)))
    made.append(("bonus_payment", money(spend)))
    if coupons:
        made.append(("coupons", ",".join(coupons)))
    if redeem_auto:
        made.append(("redeem_auto", "true"))
    made.append(("commit", "true" if commit else "false"))
    if date is not None:
        made.append(("date", date.strftime("%Y-%m-%d %H:%M:%S")))
    for place, one in enumerate(lines):
        made += [
            (f"item_{place}_gtin", one.code or one.sku),
            (f"item_{place}_id", one.sku),
            (f"item_{place}_gid", one.group),
            (f"item_{place}_q", show_quantity(one.quantity)),
            (f"item_{place}_sum", money(asked(one))),
        ]
    return [*made, ("curr_iso_name", currency[0]), ("curr_iso_code", currency[1])]


def calculation(told: Purchase, receipt: Receipt, context: str = "") -> Calculation:
    """Discounts line by line; of an answer without lines, spread over them."""
    lines = lines_of(receipt)
    off = [asked(line) for line in lines]
    if told.items:
        if len(told.items) != len(lines):
            raise ValueError(f"items: {len(told.items)} for {len(lines)} lines")
        left = [
            cost if item.sum_with_discount is None else minor(item.sum_with_discount)
            for item, cost in zip(told.items, off, strict=True)
        ]
        off = [cost - price for cost, price in zip(off, left, strict=True)]
    else:
        off = spread(minor(told.sum_discount), off, off)
    for line, part in zip(lines, off, strict=True):
        if not 0 <= part <= asked(line):
            raise ValueError(f"sum_with_discount: {part} off {asked(line)}")
    return Calculation(
        lines=tuple(
            LinePrice(number=line.number, discounts=(_given(part),))
            for line, part in zip(lines, off, strict=True)
            if part
        ),
        earn=earned(told),
        context=context,
    )


def _given(amount: Amount) -> Discount:
    return Discount(Source.PROMOTION, SYSTEM, _("Discount"), amount, system=SYSTEM)


def earned(told: Purchase) -> Points:
    return max(0, minor(told.bonus.accrued) or minor(told.sum_bonus))


# --- what points may pay: no call says it


def offer(receipt: Receipt, balance: Points, programme: Programme) -> PointsOffer:
    """The smaller of the balance in money and the programme's share of the receipt (the vendor's
    wrapper computes it in the same way). Raises ValueError for a programme that cannot be used."""
    _check_rate(programme)
    total = sum(one.total + one.points for one in lines_of(receipt))
    have = max(0, balance)
    limits = []
    if programme.type == NOTHING:
        text = _("this card may not pay with points")
        limits.append(SpendLimit(name="type", text=text, most=0))
    if programme.max_purchase_percentage is not None:
        percent = min(Decimal(100), max(Decimal(0), programme.max_purchase_percentage))
        most = int(total * percent / 100)
        text = _("Points pay {percent} of the receipt at most.").format(percent=f"{percent:f} %")
        limits.append(SpendLimit(name="max_purchase_percentage", text=text, most=most))
    least = programme.min_purchase_amount
    if least is not None and total < minor(least):
        text = _("Points pay for a purchase of {sum} or more.").format(sum=money(minor(least)))
        limits.append(SpendLimit(name="min_purchase_amount", text=text, most=0))
    limits.append(SpendLimit(name="balance", text=_("There are no more points."), most=have))
    limits.append(SpendLimit(name="total", text=_("The receipt costs no more."), most=total))
    limits.sort(key=lambda one: one.most)
    return PointsOffer(
        balance=balance,
        available=have,
        spendable=limits[0].most,
        limits=tuple(limits),
        excluded=tuple(one.number for one in receipt.lines if not takes_part(one)),
    )


def _check_rate(programme: Programme) -> None:
    """A point is worth one unit of money: the till reckons in no other."""
    rate = programme.bonus_to_amount
    if rate and (len(rate) != 2 or rate[0] <= 0 or rate[0] != rate[1]):
        raise ValueError("bonus_to_amount: as many points as money were expected")


# --- what was settled


def settled(told: Purchase, user: User | None) -> Settled:
    balance = minor(user.bonus) if user is not None else None
    return Settled(
        earned=earned(told),
        spent=spent(told),
        balance=balance,
        available=None if balance is None else max(0, balance),
    )


def is_part(request: SaveReturnRequest, sold: Sequence[wire.Line]) -> bool:
    """Whether something of the purchase stays with the customer; False also where it is not told
    what was sold."""
    aside = {one.sale_line for one in request.receipt.lines if not takes_part(one)}
    back = sum(one.quantity for one in request.lines if one.number not in aside)
    return back < sum(int((one.quantity * 1000).to_integral_value()) for one in sold)


def spent(told: Purchase) -> Points:
    return max(0, minor(told.bonus.written_off) or -minor(told.sum_bonus))

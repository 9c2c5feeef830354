"""Standing checks: what must be true of every receipt, whatever the loyalty system says.

Pure functions from values to complaints, each with a name under which a shop can turn it off.
``CHECKS`` lists them all with what they demand. Four doors, by the facts that are at hand:
``check_receipt`` (the receipt alone), ``check_offer`` (what points were offered for it),
``check_return`` (a sale with all that came back of it) and ``check_day`` (all that a till sold
and took back).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from cashier.i18n import _
from cashier.money import ONE, Amount, Points, cost, rounded, share, show, show_quantity
from cashier.receipt import Discount, Kind, Line, Receipt, Source, TenderKind

if TYPE_CHECKING:
    from cashier.exchange import PointsOffer

NOTHING_OFF: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Broken:
    """A check that does not hold."""

    name: str
    text: str
    """What is wrong, with the numbers, for a person."""


Complaints: TypeAlias = Iterator[str]
C = TypeVar("C", bound=Callable[..., Complaints])

CHECKS: dict[str, str] = {}
"""Every check by name, with what it demands."""
_OF_RECEIPT: list[tuple[str, Callable[[Receipt], Complaints]]] = []
_OF_POINTS: list[tuple[str, Callable[[Receipt, Amount], Complaints]]] = []
_OF_OFFER: list[tuple[str, Callable[[Receipt, "PointsOffer"], Complaints]]] = []
_OF_WORTH: list[tuple[str, Callable[[Receipt, "PointsOffer", Amount], Complaints]]] = []
_OF_RETURN: list[tuple[str, Callable[[Receipt, Sequence[Receipt]], Complaints]]] = []
_OF_DAY: list[tuple[str, Callable[[Sequence[Receipt]], Complaints]]] = []
_OF_ROUNDING: list[tuple[str, Callable[[Receipt, Amount], Complaints]]] = []


def check_receipt(
    receipt: Receipt,
    *,
    point_value: Amount = 100,
    round_to: Amount | None = None,
    off: Collection[str] = NOTHING_OFF,
) -> list[Broken]:
    """What is wrong with a receipt, open or finished; ``point_value`` as in ``System``,
    ``round_to`` as in ``CashRules`` (None: nobody knows)."""
    found = _run(_OF_RECEIPT, off, receipt)
    if receipt.spend or receipt.paid_with_points:  # most receipts have neither, at every scan
        found += _run(_OF_POINTS, off, receipt, point_value)
    if receipt.rounding and round_to is not None:
        found += _run(_OF_ROUNDING, off, receipt, round_to)
    return found


def check_offer(
    receipt: Receipt,
    offer: "PointsOffer",
    *,
    point_value: Amount = 100,
    off: Collection[str] = NOTHING_OFF,
) -> list[Broken]:
    """What is wrong with the points on a receipt, after what was offered for it."""
    in_points = _run(_OF_OFFER, off, receipt, offer)
    return in_points + _run(_OF_WORTH, off, receipt, offer, point_value)


def check_return(
    sale: Receipt, returns: Sequence[Receipt], *, off: Collection[str] = NOTHING_OFF
) -> list[Broken]:
    """What is wrong with all the returns of one sale, taken together."""
    return _run(_OF_RETURN, off, sale, returns)


def check_day(receipts: Sequence[Receipt], *, off: Collection[str] = NOTHING_OFF) -> list[Broken]:
    """What is wrong with all the finished receipts of a till, in order."""
    return _run(_OF_DAY, off, receipts)


def _run(
    checks: Sequence[tuple[str, Callable[..., Complaints]]], off: Collection[str], *facts: object
) -> list[Broken]:
    return [
        Broken(name, text) for name, check in checks if name not in off for text in check(*facts)
    ]


def _standing(checks: list[tuple[str, C]]) -> Callable[[C], C]:
    """Registers a check under its name with its docstring."""

    def register(check: C) -> C:
        name = check.__name__.replace("_", "-")
        checks.append((name, check))
        CHECKS[name] = " ".join((check.__doc__ or "").split())
        return check

    return register


def _differ(what: str, is_: int, must_be: int) -> str:
    text = _("{what} is {number}, must be {expected}")
    return text.format(what=what, number=show(is_), expected=show(must_be))


def _exceeds(what: str, is_: int, most: int) -> str:
    text = _("{what} is {number}, must not exceed {most}")
    return text.format(what=what, number=show(is_), most=show(most))


def _place(line: Line) -> str:
    return _("line {number}").format(number=line.number)


def worth(points: Points, point_value: Amount) -> Amount:
    """Points in money."""
    return rounded(points * point_value, 100)


def _by_hand(discount: Discount) -> bool:
    """Given by the cashier: it needs no calculation."""
    return discount.source is Source.HAND


# --- the receipt alone


@_standing(_OF_RECEIPT)
def lines_are_numbered(receipt: Receipt) -> Complaints:
    """Lines are numbered from 1 without gaps."""
    numbers = [line.number for line in receipt.lines]
    if numbers != list(range(1, len(numbers) + 1)):
        yield _("the lines are numbered {numbers}").format(numbers=numbers)


@_standing(_OF_RECEIPT)
def lines_add_up(receipt: Receipt) -> Complaints:
    """At a sale a line is price times quantity; all lines together are the receipt."""
    for line in receipt.lines:
        if line.quantity <= 0 or line.price < 0:
            yield _("{line}: {price} for {quantity} is not a sale").format(
                line=_place(line), price=show(line.price), quantity=show_quantity(line.quantity)
            )
        right = cost(line.price, line.quantity)
        if receipt.kind is Kind.SALE and line.amount != right:
            yield _differ(_place(line), line.amount, right)
    paid = sum(line.total for line in receipt.lines)
    if receipt.total != paid:
        yield _differ(_("the receipt"), receipt.total, paid)


@_standing(_OF_RECEIPT)
def discounts_are_sane(receipt: Receipt) -> Complaints:
    """No discount is negative; no line is cheaper than nothing."""
    for line in receipt.lines:
        for given in line.discounts:
            if given.amount < 0:
                yield _("{line}: the discount {name} is negative: {amount}").format(
                    line=_place(line), name=given.name or given.rule, amount=show(given.amount)
                )
        if line.total < 0:
            yield _exceeds(_place(line), line.discount, line.amount)


@_standing(_OF_RECEIPT)
def lowest_price_holds(receipt: Receipt) -> Complaints:
    """No discount at a sale brings a line below its lowest price."""
    if receipt.kind is Kind.SALE:
        for line in receipt.lines:
            if line.discounts and line.total < min(line.floor, line.amount):
                yield _("{line} costs {total}, its lowest price is {floor}").format(
                    line=_place(line), total=show(line.total), floor=show(line.floor)
                )


@_standing(_OF_RECEIPT)
def discounts_were_calculated(receipt: Receipt) -> Complaints:
    """An open sale has discounts only after a calculation, and none without the system."""
    if receipt.kind is Kind.RETURN or not receipt.discount:
        return
    given = sum(d.amount for line in receipt.lines for d in line.discounts if not _by_hand(d))
    if not given:
        return
    if receipt.applied is None and receipt.closed_at is None:
        yield _("discounts of {amount} without a calculation").format(amount=show(receipt.discount))
    elif receipt.applied is not None and receipt.applied.offline:
        yield _("discounts of {amount} without the system").format(amount=show(receipt.discount))


@_standing(_OF_POINTS)
def points_are_on_the_lines(receipt: Receipt, point_value: Amount) -> Complaints:
    """What points pay on the lines of a sale is the worth of the points spent."""
    if receipt.kind is Kind.SALE:
        right = worth(receipt.spend, point_value)
        if receipt.paid_with_points != right:
            yield _differ(_("paid with points"), receipt.paid_with_points, right)


@_standing(_OF_RECEIPT)
def points_have_an_owner(receipt: Receipt) -> Complaints:
    """Points are spent only by a buyer whom the system knows, and never fewer than none."""
    if receipt.spend < 0:
        yield _("the points spent are negative: {points}").format(points=show(receipt.spend))
    if receipt.spend > 0 and (receipt.buyer is None or not receipt.buyer.verified):
        yield _("{points} points are spent by nobody").format(points=show(receipt.spend))


@_standing(_OF_RECEIPT)
def tenders_cover_the_total(receipt: Receipt) -> Complaints:
    """Every tender is above zero; a finished sale is paid, a finished return refunded exactly."""
    for tender in receipt.tenders:
        if tender.amount <= 0:
            yield _("a payment of {amount}").format(amount=show(tender.amount))
    if receipt.closed_at is None:
        return
    paid = receipt.tendered
    if paid < receipt.to_pay or (receipt.kind is Kind.RETURN and paid != receipt.to_pay):
        yield _differ(_("the money"), paid, receipt.to_pay)


@_standing(_OF_RECEIPT)
def rounding_is_cash(receipt: Receipt) -> Complaints:
    """Only cash is rounded, and never by more than is paid in cash and given as change."""
    if receipt.rounding and receipt.to_pay < 0:
        yield _differ(_("the rounding"), receipt.rounding, -receipt.total)
    cash = any(tender.kind is TenderKind.CASH for tender in receipt.tenders)
    if receipt.rounding > 0 and not cash:
        yield _("the rounding of {amount} without cash").format(amount=show(receipt.rounding))


@_standing(_OF_ROUNDING)
def rounding_within_the_unit(receipt: Receipt, round_to: Amount) -> Complaints:
    """Rounding moves a sale by less than the smallest coin (a return by less than two: that of
    the sale, and that of the refund), and nothing where there is none."""
    most = round_to if receipt.kind is Kind.SALE else 2 * round_to
    if receipt.rounding and abs(receipt.rounding) >= most:
        yield _exceeds(_("the rounding"), abs(receipt.rounding), max(0, most - 1))


@_standing(_OF_RECEIPT)
def a_deposit_follows_its_goods(receipt: Receipt) -> Complaints:
    """The deposit at a sale stands behind its goods, is paid for as many, and costs what it costs:
    no discount, no points."""
    if receipt.kind is Kind.RETURN:
        return
    for line in receipt.lines:
        goods = receipt.line(line.number - 1)
        if not line.deposit:
            continue
        if goods is None or goods.deposit or goods.quantity != line.quantity:
            yield _("{line}: a deposit without its goods").format(line=_place(line))
        if line.discount:
            yield _exceeds(_place(line), line.discount, 0)


@_standing(_OF_RECEIPT)
def a_certificate_is_as_good_as_money(receipt: Receipt) -> Complaints:
    """A gift certificate is sold whole and for its worth; one is paid with by its number."""
    for line in receipt.lines:
        if line.certificate and (line.quantity != ONE or line.discount):
            yield _("{line}: certificate {number} is sold in part or cheaper").format(
                line=_place(line), number=line.certificate
            )
    if any(it.kind is TenderKind.CERTIFICATE and not it.reference for it in receipt.tenders):
        yield _("a certificate without a number was paid with")


@_standing(_OF_RECEIPT)
def change_is_cash(receipt: Receipt) -> Complaints:
    """Change is what was paid too much, and comes out of cash: nothing else gives any."""
    cash = sum(tender.amount for tender in receipt.tenders if tender.kind is TenderKind.CASH)
    if receipt.kind is Kind.SALE and receipt.change > cash:
        yield _exceeds(_("the change"), receipt.change, cash)


@_standing(_OF_RECEIPT)
def finished_is_finished(receipt: Receipt) -> Complaints:
    """A finished receipt has lines and a number; nothing is settled before; a return of no
    sale moves no points."""
    if receipt.closed_at is None and receipt.settled is not None:
        yield _("settled, but not finished")
    if receipt.closed_at is not None and not (receipt.number and receipt.lines):
        yield _("finished without a number or without goods")
    if receipt.kind is Kind.RETURN and receipt.of is None and receipt.settled is not None:
        yield _("a return of no sale has moved points")


@_standing(_OF_RECEIPT)
def earned_as_promised(receipt: Receipt) -> Complaints:
    """The points credited after a sale are those that the calculation promised."""
    settled, applied = receipt.settled, receipt.applied
    if receipt.kind is Kind.RETURN or settled is None or settled.pending:
        return
    if applied is not None and not applied.offline and settled.earned != applied.earn:
        yield _differ(_("points earned"), settled.earned, applied.earn)


@_standing(_OF_RECEIPT)
def spent_as_asked(receipt: Receipt) -> Complaints:
    """The points taken from the account are those on the receipt; none while it waits."""
    settled = receipt.settled
    if settled is None or receipt.kind is Kind.RETURN:
        return
    right = 0 if settled.pending else receipt.spend
    if settled.spent != right:
        yield _differ(_("points spent"), settled.spent, right)


# --- with the offer of points


@_standing(_OF_OFFER)
def spent_within_the_offer(receipt: Receipt, offer: "PointsOffer") -> Complaints:
    """Spent points do not exceed the spendable, nor these what is available."""
    if receipt.spend > offer.spendable:
        yield _exceeds(_("points spent"), receipt.spend, offer.spendable)
    if offer.spendable > offer.available:
        yield _exceeds(_("points that can be spent"), offer.spendable, offer.available)


@_standing(_OF_WORTH)
def offer_within_the_receipt(
    receipt: Receipt, offer: "PointsOffer", point_value: Amount
) -> Complaints:
    """What can be spent is worth no more than the receipt costs without points."""
    offered, most = worth(offer.spendable, point_value), receipt.total + receipt.paid_with_points
    if offered > most:
        yield _exceeds(_("worth of what can be spent"), offered, most)


@_standing(_OF_OFFER)
def lines_within_the_offer(receipt: Receipt, offer: "PointsOffer") -> Complaints:
    """Points pay no more of a line than was offered, and nothing of an excluded line."""
    most = {limit.number: limit.amount for limit in offer.lines}
    for line in receipt.lines:
        if line.number in offer.excluded and line.points:
            yield _exceeds(_place(line), line.points, 0)
        elif most and line.points > most.get(line.number, line.total + line.points):
            yield _exceeds(_place(line), line.points, most[line.number])


# --- a sale and its returns


@_standing(_OF_RETURN)
def returns_belong_to_the_sale(sale: Receipt, returns: Sequence[Receipt]) -> Complaints:
    """Each return is one of this sale, of lines that it has."""
    for back in returns:
        if back.kind is not Kind.RETURN or back.of is None or back.of.receipt_id != sale.receipt_id:
            yield _("{number} is not a return of {sale}").format(
                number=back.number, sale=sale.number
            )
        for line in back.lines:
            sold = sale.line(line.sale_line)
            if sold is None or sold.sku != line.sku:
                yield _("{line}: these goods were not sold").format(line=_place(line))


@_standing(_OF_RETURN)
def no_more_comes_back(sale: Receipt, returns: Sequence[Receipt]) -> Complaints:
    """Neither more goods nor more money come back than were sold and paid, line by line."""
    for sold in sale.lines:
        back = _came_back(sold, returns)
        quantity, money = sum(line.quantity for line in back), sum(line.total for line in back)
        if quantity > sold.quantity:
            yield _("{line}: {quantity} came back of {sold}").format(
                line=_place(sold),
                quantity=show_quantity(quantity),
                sold=show_quantity(sold.quantity),
            )
        if money > sold.total:
            yield _exceeds(_place(sold), money, sold.total)
    refunded = sum(back.total for back in returns)
    if refunded > sale.total:
        yield _exceeds(_("the refund"), refunded, sale.total)


@_standing(_OF_RETURN)
def part_returns_add_up(sale: Receipt, returns: Sequence[Receipt]) -> Complaints:
    """The parts of a line that came back cost their share of it, in money and in the part that
    points paid, to the last kopeck; so together they are the whole."""
    for sold in sale.lines:
        back = _came_back(sold, returns)
        quantity = min(sum(line.quantity for line in back), sold.quantity)
        money, right = sum(line.total for line in back), share(sold.total, quantity, sold.quantity)
        if money != right:
            yield _differ(_place(sold), money, right)
        points = sum(line.points for line in back)
        right = share(sold.points, quantity, sold.quantity)
        if points != right:
            yield _differ(_("{line}, points").format(line=_place(sold)), points, right)


@_standing(_OF_RETURN)
def points_come_back_once(sale: Receipt, returns: Sequence[Receipt]) -> Complaints:
    """No more points are given back than were spent, nor taken back than were earned."""
    if sale.settled is None or sale.settled.pending:
        return
    given, taken = _points_back(returns)
    if given > sale.settled.spent:
        yield _exceeds(_("points given back"), given, sale.settled.spent)
    if taken > sale.settled.earned:
        yield _exceeds(_("points taken back"), taken, sale.settled.earned)


@_standing(_OF_RETURN)
def a_whole_return_undoes_the_sale(sale: Receipt, returns: Sequence[Receipt]) -> Complaints:
    """When everything came back, so did all the points, both ways."""
    settled = [back.settled for back in returns]
    if sale.settled is None or any(it is None or it.pending for it in (sale.settled, *settled)):
        return
    for sold in sale.lines:
        if sum(line.quantity for line in _came_back(sold, returns)) < sold.quantity:
            return
    given, taken = _points_back(returns)
    if given != sale.settled.spent:
        yield _differ(_("points given back"), given, sale.settled.spent)
    if taken != sale.settled.earned:
        yield _differ(_("points taken back"), taken, sale.settled.earned)


# --- all that a till sold and took back


@_standing(_OF_DAY)
def certificates_hold(receipts: Sequence[Receipt]) -> Complaints:
    """Where the till keeps them, a gift certificate is sold once, and what is left on it is never
    below zero nor above what it was sold for."""
    sold: dict[str, Amount] = {}
    left: dict[str, Amount] = {}
    for receipt in receipts:
        sign = 1 if receipt.kind is Kind.SALE else -1
        for line in receipt.lines:
            if line.certificate and sign > 0 and line.certificate in sold:
                yield _("certificate {number} is sold twice").format(number=line.certificate)
            if line.certificate:
                sold.setdefault(line.certificate, line.amount)
                left[line.certificate] = left.get(line.certificate, 0) + sign * line.amount
        for tender in receipt.tenders:
            if tender.kind is TenderKind.CERTIFICATE:
                left[tender.reference] = left.get(tender.reference, 0) - sign * tender.amount
        for number, amount in left.items():
            if not 0 <= amount <= sold.get(number, 0):
                yield _("certificate {number}: {left} is left of {worth}").format(
                    number=number, left=show(amount), worth=show(sold.get(number, 0))
                )
                left[number] = 0  # told once


@_standing(_OF_DAY)
def numbers_are_given_once(receipts: Sequence[Receipt]) -> Complaints:
    """No two receipts have the same number, and shifts only go forward."""
    numbers: set[str] = set()
    shift = 0
    for receipt in receipts:
        if receipt.number in numbers:
            yield _("the number {number} is given twice").format(number=receipt.number)
        numbers.add(receipt.number)
        if receipt.shift < shift:
            yield _("{number} is of an earlier shift than the receipt before it").format(
                number=receipt.number
            )
        shift = receipt.shift


@_standing(_OF_DAY)
def no_more_money_comes_back(receipts: Sequence[Receipt]) -> Complaints:
    """All the returns of a sale together give back no more money than was paid for it."""
    paid = {it.receipt_id: it.to_pay for it in receipts if it.kind is Kind.SALE}
    back: dict[str, Amount] = {}
    for receipt in receipts:
        if receipt.of and receipt.of.receipt_id in paid:
            sale = receipt.of.receipt_id
            back[sale] = back.get(sale, 0) + receipt.tendered
            if back[sale] > paid[sale]:
                yield _exceeds(_("the refund"), back[sale], paid[sale])


def _came_back(sold: Line, returns: Sequence[Receipt]) -> list[Line]:
    return [line for back in returns for line in back.lines if line.sale_line == sold.number]


def _points_back(returns: Sequence[Receipt]) -> tuple[Points, Points]:
    """Given back and taken back."""
    settled = [back.settled for back in returns if back.settled is not None]
    return sum(it.given_back for it in settled), sum(it.taken_back for it in settled)

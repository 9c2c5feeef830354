"""Documents, read. Elements and attributes that nobody knows are passed over, what is needed and
is not there raises ValueError."""

from collections.abc import Iterator

from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import read_number
from backends.loymax.common.parts import (
    Answer,
    Asked,
    Cheque,
    ChequeLine,
    CouponTold,
    Offer,
    Pay,
    Told,
)
from backends.loymax_xml.wire.kinds import BY_GROUP, VERSION, request_of, response_of
from backends.loymax_xml.wire.values import (
    LONGEST,
    needed,
    number_in,
    read_moment,
    text_in,
    whole_in,
)
from backends.soap import Element, local, read_text, text_of

_MOST = 100
"""Operations in one document."""
_MOST_LINES = 2_000


class WrongVersion(ValueError):
    pass


def request(root: Element) -> tuple[Asked, ...]:
    """In the order in which they stand. Raises WrongVersion, ValueError."""
    if local(root) != "XMLRequest":
        raise ValueError("expected an XMLRequest")
    version = read_text(root, "Version") or ""
    if version != VERSION:
        raise WrongVersion(f"Version: expected {VERSION}")
    asked = tuple(_asked(kind, one) for kind, one in _operations(root, response=False))
    if len({(one.kind, one.id) for one in asked}) < len(asked):
        raise ValueError("OperationID: the same one twice in a document")
    return asked


def answer(root: Element) -> Answer:
    if local(root) != "XMLResponse":
        raise ValueError("expected an XMLResponse")
    code = read_text(root, "ErrorCode") or ""
    if not code.isascii() or not code.isdigit() or len(code) > 9:
        raise ValueError("ErrorCode: expected a whole number")
    told = tuple(_told(kind, one) for kind, one in _operations(root, response=True))
    return Answer(int(code), told, (read_text(root, "ErrorMessage") or "")[:LONGEST])


def _operations(root: Element, *, response: bool) -> Iterator[tuple[Kind, Element]]:
    count = 0
    for group in root.iterchildren("*"):
        kind = BY_GROUP.get(local(group))
        if kind is None:
            if not response and len(group):
                raise ValueError(f"there is no group {local(group)[:80]}")
            continue
        for one in _all(group, response_of(kind) if response else request_of(kind)):
            count += 1
            if count > _MOST:
                raise ValueError("too many operations")
            yield kind, one


def _all(parent: Element, name: str) -> Iterator[Element]:
    """Children of this name, in whatever namespace."""
    return parent.iterchildren(f"{{*}}{name}")


def _parts(one: Element) -> dict[str, list[Element]]:
    """The children by their names."""
    found: dict[str, list[Element]] = {}
    for part in one.iterchildren("*"):
        found.setdefault(local(part), []).append(part)
    return found


def _within(found: list[Element] | None, name: str) -> list[Element]:
    """Those in the first of a list."""
    return list(_all(found[0], name)) if found else []


def _asked(kind: Kind, one: Element) -> Asked:
    parts = _parts(one)
    identifier, cheque = parts.get("Identifier"), parts.get("Cheque")
    return Asked(
        kind,
        needed(one, "OperationID"),
        read_moment("OperationDate", needed(one, "OperationDate")),
        needed(one, "PurchaseID") if kind.of_purchase else "",
        needed(identifier[0], "Value") if identifier else "",
        _cheque(cheque[0], asked=True) if cheque else None,
        tuple(needed(coupon, "Number") for coupon in _within(parts.get("Coupons"), "Coupon")),
        number_in(one, "PaymentAmount") or 0,
        tuple(_pay(pay) for pay in _within(parts.get("Pays"), "Pay")),
        text_in(one, "RefundPurchaseID"),
        text_in(one, "CancelOperationID"),
    )


def _pay(one: Element) -> Pay:
    return Pay(text_in(one, "Type"), number_in(one, "Amount") or 0)


def _cheque(one: Element, *, asked: bool) -> Cheque:
    rows = list(_all(one, "ChequeLine"))
    if len(rows) > _MOST_LINES:
        raise ValueError("Cheque: too many lines")
    lines = tuple([_line(row, asked=asked) for row in rows])
    if len({line.position for line in lines}) < len(lines):
        raise ValueError("PosID: the same one twice in a cheque")
    date = needed(one, "ChequeDate") if asked else text_in(one, "ChequeDate")
    return Cheque(
        lines,
        read_moment("ChequeDate", date) if date else None,
        text_in(one, "Number"),
        number_in(one, "TotalAmount"),
        number_in(one, "TotalDiscount"),
        number_in(one, "TotalCashback"),
    )


def _line(one: Element, *, asked: bool) -> ChequeLine:
    """What an answer says of the goods is an echo: it is not looked at."""
    offers = _offers(one) if len(one) else ()
    position, amount = whole_in(one, "PosID"), _positive(one, "Amount")
    discount, pay = _positive(one, "Discount"), _positive(one, "PayAmount")
    if not asked:
        return ChequeLine(position, amount, 0, discount=discount, pay=pay, offers=offers)
    for name in ("Amount", "Quantity"):
        needed(one, name)
    return ChequeLine(
        position,
        amount,
        _positive(one, "Quantity", 3),
        text_in(one, "Name"),
        text_in(one, "GoodsId"),
        _positive(one, "Price"),
        text_in(one, "Barcode"),
        discount,
        pay,
        offers,
    )


def _offers(one: Element) -> tuple[Offer, ...]:
    return tuple(
        [
            _offer(offer)
            for group in _all(one, "AppliedOffers")
            for offer in _all(group, "AppliedOffer")
        ]
    )


def _offer(one: Element) -> Offer:
    return Offer(
        text_in(one, "Id"),
        text_in(one, "Name"),
        _positive(one, "PreferenceValue"),
        text_in(one, "Kind"),
    )


def _positive(one: Element, name: str, digits: int = 2) -> int:
    """0: it is not there."""
    text = one.get(name)
    value = read_number(name, text, digits) if text else 0
    if value < 0:
        raise ValueError(f"{name}: below zero")
    return value


def _told(kind: Kind, one: Element) -> Told:
    parts = _parts(one)
    cheque = parts.get("Cheque")
    return Told(
        kind,
        text_in(one, "OperationID"),
        whole_in(one, "ErrorCode"),
        text_in(one, "ErrorMessage"),
        text_in(one, "PurchaseID"),
        number_in(one, "BonusAmount"),
        number_in(one, "Amount"),
        number_in(one, "AvailableAmount"),
        number_in(one, "AvailableBonusAmount"),
        number_in(one, "Balance"),
        number_in(one, "ActiveBonusAmount"),
        text_in(one, "Currency"),
        _cheque(cheque[0], asked=False) if cheque else None,
        tuple(
            {needed(item, "Name"): text_of(item)[:LONGEST] for item in _all(data, "Item")}
            for data in parts.get("IdentifierData", ())
        ),
        _coupons(parts.get("Coupons")),
        _coupons(parts.get("IssuedCoupons")),
        _texts(parts.get("CashierMessage")),
        _texts(parts.get("ChequeMessage")),
    )


def _texts(found: list[Element] | None) -> tuple[str, ...]:
    return tuple(text_of(one)[:LONGEST] for one in found or ())


def _coupons(found: list[Element] | None) -> tuple[CouponTold, ...]:
    return tuple(_coupon(one) for one in _within(found, "Coupon"))


def _coupon(one: Element) -> CouponTold:
    until = text_in(one, "ValidTo")
    return CouponTold(
        needed(one, "Number"),
        text_in(one, "Name"),
        number_in(one, "ErrorCode", 0) or 0,
        text_in(one, "Reason"),
        text_in(one, "Text"),
        read_moment("ValidTo", until) if until else None,
    )

"""Documents, read. Elements and attributes that nobody knows are passed over, what is needed and
is not there raises ValueError."""

from collections.abc import Iterator

from backends.loymax_xml.wire.kinds import BY_GROUP, VERSION, Kind
from backends.loymax_xml.wire.parts import (
    Answer,
    Asked,
    Cheque,
    ChequeLine,
    CouponTold,
    Offer,
    Pay,
    Told,
)
from backends.loymax_xml.wire.values import (
    LONGEST,
    Attributes,
    attributes,
    needed,
    number_in,
    read_moment,
    read_number,
    text_in,
    whole_in,
)
from backends.soap import Element, children, local, read_text, text_of

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
        for one in children(group, kind.response if response else kind.request):
            count += 1
            if count > _MOST:
                raise ValueError("too many operations")
            yield kind, one


def _parts(one: Element) -> dict[str, list[Element]]:
    """The children by their names."""
    found: dict[str, list[Element]] = {}
    for part in one.iterchildren("*"):
        found.setdefault(local(part), []).append(part)
    return found


def _within(found: list[Element] | None, name: str) -> list[Element]:
    """Those in the first of a list."""
    return children(found[0], name) if found else []


def _asked(kind: Kind, one: Element) -> Asked:
    has, parts = attributes(one), _parts(one)
    identifier, cheque = parts.get("Identifier"), parts.get("Cheque")
    return Asked(
        kind,
        needed(has, "OperationID"),
        read_moment("OperationDate", needed(has, "OperationDate")),
        needed(has, "PurchaseID") if kind.of_purchase else "",
        needed(attributes(identifier[0]), "Value") if identifier else "",
        _cheque(cheque[0], asked=True) if cheque else None,
        tuple(
            needed(attributes(coupon), "Number")
            for coupon in _within(parts.get("Coupons"), "Coupon")
        ),
        number_in(has, "PaymentAmount") or 0,
        tuple(_pay(attributes(pay)) for pay in _within(parts.get("Pays"), "Pay")),
        text_in(has, "RefundPurchaseID"),
        text_in(has, "CancelOperationID"),
    )


def _pay(has: Attributes) -> Pay:
    return Pay(text_in(has, "Type"), number_in(has, "Amount") or 0)


def _cheque(one: Element, *, asked: bool) -> Cheque:
    has, rows = attributes(one), children(one, "ChequeLine")
    if len(rows) > _MOST_LINES:
        raise ValueError("Cheque: too many lines")
    lines = tuple([_line(row, asked=asked) for row in rows])
    if len({line.position for line in lines}) < len(lines):
        raise ValueError("PosID: the same one twice in a cheque")
    date = needed(has, "ChequeDate") if asked else text_in(has, "ChequeDate")
    return Cheque(
        lines,
        read_moment("ChequeDate", date) if date else None,
        text_in(has, "Number"),
        number_in(has, "TotalAmount"),
        number_in(has, "TotalDiscount"),
        number_in(has, "TotalCashback"),
    )


def _line(one: Element, *, asked: bool) -> ChequeLine:
    has = attributes(one)
    if asked:
        for name in ("Amount", "Quantity"):
            needed(has, name)
    return ChequeLine(
        whole_in(has, "PosID"),
        _positive(has, "Amount"),
        _positive(has, "Quantity", 3),
        text_in(has, "Name"),
        text_in(has, "GoodsId"),
        _positive(has, "Price"),
        text_in(has, "Barcode"),
        _positive(has, "Discount"),
        _positive(has, "PayAmount"),
        _offers(one) if len(one) else (),
    )


def _offers(one: Element) -> tuple[Offer, ...]:
    found = _within(children(one, "AppliedOffers"), "AppliedOffer")
    return tuple([_offer(attributes(offer)) for offer in found])


def _offer(has: Attributes) -> Offer:
    return Offer(
        text_in(has, "Id"),
        text_in(has, "Name"),
        _positive(has, "PreferenceValue"),
        text_in(has, "Kind"),
    )


def _positive(has: Attributes, name: str, digits: int = 2) -> int:
    """0: it is not there."""
    text = has.get(name)
    value = read_number(name, text, digits) if text else 0
    if value < 0:
        raise ValueError(f"{name}: below zero")
    return value


def _told(kind: Kind, one: Element) -> Told:
    has, parts = attributes(one), _parts(one)
    cheque = parts.get("Cheque")
    return Told(
        kind,
        text_in(has, "OperationID"),
        whole_in(has, "ErrorCode"),
        text_in(has, "ErrorMessage"),
        text_in(has, "PurchaseID"),
        number_in(has, "BonusAmount"),
        number_in(has, "Amount"),
        number_in(has, "AvailableAmount"),
        number_in(has, "AvailableBonusAmount"),
        number_in(has, "Balance"),
        number_in(has, "ActiveBonusAmount"),
        text_in(has, "Currency"),
        _cheque(cheque[0], asked=False) if cheque else None,
        tuple(
            {
                needed(attributes(item), "Name"): text_of(item)[:LONGEST]
                for item in children(data, "Item")
            }
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
    return tuple(_coupon(attributes(one)) for one in _within(found, "Coupon"))


def _coupon(has: Attributes) -> CouponTold:
    until = text_in(has, "ValidTo")
    return CouponTold(
        needed(has, "Number"),
        text_in(has, "Name"),
        number_in(has, "ErrorCode", 0) or 0,
        text_in(has, "Reason"),
        text_in(has, "Text"),
        read_moment("ValidTo", until) if until else None,
    )

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
    needed,
    number_in,
    read_moment,
    text_in,
    whole_in,
)
from backends.soap import Element, child, children, local, read_text, text_of

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


def _asked(kind: Kind, one: Element) -> Asked:
    identifier, cheque = child(one, "Identifier"), child(one, "Cheque")
    pays = child(one, "Pays")
    return Asked(
        kind,
        needed(one, "OperationID"),
        read_moment("OperationDate", needed(one, "OperationDate")),
        needed(one, "PurchaseID") if kind.of_purchase else "",
        needed(identifier, "Value") if identifier is not None else "",
        _cheque(cheque, asked=True) if cheque is not None else None,
        tuple(needed(coupon, "Number") for coupon in _within(one, "Coupons", "Coupon")),
        number_in(one, "PaymentAmount") or 0,
        ()
        if pays is None
        else tuple(
            Pay(text_in(pay, "Type"), number_in(pay, "Amount") or 0)
            for pay in children(pays, "Pay")
        ),
        text_in(one, "RefundPurchaseID"),
        text_in(one, "CancelOperationID"),
    )


def _within(parent: Element, group: str, name: str) -> list[Element]:
    found = child(parent, group)
    return [] if found is None else children(found, name)


def _cheque(one: Element, *, asked: bool) -> Cheque:
    rows = children(one, "ChequeLine")
    if len(rows) > _MOST_LINES:
        raise ValueError("Cheque: too many lines")
    lines = tuple(_line(row, asked=asked) for row in rows)
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
    if asked:
        for name in ("Amount", "Quantity"):
            needed(one, name)
    return ChequeLine(
        whole_in(one, "PosID"),
        _positive(one, "Amount"),
        _positive(one, "Quantity", 3),
        text_in(one, "Name"),
        text_in(one, "GoodsId"),
        _positive(one, "Price"),
        text_in(one, "Barcode"),
        _positive(one, "Discount"),
        _positive(one, "PayAmount"),
        tuple(
            Offer(
                text_in(offer, "Id"),
                text_in(offer, "Name"),
                _positive(offer, "PreferenceValue"),
                text_in(offer, "Kind"),
            )
            for offer in _within(one, "AppliedOffers", "AppliedOffer")
        ),
    )


def _positive(one: Element, name: str, digits: int = 2) -> int:
    """0: it is not there."""
    value = number_in(one, name, digits) or 0
    if value < 0:
        raise ValueError(f"{name}: below zero")
    return value


def _told(kind: Kind, one: Element) -> Told:
    cheque = child(one, "Cheque")
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
        _cheque(cheque, asked=False) if cheque is not None else None,
        tuple(
            {needed(item, "Name"): text_of(item)[:LONGEST] for item in children(data, "Item")}
            for data in children(one, "IdentifierData")
        ),
        _coupons(one, "Coupons"),
        _coupons(one, "IssuedCoupons"),
        tuple(text_of(text)[:LONGEST] for text in children(one, "CashierMessage")),
        tuple(text_of(text)[:LONGEST] for text in children(one, "ChequeMessage")),
    )


def _coupons(parent: Element, group: str) -> tuple[CouponTold, ...]:
    found = []
    for one in _within(parent, group, "Coupon"):
        until = text_in(one, "ValidTo")
        found.append(
            CouponTold(
                needed(one, "Number"),
                text_in(one, "Name"),
                number_in(one, "ErrorCode", 0) or 0,
                text_in(one, "Reason"),
                text_in(one, "Text"),
                read_moment("ValidTo", until) if until else None,
            )
        )
    return tuple(found)

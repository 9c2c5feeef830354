"""The schema of the description (``?wsdl``): that of 2015, and what was added later as optional."""

from lxml import etree

from backends.manzana.wire.parts import NAMESPACE
from backends.soap import Element

_XS = "http://www.w3.org/2001/XMLSchema"

_BASE = (
    "RequestID:string Card:Card MobilePhone:MobilePhone DateTime:dateTime! Organization:string"
    " BusinessUnit:string POS:string ChequeReference:ChequeReference"
    " TransactionReference:TransactionReference"
)
_ANSWER = "TransactionID:long RequestID:string Processed:dateTime! ReturnCode:int Message:string"
_HOLDER = (
    " CardNumber:string CardBalance:decimal CardActiveBalance:decimal CardSumm:decimal"
    " CardSummDiscounted:decimal CardDiscount:decimal LevelName:string CardQuantity:decimal"
    " FirstName:string LastName:string MiddleName:string FullName:string BirthDate:date Age:int"
    " Phone:string Email:string ContactID:string ContactPresence:int CardStatus:int"
    " CashierMessage:string CashierMessage2:string ChequeMessage:string ChequeMessage2:string"
    " PersonalMessage:string PersonalMessage2:string"
)
_SUMS = " Summ:decimal Discount:decimal SummDiscounted:decimal"
_POINTS = " ChargedBonus:decimal ActiveChargedBonus:decimal AvailablePayment:decimal"
_POINTS += " WriteoffBonus:decimal"
_TYPES = {
    "Card": "CardNumber:string MobilePhone:string Track2:string Tracks:string",
    "MobilePhone": "Number:string SendCode:int ValidationCode:string",
    "ChequeReference": "Organization:string BusinessUnit:string POS:string Number:string"
    " DateTime:dateTime!",
    "TransactionReference": "TransactionID:long!",
    "Payment": "ID:string Value:decimal",
    "Coupons": "Coupon:Coupon*",
    "Coupon": "Number:string EmissionID:string TypeID:string ApplicabilityMessage:string"
    " ApplicabilityCode:int",
    "ExtendedAttribute": "Key:string Value:string",
    "Attribute": "Key:string Value:string",
    "Item": "PositionNumber:int Article:string ArticleName:string Price:decimal! Quantity:decimal!"
    " Summ:decimal! Discount:decimal! SummDiscounted:decimal!"
    + _POINTS
    + " ExtendedAttribute:ExtendedAttribute*",
    "InstantCoupons": "InstantCoupon:InstantCoupon*",
    "InstantCoupon": "Number:string Type:string Message:string EffectDate:dateTime"
    " ExpiryDate:dateTime",
    "Offer": "OfferName:string OfferID:string OfferElement:OfferElement*",
    "OfferElement": "OfferElementName:string OfferElementID:string Article:string"
    " ArticleGroup:string ArticleExtGroup:string Manufacturer:string Quantity:decimal",
    "OwnerCard": "CardNumber:string BonusType:string Discount:decimal Status:int"
    " CollaborationType:string CardTypeId:string",
    "ContactID": "MobilePhone:string Email:string",
    "CreateCard": "CreateCard:int IDTaskCard:string",
    "BalanceRequest": _BASE + " ResponseType:int",
    "ChequeRequest": _BASE
    + " Number:string OperationType:string! Payment:Payment*"
    + _SUMS
    + " PaidByBonus:decimal Coupons:Coupons ExtendedAttribute:ExtendedAttribute* Item:Item*",
    "CardRequest": _BASE + " Phone:string Email:string",
    "ContactInfoUpdateRequest": _BASE + " Timeout:int AwardType:string ContactID:ContactID"
    " CreateCard:CreateCard Attribute:Attribute*",
    "BalanceResponse": _ANSWER + _HOLDER,
    "ChequeResponse": _ANSWER
    + _HOLDER
    + _SUMS
    + _POINTS
    + " Coupons:Coupons InstantCoupons:InstantCoupons Item:Item* Offer:Offer*",
    "CardResponse": _ANSWER + " ContactID:string FullName:string Phone:string Email:string"
    " Card:OwnerCard*",
    "ContactInfoUpdateResponse": _ANSWER + " ContactID:string ContactPresence:int"
    " CardNumber:string CardType:string CardStatus:int",
}
"""``name:type``; ``!``: it must be there, ``*``: any number of them."""
REQUESTS = ("BalanceRequest", "ChequeRequest", "CardRequest", "ContactInfoUpdateRequest")


def schema() -> Element:
    root: Element = etree.Element(f"{{{_XS}}}schema", nsmap={"xs": _XS, "tns": NAMESPACE})
    root.attrib.update({"targetNamespace": NAMESPACE, "elementFormDefault": "qualified"})
    for name, fields in _TYPES.items():
        made = _add(root, "complexType", name=name)
        sequence = _add(made, "sequence")
        for field in fields.split():
            _field(sequence, field)
        if name == "ChequeRequest":
            _add(made, "attribute", name="ChequeType", type="xs:string")
    for operation, inner, back in (
        ("ProcessRequest", "", ""),
        ("ProcessRequestInfo", "Requests", "Responses"),
    ):
        asked = _sequence(_add(root, "element", name=operation))
        _choice(_inside(asked, "request", inner), REQUESTS)
        _add(asked, "element", name="orgName", type="xs:string", minOccurs="0")
        told = _sequence(_add(root, "element", name=f"{operation}Response"))
        answers = [one.replace("Request", "Response") for one in REQUESTS]
        _choice(_inside(told, f"{operation}Result", back), answers)
    return root


def _inside(parent: Element, name: str, inner: str) -> Element:
    made = _add(parent, "element", name=name, minOccurs="0")
    return _inside(_sequence(made), inner, "") if inner else made


def _choice(parent: Element, names: list[str] | tuple[str, ...]) -> None:
    """Any of them, in any number."""
    kind = _add(parent, "complexType")
    choice = _add(kind, "choice", minOccurs="0", maxOccurs="unbounded")
    for name in names:
        _add(choice, "element", name=name, type=f"tns:{name}")


def _sequence(parent: Element) -> Element:
    return _add(_add(parent, "complexType"), "sequence")


def _field(parent: Element, text: str) -> None:
    name, _colon, kind = text.rstrip("!*").partition(":")
    told = {"name": name, "type": f"tns:{kind}" if kind in _TYPES else f"xs:{kind}"}
    if not text.endswith("!"):
        told["minOccurs"] = "0"
    if text.endswith("*"):
        told["maxOccurs"] = "unbounded"
    _add(parent, "element", **told)


def _add(parent: Element, tag: str, **told: str) -> Element:
    return etree.SubElement(parent, f"{{{_XS}}}{tag}", told)

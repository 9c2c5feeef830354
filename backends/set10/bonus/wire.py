"""What is said over the wire, as tables: methods, their fields, and the schema made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from backends.soap import Element

SERVICE = "ExternalSystemCardsProcessing"
NAMESPACE = "http://processing.cards.crystals.ru/"
PATH = f"/SET-Cards/SET/Cards/{SERVICE}"


class Unit(StrEnum):
    """What sums of a method are counted in."""

    KOPECKS = "kopecks"
    ROUBLES = "roubles"


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "string"
    WHOLE = "int"
    LONG = "long"
    SUM = "sum"
    """In the unit of the method."""
    MOMENT = "dateTime"


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind = Kind.TEXT
    optional: bool = False


@dataclass(frozen=True)
class Method:
    """``known``: some source has it; else its name and fields are *emulated*."""

    role: str
    """What the settings call it: its name, unless that is configured."""
    asks: tuple[Field, ...]
    answers: tuple[Field, ...]
    """The first of them is there in every row."""
    unit: Unit = Unit.ROUBLES
    many: bool = False
    known: bool = True


def _optional(*fields: Field) -> tuple[Field, ...]:
    return tuple(Field(one.name, one.kind, optional=True) for one in fields)


CARD = Field("cardNumber")
ACCOUNT = Field("accountTypeCode")
NUMBERS = tuple(Field(name, Kind.WHOLE) for name in ("shopNum", "cashNum", "shiftNum", "checkNum"))
"""Of a receipt."""
DONE = (
    Field("errorCode", Kind.WHOLE),
    Field("errorText", optional=True),
    Field("transactionId", Kind.LONG, optional=True),
)
"""Known of the charge; of the other methods *emulated*."""
TYPE, BALANCE = Field("bonusAccountTypeCode"), Field("balance", Kind.SUM)

ACTIVE = Method("getActiveBonusAccounts", (CARD,), (BALANCE, TYPE), many=True)
BALANCES = Method(
    "getBonusAccountBalances", (CARD,), (BALANCE, Field("activeBalance", Kind.SUM), TYPE), many=True
)
INFORMATION = Method(
    "getBonusAccountsInformation",
    (CARD,),
    (
        TYPE,
        *_optional(
            Field("nextActivationSum", Kind.SUM),
            Field("nextActivationDate", Kind.MOMENT),
            Field("nextBurningSum", Kind.SUM),
            Field("nextBurningDate", Kind.MOMENT),
        ),
    ),
    many=True,
)
CHARGE = Method(
    "chargeOnBonusAccount",
    (
        CARD,
        *NUMBERS,
        Field("chargeSum", Kind.SUM),
        Field("activatingDate", Kind.MOMENT, optional=True),
        Field("expirationDate", Kind.MOMENT, optional=True),
    ),
    DONE,
    Unit.KOPECKS,
)
CANCEL_CHARGE = Method(
    "cancelChargeOnBonusAccount",
    (CARD, *NUMBERS, Field("cancelSum", Kind.SUM)),
    DONE,
    Unit.KOPECKS,
)
WRITE_OFF = Method(
    "writeOffFromBonusAccount",
    (ACCOUNT, CARD, Field("writeOffSum", Kind.SUM), *_optional(*NUMBERS)),
    DONE,
)
"""The numbers are *emulated*: with them a repetition can be told."""
GIVE_BACK = Method(
    "cancelWriteOffFromBonusAccount",
    (ACCOUNT, CARD, *NUMBERS, Field("cancelSum", Kind.SUM)),
    DONE,
    known=False,
)
BLOCK = Method(
    "blockBonusAccountSum",
    (ACCOUNT, CARD, Field("blockId"), Field("blockSum", Kind.SUM)),
    DONE,
    known=False,
)
UNBLOCK = Method("unblockBonusAccountSum", (CARD, Field("blockId")), DONE, known=False)

METHODS = (
    ACTIVE, BALANCES, INFORMATION, CHARGE, CANCEL_CHARGE, WRITE_OFF, GIVE_BACK, BLOCK, UNBLOCK,
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """What is a setting of the wire: the unit of each method, the names of emulated ones."""

    units: Mapping[str, Unit]
    """By role; what is missing is as in the table."""
    names: Mapping[str, str]
    """By role; empty: there is no such method."""

    def unit(self, method: Method) -> Unit:
        return self.units.get(method.role, method.unit)

    def name(self, method: Method) -> str:
        """Empty: there is no such method."""
        return self.names.get(method.role, method.role)


USUAL = Dialect({}, {})

_XS = "http://www.w3.org/2001/XMLSchema"


def schema(dialect: Dialect) -> Element:
    """Wrapped elements, unqualified fields: as Java services have them."""
    root: Element = etree.Element(f"{{{_XS}}}schema", nsmap={"xs": _XS})
    root.attrib.update({"targetNamespace": NAMESPACE, "elementFormDefault": "unqualified"})
    for method in METHODS:
        name, unit = dialect.name(method), dialect.unit(method)
        if not name:
            continue
        _fields(_element(root, name), method.asks, unit)
        answer = _fields(_element(root, f"{name}Response"), (), unit)
        found = etree.SubElement(answer, f"{{{_XS}}}element", {"name": "return", "minOccurs": "0"})
        if method.many:
            found.set("maxOccurs", "unbounded")
        _fields(found, method.answers, unit)
    return root


def _element(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{_XS}}}element", {"name": name})


def _fields(parent: Element, fields: tuple[Field, ...], unit: Unit) -> Element:
    kind = etree.SubElement(parent, f"{{{_XS}}}complexType")
    sequence = etree.SubElement(kind, f"{{{_XS}}}sequence")
    for one in fields:
        made = _element(sequence, one.name)
        made.set("type", f"xs:{_type(one.kind, unit)}")
        if one.optional:
            made.set("minOccurs", "0")
    return sequence


def _type(kind: Kind, unit: Unit) -> str:
    if kind is Kind.SUM:
        return "long" if unit is Unit.KOPECKS else "decimal"
    return kind.value

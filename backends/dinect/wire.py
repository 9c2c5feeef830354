"""What is said, as dinect names it.

Numbers come as numbers or as text, lists in XML as ``list-item``; unknown fields are passed over.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from backends.exact_json import read_json
from backends.soap import NotSoap, parse
from backends.soap.parts import Element, local
from cashier.exchange import Reason

M = TypeVar("M", bound="Message")
ITEM = "list-item"
COOKIES = {"app": "_dmapptoken", "till": "_dmtoken"}
"""Names of the two tokens in cookies and in the query."""
APP_HEADER, TILL_HEADER = "DM-Authorization", "Authorization"
APP_WORD, TILL_WORD = "dmapptoken", "dmtoken"
VERSION = "20130701"
"""Of the API: a part of every path."""
NOTHING = "nothing"
"""``type`` of a programme that neither gives nor takes points."""
ACTIVE = "ACTIVE"
"""``status`` of a coupon that may be used: the one word for it that sources show."""
STANDING = {
    "USED": Reason.USED_UP,
    "EXPIRED": Reason.EXPIRED,
    "PENDING": Reason.NOT_YET_VALID,
    "BLOCKED": Reason.BLOCKED,
    "OTHER_SHOP": Reason.WRONG_SHOP,
}
"""Other words for it (*emulated*)."""


class Accept(StrEnum):
    JSON = "application/json"
    XML = "application/xml"


def _nothing(told: object) -> object:
    return None if told in ("", None) else told


_LIMIT = Decimal(10) ** 12
Number = Annotated[
    Decimal,
    Field(ge=-_LIMIT, le=_LIMIT, allow_inf_nan=False),
    BeforeValidator(lambda told: told or 0),
]
Maybe = Annotated[
    Annotated[Decimal, Field(ge=-_LIMIT, le=_LIMIT, allow_inf_nan=False)] | None,
    BeforeValidator(_nothing),
]
Text = Annotated[
    str, Field(max_length=2000), BeforeValidator(lambda told: "" if told is None else told)
]


class Message(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", coerce_numbers_to_str=True, defer_build=True
    )


class User(Message):
    id: Text
    card: Text = ""
    first_name: Text = ""
    middle_name: Text = ""
    last_name: Text = ""
    discount: Number = Decimal(0)
    """Per cent."""
    bonus: Number = Decimal(0)
    amount: Number = Decimal(0)
    """Spent so far."""
    purchases: Number = Decimal(0)
    url: Text = ""
    purchases_url: Text = ""
    coupons_url: Text = ""
    loyalty_url: Text = ""


class Programme(Message):
    type: Text = ""
    """``amount``, ``count``, ``bonus``, ``slave``, ``nothing``."""
    max_purchase_percentage: Maybe = None
    min_purchase_amount: Maybe = None
    bonus_to_amount: tuple[Number, ...] = ()
    """Points, and the money that they are worth."""
    amount_to_bonus: tuple[Number, ...] = ()


class Coupon(Message):
    id: Text
    number: Text = ""
    status: Text = ""
    offer_name: Text = ""
    coupon_condition: Text = ""
    date_expiration: Text = ""
    date_used: Text = ""
    url: Text = ""


class Coupons(Message):
    total: Number = Decimal(0)
    page: Number = Decimal(1)
    pages: Number = Decimal(1)
    next: Text = ""
    results: tuple[Coupon, ...] = ()


class Line(Message):
    item_gtin: Text = ""
    item_code: Text = ""
    group_code: Text = ""
    quantity: Number = Decimal(0)
    sum_total: Number = Decimal(0)
    sum_with_discount: Maybe = None


class Bonus(Message):
    accrued: Number = Decimal(0)
    written_off: Number = Decimal(0)
    balance: Maybe = None
    balance_inactive: Maybe = None


class Purchase(Message):
    id: Text = ""
    doc_id: Text = ""
    date: Text = ""
    discount: Number = Decimal(0)
    sum_total: Number = Decimal(0)
    sum_discount: Number = Decimal(0)
    sum_bonus: Number = Decimal(0)
    """Above zero: accrued; below: spent."""
    coupons: Text = ""
    items: tuple[Line, ...] = ()
    items_url: Text = ""
    bonus: Bonus = Bonus.model_construct()
    url: Text = ""
    """Empty: not committed."""


class Purchases(Message):
    results: tuple[Purchase, ...] = ()


class Token(Message):
    active: Text = ""


# --- reading


def read_body(body: bytes, content_type: str) -> Any:
    """JSON, or XML as the same lists and objects. Raises ValueError."""
    if "xml" in content_type.lower():
        try:
            return plain(parse(body, content_type))
        except NotSoap as error:
            raise ValueError(str(error)) from error
    return read_json(body)


def plain(element: Element) -> Any:
    children = [one for one in element if isinstance(one.tag, str)]
    if not children:
        return (element.text or "").strip()
    if all(local(one) == ITEM for one in children):
        return [plain(one) for one in children]
    return {local(one): plain(one) for one in children}


def rows(data: object) -> list[Any]:
    """A list, which XML writes as nothing where it is empty."""
    if data in ("", None, {}):
        return []
    if not isinstance(data, list):
        raise ValueError("a list was expected")
    return data


def read(model: type[M], data: object) -> M:
    """Raises ValueError."""
    if not isinstance(data, dict):
        raise ValueError("an object was expected")
    lists = ("items", "results", "bonus_to_amount", "amount_to_bonus")
    fixed = {name: rows(value) if name in lists else value for name, value in data.items()}
    if fixed.get("bonus") in ("", None):
        fixed.pop("bonus", None)
    return model.model_validate(fixed)

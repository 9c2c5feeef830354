# ruff: noqa: N815 - the names are the vendor's
"""What all messages of ``Processing`` v1.2 have in common. Keys keep the vendor's spelling."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Generic, TypeAlias, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, PlainSerializer


class Message(BaseModel):
    """A message, or a part of one: more keys than we know are passed over, null is as left out."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", coerce_numbers_to_str=True, defer_build=True
    )


def _zero(value: object) -> object:
    return 0 if value in (None, "") else value


def stamp(at: datetime) -> str:
    """'2024-01-01T10:00:00.000Z', as the vendor's clients write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Text: TypeAlias = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""Text; null is empty."""
Sum: TypeAlias = Annotated[Decimal, BeforeValidator(_zero)]
"""Money, points or a quantity; null is 0. Neither infinite nor no number."""
Number: TypeAlias = Annotated[int, BeforeValidator(_zero)]
"""A whole number; null is 0."""
Moment: TypeAlias = Annotated[AwareDatetime, PlainSerializer(stamp)]
Listed = BeforeValidator(lambda value: () if value is None else value)
"""For lists: null is an empty one."""


class State(StrEnum):
    """What became of a call."""

    SUCCESS = "Success"
    FAIL = "Fail"
    """It could not be executed."""
    ERROR = "Error"
    """The business said no."""
    VALIDATION_ERROR = "ValidationError"


class PurchaseState(StrEnum):
    CREATED = "Created"
    CONFIRMED = "Confirmed"
    CANCELED = "Canceled"


class OperationState(StrEnum):
    CREATED = "Created"
    CONFIRMED = "Confirmed"
    CANCELED = "Canceled"
    DELETED = "Deleted"


class ValidationError(Message):
    field: Text = ""
    errorMessages: Annotated[tuple[Text, ...], Listed] = ()


class Result(Message):
    state: Text
    """See ``State``; what nobody documented stays as it came."""
    httpCode: Number = 200
    message: Text = ""
    messageCode: Text = ""
    exception: Text = ""
    validationErrors: Annotated[tuple[ValidationError, ...], Listed] = ()


R = TypeVar("R", bound=Message)


class Envelope(Message, Generic[R]):
    """Around every answer: it succeeded where ``state`` is ``Success`` and ``code`` is ``Ok``."""

    result: Result
    data: Annotated[tuple[R, ...], Listed] = ()
    """One answer for each loyalty program, in a list even where there is one."""


# --- lines ------------------------------------------------------------------------------------


class Param(Message):
    name: Text
    value: Text = ""
    type: Text = "String"
    """``String`` or ``Decimal``."""


class Params(Message):
    paramsList: Annotated[tuple[Param, ...], Listed] = ()


class AppliedOffer(Message):
    """An offer that gave something to a line."""

    id: Text = ""
    versionId: Text = ""
    name: Text = ""
    externalId: Text = ""
    prerefenceValue: Sum = Decimal(0)
    """The vendor's spelling: how much it gave."""
    quantity: Sum = Decimal(0)
    currencyAbbreviation: Text = ""


Offers: TypeAlias = Annotated[tuple[AppliedOffer, ...], Listed]


class Line(Message):
    """A line as a till tells it."""

    position: int
    goodsId: Text = ""
    barcode: Text = ""
    name: Text = ""
    price: Sum = Decimal(0)
    """Of one piece or kilogram, before discounts."""
    quantity: Sum
    amount: Sum
    """After what the till took off by itself, before the offers."""
    discount: Sum = Decimal(0)
    """By the offers."""
    cashback: Sum = Decimal(0)
    correction: Sum = Decimal(0)
    """What the till corrects the line by before payment."""
    appliedOffers: Offers = ()
    params: Params | None = None


class Cheque(Message):
    number: Text = ""
    date: Moment
    lines: Annotated[tuple[Line, ...], Listed] = ()


class PricedLine(Message):
    """A line as it is answered."""

    position: int
    amount: Sum = Decimal(0)
    """After all discounts."""
    goodsId: Text = ""
    barcode: Text = ""
    quantity: Sum = Decimal(0)
    discount: Sum = Decimal(0)
    cashback: Sum = Decimal(0)
    payAmount: Sum = Decimal(0)
    """The part that points pay."""
    message: Text = ""
    appliedOffers: Offers = ()


class PricedCheque(Message):
    totalAmount: Sum = Decimal(0)
    totalDiscount: Sum = Decimal(0)
    totalCashback: Sum = Decimal(0)
    lines: Annotated[tuple[PricedLine, ...], Listed] = ()


# --- what every request and every answer has --------------------------------------------------


class Operation(Message):
    """All of Confirm and of both kinds of Cancel, the beginning of all others."""

    operationId: Text
    operationDate: Moment


class Request(Operation):
    cashier: Text = ""
    cheque: Cheque
    params: Params | None = None


class LoyaltyProgram(Message):
    name: Text = ""
    description: Text = ""


class Identification(Message):
    name: Text = ""
    value: Text = ""


class Reply(Message):
    transactionId: Number = 0
    deviceLogicalId: Text = ""
    operationId: Text = ""
    code: Text
    """See ``codes``."""
    errorMessage: Text = ""
    cashierMessage: Text = ""
    chequeMessage: Text = ""
    cheque: PricedCheque | None = None
    loyaltyPrograms: Annotated[tuple[LoyaltyProgram, ...], Listed] = ()
    identificationData: Annotated[tuple[Identification, ...], Listed] = ()

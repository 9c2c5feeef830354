"""Steps that people write otherwise than their commands are made: who, how much of which money,
what goes wrong."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, create_model, model_validator
from pydantic_core import PydanticCustomError

from cashier import commands as do
from cashier import faults
from cashier.i18n import _
from cashier.receipt import Identifier, IdentifierKind, TenderKind
from cashier.scenario.units import REST_OF, UNITS, Text


class Shape(BaseModel):
    """The fields of a step."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class OneOf(Shape):
    """Of some fields exactly one is given."""

    either: ClassVar[tuple[str, ...]]

    @model_validator(mode="after")
    def _one(self) -> "OneOf":
        if len(self.model_fields_set & set(self.either)) != 1:
            text = _("expected one of {known}")
            raise PydanticCustomError("one_of", text, {"known": ", ".join(self.either)})
        return self

    @property
    def chosen(self) -> str:
        (name,) = self.model_fields_set & set(self.either)
        return name


class Identify(OneOf):
    """``identify: {phone: "+79001234567"}``"""

    either = ("card", "phone", "email", "app", "coupon")
    card: Text = ""
    phone: Text = ""
    email: Text = ""
    app: Text = ""
    coupon: Text = ""


def identify(shape: Identify) -> do.Command:
    return do.Identify(Identifier(IdentifierKind(shape.chosen), getattr(shape, shape.chosen)))


def identified(command: do.Identify) -> dict[str, Any]:
    return {command.identifier.kind.value: command.identifier.value}


def guessed(text: str) -> dict[str, Any]:
    """By what a person typed: a phone begins with a plus."""
    if "@" in text[1:]:
        return {"email": text}
    return {"phone": text} if text.startswith("+") else {"card": text}


_Money: Any = REST_OF["money"]


class Tender(OneOf):
    """``tender: {cash: 500}``, ``tender: {card: rest}``"""

    either = ("cash", "card", "certificate")
    cash: _Money = None
    card: _Money = None
    certificate: _Money = None
    number: Text = ""


def tender(shape: Tender) -> do.Command:
    return do.TakeTender(TenderKind(shape.chosen), getattr(shape, shape.chosen), shape.number)


def tendered(command: do.TakeTender) -> dict[str, Any]:
    said: dict[str, Any] = {command.kind.value: command.amount}
    return {**said, "number": command.reference} if command.reference else said


_COUNTED = ("times", "every", "chance", "seed", "seconds", "status")


def _counted(name: str) -> Any:
    """A field with its limits; the file has its number as text."""
    field = faults.Fault.model_fields[name]
    number: Any = UNITS["number"]
    return Annotated[(number, *field.metadata)], field.default


Fault: Any = create_model(
    "Fault", __base__=faults.Fault, **{name: _counted(name) for name in _COUNTED}
)
"""``fault: {step: save_sale, kind: lost_answer, times: 1}``"""


def fault(shape: faults.Fault) -> do.Command:
    said = {name: getattr(shape, name) for name in shape.model_fields_set}
    return do.SetFault(faults.Fault.model_construct(**said))


def faulty(command: do.SetFault) -> dict[str, Any]:
    return {name: getattr(command.fault, name) for name in command.fault.model_fields_set}

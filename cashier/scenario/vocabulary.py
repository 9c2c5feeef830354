"""Every command of the till is a step; the shape of a step is that of its command.

Nothing about a command is written down here a second time: its fields and their units come from
``commands``. Three have a shape of their own, because people would write them so.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import Enum
from functools import cached_property
from types import NoneType
from typing import Annotated, Any, TypeAlias, get_args, get_origin, get_type_hints

from pydantic import BaseModel, create_model

from cashier import commands as do
from cashier.commands import Command
from cashier.config import Where, fit
from cashier.i18n import _
from cashier.scenario import shapes
from cashier.scenario.source import Source
from cashier.scenario.units import REST_OF, UNITS, Day, Text, snake

Plain: TypeAlias = str | bool | dict[str, Any] | list[Any] | None
"""What stands behind the colon of a step."""


@dataclass(frozen=True)
class Verb:
    """One word of the vocabulary, and the command that it is."""

    name: str
    kind: type
    make_shape: Callable[[], type[BaseModel]]
    """Called when the first such step is read: to build all of them takes a while."""
    make: Callable[[Any], Command]
    """A shape as the command."""
    unmake: Callable[[Any], dict[str, Any]]
    """The fields of a command, as they are in the shape; those that say nothing left out."""
    short: Callable[[str], dict[str, Any]]
    """What a bare value stands for."""

    @cached_property
    def shape(self) -> type[BaseModel]:
        return self.make_shape()

    def read(self, given: Plain, source: Source, at: Where) -> Command:
        """The command of a step. Raises ConfigError that names line and field."""
        data = given if isinstance(given, dict) else self._long(given, source, at)
        return self.make(fit(data, self.shape, source.name, source, at))

    def _long(self, given: Plain, source: Source, at: Where) -> dict[str, Any]:
        if given is None:
            return {}
        if isinstance(given, bool):
            return {next(iter(self.shape.model_fields), ""): given}
        if not isinstance(given, str) or not self.shape.model_fields:
            raise source.wrong(at, _("expected the fields of {step}").format(step=self.name))
        return self.short(given)

    def write(self, command: Command) -> Plain:
        """The step of a command: a bare value where one is enough, None where nothing is."""
        said = self.unmake(command)
        data = self.shape.model_construct(**said).model_dump(include=set(said), mode="json")
        if not data:
            return None
        ((name, value), *more) = data.items()
        if not more and isinstance(value, str) and self.short(value) == {name: value}:
            return value
        return data


# --- the usual shape: that of the command


def _fields(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: (_field(hints[field.name]), _default(field)) for field in fields(kind)}


def _default(field: Any) -> Any:
    return ... if field.default is MISSING else field.default


def _field(hint: Any) -> Any:
    parts = get_args(hint)
    if NoneType in parts and get_origin(hint) is not Annotated:
        (inner,) = (part for part in parts if part is not NoneType)
        if get_origin(inner) is Annotated:
            return REST_OF[get_args(inner)[1]]
        return _field(inner) | None
    if get_origin(hint) is Annotated:
        return UNITS[parts[1]]
    if hint is bool or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint
    known: dict[Any, Any] = {str: Text, int: UNITS["number"], date: Day}
    return known[hint]


def _usual(name: str, kind: type) -> Verb:
    known = [field.name for field in fields(kind)]
    defaults = {field.name: field.default for field in fields(kind)}

    def make_shape() -> type[BaseModel]:
        shape: type[BaseModel] = create_model(kind.__name__, __base__=shapes.Shape, **_fields(kind))
        return shape

    def unmake(command: Any) -> dict[str, Any]:
        values = {field: getattr(command, field) for field in known}
        return {field: value for field, value in values.items() if value != defaults[field]}

    return Verb(
        name,
        kind,
        make_shape,
        lambda shape: kind(**{field: getattr(shape, field) for field in known}),
        unmake,
        lambda text: {known[0]: text},
    )


# --- all the words

_OWN: dict[type, tuple[type[BaseModel], Any, Any, Any]] = {
    do.Identify: (shapes.Identify, shapes.identify, shapes.identified, shapes.guessed),
    do.TakeTender: (shapes.Tender, shapes.tender, shapes.tendered, lambda text: {text: "rest"}),
    do.SetFault: (shapes.Fault, shapes.fault, shapes.faulty, lambda text: {"kind": text}),
}
"""Shape, making a command of it, its fields of a command, what a bare value stands for."""
_NAMES: dict[type, str] = {
    do.EnterCode: "confirm",
    do.ApplyCoupon: "coupon",
    do.TakeTender: "tender",
    do.SetConnection: "connection",
    do.SetFault: "fault",
    do.SetCardTerminal: "card_terminal",
    do.SetPrinter: "printer",
}
"""Where people say it otherwise than the command is called."""


def _verb(kind: type) -> Verb:
    name = _NAMES.get(kind) or snake(kind.__name__)
    if kind not in _OWN:
        return _usual(name, kind)
    shape, make, unmake, short = _OWN[kind]
    return Verb(name, kind, lambda: shape, make, unmake, short)


VERBS: dict[str, Verb] = {verb.name: verb for verb in map(_verb, get_args(Command))}
"""By the word that a step begins with."""
OF_COMMAND: dict[type, Verb] = {verb.kind: verb for verb in VERBS.values()}

"""What till and instructor say to each other: a line of JSON each, small frozen values.

Whoever listens believes nothing: sizes are limited here, and texts are cleaned before a terminal
gets them.
"""

from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from cashier.commands import (
    CardAnswer,
    ClearFaults,
    Connection,
    PrinterTrouble,
    SetCardTerminal,
    SetConnection,
    SetFault,
    SetPrinter,
)
from cashier.display import Number
from cashier.exchange import Frozen
from cashier.faults import Fault
from cashier.seat.notes import LONGEST_NOTE, Note

LARGEST_UPDATE = 1 << 22
"""Bytes of what the till says at once."""
LARGEST_WISH = 1 << 13
"""Bytes of what an instructor says at once."""
LONGEST_SPEECH = 200
MOST_NOTES = 50
"""Notes that an instructor gets when he comes."""
MOST_COLUMNS = 1000
MOST_ROWS = 500
_MOST_FAULTS = 100

Text: TypeAlias = Annotated[str, Field(max_length=300)]
Sentence: TypeAlias = Annotated[str, Field(max_length=2000)]
Style: TypeAlias = Annotated[str, Field(max_length=120, pattern=r"^[a-z0-9_#() ]*$")]
"""'bold #ffffff on #000000', as rich writes it."""
Part: TypeAlias = tuple[Annotated[str, Field(max_length=4 * MOST_COLUMNS)], Style]
"""A piece of a row, and its style."""
RowParts: TypeAlias = Annotated[tuple[Part, ...], Field(max_length=MOST_COLUMNS)]


# --- what the till says


class Picture(Frozen):
    """The trainee's screen, to the letter."""

    columns: Annotated[int, Field(ge=1, le=MOST_COLUMNS)]
    rows: Annotated[tuple[RowParts, ...], Field(max_length=MOST_ROWS)]


class StandingFault(Frozen):
    """A fault that stands, and how often it struck."""

    fault: Fault
    hits: Annotated[int, Field(ge=0)] = 0


class Facts(Frozen):
    """What an instructor asks himself, beside the picture."""

    shop: Text
    till: Text = ""
    cashier: Text = ""
    live: bool = False
    training: bool = False
    state: Text = ""
    """A ``State``."""
    receipt: Text = ""
    """Its number; empty: it has none yet, or there is none."""
    lines: Number = 0
    total: Number = 0
    due: Number = 0
    digits: Annotated[int, Field(ge=0, le=4)] = 2
    question: Text = ""
    """Name of the class of the question that is open; empty: none is."""
    keys: Text = ""
    """What was pressed last: '4600000000015<enter><f10>'."""
    connection: Annotated[Connection, Field(strict=False)] | None = None
    """None: the shop has no loyalty system."""
    faults: Annotated[tuple[StandingFault, ...], Field(max_length=_MOST_FAULTS)] = ()
    card: Annotated[CardAnswer, Field(strict=False)] = CardAnswer.BY_AMOUNT
    card_times: Number = 0
    """The terminal answers so no more often; 0: until something else is chosen."""
    printer: Annotated[PrinterTrouble, Field(strict=False)] | None = None
    """None: the printer is a real one."""
    wrong_code: bool = False
    """The next code on the customer's phone will be a wrong one."""
    customer: Text = ""
    """What the customer wants, as the trainee reads it."""
    watchers: Number = 0


class Answer(Frozen):
    """What came of a wish."""

    done: bool
    text: Sentence


class Farewell(Frozen):
    """The last that is said."""

    why: Sentence
    closed: bool = False
    """The till was closed in order; otherwise only this instructor is let go."""


class Update(Frozen):
    """One line: what is new. The first one holds everything."""

    picture: Picture | None = None
    facts: Facts | None = None
    notes: Annotated[tuple[Note, ...], Field(max_length=2 * MOST_NOTES)] = ()
    answers: Annotated[tuple[Answer, ...], Field(max_length=100)] = ()
    farewell: Farewell | None = None


# --- what an instructor says


class Hello(Frozen):
    """The first words; only then he is shown anything."""

    wish: Literal["hello"] = "hello"
    who: Annotated[str, Field(max_length=100)] = ""


class Do(Frozen):
    """Give the till this command."""

    wish: Literal["do"] = "do"
    command: Annotated[str, Field(max_length=40)]
    fields: dict[str, Any] = {}


class Speak(Frozen):
    """The customer says so; empty: he takes it back."""

    wish: Literal["speak"] = "speak"
    text: Annotated[str, Field(max_length=LONGEST_SPEECH)] = ""


class Misread(Frozen):
    """The next code that the customer gets is shown wrong, once."""

    wish: Literal["misread"] = "misread"
    on: bool = True


class Write(Frozen):
    """A note for the report."""

    wish: Literal["write"] = "write"
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]


Wish: TypeAlias = Hello | Do | Speak | Misread | Write
Drop: TypeAlias = SetConnection | SetFault | ClearFaults | SetCardTerminal | SetPrinter
"""The commands of the till that an instructor may give: those that make trouble, or end it."""
DROPS: dict[str, type[Drop]] = {
    kind.__name__: kind
    for kind in (SetConnection, SetFault, ClearFaults, SetCardTerminal, SetPrinter)
}


@cache
def _wishes() -> TypeAdapter[Wish]:
    return TypeAdapter(Annotated[Wish, Field(discriminator="wish")])


@cache
def _drop(name: str) -> TypeAdapter[Drop]:
    return TypeAdapter(DROPS[name])


def read_wish(line: bytes) -> Wish:
    """Raises ValueError."""
    try:
        return _wishes().validate_json(line)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"]) from error


def command_of(wish: Do) -> Drop:
    """Raises ValueError for what is no such command."""
    kind = DROPS.get(wish.command)
    if kind is None or set(wish.fields) - set(kind.__dataclass_fields__):
        raise ValueError(wish.command)
    return _drop(wish.command).validate_python(wish.fields)


def wish_for(command: Drop) -> Do:
    data = _drop(type(command).__name__).dump_python(command, mode="json")
    return Do(command=type(command).__name__, fields=data)


def line_of(said: Frozen) -> bytes:
    return said.model_dump_json().encode("utf-8") + b"\n"

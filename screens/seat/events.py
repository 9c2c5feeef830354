"""The events that an instructor drops in, each with its key; most are commands of the till."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from cashier import commands as do
from cashier.commands import CardAnswer, Connection, PrinterTrouble
from cashier.faults import Fault, Plan, Standing
from cashier.i18n import _
from cashier.seat.protocol import Drop, Facts, Misread, Speak, Wish, wish_for
from screens.dialogs.choice import Choice, Option
from screens.dialogs.faults import ClearAll, FaultsDialog
from screens.seat import words

OTHER_WORDS = "\n"
"""The customer says something that is not ready: it is typed."""


class Instructor(Protocol):
    """What an event needs of the instructor's terminal."""

    def send(self, *wishes: Wish) -> None: ...

    def speak(self, text: str) -> None: ...

    def push_screen(self, screen: Any, callback: Callable[[Any], None]) -> Any: ...


@dataclass(frozen=True)
class DropIn:
    """One key at the bottom of the screen."""

    key: str
    label: str
    act: Callable[[Instructor, Facts], None]
    stands: bool
    """It holds now: then the key ends it, or something of it waits."""


def _customer(instructor: Instructor, facts: Facts) -> None:
    options = [Option(_("Something else…"), OTHER_WORDS)]
    options += [Option(text, text) for text in words.wishes()]
    if facts.customer:
        options.append(Option(_("Nothing any more"), ""))

    def answered(text: str | None) -> None:
        if text is not None:
            instructor.speak(text)

    title = _("What the customer says")
    instructor.push_screen(Choice(title, options, chosen=1, columns=76), answered)


def _card(instructor: Instructor, facts: Facts) -> None:
    """For the next card only: then the terminal answers as before."""
    del facts
    options = [
        Option(_("The next card is declined"), do.SetCardTerminal(CardAnswer.DECLINE, 1)),
        Option(_("The bank wants to be called"), do.SetCardTerminal(CardAnswer.REFER, 1)),
        Option(_("The terminal does not answer"), do.SetCardTerminal(CardAnswer.SILENT, 1)),
        Option(_("The terminal is slow"), do.SetCardTerminal(CardAnswer.SLOW, 1)),
        Option(_("As it was: by the amount"), do.SetCardTerminal(CardAnswer.BY_AMOUNT)),
    ]

    def answered(command: do.SetCardTerminal | None) -> None:
        if command is not None:
            instructor.send(wish_for(command))

    instructor.push_screen(Choice(_("The next card payment"), options), answered)


def _switch(connection: Connection) -> Callable[[Instructor, Facts], None]:
    """Into this state of the connection, or out of it."""

    def act(instructor: Instructor, facts: Facts) -> None:
        back = facts.connection is connection
        instructor.send(wish_for(do.SetConnection(Connection.ONLINE if back else connection)))

    return act


def _paper(instructor: Instructor, facts: Facts) -> None:
    working = facts.printer in (None, PrinterTrouble.NONE)
    trouble = PrinterTrouble.PAPER_OUT if working else PrinterTrouble.NONE
    instructor.send(wish_for(do.SetPrinter(trouble)))


def _wrong_code(instructor: Instructor, facts: Facts) -> None:
    instructor.send(Misread(on=not facts.wrong_code))


def _fault(instructor: Instructor, facts: Facts) -> None:
    plan = Plan()
    plan.standing = [Standing(one.fault, hits=one.hits) for one in facts.faults]

    def answered(answer: Fault | ClearAll | None) -> None:
        if answer is not None:
            command = do.ClearFaults() if isinstance(answer, ClearAll) else do.SetFault(answer)
            instructor.send(wish_for(command))

    instructor.push_screen(FaultsDialog(plan), answered)


def _all_well(instructor: Instructor, facts: Facts) -> None:
    """Everything that stands is ended, and nothing else is touched."""
    commands: list[Drop] = []
    if facts.faults:
        commands.append(do.ClearFaults())
    if facts.card is not CardAnswer.BY_AMOUNT:
        commands.append(do.SetCardTerminal(CardAnswer.BY_AMOUNT))
    if facts.printer not in (None, PrinterTrouble.NONE):
        commands.append(do.SetPrinter(PrinterTrouble.NONE))
    if facts.connection not in (None, Connection.ONLINE):
        commands.append(do.SetConnection(Connection.ONLINE))
    wishes: list[Wish] = [wish_for(command) for command in commands]
    if facts.wrong_code:
        wishes.append(Misread(on=False))
    if facts.customer:
        wishes.append(Speak())
    instructor.send(*wishes)


def events(facts: Facts) -> tuple[DropIn, ...]:
    """In the order of their keys, as they stand now."""
    at = facts.connection
    pulled, losing, slow = Connection.OFFLINE, Connection.LOST_ANSWERS, Connection.SLOW
    card = facts.card is not CardAnswer.BY_AMOUNT
    paper = facts.printer not in (None, PrinterTrouble.NONE)
    plug = _("plug back") if at is pulled else _("pull the plug")
    return (
        DropIn("1", _("customer"), _customer, bool(facts.customer)),
        DropIn("2", _("card"), _card, card),
        DropIn("3", plug, _switch(pulled), at is pulled),
        DropIn("4", _("lose answers"), _switch(losing), at is losing),
        DropIn("5", _("slow"), _switch(slow), at is slow),
        DropIn("6", _("paper out"), _paper, paper),
        DropIn("7", _("wrong code"), _wrong_code, facts.wrong_code),
        DropIn("8", _("fault…"), _fault, bool(facts.faults)),
        DropIn("9", _("all well"), _all_well, False),  # noqa: FBT003 - it never stands
    )

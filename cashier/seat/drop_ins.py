"""What an instructor does to the till: the commands that make trouble, a customer who has wishes,
a code that is read wrong, notes.

The command goes the way of every command, through ``Till.do``; only what the till would say of it
is told to the instructor and not to the trainee, where that would spoil the exercise.
"""

import asyncio
from dataclasses import dataclass, field, replace

from cashier.clock import Clock
from cashier.commands import (
    CardAnswer,
    ClearFaults,
    Connection,
    PrinterTrouble,
    SetConnection,
    SetPrinter,
)
from cashier.errors import BadInput, CashierError, NotNow, StorageError
from cashier.events import Changed, CustomerSaid, DroppedIn, Event, Said, Tone
from cashier.exchange import PhoneMessage
from cashier.i18n import _
from cashier.live import check_harmless
from cashier.printing.making import played_of
from cashier.seat.notes import LONGEST_NOTE, Note, Notebook, NoteKind
from cashier.seat.protocol import (
    Answer,
    Do,
    Drop,
    Facts,
    Hello,
    Misread,
    Speak,
    StandingFault,
    Wish,
    Write,
    command_of,
)
from cashier.slip import plain
from cashier.snapshot import State
from cashier.till import Till
from cashier.witness import DOING


class DropIns:
    """One till in the hands of its instructors."""

    def __init__(self, till: Till, notebook: Notebook, clock: Clock | None = None) -> None:
        self.wrong_code = False
        """The next code is shown wrong."""
        self.customer = ""
        """What the customer wants."""
        self.noted: list[Note] = []
        """New notes that nobody was told yet."""
        self._till = till
        self._notebook = notebook
        self._clock = clock or till.workplace.clock
        self._heard: _Heard | None = None
        """What the till says of the command that an instructor gave it just now."""
        self._one_by_one = asyncio.Lock()
        self._wished_on = ""
        """The receipt on which the customer wanted it."""
        till.events.bend(self._bend)
        till.events.watch(self._hear)

    def leave(self) -> None:
        """The till is told nothing bent any more."""
        self._till.events.unbend(self._bend)

    # --- wishes

    async def carry_out(self, wish: Wish, who: str) -> Answer:
        """What came of it. Never raises what a till may say; nothing is done then."""
        try:
            text = await self._carry_out(wish, who)
        except CashierError as error:
            return Answer(done=False, text=str(error))
        return Answer(done=True, text=text)

    async def _carry_out(self, wish: Wish, who: str) -> str:
        match wish:
            case Do():
                text = await self._do(_known(wish))
            case Speak():
                text = self._speak(plain(wish.text))
            case Misread():
                text = self._misread(on=wish.on)
            case Write():
                self._write(NoteKind.NOTE, plain(wish.text), who)
                return _("Noted.")
            case Hello():
                raise NotNow(_("This terminal said hello twice."))
        self._write(NoteKind.EVENT, text, who)
        return text

    async def _do(self, command: Drop) -> str:
        """What the till said of it."""
        async with self._one_by_one:
            self._heard = heard = _Heard(type(command).__name__, hush=_spoils(command))
            try:
                await self._till.do(command)
            finally:
                self._heard = None
            self._till.events.tell(DroppedIn(command))
        return " ".join(heard.texts) or _("The till asks the cashier first.")

    def _speak(self, text: str) -> str:
        now = self._till.now
        self.customer = text
        self._wished_on = now.receipt.receipt_id if now.receipt else ""
        self._till.events.tell(CustomerSaid(text))
        return _("The customer: {text}").format(text=text) if text else _("The customer is silent.")

    def _misread(self, *, on: bool) -> str:
        check_harmless(self._till.workplace)
        self.wrong_code = on
        self._till.events.tell(DroppedIn())
        return (
            _("The next code on the customer's phone is a wrong one, once.")
            if on
            else _("Codes on the customer's phone are right.")
        )

    def _write(self, kind: NoteKind, text: str, who: str) -> None:
        """Raises StorageError."""
        now, desk = self._till.now, self._till.workplace
        receipt = now.receipt
        note = Note(
            at=self._clock.now(),
            kind=kind,
            text=text[:LONGEST_NOTE],
            who=plain(who)[:100],
            receipt_id=receipt.receipt_id if receipt else "",
            receipt=receipt.number if receipt else "",
            state=now.state.value,
            training=desk.shop.training,
        )
        self._notebook.write(note)
        self.noted.append(note)

    # --- what is told at the till

    def _bend(self, event: Event) -> Event | None:
        heard = self._heard
        if heard is not None and isinstance(event, Said) and DOING.get() == heard.command:
            heard.texts.append(event.text)
            return None if heard.hush else event
        if isinstance(event, PhoneMessage) and event.code and self.wrong_code:
            self.wrong_code = False
            return _misread(event)
        return event

    def _hear(self, event: Event) -> None:
        if not isinstance(event, Changed):
            return
        now = event.snapshot
        over = now.receipt is None and bool(self._wished_on)
        if self.customer and (over or now.state is State.FINISHED):
            self.customer = self._wished_on = ""
            self._till.events.tell(CustomerSaid(""))
        if now.receipt is not None and now.receipt.number:
            try:
                self._notebook.numbered(now.receipt.receipt_id, now.receipt.number)
            except StorageError as error:
                self._till.workplace.say(str(error), Tone.WARNING)

    # --- what an instructor asks himself

    def facts(self, keys: str, watchers: int) -> Facts:
        now, desk = self._till.now, self._till.workplace
        shop, receipt, plug = desk.shop, now.receipt, desk.plug
        played = played_of(desk.printer)
        return Facts(
            shop=_text(shop.name),
            till=_text(str(shop.till)),
            cashier=_text(desk.cashier),
            live=shop.live,
            training=shop.training,
            state=now.state.value,
            receipt=_text(receipt.number) if receipt else "",
            lines=len(receipt.lines) if receipt else 0,
            total=receipt.to_pay if receipt else 0,
            due=receipt.due if receipt else 0,
            digits=shop.money.digits,
            question=type(now.question).__name__ if now.question else "",
            keys=keys,
            connection=plug.connection if plug else None,
            faults=tuple(
                StandingFault(fault=one.fault, hits=one.hits)
                for one in (plug.standing if plug else ())[-20:]
            ),
            card=desk.card_terminal.answer or CardAnswer.BY_AMOUNT,
            card_times=desk.card_terminal.times,
            printer=played.trouble if played else None,
            wrong_code=self.wrong_code,
            customer=self.customer,
            watchers=watchers,
        )


def _known(wish: Do) -> Drop:
    """Raises BadInput."""
    try:
        return command_of(wish)
    except ValueError as error:
        raise BadInput(_("The till does not know this event.")) from error


@dataclass
class _Heard:
    """What the till says while it carries a command out, and whether nobody is told."""

    command: str
    hush: bool
    texts: list[str] = field(default_factory=list)


def _spoils(command: Drop) -> bool:
    """Whether the till must not announce it: the trainee is to find it out."""
    match command:
        case SetConnection(connection=Connection.ONLINE) | ClearFaults():
            return False
        case SetPrinter(trouble=trouble):
            return trouble is not PrinterTrouble.NONE
    return True


def _misread(message: PhoneMessage) -> PhoneMessage:
    """The same message with another last digit in its code."""
    code = message.code
    at = max((place for place, letter in enumerate(code) if letter.isdecimal()), default=-1)
    if at < 0:
        return message
    wrong = f"{code[:at]}{(int(code[at]) + 1) % 10}{code[at + 1 :]}"
    return replace(message, text=message.text.replace(code, wrong), code=wrong)


def _text(text: str) -> str:
    return plain(text)[:300]

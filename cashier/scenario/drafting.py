"""A scenario in the making: what was done at a till, written down with what was seen.

What comes anew at every run is written by what it is: a code by ``from-phone``, a receipt by the
name of the step that made it. Mistakes of the fingers (a key at the wrong time, a code that nobody
knows) change nothing and are left out; what the system refused stands as ``expect_refused``.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cashier import commands as do
from cashier.acts import Act
from cashier.commands import Command
from cashier.i18n import _
from cashier.receipt import Kind, Receipt
from cashier.scenario.acting import FROM_CARD, FROM_PHONE, WRONG, reason_of
from cashier.scenario.expecting import seen
from cashier.scenario.given import Given, GivenCustomer
from cashier.scenario.model import Deed, Refusal, Return, ScenarioFile, Step, Wait
from cashier.scenario.references import References
from cashier.scenario.sifting import resumed, sifted
from cashier.scenario.source import Source
from cashier.scenario.stand_ins import StandIns
from cashier.scenario.writing import assembled, step_text
from cashier.snapshot import AskFreeCard, AskSupervisor, State

NOWHERE = Source("", Path(), None, {})
PIN = "pin"
"""The variable that stands for a supervisor's PIN."""
LONGEST_PAUSE = 60
"""Seconds that go by without being written down."""


@dataclass
class Draft:
    """Acts go in, in order; a text comes out whenever it is wanted."""

    title: str
    language: str
    shop: str
    people: StandIns
    references: References
    setup: tuple[Step, ...] = ()
    began: datetime | None = None
    steps: list[Step] = field(default_factory=list)
    given: list[GivenCustomer] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    """Phones, e-mails and cards of those who were met."""
    _new: set[str] = field(default_factory=set)
    """Those of whom nothing was known: what they get in this session is new."""
    _texts: list[str] = field(default_factory=list)
    _last: Act | None = None
    _until: datetime | None = None

    def text(self) -> str:
        """The whole file."""
        head: dict[str, Any] = {
            "scenario": self.title,
            "language": self.language,
            "shop": self.shop,
            "clock": self.began,
            "given": Given(customers=tuple(self.given)),
            "vars": {PIN: FROM_CARD} if self._asks_for_pin else {},
        }
        setup = [step_text(step) for step in self.setup]
        filled = {name: value for name, value in head.items() if value and value != Given()}
        return assembled(
            ScenarioFile.model_construct(_fields_set=set(filled), **filled),  # ours: it is right
            self._texts,
            setup=setup,
            notes=self.notes,
        )

    @property
    def _asks_for_pin(self) -> bool:
        return any(
            isinstance(step.deed, do.Allow) and step.deed.pin != WRONG for step in self.steps
        )

    # --- an act

    def add(self, act: Act) -> None:
        command = sifted(act)
        if command is None:
            return
        self._meet(act)
        if isinstance(command, do.ResumeReceipt):
            for one in resumed(act.before):
                self._append(Step(NOWHERE, (), self.people.command(one)))
            return
        self._pause(act)
        self._append(self._step(command, act))
        self._note(act)
        self._last = act

    def _step(self, command: Command, act: Act) -> Step:
        refusal = None
        if act.error is not None:
            refusal = Refusal(reason_of(act.error))
        elif act.aside:
            refusal = Refusal(act.aside)
        deed: Deed = self._told(command, act)
        expect = seen(act, self._last, but=self._anew(act))
        whole = self._whole_return(deed, act) if refusal is None else None
        return Step(NOWHERE, (), whole or deed, expect=expect, refusal=refusal)

    def _told(self, command: Command, act: Act) -> Command:
        """The command as the file has it."""
        match command:
            case do.EnterCode(code):
                right = code.strip() == act.code if act.code else not act.aside
                return do.EnterCode(FROM_PHONE if right else WRONG)
            case do.Allow():
                asked = act.after.question
                wrong = isinstance(asked, AskSupervisor) and asked.command == _asked(act)
                wrong = wrong or _denied(act)
                pin = WRONG if wrong else f"${{{PIN}}}"
                return do.Allow(pin, self.people.words(command.why))
        known = self.references.of(command)
        if known is not None:
            made, receipt_id = known
            self._name(receipt_id)
            return made
        for number in self.references.strange(command):
            text = _("Receipt {number} is older than this file: fresh data do not have it.")
            if (note := text.format(number=number)) not in self.notes:
                self.notes.append(note)
        return self.people.command(command)

    def _append(self, step: Step) -> None:
        self.steps.append(step)
        self._texts.append(step_text(step))

    def _pause(self, act: Act) -> None:
        """Time that went by counts where it is long."""
        if self._until is None:
            self.began = self._until = act.at
        gone = int((act.at - self._until).total_seconds())
        if gone >= LONGEST_PAUSE:
            self._append(Step(NOWHERE, (), Wait(gone)))
            self._until = act.at

    # --- receipts by name

    def _name(self, receipt_id: str) -> None:
        """The step that had this receipt last gets the name, if it has none."""
        place, name = self.references.places[receipt_id], self.references.name(receipt_id)
        if self.steps[place].name != name:
            self.steps[place] = replace(self.steps[place], name=name)
            self._texts[place] = step_text(self.steps[place])

    def _note(self, act: Act) -> None:
        receipt = act.after.receipt
        if receipt is not None and self.steps:
            self.references.note(receipt, len(self.steps) - 1, new=self._is_new(act))

    def _whole_return(self, deed: Deed, act: Act) -> Return | None:
        """Finding the sale, choosing and giving the money back are one step, if nothing else was
        done in between."""
        if not isinstance(deed, do.Refund) or act.after.state is not State.FINISHED:
            return None
        place = len(self.steps)
        chosen: list[do.ReturnLine | do.ReturnAll] = []
        while place and isinstance(one := self.steps[place - 1].deed, do.ReturnLine | do.ReturnAll):
            if self.steps[place - 1].refusal is not None:
                return None
            chosen.insert(0, one)
            place -= 1
        found = self.steps[place - 1] if place else None
        name = self.references.returning(found)
        made = _return_of(name, chosen, deed, act.before.receipt) if name else None
        if made is not None and found is not None and not found.name:
            del self.steps[place - 1 :], self._texts[place - 1 :]
            return made
        return None

    # --- people

    def _anew(self, act: Act) -> set[str]:
        """Facts that are others in other data: what was made in this session."""
        receipt = act.after.receipt
        made = receipt is not None and any(map(self.references.knows, _codes(receipt)))
        return ({"card"} if self._is_new(act) else set()) | ({"coupons"} if made else set())

    def _is_new(self, act: Act) -> bool:
        buyer = act.after.receipt.buyer if act.after.receipt else None
        return buyer is not None and buyer.identifier.value in self._new

    def _meet(self, act: Act) -> None:
        """Who comes for the first time is given as he is; who is new is not."""
        if act.met is None or act.met.identifier.value in self._known:
            return
        sight, who = act.met.sight, act.met.identifier.value
        self._known.add(who)
        if sight is None:
            self._meet_unknown(act, who)
            return
        names = {who, sight.phone, sight.email, *sight.cards} - {""}
        if not sight.fresh and not (names - {who}) & self._known:
            self.given.append(self.people.customer(sight))
        self._known |= names

    def _meet_unknown(self, act: Act, who: str) -> None:
        """Nobody; or the system tells of him only what every till is told."""
        buyer = act.after.receipt.buyer if act.after.receipt else None
        card = buyer.card if buyer and buyer.identifier.value == who else None
        if card is None or buyer is None or isinstance(act.before.question, AskFreeCard):
            self._new.add(who)
            return
        customer = buyer.customer
        self.given.append(
            GivenCustomer.model_construct(
                {"phone", "name", "card", "points"},
                phone=self.people.phone(customer.phone if customer else ""),
                name=self.people.name(customer.name if customer else ""),
                card=self.people.card(card.number),
                points=max(0, card.balance),
            )
        )
        self._known |= {card.number, customer.phone if customer else ""} - {""}


def _codes(receipt: Receipt) -> list[str]:
    return [coupon.code for coupon in receipt.coupons]


def _asked(act: Act) -> Command | None:
    question = act.before.question
    return question.command if isinstance(question, AskSupervisor) else None


def _denied(act: Act) -> bool:
    """The last attempt was wrong, too: the question is closed, and nothing was done."""
    return (
        act.error is None
        and replace(act.before, question=None) == act.after
        and (isinstance(act.before.question, AskSupervisor) and act.before.question.attempts <= 1)
    )


def _return_of(
    name: str,
    chosen: list[do.ReturnLine | do.ReturnAll],
    refund: do.Refund,
    receipt: Receipt | None,
) -> Return | None:
    """One step instead of all these; None: it would not be the same."""
    if not chosen or receipt is None or receipt.kind is not Kind.RETURN:
        return None
    if len(chosen) == 1 and isinstance(chosen[0], do.ReturnAll):
        return Return(name, refund=refund.kind)
    lines = [one for one in chosen if isinstance(one, do.ReturnLine)]
    numbers, quantities = [one.line for one in lines], {one.quantity for one in lines}
    if len(lines) < len(chosen) or len(set(numbers)) < len(numbers) or len(quantities) > 1:
        return None
    (quantity,) = quantities
    return Return(name, tuple((number, quantity) for number in numbers), refund.kind)

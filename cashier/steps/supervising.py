"""A supervisor allows what the cashier may not do alone; whoever it was, it is written down."""

from dataclasses import replace

from cashier.commands import Allow, ConfirmLive, OpenOffice, SwitchTraining
from cashier.errors import BadInput, NotNow
from cashier.events import OfficeOpened, Tone, TrainingSwitched
from cashier.i18n import _
from cashier.pins import matches
from cashier.shift import Permission
from cashier.snapshot import AskLive, AskSupervisor, Snapshot
from cashier.workplace import Workplace


async def allow(now: Snapshot, command: Allow, desk: Workplace) -> Snapshot:
    """The question is answered; the till then does what was asked for. Raises BadInput."""
    question = now.question
    if not isinstance(question, AskSupervisor):
        raise NotNow(_("There is nothing to allow."))
    pin = command.pin.strip()
    if not pin:
        raise BadInput(_("Type the supervisor's PIN."))
    people = desk.shop.permissions.people
    name = next((person.name for person in people if matches(pin, person.pin)), "")
    _record(now, question, name, command.why, desk)
    if name:
        desk.supervisor = name
        desk.say(_("Allowed by {name}.").format(name=name), Tone.GOOD)
        return replace(now, question=None)
    if question.attempts <= 1:
        desk.say(_("Wrong PIN: it is not allowed."), Tone.ERROR)
        return replace(now, question=None)
    desk.say(_("Wrong PIN."), Tone.ERROR)
    return replace(now, question=replace(question, attempts=question.attempts - 1))


def _record(now: Snapshot, question: AskSupervisor, name: str, why: str, desk: Workplace) -> None:
    shift = desk.daybook.shift
    permission = Permission(
        at=desk.clock.now(),
        right=question.right.value,
        text=question.text,
        asked_by=desk.cashier,
        supervisor=name,
        granted=bool(name),
        why=why.strip()[:200],
        receipt_id=now.receipt.receipt_id if now.receipt else "",
        shift=shift.number if shift else 0,
    )
    desk.daybook.record(permission)


async def confirm_live(now: Snapshot, command: ConfirmLive, desk: Workplace) -> Snapshot:
    """Once in every run; the till then does what it asked about."""
    question = now.question
    if not isinstance(question, AskLive):
        raise NotNow(_("There is nothing to agree to."))
    desk.agreed = True
    return replace(now, question=question.before)


async def switch_training(now: Snapshot, command: SwitchTraining, desk: Workplace) -> Snapshot:
    """The till itself cannot: it is opened anew, on other data, by whoever shows it."""
    if command.on is desk.shop.training:
        raise NotNow(
            _("This is training mode already.") if command.on else _("This is not training mode.")
        )
    if desk.practises_only:
        raise NotNow(_("This shop card is for training only."))
    desk.events.tell(TrainingSwitched(command.on))
    return now


async def open_office(now: Snapshot, command: OpenOffice, desk: Workplace) -> Snapshot:
    await desk.loyalty()
    if desk.office() is None:
        raise NotNow(_("This loyalty system has no back office here."))
    desk.events.tell(OfficeOpened(desk.supervisor or desk.cashier))
    return now

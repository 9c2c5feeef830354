"""Ways of answering what the till asks."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cashier import commands as do
from cashier.snapshot import (
    AskAge,
    AskCard,
    AskFreeCard,
    AskLive,
    AskResume,
    AskSale,
    AskSupervisor,
    OfferRegistration,
)
from screens.dialogs.form import RegistrationForm
from screens.playing.hands import NoWay, answer, pick, press
from screens.playing.press import DOWN, ENTER, ESCAPE, TAB, UP, Press, personal, secret, typed

if TYPE_CHECKING:
    from screens.desk import Desk


def code(command: do.EnterCode, desk: "Desk") -> Iterator[Press]:
    yield from answer(desk, command.code, command)


def new_code(_command: do.ResendCode, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "new_code")


def card(command: do.ChooseCard, desk: "Desk") -> Iterator[Press]:
    match desk.now.question:
        case AskCard(cards=cards):
            yield from _one_of(command.number, [one.number for one in cards])
        case AskFreeCard(cards=numbers):
            yield from _one_of(command.number, numbers)
        case _:
            raise NoWay


def _one_of(wanted: str, offered: Sequence[str]) -> Iterator[Press]:
    if wanted not in offered:
        raise NoWay
    yield from pick(list(offered).index(wanted))


def register(command: do.Register, desk: "Desk") -> Iterator[Press]:
    """Field by field; what stands in one already is left where it is right."""
    form = desk.screen.app.screen
    if not isinstance(desk.now.question, OfferRegistration):
        raise NoWay
    if not isinstance(form, RegistrationForm):
        raise NoWay
    texts = {
        "phone": command.phone,
        "email": command.email,
        "name": command.name,
        "birthdate": f"{command.birthdate:%d.%m.%Y}" if command.birthdate else "",
    }
    while form.field_at_hand[0]:
        yield UP
    for place, name in enumerate(form.names):
        if place:
            yield DOWN
        text, field = texts[name], form.field_at_hand[1]
        if field.text == text:
            continue
        for _letter in field.text:
            yield _BACKSPACE
        yield personal(text)
    yield ENTER


_BACKSPACE = Press(("backspace",), "Backspace")


def dismiss(_command: do.Dismiss, desk: "Desk") -> Iterator[Press]:
    if desk.now.question is None or isinstance(desk.now.question, AskResume):
        raise NoWay
    yield ESCAPE


def age(command: do.ConfirmAge, desk: "Desk") -> Iterator[Press]:
    if not isinstance(desk.now.question, AskAge):
        raise NoWay
    yield from pick(0 if command.old_enough else 1)


def resume(command: do.ResumeReceipt, desk: "Desk") -> Iterator[Press]:
    if not isinstance(desk.now.question, AskResume):
        raise NoWay
    yield from pick(0 if command.keep else 1)


def live(_command: do.ConfirmLive, desk: "Desk") -> Iterator[Press]:
    if not isinstance(desk.now.question, AskLive):
        raise NoWay
    yield from pick(1)


def allow(command: do.Allow, desk: "Desk") -> Iterator[Press]:
    if not isinstance(desk.now.question, AskSupervisor):
        raise NoWay
    yield secret(command.pin)
    if command.why:
        yield TAB
        yield typed(command.why)
    yield ENTER


def certificate(command: do.SellCertificate, desk: "Desk") -> Iterator[Press]:
    yield from answer(desk, command.number, command)


def bank_code(command: do.AuthoriseCard, desk: "Desk") -> Iterator[Press]:
    yield from answer(desk, command.code, command)


def sale(command: do.ChooseSale, desk: "Desk") -> Iterator[Press]:
    if not isinstance(desk.now.question, AskSale):
        raise NoWay
    offered = [one.receipt.receipt_id for one in desk.now.question.sales]
    yield from _one_of(command.receipt_id, offered)

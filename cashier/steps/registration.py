"""A new customer: the form by the system's settings, and how he comes by a card."""

from dataclasses import replace

from cashier.commands import Register
from cashier.errors import BadInput, NotNow
from cashier.events import Tone
from cashier.exchange import (
    AttachOn,
    ConfirmationRequired,
    Login,
    Registered,
    RegisterRequest,
)
from cashier.i18n import _
from cashier.receipt import Buyer, Identifier, IdentifierKind
from cashier.snapshot import AskCode, AskFreeCard, OfferRegistration, Snapshot
from cashier.steps.buyer import attach, with_buyer
from cashier.workplace import Workplace


async def register(now: Snapshot, command: Register, desk: Workplace) -> Snapshot:
    question = now.question
    if not isinstance(question, OfferRegistration):
        raise NotNow(_("Identify the customer first."))
    login = command.phone if question.form.login is Login.PHONE else command.email
    if not login:
        raise BadInput(
            _("The phone is required.")
            if question.form.login is Login.PHONE
            else _("The e-mail is required.")
        )
    request = RegisterRequest(
        operation_id=question.operation_id,
        phone=command.phone,
        email=command.email,
        name=command.name,
        birthdate=command.birthdate,
        at=desk.clock.now(),
    )
    return await registering(now, request, desk)


async def registering(now: Snapshot, request: RegisterRequest, desk: Workplace) -> Snapshot:
    loyalty = await desk.loyalty()
    answer = await desk.ask("register", loyalty.register(request), cancellable=False)
    if isinstance(answer, ConfirmationRequired):
        return replace(now, question=AskCode.after(request, answer, desk.clock.now()))
    return await _registered(now, request, answer, desk)


async def _registered(
    now: Snapshot, request: RegisterRequest, answer: Registered, desk: Workplace
) -> Snapshot:
    kind = IdentifierKind.PHONE if request.phone else IdentifierKind.EMAIL
    identifier = Identifier(kind, request.phone or request.email)
    name = answer.customer.name or identifier.value
    desk.say(_("Registered: {name}").format(name=name), Tone.GOOD)
    if answer.cards:
        return await with_buyer(now, Buyer(identifier, answer.customer, answer.cards[0]), desk)
    how = desk.system.registration.attach if desk.system else AttachOn.BY_ITSELF
    operation_id = f"{request.operation_id}:card"
    if how is AttachOn.LIST and answer.free_cards:
        question = AskFreeCard(identifier, answer.customer, answer.free_cards, operation_id)
        return replace(now, question=question)
    return await attach(now, identifier, answer.customer, None, operation_id, desk)

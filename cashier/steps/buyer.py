"""Who is the buyer: identify, choose a card, verify later what the system did not answer."""

from dataclasses import replace

from cashier.commands import ChooseCard, Dismiss, ForgetBuyer, Identify
from cashier.errors import BadInput, NotNow
from cashier.events import Tone
from cashier.exchange import (
    AttachCardRequest,
    Can,
    ConfirmationRequired,
    Found,
    IdentifyRequest,
    NotFound,
    Reason,
    Refused,
    Unavailable,
)
from cashier.i18n import _
from cashier.receipt import (
    Buyer,
    Card,
    CardStatus,
    Customer,
    Identifier,
    MessageTo,
)
from cashier.snapshot import (
    AskCard,
    AskCode,
    AskFreeCard,
    AskLive,
    OfferRegistration,
    Snapshot,
    State,
)
from cashier.steps.goods import with_receipt
from cashier.steps.pricing import open_receipt, priced, released
from cashier.steps.shift import at_rest
from cashier.words import explain
from cashier.workplace import Workplace


async def identify(now: Snapshot, command: Identify, desk: Workplace) -> Snapshot:
    now = with_receipt(now, desk)
    return await identified(
        now, IdentifyRequest(identifier=command.identifier, at=desk.clock.now()), desk
    )


async def identified(now: Snapshot, request: IdentifyRequest, desk: Workplace) -> Snapshot:
    identifier = request.identifier
    try:
        loyalty = await desk.loyalty()
        answer = await desk.ask("identify", loyalty.identify(request))
    except Unavailable as error:
        desk.say(
            _("{why} The number is kept on the receipt, not verified.").format(why=explain(error)),
            Tone.WARNING,
        )
        return await with_buyer(now, Buyer(identifier), desk)
    match answer:
        case ConfirmationRequired():
            return replace(now, question=AskCode.after(request, answer, desk.clock.now()))
        case NotFound():
            return _not_found(now, identifier, desk)
        case Found():
            return await _found(now, identifier, answer, desk)


async def _found(now: Snapshot, identifier: Identifier, answer: Found, desk: Workplace) -> Snapshot:
    for message in answer.messages:
        if message.to is MessageTo.CASHIER:
            desk.say(message.text)
    if len(answer.cards) > 1 and answer.customer is not None:
        question = AskCard(identifier, answer.customer, answer.cards)
        return replace(now, question=question)
    if not answer.cards:
        if answer.customer is None or not desk.can(Can.ATTACH_CARD):
            return _not_found(now, identifier, desk)
        return await attach(now, identifier, answer.customer, None, desk.ids(), desk)
    return await with_buyer(now, Buyer(identifier, answer.customer, answer.cards[0]), desk)


def _not_found(now: Snapshot, identifier: Identifier, desk: Workplace) -> Snapshot:
    if desk.system is None or not desk.can(Can.REGISTER):
        raise Refused(Reason.NOT_FOUND, identifier.value)
    offer = OfferRegistration(identifier, desk.system.registration, desk.ids())
    return replace(now, question=offer)


async def with_buyer(now: Snapshot, buyer: Buyer, desk: Workplace) -> Snapshot:
    """Put the buyer on the receipt; a calculated receipt gets the prices of this buyer."""
    receipt = replace(await released(open_receipt(now), desk), buyer=buyer)
    if _number(buyer) != _number(open_receipt(now).buyer):
        receipt = replace(receipt, new_level="")
    _tell_card(buyer.card, desk)
    now = replace(now, receipt=receipt, question=None)
    if now.state is State.CALCULATED:
        return await priced(now, desk)
    return replace(now, state=State.SELLING)


def _number(buyer: Buyer | None) -> str:
    return buyer.card.number if buyer and buyer.card else ""


def _tell_card(card: Card | None, desk: Workplace) -> None:
    if card is None:
        return
    if card.status is CardStatus.BLOCKED and not card.may_earn:
        desk.say(_("The card is blocked: no earning, no spending."), Tone.WARNING)
    elif card.status is CardStatus.INACTIVE and not card.may_earn:
        desk.say(_("The card is not active: no earning, no spending."), Tone.WARNING)
    elif not card.may_spend:
        desk.say(_("The card may earn points but not spend them."), Tone.WARNING)
    elif not card.may_earn:
        desk.say(_("The card may spend points but earns none."), Tone.WARNING)


async def verified(now: Snapshot, desk: Workplace) -> Snapshot:
    """Before a calculation: ask again who the buyer is if the system was silent the first time.

    The answer may be a question (a code, a choice); then it is on the snapshot.
    """
    buyer = open_receipt(now).buyer
    if buyer is None or buyer.verified or buyer.declined or desk.backend is None:
        return now
    request = IdentifyRequest(identifier=buyer.identifier, at=desk.clock.now())
    try:
        loyalty = await desk.loyalty()
        answer = await desk.ask("identify", loyalty.identify(request))
    except Unavailable:
        return now
    except Refused as error:
        desk.say(explain(error), Tone.WARNING)
        return now
    match answer:
        case Found(cards=(card,), customer=customer):
            found = Buyer(buyer.identifier, customer, card)
            return replace(now, receipt=replace(open_receipt(now), buyer=found))
        case Found(cards=cards, customer=Customer() as customer) if cards:
            return replace(now, question=AskCard(buyer.identifier, customer, cards))
        case ConfirmationRequired():
            return replace(now, question=AskCode.after(request, answer, desk.clock.now()))
        case _unknown:
            desk.say(
                _("{number} is not known to the system.").format(number=buyer.identifier.value),
                Tone.WARNING,
            )
            return now


async def attach(
    now: Snapshot,
    identifier: Identifier,
    customer: Customer,
    card: str | None,
    operation_id: str,
    desk: Workplace,
) -> Snapshot:
    request = AttachCardRequest(
        operation_id=operation_id,
        customer_id=customer.customer_id,
        card=card,
        at=desk.clock.now(),
    )
    loyalty = await desk.loyalty()
    answer = await desk.ask("attach_card", loyalty.attach_card(request), cancellable=False)
    buyer = Buyer(identifier, answer.customer or customer, answer.cards[0])
    return await with_buyer(now, buyer, desk)


async def choose_card(now: Snapshot, command: ChooseCard, desk: Workplace) -> Snapshot:
    match now.question:
        case AskCard(identifier, customer, cards):
            chosen = next((card for card in cards if card.number == command.number), None)
            if chosen is None:
                raise BadInput(
                    _("The customer has no card {number}.").format(number=command.number)
                )
            return await with_buyer(now, Buyer(identifier, customer, chosen), desk)
        case AskFreeCard(identifier, customer, free, operation_id):
            if command.number not in free:
                raise BadInput(_("Card {number} is not in the list.").format(number=command.number))
            return await attach(now, identifier, customer, command.number, operation_id, desk)
        case _other:
            raise NotNow(_("There is no card to choose."))


async def dismiss(now: Snapshot, command: Dismiss, desk: Workplace) -> Snapshot:
    if now.question is None:
        raise NotNow(_("There is nothing to close."))
    if isinstance(now.question, AskLive):
        return replace(now, question=now.question.before)
    if now.receipt is None or (now.receipt.is_empty and now.state is not State.RETURNING):
        return at_rest(desk)
    buyer = now.receipt.buyer
    if isinstance(now.question, AskCode | AskCard) and buyer is not None and not buyer.verified:
        now = replace(now, receipt=replace(now.receipt, buyer=replace(buyer, declined=True)))
    return replace(now, question=None)


async def forget_buyer(now: Snapshot, command: ForgetBuyer, desk: Workplace) -> Snapshot:
    receipt = await released(open_receipt(now), desk)
    if receipt.buyer is None:
        raise BadInput(_("No customer is on the receipt."))
    now = replace(now, receipt=replace(receipt, buyer=None, new_level=""))
    if now.state is State.CALCULATED:
        return await priced(now, desk)
    return at_rest(desk) if open_receipt(now).is_empty else now

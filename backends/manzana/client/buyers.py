"""Who buys: by card, by phone or e-mail, with or without a code; and who is new."""

from datetime import datetime
from functools import partial

from backends.manzana.client.link import Link
from backends.manzana.client.options import Lookup, ManzanaOptions
from backends.manzana.translate import asking, hearing
from backends.manzana.translate.asking import Till
from backends.manzana.wire.parts import text
from backends.soap import Element
from cashier import exchange as ex
from cashier.clock import Ids
from cashier.exchange import Reason, Refused
from cashier.receipt import Customer, Identifier, IdentifierKind
from cashier.slip import masked

_MOST_CARDS = 10
"""So many of a customer's are shown to choose from."""


class Buyers:
    def __init__(self, link: Link, options: ManzanaOptions, ids: Ids) -> None:
        self._link, self._options, self._ids = link, options, ids

    async def identify(
        self, till: Till, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        """Raises Refused, Unavailable."""
        try:
            return await self._looked_for(till, request)
        except Refused as no:
            if no.reason is Reason.NOT_FOUND:
                return ex.NotFound()
            raise

    async def _looked_for(
        self, till: Till, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        shown = request.identifier
        match shown.kind:
            case IdentifierKind.CARD | IdentifierKind.APP:
                return await self.by_card(till, shown.value, request.at)
            case IdentifierKind.PHONE if self._options.phone_codes:
                return await self._with_code(till, request)
            case IdentifierKind.PHONE | IdentifierKind.EMAIL:
                return await self.without_code(till, request)
        return ex.NotFound()

    async def without_code(self, till: Till, request: ex.IdentifyRequest) -> ex.Found | ex.NotFound:
        """By phone, or by e-mail. Raises Refused, Unavailable."""
        shown = request.identifier
        if self._options.by_phone is Lookup.CARD:
            return await self._with_cards(till, request)
        if shown.kind is IdentifierKind.EMAIL:  # ``BalanceRequest`` has no place for it
            return ex.NotFound()
        asked = asking.balance_by_phone(till, self._ids(), request.at, shown.value)
        return await self._link.ask(asked, partial(_found, shown))

    async def by_card(self, till: Till, number: str, at: datetime) -> ex.Found:
        """Raises Refused, Unavailable."""
        asked = asking.balance(till, self._ids(), at, number)
        return await self._link.ask(asked, partial(_found_by, number))

    async def _with_code(
        self, till: Till, request: ex.IdentifyRequest
    ) -> ex.Found | ex.ConfirmationRequired:
        shown, told = request.identifier, request.confirmation
        asked = asking.code(till, self._ids(), request.at, shown.value, told.code if told else "")
        if told is not None:
            return await self._link.ask(asked, partial(_found, shown))
        await self._link.ask(asked, lambda _sent: None)
        return ex.ConfirmationRequired(
            challenge=shown.value,
            channel=ex.ConfirmBy.PHONE,
            masked=masked(shown.value),
            seconds=self._options.code_seconds,
            attempts=self._options.code_attempts,
        )

    async def _with_cards(self, till: Till, request: ex.IdentifyRequest) -> ex.Found | ex.NotFound:
        """``CardResponse`` has no balances."""
        shown, at = request.identifier, request.at
        person = await self._link.ask(
            asking.cards(till, self._ids(), at, shown.kind, shown.value), hearing.person
        )
        found = [await self.by_card(till, number, at) for number in person.cards[:_MOST_CARDS]]
        if not found:
            return ex.NotFound()
        said = (*person.messages, *(message for one in found for message in one.messages))
        return ex.Found(
            customer=person.customer,
            cards=tuple(one.cards[0] for one in found),
            messages=tuple(dict.fromkeys(said)),
        )

    async def register(self, till: Till, request: ex.RegisterRequest) -> ex.Registered:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        asked = asking.contact(till, request, request.operation_id, self._options.card_task)
        return await self._link.ask(asked, partial(_registered, request), changes=True)

    async def named(self, till: Till, request: ex.RegisterRequest) -> None:
        """Of somebody who is registered already. Raises Refused, Unavailable, OutcomeUnknown."""
        if self._link.knows("ContactInfoUpdateRequest"):
            asked = asking.contact(till, request, f"{request.operation_id}:name")
            await self._link.ask(asked, lambda _done: None, changes=True)


def _registered(request: ex.RegisterRequest, told: Element) -> ex.Registered:
    known = hearing.customer(told)
    customer = Customer(
        text(told, "ContactID") or request.phone or request.email,
        (known.name if known else "") or request.name,
        request.phone,
        request.email,
    )
    number = hearing.card_number(told)
    return ex.Registered(customer=customer, cards=(hearing.card(told, number),) if number else ())


def _found(shown: Identifier, told: Element) -> ex.Found:
    return _found_by(shown.value if shown.kind is not IdentifierKind.PHONE else "", told)


def _found_by(number: str, told: Element) -> ex.Found:
    """``number``: of the card, where it is known. Raises Refused where there is none."""
    if not (hearing.card_number(told) or number):
        raise Refused(Reason.NOT_FOUND)
    return ex.Found(
        customer=hearing.customer(told),
        cards=(hearing.card(told, number),),
        messages=hearing.messages(told),
    )

"""Newcomers by the service of the private office: told of, confirmed by a code; and their cards."""

from contextlib import suppress

from backends.manzana.client.buyers import Buyers
from backends.manzana.client.link import Link
from backends.manzana.client.options import ManzanaOptions
from backends.manzana.translate.asking import Till
from backends.manzana.wire.office import Contract
from backends.manzana.wire.parts import text
from backends.soap import Element
from cashier import exchange as ex
from cashier.errors import CashierError
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.outcomes import after_a_change
from cashier.receipt import Customer, Identifier, IdentifierKind
from cashier.slip import masked


class Office:
    """Contracts change something, each of them; said again they are the same contact."""

    def __init__(self, link: Link, options: ManzanaOptions, buyers: Buyers) -> None:
        self._link, self._options, self._buyers = link, options, buyers
        self._begun: dict[str, str] = {}
        """Contacts whose code is out, by phone."""
        self._phones: dict[str, str] = {}
        """Of customers who came in here."""

    async def register(
        self, till: Till, request: ex.RegisterRequest
    ) -> ex.Registered | ex.ConfirmationRequired:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        if request.confirmation is not None:
            return await self._completed(till, request, request.confirmation)
        contact = self._begun.get(request.phone, "")
        if contact:
            await self._link.execute(Contract.SEND_CODE, {"contact_id": contact}, _nothing)
        else:
            contact = await self._link.execute(
                Contract.REGISTER,
                {"mobile_phone": request.phone, "orgunit_external_id": till.business_unit},
                _contact,
            )
            self._begun[request.phone] = contact
        return ex.ConfirmationRequired(
            challenge=contact,
            channel=ex.ConfirmBy.PHONE,
            masked=masked(request.phone),
            seconds=self._options.code_seconds,
            attempts=self._options.code_attempts,
        )

    async def _completed(
        self, till: Till, request: ex.RegisterRequest, told: ex.Confirmation
    ) -> ex.Registered:
        """Where it cannot be completed at all, the phone is free to try again."""
        given = {"contact_id": told.challenge, "temp_code": told.code}
        try:
            await self._link.execute(Contract.COMPLETE, given, _nothing)
        except Refused as no:
            if no.reason is not Reason.WRONG_CODE:
                self._begun.pop(request.phone, None)
                with suppress(CashierError):
                    await self._link.execute(
                        Contract.ROLL_BACK, {"contact_id": told.challenge}, _nothing
                    )
            raise
        self._begun.pop(request.phone, None)
        with after_a_change():
            await self._named(till, request)
            found = await self._found(till, request)
        known = found.customer if isinstance(found, ex.Found) else None
        customer = Customer(
            known.customer_id if known else told.challenge,
            (known.name if known else "") or request.name,
            request.phone,
            request.email,
        )
        self._phones[customer.customer_id] = request.phone
        return ex.Registered(
            customer=customer, cards=found.cards if isinstance(found, ex.Found) else ()
        )

    async def _named(self, till: Till, request: ex.RegisterRequest) -> None:
        """The contract has no place for a name. A name that is refused keeps nobody out."""
        if request.name or request.birthdate or request.email:
            with suppress(Refused):
                await self._buyers.named(till, request)

    async def _found(self, till: Till, request: ex.RegisterRequest) -> ex.Found | ex.NotFound:
        shown = Identifier(IdentifierKind.PHONE, request.phone)
        asked = ex.IdentifyRequest(identifier=shown, at=request.at)
        return await self._buyers.without_code(till, asked)

    async def attach_card(self, till: Till, request: ex.AttachCardRequest) -> ex.Found:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        phone = self._phones.get(request.customer_id, "")
        if not (phone and request.card):
            text = _("A card is handed out by its number, to a customer who was just registered.")
            raise Refused(Reason.OTHER, text)
        given = {"card_number": request.card, "mobile_phone": phone}
        await self._link.execute(Contract.REPLACE_CARD, given, _nothing)
        with after_a_change():
            return await self._buyers.by_card(till, request.card, request.at)


def _contact(told: Element) -> str:
    """Raises ValueError."""
    contact = text(told, "ContactId")
    if not contact:
        raise ValueError("ContactId is missing")
    return contact


def _nothing(_told: Element) -> None:
    """There is nothing more to be heard."""

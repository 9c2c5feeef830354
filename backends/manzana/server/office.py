"""The private office: newcomers who confirm themselves by a code, and cards that are replaced."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from backends.keeping import CardInfo, CardQuery, PersonQuery, Standing
from backends.manzana.server.people import People, plus
from backends.manzana.server.store import Contact
from backends.manzana.wire import codes, office
from backends.manzana.wire.office import Contract
from backends.soap import Code, Element, Fault, local
from cashier.exchange import (
    AttachCardRequest,
    Confirmation,
    ConfirmationRequired,
    Reason,
    Refused,
    Registered,
    RegisterRequest,
)

_CODES = {
    Reason.WRONG_CODE: codes.WRONG_CODE,
    Reason.EXPIRED: codes.WRONG_CODE,
    Reason.TOO_MANY_ATTEMPTS: codes.WRONG_CODE,
}


@dataclass(frozen=True)
class Office:
    people: People

    async def carried_out(self, body: Element) -> Element:
        """Raises Fault, and Unavailable where the data fail."""
        if local(body) != office.OPERATION:
            raise Fault(Code.SENDER, f"{office.OPERATION} is expected")
        try:
            contract, given = office.read_execute(body)
        except ValueError as error:
            raise Fault(Code.SENDER, str(error)[:300]) from error
        try:
            return office.executed(await self._done(contract, given))
        except Refused as no:
            raise office.fault(_CODES.get(no.reason, codes.REFUSED), str(no)) from no

    async def _done(self, contract: Contract, given: dict[str, str]) -> dict[str, str]:
        """Raises Refused, Fault."""
        match contract:
            case Contract.REGISTER:
                return await self._registered(given)
            case Contract.COMPLETE:
                return await self._completed(given)
            case Contract.SEND_CODE:
                await self._send(self._contact(given))
                return {}
            case Contract.ROLL_BACK:
                self._rolled_back(self._contact(given))
                return {}
            case Contract.REPLACE_CARD:
                return await self._replaced(given)

    # --- a newcomer

    async def _registered(self, given: dict[str, str]) -> dict[str, str]:
        """One phone is one contact, however often it is said before it is confirmed. Nothing is
        on a card before that."""
        phone, card = plus(given.get("mobile_phone", "")), given.get("card_number", "")
        if card:
            self._free(card)
        ident = str(uuid5(NAMESPACE_URL, office.NAMESPACE + phone))
        await self._send(Contact(id=ident, phone=phone, card=card))
        return {"ContactId": ident}

    async def _send(self, contact: Contact) -> None:
        """A code; or, where the rules want none, the newcomer is there at once."""
        if contact.customer:
            raise Refused(Reason.ALREADY_PROCESSED, "the registration is complete")
        request = RegisterRequest(
            operation_id=f"office:{contact.id}:{self.people.now().isoformat()}",
            phone=contact.phone,
            at=self.people.now(),
        )
        match await self.people.backend.register(request):
            case ConfirmationRequired(challenge=challenge):
                made = contact.model_copy(update={"challenge": challenge})
                self.people.store.contacts.put(made)
            case Registered() as answer:
                await self._welcomed(contact, answer)

    async def _completed(self, given: dict[str, str]) -> dict[str, str]:
        """Said again after it worked, it has worked."""
        contact = self._contact(given)
        if not contact.customer:
            request = RegisterRequest(
                operation_id=f"office:{contact.id}:{contact.challenge}",
                phone=contact.phone,
                confirmation=Confirmation(
                    challenge=contact.challenge, code=given.get("temp_code", "")
                ),
                at=self.people.now(),
            )
            answer = await self.people.backend.register(request)
            if isinstance(answer, Registered):
                await self._welcomed(contact, answer)
        return {"ContactId": contact.id}

    async def _welcomed(self, contact: Contact, answer: Registered) -> None:
        """With the card that was told of, in place of a virtual one: also where the first try
        ended in the middle. Raises Fault."""
        customer = answer.customer.customer_id
        held = self._cards_of(customer)
        if contact.card not in {one.number for one in held}:
            with self.people.keeper.together():
                if contact.card:
                    self._free(contact.card)
                    for card in held:
                        self.people.keeper.cards.delete(card.number)
                if contact.card or not held:
                    await self._attach(customer, contact.card or None)
        self.people.store.contacts.put(contact.model_copy(update={"customer": customer}))

    async def _attach(self, customer: str, card: str | None) -> None:
        request = AttachCardRequest(
            operation_id=f"office:{customer}:{card or ''}",
            customer_id=customer,
            card=card,
            at=self.people.now(),
        )
        await self.people.backend.attach_card(request)

    def _rolled_back(self, contact: Contact) -> None:
        """As if nobody had come: a card that was handed out waits again. Raises Fault where there
        are several cards, or something was bought (*emulated*)."""
        keeper = self.people.keeper
        held = self._cards_of(contact.customer)
        if len(held) > 1 or any(one.turnover for one in held):
            raise office.fault(codes.CANNOT_BE_UNDONE, "the registration cannot be undone")
        with keeper.together():
            for card in held:
                keeper.cards.delete(card.number)
            if contact.card and contact.customer:
                keeper.cards.add(contact.card)
            if contact.customer:
                keeper.people.delete(contact.customer)
            self.people.store.contacts.remove(contact.id)

    # --- a card in place of another

    async def _replaced(self, given: dict[str, str]) -> dict[str, str]:
        """The new one has what the old one had; who had none gets his first. Said twice, it is
        done."""
        number = given.get("card_number", "")
        query = PersonQuery(phone=plus(given.get("mobile_phone", "")))
        found = self.people.keeper.people.people(query).rows if query.phone else ()
        if not found:
            raise Refused(Reason.NOT_FOUND, "nobody has this phone")
        customer = found[0].id
        held = self._cards_of(customer)
        if number not in {one.number for one in held}:
            self._free(number)
            old = [one for one in held if one.standing is not Standing.BLOCKED]
            if old:
                self.people.keeper.cards.replace(old[0].number, number)
            else:
                await self._attach(customer, number)
        return {}

    # --- what is there

    def _cards_of(self, customer: str) -> list[CardInfo]:
        if not customer:
            return []
        return list(self.people.keeper.cards.cards(CardQuery(customer=customer)).rows)

    def _contact(self, given: dict[str, str]) -> Contact:
        found = self.people.store.contacts.get(given.get("contact_id", ""))
        if found is None:
            raise Refused(Reason.NOT_FOUND, "there is no such contact")
        return found

    def _free(self, number: str) -> None:
        """Raises Fault: the card is not there, or not to be given to anybody."""
        info = self.people.keeper.cards.card(number)
        if info is None or info.customer or info.standing is Standing.BLOCKED:
            raise office.fault(codes.CARD_UNUSABLE, "the card cannot be used")

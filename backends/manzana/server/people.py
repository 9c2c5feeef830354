"""Whose a card is, who has a phone; codes and newcomers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from backends.keeping import CardInfo, CardQuery, Keeper, Person, PersonQuery, Standing
from backends.manzana.server import telling
from backends.manzana.server.cheque import Asked, No
from backends.manzana.server.store import Code, Store
from backends.manzana.server.telling import no_of
from backends.manzana.wire.parts import say
from backends.soap import Element, child, children, read_text
from cashier.exchange import (
    Backend,
    Confirmation,
    ConfirmationRequired,
    Found,
    IdentifyRequest,
    Refused,
    RegisterRequest,
)
from cashier.money import Amount
from cashier.receipt import Identifier, IdentifierKind, Message

TECHNICAL = "0000000000000"
"""The card that stands for nobody: general promotions work."""
_UNKNOWN, _NOBODY = 80241, 82781


@dataclass
class People:
    backend: Backend
    keeper: Keeper
    store: Store
    now: Callable[[], datetime]
    technical: str = TECHNICAL

    # --- what a request says of the card

    def card_of(self, asked: Asked) -> CardInfo | None:
        """None: nobody's. Raises No: it is not known, or not usable."""
        if asked.card in ("", self.technical) and not asked.phone:
            return None
        info = self.by_phone(asked.phone) if asked.phone else self.keeper.cards.card(asked.card)
        if info is None:
            raise No(_UNKNOWN, "the card is not found")
        if info.standing is Standing.BLOCKED:
            raise No(84003, "the card is blocked")
        return info

    def by_phone(self, phone: str) -> CardInfo | None:
        found = self.keeper.cards.cards(CardQuery(phone=plus(phone))).rows
        usable = [one for one in found if one.standing in (Standing.ACTIVE, Standing.NO_SPEND)]
        return next(iter(usable or found), None)

    def again(self, info: CardInfo | None) -> CardInfo | None:
        """As it is now."""
        return self.keeper.cards.card(info.number) if info is not None else None

    def about(self, info: CardInfo) -> tuple[str, Person | None]:
        """The name of its level, and its holder."""
        levels = {one.id: one.name for one in self.keeper.cards.levels()}
        person = self.keeper.people.person(info.customer) if info.customer else None
        return levels.get(info.level, ""), person

    def tell(
        self,
        made: Element,
        info: CardInfo | None,
        messages: Iterable[Message] = (),
        balance: Amount | None = None,
    ) -> None:
        if info is not None:
            level, person = self.about(info)
            telling.holder(made, info, level, person, balance=balance)
        telling.messages(made, messages)

    # --- requests

    async def balance(self, told: Element, asked: Asked) -> Element:
        """Raises No. A phone in a place of its own is for the code."""
        phone = child(told, "MobilePhone")
        if phone is not None:
            return await self._with_code(phone, asked)
        if not (asked.card or asked.phone):
            raise No(80280, "the card is not given")
        info = self.by_phone(asked.phone) if asked.phone else self.keeper.cards.card(asked.card)
        if info is None:
            raise No(_UNKNOWN, "the card is not found")
        return self._balance(asked, info)

    def _balance(self, asked: Asked, info: CardInfo | None) -> Element:
        made = telling.answer("BalanceResponse", asked.ident, 0, self.now())
        telling.code(made)
        self.tell(made, info)
        return made

    async def _with_code(self, told: Element, asked: Asked) -> Element:
        number = plus(read_text(told, "Number") or "")
        word = read_text(told, "ValidationCode") or ""
        if not word and read_text(told, "SendCode") == "0":
            raise No(110043, "ValidationCode is missing, and no code was to be sent")
        sent = self.store.codes.get(number)
        confirmation = None
        if word:
            if sent is None:
                raise No(110043, "no code was sent to this phone")
            confirmation = Confirmation(challenge=sent.challenge, code=word)
        identifier = Identifier(IdentifierKind.PHONE, number)
        request = IdentifyRequest(identifier=identifier, confirmation=confirmation, at=asked.at)
        try:
            answer = await self.backend.identify(request)
        except Refused as no:
            raise no_of(no) from no
        match answer:
            case ConfirmationRequired(challenge=challenge):
                self.store.codes.put(Code(id=number, challenge=challenge))
                return self._balance(asked, None)
            case Found(cards=(first, *_others)):
                self.store.codes.remove(number)
                return self._balance(asked, self.keeper.cards.card(first.number))
            case _:
                raise No(_NOBODY, "nobody has this phone")

    def cards(self, told: Element, asked: Asked) -> Element:
        phone, email = read_text(told, "Phone") or "", read_text(told, "Email") or ""
        query = PersonQuery(phone=plus(phone)) if phone else PersonQuery(email=email)
        found = self.keeper.people.people(query).rows if phone or email else ()
        if not found:
            raise No(_NOBODY, "nobody has this phone")
        person = found[0]
        infos = self.keeper.cards.cards(CardQuery(customer=person.id)).rows
        made = telling.answer("CardResponse", asked.ident, 0, self.now())
        telling.code(made)
        telling.cards(made, person, infos)
        return made

    def contact(self, told: Element, asked: Asked) -> Element:
        """``ContactInfoUpdateRequest``: with ``CreateCard`` a new customer and his virtual card
        (said twice it is one: the request's own id tells), else what is new of somebody known. No
        code is asked for: the request has no place for it."""
        said, new = _told(told, asked), child(told, "CreateCard")
        try:
            if new is not None and read_text(new, "CreateCard") == "1":
                answer = self.keeper.people.enrol(said)
                customer, cards = answer.customer.customer_id, [one.number for one in answer.cards]
            else:
                customer, cards = self._changed(said)
        except Refused as no:
            raise No(85040, no.text) from no
        made = telling.answer("ContactInfoUpdateResponse", asked.ident, 0, self.now())
        telling.code(made)
        say(made, "ContactID", customer)
        say(made, "ContactPresence", "1")
        for number in cards[:1]:
            say(made, "CardNumber", number)
            say(made, "CardStatus", "2")
        return made

    def _changed(self, said: RegisterRequest) -> tuple[str, list[str]]:
        """Raises No, Refused."""
        query = PersonQuery(phone=said.phone) if said.phone else PersonQuery(email=said.email)
        found = self.keeper.people.people(query).rows if said.phone or said.email else ()
        if not found:
            raise No(_NOBODY, "nobody has this phone")
        person = found[0]
        self.keeper.people.change(
            replace(
                person,
                name=said.name or person.name,
                email=said.email or person.email,
                birthdate=said.birthdate or person.birthdate,
            )
        )
        held = self.keeper.cards.cards(CardQuery(customer=person.id)).rows
        return person.id, [one.number for one in held]


def _told(told: Element, asked: Asked) -> RegisterRequest:
    """Raises No."""
    who = child(told, "ContactID")
    phone = (read_text(who, "MobilePhone") or "") if who is not None else ""
    email = (read_text(who, "Email") or "") if who is not None else ""
    words = {
        (read_text(one, "Key") or ""): (read_text(one, "Value") or "")
        for one in children(told, "Attribute")
    }
    names = (words.get(key, "") for key in ("lastname", "firstname", "middlename"))
    try:
        born = date.fromisoformat(words["birthdate"]) if words.get("birthdate") else None
    except ValueError as error:
        raise No(85040, "birthdate: expected a day") from error
    return RegisterRequest(
        operation_id=f"manzana:{asked.ident or phone or email}",
        phone=plus(phone) if phone else "",
        email=email,
        name=" ".join(one for one in names if one),
        birthdate=born,
        at=asked.at,
    )


def plus(phone: str) -> str:
    digits = phone.strip()
    return digits if digits.startswith("+") or not digits else f"+{digits}"

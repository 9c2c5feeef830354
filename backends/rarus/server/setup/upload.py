"""Many card holders with their cards at once: all of them or none."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from backends.keeping import CardInfo, Person
from backends.rarus.server.data.cards import CardFacts, HolderFacts
from backends.rarus.server.facts import understood
from backends.rarus.server.known import new_id, told, wrong
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.server.setup import cards, users
from backends.rarus.translate.holders import birthdate
from backends.rarus.translate.people import phone_of
from backends.rarus.wire.cards import CardFields, NewCard
from backends.rarus.wire.users import Upload, UploadDone, Uploaded, UserFields
from cashier.exchange import AttachCardRequest

_UNIQUE: dict[str, Callable[[NewCard], str]] = {
    "id": lambda card: card.id,
    "code": lambda card: card.code or "",
    "barcode": lambda card: card.barcode or "",
}
_NOT_KEPT = ("id", "name", "phone", "email", "birthdate", "attach_free_card", "activation_shop_id",
             "cards")  # fmt: skip
"""Of a new holder: what the loyalty system has, or what is done at once."""


@dataclass
class _Work:
    service: Service
    asked: Upload
    by_sdk: bool
    done: Counter[str] = field(default_factory=Counter)
    holders: list[HolderFacts] = field(default_factory=list)
    cards: list[CardFacts] = field(default_factory=list)

    @property
    def updates(self) -> bool:
        return self.asked.duplicates == "update"


async def upload(service: Service, asked: Asked[Upload]) -> UploadDone:
    _check(asked.body)
    work = _Work(service, asked.body, asked.by_sdk)
    with service.keeper.together():
        for user in asked.body.users:
            await _user(work, user)
        service.store.holders.put(*work.holders)
        service.store.cards.put(*work.cards)
    return UploadDone(**work.done)


def _check(body: Upload) -> None:
    if body.unique_field not in _UNIQUE:
        raise wrong("unique_field: id, code or barcode")
    if body.duplicates not in ("update", "ignore"):
        raise wrong("duplicates: update or ignore")
    everybody = [user.id for user in body.users if user.id]
    _check_once(everybody, "users")
    every_card = [card for user in body.users for card in user.cards]
    for name in ("id", "barcode"):
        _check_once(filter(None, map(_UNIQUE[name], every_card)), f"cards.{name}")


def _check_once(keys: Iterable[str], where: str) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise wrong(f"{where}: {key[:100]} stands there {times} times")


# --- holders ----------------------------------------------------------------------------------


async def _user(work: _Work, user: Uploaded) -> None:
    service = work.service
    known = _person(service, user)
    if known is None:
        person = _new(work, user)
    elif work.updates:
        named = told(user, "id", "cards", "attach_free_card", "activation_shop_id")
        after, facts = users.changed(service, known, UserFields.model_validate(named))
        person = service.keeper.people.change(after)
        work.holders.append(facts)
        work.done["users_updated"] += 1
    else:
        person = known
        work.done["users_ignored"] += 1
    for card in user.cards:
        await _card(work, person, card)


def _person(service: Service, user: Uploaded) -> Person | None:
    if not user.id:
        return None
    return service.keeper.people.person(service.store.holders.customer(user.id))


def _new(work: _Work, user: Uploaded) -> Person:
    service, key = work.service, new_id(work.service, user.id)
    users.check(service, UserFields(gender=user.gender, login=user.login), key)
    with understood():
        born = birthdate(user.birthdate)
    person = service.keeper.people.add(
        Person(key, user.name, phone_of(user.phone), user.email, born)
    )
    facts = HolderFacts(customer=person.id, id=key)
    work.holders.append(facts.model_copy(update=told(user, *_NOT_KEPT)))
    work.done["users_added"] += 1
    return person


# --- their cards ------------------------------------------------------------------------------


async def _card(work: _Work, person: Person, card: NewCard) -> None:
    service = work.service
    known = _known_card(work, card)
    if known is None:
        facts = cards.facts_of_new(service, card)
        owned = card.model_copy(update={"user_id": ""})
        cards.make(service, owned, facts, by_sdk=work.by_sdk)
        await _give(service, person, facts)
        work.cards.append(facts)
        work.done["cards_added"] += 1
    elif work.updates:
        named = CardFields.model_validate(told(card, "id", "card_level_id", "balance", "user_id"))
        facts = cards.changed(service, known, named, by_sdk=work.by_sdk)
        if known.customer != person.id:
            await _give(service, person, facts)
        work.cards.append(facts)
        work.done["cards_updated"] += 1
    else:
        work.done["cards_ignored"] += 1


def _known_card(work: _Work, card: NewCard) -> CardInfo | None:
    """By the unique field. Raises Failure: it says nothing, or too much."""
    service, name = work.service, work.asked.unique_field
    key = _UNIQUE[name](card).strip()
    if not key:
        if name == "id":
            return None
        raise wrong(f"cards: a card without a {name}, which tells them apart")
    match name:
        case "id":
            number = service.store.cards.number(key) or ""
        case "code":
            found = service.store.cards.by_code(key)
            if len(found) > 1:
                raise wrong(f"code: several cards have {key[:100]}")
            number = found[0] if found else key
        case _:
            number = key
    return service.keeper.cards.card(number) if number else None


async def _give(service: Service, person: Person, facts: CardFacts) -> None:
    if facts.external_card:
        raise wrong("external_card: a card of another organization cannot be tied to a user")
    await service.backend.attach_card(
        AttachCardRequest(
            operation_id=f"{person.id}:card:{service.ids()}",
            customer_id=person.id,
            card=facts.number,
            at=service.clock.now(),
        )
    )


ROUTES = (
    Route(
        "POST",
        "/organization/cardsandusers/upload",
        upload,
        Upload,
        UploadDone,
        "Up to 500 card holders with their cards",
    ),
)

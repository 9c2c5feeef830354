"""Card holders: changed and deleted."""

from backends.keeping import Person
from backends.rarus.server.data.cards import HolderFacts
from backends.rarus.server.facts import understood
from backends.rarus.server.known import person_of, told, wrong
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate.holders import birthdate
from backends.rarus.translate.people import phone_of
from backends.rarus.wire.base import Nothing, Reply
from backends.rarus.wire.people import AdditionalField
from backends.rarus.wire.users import UserFields

GENDERS = ("male", "female", "none")


async def change(service: Service, asked: Asked[UserFields]) -> Reply:
    person = person_of(service, asked.path["id"])
    change_user(service, person, asked.body)
    return Reply()


def change_user(service: Service, person: Person, body: UserFields) -> None:
    """Everything or nothing. Raises CashierError, Failure."""
    after, facts = changed(service, person, body)
    with service.keeper.together():
        service.keeper.people.change(after)
        service.store.holders.put(facts)


def changed(service: Service, person: Person, body: UserFields) -> tuple[Person, HolderFacts]:
    """What becomes of a holder. Raises Failure."""
    facts = service.store.holders.facts(person.id)
    check(service, body, person.id)
    with understood():
        born = person.birthdate if body.birthdate is None else birthdate(body.birthdate)
    after = Person(
        id=person.id,
        name=person.name if body.name is None else body.name,
        phone=person.phone if body.phone is None else phone_of(body.phone),
        email=person.email if body.email is None else body.email,
        birthdate=born,
    )
    fields = merged(facts.additional_fields, body.additional_fields or ())
    kept = told(body, "name", "phone", "email", "birthdate")
    return after, facts.model_copy(update=kept | {"additional_fields": fields})


def check(service: Service, body: UserFields, customer: str) -> None:
    """Raises Failure."""
    if body.gender is not None and body.gender not in GENDERS:
        raise wrong("gender: male, female or none")
    if body.login and set(service.store.holders.by_login(body.login)) - {customer}:
        raise wrong("login: somebody else has it")


def merged(
    before: tuple[AdditionalField, ...], named: tuple[AdditionalField, ...]
) -> tuple[AdditionalField, ...]:
    """Fields that are named are put in place of what was there, or added."""
    kept = {one.id or one.name: one for one in (*before, *named)}
    return tuple(kept.values())


async def delete(service: Service, asked: Asked[Nothing]) -> Reply:
    person = person_of(service, asked.path["id"])
    with service.keeper.together():
        service.keeper.people.delete(person.id)
        service.store.holders.remove(person.id)
    return Reply()


_PATH = "/organization/user"
ROUTES = (
    Route("POST", f"{_PATH}/{{id}}", change, UserFields, Reply, "Change a card holder"),
    Route(
        "POST",
        f"{_PATH}/{{id}}/delete",
        delete,
        Nothing,
        Reply,
        "Delete a card holder; the cards keep their points and are nobody's",
    ),
)

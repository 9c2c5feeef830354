"""What a set-up request says, and whom it speaks of."""

from uuid import uuid5

from backends.keeping import Person, PersonQuery
from backends.rarus.server.data.segments import SPACE
from backends.rarus.server.failures import BAD_REQUEST, Failure, nothing_found
from backends.rarus.server.service import Service
from backends.rarus.translate.people import phone_of
from backends.rarus.wire.base import Message

LONGEST_ID = 100


def person_of(service: Service, user_id: str) -> Person:
    """Raises Failure."""
    found = service.keeper.people.person(service.store.holders.customer(user_id))
    if found is None:
        raise nothing_found("Держатель карты не найден")
    return found


def people_by_login(service: Service, login: str) -> list[Person]:
    """Who was given this login; else whose phone or e-mail it is, if he was given none."""
    people, holders = service.keeper.people, service.store.holders
    given = [people.person(customer) for customer in holders.by_login(login)] if login else []
    found = [person for person in given if person is not None]
    if found:
        return found
    phone = phone_of(login)
    queries = [PersonQuery(phone=phone)] if phone else []
    queries += [PersonQuery(email=login)] if "@" in login else []
    told = [person for query in queries for person in people.people(query).rows]
    return [person for person in told if not holders.facts(person.id).login]


def wrong(text: str) -> Failure:
    """What was asked makes no sense."""
    return Failure(400, BAD_REQUEST, text)


def new_id(service: Service, told: str) -> str:
    """The id that a client chose, or a new one. Raises Failure: it cannot stand in a path."""
    if not told:
        return str(uuid5(SPACE, service.ids()))
    if len(told) > LONGEST_ID or "/" in told or not told.isprintable():
        raise wrong(f"id: up to {LONGEST_ID} letters and digits, without a slash")
    return told


def told(fields: Message, *but: str) -> dict[str, object]:
    """What a change names: neither left out nor null."""
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    return {name: value for name, value in given.items() if value is not None and name not in but}


def milliseconds_now(service: Service) -> int:
    return int(service.clock.now().timestamp()) * 1000

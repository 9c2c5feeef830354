"""What a scenario takes for given, made true in fresh data."""

from itertools import count

from backends.keeping import Keeper, Person, PersonQuery
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.scenario.given import Given, GivenCustomer


def set_up(keeper: Keeper, given: Given) -> None:
    """All of it, or nothing. People of the demo who have a given phone, e-mail or card make room.

    Raises Refused where it cannot be: no such level, a phone that is none.
    """
    numbers = count(1)
    with keeper.together():
        for customer in given.customers:
            _make_room(keeper, customer)
            _customer(keeper, customer, next(numbers))


def _make_room(keeper: Keeper, customer: GivenCustomer) -> None:
    for number in _cards(customer):
        if keeper.cards.card(number) is not None:
            keeper.cards.delete(number)
    for person in keeper.people.people(_query(phone=customer.phone)).rows if customer.phone else ():
        keeper.people.delete(person.id)
    for person in keeper.people.people(_query(email=customer.email)).rows if customer.email else ():
        keeper.people.delete(person.id)


def _query(*, phone: str = "", email: str = "") -> PersonQuery:
    return PersonQuery(phone=phone, email=email)


def _cards(customer: GivenCustomer) -> tuple[str, ...]:
    return (*((customer.card,) if customer.card else ()), *customer.cards)


def _customer(keeper: Keeper, customer: GivenCustomer, number: int) -> None:
    person = keeper.people.add(
        Person(
            id=f"given-{number}",
            name=customer.name or _("Customer {number}").format(number=number),
            phone=customer.phone,
            email=customer.email,
            birthdate=customer.birthdate,
        )
    )
    cards = _cards(customer)
    if not cards and (customer.points or customer.level or customer.turnover):
        raise Refused(Reason.OTHER, _("points and levels need a card"))
    for card in cards:
        keeper.cards.add(card, level=customer.level, customer=person.id)
    if cards and customer.turnover:
        keeper.cards.set_turnover(cards[0], customer.turnover)
    if cards and customer.points:
        keeper.points.give(f"given-{number}", cards[0], customer.points, "given")

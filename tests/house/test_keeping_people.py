"""Customers, as a server sets them up."""

from dataclasses import replace
from datetime import date

import pytest
from house.counter import Counter, line
from house.keeper import card, keeper, refused

from backends.keeping import CardQuery, Person, PersonQuery, Window
from cashier.exchange import Reason
from cashier.receipt import IdentifierKind

ANN = Person("ann", "Ann [/red] [b", "+79001234501", "ann@example.org", date(1990, 11, 23))


def test_a_customer_is_read_whole(counter: Counter) -> None:
    people = keeper(counter).people
    assert people.person("ann") == ANN
    assert people.person("nobody") is None


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (PersonQuery(), ["ann", "bob"]),
        (PersonQuery(ids=("bob", "?")), ["bob"]),
        (PersonQuery(ids=()), []),
        (PersonQuery(phone="+79001234501"), ["ann"]),
        (PersonQuery(email="Ann@Example.org"), ["ann"]),
        (PersonQuery(text="BOB"), ["bob"]),
        (PersonQuery(text="23450"), ["ann", "bob"]),
        (PersonQuery(text="_"), []),
        (PersonQuery(phone="+79001234501", text="bob"), []),
    ],
)
def test_customers_are_found_by(counter: Counter, query: PersonQuery, ids: list[str]) -> None:
    part = keeper(counter).people.people(query)
    assert ([one.id for one in part.rows], part.total) == (ids, len(ids))


def test_letters_of_any_case_and_alphabet_are_found(counter: Counter) -> None:
    people = keeper(counter).people
    made = people.add(Person("", "Алёна Ёжикова"))
    assert [one.id for one in people.people(PersonQuery(text="алена ЕЖ")).rows] == [made.id]


def test_a_long_list_comes_in_parts(counter: Counter) -> None:
    part = keeper(counter).people.people(PersonQuery(), Window(skip=1, most=1))
    assert ([one.id for one in part.rows], part.total) == (["bob"], 2)


async def test_a_new_customer_has_no_card_yet_and_may_be_given_one(counter: Counter) -> None:
    kept = keeper(counter)
    made = kept.people.add(Person("", " Eve ", "+7 (900) 123-45-09", "Eve@Example.org"))
    assert (made.name, made.phone, made.email) == ("Eve", "+79001234509", "eve@example.org")
    assert made.id
    assert kept.people.person(made.id) == made
    kept.cards.add("EVE", customer=made.id)
    found = await counter.found("eve@example.org", IdentifierKind.EMAIL)
    assert [one.number for one in found.cards] == ["EVE"]
    assert kept.people.add(Person("own-id", "Own")).id == "own-id"


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (Person("", "x", "+79001234501"), Reason.ALREADY_PROCESSED),
        (Person("", "x", "", "ANN@example.org"), Reason.ALREADY_PROCESSED),
        (Person("ann", "x"), Reason.ALREADY_PROCESSED),
        (Person("", "x", "12"), Reason.OTHER),
        (Person("", "x", "+7900123450123456789"), Reason.OTHER),
        (Person("", "x", "", "no address"), Reason.OTHER),
        (Person("", "x" * 201), Reason.OTHER),
        (Person("x" * 201, "x"), Reason.OTHER),
        (Person("", "half a letter \ud800"), Reason.OTHER),
    ],
)
def test_who_cannot_be_a_customer_is_refused(
    counter: Counter, person: Person, reason: Reason
) -> None:
    with refused(reason):
        keeper(counter).people.add(person)
    assert keeper(counter).people.people(PersonQuery()).total == 2


async def test_a_change_puts_the_new_data_in_place_of_the_old(counter: Counter) -> None:
    people = keeper(counter).people
    changed = people.change(replace(ANN, name="Anna", email="anna@example.org", birthdate=None))
    assert people.person("ann") == changed
    found = await counter.found("anna@example.org", IdentifierKind.EMAIL)
    assert found.customer is not None
    assert found.customer.name == "Anna"
    assert people.change(replace(ANN, phone="", email="")).phone == ""
    for wrong, reason in (
        (replace(ANN, id="nobody"), Reason.NOT_FOUND),
        (replace(ANN, phone="+79001234502"), Reason.ALREADY_PROCESSED),
    ):
        with refused(reason):
            people.change(wrong)


async def test_the_cards_of_a_deleted_customer_are_nobodys_and_keep_their_points(
    counter: Counter,
) -> None:
    kept = keeper(counter)
    kept.people.delete("ann")
    assert kept.people.person("ann") is None
    assert (card(counter, "A1").customer, card(counter, "A1").balance) == (None, 1000_00)
    assert kept.cards.cards(CardQuery(customer="ann")).total == 0
    assert (await counter.sell(await counter.receipt(line(), card="A1"))).earned == 5_00
    with refused(Reason.NOT_FOUND):
        kept.people.delete("ann")
    assert kept.people.add(replace(ANN, id="")).phone == ANN.phone, "the phone is free again"

"""Buyers: found by what they show, registered, given cards and levels."""

from datetime import date

import pytest
from house.counter import Counter, MakeCounter, line

from cashier.exchange import (
    AttachCardRequest,
    AttachOn,
    ConfirmationRequired,
    IdentifyRequest,
    NotFound,
    Reason,
    Refused,
    Registered,
    RegisterRequest,
    Upgrade,
    UpgradeRequest,
)
from cashier.receipt import CardStatus, Identifier, IdentifierKind, MessageTo


async def test_a_card_needs_no_code_and_brings_its_balance(counter: Counter) -> None:
    found = await counter.found("A1")
    assert found.customer is not None
    assert found.customer.name == "Ann [/red] [b"
    (card,) = found.cards
    assert (card.level, card.balance, card.available) == ("Base", 1000_00, 1000_00)


async def test_all_cards_of_a_customer_share_one_balance(counter: Counter) -> None:
    one, two = await counter.found("A1"), await counter.found("A2")
    assert one.cards[0].balance == two.cards[0].balance


async def test_an_email_is_found_in_either_case(counter: Counter) -> None:
    found = await counter.found("ANN@example.org", IdentifierKind.EMAIL)
    assert len(found.cards) == 2


async def test_a_code_of_the_app_stands_for_its_card(counter: Counter) -> None:
    found = await counter.found("A2", IdentifierKind.APP)
    assert [card.number for card in found.cards] == ["A2"]


@pytest.mark.parametrize("kind", list(IdentifierKind))
@pytest.mark.parametrize("value", ["", "'; DROP TABLE cards;--", "[/x]", "\u202e\U0001f600" * 100])
async def test_garbage_is_not_found(counter: Counter, kind: IdentifierKind, value: str) -> None:
    request = IdentifyRequest(identifier=Identifier(kind, value), at=counter.now)
    assert await counter.house.identify(request) == NotFound()


@pytest.mark.parametrize(
    ("card", "status", "earns", "spends"),
    [
        ("A1", CardStatus.ACTIVE, True, True),
        ("B-earn", CardStatus.ACTIVE, True, False),
        ("B-blocked", CardStatus.BLOCKED, False, False),
        ("B-asleep", CardStatus.INACTIVE, False, False),
        ("F1", CardStatus.INACTIVE, False, False),
        ("N1", CardStatus.ACTIVE, True, True),
    ],
)
async def test_the_status_says_what_a_card_may(
    counter: Counter, card: str, status: CardStatus, *, earns: bool, spends: bool
) -> None:
    (shown,) = (await counter.found(card)).cards
    assert (shown.status, shown.may_earn, shown.may_spend) == (status, earns, spends)
    settled = await counter.sell(await counter.receipt(line(), card=card))
    assert bool(settled.earned) is earns


async def test_points_about_to_burn_and_a_birthday_are_told(counter: Counter) -> None:
    told = (await counter.found("A1")).messages
    assert [m.text for m in told if m.to is MessageTo.CASHIER] == [
        "It is the customer's birthday today.",
        "100 points burn by 26.11.2026.",
    ]


async def test_burnt_points_are_gone(counter: Counter) -> None:
    await counter.found("A1")
    await counter.clock.move(days=3)
    assert (await counter.found("A1")).cards[0].balance == 900_00


# --- registering ----------------------------------------------------------------------------


def form(counter: Counter, phone: str = "+79001234599", operation: str = "op") -> RegisterRequest:
    return RegisterRequest(
        operation_id=operation,
        phone=phone,
        name="New [b",
        birthdate=date(2000, 2, 29),
        at=counter.now,
    )


async def registered(counter: Counter, request: RegisterRequest) -> Registered:
    answer = await counter.house.register(request)
    if isinstance(answer, ConfirmationRequired):
        confirmation = counter.confirmation(answer.challenge)
        answer = await counter.house.register(
            request.model_copy(update={"confirmation": confirmation})
        )
    assert isinstance(answer, Registered)
    return answer


async def test_registering_takes_a_code_and_gives_a_card_with_points(counter: Counter) -> None:
    answer = await registered(counter, form(counter))
    assert answer.customer.phone == "+79001234599"
    (card,) = answer.cards
    assert card.number.startswith("290")
    assert (card.status, card.balance) == (CardStatus.ACTIVE, 50_00)
    assert (await counter.found(card.number)).customer == answer.customer


async def test_registering_twice_with_one_id_is_one_customer(counter: Counter) -> None:
    first = await registered(counter, form(counter))
    assert await counter.house.register(form(counter)) == first


async def test_a_phone_that_is_registered_is_refused(counter: Counter) -> None:
    with pytest.raises(Refused) as refused:
        await counter.house.register(form(counter, "+79001234501"))
    assert refused.value.reason is Reason.ALREADY_PROCESSED


@pytest.mark.parametrize("phone", ["", "123", "+7900123450112345678"])
async def test_a_form_without_a_proper_phone_is_refused(counter: Counter, phone: str) -> None:
    with pytest.raises(Refused, match="phone"):
        await counter.house.register(form(counter, phone))


async def test_who_does_not_agree_is_not_registered(counter: Counter) -> None:
    with pytest.raises(Refused, match="agree"):
        await counter.house.register(form(counter).model_copy(update={"agreed": False}))


async def test_a_free_card_may_be_left_to_the_cashier(make: MakeCounter) -> None:
    counter = make_with(make, "free")
    answer = await registered(counter, form(counter))
    assert answer.cards == ()
    request = AttachCardRequest(
        operation_id="at", customer_id=answer.customer.customer_id, at=counter.now
    )
    found = await counter.house.attach_card(request)
    assert found.cards[0].number.startswith("290")
    assert await counter.house.attach_card(request) == found


async def test_a_card_may_be_chosen_from_the_free_ones(make: MakeCounter) -> None:
    counter = make_with(make, "list")
    answer = await registered(counter, form(counter))
    assert (answer.cards, answer.free_cards) == ((), ("F1", "F2"))
    found = await attach(counter, answer.customer.customer_id, "F2")
    assert found == (("F2", CardStatus.ACTIVE),)
    other = await registered(counter, form(counter, "+79001234598", "op2"))
    assert other.free_cards == ("F1",)


def make_with(make: MakeCounter, attach_on: str) -> Counter:
    counter = make()
    settings = counter.rules.settings
    registration = settings.registration.model_copy(update={"attach": AttachOn(attach_on)})
    changed = settings.model_copy(update={"registration": registration})
    return Counter(counter.rules.model_copy(update={"settings": changed}))


async def attach(counter: Counter, customer: str, card: str) -> tuple[tuple[str, CardStatus], ...]:
    request = AttachCardRequest(
        operation_id=f"attach {customer} {card}", customer_id=customer, card=card, at=counter.now
    )
    found = await counter.house.attach_card(request)
    return tuple((one.number, one.status) for one in found.cards)


async def test_attaching_wakes_an_inactive_card(counter: Counter) -> None:
    assert await attach(counter, "bob", "B-asleep") == (("B-asleep", CardStatus.ACTIVE),)
    assert (await counter.found("B-asleep")).cards[0].may_spend


async def test_a_card_of_nobody_brings_its_points_along(counter: Counter) -> None:
    await counter.sell(await counter.receipt(line(), card="N1"))
    await attach(counter, "bob", "N1")
    assert (await counter.found("N1")).cards[0].balance == 505_00


@pytest.mark.parametrize(
    ("customer", "card", "why"),
    [
        ("ann", "none", Reason.NOT_FOUND),
        ("nobody", "F1", Reason.NOT_FOUND),
        ("ann", "B-earn", Reason.WRONG_CUSTOMER),
        ("bob", "B-blocked", Reason.BLOCKED),
    ],
)
async def test_a_card_that_cannot_be_attached_says_why(
    counter: Counter, customer: str, card: str, why: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        await attach(counter, customer, card)
    assert refused.value.reason is why


# --- levels ---------------------------------------------------------------------------------


async def upgrade(counter: Counter, card: str, *, confirm: bool) -> Upgrade:
    request = UpgradeRequest(operation_id="up", card=card, confirm=confirm, at=counter.now)
    return await counter.house.upgrade_level(request)


async def test_a_level_that_comes_by_itself_is_news_of_the_sale(counter: Counter) -> None:
    short = await counter.sell(await counter.receipt(line(price=999_99), card="A1"))
    assert (short.level, short.next_level, short.to_next_level) == ("", "Silver", 1)
    reached = await counter.sell(await counter.receipt(line(price=1), card="A1"))
    assert (reached.level, reached.next_level, reached.to_next_level) == ("Silver", "Gold", 4000_00)
    assert (await counter.found("A1")).cards[0].level == "Silver"


async def test_a_level_that_is_asked_for_waits_for_the_cashier(counter: Counter) -> None:
    assert not (await upgrade(counter, "A2", confirm=True)).possible
    settled = await counter.sell(await counter.receipt(line(price=5000_00), card="A2"))
    assert settled.level == ""
    assert any("Gold" in message.text for message in settled.messages)
    assert (await upgrade(counter, "A2", confirm=False)) == Upgrade(
        possible=True, level="Gold", text="Level Gold"
    )
    assert (await counter.found("A2")).cards[0].level == "Silver"
    done = await upgrade(counter, "A2", confirm=True)
    assert done.done
    assert await upgrade(counter, "A2", confirm=True) == done
    assert (await counter.found("A2")).cards[0].level == "Gold"


async def test_a_blocked_card_does_not_go_up(counter: Counter) -> None:
    with pytest.raises(Refused) as refused:
        await upgrade(counter, "B-blocked", confirm=False)
    assert refused.value.reason is Reason.BLOCKED

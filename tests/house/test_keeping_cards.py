"""Cards and levels, as a server sets them up."""

import pytest
from house.counter import Counter, line
from house.keeper import card, keeper, refused

from backends.keeping import CardQuery, Keeper, Standing, Window, keeper_of
from cashier.exchange import Reason, Refused
from cashier.money import ONE

ALL = ("A1", "A2", "B-asleep", "B-blocked", "B-earn", "F1", "F2", "N1")


def found(counter: Counter, query: CardQuery, window: Window = Window()) -> tuple[str, ...]:
    part = keeper(counter).cards.cards(query, window)
    assert part.total >= len(part.rows)
    return tuple(one.number for one in part.rows)


def balances(counter: Counter, *numbers: str) -> list[int]:
    return [card(counter, number).balance for number in numbers]


def test_a_system_without_the_ability_lets_nobody_at_its_data() -> None:
    assert keeper_of(object()) is None


def test_levels_come_lowest_first(counter: Counter) -> None:
    levels = keeper(counter).cards.levels()
    assert [(one.id, one.place, one.turnover, one.pay) for one in levels] == [
        ("base", 0, 0, 50_00),
        ("silver", 1, 1000_00, 100_00),
        ("gold", 2, 5000_00, 100_00),
    ]


def test_a_card_tells_whose_it_is_and_what_it_holds(counter: Counter) -> None:
    ann, free, nobodys = (card(counter, number) for number in ("A2", "F1", "N1"))
    assert (ann.level, ann.standing, ann.customer) == ("silver", Standing.ACTIVE, "ann")
    assert (ann.balance, ann.available, ann.account) == (
        1000_00,
        1000_00,
        card(counter, "A1").account,
    )
    assert (free.customer, free.account, free.balance) == (None, None, 0)
    assert nobodys.customer is None
    assert nobodys.account is not None
    assert keeper(counter).cards.card("no such") is None


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (CardQuery(), ALL),
        (CardQuery(numbers=("N1", "A1", "?")), ("A1", "N1")),
        (CardQuery(numbers=()), ()),
        (CardQuery(customer="ann"), ("A1", "A2")),
        (CardQuery(level="silver"), ("A2",)),
        (CardQuery(phone="+79001234502"), ("B-asleep", "B-blocked", "B-earn")),
        (CardQuery(email="ANN@example.org"), ("A1", "A2")),
        (CardQuery(standing=(Standing.BLOCKED, Standing.NO_SPEND)), ("B-blocked", "B-earn")),
        (CardQuery(text="b-"), ("B-asleep", "B-blocked", "B-earn")),
        (CardQuery(text="aNN [/RED]"), ("A1", "A2")),
        (CardQuery(text="234501"), ("A1", "A2")),
        (CardQuery(text="%"), ()),
        (CardQuery(customer="bob", standing=(Standing.ACTIVE,)), ()),
        (CardQuery(customer="' OR 1=1 --"), ()),
    ],
)
def test_cards_are_found_by(counter: Counter, query: CardQuery, numbers: tuple[str, ...]) -> None:
    assert found(counter, query) == numbers


def test_a_long_list_comes_in_parts(counter: Counter) -> None:
    part = keeper(counter).cards.cards(CardQuery(), Window(skip=2, most=3))
    assert [one.number for one in part.rows] == list(ALL[2:5])
    assert part.total == len(ALL)
    assert found(counter, CardQuery(), Window(skip=100)) == ()


def test_a_new_card_is_free_and_asleep_or_a_customers_and_awake(counter: Counter) -> None:
    cards = keeper(counter).cards
    made = cards.add("NEW-1", level="silver")
    assert (made.level, made.standing, made.account) == ("silver", Standing.INACTIVE, None)
    given = cards.add("NEW-2", customer="ann")
    assert (given.level, given.standing, given.balance) == ("base", Standing.ACTIVE, 1000_00)


@pytest.mark.parametrize(
    ("number", "more", "reason"),
    [
        ("A1", {}, Reason.ALREADY_PROCESSED),
        ("", {}, Reason.OTHER),
        ("a b", {}, Reason.OTHER),
        ("1" * 41, {}, Reason.OTHER),
        ("\ud800", {}, Reason.OTHER),
        ("NEW", {"level": "platinum"}, Reason.NOT_FOUND),
        ("NEW", {"customer": "nobody"}, Reason.NOT_FOUND),
    ],
)
def test_a_card_that_cannot_be_is_refused(
    counter: Counter, number: str, more: dict[str, str], reason: Reason
) -> None:
    with refused(reason):
        keeper(counter).cards.add(number, **more)
    assert found(counter, CardQuery()) == ALL


def test_a_number_that_nobody_has_is_refused_everywhere(counter: Counter) -> None:
    cards = keeper(counter).cards
    for change in (
        lambda: cards.renumber("?", "1"),
        lambda: cards.set_standing("?", Standing.ACTIVE),
        lambda: cards.set_level("?", "gold"),
        lambda: cards.set_turnover("?", 1),
        lambda: cards.replace("A1", "?"),
        lambda: cards.replace("?", "F1"),
        lambda: cards.share("?", "A1"),
        lambda: cards.share("F1", "?"),
        lambda: cards.delete("?"),
    ):
        with refused(Reason.NOT_FOUND):
            change()


async def test_a_card_under_another_number_is_the_same_card(counter: Counter) -> None:
    await counter.sell(await counter.receipt(line(), card="N1"))
    before = card(counter, "N1")
    after = keeper(counter).cards.renumber("N1", "N9")
    assert (after.account, after.balance, after.turnover) == (
        before.account,
        before.balance,
        before.turnover,
    )
    assert keeper(counter).cards.card("N1") is None
    with refused(Reason.ALREADY_PROCESSED):
        keeper(counter).cards.renumber("N9", "A1")
    assert keeper(counter).cards.renumber("N9", "N9").number == "N9"


async def test_a_standing_says_what_a_card_may_do(counter: Counter) -> None:
    cards = keeper(counter).cards
    receipt = await counter.receipt(line(price=400_00), card="A1")
    cards.set_standing("A1", Standing.NO_SPEND)
    with pytest.raises(Refused):
        await counter.sell(receipt, spend=100_00)
    cards.set_standing("A1", Standing.BLOCKED)
    assert (await counter.sell(await counter.receipt(line(), card="A1"))).earned == 0
    cards.set_standing("A1", Standing.ACTIVE)
    assert (await counter.sell(receipt, spend=100_00)).spent == 100_00


async def test_a_free_card_that_is_activated_is_nobodys_and_earns(counter: Counter) -> None:
    assert keeper(counter).cards.set_standing("F1", Standing.ACTIVE).account is not None
    settled = await counter.sell(await counter.receipt(line(), card="F1"))
    assert settled.earned == 5_00


def test_a_level_is_set_by_hand_and_nothing_unknown_is(counter: Counter) -> None:
    cards = keeper(counter).cards
    assert cards.set_level("A1", "gold").level == "gold"
    with refused(Reason.NOT_FOUND):
        cards.set_level("A1", "platinum")
    assert cards.set_level("A1", "base").level == "base"


def test_a_turnover_brings_the_levels_that_come_by_themselves(counter: Counter) -> None:
    cards = keeper(counter).cards
    assert cards.set_turnover("N1", 999_99).level == "base"
    raised = cards.set_turnover("N1", 1000_00)
    assert (raised.level, raised.turnover) == ("silver", 1000_00)
    assert cards.set_turnover("N1", 9000_00).level == "silver", "gold has to be asked for"
    assert cards.set_turnover("N1", 0).level == "silver", "a level that was reached stays"
    with refused(Reason.OTHER):
        cards.set_turnover("N1", -1)


async def test_a_new_card_takes_over_all_that_the_old_one_had(counter: Counter) -> None:
    await counter.sell(await counter.receipt(line(quantity=20 * ONE), card="N1"))
    before = card(counter, "N1")
    after = keeper(counter).cards.replace("N1", "F1")
    assert (after.balance, after.turnover, after.level, after.standing) == (
        before.balance,
        before.turnover,
        "silver",
        Standing.ACTIVE,
    )
    assert before.balance > 0
    assert card(counter, "N1").standing is Standing.BLOCKED


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("F1", "F2", Reason.OTHER),
        ("A1", "A1", Reason.OTHER),
        ("A1", "B-blocked", Reason.BLOCKED),
        ("A1", "B-earn", Reason.WRONG_CUSTOMER),
    ],
)
def test_what_cannot_be_replaced(counter: Counter, old: str, new: str, reason: Reason) -> None:
    before = [card(counter, one) for one in (old, new)]
    with refused(reason):
        keeper(counter).cards.replace(old, new)
    assert [card(counter, one) for one in (old, new)] == before


async def test_cards_that_share_an_account_share_its_points(counter: Counter) -> None:
    await counter.sell(await counter.receipt(line(), card="N1"))
    assert keeper(counter).cards.share("N1", "A1").customer == "ann"
    assert balances(counter, "A1", "A2", "N1") == [1005_00] * 3
    assert keeper(counter).cards.share("N1", None).customer is None
    assert balances(counter, "A1", "N1") == [1005_00, 0]
    alone = card(counter, "N1")
    assert keeper(counter).cards.share("N1", None) == alone
    with refused(Reason.WRONG_CUSTOMER):
        keeper(counter).cards.share("B-earn", "A1")


async def test_the_points_of_a_deleted_card_stay_where_somebody_has_them(counter: Counter) -> None:
    cards = keeper(counter).cards
    cards.delete("A1")
    assert balances(counter, "A2") == [1000_00]
    await counter.sell(await counter.receipt(line(), card="N1"))
    cards.delete("N1")
    assert cards.card("N1") is None
    assert cards.add("N1").balance == 0


def spoilt(kept: Keeper, new: str) -> None:
    """Something is changed, and then something refused."""
    with kept.together():
        kept.cards.add(new)
        kept.cards.set_level("A1", "gold")
        kept.cards.add("A1")


def test_changes_within_another_one_are_one(counter: Counter) -> None:
    with refused(Reason.ALREADY_PROCESSED):
        spoilt(keeper(counter), "NEW-1")
    assert found(counter, CardQuery()) == ALL
    assert card(counter, "A1").level == "base"


def test_what_is_refused_within_leaves_nothing_of_itself_behind(counter: Counter) -> None:
    kept = keeper(counter)
    with kept.together():
        kept.cards.add("NEW-1")
        with refused(Reason.ALREADY_PROCESSED):
            spoilt(kept, "NEW-2")
        kept.cards.add("NEW-3")
    assert set(found(counter, CardQuery())) - set(ALL) == {"NEW-1", "NEW-3"}
    assert card(counter, "A1").level == "base"

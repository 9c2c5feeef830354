"""Cards, levels, holders and the settings of registering."""

from datetime import date
from typing import Any

import pytest
from rarus.bodies import ANNA, AT, CARD, LEVELS, USER, written

from backends.rarus.translate import people
from backends.rarus.wire.people import Card as Told
from backends.rarus.wire.people import Confirmation, Level, LevelChange, User
from backends.rarus.wire.receipt import Statement
from backends.rarus.wire.signing import Setting
from cashier.exchange import AttachOn, ConfirmBy, Login, RegisterRequest, Registration
from cashier.money import Currency
from cashier.receipt import CardStatus

LADDER = people.in_order([Level.model_validate(one) for one in LEVELS])


def card(**changes: Any) -> Told:
    return Told.model_validate({**CARD, **changes})


def test_a_card_has_number_level_and_points() -> None:
    assert people.card(card(), LADDER) == ANNA
    unknown = people.card(card(card_level_id="gone"), LADDER)
    assert unknown.level == ""


def test_points_that_the_card_does_not_tell_come_from_its_statement() -> None:
    silent = card(balance=None, actual_balance=None)
    assert not people.tells_points(silent)
    told = Statement.model_validate({"balance": "12.5", "balance_available": -3})
    known = people.card(silent, LADDER, told)
    assert (known.balance, known.available) == (1250, 0)
    assert people.card(silent, LADDER).balance == 0


@pytest.mark.parametrize(
    ("told", "status", "earns", "spends"),
    [
        ({}, CardStatus.ACTIVE, True, True),
        ({"blocked_status": 1}, CardStatus.BLOCKED, False, False),
        ({"blocked_status": 2}, CardStatus.BLOCKED, False, False),
        ({"blocked_status": 3}, CardStatus.ACTIVE, True, False),
        ({"blocked_status": 4}, CardStatus.BLOCKED, True, False),
        ({"blocked_status": 99}, CardStatus.ACTIVE, False, False),
        ({"blocked_status": None, "blocked": True}, CardStatus.BLOCKED, False, False),
        ({"blocked_status": "3", "blocked": True}, CardStatus.ACTIVE, True, False),
        ({"active": False}, CardStatus.INACTIVE, False, False),
        ({"active": None}, CardStatus.INACTIVE, False, False),
    ],
)
def test_the_status_says_what_the_card_may(
    told: dict[str, Any], status: CardStatus, earns: bool, spends: bool
) -> None:
    known = people.card(card(**told), LADDER)
    assert (known.status, known.may_earn, known.may_spend) == (status, earns, spends)


def test_of_several_cards_the_best_that_may_earn_stands_for_a_number() -> None:
    silver, blocked = (
        card(id="2", card_level_id="silver"),
        card(id="3", card_level_id="silver", blocked_status=1),
    )
    assert people.best([card(), blocked, silver], LADDER) is silver
    assert people.best([blocked, card()], LADDER).id == CARD["id"]  # type: ignore[union-attr]
    assert people.best([], LADDER) is None


# --- levels


def test_levels_go_by_their_order() -> None:
    assert list(LADDER) == ["start", "silver"]
    following = people.next_level("Starter", LADDER)
    assert following is not None and following.name == "Silver"
    assert people.next_level("Silver", LADDER) is None
    assert people.next_level("Nobody", LADDER) is None


NEXT = {"level_id": "silver", "level_name": "Silver", "accum_level": 10000, "accum_amount": 9700}


def test_the_next_level_is_possible_when_the_turnover_is_there() -> None:
    below = people.upgrade(LevelChange.model_validate({"next_level_up": NEXT}), Currency())
    assert (below.possible, below.done, below.level) == (False, False, "Silver")
    assert "300.00" in below.text
    reached = {**NEXT, "accum_amount": "10000"}
    may = people.upgrade(LevelChange.model_validate({"next_level_up": reached}), Currency())
    assert (may.possible, may.done) == (True, False)
    done = people.upgrade(LevelChange.model_validate({"level_up": reached}), Currency())
    assert (done.possible, done.done, done.level) == (True, True, "Silver")
    top = people.upgrade(LevelChange(), Currency())
    assert (top.possible, top.level) == (False, "")


def test_the_level_below_likewise() -> None:
    may = people.downgrade(LevelChange.model_validate({"next_level_down": NEXT}))
    done = people.downgrade(LevelChange.model_validate({"level_down": NEXT}))
    assert (may.possible, may.done, done.done, people.downgrade(LevelChange()).possible) == (
        True, False, True, False,
    )  # fmt: skip


# --- holders and settings


def test_a_phone_is_written_as_ours() -> None:
    known = people.customer(User.model_validate(USER))
    assert (known.customer_id, known.phone) == ("c01", "+79001234501")
    assert people.customer(User(id="c02", phone="8 (900) 1")).phone == "+89001"
    assert people.customer(User(id="c02")).phone == ""


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({}, Registration()),
        ({"LoginValue": "email"}, Registration(login=Login.EMAIL)),
        ({"ConfirmationMethod": "Phone"}, Registration(confirm_by=ConfirmBy.PHONE)),
        ({"ConfirmationMethod": "mail"}, Registration(confirm_by=ConfirmBy.EMAIL)),
        ({"ConfirmationMethod": "none"}, Registration(confirm_by=ConfirmBy.NONE)),
        ({"ConfirmationMethod": 5}, Registration()),
        ({"AttachCardOnRegistration": False}, Registration(attach=AttachOn.LIST)),
        ({"AttachCardOnRegistration": "false"}, Registration(attach=AttachOn.LIST)),
        ({"AttachCardOnRegistration": 1}, Registration()),
    ],
)
def test_the_three_settings_make_the_form(value: dict[str, Any], wanted: Registration) -> None:
    told = [Setting.model_validate({"name": name, "value": v}) for name, v in value.items()]
    assert people.registration(told, choose_card=True) == wanted


@pytest.mark.parametrize("login", Login)
@pytest.mark.parametrize("method", ConfirmBy)
@pytest.mark.parametrize("attach", [AttachOn.BY_ITSELF, AttachOn.FREE])
def test_settings_come_back_as_they_were_told(
    login: Login, method: ConfirmBy, attach: AttachOn
) -> None:
    rules = Registration(login=login, confirm_by=method, attach=attach)
    assert people.registration(people.settings(rules), choose_card=False) == rules


def test_the_login_of_a_new_holder_has_digits_only() -> None:
    request = RegisterRequest(
        operation_id="op", phone="+7 900 123-45-01", email="a@b.example", name=" New ",
        birthdate=date(1990, 6, 5), at=AT,
    )  # fmt: skip
    asked = people.new_user(request, Registration(confirm_by=ConfirmBy.PHONE), "u1")
    body = written(asked)
    assert (body["login"], body["name"], body["birthdate"], body["confirmed"]) == (
        "79001234501", "New", 644544000000, False,
    )  # fmt: skip
    by_email = people.new_user(request, Registration(login=Login.EMAIL), "u1")
    assert (by_email.login, by_email.confirmed) == ("a@b.example", True)


def test_a_code_that_cannot_be_tried_was_not_sent() -> None:
    sent = Confirmation(id="k", address="+7 ***", seconds=90, attempts=3)
    assert people.confirmation(sent, "k").channel is ConfirmBy.PHONE
    for changes in ({"seconds": 0}, {"attempts": -1}):
        with pytest.raises(ValueError, match="a code for"):
            people.confirmation(sent.model_copy(update=changes), "k")

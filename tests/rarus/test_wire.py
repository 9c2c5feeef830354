"""Messages are read leniently and written to the letter."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError
from rarus.bodies import AT, CARD, MOMENT, USER

from backends.rarus.wire.base import Reply, instant, major, milliseconds, minor
from backends.rarus.wire.people import Cards, Level, OneUser
from backends.rarus.wire.receipt import Calculated, Document, Limits, Operation, Sales


def test_numbers_may_be_text_and_text_numbers() -> None:
    told = Limits.model_validate(
        {"code": "0", "card_level_id": 7, "balance_available": "12.50", "max_payment": "3"}
    )
    assert (told.card_level_id, told.balance_available, told.max_payment) == (
        "7",
        Decimal("12.50"),
        Decimal(3),
    )


def test_null_is_nothing_of_its_kind() -> None:
    told = Calculated.model_validate(
        {"message": "done", "cheque_items": None, "cheque_discounts": None, "max_payment": None}
    )
    assert (told.cheque_items, told.cheque_discounts, told.max_payment) == (
        (), (), Decimal(0),
    )  # fmt: skip
    user = OneUser.model_validate({"user": {**USER, "birthdate": None, "confirmed": None}}).user
    assert (user.image, user.birthdate, user.confirmed) == ("", 0, False)


def test_keys_nobody_knows_are_passed_over() -> None:
    told = Cards.model_validate({"cards": [{**CARD, "colour": "red"}], "version": 3})
    assert told.cards[0].barcode == CARD["barcode"]


@pytest.mark.parametrize(
    "data",
    [
        {"cards": "many"},
        {"cards": [{"name": "no id"}]},
        {"cards": [{**CARD, "balance": "a lot"}]},
        {"cards": [{**CARD, "balance": float("nan")}]},
        {"cards": [{**CARD, "date_active": {"at": 1}}]},
        {"cards": [{**CARD, "active": "perhaps"}]},
        {"code": "a few"},
    ],
)
def test_what_is_no_message_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Cards.model_validate(data)


def test_misspelt_keys_are_kept() -> None:
    keys = {
        *Calculated.model_fields,
        *Document.model_fields,
        *Operation.model_fields,
        *Sales.model_fields,
        *Level.model_fields,
    }
    from backends.rarus.wire.people import Card, NewUser
    from backends.rarus.wire.receipt import PricedRow, Row

    keys |= {*Card.model_fields, *NewUser.model_fields, *PricedRow.model_fields, *Row.model_fields}
    assert {"recieve_notifications", "bonus_percet", "summ", "blockeddescription"} <= keys


def test_moments_are_milliseconds_and_seconds_are_understood() -> None:
    assert milliseconds(AT) == MOMENT
    assert instant(MOMENT) == instant(MOMENT // 1000) == AT
    assert instant(644529600000) == datetime(1990, 6, 4, 20, tzinfo=UTC)
    assert instant(0) is None
    assert (milliseconds(None), instant(-315619200)) == (0, datetime(1960, 1, 1, tzinfo=UTC))
    for wrong in (10**18, -(10**15)):
        with pytest.raises(ValueError, match="no moment"):
            instant(wrong)


@pytest.mark.parametrize(
    ("value", "hundredths"),
    [("12.50", 1250), ("12.345", 1235), ("12.344999", 1234), ("-0.005", -1), ("7", 700)],
)
def test_amounts_are_rounded_half_up_to_the_kopeck(value: str, hundredths: int) -> None:
    assert minor(Decimal(value)) == hundredths


def test_whole_amounts_are_written_without_a_point() -> None:
    assert [str(major(one)) for one in (5000, 5050, -1, 0)] == ["50", "50.50", "-0.01", "0"]
    assert str(major(1234, 3)) == "1.234"
    with pytest.raises(ValueError, match="too much"):
        minor(Decimal("1e14"))


def test_a_reply_says_that_it_is_done() -> None:
    assert Reply().model_dump() == {"code": 0, "message": ""}

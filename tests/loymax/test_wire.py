"""Messages of Processing v1.2 are written to the letter and read leniently."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from backends.exact_json import json_bytes, read_json
from backends.loymax.common.codes import NAMES, OK, cause_named, fine, name_for, reason_named
from backends.loymax.wire import processing
from backends.loymax.wire.base import AppliedOffer, Cheque, Envelope, Line, Operation, State
from cashier.exchange import Cause, Reason

AT = datetime(2024, 1, 1, 10, tzinfo=UTC)
OBSERVED = (
    b'{"operationId":"P1","operationDate":"2024-01-01T10:00:00.000Z","cashier":"c1",'
    b'"cheque":{"number":"msP1","date":"2024-01-01T10:00:00.000Z",'
    b'"lines":[{"position":1,"goodsId":"146001","name":"x","price":100,"quantity":2,'
    b'"amount":200,"discount":0,"cashback":0}]},'
    b'"coupons":[{"number":"77"}]}'
)


def test_a_calculation_is_written_as_observed() -> None:
    line = Line(
        position=1,
        goodsId="146001",
        name="x",
        price=Decimal(100),
        quantity=Decimal(2),
        amount=Decimal(200),
        discount=Decimal(0),
        cashback=Decimal(0),
    )
    asked = processing.CalculateAsked(
        operationId="P1",
        operationDate=AT,
        cashier="c1",
        cheque=Cheque(number="msP1", date=AT, lines=(line,)),
        coupons=(processing.Coupon(number="77"),),
    )
    assert json_bytes(asked.model_dump(exclude_unset=True)) == OBSERVED
    assert processing.CalculateAsked.model_validate(read_json(OBSERVED)) == asked


def test_moments_are_told_in_utc_and_need_an_offset() -> None:
    moscow = datetime(2024, 1, 1, 13, tzinfo=timezone(timedelta(hours=3)))
    assert Operation(operationId="1", operationDate=moscow).model_dump() == {
        "operationId": "1",
        "operationDate": "2024-01-01T10:00:00.000Z",
    }
    with pytest.raises(ValidationError):
        Operation.model_validate({"operationId": "1", "operationDate": "2024-01-01T10:00:00"})


def test_null_is_as_left_out_and_unknown_keys_are_passed_over() -> None:
    told: dict[str, Any] = {
        "result": {"state": "Success", "validationErrors": None, "novel": 1},
        "data": [{"code": "Ok", "availableAmount": None, "cheque": None, "transactionId": "9"}],
    }
    heard = Envelope[processing.Calculated].model_validate(told)
    assert heard.result.state == State.SUCCESS
    assert heard.data == (processing.Calculated(code="Ok", transactionId=9),)


@pytest.mark.parametrize("nonsense", ["NaN", "Infinity", "x", True, [], {}])
def test_what_is_no_number_is_refused(nonsense: object) -> None:
    with pytest.raises(ValidationError):
        processing.Pay.model_validate({"type": "Cash", "amount": nonsense})


def test_an_offer_keeps_the_spelling_of_the_vendor() -> None:
    assert AppliedOffer.model_validate({"prerefenceValue": "1.5"}).prerefenceValue == Decimal("1.5")


def test_every_name_of_an_error_is_known() -> None:
    assert len(NAMES) == len(set(NAMES.values())) == 46
    assert [name for name in NAMES.values() if fine(name)] == [OK, "Created"]
    assert reason_named("CardBlocked") is Reason.BLOCKED
    assert reason_named("NotUniqueOperationID") is Reason.ALREADY_PROCESSED
    assert reason_named("Unheard") is Reason.OTHER
    assert cause_named("SignatureError") is Cause.CREDENTIALS
    assert cause_named("Unheard") is None


@pytest.mark.parametrize("reason", [Reason.NOT_FOUND, Reason.BLOCKED, Reason.WRONG_CODE])
def test_a_reason_survives_its_name(reason: Reason) -> None:
    assert reason_named(name_for(reason)) is reason

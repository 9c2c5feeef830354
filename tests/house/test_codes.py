"""Confirmation codes: right, wrong, too late, too often, twice."""

import pytest
from house.counter import Counter, MakeCounter

from cashier.exchange import (
    Confirmation,
    ConfirmationRequired,
    ConfirmBy,
    Found,
    Identified,
    IdentifyRequest,
    Reason,
    Refused,
)
from cashier.receipt import Identifier, IdentifierKind

PHONE = Identifier(IdentifierKind.PHONE, "+79001234501")


async def identify(counter: Counter, confirmation: Confirmation | None = None) -> Identified:
    request = IdentifyRequest(identifier=PHONE, confirmation=confirmation, at=counter.now)
    return await counter.house.identify(request)


async def asked(counter: Counter) -> ConfirmationRequired:
    answer = await identify(counter)
    assert isinstance(answer, ConfirmationRequired)
    return answer


async def refusal(counter: Counter, challenge: str, code: str) -> Reason:
    with pytest.raises(Refused) as refused:
        await identify(counter, Confirmation(challenge=challenge, code=code))
    return refused.value.reason


def wrong(counter: Counter) -> str:
    return "1111" if counter.phone[-1].code != "1111" else "2222"


async def test_a_code_goes_to_the_phone_and_its_address_is_masked(counter: Counter) -> None:
    answer = await asked(counter)
    (message,) = counter.phone
    assert message.to == "+79001234501"
    assert len(message.code) == 4
    assert message.code in message.text
    assert (answer.channel, answer.masked) == (ConfirmBy.PHONE, "+7 900 ***-**-01")
    assert (answer.seconds, answer.attempts) == (90, 3)


async def test_the_right_code_lets_in(counter: Counter) -> None:
    answer = await asked(counter)
    found = await identify(counter, counter.confirmation(answer.challenge))
    assert isinstance(found, Found)
    assert [card.number for card in found.cards] == ["A1", "A2"]


async def test_a_wrong_code_counts_down_to_too_many_attempts(counter: Counter) -> None:
    challenge = (await asked(counter)).challenge
    right = counter.phone[-1].code
    told = [await refusal(counter, challenge, wrong(counter)) for _attempt in range(3)]
    assert told == [Reason.WRONG_CODE, Reason.WRONG_CODE, Reason.TOO_MANY_ATTEMPTS]
    assert await refusal(counter, challenge, right) is Reason.TOO_MANY_ATTEMPTS


async def test_a_code_is_good_for_ninety_seconds(counter: Counter) -> None:
    challenge = (await asked(counter)).challenge
    await counter.clock.move(seconds=89)
    assert await refusal(counter, challenge, wrong(counter)) is Reason.WRONG_CODE
    await counter.clock.move(seconds=1)
    assert await refusal(counter, challenge, counter.phone[-1].code) is Reason.EXPIRED


async def test_a_code_is_good_once(counter: Counter) -> None:
    answer = await asked(counter)
    await identify(counter, counter.confirmation(answer.challenge))
    assert await refusal(counter, answer.challenge, counter.phone[-1].code) is Reason.NOT_FOUND


async def test_a_new_code_takes_the_place_of_the_old(counter: Counter) -> None:
    old = await asked(counter)
    first = counter.phone[-1].code
    new = await asked(counter)
    assert await refusal(counter, old.challenge, first) is Reason.NOT_FOUND
    assert isinstance(await identify(counter, counter.confirmation(new.challenge)), Found)


async def test_a_code_for_one_does_not_let_in_another(counter: Counter) -> None:
    answer = await asked(counter)
    other = Identifier(IdentifierKind.PHONE, "+79001234502")
    request = IdentifyRequest(
        identifier=other, confirmation=counter.confirmation(answer.challenge), at=counter.now
    )
    with pytest.raises(Refused) as refused:
        await counter.house.identify(request)
    assert refused.value.reason is Reason.NOT_FOUND


async def test_codes_are_the_same_at_every_run_with_the_same_ids(make: MakeCounter) -> None:
    one, two = make(), make()
    await asked(one)
    await asked(two)
    assert one.phone == two.phone

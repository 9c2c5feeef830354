"""A newcomer at the till: the code, the person, the card, each once whatever is lost."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from loymax.stage import Stage, as_it_is, lost
from stand import MORNING, demo_rules

from backends.exact_json import read_json
from backends.house.rules import Rules
from backends.keeping import PersonQuery
from cashier import exchange as ex
from cashier.exchange import AttachOn, Can, ConfirmBy, Login, OutcomeUnknown, Reason, Refused
from cashier.receipt import Identifier, IdentifierKind

PHONE, EMAIL = "+79001239999", "new@loymax.example"


def rules(login: Login, confirm_by: ConfirmBy, attach: AttachOn) -> Rules:
    known = demo_rules()
    how = {"login": login, "confirm_by": confirm_by, "attach": attach}
    registration = known.settings.registration.model_copy(update=how)
    settings = known.settings.model_copy(update={"registration": registration})
    return known.model_copy(update={"settings": settings})


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.house.close()


def newcomer(code: ex.Confirmation | None = None, **more: str) -> ex.RegisterRequest:
    told = {"phone": PHONE, "name": "Новый Человек", **more}
    return ex.RegisterRequest(operation_id="n-1", confirmation=code, at=MORNING, **told)  # type: ignore[arg-type]


async def code_for(stage: Stage) -> ex.Confirmation:
    sent = await stage.backend.register(newcomer())
    assert isinstance(sent, ex.ConfirmationRequired)
    assert (sent.channel, sent.masked[:2]) == (ConfirmBy.PHONE, "+7")
    assert sent.seconds > 0 < sent.attempts
    return ex.Confirmation(challenge=sent.challenge, code=stage.phone[-1].code)


def people(stage: Stage, phone: str = PHONE) -> int:
    return stage.house.keeping().people.people(PersonQuery(phone=phone)).total


async def test_the_code_registers_and_the_card_is_there(stage: Stage) -> None:
    code = await code_for(stage)
    assert people(stage) == 0
    for wrong, reason in (("", Reason.WRONG_CODE), ("0", Reason.WRONG_CODE)):
        with pytest.raises(Refused) as caught:
            await stage.backend.register(newcomer(code.model_copy(update={"code": wrong})))
        assert caught.value.reason is reason
    made = await stage.backend.register(newcomer(code))
    assert isinstance(made, ex.Registered)
    assert (made.customer.name, made.customer.phone) == ("Новый Человек", PHONE)
    shown = Identifier(IdentifierKind.PHONE, PHONE)
    found = await stage.backend.identify(ex.IdentifyRequest(identifier=shown, at=MORNING))
    assert isinstance(found, ex.Found)
    assert [one.number for one in found.cards] == [one.number for one in made.cards]
    with pytest.raises(Refused):
        await stage.backend.register(newcomer().model_copy(update={"operation_id": "n-2"}))


async def test_what_is_said_of_a_newcomer(stage: Stage) -> None:
    code = ex.Confirmation(challenge="c-1", code="1234")
    asked = newcomer(code).model_copy(update={"birthdate": date(2000, 2, 29)})
    await stage.backend.register(newcomer())
    with pytest.raises(Refused):
        await stage.backend.register(asked)
    first, second = (one for one in stage.between.said if "Registration" in one.url.path)
    assert read_json(first.content) == {"login": "79001239999", "withoutCall": True}
    assert read_json(second.content) == {
        "operationId": "n-1",
        "operationDate": "2026-03-03T07:00:00.000Z",
        "login": "79001239999",
        "challenge": "c-1",
        "confirmCode": "1234",
        "name": "Новый Человек",
        "birthDate": "2000-02-29",
        "agreement": True,
    }


async def test_too_many_codes_and_late_ones_are_told_apart(stage: Stage) -> None:
    code = await code_for(stage)
    wrong = newcomer(code.model_copy(update={"code": "0"}))
    reasons = []
    for _try in range(4):
        with pytest.raises(Refused) as caught:
            await stage.backend.register(wrong)
        reasons.append(caught.value.reason)
    assert reasons[0] is Reason.WRONG_CODE
    assert Reason.TOO_MANY_ATTEMPTS in reasons
    late = await code_for(stage)
    await stage.clock.move(days=1)
    with pytest.raises(Refused) as caught:
        await stage.backend.register(newcomer(late))
    assert caught.value.reason is Reason.EXPIRED


async def test_a_lost_answer_registers_once(stage: Stage) -> None:
    code = await code_for(stage)
    stage.between.spoil = lost("/TryFinishRegistration")
    with pytest.raises(OutcomeUnknown):
        await stage.backend.register(newcomer(code))
    made = await stage.backend.register(newcomer(code))
    assert isinstance(made, ex.Registered)
    assert people(stage) == 1


@pytest.mark.parametrize("attach", AttachOn)
async def test_a_card_comes_as_the_settings_say(attach: AttachOn) -> None:
    stage = Stage(rules=rules(Login.EMAIL, ConfirmBy.NONE, attach))
    try:
        till = stage.till(register_by="email", confirm_by="none", attach=str(attach))
        system = await till.open(ex.Opening(shop="01", till="01"))
        assert (Can.ATTACH_CARD in system.can) is (attach is not AttachOn.BY_ITSELF)
        assert system.registration.attach is attach
        made = await till.register(newcomer(email=EMAIL))
        assert isinstance(made, ex.Registered)
        assert bool(made.cards) is (attach is AttachOn.BY_ITSELF)
        assert bool(made.free_cards) is (attach is AttachOn.LIST)
        if attach is AttachOn.BY_ITSELF:
            return
        number = made.free_cards[0] if made.free_cards else None
        asked = ex.AttachCardRequest(
            operation_id="a", customer_id=made.customer.customer_id, card=number, at=MORNING
        )
        stage.between.spoil = lost("/Attach" if number else "/EmitVirtual")
        with pytest.raises(OutcomeUnknown):
            await till.attach_card(asked)
        stage.between.spoil = as_it_is
        found = await till.attach_card(asked)
        (card,) = found.cards
        assert number in (None, card.number)
        taken = asked.model_copy(update={"operation_id": "b", "card": "2900000000025"})
        with pytest.raises(Refused):
            await till.attach_card(taken)
        unknown = asked.model_copy(update={"customer_id": "nobody"})
        with pytest.raises(Refused):
            await till.attach_card(unknown)
    finally:
        await stage.house.close()


async def test_a_till_may_leave_it_out() -> None:
    stage = Stage()
    try:
        system = await stage.till(registration=False).open(ex.Opening(shop="01", till="01"))
        assert Can.REGISTER not in system.can
    finally:
        await stage.house.close()

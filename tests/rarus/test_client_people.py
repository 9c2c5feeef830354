"""Who is the buyer: cards, codes, new customers, levels."""

from typing import Any

import pytest
from rarus.bodies import ANNA, AT, CARD, USER
from rarus.scripted import (
    CARD_ID,
    CONFIRMATION,
    GOOD,
    NEXT,
    OPENING,
    PAGES,
    at_service,
    by,
    done,
    no,
    registering,
    rising,
    strangers,
)

from backends.rarus.wire.reasons import CODES
from cashier import exchange as ex
from cashier.exchange import (
    AttachCardRequest,
    AttachOn,
    ConfirmationRequired,
    ConfirmBy,
    Found,
    NotFound,
    OutcomeUnknown,
    Reason,
    Refused,
    Registered,
    Unavailable,
)
from cashier.receipt import IdentifierKind

KIND = IdentifierKind
FREE = {**CARD, "id": "free-1", "barcode": "2900000000117", "active": False, "user_id": None}
LEVELUP = f"POST /organization/card/{CARD_ID}/levelup"


def setting(**values: Any) -> dict[str, Any]:
    told = [{"name": name, "value": value} for name, value in values.items()]
    return {"GET /organization/settings": done(settings=told)}


# --- identify


@pytest.mark.parametrize("kind", [KIND.CARD, KIND.APP])
async def test_a_card_is_found_by_its_barcode_with_its_holder(kind: IdentifierKind) -> None:
    async with at_service() as at:
        found = await at.backend.identify(by(kind, " 2900000000018 "))
        assert isinstance(found, Found)
        assert (found.cards, found.customer and found.customer.name) == ((ANNA,), "Anna")
        assert at.service.heard[0].query == "barcode=2900000000018"


async def test_a_filter_that_lets_through_more_does_no_harm() -> None:
    other = {**CARD, "id": "2", "barcode": "29000000000180"}
    script = {"GET /organization/card": done(cards=[other, CARD], pagination=PAGES)}
    async with at_service(script) as at:
        found = await at.backend.identify(by(KIND.CARD, ANNA.number))
        assert isinstance(found, Found)
        assert [one.number for one in found.cards] == [ANNA.number]
        assert await at.backend.identify(by(KIND.CARD, "29")) == NotFound()


@pytest.mark.parametrize("empty", [no(), done(cards=[], pagination=PAGES), done(cards=None)])
async def test_a_card_nobody_knows_is_not_found(empty: Any) -> None:
    async with at_service({"GET /organization/card": empty}) as at:
        assert await at.backend.identify(by(KIND.CARD, "1")) == NotFound()


async def test_a_card_of_nobody_has_no_customer() -> None:
    script = {"GET /organization/card": done(cards=[{**CARD, "user_id": ""}])}
    async with at_service(script) as at:
        found = await at.backend.identify(by(KIND.CARD, ANNA.number))
        assert found == Found(customer=None, cards=(ANNA,))


async def test_points_that_the_card_does_not_tell_are_asked_for() -> None:
    silent = {**CARD, "balance": None, "actual_balance": None}
    async with at_service({"GET /organization/card": done(cards=[silent])}) as at:
        found = await at.backend.identify(by(KIND.CARD, ANNA.number))
        assert isinstance(found, Found)
        assert (found.cards[0].balance, found.cards[0].available) == (48_050, 43_000)


async def test_a_level_that_is_new_is_asked_for() -> None:
    levels = GOOD["GET /organization/card_level"]
    more = [*levels["card_level"], {"id": "gold", "name": "Gold", "order": 2}]
    script = {
        "GET /organization/card": done(cards=[{**CARD, "card_level_id": "gold"}]),
        "GET /organization/card_level": [levels, done(card_level=more)],
    }
    async with at_service(script) as at:
        found = await at.backend.identify(by(KIND.CARD, ANNA.number))
        assert isinstance(found, Found)
        assert found.cards[0].level == "Gold"


@pytest.mark.parametrize(
    ("identifier", "address"),
    [
        (by(KIND.PHONE, "+7 900 123-45-01"), {"phone": "79001234501"}),
        (by(KIND.EMAIL, "anna@example.org"), {"email": "anna@example.org"}),
    ],
)
async def test_cards_come_at_once_where_the_settings_want_no_code(
    identifier: ex.IdentifyRequest, address: dict[str, str]
) -> None:
    async with at_service() as at:
        found = await at.backend.identify(identifier)
        assert isinstance(found, Found)
        assert found.cards == (ANNA,)
        assert at.body("POST /organization/card/with_confirmation") == address


async def test_cards_come_with_the_code_of_their_holder() -> None:
    """The first variant of the method sends a code, the second takes it."""
    script = {
        "POST /organization/card/with_confirmation": [
            done(cards=[], confirmation=CONFIRMATION),
            no(400, CODES[Reason.WRONG_CODE], "wrong code"),
            done(cards=[CARD]),
        ]
    }
    async with at_service(script) as at:
        asked = await at.backend.identify(by(KIND.PHONE, "+79001234501"))
        assert asked == ConfirmationRequired(
            challenge="conf-1", channel=ConfirmBy.PHONE, masked="+7 900 ***-**-01",
            seconds=300, attempts=3,
        )  # fmt: skip
        with pytest.raises(Refused) as caught:
            await at.backend.identify(by(KIND.PHONE, "+79001234501", "0000"))
        assert caught.value.reason is Reason.WRONG_CODE
        found = await at.backend.identify(by(KIND.PHONE, "+79001234501", "1234"))
        assert isinstance(found, Found)
        assert found.cards == (ANNA,)
        assert at.body("POST /organization/card/with_confirmation") == {
            "phone": "79001234501", "confirmation_id": "conf-1", "code": "1234",
        }  # fmt: skip


async def test_a_customer_without_a_card_is_found_as_well() -> None:
    async with at_service({"POST /organization/card/with_confirmation": no()}) as at:
        found = await at.backend.identify(by(KIND.PHONE, "+79001234501"))
        assert isinstance(found, Found)
        assert (found.cards, found.customer and found.customer.customer_id) == ((), "c01")
    script = {
        "POST /organization/card/with_confirmation": no(),
        "GET /organization/user": no(),
    }
    async with at_service(script) as at:
        assert await at.backend.identify(by(KIND.PHONE, "+79001234501")) == NotFound()


async def test_without_codes_cards_come_from_the_documented_list() -> None:
    script = setting(ConfirmationMethod="phone")
    async with at_service(script, codes=False) as at:
        found = await at.backend.identify(by(KIND.PHONE, "+79001234501"))
        assert isinstance(found, Found)
        assert found.cards == (ANNA,)
        assert "phone=79001234501" in at.service.heard[0].query
        assert isinstance(await at.backend.register(registering()), Registered)
        assert at.body("POST /organization/user/new")["confirmed"] is False
        assert not any("confirm" in line for line in at.lines())
    script = {"GET /organization/card": no(), "GET /organization/user": no()}
    async with at_service(script, codes=False) as at:
        assert await at.backend.identify(by(KIND.EMAIL, "a@b.example")) == NotFound()


async def test_a_holder_whom_nobody_knows_any_more_is_nobody() -> None:
    async with at_service({"GET /organization/user/c01": no()}) as at:
        found = await at.backend.identify(by(KIND.CARD, ANNA.number))
        assert found == Found(customer=None, cards=(ANNA,))
    async with at_service({"GET /organization/user/c01": no(400, 9)}) as at:
        with pytest.raises(Refused):
            await at.backend.identify(by(KIND.CARD, ANNA.number))


async def test_cards_of_another_holder_are_left_out() -> None:
    """A number that the service ties to two people stands for the first of them."""
    script = {
        "POST /organization/card/with_confirmation": done(
            cards=[CARD, {**CARD, "id": "9", "barcode": "9", "user_id": "c02"}]
        )
    }
    async with at_service(script) as at:
        found = await at.backend.identify(by(KIND.PHONE, "+79001234501"))
        assert isinstance(found, Found)
        assert [one.number for one in found.cards] == [ANNA.number]


async def test_a_coupon_that_was_given_to_somebody_stands_for_his_cards() -> None:
    coupon = {**GOOD["GET /organization/coupon/SPRING10"]["coupon"], "card_id": CARD_ID}
    async with at_service({"GET /organization/coupon/SPRING10": done(coupon=coupon)}) as at:
        found = await at.backend.identify(by(KIND.COUPON, "SPRING10"))
        assert isinstance(found, Found)
        assert found.cards == (ANNA,)
    async with at_service() as at:
        assert await at.backend.identify(by(KIND.COUPON, "SPRING10")) == NotFound()
    async with at_service({"GET /organization/coupon/SPRING10": no()}) as at:
        assert await at.backend.identify(by(KIND.COUPON, "SPRING10")) == NotFound()


# --- register


async def test_a_new_customer_comes_with_his_card() -> None:
    async with at_service() as at:
        answer = await at.backend.register(registering())
        assert isinstance(answer, Registered)
        assert (answer.customer.name, answer.cards) == ("Anna", (ANNA,))
        body = at.body("POST /organization/user/new")
        assert (body["login"], body["phone"], body["confirmed"]) == ("79001234501",) * 2 + (True,)


async def test_the_same_registration_makes_the_same_customer() -> None:
    async with at_service() as at:
        for _turn in range(2):
            await at.backend.register(registering())
        ids = [one.json["id"] for one in at.service.heard if one.line.endswith("user/new")]
        assert len(ids) == 2
        assert len(set(ids)) == 1


async def test_a_code_confirms_a_new_customer() -> None:
    script = setting(ConfirmationMethod="phone")
    async with at_service(script) as at:
        asked = await at.backend.register(registering())
        assert isinstance(asked, ConfirmationRequired)
        assert asked.challenge == "c01 conf-1"
        assert at.body("POST /organization/user/new")["confirmed"] is False
        at.service.heard.clear()
        assert isinstance(await at.backend.register(registering("1234")), Registered)
        assert at.body("POST /organization/user/c01/confirm") == {
            "confirmation_id": "conf-1", "code": "1234",
        }  # fmt: skip
        assert "POST /user/new" not in at.lines()


async def test_a_code_that_nobody_needs_is_not_asked_for() -> None:
    script = {
        **setting(ConfirmationMethod="mail"),
        "POST /organization/user/c01/send_confirmation_code": done(confirmation=None),
    }
    async with at_service(script) as at:
        assert isinstance(await at.backend.register(registering()), Registered)


async def test_silence_after_the_customer_was_made_leaves_the_till_unsure() -> None:
    async with at_service({"GET /organization/user/c01": (503, b"")}) as at:
        with pytest.raises(OutcomeUnknown):
            await at.backend.register(registering())


@pytest.mark.parametrize(("attach", "wanted"), [("free", AttachOn.FREE), ("list", AttachOn.LIST)])
async def test_how_a_card_comes_by_hand_is_a_setting_of_the_shop(
    attach: str, wanted: AttachOn
) -> None:
    async with strangers(setting(AttachCardOnRegistration="false"), attach=attach) as at:
        assert (await at.backend.open(OPENING)).registration.attach is wanted


async def test_free_cards_are_offered_where_the_cashier_chooses() -> None:
    handed_out = {**FREE, "id": "x", "barcode": "5", "user_id": "c02"}
    in_use = {**FREE, "id": "y", "barcode": "6", "active": True}
    script = {
        **setting(AttachCardOnRegistration=False),
        "GET /organization/card": [no(), done(cards=[handed_out, in_use, FREE])],
    }
    async with at_service(script, attach="list") as at:
        answer = await at.backend.register(registering())
        assert isinstance(answer, Registered)
        assert (answer.cards, answer.free_cards) == ((), ("2900000000117",))
        assert "active=false&blocked=false" in at.service.heard[-1].query


# --- attach


def attaching(card: str | None) -> AttachCardRequest:
    return AttachCardRequest(operation_id="op-a", customer_id="c01", card=card, at=AT)


async def test_a_given_card_is_attached() -> None:
    async with at_service() as at:
        found = await at.backend.attach_card(attaching(ANNA.number))
        assert found.cards == (ANNA,)
        assert at.body("POST /organization/card/attach") == {"user_id": "c01", "card_id": CARD_ID}


async def test_a_card_that_is_not_there_cannot_be_attached() -> None:
    async with at_service({"GET /organization/card": no()}) as at:
        with pytest.raises(Refused, match="there is no card 1") as caught:
            await at.backend.attach_card(attaching("1"))
        assert caught.value.reason is Reason.NOT_FOUND


async def test_any_card_is_attached_once() -> None:
    cards = "GET /organization/card"
    async with at_service({cards: [no(), GOOD[cards]]}) as at:
        for _turn in range(2):
            found = await at.backend.attach_card(attaching(None))
            assert found.cards == (ANNA,)
        assert at.lines().count("POST /card/attach") == 1


async def test_a_service_that_wants_to_be_told_which_card_is_told_one_of_the_list() -> None:
    script = {
        "GET /organization/card": [no(), done(cards=[FREE])],
        "POST /organization/card/attach": [no(400, 9, "card_id is empty"), done()],
        "GET /organization/card/free-1": done(card={**FREE, "active": True, "user_id": "c01"}),
    }
    async with at_service(script) as at:
        found = await at.backend.attach_card(attaching(None))
        assert found.cards[0].number == FREE["barcode"]
        assert at.body("POST /organization/card/attach")["card_id"] == "free-1"
    nothing = {**script, "GET /organization/card": no()}
    async with at_service(nothing) as at:
        with pytest.raises(Refused, match="card_id is empty"):
            await at.backend.attach_card(attaching(None))


# --- levels


async def test_the_next_level_is_asked_for_and_taken() -> None:
    async with at_service({LEVELUP: [*GOOD[LEVELUP][:1] * 2, GOOD[LEVELUP][1]]}) as at:
        asked = await at.backend.upgrade_level(rising(confirm=False))
        assert (asked.possible, asked.done, asked.level) == (True, False, "Silver")
        taken = await at.backend.upgrade_level(rising(confirm=True))
        assert (taken.done, taken.level) == (True, "Silver")
        said = [one.json["check"] for one in at.service.heard if one.line == LEVELUP]
        assert said == [True, True, False]


async def test_the_same_operation_raises_a_card_once() -> None:
    """The answer was lost: repeating it finds another level next, and takes none."""
    gold = {**NEXT, "level_id": "gold", "level_name": "Gold"}
    script = {LEVELUP: [done(next_level_up=NEXT), (502, b""), done(next_level_up=gold)]}
    async with at_service(script) as at:
        with pytest.raises(OutcomeUnknown):
            await at.backend.upgrade_level(rising(confirm=True))
        again = await at.backend.upgrade_level(rising(confirm=True))
        assert (again.done, again.level) == (True, "Silver")
        assert [one.json["check"] for one in at.service.heard if one.line == LEVELUP] == [
            True, False, True,
        ]  # fmt: skip


async def test_an_operation_that_was_not_done_is_done_when_repeated() -> None:
    told = done(next_level_up={**NEXT, "accum_amount": 12_500})
    script = {LEVELUP: [done(next_level_up=NEXT), (502, b""), told, done(level_up=NEXT)]}
    async with at_service(script) as at:
        with pytest.raises(OutcomeUnknown):
            await at.backend.upgrade_level(rising(confirm=True))
        assert (await at.backend.upgrade_level(rising(confirm=True))).done


@pytest.mark.parametrize("top", [no(), done()])
async def test_the_highest_level_is_the_end(top: Any) -> None:
    async with at_service({LEVELUP: top}) as at:
        answer = await at.backend.upgrade_level(rising(confirm=True))
        assert (answer.possible, answer.done) == (False, False)


async def test_a_card_goes_down_a_level_where_a_program_asks_for_it() -> None:
    async with at_service() as at:
        answer = await at.backend.lower_level(rising(confirm=True))
        assert (answer.done, answer.level) == (True, "Silver")


async def test_a_card_nobody_knows_has_no_level() -> None:
    async with at_service({"GET /organization/card": no()}) as at:
        with pytest.raises(Refused, match="no such card"):
            await at.backend.upgrade_level(rising(card="1", confirm=False))


async def test_a_card_with_an_odd_number_is_only_not_found() -> None:
    async with at_service({"GET /organization/card": no()}) as at:
        for number in ("..", "a/b", "?", "#", "%2e", "a b", "ключ"):
            assert await at.backend.identify(by(KIND.CARD, number)) == NotFound()
        assert {one.path for one in at.service.heard} == {"/organization/card"}
        for code in ("..", "a/b", "?x=1", "ключ"):
            with pytest.raises((Refused, Unavailable)):
                await at.backend.identify(by(KIND.COUPON, code))
        assert all(one.path.startswith("/organization/c") for one in at.service.heard)


def test_the_holder_of_the_tests_is_the_owner_of_the_card() -> None:
    assert USER["id"] == CARD["user_id"]

"""Who is the buyer: every way in, and every way that goes wrong."""

import pytest
from stand import Stand, demo_rules, make_stand

from cashier import commands as do
from cashier.errors import BadInput, NotNow
from cashier.exchange import AttachOn, ConfirmBy, PhoneMessage, Reason, Refused
from cashier.receipt import Identifier, IdentifierKind, TenderKind
from cashier.snapshot import AskCard, AskCode, AskFreeCard, AskLevel, OfferRegistration, State

ANNA = Identifier(IdentifierKind.CARD, "2900000000018")
BORIS_BY_PHONE = Identifier(IdentifierKind.PHONE, "+79001234502")
NEWCOMER = Identifier(IdentifierKind.PHONE, "+79001239999")
BREAD = do.Scan("4600000000015")


async def test_a_card_is_known_at_once(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA.value))
    buyer = stand.receipt.buyer
    assert buyer and buyer.customer and buyer.card
    assert (buyer.customer.name, buyer.card.available) == ("Anna Sokolova", 47050)


async def test_the_app_shows_a_card(stand: Stand) -> None:
    await stand.do(do.Scan("DEMOAPP:2900000000018"))
    assert stand.receipt.buyer and stand.receipt.buyer.verified


async def test_a_phone_needs_the_code_from_the_phone(stand: Stand) -> None:
    await stand.do(do.Scan("8 900 123-45-02"))
    question = stand.till.now.question
    assert isinstance(question, AskCode)
    assert "1234502" not in question.masked
    await stand.do(do.EnterCode(stand.code))
    assert stand.receipt.buyer and stand.receipt.buyer.identifier == BORIS_BY_PHONE


async def test_a_wrong_code_may_be_tried_again_until_there_were_too_many(stand: Stand) -> None:
    await stand.do(do.Identify(BORIS_BY_PHONE))
    wrong = "0000" if stand.code != "0000" else "1111"
    left = []
    while isinstance(question := stand.till.now.question, AskCode):
        left.append(question.attempts)
        await stand.do(do.EnterCode(wrong))
    assert left == [3, 2, 1]
    assert "Too many attempts" in stand.said
    assert stand.till.now.receipt is None or stand.till.now.receipt.buyer is None


async def test_a_code_runs_out_by_the_clock_and_a_new_one_helps(stand: Stand) -> None:
    await stand.do(do.Identify(BORIS_BY_PHONE))
    old = stand.code
    await stand.clock.move(seconds=91)
    await stand.do(do.EnterCode(old))
    assert "Expired" in stand.said
    await stand.do(do.ResendCode())
    assert len([message for message in stand.all(PhoneMessage) if message.code]) == 2
    await stand.do(do.EnterCode(stand.code))
    assert stand.receipt.buyer and stand.receipt.buyer.verified


async def test_of_several_cards_one_is_chosen(stand: Stand) -> None:
    family = Identifier(IdentifierKind.PHONE, "+79001234509")
    await stand.do(do.Identify(family))
    await stand.do(do.EnterCode(stand.code))
    question = stand.till.now.question
    assert isinstance(question, AskCard)
    assert len(question.cards) == 3
    await stand.refused(do.ChooseCard("2900000000018"))
    await stand.do(do.ChooseCard(question.cards[1].number))
    assert stand.receipt.buyer and stand.receipt.buyer.card == question.cards[1]


async def test_a_newcomer_registers_by_phone_and_gets_a_card(stand: Stand) -> None:
    await stand.do(do.Identify(NEWCOMER))
    assert isinstance(stand.till.now.question, OfferRegistration)
    await stand.refused(do.Register(name="No phone"))
    await stand.do(do.Register(phone=NEWCOMER.value, name="Новый [b]Человек[/"))
    assert isinstance(stand.till.now.question, AskCode)
    await stand.do(do.EnterCode(stand.code))
    buyer = stand.receipt.buyer
    assert buyer and buyer.customer and buyer.card
    assert buyer.customer.name == "Новый [b]Человек[/"


@pytest.mark.parametrize("attach", AttachOn)
@pytest.mark.parametrize("confirm_by", [ConfirmBy.NONE, ConfirmBy.PHONE])
async def test_registration_follows_the_settings_of_the_system(
    attach: AttachOn, confirm_by: ConfirmBy
) -> None:
    rules = demo_rules()
    registration = rules.settings.registration.model_copy(
        update={"attach": attach, "confirm_by": confirm_by}
    )
    settings = rules.settings.model_copy(update={"registration": registration})
    stand = make_stand(rules=rules.model_copy(update={"settings": settings}))
    await stand.till.start()
    await stand.do(do.Identify(NEWCOMER), do.Register(phone=NEWCOMER.value, name="New"))
    if confirm_by is not ConfirmBy.NONE:
        await stand.do(do.EnterCode(stand.code))
    if attach is AttachOn.LIST:
        question = stand.till.now.question
        assert isinstance(question, AskFreeCard)
        await stand.refused(do.ChooseCard("2900000000018"))
        await stand.do(do.ChooseCard(question.cards[0]))
        assert stand.receipt.buyer and stand.receipt.buyer.card
        assert stand.receipt.buyer.card.number == question.cards[0]
    assert stand.receipt.buyer and stand.receipt.buyer.verified
    await stand.till.close()


async def test_an_unknown_card_offers_registration_too(stand: Stand) -> None:
    await stand.do(do.Scan("2900000009999"))
    assert isinstance(stand.till.now.question, OfferRegistration)
    await stand.do(do.Dismiss())
    assert stand.till.now.state is State.IDLE


@pytest.mark.parametrize(
    ("card", "earns", "spends"),
    [
        ("2900000000063", False, False),
        ("2900000000070", True, False),
        ("2900000000087", False, False),
    ],
)
async def test_cards_in_trouble_sell_but_do_only_what_they_may(
    stand: Stand, card: str, earns: bool, spends: bool
) -> None:
    await stand.do(do.Scan(card), do.AddGoods("10801", 10_000), do.Calculate())
    assert bool(stand.receipt.applied and stand.receipt.applied.earn) is earns
    offer = stand.till.now.offer
    assert bool(offer and offer.spendable) is spends
    await stand.refused(do.PayPoints())
    await stand.do(do.TakeTender(TenderKind.CARD))
    assert stand.receipt.settled and bool(stand.receipt.settled.earned) is earns


async def test_changing_the_buyer_calculates_anew(stand: Stand) -> None:
    await stand.do(do.AddGoods("10801", 20_000), do.Calculate())
    alone = stand.receipt.total
    await stand.do(do.Scan("2900000000032"))
    assert stand.till.now.state is State.CALCULATED
    gold = stand.receipt
    assert gold.total < alone
    assert gold.applied and gold.applied.earn
    await stand.do(do.ForgetBuyer())
    assert stand.receipt.total == alone


async def test_points_spent_come_off_when_the_buyer_changes(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA.value), do.AddGoods("10801", 5_000), do.Calculate())
    await stand.do(do.PayPoints(1000), do.Scan("2900000000025"))
    assert (stand.receipt.spend, stand.receipt.paid_with_points) == (0, 0)
    assert "taken off" in stand.said


async def test_commands_that_answer_no_question_are_refused(stand: Stand) -> None:
    for command in (do.EnterCode("1"), do.ResendCode(), do.Dismiss(), do.ChooseCard("1")):
        assert isinstance(await stand.refused(command), NotNow)
    assert isinstance(await stand.refused(do.ForgetBuyer()), NotNow)


async def test_while_a_code_is_awaited_nothing_else_happens(stand: Stand) -> None:
    await stand.do(do.Identify(BORIS_BY_PHONE))
    assert isinstance(await stand.refused(BREAD), NotNow)
    assert isinstance(await stand.refused(do.EnterCode("  ")), BadInput)


async def test_the_level_upgrade_is_asked_and_confirmed(stand: Stand) -> None:
    await stand.do(do.Scan("2900000000094"), do.UpgradeLevel())
    question = stand.till.now.question
    assert isinstance(question, AskLevel)
    assert question.level == "Platinum"
    await stand.do(do.UpgradeLevel())
    assert stand.receipt.new_level == "Platinum"
    assert stand.receipt.buyer and stand.receipt.buyer.card
    assert stand.receipt.buyer.card.level == "Platinum"


async def test_a_shop_without_a_loyalty_system_still_sells(stand: Stand) -> None:
    loyalty = stand.till.workplace.shop.loyalty.model_copy(update={"system": ""})
    shop = stand.till.workplace.shop.model_copy(update={"loyalty": loyalty})
    alone = make_stand(shop=shop)
    await alone.till.start()
    await alone.do(BREAD)
    await alone.refused(do.Identify(ANNA))
    await alone.do(do.Calculate(), do.TakeTender(TenderKind.CASH, 100_000))
    sold = alone.receipt
    assert (sold.total, sold.change, sold.settled) == (4990, 95010, None)
    await alone.do(do.FindSale(number=sold.number), do.ReturnAll(), do.Refund())
    assert alone.receipt.total == 4990
    refusal = await alone.refused(do.FindSale(number=sold.number))
    assert isinstance(refusal, Refused)
    assert refusal.reason is Reason.ALREADY_PROCESSED
    await alone.till.close()

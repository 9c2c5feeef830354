"""What a till makes of what it is told."""

from dataclasses import replace

import pytest
from manzana.receipts import sale
from manzana.service import answer, talking
from stand import MORNING

from cashier.exchange import (
    CalculateRequest,
    Cause,
    CheckCouponRequest,
    Confirmation,
    ConfirmationRequired,
    Found,
    IdentifyRequest,
    NotFound,
    OutcomeUnknown,
    PointsRequest,
    Reason,
    Refused,
    SaveSaleRequest,
    Unavailable,
)
from cashier.receipt import CardStatus, Identifier, IdentifierKind, LinePoints, MessageTo

PRICED = answer(
    "ChequeResponse",
    "<CardBalance>148.34</CardBalance><CardActiveBalance>100</CardActiveBalance>"
    "<ChargedBonus>48.34</ChargedBonus><AvailablePayment>90.00</AvailablePayment>"
    "<CashierMessage>Say hello</CashierMessage><ChequeMessage2>Thank you</ChequeMessage2>"
    "<PersonalMessage>Anna!</PersonalMessage>"
    "<InstantCoupons><InstantCoupon><Number>C1</Number><Type>Gift</Type><Message>Next time"
    "</Message><ExpiryDate>2026-04-01T00:00:00+03:00</ExpiryDate></InstantCoupon></InstantCoupons>"
    "<Item><PositionNumber>1</PositionNumber><SummDiscounted>180.00</SummDiscounted>"
    "<AvailablePayment>90.00</AvailablePayment></Item>"
    "<Item><PositionNumber>2</PositionNumber><SummDiscounted>1282.000</SummDiscounted>"
    "<AvailablePayment>0.00</AvailablePayment></Item>"
    "<Offer><OfferName>Ten off bread</OfferName><OfferID>77</OfferID>"
    "<OfferElement><Article>123</Article></OfferElement></Offer>",
)
ASKED = CalculateRequest(receipt=sale(), at=MORNING)
SALE = SaveSaleRequest(operation_id="op", receipt=sale(), at=MORNING)


def shown(kind: IdentifierKind, value: str, code: str = "") -> IdentifyRequest:
    told = Confirmation(challenge=value, code=code) if code else None
    return IdentifyRequest(identifier=Identifier(kind, value), confirmation=told, at=MORNING)


async def test_prices_points_and_words() -> None:
    async with talking(PRICED) as talk:
        told = await talk.till.calculate(ASKED)
        asked = len(talk.service.bodies)
        offer = await talk.till.points(
            PointsRequest(receipt=replace(sale(), context=told.context), at=MORNING)
        )
        assert len(talk.service.bodies) == asked, "the answer about prices has told it already"
        other = replace(sale(), context=told.context, lines=sale().lines[:1])
        with pytest.raises(Unavailable):  # PRICED speaks of two lines
            await talk.till.points(PointsRequest(receipt=other, at=MORNING))
        assert len(talk.service.bodies) == asked + 1, "other goods are asked about"
    (price,) = told.lines
    (given,) = price.discounts
    assert (price.number, given.amount, given.rule, given.name) == (1, 2_000, "77", "Ten off bread")
    assert told.earn == 4_834
    assert [(one.to, one.text) for one in told.messages] == [
        (MessageTo.CASHIER, "Say hello"),
        (MessageTo.SLIP, "Thank you"),
        (MessageTo.CUSTOMER, "Anna!"),
    ]
    assert [(one.code, one.title, one.text) for one in told.to_print] == [
        ("C1", "Gift", "Next time")
    ]
    assert (offer.balance, offer.available, offer.spendable) == (10_000, 10_000, 9_000)
    assert offer.lines == (LinePoints(1, 9_000), LinePoints(2, 0))
    assert offer.excluded == (2,)


async def test_where_no_ceiling_is_told_the_whole_sum_is_asked_for() -> None:
    told = answer("ChequeResponse", "<WriteoffBonus>70.00</WriteoffBonus>")
    async with talking(answer("ChequeResponse"), told) as talk:
        context = (await talk.till.calculate(ASKED)).context
        asked = PointsRequest(receipt=replace(sale(), context=context), at=MORNING)
        offer = await talk.till.points(asked)
        assert talk.service.told("PaidByBonus") == ["1482.00"]
    assert offer.spendable == 7_000


async def test_fewer_points_than_wanted_are_a_no() -> None:
    spread = "<Item><PositionNumber>1</PositionNumber><WriteoffBonus>40.00</WriteoffBonus></Item>"
    told = answer("ChequeResponse", f"<WriteoffBonus>40.00</WriteoffBonus>{spread}")
    async with talking(told) as talk:
        enough = await talk.till.calculate(ASKED.model_copy(update={"spend": 4_000}))
        with pytest.raises(Refused) as no:
            await talk.till.calculate(ASKED.model_copy(update={"spend": 5_000}))
    assert enough.distribution == (LinePoints(1, 4_000),)
    assert no.value.reason is Reason.LIMIT_EXCEEDED


@pytest.mark.parametrize(
    "inside",
    [
        "<Item><PositionNumber>9</PositionNumber></Item>",
        "<Item><PositionNumber>1</PositionNumber><SummDiscounted>200.01</SummDiscounted></Item>",
        "<Item><PositionNumber>1</PositionNumber><SummDiscounted>-1</SummDiscounted></Item>",
        "<Item><PositionNumber>1</PositionNumber><SummDiscounted>45,96</SummDiscounted></Item>",
        "<Item><PositionNumber>1</PositionNumber></Item>" * 2,
        "<ChargedBonus>NaN</ChargedBonus>",
    ],
)
async def test_prices_that_cannot_be_true(inside: str) -> None:
    async with talking(answer("ChequeResponse", inside)) as talk:
        with pytest.raises(Unavailable) as caught:
            await talk.till.calculate(ASKED)
    assert caught.value.cause is Cause.PROTOCOL


async def test_a_coupon_is_tried() -> None:
    def tried(code: str) -> bytes:
        said = f"<ApplicabilityMessage>Not today</ApplicabilityMessage><ApplicabilityCode>{code}"
        coupon = f"<Coupon><Number>SPRING</Number>{said}</ApplicabilityCode></Coupon>"
        return answer("ChequeResponse", f"<Coupons>{coupon}</Coupons>")

    request = CheckCouponRequest(receipt=sale(), code="spring", at=MORNING)
    async with talking(tried("1"), tried("0"), answer("ChequeResponse")) as talk:
        assert (await talk.till.check_coupon(request)).code == "SPRING"
        with pytest.raises(Refused, match="Not today"):
            await talk.till.check_coupon(request)
        with pytest.raises(Refused) as unknown:
            await talk.till.check_coupon(request)
    assert unknown.value.reason is Reason.NOT_FOUND


CARD = answer(
    "BalanceResponse",
    "<CardNumber>1</CardNumber><CardBalance>1611.2</CardBalance><CardActiveBalance>0"
    "</CardActiveBalance><LevelName>Gold</LevelName><FirstName>Anna</FirstName><LastName>I."
    "</LastName><Phone>79001234567</Phone>",
)
NOBODY = answer("BalanceResponse", code=80241, message="Карта не найдена")


async def test_a_card_and_who_has_it() -> None:
    async with talking(CARD, NOBODY) as talk:
        found = await talk.till.identify(shown(IdentifierKind.CARD, "1"))
        assert isinstance(await talk.till.identify(shown(IdentifierKind.CARD, "2")), NotFound)
    assert isinstance(found, Found)
    assert found.customer is not None
    assert (found.customer.name, found.customer.phone) == ("Anna I.", "+79001234567")
    (card,) = found.cards
    assert (card.level, card.balance, card.available) == ("Gold", 161_120, 0)


async def test_a_code_confirms_a_phone() -> None:
    phone = "+79001234567"
    wrong = answer("BalanceResponse", code=110043, message="Неверный код")
    async with talking(answer("BalanceResponse"), wrong, CARD, phone_codes=True) as talk:
        asked = await talk.till.identify(shown(IdentifierKind.PHONE, phone))
        assert talk.service.told("SendCode") == ["1"]
        with pytest.raises(Refused) as no:
            await talk.till.identify(shown(IdentifierKind.PHONE, phone, "0000"))
        found = await talk.till.identify(shown(IdentifierKind.PHONE, phone, "1234"))
        assert talk.service.told("ValidationCode") == ["1234"]
    assert isinstance(asked, ConfirmationRequired)
    assert "1234567" not in asked.masked
    assert no.value.reason is Reason.WRONG_CODE
    assert isinstance(found, Found)


async def test_cards_of_a_person_to_choose_from() -> None:
    def listed(number: int, status: int) -> str:
        return f"<Card><CardNumber>{number}</CardNumber><Status>{status}</Status></Card>"

    person = f"<FullName>Anna</FullName>{listed(1, 2)}{listed(2, 3)}{listed(3, 1)}"
    told = answer("CardResponse", person)
    third = answer("BalanceResponse", "<CardNumber>3</CardNumber><CardStatus>5</CardStatus>")
    async with talking(told, CARD, third, by_phone="CardRequest") as talk:
        found = await talk.till.identify(shown(IdentifierKind.EMAIL, "anna@example.com"))
        assert talk.service.told("Email", 0) == ["anna@example.com"]
    assert isinstance(found, Found)
    assert [(one.number, one.status) for one in found.cards] == [
        ("1", CardStatus.ACTIVE),
        ("3", CardStatus.INACTIVE),
    ]


DONE = answer(
    "ChequeResponse",
    "<CardBalance>10</CardBalance><CardActiveBalance>4</CardActiveBalance>"
    "<ChargedBonus>45.96</ChargedBonus><LevelName>Gold</LevelName>",
    message="Начислено 45,96",
)


@pytest.mark.parametrize("code", [81301, 84201])
async def test_a_sale_that_was_said_before_is_done(code: int) -> None:
    """Whoever heard nothing says it again, and looks at the balance; the first time it is a no."""
    known = answer("ChequeResponse", code=code, message="Чек уже есть")
    async with talking(known, (500, b"?"), known, CARD) as talk:
        with pytest.raises(Refused) as no:
            await talk.till.save_sale(SALE)
        with pytest.raises(OutcomeUnknown):
            await talk.till.save_sale(SALE)
        done = await talk.till.save_sale(SALE)
        assert talk.service.bodies[0] == talk.service.bodies[1] == talk.service.bodies[2]
    assert no.value.reason is Reason.ALREADY_PROCESSED
    assert (done.balance, done.available) == (161_120, 0)


async def test_what_a_sale_brought() -> None:
    async with talking(DONE) as talk:
        done = await talk.till.save_sale(SALE)
    assert (done.earned, done.balance, done.available) == (4_596, 1_000, 400)
    assert done.level == "Gold"


@pytest.mark.parametrize(("code", "cause"), [(80000, Cause.STATUS), (1, Cause.STATUS)])
async def test_trouble_of_the_service_leaves_a_sale_open(code: int, cause: Cause) -> None:
    broken = answer("ChequeResponse", code=code, message="Внутренняя ошибка")
    async with talking(broken) as talk:
        with pytest.raises(OutcomeUnknown) as unknown:
            await talk.till.save_sale(SALE)
        with pytest.raises(Unavailable):
            await talk.till.calculate(ASKED)
    assert unknown.value.cause is cause


async def test_a_service_that_wants_a_card_has_nothing_for_who_has_none() -> None:
    wanted = answer("ChequeResponse", code=80280)
    async with talking(wanted) as talk:
        nobody = ASKED.model_copy(update={"receipt": sale(buyer=None)})
        assert (await talk.till.calculate(nobody)).lines == ()
        with pytest.raises(Refused):
            await talk.till.calculate(ASKED)

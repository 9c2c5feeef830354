"""What a till says: names, order, numbers and moments, as the recorded messages have them."""

from dataclasses import replace

import pytest
from manzana.receipts import back, sale
from manzana.service import answer, plain, talking
from over import client
from stand import MORNING

from cashier.clock import ManualClock
from cashier.errors import ConfigError
from cashier.exchange import (
    CalculateRequest,
    CancelSaleRequest,
    IdentifyRequest,
    LineReturned,
    RegisterRequest,
    SaveReturnRequest,
    SaveSaleRequest,
)
from cashier.receipt import Coupon, Discount, Identifier, IdentifierKind, Source

FINE = answer("ChequeResponse")
BASE = [("Organization", "org"), ("BusinessUnit", "shop"), ("POS", "pos")]
BREAD = [
    ("PositionNumber", "1"),
    ("Article", "123"),
    ("ArticleName", "Bread"),
    ("Price", "100.00"),
    ("Quantity", "2"),
    ("Summ", "200.00"),
    ("Discount", "0"),
    ("SummDiscounted", "200.00"),
]
CHEESE = [
    ("PositionNumber", "2"),
    ("Article", "456"),
    ("ArticleName", "Cheese"),
    ("Price", "1000.00"),
    ("Quantity", "1.332"),
    ("Summ", "1332.00"),
    ("Discount", "3.754"),
    ("SummDiscounted", "1282.00"),
]
SUMS = [("Summ", "1532.00"), ("Discount", "3.264"), ("SummDiscounted", "1482.00")]


async def test_a_question_about_prices() -> None:
    async with talking(FINE) as talk:
        await talk.till.calculate(CalculateRequest(receipt=sale(), at=MORNING))
        asked, headers = talk.service.asked(), talk.service.headers[-1]
    assert asked.get("ChequeType") == "Soft"
    assert plain(asked)[1] == [
        ("RequestID", "client-1"),
        ("Card", [("CardNumber", "201542")]),
        ("DateTime", "2026-03-03T10:00:00+03:00"),
        *BASE,
        ("Number", "uuid"),
        ("OperationType", "Sale"),
        *SUMS,
        ("PaidByBonus", "0"),
        ("Item", BREAD),
        ("Item", CHEESE),
    ]
    assert headers["soapaction"] == '"http://loyalty.manzanagroup.ru/loyalty.xsd/ProcessRequest"'
    assert b"orgName>ORG<" in talk.service.bodies[-1]


async def test_a_sale_is_told_in_the_words_of_the_last_question() -> None:
    """Discounts of the service are not, points are; and as it was, however late it is sent."""
    bread, cheese = sale().lines
    given = Discount(Source.PROMOTION, "1", "Promotion", 1_000)
    points = Discount(Source.POINTS, "points", "", 5_000)
    paid = sale(
        lines=(replace(bread, discounts=(given, points)), cheese),
        spend=5_000,
        coupons=(Coupon("SPRING"),),
    )
    options = {"attributes": {"Sale": "Y"}, "payments": {"cash": "1"}}
    async with talking(FINE, **options) as talk:
        later = MORNING.replace(day=9)
        await talk.till.save_sale(SaveSaleRequest(operation_id="op", receipt=paid, at=later))
        asked = talk.service.asked()
    assert asked.get("ChequeType") == "Fiscal"
    assert plain(asked)[1] == [
        ("RequestID", "op"),
        ("Card", [("CardNumber", "201542")]),
        ("DateTime", "2026-03-03T10:02:00+03:00"),
        *BASE,
        ("Number", "uuid"),
        ("OperationType", "Sale"),
        ("Payment", [("ID", "1"), ("Value", "1422.00")]),
        *SUMS,
        ("PaidByBonus", "50.00"),
        ("Coupons", [("Coupon", [("Number", "SPRING")])]),
        ("ExtendedAttribute", [("Key", "Sale"), ("Value", "Y")]),
        ("Item", BREAD),
        ("Item", CHEESE),
    ]


async def test_a_return_names_the_sale_and_pays_no_points() -> None:
    points = Discount(Source.POINTS, "points", "", 5_000)
    receipt = back(sale(lines=(replace(sale().lines[0], discounts=(points,)),)))
    request = SaveReturnRequest(
        operation_id="op",
        receipt=receipt,
        lines=(LineReturned(number=1, quantity=2_000),),
        at=MORNING.replace(day=4),
    )
    async with talking(FINE) as talk:
        await talk.till.save_return(request)
        asked = talk.service.asked()
    reference = [*BASE, ("Number", "uuid"), ("DateTime", "2026-03-03T10:02:00+03:00")]
    assert asked.get("ChequeType") == "Fiscal"
    assert plain(asked)[1] == [
        ("RequestID", "op"),
        ("Card", [("CardNumber", "201542")]),
        ("DateTime", "2026-03-04T10:00:00+03:00"),
        *BASE,
        ("ChequeReference", reference),
        ("Number", "back"),
        ("OperationType", "Return"),
        ("Summ", "200.00"),
        ("Discount", "0"),
        ("SummDiscounted", "200.00"),
        ("PaidByBonus", "0"),
        ("Item", BREAD),
    ]


async def test_undoing_goes_by_the_transaction_or_else_by_the_cheque() -> None:
    undo = CancelSaleRequest(operation_id="undo", receipt=sale(), at=MORNING)
    async with talking(FINE) as talk:
        await talk.till.cancel_sale(undo)
        by_cheque = plain(talk.service.asked())[1]
        await talk.till.save_sale(SaveSaleRequest(operation_id="op", receipt=sale(), at=MORNING))
        await talk.till.cancel_sale(undo)
        by_transaction = plain(talk.service.asked())[1]
    assert by_cheque[-2][0] == "ChequeReference"
    assert by_transaction == [
        ("RequestID", "undo"),
        ("Card", [("CardNumber", "201542")]),
        ("DateTime", "2026-03-03T10:00:00+03:00"),
        *BASE,
        ("TransactionReference", [("TransactionID", "-9007199254740993")]),
        ("OperationType", "Rollback"),
    ]


async def test_a_newer_service_is_asked_in_its_way() -> None:
    told = answer("BalanceResponse", "<CardNumber>1</CardNumber>", op="ProcessRequestInfo")
    by_card = IdentifyRequest(identifier=Identifier(IdentifierKind.CARD, "1"), at=MORNING)
    async with talking(told, operation="ProcessRequestInfo", soap="1.2") as talk:
        await talk.till.identify(by_card)
        body, headers = talk.service.bodies[-1], talk.service.headers[-1]
    assert b"ProcessRequestInfo" in body
    assert b"Requests>" in body
    assert b"http://www.w3.org/2003/05/soap-envelope" in body
    assert headers["content-type"].startswith("application/soap+xml")
    assert "loyalty.xsd/ProcessRequestInfo" in headers["content-type"]


@pytest.mark.parametrize("card", ["", "999"])
async def test_a_buyer_whom_nobody_knows_may_have_a_card_that_stands_for_all(card: str) -> None:
    async with talking(FINE, technical_card=card) as talk:
        await talk.till.calculate(CalculateRequest(receipt=sale(buyer=None), at=MORNING))
        assert talk.service.told("CardNumber") == ([card] if card else [])


async def test_a_newcomer_is_told_with_all_that_is_known() -> None:
    told = answer("ContactInfoUpdateResponse", "<ContactID>7</ContactID><CardNumber>8</CardNumber>")
    request = RegisterRequest(
        operation_id="op", phone="+79001234567", name="Иванова Анна", at=MORNING
    )
    async with talking(told, card_task="virtual") as talk:
        registered = await talk.till.register(request)
        assert plain(talk.service.asked())[1][-5:] == [
            ("AwardType", "ContactUpdate"),
            ("ContactID", [("MobilePhone", "+79001234567")]),
            ("CreateCard", [("CreateCard", "1"), ("IDTaskCard", "virtual")]),
            ("Attribute", [("Key", "firstname"), ("Value", "Анна")]),
            ("Attribute", [("Key", "lastname"), ("Value", "Иванова")]),
        ]
    assert registered.outcome == "registered"
    assert (registered.customer.customer_id, registered.cards[0].number) == ("7", "8")


@pytest.mark.parametrize(
    ("code", "field"), [("E-77", "EmissionID"), ("SALE", "TypeID"), ("E-x", "Number")]
)
async def test_a_coupon_is_told_as_what_its_code_looks_like(code: str, field: str) -> None:
    patterns = {"EmissionID": "E-[0-9]+", "TypeID": "[A-Z]+"}
    receipt = replace(sale(), coupons=(Coupon(code),))
    async with talking(FINE, coupons=patterns) as talk:
        await talk.till.calculate(CalculateRequest(receipt=receipt, at=MORNING))
        (told,) = talk.service.asked().iterfind("{*}Coupons/{*}Coupon")
    assert plain(told) == ("Coupon", [(field, code)])


def test_a_pattern_that_is_none_is_said() -> None:
    with pytest.raises(ConfigError, match="coupons"):
        client("manzana", ManualClock(MORNING), url="http://127.0.0.1:1", coupons={"TypeID": "("})

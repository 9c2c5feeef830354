"""Standing checks: silent on what is right, each of them loud on what it is for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashier.checks import CHECKS, Broken, check_day, check_offer, check_receipt, check_return
from cashier.exchange import PointsOffer
from cashier.money import ONE, cost, share
from cashier.receipt import (
    Applied,
    Buyer,
    Card,
    Discount,
    Identifier,
    IdentifierKind,
    Kind,
    Line,
    LinePoints,
    Receipt,
    SaleRef,
    Settled,
    Source,
    Tender,
    TenderKind,
    line_of,
)

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
BUYER = Buyer(Identifier(IdentifierKind.CARD, "2900000000018"), None, Card("2900000000018"))
TEA = replace(
    line_of(1, "11001", "Tea", 10_000, 3 * ONE),
    lowest=5000,
    discounts=(
        Discount(Source.PROMOTION, "p", "Promotion", 1000),
        Discount(Source.POINTS, "points", "", 2000),
    ),
)
HONEY = line_of(2, "10816", "Honey", 5000, ONE)
SALE = Receipt(
    "sale-1",
    AT,
    number="R0101-000001",
    lines=(TEA, HONEY),
    buyer=BUYER,
    applied=Applied(earn=700),
    spend=2000,
    tenders=(Tender(TenderKind.CARD, 2000), Tender(TenderKind.CASH, 35_000)),
    closed_at=AT,
    settled=Settled(earned=700, spent=2000),
)
OFFER = PointsOffer(
    balance=9000,
    available=5000,
    spendable=4000,
    lines=(LinePoints(1, 2500), LinePoints(2, 0)),
    excluded=(2,),
)


def names(broken: list[Broken]) -> set[str]:
    return {it.name for it in broken}


def with_tea(**changes: object) -> Receipt:
    return replace(SALE, lines=(replace(TEA, **changes), HONEY))  # type: ignore[arg-type]


def returned(sale: Receipt, parts: dict[int, tuple[int, int]], number: int = 2) -> Receipt:
    """A return of ``(before, quantity)`` of some lines, refunded by cumulative shares."""

    def part(whole: int, line: Line) -> int:
        before, quantity = parts[line.number]
        after = share(whole, before + quantity, line.quantity)
        return after - share(whole, before, line.quantity)

    back = []
    for line in sale.lines:
        if line.number in parts:
            given = tuple(replace(d, amount=part(d.amount, line)) for d in line.discounts)
            amount = part(line.total, line) + sum(d.amount for d in given)
            back.append(
                replace(
                    line,
                    quantity=parts[line.number][1],
                    amount=amount,
                    discounts=given,
                    sale_line=line.number,
                )
            )
    receipt = Receipt(
        f"return-{number}",
        AT,
        kind=Kind.RETURN,
        number=f"R0101-{number:06d}",
        of=SaleRef(sale.receipt_id, sale.number, AT),
        closed_at=AT,
    ).with_lines(back)
    tenders = (Tender(TenderKind.CASH, receipt.total),) if receipt.total else ()
    return replace(receipt, tenders=tenders)


FIRST = replace(returned(SALE, {1: (0, ONE)}), settled=Settled(given_back=667, taken_back=200))
REST = replace(
    returned(SALE, {1: (ONE, 2 * ONE), 2: (0, ONE)}, 3),
    settled=Settled(given_back=1333, taken_back=500),
)


# --- what is right


def test_a_right_sale_and_its_returns_break_nothing() -> None:
    assert check_receipt(SALE) == []
    assert check_offer(SALE, OFFER) == []
    assert check_receipt(FIRST) == check_receipt(REST) == []
    assert check_return(SALE, []) == check_return(SALE, [FIRST]) == []
    assert check_return(SALE, [FIRST, REST]) == []


@given(st.from_type(Receipt))
def test_any_right_sale_breaks_nothing(sale: Receipt) -> None:
    assert check_receipt(sale) == []
    assert check_receipt(replace(sale, settled=None, closed_at=None, tenders=())) == []


@given(st.from_type(Receipt), st.data())
def test_returns_by_cumulative_shares_break_nothing(sale: Receipt, data: st.DataObject) -> None:
    cuts = {line.number: data.draw(st.integers(0, line.quantity)) for line in sale.lines}
    first = {number: (0, cut) for number, cut in cuts.items() if cut}
    rest = {
        line.number: (cuts[line.number], line.quantity - cuts[line.number])
        for line in sale.lines
        if line.quantity > cuts[line.number]
    }
    returns = [returned(sale, parts, 2 + n) for n, parts in enumerate((first, rest)) if parts]
    assert check_return(sale, returns) == []
    assert sum(back.total for back in returns) == sale.total
    assert all(check_receipt(back) == [] for back in returns)


def test_points_may_be_worth_something_else() -> None:
    half = replace(SALE, spend=4000, settled=Settled(earned=700, spent=4000))
    assert check_receipt(half, point_value=50) == []
    assert names(check_receipt(half)) == {"points-are-on-the-lines"}


def test_a_sale_that_waits_credits_nothing_yet() -> None:
    assert check_receipt(replace(SALE, settled=Settled(pending=True))) == []


# --- what is wrong

NOBODY = Buyer(Identifier(IdentifierKind.PHONE, "+79000000000"))
NEGATIVE = (*TEA.discounts, Discount(Source.COUPON, "c", "Coupon", -1))
LOW = (Discount(Source.PROMOTION, "p", "", 14_000), TEA.discounts[1])
FREE = (Discount(Source.PROMOTION, "p", "", 30_001), TEA.discounts[1])


def with_deposit(**changes: object) -> Receipt:
    """The sale with a deposit for its last good, changed."""
    last = SALE.lines[-1]
    deposit = Line(0, "d", "Deposit", 100, last.quantity, cost(100, last.quantity), deposit=True)
    return SALE.with_line(replace(deposit, **changes))  # type: ignore[arg-type]


BROKEN_RECEIPTS = [
    ("lines-are-numbered", replace(SALE, lines=(HONEY, TEA))),
    ("lines-add-up", with_tea(amount=30_001)),
    ("lines-add-up", with_tea(quantity=0, amount=0)),
    ("lines-add-up", with_tea(price=-1)),
    ("discounts-are-sane", with_tea(discounts=NEGATIVE)),
    ("discounts-are-sane", with_tea(discounts=FREE)),
    ("lowest-price-holds", with_tea(discounts=LOW)),
    ("discounts-were-calculated", replace(SALE, applied=None, closed_at=None, settled=None)),
    ("discounts-were-calculated", replace(SALE, applied=Applied(offline=True))),
    ("points-are-on-the-lines", replace(SALE, spend=2001)),
    ("points-have-an-owner", replace(SALE, buyer=None)),
    ("points-have-an-owner", replace(SALE, buyer=NOBODY)),
    ("points-have-an-owner", replace(SALE, spend=-1)),
    ("tenders-cover-the-total", replace(SALE, tenders=(Tender(TenderKind.CASH, 31_999),))),
    ("tenders-cover-the-total", replace(SALE, tenders=(*SALE.tenders, Tender(TenderKind.CASH, 0)))),
    ("tenders-cover-the-total", replace(FIRST, tenders=(Tender(TenderKind.CASH, 30_000),))),
    ("tenders-cover-the-total", replace(FIRST, tenders=())),
    ("change-is-cash", replace(SALE, tenders=(Tender(TenderKind.CARD, 35_000),))),
    ("rounding-is-cash", replace(SALE, rounding=-SALE.total - 1)),
    ("rounding-is-cash", replace(SALE, rounding=1, tenders=(Tender(TenderKind.CARD, 32_001),))),
    ("a-deposit-follows-its-goods", with_tea(deposit=True)),
    ("a-deposit-follows-its-goods", with_deposit(quantity=2 * ONE)),
    ("a-deposit-follows-its-goods", with_deposit(discounts=LOW)),
    ("a-certificate-is-as-good-as-money", with_tea(certificate="9800000001")),
    (
        "a-certificate-is-as-good-as-money",
        replace(SALE, tenders=(Tender(TenderKind.CERTIFICATE, 32_000),)),
    ),
    ("finished-is-finished", replace(SALE, number="")),
    ("finished-is-finished", replace(SALE, lines=(), spend=0)),
    ("finished-is-finished", replace(SALE, closed_at=None)),
    ("finished-is-finished", replace(FIRST, of=None, settled=Settled(taken_back=1))),
    ("earned-as-promised", replace(SALE, settled=Settled(earned=701, spent=2000))),
    ("spent-as-asked", replace(SALE, settled=Settled(earned=700, spent=0))),
    ("spent-as-asked", replace(SALE, settled=Settled(spent=2000, pending=True))),
]


@pytest.mark.parametrize(("name", "receipt"), BROKEN_RECEIPTS)
def test_a_broken_receipt_is_told_by_name(name: str, receipt: Receipt) -> None:
    assert name in names(check_receipt(receipt))
    assert name not in names(check_receipt(receipt, off=frozenset({name})))
    assert all(broken.text for broken in check_receipt(receipt))


BROKEN_OFFERS = [
    ("spent-within-the-offer", OFFER.model_copy(update={"spendable": 1999})),
    ("spent-within-the-offer", OFFER.model_copy(update={"available": 3999})),
    ("offer-within-the-receipt", OFFER.model_copy(update={"spendable": 34_001})),
    ("lines-within-the-offer", OFFER.model_copy(update={"lines": (LinePoints(1, 1999),)})),
    ("lines-within-the-offer", OFFER.model_copy(update={"excluded": (1,)})),
]


@pytest.mark.parametrize(("name", "offer"), BROKEN_OFFERS)
def test_points_beyond_the_offer_are_told(name: str, offer: PointsOffer) -> None:
    assert name in names(check_offer(SALE, offer))
    assert name not in names(check_offer(SALE, offer, off=frozenset({name})))


def with_back(**changes: object) -> Receipt:
    """The first return with its line changed."""
    return replace(FIRST, lines=(replace(FIRST.lines[0], **changes),))  # type: ignore[arg-type]


GREEDY = replace(FIRST, settled=Settled(given_back=2001, taken_back=701))
STINGY = replace(REST, settled=Settled(given_back=1332, taken_back=499))
WRONG_LINE, WRONG_GOODS = with_back(sale_line=9), with_back(sku="1")

BROKEN_RETURNS = [
    ("returns-belong-to-the-sale", [replace(FIRST, of=None)]),
    ("returns-belong-to-the-sale", [replace(FIRST, kind=Kind.SALE)]),
    ("returns-belong-to-the-sale", [replace(FIRST, of=SaleRef("other", "R", AT))]),
    ("returns-belong-to-the-sale", [WRONG_LINE]),
    ("returns-belong-to-the-sale", [WRONG_GOODS]),
    ("no-more-comes-back", [FIRST, FIRST, FIRST, FIRST]),
    ("no-more-comes-back", [with_back(amount=60_000)]),
    ("part-returns-add-up", [with_back(amount=FIRST.lines[0].amount - 1)]),
    ("part-returns-add-up", [with_back(discounts=())]),
    ("points-come-back-once", [GREEDY]),
    ("a-whole-return-undoes-the-sale", [FIRST, STINGY]),
]


@pytest.mark.parametrize(("name", "returns"), BROKEN_RETURNS)
def test_a_broken_return_is_told_by_name(name: str, returns: list[Receipt]) -> None:
    assert name in names(check_return(SALE, returns))
    assert name not in names(check_return(SALE, returns, off=frozenset({name})))


# --- rounding


@pytest.mark.parametrize(
    ("receipt", "round_to", "fine"),
    [
        (replace(SALE, rounding=-99), 100, True),
        (replace(SALE, rounding=-100), 100, False),
        (replace(SALE, rounding=1), 0, False),
        (replace(SALE, rounding=0), 0, True),
        (replace(FIRST, rounding=199), 100, True),
        (replace(FIRST, rounding=-200), 100, False),
    ],
)
def test_rounding_moves_less_than_a_coin(receipt: Receipt, round_to: int, fine: bool) -> None:
    name = "rounding-within-the-unit"
    assert (name not in names(check_receipt(receipt, round_to=round_to))) is fine
    assert name not in names(check_receipt(receipt))
    assert name not in names(check_receipt(receipt, round_to=round_to, off=frozenset({name})))


# --- a day

GIFT_LINE = replace(line_of(1, "g", "Gift card", 50_000, ONE), certificate="9800000001")
GIFT = Receipt("gift", AT, number="R0101-000007", closed_at=AT, lines=(GIFT_LINE,), shift=1)
GIFT_BACK = replace(GIFT, receipt_id="back", number="R0101-000009", kind=Kind.RETURN)


def paid_with(amount: int, **changes: object) -> Receipt:
    tenders = (Tender(TenderKind.CERTIFICATE, amount, "9800000001"),)
    paid = replace(SALE, receipt_id="paid", number="R0101-000008", shift=1, tenders=tenders)
    return replace(paid, **changes)  # type: ignore[arg-type]


PAID_BACK = paid_with(9000, kind=Kind.RETURN, number="R0101-000010", lines=())

BROKEN_DAYS = [
    ("certificates-hold", [GIFT, replace(GIFT, receipt_id="other", number="R2")]),
    ("certificates-hold", [paid_with(1)]),
    ("certificates-hold", [GIFT, paid_with(50_001)]),
    ("certificates-hold", [GIFT, PAID_BACK]),
    ("certificates-hold", [GIFT, paid_with(1), GIFT_BACK]),
    ("numbers-are-given-once", [SALE, SALE]),
    ("numbers-are-given-once", [replace(GIFT, shift=2), paid_with(1)]),
    ("no-more-money-comes-back", [SALE, FIRST, REST, replace(FIRST, number="R3")]),
    (
        "no-more-money-comes-back",
        [replace(SALE, rounding=-50), FIRST, replace(REST, number="R0101-000003")],
    ),
]


def test_a_right_day_breaks_nothing() -> None:
    assert check_day([]) == check_day([SALE, FIRST, REST]) == []
    assert check_day([GIFT, paid_with(50_000), PAID_BACK]) == []
    assert check_day([GIFT, GIFT_BACK]) == []


@pytest.mark.parametrize(("name", "receipts"), BROKEN_DAYS)
def test_a_broken_day_is_told_by_name(name: str, receipts: list[Receipt]) -> None:
    assert name in names(check_day(receipts))
    assert name not in names(check_day(receipts, off=frozenset({name})))
    assert all(broken.text for broken in check_day(receipts))


def test_a_return_that_waits_has_no_points_to_judge() -> None:
    waiting = [replace(FIRST, settled=Settled(pending=True)), REST]
    assert check_return(SALE, waiting) == []


def test_every_check_is_listed_explained_and_broken_here() -> None:
    broken = (*BROKEN_RECEIPTS, *BROKEN_OFFERS, *BROKEN_RETURNS, *BROKEN_DAYS)
    assert {name for name, _facts in broken} | {"rounding-within-the-unit"} == set(CHECKS)
    assert all(text.endswith(".") for text in CHECKS.values())

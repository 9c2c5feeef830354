"""A shop counter over the embedded system: makes receipts and does with them what a till does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from backends.house import HouseBackend
from backends.house.loading import parse_rules
from backends.house.rules import Rules
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import (
    CalculateRequest,
    Calculation,
    CancelSaleRequest,
    Confirmation,
    Found,
    IdentifyRequest,
    LineReturned,
    PhoneMessage,
    PointsOffer,
    PointsRequest,
    SaveReturnRequest,
    SaveSaleRequest,
)
from cashier.money import ONE, cost
from cashier.receipt import (
    Applied,
    Buyer,
    Coupon,
    Discount,
    Identifier,
    IdentifierKind,
    Kind,
    Line,
    Receipt,
    SaleRef,
    Settled,
    Source,
)

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=timezone(timedelta(hours=3)))

BASE = """
groups = ["bread", "milk", "tobacco", "toys"]
free_cards = ["F1", "F2"]
[settings]
name = "Club"
confirm = ["phone"]
welcome = 50
[settings.registration]
confirm_by = "phone"
[settings.points]
confirm_above = 300
[settings.points.no_earning]
groups = ["tobacco"]
[settings.points.no_spending]
groups = ["tobacco"]
[settings.no_discounts]
groups = ["tobacco"]
[[level]]
id = "base"
name = "Base"
earn = 5
pay = 50
[[level]]
id = "silver"
name = "Silver"
earn = 10
turnover = 1000
[[level]]
id = "gold"
name = "Gold"
earn = 20
turnover = 5000
ask = true
[[customer]]
id = "ann"
name = "Ann [/red] [b"
phone = "+79001234501"
email = "ann@example.org"
birthdate = 1990-11-23
card = [{ number = "A1" }, { number = "A2", level = "silver" }]
lot = [{ points = 100, ends_in_days = 3 }, { points = 900, ends_in_days = 100 }]
[[customer]]
id = "bob"
name = "Bob"
phone = "+79001234502"
card = [
    { number = "B-blocked", status = "blocked" },
    { number = "B-earn", status = "no_spend" },
    { number = "B-asleep", status = "inactive" },
]
lot = [{ points = 500 }]
[[nobodys]]
number = "N1"
"""


def rules_of(extra: str = "") -> Rules:
    return parse_rules(BASE + extra)


def line(
    sku: str = "1",
    price: int = 100_00,
    quantity: int = ONE,
    *,
    group: str = "bread",
    unit: str = "pc",
    lowest: int = 0,
) -> Line:
    amount = cost(price, quantity)
    return Line(
        1, sku, f"Goods {sku}", price, quantity, amount, unit=unit, group=group, lowest=lowest
    )


class Counter:
    def __init__(self, rules: Rules, path: Path | None = None, at: datetime = MONDAY) -> None:
        self.clock, self.phone = ManualClock(at), list[PhoneMessage]()
        self.rules = rules
        self._number = counted_ids("")
        self.house = HouseBackend(
            path, rules, clock=self.clock, ids=counted_ids(), phone=self.phone.append
        )

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def found(self, value: str, kind: IdentifierKind = IdentifierKind.CARD) -> Found:
        answer = await self.house.identify(
            IdentifyRequest(identifier=Identifier(kind, value), at=self.now)
        )
        assert isinstance(answer, Found)
        return answer

    async def buyer(self, card: str) -> Buyer:
        found = await self.found(card)
        return Buyer(Identifier(IdentifierKind.CARD, card), found.customer, found.cards[0])

    async def receipt(self, *lines: Line, card: str = "", coupons: tuple[str, ...] = ()) -> Receipt:
        number = self._number()
        buyer = await self.buyer(card) if card else None
        return Receipt(
            f"r{number}",
            self.now,
            number=f"R{number}",
            shop="01",
            buyer=buyer,
            coupons=tuple(Coupon(code) for code in coupons),
        ).with_lines(lines)

    async def calculate(self, receipt: Receipt, spend: int = 0) -> Calculation:
        request = CalculateRequest(receipt=receipt.uncalculated(), spend=spend, at=self.now)
        return await self.house.calculate(request)

    async def priced(self, receipt: Receipt, spend: int = 0) -> Receipt:
        """With the answer on the lines, as a till puts it there."""
        answer = await self.calculate(receipt, spend)
        given = {price.number: price.discounts for price in answer.lines}
        points = {part.number: part.amount for part in answer.distribution}
        lines = []
        for one in receipt.uncalculated().lines:
            discounts = given.get(one.number, ())
            if points.get(one.number):
                paid = Discount(Source.POINTS, "points", "Points", points[one.number])
                discounts = (*discounts, paid)
            lines.append(replace(one, discounts=discounts))
        applied = Applied(earn=answer.earn, messages=answer.messages, to_print=answer.to_print)
        context = answer.context
        return replace(receipt, lines=tuple(lines), spend=spend, applied=applied, context=context)

    async def offer(self, receipt: Receipt) -> PointsOffer:
        return await self.house.points(PointsRequest(receipt=receipt, at=self.now))

    async def save(self, receipt: Receipt, operation: str = "") -> Settled:
        name = operation or f"{receipt.receipt_id}:sale"
        closed = receipt if receipt.closed_at else replace(receipt, closed_at=self.now)
        return await self.house.save_sale(
            SaveSaleRequest(operation_id=name, receipt=closed, at=self.now)
        )

    async def sell(self, receipt: Receipt, spend: int = 0) -> Settled:
        return await self.save(await self.priced(receipt, spend))

    async def bring_back(self, sale: Receipt, back: dict[int, int], operation: str = "") -> Settled:
        number = self._number()
        reference = SaleRef(sale.receipt_id, sale.number, self.now)
        receipt = Receipt(f"b{number}", self.now, kind=Kind.RETURN, of=reference)
        self.back = receipt
        lines = tuple(LineReturned(number=place, quantity=much) for place, much in back.items())
        return await self.house.save_return(
            SaveReturnRequest(
                operation_id=operation or f"b{number}", receipt=receipt, lines=lines, at=self.now
            )
        )

    async def undo_last_return(self) -> None:
        await self.undo_return(self.back)

    async def undo_return(self, receipt: Receipt) -> None:
        await self.house.cancel_sale(
            CancelSaleRequest(operation_id="undo", receipt=receipt, at=self.now)
        )

    def confirmation(self, challenge: str) -> Confirmation:
        """What the customer reads from his phone."""
        return Confirmation(challenge=challenge, code=self.phone[-1].code)


MakeCounter = Callable[..., Counter]

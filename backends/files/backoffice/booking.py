"""Receipts of a report in the accounts: what was sold is a fact, whatever the rules say of it.

A till that has only files spends what its last load said. Where the accounts have less (two tills
spent the same points), or the rules would not have allowed it, the points are taken all the same,
below zero if need be, and that is told. A return does not say which sale it is of: it is the newest
one of the card that still has these goods at this price (*emulated*).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backends.files.backoffice.told import Told
from backends.fronting import Back, holder_of, left_of, return_of, returned, with_points
from backends.house import HouseBackend
from backends.keeping import Keeper, SaleInfo, SaleQuery
from cashier.exchange import LineReturned, Refused, SaveReturnRequest, SaveSaleRequest
from cashier.i18n import _
from cashier.money import Points, Quantity, share
from cashier.receipt import Buyer, Discount, Identifier, IdentifierKind, Receipt, Settled, Source
from cashier.words import points_text

BEYOND = "points"
"""The rule of what points paid beyond what the accounts let them."""


@dataclass(frozen=True)
class Booked:
    """What became of a receipt."""

    settled: Settled | None
    """None: a return whose sale has not come yet."""
    remarks: tuple[str, ...] = ()


class Booking:
    """The same receipt twice is counted once, also after ``kill -9`` between two steps."""

    def __init__(self, house: HouseBackend, shop: str) -> None:
        self._house, self._shop = house, shop

    async def book(self, told: Told) -> Booked:
        """Raises Unavailable: then nothing of it was counted."""
        return await (self._back(told) if told.is_return else self._sale(told))

    # --- a sale

    async def _sale(self, told: Told) -> Booked:
        keeper = self._house.keeping()
        receipt = _receipt(told, self._shop, keeper)
        try:
            paid = replace(receipt, lines=with_points(told.lines, told.shares()), spend=told.points)
            settled = await self._house.save_sale(_saving(told, paid))
        except Refused as no:
            if not told.points:
                return Booked(Settled(), (_of(told, str(no)),))
            return await self._beyond(told, receipt, keeper, str(no))
        unknown = told.card and keeper.cards.card(told.card) is None
        text = _("card {card} is unknown: nothing was earned").format(card=told.card)
        return Booked(settled, (_of(told, text),) if unknown else ())

    async def _beyond(self, told: Told, receipt: Receipt, keeper: Keeper, why: str) -> Booked:
        """The points are taken by hand, and the goods earn on what money paid."""
        parts = [
            replace(one, discounts=(*one.discounts, Discount(Source.HAND, BEYOND, "", part)))
            if part
            else one
            for one, part in zip(told.lines, told.shares(), strict=True)
        ]
        note = _("receipt {receipt} of till {till}").format(receipt=told.number, till=told.till)
        points = points_text(told.points)
        try:
            with keeper.together():
                keeper.points.take(f"{told.id}:points", told.card, told.points, note, deep=True)
                settled = await self._house.save_sale(
                    _saving(told, replace(receipt, lines=tuple(parts)))
                )
        except Refused as no:
            text = _("{points} points could not be taken: {why}")
            return Booked(Settled(), (_of(told, text.format(points=points, why=no)),))
        info = keeper.cards.card(told.card)
        left = info.balance if info else 0
        if left < 0:
            text = _("{points} points were spent that card {card} did not have: {left} now")
        else:
            text = _(
                "{points} points of card {card} were taken against the rules ({why}): {left} now"
            )
        text = text.format(points=points, card=told.card, left=points_text(left), why=why)
        return Booked(replace(settled, spent=told.points), (_of(told, text),))

    # --- a return

    async def _back(self, told: Told) -> Booked:
        if not told.card:  # nobody's points
            return Booked(Settled())
        keeper = self._house.keeping()
        found = _sale_of(told, keeper.sales.sales(SaleQuery(card=told.card)))
        if found is None:
            text = _("no sale of card {card} is known that these goods come back of: it waits")
            return Booked(None, (_of(told, text.format(card=told.card)),))
        sale, lines = found
        receipt = return_of(
            sale.receipt, told.id, told.at, number=_number(told), shop=self._shop, till=told.till
        )
        request = SaveReturnRequest(operation_id=told.id, receipt=receipt, lines=lines, at=told.at)
        beyond = _beyond_of(sale, lines, told.id)
        try:
            with keeper.together():
                settled = await self._house.save_return(request)
                if beyond:
                    note = _("return {receipt}").format(receipt=told.number)
                    keeper.points.give(f"{told.id}:points", told.card, beyond, note)
        except Refused as no:
            return Booked(Settled(), (_of(told, str(no)),))
        return Booked(replace(settled, given_back=settled.given_back + beyond))


def _sale_of(
    told: Told, sales: Sequence[SaleInfo]
) -> tuple[SaleInfo, tuple[LineReturned, ...]] | None:
    """The one that this return was booked to before, else the newest that has it all."""
    rows = [Back(one.sku, one.quantity) for one in told.lines]
    prices = {(one.sku, one.price) for one in told.lines}
    booked = [one for one in sales if any(b.receipt.receipt_id == told.id for b in one.returns)]
    for sale in booked or reversed(sales):
        sold = {(one.sku, one.price) for one in sale.receipt.lines}
        if sale.cancelled or sale.at > told.at or not prices <= sold:
            continue
        left = left_of(sale, told.id)
        lines = returned(rows, sale.receipt, left)
        if all(one.quantity <= left[one.number] for one in lines):
            return sale, lines
    return None


def _beyond_of(sale: SaleInfo, lines: Sequence[LineReturned], but: str) -> Points:
    """What points paid beyond the accounts comes back with its goods."""
    left: dict[int, Quantity] = left_of(sale, but)
    points = 0
    for one in lines:
        sold = sale.receipt.lines[one.number - 1]
        part = sum(
            given.amount
            for given in sold.discounts
            if given.rule == BEYOND and given.source is Source.HAND
        )
        before = sold.quantity - left[one.number]
        points += share(part, before + one.quantity, sold.quantity)
        points -= share(part, before, sold.quantity)
    return points


def _receipt(told: Told, shop: str, keeper: Keeper) -> Receipt:
    info = keeper.cards.card(told.card) if told.card else None
    stranger = Buyer(Identifier(IdentifierKind.CARD, told.card)) if told.card else None
    return Receipt(
        receipt_id=told.id,
        opened_at=told.at,
        closed_at=told.at,
        shop=shop,
        till=told.till,
        cashier=told.cashier,
        number=_number(told),
        lines=told.lines,
        buyer=holder_of(info) or stranger,
    )


def _saving(told: Told, receipt: Receipt) -> SaveSaleRequest:
    return SaveSaleRequest(operation_id=told.id, receipt=receipt, at=told.at)


def _number(told: Told) -> str:
    return f"{told.till}-{told.number:06}"


def _of(told: Told, text: str) -> str:
    words = _("till {till}, receipt {receipt}: {why}")
    return words.format(till=told.till, receipt=told.number, why=text)

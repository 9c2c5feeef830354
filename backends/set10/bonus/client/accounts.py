"""What the service knows of a card: its account, what burns, how much may be spent."""

from dataclasses import dataclass
from datetime import datetime

from backends.set10.bonus.client.link import Link
from backends.set10.bonus.options import BonusOptions
from backends.set10.bonus.translate import sum_in, takes_part
from backends.set10.bonus.wire import ACTIVE, BALANCE, CARD, INFORMATION, TYPE
from cashier.errors import CashierError
from cashier.exchange import PointsOffer, Reason, Refused, SpendLimit
from cashier.i18n import _
from cashier.money import Points, percent
from cashier.receipt import LinePoints, Message, MessageTo, Receipt
from cashier.words import points_text


@dataclass(frozen=True)
class Account:
    """The one that is used of a card's active accounts."""

    kind: str
    """``bonusAccountTypeCode``."""
    balance: Points
    """What may be spent now."""


class Accounts:
    def __init__(self, link: Link, options: BonusOptions) -> None:
        self._link, self._options = link, options

    async def of(self, card: str, kind: str = "") -> Account | None:
        """None: it has no active account, or not of this kind. Raises Refused, Unavailable."""
        rows = await self._link.ask(ACTIVE, {CARD.name: card})
        wanted = kind or self._options.account
        found = [
            Account(str(row[TYPE.name]), sum_in(row, BALANCE.name))
            for row in rows
            if not wanted or row[TYPE.name] == wanted
        ]
        return found[0] if found else None

    async def known(self, card: str, kind: str = "") -> Account:
        """Raises Refused where it has none."""
        account = await self.of(card, kind)
        if account is None:
            raise Refused(Reason.NOT_FOUND, _("this card has no active bonus account"))
        return account

    async def burning(self, card: str) -> tuple[Message, ...]:
        """What burns next, in words; a service that does not say so is no trouble."""
        if not self._options.tell_burning:
            return ()
        try:
            rows = await self._link.ask(INFORMATION, {CARD.name: card})
        except CashierError:
            return ()
        told = []
        for row in rows:
            points, at = sum_in(row, "nextBurningSum"), row.get("nextBurningDate")
            if points > 0 and isinstance(at, datetime):
                text = _("{points} points burn on {day}.")
                words = text.format(points=points_text(points), day=at.strftime("%d.%m.%Y"))
                told.append(Message(MessageTo.CASHIER, words))
        return tuple(told[:1])


def offer(receipt: Receipt, balance: Points, most: int) -> PointsOffer:
    """``most``: hundredths of a percent of a line. Points are reckoned by the till (*emulated*)."""
    lines = tuple(
        LinePoints(
            line.number,
            max(0, min(percent(line.total, most), line.total - line.floor))
            if takes_part(line)
            else 0,
        )
        for line in receipt.lines
    )
    payable, available = sum(one.amount for one in lines), max(0, balance)
    limits = (
        SpendLimit(name="balance", text=_("so many points are on the account"), most=available),
        SpendLimit(name="lines", text=_("so much of the receipt may be paid"), most=payable),
    )
    return PointsOffer(
        balance=balance,
        available=available,
        spendable=min(available, payable),
        limits=tuple(sorted(limits, key=lambda one: one.most)),
        lines=lines,
        excluded=tuple(line.number for line in receipt.lines if not takes_part(line)),
    )

"""What the methods do, with the points of the embedded system; mostly *emulated*."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from backends.keeping import CardInfo, Keeper, Life, Movement, MovementQuery, Standing, Window
from backends.set10.bonus import wire
from backends.set10.bonus.server.telling import (
    PREFIX,
    block_of,
    done,
    moment_of,
    note_of,
    operation_of,
    soonest,
    success,
)
from backends.set10.bonus.translate import Row, sum_in
from backends.set10.bonus.wire import ACCOUNT, CARD, NUMBERS
from cashier.clock import Clock, Ids
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Points

KIND = "1"
"""``bonusAccountTypeCode`` of the one account that a card has."""
BLOCKED_FOR = timedelta(days=1)
_PAGE = 500
_USABLE = (Standing.ACTIVE, Standing.NO_SPEND)
Handler: TypeAlias = Callable[[Row], list[Row]]


@dataclass
class Desk:
    keeper: Keeper
    clock: Clock
    ids: Ids

    def handlers(self) -> Mapping[str, Handler]:
        """By role. Each raises Refused, and Unavailable where the data fail."""
        return {
            wire.ACTIVE.role: self.active,
            wire.BALANCES.role: self.balances,
            wire.INFORMATION.role: self.information,
            wire.CHARGE.role: self.charge,
            wire.CANCEL_CHARGE.role: self.cancel_charge,
            wire.WRITE_OFF.role: self.write_off,
            wire.GIVE_BACK.role: self.give_back,
            wire.BLOCK.role: self.block,
            wire.UNBLOCK.role: self.unblock,
        }

    # --- looking: a card without an active account has no rows

    def active(self, said: Row) -> list[Row]:
        return [
            {"balance": card.available, "bonusAccountTypeCode": KIND} for card in self._usable(said)
        ]

    def balances(self, said: Row) -> list[Row]:
        return [
            {
                "balance": card.balance,
                "activeBalance": card.available,
                "bonusAccountTypeCode": KIND,
            }
            for card in self._usable(said)
        ]

    def information(self, said: Row) -> list[Row]:
        now = self.clock.now()
        rows: list[Row] = []
        for card in self._usable(said):
            lots = [one for one in self.keeper.points.lots(card.number) if one.points > 0]
            starts = soonest(lots, lambda lot: lot.starts, now)
            ends = soonest(lots, lambda lot: lot.ends, now)
            rows.append(
                {
                    "bonusAccountTypeCode": KIND,
                    "nextActivationSum": starts[0],
                    "nextActivationDate": starts[1],
                    "nextBurningSum": ends[0],
                    "nextBurningDate": ends[1],
                }
            )
        return rows

    def _usable(self, said: Row) -> list[CardInfo]:
        card = self.keeper.cards.card(str(said[CARD.name]))
        return [card] if card is not None and card.standing in _USABLE else []

    # --- moving: a repetition is told by the numbers of the receipt

    def charge(self, said: Row) -> list[Row]:
        card, points = self._card(said, *_USABLE), sum_in(said, "chargeSum")
        usual = self.keeper.points.usual_life()
        life = Life(
            moment_of(said.get("activatingDate"), self.clock) or usual.starts,
            moment_of(said.get("expirationDate"), self.clock) or usual.ends,
        )
        if life.ends is not None and life.ends <= life.starts:
            raise Refused(Reason.OTHER, _("the points would burn before they become active"))
        operation = operation_of("charge", said)
        give = self.keeper.points.give
        return [done(give(operation, card.number, points, note_of(said), life), points)]

    def cancel_charge(self, said: Row) -> list[Row]:
        """The numbers of a charge: a part of it, each time anew, up to all of it. Others: of a
        return; once."""
        card, points = self._card(said, *Standing), sum_in(said, "cancelSum")
        with self.keeper.together():
            charged = [one for one in self._moved(card) if one.id == operation_of("charge", said)]
            operation = operation_of("cancel", said)
            if charged:
                before = self._sum_of(card, operation)
                if points > charged[0].points - before:
                    raise Refused(Reason.LIMIT_EXCEEDED, _("so much was not charged"))
                operation = f"{operation}:{self.ids()}"
            take = self.keeper.points.take
            return [done(take(operation, card.number, points, note_of(said), deep=True), points)]

    def write_off(self, said: Row) -> list[Row]:
        """Without the receipt's numbers each is a new one."""
        self._check_kind(said)
        card, points = self._card(said, Standing.ACTIVE), sum_in(said, "writeOffSum")
        told = all(field.name in said for field in NUMBERS)
        operation = operation_of("write-off", said) if told else PREFIX + f"write-off:{self.ids()}"
        take = self.keeper.points.take
        return [done(take(operation, card.number, points, note_of(said)), points)]

    def give_back(self, said: Row) -> list[Row]:
        """Never more than was written off."""
        self._check_kind(said)
        card, points = self._card(said, *Standing), sum_in(said, "cancelSum")
        operation = operation_of("give-back", said)
        with self.keeper.together():
            before = [one for one in self._moved(card) if one.id == operation]
            left = self._sum_of(card, "write-off") - self._sum_of(card, "give-back")
            if not before and points > left:
                raise Refused(Reason.LIMIT_EXCEEDED, _("so much was not written off"))
            give = self.keeper.points.give
            return [done(give(operation, card.number, points, note_of(said)), points)]

    def block(self, said: Row) -> list[Row]:
        self._check_kind(said)
        card, points = self._card(said, Standing.ACTIVE), sum_in(said, "blockSum")
        until = self.clock.now() + BLOCKED_FOR
        self.keeper.holds.hold_points(block_of(said), card.number, points, until)
        return [success(block_of(said))]

    def unblock(self, said: Row) -> list[Row]:
        self.keeper.holds.drop(block_of(said))
        return [success(block_of(said))]

    # --- what they share

    def _card(self, said: Row, *standings: Standing) -> CardInfo:
        """Raises Refused."""
        number = str(said[CARD.name])
        card = self.keeper.cards.card(number)
        if card is None or card.account is None:
            raise Refused(Reason.NOT_FOUND, _("the system does not know this card"))
        if card.standing not in standings:
            raise Refused(Reason.BLOCKED, _("the card is blocked"))
        return card

    @staticmethod
    def _check_kind(said: Row) -> None:
        if said[ACCOUNT.name] != KIND:
            raise Refused(Reason.NOT_FOUND, _("the card has no account of this type"))

    def _moved(self, card: CardInfo) -> Iterator[Movement]:
        """Of the card's account, newest first."""
        skip = 0
        while True:
            query = MovementQuery(number=card.number)
            part = self.keeper.points.movements(query, Window(skip, _PAGE))
            yield from part.rows
            skip += _PAGE
            if skip >= part.total:
                return

    def _sum_of(self, card: CardInfo, operation: str) -> Points:
        """What the operations of a kind, or with these numbers, have moved."""
        head = operation if operation.startswith(PREFIX) else PREFIX + operation
        return sum(abs(one.points) for one in self._moved(card) if one.id.startswith(f"{head}:"))

"""What the client knows of the service for a while: nothing of a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backends.rarus.client.link import Link, place, reads, sense
from backends.rarus.client.options import RarusOptions
from backends.rarus.translate import people
from backends.rarus.translate.selling import Desk
from backends.rarus.wire.people import Card as WireCard
from backends.rarus.wire.people import Cards, CardsAsked, Level, Levels, OneCard, OtherLevel
from backends.rarus.wire.receipt import Statement, StatementAsked
from cashier.clock import Clock
from cashier.exchange import Opening, Registration
from cashier.i18n import _
from cashier.money import Currency
from cashier.receipt import Buyer, Card, Identifier, IdentifierKind

_MOST = 1000
"""Of cards whose ids are remembered, and the like."""
ALL = 500
"""More than anybody has of cards, levels or gifts."""


@dataclass
class Session:
    """One till at one service, and the questions that several steps ask.

    Its methods raise Refused and Unavailable.
    """

    link: Link
    options: RarusOptions
    clock: Clock
    opening: Opening = Opening(shop="", till="")
    name: str = "Rarus"
    registration: Registration = Registration()
    levels: Mapping[str, Level] = field(default_factory=dict)
    segments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Articles of segments of gifts."""
    _ids: dict[str, str] = field(default_factory=dict)
    _wanted: dict[str, OtherLevel] = field(default_factory=dict)

    @property
    def shop(self) -> str:
        return self.options.shop_id or self.opening.shop

    @property
    def currency(self) -> Currency:
        """The service reckons in roubles."""
        return Currency()

    @property
    def desk(self) -> Desk:
        training = self.opening.training
        return Desk(
            shop=self.shop,
            kkm_id=self.options.kkm_id or self.opening.till,
            kkm_name=self.options.kkm_name,
            mark=_("Training") if training else "",
            test=training and self.options.training_is_test,
            level_up=self.options.level_up,
            certificates=self.options.certificates,
        )

    # --- levels

    async def read_levels(self) -> None:
        reply = await self.link.get(
            place("card_level"), reads(Levels, empty=True), CardsAsked(page=1, per_page=ALL)
        )
        self.levels = people.in_order(reply.card_level)

    def level_wanted(self, operation_id: str) -> OtherLevel | None:
        """The level that an operation asked for before."""
        return self._wanted.get(operation_id)

    def want_level(self, operation_id: str, level: OtherLevel) -> None:
        _forget(self._wanted)
        self._wanted[operation_id] = level

    # --- cards

    async def cards(self, asked: CardsAsked) -> tuple[WireCard, ...]:
        """As the list has them."""
        reply = await self.link.get(place("card"), reads(Cards, empty=True), asked)
        return reply.cards

    async def card_by_number(self, number: str) -> WireCard | None:
        """By its barcode; a filter that lets through more than was asked for does no harm."""
        found = await self.cards(CardsAsked(barcode=number))
        return next((one for one in found if one.barcode == number), None)

    async def card_by_id(self, card_id: str) -> WireCard:
        reply = await self.link.get(place("card", card_id), reads(OneCard))
        return reply.card

    async def as_card(self, told: WireCard) -> Card:
        """With its level and its points, asked for where the card does not tell them."""
        if told.card_level_id and told.card_level_id not in self.levels:
            await self.read_levels()
        statement = None if people.tells_points(told) else await self.statement(told.id)
        self.remember(told)
        with sense():
            return people.card(told, self.levels, statement)

    async def statement(self, card_id: str) -> Statement:
        return await self.link.get(
            place("card", card_id, "balance_info"),
            reads(Statement),
            StatementAsked(last_transactions=0),
        )

    def remember(self, told: WireCard) -> None:
        _forget(self._ids)
        self._ids[told.barcode or told.code] = told.id

    async def id_of(self, number: str) -> str:
        """The id of a card that was verified; empty where the service knows it no more."""
        known = self._ids.get(number)
        if known is None:
            told = await self.card_by_number(number)
            if told is None:
                return ""
            self.remember(told)
            known = told.id
        return known

    async def unverified(self, identifier: Identifier) -> WireCard | None:
        """The card that earns for a number which nobody has verified."""
        value = identifier.value.strip()
        match identifier.kind:
            case IdentifierKind.CARD | IdentifierKind.APP:
                return await self.card_by_number(value)
            case IdentifierKind.PHONE:
                asked = CardsAsked(phone=people.digits(value), per_page=ALL)
            case IdentifierKind.EMAIL:
                asked = CardsAsked(email=value, per_page=ALL)
            case _:
                return None
        return people.best(await self.cards(asked), self.levels)

    async def payer(self, buyer: Buyer | None) -> tuple[str, Card | None]:
        """The id of the card that a sale goes to, and the card; empty and None: to nobody's."""
        if buyer is None:
            return "", None
        if buyer.card is not None:
            card_id = await self.id_of(buyer.card.number)
            return card_id, buyer.card if card_id else None
        told = await self.unverified(buyer.identifier)
        if told is None:
            return "", None
        return told.id, await self.as_card(told)


def _forget(known: dict[str, Any]) -> None:
    """The oldest of what is remembered, to make room."""
    while len(known) >= _MOST:
        del known[next(iter(known))]

"""The offers file: what is offered, to whom, and after which sale an offer is issued.

TOML, with the fields of the rules file of the embedded system where they mean the same: names in
two languages, money as ``12`` or ``"12.50"``, ``when`` for goods and times.
"""

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from backends.house.book import wants
from backends.house.fields import Code, Exact, Id, Percent, Text
from backends.house.rules import Goods, When
from cashier.config import Settings
from cashier.i18n import _
from cashier.receipt import Card, Line, Receipt


class MachineSettings(Settings):
    name: Text = Text(ru="Set Machine", en="Set Machine")
    no_offers: Goods = Goods()
    """Goods that no offer makes cheaper."""
    suggest: int = Field(default=2, ge=0, le=10)
    """So many offers that the receipt does not use yet the cashier is told of."""


class Offer(Settings):
    """A personal offer: exactly one of ``percent``, ``amount``, ``price``."""

    id: Id
    name: Text
    text: Text | None = None
    """Printed when it is issued."""
    percent: Percent = 0
    amount: Exact = 0
    """Off each piece or kilogram."""
    price: Exact = 0
    """For a piece or kilogram."""
    cards: tuple[Code, ...] = ()
    levels: tuple[str, ...] = ()
    """Names of levels as the till shows them. Neither cards nor levels: whoever shows a card."""
    uses: int = Field(default=1, ge=0, le=10_000)
    """On so many receipts; 0: on any number."""
    days: int | None = Field(default=None, ge=1, le=3650)
    """So long it is good: from its issue, or from the first start. None: for ever."""
    off: bool = False
    when: When = When()
    """Goods and times; ``minimum`` and ``pieces`` count these goods."""
    issued_after: When | None = None
    """The sale that brings it: so much (``minimum``) paid for these goods. None: nobody has to buy
    something first."""

    @model_validator(mode="after")
    def _makes_sense(self) -> "Offer":
        gains = [name for name in ("percent", "amount", "price") if getattr(self, name)]
        if len(gains) != 1:
            words = _("expected exactly one of percent, amount, price")
            raise PydanticCustomError("gain", "{why}", {"why": words})
        for when in (self.when, self.issued_after or When()):
            if when.levels or when.coupon:
                words = _("an offer asks for levels beside its cards, and for no coupon")
                raise PydanticCustomError("when", "{why}", {"why": words})
        if self.issued_after is not None and not self.issued_after.minimum:
            words = _("issued_after: expected a minimum")
            raise PydanticCustomError("issued", "{why}", {"why": words})
        return self

    def fits(self, card: Card) -> bool:
        """Whether it is for whoever has this card."""
        if not (self.cards or self.levels):
            return True
        levels = {name.casefold() for name in self.levels}
        return card.number in self.cards or card.level.casefold() in levels

    def is_brought_by(self, receipt: Receipt) -> bool:
        """Whether this sale brings it, by what was paid for."""
        rule = self.issued_after
        if rule is None:
            return False
        wanted = wants(rule)
        paid = sum(
            line.total
            for line in receipt.lines
            if takes_part(line) and wanted(line.sku, line.group)
        )
        return paid >= rule.minimum


class Offers(Settings):
    """A whole offers file."""

    settings: MachineSettings = MachineSettings()
    customers: tuple[Code, ...] = ()
    """Cards that it knows, besides those of its offers; others are strangers to it."""
    offer: tuple[Offer, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> "Offers":
        ids = [one.id for one in self.offer]
        twice = {name for name in ids if ids.count(name) > 1}
        if twice:
            words = _("{given} stands here twice").format(given=min(twice))
            raise PydanticCustomError("twice", "{why}", {"why": words})
        return self

    def knows(self, card: str) -> bool:
        return card in self.customers or any(card in one.cards for one in self.offer)


def takes_part(line: Line) -> bool:
    """Gift certificates and deposits cost what they cost."""
    return not (line.certificate or line.deposit)

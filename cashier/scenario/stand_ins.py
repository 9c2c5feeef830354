"""Stand-ins for people: the same one everywhere in a file, and as good to the till as the real one.

Phones, e-mails, names, days of birth, cards and certificates are replaced; a card keeps what it
begins with, its length, and a right check digit where it had one. People of the demo are no
persons: what the loyalty system itself shows as samples stays, and so do goods, promo codes and
coupons.
"""

import re
from dataclasses import fields, replace
from datetime import date
from typing import Any

from cashier import commands as do
from cashier.catalog import Catalog
from cashier.commands import Command
from cashier.goods import check_digit, checks, is_digits, is_gtin
from cashier.i18n import _
from cashier.masking import personal
from cashier.meaning import BuyerCode, CertificateCode, meaning
from cashier.money import show
from cashier.receipt import Identifier, IdentifierKind, TenderKind
from cashier.scenario.given import GivenCustomer
from cashier.scenario.sight import Sight
from cashier.sheets.sample import Sample, SampleKind
from cashier.shop import Codes

_FIRST = 90_001
"""Where stand-ins for cards are counted from: the demo begins at 1."""
_NOBODY = re.compile(r"(?i)[@.](example\.(org|com|net)|[\w-]+\.(example|test|invalid))$")
"""E-mails that can be nobody's (RFC 2606)."""


class StandIns:
    """The stand-ins of one file."""

    def __init__(
        self,
        codes: Codes,
        catalog: Catalog,
        samples: tuple[Sample, ...] = (),
        *,
        keep: bool = False,
    ) -> None:
        """``keep``: nobody is replaced."""
        self._codes, self._catalog, self._keep = codes, catalog, keep
        people = (SampleKind.CARD, SampleKind.APP, SampleKind.PHONE)
        found = [one for one in samples if one.kind in people]
        self._demo = {one.value for one in found} | {one.title for one in found if one.title}
        self._given: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}

    # --- values

    def _one(self, kind: str, value: str) -> str:
        if not value or self._keep or value in self._demo:
            return value
        made = self._given.get((kind, value))
        if made is None:
            make = getattr(self, f"_make_{kind}")
            made = make(value)
            while made in self._demo:
                made = make(value)
            self._given[kind, value] = made
        return made

    def _next(self, kind: str, first: int = 1) -> int:
        self._count[kind] = self._count.get(kind, first - 1) + 1
        return self._count[kind]

    def phone(self, value: str) -> str:
        return self._one("phone", value)

    def email(self, value: str) -> str:
        return value if _NOBODY.search(value) else self._one("email", value)

    def name(self, value: str) -> str:
        return self._one("name", value)

    def card(self, value: str) -> str:
        return self._one("card", value)

    def certificate(self, value: str) -> str:
        return self._one("certificate", value)

    def born(self, value: date | None) -> date | None:
        """Day and month stay, for presents on birthdays."""
        return value if value is None or self._keep else value.replace(year=2000)

    def words(self, text: str) -> str:
        """What a person wrote: whoever is known in it has his stand-in, so have others."""
        if self._keep:
            return text
        for (_kind, value), made in sorted(self._given.items(), key=lambda it: -len(it[0][1])):
            if len(value) >= personal.LONG:
                text = text.replace(value, made)
        text = personal.EMAIL.sub(lambda found: self.email(found[0]), text)
        text = personal.PLUS.sub(lambda found: self.phone(found[0]), text)
        return personal.PHONE.sub("***", text)

    def _make_phone(self, value: str) -> str:
        number = self._next("phone")
        if value.startswith("+7") or not value.startswith("+"):
            return f"+7900555{number:04d}"
        return value[:3] + f"{number:0{max(4, len(value) - 3)}d}"

    def _make_email(self, _value: str) -> str:
        return f"customer{self._next('email')}@example.org"

    def _make_name(self, _value: str) -> str:
        return _("Customer {number}").format(number=self._next("name"))

    def _make_cashier(self, _value: str) -> str:
        return _("Cashier {number}").format(number=self._next("cashier"))

    def _make_card(self, value: str) -> str:
        return self._numbered(value, self._codes.card_prefixes)

    def _make_certificate(self, value: str) -> str:
        return self._numbered(value, self._codes.certificate_prefixes)

    def _numbered(self, value: str, prefixes: tuple[str, ...]) -> str:
        start = max((one for one in prefixes if value.startswith(one)), key=len, default=value[:2])
        room = max(1, len(value) - len(start))
        checked = is_digits(value) and len(value) > 1
        gtin, luhn = (
            checked and is_gtin(value) and checks(value),
            checked and _luhn(value[:-1]) == value[-1],
        )
        room -= gtin or luhn
        body = start + f"{self._next('number', _FIRST):0{room}d}"[-room:]
        if gtin:
            return body + check_digit(body)
        return body + _luhn(body) if luhn else body

    # --- what they stand in

    def identifier(self, who: Identifier) -> Identifier:
        make = {
            IdentifierKind.PHONE: self.phone,
            IdentifierKind.EMAIL: self.email,
            IdentifierKind.CARD: self.card,
            IdentifierKind.APP: self.card,
        }.get(who.kind)
        return replace(who, value=make(who.value)) if make else who

    def customer(self, sight: Sight) -> GivenCustomer:
        cards = tuple(map(self.card, sight.cards))
        data = {
            "phone": self.phone(sight.phone),
            "email": self.email(sight.email),
            "name": self.name(sight.name),
            "birthdate": self.born(sight.birthdate),
            "card": cards[0] if len(cards) == 1 else "",
            "cards": cards if len(cards) > 1 else (),
            "level": sight.level,
            "points": show(max(0, sight.points), group=""),
            "turnover": show(sight.turnover, group=""),
        }
        return GivenCustomer.model_validate(data)

    def command(self, command: Command) -> Command:
        """Without a person in it; a text that begins with @ has one more, to be only a text."""
        return _plain(self._replaced(command))

    def _replaced(self, command: Command) -> Command:
        match command:
            case do.Identify(identifier):
                return do.Identify(self.identifier(identifier))
            case do.Scan(code):
                return self._scanned(command, code)
            case do.ChooseCard(number):
                return do.ChooseCard(self.card(number))
            case do.Register():
                return do.Register(
                    self.phone(command.phone),
                    self.email(command.email),
                    self.name(command.name),
                    self.born(command.birthdate),
                )
            case do.FindSale(card=card) if card:
                return replace(command, card=self.card(card))
            case do.SellCertificate(number) | do.CheckCertificate(number):
                return replace(command, number=self.certificate(number))
            case do.TakeTender(TenderKind.CERTIFICATE, reference=number):
                return replace(command, reference=self.certificate(number))
            case do.OpenShift(cashier=cashier) if cashier:
                return replace(command, cashier=self._one("cashier", cashier))
            case do.CashIn() | do.CashOut() | do.OpenDrawer() | do.CloseEntry() | do.Allow():
                return replace(command, why=self.words(command.why))
        return command

    def _scanned(self, command: do.Scan, code: str) -> Command:
        """A stand-in is given by hand: how the real one was typed does not matter."""
        match meaning(code, self._codes, self._catalog):
            case BuyerCode(who) if (other := self.identifier(who)) != who:
                return do.Identify(other)
            case CertificateCode(number) if (new := self.certificate(number)) != number:
                return replace(command, code=new)
        return command


def _plain(command: Command) -> Command:
    changes: dict[str, Any] = {}
    for field in fields(command):
        value = getattr(command, field.name)
        if isinstance(value, str) and value.startswith("@"):
            changes[field.name] = f"@{value}"
        elif isinstance(value, Identifier) and value.value.startswith("@"):
            changes[field.name] = replace(value, value=f"@{value.value}")
    return replace(command, **changes) if changes else command


def _luhn(digits: str) -> str:
    """The check digit of bank cards and many loyalty cards."""
    doubled = (int(one) * (1 + place % 2) for place, one in enumerate(reversed(f"{digits}0")))
    return str(-sum(one - 9 if one > 9 else one for one in doubled) % 10)

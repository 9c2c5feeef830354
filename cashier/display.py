"""What the buyer sees: a small frozen value made from the snapshot, on its own way to a screen.

It holds nothing that a stranger in the queue should not read (no phone, no full name, no card
number), nothing longer than a screen has room for, and no text that a terminal would obey.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, Field

from cashier.exchange import Frozen, PhoneMessage, System
from cashier.i18n import language
from cashier.receipt import Buyer, Kind, Line, MessageTo, Receipt
from cashier.shop import Shop
from cashier.slip import masked, plain
from cashier.snapshot import AskCode, Snapshot, State

MOST_LINES = 60
"""Of a long receipt the last lines are shown."""
MOST_NAMES = 8
"""Discounts under a line, messages, gifts, coupons."""
MOST_MESSAGES = 100
"""Messages of the phone that are kept."""
_LONGEST = 200
_LONGEST_MESSAGE = 1000
_ENOUGH = 10**30
"""No honest number is larger; what is, could not even be written."""

Text: TypeAlias = Annotated[str, Field(max_length=_LONGEST)]
Texts: TypeAlias = Annotated[tuple[Text, ...], Field(max_length=MOST_NAMES)]
Number: TypeAlias = Annotated[int, Field(ge=-_ENOUGH, le=_ENOUGH)]
"""Minor units, hundredths of points or thousandths of goods, as everywhere."""


class ShownLine(Frozen):
    """One good; ``amount`` is before discounts, ``total`` is what it costs the buyer."""

    number: Number
    name: Text
    quantity: Number
    unit: Text = "pc"
    price: Number
    amount: Number
    total: Number
    discounts: Texts = ()
    """Names of what made it cheaper."""


class ShownPoints(Frozen):
    """Points of a buyer who is known to the system."""

    balance: Number = 0
    earn: Number = 0
    """What this receipt will bring; once it is finished, what it brought."""
    spendable: Number = 0
    spend: Number = 0
    given_back: Number = 0
    taken_back: Number = 0
    later: bool = False
    """The system has not answered: the points are put right later."""


class ShownReceipt(Frozen):
    kind: Kind = Kind.SALE
    lines: Annotated[tuple[ShownLine, ...], Field(max_length=MOST_LINES)] = ()
    """The last ones."""
    count: Number = 0
    """Of all lines."""
    amount: Number = 0
    """Before discounts."""
    discount: Number = 0
    """All discounts but points."""
    points_paid: Number = 0
    """Money that points pay for."""
    rounding: Number = 0
    total: Number = 0
    paid: Number = 0
    due: Number = 0
    change: Number = 0
    buyer: Text = ""
    """'Anna S.', or the end of a number; empty: nobody gave his card."""
    level: Text = ""
    new_level: Text = ""
    """The level that this purchase brought."""
    points: ShownPoints | None = None
    offline: bool = False
    """The system was not reachable: no discounts."""
    messages: Texts = ()
    """What the system wants said to the customer."""
    gifts: Texts = ()
    """Gifts on offer."""
    coupons: Texts = ()
    """Coupons that were printed for the next purchase."""


class Shown(Frozen):
    """All that the customer's display shows at one moment."""

    shop: Text
    club: Text = ""
    """How the loyalty programme is called."""
    language: Literal["ru", "en"] = "en"
    sign: Text = ""
    digits: Annotated[int, Field(ge=0, le=4)] = 2
    training: bool = False
    join: Text = ""
    """What the QR for newcomers says; empty: there is none."""
    state: State = State.IDLE
    code_sent: bool = False
    """The customer was sent a code that the cashier waits for."""
    receipt: ShownReceipt | None = None


class ShownMessage(Frozen):
    """A message on the customer's phone."""

    to: Text
    text: Annotated[str, Field(max_length=_LONGEST_MESSAGE)]
    at: AwareDatetime
    code: Text = ""


class Update(Frozen):
    """One line on the wire: what is new. The first one holds everything."""

    shown: Shown | None = None
    phone: Annotated[tuple[ShownMessage, ...], Field(max_length=MOST_MESSAGES)] = ()


# --- from what the till knows


def shown(now: Snapshot, shop: Shop, system: System | None) -> Shown:
    """What the buyer may see of a snapshot, in the language of the till. Never raises."""
    return Shown(
        shop=_text(shop.name),
        club=_text(shop.loyalty.name or (system.name if system else "")),
        language="ru" if language() == "ru" else "en",
        sign=shop.money.sign,
        digits=shop.money.digits,
        training=shop.training,
        join=_text(shop.loyalty.join),
        state=now.state,
        code_sent=isinstance(now.question, AskCode),
        receipt=_receipt(now, now.receipt) if now.receipt else None,
    )


def phone_message(message: PhoneMessage) -> ShownMessage:
    """A message as the phone pane gets it. Never raises."""
    at = message.at if message.at.utcoffset() is not None else message.at.astimezone()
    return ShownMessage(
        to=_text(message.to), text=plain(message.text), at=at, code=_text(message.code)
    )


def _receipt(now: Snapshot, receipt: Receipt) -> ShownReceipt:
    applied, settled, buyer = receipt.applied, receipt.settled, receipt.buyer
    return ShownReceipt(
        kind=receipt.kind,
        lines=tuple(_line(line) for line in receipt.lines[-MOST_LINES:]),
        count=len(receipt.lines),
        amount=receipt.amount,
        discount=receipt.discount - receipt.paid_with_points,
        points_paid=receipt.paid_with_points,
        rounding=receipt.rounding,
        total=receipt.to_pay,
        paid=receipt.tendered,
        due=receipt.due,
        change=receipt.change if receipt.kind is Kind.SALE else 0,
        buyer=_who(buyer) if buyer else "",
        level=_text(buyer.card.level) if buyer and buyer.card else "",
        new_level=_text((settled.level if settled else "") or receipt.new_level),
        points=_points(now, receipt) if buyer else None,
        offline=applied is not None and applied.offline,
        messages=_texts(_said(receipt)),
        gifts=_texts(gift.name for gift in applied.gifts) if applied and not settled else (),
        coupons=_texts(coupon.title for coupon in settled.to_print) if settled else (),
    )


def _line(line: Line) -> ShownLine:
    return ShownLine(
        number=line.number,
        name=_text(line.name),
        quantity=line.quantity,
        unit=_text(line.unit),
        price=line.price,
        amount=line.amount,
        total=line.total,
        discounts=_texts(given.name for given in line.discounts if given.amount),
    )


def _points(now: Snapshot, receipt: Receipt) -> ShownPoints | None:
    """None for a buyer who is not known yet and need not be told to wait."""
    settled, applied, offer = receipt.settled, receipt.applied, now.offer
    if settled is not None and settled.pending:
        return ShownPoints(later=True)
    card = receipt.buyer.card if receipt.buyer else None
    if card is None:
        return None
    if settled is not None:
        return ShownPoints(
            balance=card.balance if settled.balance is None else settled.balance,
            earn=settled.earned,
            spend=settled.spent,
            given_back=settled.given_back,
            taken_back=settled.taken_back,
        )
    return ShownPoints(
        balance=offer.balance if offer else card.balance,
        earn=applied.earn if applied else 0,
        spendable=offer.spendable if offer else 0,
        spend=receipt.spend,
    )


def _who(buyer: Buyer) -> str:
    """First name and an initial; who has no name sees the end of his number."""
    first, *rest = plain(buyer.customer.name if buyer.customer else "").split() or [""]
    if first and not _is_number(first):
        return _text(first) if not rest else f"{_text(first)[:60]} {rest[0][0]}."
    return masked(plain(buyer.card.number if buyer.card else buyer.identifier.value))


def _is_number(name: str) -> bool:
    """Some systems give a phone or an e-mail for the name of a person."""
    return "@" in name or sum(letter.isdigit() for letter in name) >= 4


def _said(receipt: Receipt) -> Iterator[str]:
    """After the sale only what was said of it: 'buy one more' comes too late."""
    source = receipt.settled or receipt.applied
    for message in source.messages if source else ():
        if message.to is MessageTo.CUSTOMER:
            yield message.text


def _texts(texts: Iterator[str]) -> tuple[str, ...]:
    """Each once, without the empty ones."""
    cut = dict.fromkeys(_text(text) for text in texts)
    return tuple(text for text in cut if text)[:MOST_NAMES]


def _text(text: str) -> str:
    return plain(text)[:_LONGEST]


# --- where the till is heard


HOST = "127.0.0.1"
LARGEST_UPDATE = 1 << 21
"""Bytes of one update with its line feed."""
_FILE = "display.json"


class Address(Frozen):
    """Where a running till is heard, and the password for it; only the user may read it."""

    port: Annotated[int, Field(ge=1, le=65_535)]
    token: Annotated[str, Field(pattern="^[0-9a-f]{32,128}$")]

    def publish(self, folder: Path) -> Path:
        """Write it into the data folder, whole or not at all. Raises OSError."""
        path = folder / _FILE
        part = path.with_name(f".{_FILE}.{os.getpid()}")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(self.model_dump_json())
            part.replace(path)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        return path

    @classmethod
    def of(cls, folder: Path) -> "Address":
        """Of the till that works in the data folder. Raises OSError, ValueError."""
        path = folder / _FILE
        if not path.is_file():
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            return cls.model_validate_json(file.read(4096))

"""What the input line asks for now, and how the answer becomes a command."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from cashier.commands import (
    ApplyCoupon,
    AuthoriseCard,
    CheckCertificate,
    CheckPrice,
    Command,
    CountDrawer,
    EnterCode,
    FindSale,
    Finish,
    GiveDiscount,
    Identify,
    PayPoints,
    ReturnLine,
    SellCertificate,
    SellChecked,
    SetQuantity,
    TakeTender,
    UndoPoints,
)
from cashier.errors import BadInput
from cashier.i18n import _
from cashier.meaning import BuyerCode, SlipCode, meaning
from cashier.money import BadNumber, Currency, parse_amount, parse_points, parse_quantity
from cashier.receipt import Identifier, IdentifierKind, Line, TenderKind
from cashier.snapshot import Snapshot, State
from cashier.typed import read_line
from cashier.workplace import Workplace
from screens.text import shortened

LONGEST_CODE = 8
"""Characters; no system sends a longer confirmation code for people to read out."""


@dataclass(frozen=True)
class Prompt:
    """Something that the cashier is asked to type."""

    label: str
    read: Callable[[str], Command]
    """Raises BadInput. Never called with an empty text."""
    hint: str = ""
    empty: Command | None = None
    """What Enter alone means; None: nothing."""
    searches: bool = False
    """Whether letters look for goods by name."""
    kind: str = ""


def goods(selected: int | None, hint: str = "") -> Prompt:
    return Prompt(
        _("Code, phone or e-mail"),
        lambda text: read_line(text, selected),
        hint,
        searches=True,
        kind="goods",
    )


def money(text: str, currency: Currency) -> int:
    """Minor units. Raises BadInput; a barcode in the wrong field is told apart."""
    if text.isdigit() and len(text) >= 8:
        raise BadInput(_("This looks like a code, not like money: {text}").format(text=_cut(text)))
    try:
        return parse_amount(text, currency)
    except BadNumber:
        raise BadInput(_("Not a sum of money: {text}").format(text=_cut(text))) from None


def cash(currency: Currency, due: str, card_key: str) -> Prompt:
    return Prompt(
        _("Cash received"),
        lambda text: TakeTender(TenderKind.CASH, money(text, currency)),
        _("Enter: {due} exactly    {key}: bank card").format(due=due, key=card_key),
        TakeTender(TenderKind.CASH),
        kind="cash",
    )


def paid(back_key: str) -> Prompt:
    """Everything is paid, and the loyalty system has not taken the sale yet."""
    return Prompt(
        _("All is paid"),
        lambda text: read_line(text),
        _("Enter: try again    {key}: give the money back").format(key=back_key),
        Finish(),
        kind="paid",
    )


def points(most: str, *, spending: bool) -> Prompt:
    def read(text: str) -> Command:
        if text.isdigit() and len(text) >= 8:
            raise BadInput(_("This looks like a code, not like points."))
        try:
            wanted = parse_points(text)
        except BadNumber:
            raise BadInput(_("Not a number of points: {text}").format(text=_cut(text))) from None
        return UndoPoints() if wanted == 0 else PayPoints(wanted)

    hint = _("Enter: all    0: none") if spending else _("Enter: all    Esc: none")
    return Prompt(
        _("Points to spend, at most {most}").format(most=most),
        read,
        hint,
        PayPoints(),
        kind="points",
    )


def quantity_of(text: str) -> int:
    """Thousandths. Raises BadInput."""
    if text.isdigit() and len(text) >= 8:
        raise BadInput(_("This looks like a code, not like a quantity."))
    try:
        return parse_quantity(text)
    except BadNumber:
        raise BadInput(_("Not a quantity: {text}").format(text=_cut(text))) from None


def quantity(line: Line) -> Prompt:
    return Prompt(
        _("Quantity of {name}").format(name=shortened(line.name, 30)),
        lambda text: SetQuantity(line.number, quantity_of(text.strip("*× "))),
        kind="quantity",
    )


def returning(line: Line | None) -> Prompt:
    """During a return: how much of the selected line, or a scan of what comes back."""

    def read(text: str) -> Command:
        if line is None or (text.isdigit() and len(text) >= 6):
            return read_line(text)
        return ReturnLine(line.number, quantity_of(text))

    if line is None:
        label = _("Scan what comes back")
    else:
        label = _("How many come back: {name}").format(name=shortened(line.name, 24))
    return Prompt(label, read, _("+ -    A: all    Enter: refund"), kind="returning")


def customer(place: Workplace) -> Prompt:
    def read(text: str) -> Command:
        found = meaning(text, place.shop.codes, place.catalog)
        if isinstance(found, BuyerCode):
            return Identify(found.identifier)
        if not text.replace(" ", "").isalnum():
            raise BadInput(_("Not a card, phone or e-mail: {text}").format(text=_cut(text)))
        return Identify(Identifier(IdentifierKind.CARD, text.replace(" ", "")))

    return Prompt(_("Customer's card, phone or e-mail"), read, kind="customer")


def coupon() -> Prompt:
    return Prompt(_("Coupon or promo code"), lambda text: ApplyCoupon(text.upper()), kind="coupon")


def code(left: str, attempts: int, new_code_key: str) -> Prompt:
    hint = _("valid {left}, tries left: {n}    {key}: new code")
    if not left:
        hint = _("the code has run out    {key}: new code")
    hint = hint.format(left=left, n=attempts, key=new_code_key)
    return Prompt(_("Code from the customer"), _code, hint, kind="code")


def _code(text: str) -> Command:
    """A scan that lands here must not cost the customer a try."""
    if len(text) > LONGEST_CODE:
        raise BadInput(_("This is not a confirmation code: {text}").format(text=_cut(text)))
    return EnterCode(text)


def sale(place: Workplace) -> Prompt:
    def read(text: str) -> Command:
        found = meaning(text, place.shop.codes, place.catalog)
        if isinstance(found, SlipCode):
            return FindSale(number=found.number)
        card, _space, day = text.partition(" ")
        if day.strip():
            return FindSale(card=card, day=day_of(day.strip(), place.clock.now().date()))
        if isinstance(found, BuyerCode):
            return FindSale(card=found.identifier.value, day=place.clock.now().date())
        return FindSale(number=text.upper())

    return Prompt(
        _("Receipt number, or card and day"), read, _("scan the slip, or: 290… 31.12"), kind="sale"
    )


def counted(currency: Currency) -> Prompt:
    return Prompt(
        _("Counted in the drawer"),
        lambda text: CountDrawer(money(text, currency)),
        _("all the money in it, without the cards"),
        kind="drawer",
    )


def drawer(label: str, currency: Currency, command: Callable[[int, str], Command]) -> Prompt:
    """An amount, and after a blank what it is for."""

    def read(text: str) -> Command:
        amount, _space, why = _amount_first(text)
        return command(money(amount, currency), why.strip())

    return Prompt(label, read, _("amount, and why: 500 change"), kind="drawer")


def _amount_first(text: str) -> tuple[str, str, str]:
    """'1 500,50 for change': digits may stand in groups."""
    words = text.split()
    count = 1
    while count < len(words) and words[count][:1].isdigit():
        count += 1
    return "".join(words[:count]), " ", " ".join(words[count:])


def with_empty(prompt: Prompt, command: Command, hint: str) -> Prompt:
    """The same, with something that Enter alone means."""
    return replace(prompt, empty=command, hint=hint)


def check_price() -> Prompt:
    return Prompt(
        _("Price of"), CheckPrice, _("scan the goods, or type a code    Esc: back"), kind="price"
    )


def checked_price(now: Snapshot) -> Prompt:
    """After a price was told: the next one, or sell it."""
    sells = now.state in (State.IDLE, State.SELLING, State.CALCULATED, State.FINISHED)
    hint = _("Enter: sell it    Esc: back") if sells else _("Esc: back")
    return Prompt(_("Price of"), CheckPrice, hint, SellChecked() if sells else None, kind="price")


def certificate(*, paying: bool) -> Prompt:
    def read(text: str) -> Command:
        number = text.replace(" ", "")
        if paying:
            return TakeTender(TenderKind.CERTIFICATE, reference=number)
        return CheckCertificate(number)

    label = _("Pay with certificate") if paying else _("What is left on certificate")
    return Prompt(label, read, _("scan it, or type its number"), kind="certificate")


def new_certificate() -> Prompt:
    return Prompt(
        _("Number of the certificate"),
        lambda text: SellCertificate(text.replace(" ", "")),
        _("scan the card that is sold    Esc: do not sell"),
        kind="certificate",
    )


def bank_code(amount: str) -> Prompt:
    return Prompt(
        _("Code from the bank for {amount}").format(amount=amount),
        AuthoriseCard,
        _("call the bank    Esc: do not charge the card"),
        kind="bank_code",
    )


def discount(line: Line | None, currency: Currency) -> Prompt:
    def read(text: str) -> Command:
        number = line.number if line else 0
        if text.endswith("%"):
            try:
                return GiveDiscount(number, percent=parse_amount(text[:-1].strip()))
            except BadNumber:
                raise BadInput(_("Not a discount: {text}").format(text=_cut(text))) from None
        return GiveDiscount(number, amount=money(text, currency))

    if line is None:
        label = _("Discount on the whole receipt")
    else:
        label = _("Discount on {name}").format(name=shortened(line.name, 24))
    return Prompt(label, read, _("0: none    a sum, or 10%"), kind="discount")


def day_of(text: str, today: date) -> date:
    """'31.12', '31.12.2026' or '2026-12-31'; without a year the last such day. Raises BadInput."""
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no offset
        except ValueError:
            continue
    try:
        found = datetime.strptime(f"{text}.{today.year}", "%d.%m.%Y").date()  # noqa: DTZ007
    except ValueError:
        raise BadInput(_("Not a day: {text}").format(text=_cut(text))) from None
    return found if found <= today else found.replace(year=today.year - 1)


def _cut(text: str) -> str:
    return shortened(text, 30)

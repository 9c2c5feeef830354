"""What the till knows, in words and sums for the screen. Imported after the first paint."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeAlias

from textual.content import Content

from cashier.commands import Connection
from cashier.events import Tone
from cashier.exchange import PhoneMessage
from cashier.i18n import _, comma, ngettext
from cashier.money import show
from cashier.receipt import (
    Buyer,
    CardStatus,
    IdentifierKind,
    Kind,
    MessageTo,
    Receipt,
    Settled,
    TenderKind,
)
from cashier.snapshot import PriceChecked, Snapshot, State
from cashier.workplace import Workplace
from screens.text import clean, fit, shortened
from screens.widgets.money_view import Fact

Part: TypeAlias = str | tuple[str, str]

STYLES = {
    Tone.GOOD: "$text-success",
    Tone.INFO: "$foreground",
    Tone.WARNING: "$text-warning",
    Tone.ERROR: "bold $text-error",
}
SIGNS = {Tone.GOOD: "✓", Tone.INFO: "·", Tone.WARNING: "!", Tone.ERROR: "×"}
DIM = "dim"


@dataclass(frozen=True)
class Amounts:
    """How sums and points are written in this shop."""

    digits: int = 2

    def money(self, amount: int) -> str:
        return show(amount, self.digits, comma=comma())

    def points(self, points: int) -> str:
        """Hundredths are shown only where there are some."""
        return show(points // 100, 0) if points % 100 == 0 else show(points, 2, comma=comma())


def said(tone: Tone, text: str) -> Content:
    return Content.assemble((f"{SIGNS[tone]} {clean(text)}", STYLES[tone]))


# --- the sum


def headline(now: Snapshot) -> tuple[str, int]:
    """The word and the sum that are seen first."""
    receipt = now.receipt
    if isinstance(now.question, PriceChecked):
        return _("PRICE"), now.question.now
    if receipt is None:
        return _("TOTAL"), 0
    if receipt.kind is Kind.RETURN:
        return _("REFUND"), receipt.to_pay
    if now.state is State.FINISHED:
        cash = any(tender.kind is TenderKind.CASH for tender in receipt.tenders)
        return (_("CHANGE"), receipt.change) if cash else (_("PAID"), receipt.to_pay)
    if now.state is State.PAYING:
        return _("DUE"), receipt.due
    return _("TOTAL"), receipt.total


def facts(now: Snapshot, amounts: Amounts) -> tuple[Fact, ...]:
    """Up to three rows that explain the sum."""
    receipt = now.receipt
    if isinstance(now.question, PriceChecked):
        return tuple(_price_facts(now.question, amounts))
    if receipt is None or not (receipt.lines or receipt.of):
        return ()
    if receipt.kind is Kind.RETURN:
        return tuple(_return_facts(receipt, amounts))
    return tuple(_sale_facts(now, receipt, amounts))[-3:]


def _price_facts(asked: PriceChecked, amounts: Amounts) -> Iterator[Fact]:
    yield shortened(clean(asked.name), 32), "", "row"
    if asked.now != asked.price:
        yield _("On the shelf"), amounts.money(asked.price), "row"
        yield shortened(clean(asked.why), 32), "", "good"
    elif asked.unit == "kg":
        yield _("for one kilogram"), "", "row"


def _return_facts(receipt: Receipt, amounts: Amounts) -> Iterator[Fact]:
    if receipt.of is not None:
        yield _("Return of {number}").format(number=clean(receipt.of.number)), "", "row"
    if receipt.paid_with_points:
        value = amounts.money(receipt.paid_with_points)
        yield _("Was paid with points"), value, "good"


def _sale_facts(now: Snapshot, receipt: Receipt, amounts: Amounts) -> Iterator[Fact]:
    count = len(receipt.lines)
    lines = ngettext("{n} line", "{n} lines", count).format(n=count)
    points = receipt.paid_with_points if receipt.spend else 0
    discount = receipt.discount - points
    yield lines, amounts.money(receipt.amount) if receipt.discount else "", "row"
    if discount:
        yield _("Discounts"), amounts.money(-discount), "good"
    if points:
        yield _("Paid with points"), amounts.money(-points), "good"
    if now.state in (State.PAYING, State.FINISHED):
        if receipt.rounding:
            yield _("Rounding of cash"), amounts.money(receipt.rounding), "row"
        elif receipt.discount:
            yield _("To pay"), amounts.money(receipt.total), "row"
        yield _("Taken"), amounts.money(receipt.tendered), "row"


# --- the customer


def who(buyer: Buyer) -> str:
    """The name, else the number."""
    name = buyer.customer.name if buyer.customer else ""
    return clean(name or (buyer.card.number if buyer.card else buyer.identifier.value))


def buyer_line(now: Snapshot, amounts: Amounts, key: str) -> Content:
    """One row: who buys, level, points, what will be earned."""
    buyer = now.receipt.buyer if now.receipt else None
    if buyer is None and now.state in (State.RETURNING, State.FINISHED, State.PAYING):
        return Content.styled(_("No customer"), DIM)
    if buyer is None:
        return Content.assemble((_("No customer yet"), DIM), (f"  {key}", "$text-accent"))
    parts: list[Part] = [(shortened(who(buyer), 28), "bold")]
    if buyer.card is None:
        return Content.assemble(*parts, ("  ! " + _("not verified"), "$text-warning"))
    if level := _level(now, buyer):
        parts += ["  ", (shortened(level, 14), "$text-accent")]
    if not _is_old_news(now):
        parts += ["  ", (_points_words(now, buyer, amounts), "")]
    trouble = card_trouble(buyer)
    if trouble:
        parts += [(f"  ! {trouble}", "$text-warning")]
    return Content.assemble(*parts)


def _level(now: Snapshot, buyer: Buyer) -> str:
    """The level of the card, or the one that this receipt has brought."""
    settled = now.receipt.settled if now.receipt else None
    return (settled.level if settled else "") or (buyer.card.level if buyer.card else "")


def _is_old_news(now: Snapshot) -> bool:
    """Before a return is settled the card is known as it was at the sale: its points are not."""
    receipt = now.receipt
    if receipt is None or receipt.kind is not Kind.RETURN:
        return False
    return receipt.settled is None or receipt.settled.pending


def _points_words(now: Snapshot, buyer: Buyer, amounts: Amounts) -> str:
    assert buyer.card is not None  # asked before
    receipt = now.receipt
    if receipt is not None and receipt.settled is not None and receipt.settled.balance is not None:
        return _("{points} points now").format(points=amounts.points(receipt.settled.balance))
    words = _("{points} points").format(points=amounts.points(buyer.card.available))
    if receipt is not None and receipt.applied is not None and receipt.applied.earn:
        words += "  " + _("will earn {points}").format(points=amounts.points(receipt.applied.earn))
    return words


def card_trouble(buyer: Buyer) -> str:
    card = buyer.card
    if card is None:
        return ""
    if card.status is CardStatus.BLOCKED:
        return _("card blocked")
    if card.status is CardStatus.INACTIVE:
        return _("card not active")
    if not card.may_spend:
        return _("earning only")
    return "" if card.may_earn else _("spending only")


def buyer_panel(now: Snapshot, amounts: Amounts, room: int) -> Content:
    """The customer, with room for limits."""
    title = _caption(_("Customer"))
    buyer = now.receipt.buyer if now.receipt else None
    if buyer is None:
        over = now.state in (State.RETURNING, State.FINISHED, State.PAYING)
        text = _("No customer") if over else _("Scan a card, or type a phone or e-mail.")
        return Content.assemble(title, "\n", (text, DIM))
    rows: list[Content] = [title, Content.styled(shortened(who(buyer), room), "bold")]
    if buyer.card is None:
        rows.append(
            Content.styled("! " + _("Not verified: kept until the system answers"), "$text-warning")
        )
        return Content("\n").join(rows)
    rows.append(_pair(_card_words(buyer), _level(now, buyer), room, "$text-accent"))
    if trouble := card_trouble(buyer):
        rows.append(Content.styled(f"! {trouble}", "$text-warning"))
    rows += _points_rows(now, buyer, amounts, room)
    return Content("\n").join(rows)


def _card_words(buyer: Buyer) -> str:
    return buyer.card.number if buyer.card else ""


def _moved_rows(kind: Kind, settled: Settled, amounts: Amounts, room: int) -> list[Content]:
    """What the sale or the return did to the points."""
    moved = (
        ((_("Points given back"), settled.given_back), (_("Points taken back"), settled.taken_back))
        if kind is Kind.RETURN
        else ((_("Earned"), settled.earned), (_("Spent"), settled.spent))
    )
    rows = [_pair(name, amounts.points(points), room) for name, points in moved]
    if settled.balance is not None:
        rows.append(_pair(_("Points now"), amounts.points(settled.balance), room, "bold"))
    return rows


def _points_rows(now: Snapshot, buyer: Buyer, amounts: Amounts, room: int) -> list[Content]:
    assert buyer.card is not None  # asked before
    receipt, offer = now.receipt, now.offer
    settled = receipt.settled if receipt else None
    rows = [Content("")]
    if receipt is not None and settled is not None and not settled.pending:
        return [*rows, *_moved_rows(receipt.kind, settled, amounts, room)]
    if _is_old_news(now):
        return []
    balance = offer.balance if offer else buyer.card.balance
    available = offer.available if offer else buyer.card.available
    rows.append(_pair(_("Points"), amounts.points(balance), room))
    rows.append(_pair(_("Available"), amounts.points(available), room))
    if offer is not None:
        rows.append(_pair(_("Can be spent"), amounts.points(offer.spendable), room, "bold"))
        for limit in offer.limits[:2]:
            text = clean(limit.text or limit.name)
            rows += [Content.styled(f"  {part}", DIM) for part in wrap(text, max(8, room - 2))]
    if receipt is not None and receipt.spend:
        rows.append(_pair(_("Spending"), amounts.points(receipt.spend), room, "$text-success"))
    if receipt is not None and receipt.applied is not None and not receipt.applied.offline:
        rows.append(
            _pair(_("Will earn"), amounts.points(receipt.applied.earn), room, "$text-success")
        )
    return rows


# --- news beside the receipt


def news_panel(now: Snapshot, gift_key: str) -> Content:
    """Coupons, gifts, messages of the system, coupons that will be printed."""
    receipt = now.receipt
    rows: list[Content] = []
    if receipt is not None:
        rows += [
            _coupon_row(coupon.name or coupon.code, coupon.verified) for coupon in receipt.coupons
        ]
        rows += _applied_rows(receipt, gift_key)
        rows += _settled_rows(receipt)
    if not rows:
        return Content("")
    return Content("\n").join([_caption(_("On this receipt")), *rows])


def _coupon_row(name: str, verified: bool) -> Content:
    text = _("Coupon: {name}").format(name=clean(name))
    if verified:
        return Content.styled(f"✓ {text}", "$text-success")
    return Content.styled(f"! {text}, " + _("not verified"), "$text-warning")


def _applied_rows(receipt: Receipt, gift_key: str) -> list[Content]:
    applied = receipt.applied
    if applied is None:
        return []
    rows = []
    if applied.offline:
        rows.append(Content.styled("! " + _("No discounts: no connection"), "$text-warning"))
    for gift in applied.gifts:
        text = _("Gift: {name}").format(name=clean(gift.name))
        rows.append(Content.assemble((f"+ {text}", "$text-accent"), (f"  {gift_key}", DIM)))
    for message in applied.messages:
        to = _("To the customer: ") if message.to is MessageTo.CUSTOMER else ""
        if message.to is not MessageTo.SLIP:
            rows.append(Content.assemble((to, DIM), clean(message.text)))
    if receipt.settled is None or receipt.settled.pending:  # later it is said what was printed
        rows += [_printed_row(coupon.title) for coupon in applied.to_print]
    return rows


def _settled_rows(receipt: Receipt) -> list[Content]:
    settled = receipt.settled
    if settled is None:
        return []
    rows = []
    if settled.pending:
        rows.append(Content.styled("! " + _("Waits in the queue"), "$text-warning"))
    if settled.level:
        text = _("New level: {level}").format(level=clean(settled.level))
        rows.append(Content.styled(f"✓ {text}", "$text-success"))
    rows += [Content(clean(message.text)) for message in settled.messages]
    return rows + [_printed_row(coupon.title) for coupon in settled.to_print]


def _printed_row(title: str) -> Content:
    return Content.assemble(_("Will print a coupon: {title}").format(title=clean(title)))


# --- the customer's phone


def phone_panel(messages: list[PhoneMessage], most: int = 6) -> Content:
    """The newest messages, in order of time."""
    rows = [_caption(_("Customer's phone"))]
    if not messages:
        rows.append(Content.styled(_("Nothing received yet"), DIM))
    for message in messages[-most:]:
        head = f"{message.at:%H:%M}  {clean(message.to)}"
        rows += [Content.styled(head, DIM), _with_code(message), Content("")]
    return Content("\n").join(rows)


def phone_line(message: PhoneMessage, room: int) -> Content:
    """The newest message where there is no panel."""
    head = f"{message.at:%H:%M} "
    text = _with_code(message)
    return Content.assemble((_("Phone") + " ", "bold"), (head, DIM), text).truncate(
        room, ellipsis=True
    )


def _with_code(message: PhoneMessage) -> Content:
    text = clean(message.text)
    before, code, after = text.partition(message.code) if message.code else (text, "", "")
    return Content.assemble(before, (code, "bold $text-accent reverse" if code else ""), after)


# --- the status row


def status_left(place: Workplace) -> Content:
    shop = place.shop
    parts: list[Part] = []
    if shop.live:
        parts += [(" " + _("LIVE") + " ", "bold reverse $text-error"), " "]
    parts.append((shortened(shop.name, 30), "bold $foreground"))
    parts.append("  " + _("till {till}").format(till=shop.till))
    if place.cashier:
        parts.append("  " + shortened(place.cashier, 20))
    return Content.assemble(*parts)


def status_right(
    place: Workplace, waiting: int, parked: int, slips: int, queue_key: str, watchers: int = 0
) -> Content:
    name = place.shop.loyalty.name or (place.system.name if place.system else "")
    parts: list[Part] = [(shortened(name, 18) + " ", ""), connection(place)]
    faults = place.plug.armed if place.plug else 0
    if faults:
        parts.append(("   ! " + _("Faults {n}").format(n=faults), "bold $text-error"))
    if waiting:
        parts.append(("   " + _("Queue {n}").format(n=waiting), "$text-warning"))
    if slips:
        parts.append(("   " + _("Slips {n}").format(n=slips), "$text-warning"))
    if parked:
        refused = _("Refused {n}").format(n=parked)
        parts.append((f"   × {refused} {queue_key}".rstrip(), "$text-error"))
    if watchers:
        parts.append(("   ◉ " + _("watched"), DIM))
    parts.append((f"   {place.clock.now():%H:%M}", "bold $foreground"))
    return Content.assemble(*parts)


def connection(place: Workplace) -> Part:
    """A sign, a word and a colour."""
    if place.backend is None:
        return "○ " + _("no loyalty system"), DIM
    plugged = place.plug.connection if place.plug else Connection.ONLINE
    if plugged is Connection.ONLINE and place.replaying:
        return "▸ " + _("from a recording"), "$text-accent"
    reached = place.system is not None and place.exchanges.answering
    if plugged is Connection.ONLINE and not reached:
        return "○ " + _("not reached"), "$text-warning"
    return {
        Connection.ONLINE: ("● " + _("online"), "$text-success"),
        Connection.OFFLINE: ("× " + _("offline"), "bold $text-error"),
        Connection.SLOW: ("~ " + _("slow"), "$text-warning"),
        Connection.LOST_ANSWERS: ("? " + _("losing answers"), "$text-warning"),
    }[plugged]


# --- small parts


def _caption(text: str) -> Content:
    return Content.styled(text, "bold $text-primary")


def _pair(label: str, value: str, room: int, style: str = "") -> Content:
    value = shortened(value, room // 2)
    return Content.assemble((fit(label, room - len(value) - 1) + " ", DIM), (value, style))


def identifier_words(kind: IdentifierKind) -> str:
    return {
        IdentifierKind.CARD: _("card"),
        IdentifierKind.PHONE: _("phone"),
        IdentifierKind.EMAIL: _("e-mail"),
        IdentifierKind.COUPON: _("coupon"),
        IdentifierKind.APP: _("app"),
    }[kind]

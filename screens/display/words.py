"""What the buyer sees, in words, sums and pictures; pure functions of ``Shown``."""

from collections.abc import Iterator
from textwrap import wrap
from typing import TypeAlias

from textual.content import Content

from cashier.display import Shown, ShownPoints, ShownReceipt
from cashier.i18n import _, comma, ngettext
from cashier.money import show
from cashier.printing.barcodes import qr_rows
from cashier.receipt import Kind
from cashier.snapshot import State
from cashier.words import points_text
from screens.big import ROWS, big, fitting
from screens.text import clean, fit, shortened, width

Pair: TypeAlias = tuple[str, str, str]
"""A label, its value, and the style of the value."""

DIM = "dim"
STRONG = "bold"
GOOD = "$text-success"
ACCENT = "$text-accent"
WARNING = "$text-warning"
CAPTION = "bold $text-primary"
QR_STYLE = "#000000 on #ffffff"
"""Dark on light in every theme: the other way round scanners do not read it."""
_MOST_NEWS = 4
_GAP = 4


def money(shown: Shown, amount: int) -> str:
    return show(amount, shown.digits, comma=comma())


# --- above the lines


def shop(shown: Shown) -> Content:
    return Content.styled(clean(shown.shop), STRONG)


def buyer(receipt: ShownReceipt) -> Content:
    """Who was recognised, with his level."""
    level = shortened(receipt.new_level or receipt.level, 20)
    return Content.assemble(
        (shortened(receipt.buyer, 30), STRONG), ("   " + level if level else "", ACCENT)
    )


# --- the sum


def headline(shown: Shown, receipt: ShownReceipt) -> tuple[str, int]:
    """The word and the sum that are seen first."""
    if receipt.kind is Kind.RETURN:
        return _("REFUND"), receipt.total
    if shown.state is State.PAYING:
        return _("DUE"), receipt.due
    if shown.state is State.FINISHED:
        return (_("CHANGE"), receipt.change) if receipt.change else (_("PAID"), receipt.total)
    return _("TOTAL"), receipt.total


def total(shown: Shown, receipt: ShownReceipt, room: int, *, twice: bool) -> Content:
    """The word, and under it the sum as large as it fits; ``twice`` wishes double size."""
    word, amount = headline(shown, receipt)
    text = money(shown, amount)
    scale = fitting(text, room, 2 * ROWS if twice else ROWS)
    rows = big(text, scale) if scale else (text,)
    style = GOOD if shown.state is State.FINISHED else "$accent"
    sign = f", {shortened(shown.sign, 4)}" if shown.sign else ""
    return Content.assemble((word + sign, STRONG), "\n", ("\n".join(rows), f"bold {style}"))


def facts(shown: Shown, receipt: ShownReceipt, room: int) -> Content:
    """What explains the sum."""
    if receipt.kind is Kind.RETURN:
        return _column(_return_facts(shown, receipt), room)
    if shown.state is State.FINISHED:
        return _column(_finished_facts(shown, receipt), room)
    return _column(_sale_facts(shown, receipt), room)


def _return_facts(shown: Shown, receipt: ShownReceipt) -> Iterator[Pair]:
    yield _("Return"), "", ""
    if receipt.points_paid:
        yield _("Was paid with points"), money(shown, receipt.points_paid), ""


def _sale_facts(shown: Shown, receipt: ShownReceipt) -> Iterator[Pair]:
    lines = ngettext("{n} line", "{n} lines", receipt.count).format(n=receipt.count)
    cheaper = receipt.discount or receipt.points_paid or receipt.rounding
    yield lines, money(shown, receipt.amount) if cheaper else "", ""
    if receipt.discount:
        yield _("Discounts"), money(shown, -receipt.discount), GOOD
    if receipt.points_paid:
        yield _("Paid with points"), money(shown, -receipt.points_paid), GOOD
    if receipt.rounding:
        yield _("Rounding of cash"), money(shown, receipt.rounding), ""
    if receipt.paid:
        if cheaper:
            yield _("To pay"), money(shown, receipt.total), STRONG
        yield _("Taken"), money(shown, receipt.paid), ""


def _finished_facts(shown: Shown, receipt: ShownReceipt) -> Iterator[Pair]:
    if saved := receipt.discount + receipt.points_paid:
        yield _("You saved"), money(shown, saved), GOOD
    if receipt.change:
        yield _("To pay"), money(shown, receipt.total), STRONG
        yield _("Taken"), money(shown, receipt.paid), ""


def _column(pairs: Iterator[Pair], room: int) -> Content:
    return Content("\n").join(_pair(*pair, room) for pair in pairs)


def _pair(label: str, value: str, style: str, room: int) -> Content:
    value = shortened(value, room)
    left = room - width(value) - 1
    return Content.assemble((fit(label, max(0, left)) + " ", DIM), (value, style))


# --- points and news


def points(shown: Shown, receipt: ShownReceipt, room: int) -> Content:
    """What the points do, in one row; who has not shown a card is asked for it."""
    if receipt.kind is Kind.RETURN:
        return Content("")  # what it does to them is known when it is done
    if receipt.points is None:
        if receipt.buyer or not shown.club or shown.code_sent:
            return Content("")
        text = _("Have a card of {club}? Show it, please.").format(club=shortened(shown.club, 40))
        return Content.styled(text, DIM)
    parts = [Content.styled(text, style) for text, style in _points_parts(receipt.points)]
    while len(parts) > 1 and sum(part.cell_length + _GAP for part in parts) - _GAP > room:
        parts.pop()
    return Content(" " * _GAP).join(parts)


def _points_parts(points: ShownPoints) -> Iterator[tuple[str, str]]:
    if points.spend:
        yield _("Spending {points} points").format(points=points_text(points.spend)), GOOD
    elif points.spendable:
        yield _("You can spend {points} points").format(points=points_text(points.spendable)), GOOD
    if points.earn:
        yield _("You will earn {points}").format(points=points_text(points.earn)), GOOD
    yield _("Balance {points}").format(points=points_text(points.balance)), DIM


def news(shown: Shown, receipt: ShownReceipt) -> Content:
    """What the customer should read besides."""
    rows = [Content.styled(text, style) for text, style in _news(shown, receipt)]
    return Content("\n").join(rows[:_MOST_NEWS])


def _news(shown: Shown, receipt: ShownReceipt) -> Iterator[tuple[str, str]]:
    if shown.code_sent:
        yield _code_sent(), f"bold {ACCENT}"
    if receipt.offline:
        yield _("No connection: no discounts for now"), WARNING
    for name in receipt.gifts:
        yield _("A gift for you: {name}").format(name=clean(name)), ACCENT
    for text in receipt.messages:
        yield clean(text), ""
    for title in receipt.coupons:
        yield _("A coupon for your next purchase: {title}").format(title=clean(title)), ACCENT


def _code_sent() -> str:
    return _("We sent you a code: tell it to the cashier, please.")


# --- instead of the lines


def waiting() -> Content:
    return Content.styled(_("Waiting for the till"), DIM)


def greeting(shown: Shown, receipt: ShownReceipt | None, columns: int, rows: int) -> Content:
    """The shop, and how to join its club; who is known already is greeted by name."""
    head = Content.styled(clean(shown.shop), CAPTION)
    if shown.state is State.CLOSED:
        return Content("\n\n").join([head, Content(_("This till is closed"))])
    name = receipt.buyer if receipt else ""
    word = _("Welcome, {name}").format(name=clean(name)) if name else _("Welcome")
    asked = shown.code_sent and receipt is None  # beside a receipt the news say it
    parts = [head, Content(_code_sent() if asked else word)]
    if shown.join and not name:
        parts += _invitation(shown, columns, rows - 8)
    return Content("\n\n").join(parts)


def _invitation(shown: Shown, columns: int, rows: int) -> list[Content]:
    """The QR with what it is for; where it does not fit, what it says."""
    club = shortened(shown.club, 40)
    text = _("Scan the code to join {club}").format(club=club) if club else _("Scan to join")
    picture = tuple(qr_rows(shown.join, columns))
    if picture and len(picture) * 2 <= rows and len(picture[0]) * 2 <= columns:
        picture = _doubled(picture)  # it is read from farther away
    if not picture or len(picture) > rows:
        return [Content.styled(text, DIM), Content(shortened(shown.join, columns))]
    return [Content.styled("\n".join(picture), QR_STYLE), Content.styled(text, DIM)]


def _doubled(rows: tuple[str, ...]) -> tuple[str, ...]:
    """A picture of blocks twice as wide and twice as high."""
    return tuple("".join(halves[block] for block in row) for row in rows for halves in _HALVES)


_HALVES = (
    {" ": "  ", "▀": "██", "▄": "  ", "█": "██"},
    {" ": "  ", "▀": "  ", "▄": "██", "█": "██"},
)
"""The upper and the lower half of a block, each a row of its own."""


def thanks(shown: Shown, receipt: ShownReceipt, columns: int) -> Content:
    """The last word of a sale or a return: what became of the points."""
    room = min(44, columns)
    back = receipt.kind is Kind.RETURN
    word = _("The return is done") if back else _("Thank you for your purchase")
    parts = [Content.styled(word, CAPTION)]
    if receipt.points is not None and receipt.points.later:
        parts.append(Content.styled(_("Points will be added later"), WARNING))
    elif receipt.points is not None:
        parts.append(_column(_settled(receipt.points), room))
    if receipt.new_level:
        text = _("New level: {level}").format(level=clean(receipt.new_level))
        parts.append(Content.styled(text, f"bold {ACCENT}"))
    said = [
        Content.styled("\n".join(wrap(text, max(8, columns))), style)
        for text, style in _news(shown, receipt)
    ]
    if said:
        parts.append(Content("\n").join(said[:_MOST_NEWS]))
    return Content("\n\n").join(parts)


def _settled(points: ShownPoints) -> Iterator[Pair]:
    for label, value in (
        (_("Points earned"), points.earn),
        (_("Points spent"), points.spend),
        (_("Points given back"), points.given_back),
        (_("Points taken back"), points.taken_back),
    ):
        if value:
            yield label, points_text(value), GOOD
    yield _("Points now"), points_text(points.balance), STRONG

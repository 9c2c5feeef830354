"""The pages to read: help, a slip, why a line costs what it costs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from textual import events

from cashier.i18n import _, comma
from cashier.money import show_quantity
from cashier.receipt import Discount, Line, Source
from screens.deeds import BY_ID, DEEDS
from screens.dialogs.reading import Printed, Reading
from screens.text import capital, clean, fit

if TYPE_CHECKING:
    from cashier.slip import Slip
    from screens.keys import KeyMap
    from screens.lights import Lights
    from screens.showing import Amounts


_KEYS, _TEXT = 21, 46
"""Cells for the keys, and for what they do; together they fit into 80 columns."""


def help_page(lights: "Lights") -> Reading:
    """Every key, from the list that the keys themselves are made of."""
    keys = lights.keys
    rows: list[Printed] = [(_("On the input line"), "", "caption")]
    for text, what in (*_typed(keys), *_words(keys)):
        rows += _explained(text, what, "row")
    rows += [("", "", "row"), (_("Keys (bright: they do something now)"), "", "caption")]
    for deed in DEEDS:
        names = ", ".join(keys.names(deed)) or _("no key")
        rows += _explained(names, _(deed.help), "row" if lights.lit(deed) else "dim")
    rows += _explained("Ctrl+P", _("Everything by name; language; colours"), "row")
    return Reading(_("Help"), rows, columns=_KEYS + _TEXT + 1)


def _explained(left: str, what: str, style: str) -> list[Printed]:
    """What is pressed or typed, and what it does, in as many rows as it takes."""
    names, parts = wrap(left, _KEYS - 1), wrap(what, _TEXT)
    return [
        (fit(name, _KEYS) + part, "", style)
        for name, part in zip_longest(names, parts, fillvalue="")
    ]


def _typed(keys: "KeyMap") -> tuple[tuple[str, str], ...]:
    return (
        (_("code, 3*code"), _("sell goods; three of them")),
        (_("*3"), _("quantity of the selected line")),
        (_("letters"), _("look for goods by name")),
        (_("phone, e-mail, card"), _("the customer")),
        (_("coupon, promo code"), _("applied at once")),
        (_("receipt number"), _("return")),
        (_("Enter"), _("on an empty line: total, cash, next customer")),
        (
            _("500 and {cash} or {card}").format(
                cash=keys.name(BY_ID["cash"]), card=keys.name(BY_ID["card"])
            ),
            _("so much in cash, or by bank card"),
        ),
        (_("↑ ↓"), _("choose a line of the receipt; Enter: why this price")),
        (_("Esc"), _("back; stops waiting for an answer")),
    )


def _words(keys: "KeyMap") -> tuple[tuple[str, str], ...]:
    """What words typed on the line take with them, where there are such words."""
    if not keys.words:
        return ()
    code, number = _("code"), _("number")

    def word(name: str) -> str:
        return next(iter(keys.names(BY_ID[name])), "")

    said = {name: pressed for pressed, name in keys.pseudo.items()}
    return (
        (f"{word('void')} {code}", _("take the line with this code off")),
        (f"{number} {word('customer')}", _("the customer with this card or phone")),
        (f"10 {word('line_discount')}", _("a discount of ten per cent")),
        (f"500 {word('cash')}", _("so much in cash")),
        (f"{said.get('search', '')} {_('letters')}", _("look for goods by name")),
        (said.get("clear", ""), _("back, as Esc does")),
    )


def slip_page(slip: "Slip", people: Iterable[str] = ()) -> Reading:
    from cashier.printing.text import lines

    columns = 42
    rows: list[Printed] = [(row, "", "row") for row in lines(slip, columns)]
    return Reading(_("Slip"), rows, columns=columns, people=people)


class WhyPage(Reading):
    """S shows the answer of the loyalty system that brought this price, if there is one."""

    def __init__(
        self, title: str, rows: Sequence[Printed], show_answer: Callable[[], None] | None
    ) -> None:
        self._show_answer = show_answer
        super().__init__(title, rows, columns=_WHY)

    def show_keys(self, keys: str) -> None:
        answer = _("S: what the system answered") + "    " if self._show_answer else ""
        super().show_keys(answer + keys)

    def on_key(self, event: events.Key) -> None:
        """Only what is more than in any text: Textual asks the class below as well."""
        if event.character in _ANSWER and self._show_answer is not None:
            self.dismiss(None)
            self.app.call_later(self._show_answer)


_ANSWER = ("s", "S", "ы", "Ы")
"""Letters that lead to the answer."""


def why_page(
    line: Line, amounts: "Amounts", show_answer: Callable[[], None] | None = None
) -> Reading:
    """The arithmetic of one line: what it cost, who took how much off, what is left."""
    quantity = show_quantity(line.quantity, comma=comma())
    rows: list[Printed] = [
        (f"{quantity} × {amounts.money(line.price)}", amounts.money(line.amount), "row"),
    ]
    if len({given.system for given in line.discounts if given.source in _OF_SYSTEMS}) > 1:
        rows += _walked(line, amounts)
    else:
        for discount in line.discounts:
            rows += _discount_rows(discount, amounts)
    if not line.discounts:
        rows.append((_("Nothing was taken off this line."), "", "dim"))
    rows += [("", "", "row"), (_("To pay for this line"), amounts.money(line.total), "caption")]
    if line.lowest:
        lowest = _("Lowest price: {price}").format(price=amounts.money(line.lowest))
        rows.append((lowest, "", "dim"))
    return WhyPage(clean(line.name), rows, show_answer)


_WHY = 60
"""Cells for the arithmetic of a line."""


_OF_SYSTEMS = (Source.PROMOTION, Source.COUPON, Source.LEVEL)
"""What a loyalty system gives by itself; the cashier's discount and points come from outside."""


def _walked(line: Line, amounts: "Amounts") -> Iterator[Printed]:
    """Through several systems, one after another: the price before, what each did, the price
    after."""
    price = line.amount
    for place, (who, group) in enumerate(groupby(line.discounts, key=_giver), 1):
        given = tuple(group)
        yield "", "", "row"
        for turn, part in enumerate(wrap(who, _WHY - 6) or [""]):
            yield f"{place}. {part}" if turn == 0 else f"   {part}", "", "caption"
        yield "   " + _("Price before"), amounts.money(price), "dim"
        for discount in given:
            about = " · ".join(filter(None, (clean(discount.why), source_words(discount.source))))
            yield from _given_rows(discount, about, amounts, "   ")
        price -= sum(discount.amount for discount in given)
        yield "   " + _("Price after"), amounts.money(price), "dim"


def _giver(discount: Discount) -> str:
    """Who gave it, as a heading."""
    alone = discount.source not in _OF_SYSTEMS or not discount.system
    return capital(source_words(discount.source)) if alone else clean(discount.system)


def _discount_rows(discount: Discount, amounts: "Amounts") -> list[Printed]:
    parts = (clean(discount.why), source_words(discount.source), clean(discount.system))
    return _given_rows(discount, " · ".join(part for part in parts if part), amounts)


def _given_rows(
    discount: Discount, about: str, amounts: "Amounts", margin: str = ""
) -> list[Printed]:
    name = margin + clean(discount.name)
    rows: list[Printed] = [(name, amounts.money(-discount.amount), "good")]
    inner = margin + "  "
    return rows + [(inner + row, "", "dim") for row in wrap(about, _WHY - 2 - len(inner))]


def source_words(source: Source) -> str:
    return {
        Source.PROMOTION: _("promotion"),
        Source.COUPON: _("coupon"),
        Source.LEVEL: _("level of the card"),
        Source.POINTS: _("points spent"),
        Source.HAND: _("by hand"),
    }[source]

"""The pages to read: help, a slip, why a line costs what it costs."""

from typing import TYPE_CHECKING

from cashier.i18n import _, comma
from cashier.money import show_quantity
from cashier.receipt import Discount, Line, Source
from screens.deeds import DEEDS, Deed, key_name
from screens.dialogs.reading import Printed, Reading
from screens.text import clean

if TYPE_CHECKING:
    from cashier.slip import Slip
    from screens.lights import Lights
    from screens.showing import Amounts


def help_page(lights: "Lights") -> Reading:
    """Every key, from the list that the keys themselves are made of."""
    rows: list[Printed] = [
        (_("On the input line"), "", "head"),
        *((text, what, "row") for text, what in _typed()),
        ("", "", "row"),
        (_("Keys (bright: they do something now)"), "", "head"),
        *(_deed_row(deed, lights) for deed in DEEDS),
        ("Ctrl+P " + _("Everything by name, language, colours"), "", "row"),
    ]
    return Reading(_("Help"), rows, columns=72)


def _typed() -> tuple[tuple[str, str], ...]:
    return (
        (_("code, 3*code"), _("sell goods; three of them")),
        (_("*3 on a selected line"), _("its quantity")),
        (_("letters"), _("look for goods by name")),
        (_("phone, e-mail, card"), _("the customer")),
        (_("coupon, promo code"), _("applied at once")),
        (_("receipt number"), _("return")),
        (_("Enter on an empty line"), _("go on: total, cash, next customer")),
        (_("500 then F9 or F10"), _("so much in cash or by bank card")),
        (_("Esc"), _("back; stops waiting for an answer")),
    )


def _deed_row(deed: Deed, lights: "Lights") -> Printed:
    names = ", ".join(key_name(key) for key in deed.keys.split(","))
    return f"{names:<20}{_(deed.help)}", "", "row" if lights.lit(deed) else "dim"


def slip_page(slip: "Slip") -> Reading:
    from cashier.printing.text import lines

    columns = 42
    rows: list[Printed] = [(row, "", "row") for row in lines(slip, columns)]
    return Reading(_("Slip"), rows, columns=columns)


def why_page(line: Line, amounts: "Amounts") -> Reading:
    """The arithmetic of one line: what it cost, who took how much off, what is left."""
    quantity = show_quantity(line.quantity, comma=comma())
    rows: list[Printed] = [
        (f"{quantity} × {amounts.money(line.price)}", amounts.money(line.amount), "row"),
        ("", "", "row"),
    ]
    for discount in line.discounts:
        rows += _discount_rows(discount, amounts)
    if not line.discounts:
        rows += [(_("Nothing was taken off this line."), "", "dim"), ("", "", "row")]
    rows.append((_("To pay for this line"), amounts.money(line.total), "head"))
    if line.lowest:
        lowest = _("Lowest price: {price}").format(price=amounts.money(line.lowest))
        rows += [("", "", "row"), (lowest, "", "dim")]
    return Reading(clean(line.name), rows, columns=60)


def _discount_rows(discount: Discount, amounts: "Amounts") -> list[Printed]:
    source = source_words(discount.source)
    system = f", {clean(discount.system)}" if discount.system else ""
    rows: list[Printed] = [(clean(discount.name), amounts.money(-discount.amount), "good")]
    if discount.why:
        rows.append((f"  {clean(discount.why)}", "", "row"))
    return [*rows, (f"  {source}{system}", "", "dim"), ("", "", "row")]


def source_words(source: Source) -> str:
    return {
        Source.PROMOTION: _("promotion"),
        Source.COUPON: _("coupon"),
        Source.LEVEL: _("level of the card"),
        Source.POINTS: _("points spent"),
    }[source]

"""What can be expected: facts about the till and its receipt, by name, in the units of people.

Each fact is one small function; ``FACTS`` lists them. What a fact is compared with is read when the
scenario is read, so a fact that does not exist is found before anything runs. It may be another
fact of a receipt that has a name: ``@sale.total``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from cashier.config import Where
from cashier.i18n import _
from cashier.money import BadNumber, parse_amount, parse_points, parse_quantity, show
from cashier.receipt import Card, Line, Receipt, Settled, Source
from cashier.scenario.source import Source as File
from cashier.scenario.units import snake
from cashier.snapshot import PriceChecked

if TYPE_CHECKING:
    from cashier.scenario.stage import Stage

Value: TypeAlias = int | str | bool | tuple[str, ...] | tuple[int, ...] | None
"""None: there is no such thing now."""


@dataclass(frozen=True)
class View:
    """What facts look at."""

    stage: "Stage"
    receipt: Receipt | None
    """The one that is asked about: the open or just finished one, or one that was named."""

    @property
    def card(self) -> Card | None:
        """Of the buyer, as the system told it."""
        buyer = self.receipt.buyer if self.receipt else None
        return buyer.card if buyer else None

    @property
    def settled(self) -> Settled:
        """All zero before the receipt is saved."""
        return (self.receipt.settled if self.receipt else None) or Settled()


@dataclass(frozen=True)
class Fact:
    name: str
    unit: str
    """``money``, ``points``, ``quantity``, ``number``, ``text``, ``flag``, ``list`` (in any order),
    ``sums`` (amounts, in order), ``words`` (a text that contains them)."""
    get: Callable[[View], Value]
    words: str
    """What it is, for people."""


FACTS: dict[str, Fact] = {}


def _fact(unit: str) -> Callable[[Callable[[View], Value]], Callable[[View], Value]]:
    def register(get: Callable[[View], Value]) -> Callable[[View], Value]:
        FACTS[get.__name__] = Fact(get.__name__, unit, get, (get.__doc__ or "").strip())
        return get

    return register


def _of_receipt(name: str, unit: str, get: Callable[[Receipt], Value], words: str) -> None:
    def of_view(view: View) -> Value:
        return get(view.receipt) if view.receipt else None

    FACTS[name] = Fact(name, unit, of_view, words)


def _of_settled(name: str, unit: str, get: Callable[[Settled], Value], words: str) -> None:
    FACTS[name] = Fact(name, unit, lambda view: get(view.settled), words)


# --- the receipt

_of_receipt("amount", "money", lambda it: it.amount, "The goods before discounts.")
_of_receipt("discount", "money", lambda it: it.discount, "All discounts, points among them.")
_of_receipt("total", "money", lambda it: it.total, "What is to be paid.")
_of_receipt("to_pay", "money", lambda it: it.to_pay, "The total, rounded where cash is.")
_of_receipt("rounding", "money", lambda it: it.rounding, "What rounding of cash adds.")
_of_receipt("due", "money", lambda it: it.due, "What is still to be paid.")
_of_receipt("change", "money", lambda it: it.change, "What the buyer gets back.")
_of_receipt("tendered", "money", lambda it: it.tendered, "Money taken so far.")
_of_receipt("paid_with_points", "money", lambda it: it.paid_with_points, "Paid with points.")
_of_receipt("spend", "points", lambda it: it.spend, "Points that pay for this receipt.")
_of_receipt("lines", "number", lambda it: len(it.lines), "How many lines there are.")
_of_receipt(
    "pieces", "quantity", lambda it: sum(line.quantity for line in it.lines), "All quantities."
)
_of_receipt("goods", "list", lambda it: tuple(line.sku for line in it.lines), "What is sold.")
_of_receipt(
    "line_totals",
    "sums",
    lambda it: tuple(line.total for line in it.lines),
    "Line by line, to pay.",
)
_of_receipt(
    "line_discounts",
    "sums",
    lambda it: tuple(line.discount for line in it.lines),
    "Line by line, all discounts.",
)
_of_receipt("number", "text", lambda it: it.number, "The number on the slip.")
_of_receipt("receipt_id", "text", lambda it: it.receipt_id, "The id of the receipt.")
_of_receipt(
    "operation_id",
    "text",
    lambda it: f"{it.receipt_id}:{it.kind.value}",
    "Under which it is saved.",
)
_of_receipt("kind", "text", lambda it: it.kind.value, "sale or return.")
_of_receipt("refund", "money", lambda it: it.to_pay, "What a return gives back.")
_of_receipt("new_level", "text", lambda it: it.new_level, "The level taken before the sale.")
_of_receipt(
    "reasons", "list", lambda it: _reasons(it.lines), "Ids of the rules that gave discounts."
)
_of_receipt(
    "coupons", "list", lambda it: tuple(one.code for one in it.coupons), "Coupons on the receipt."
)


def _reasons(lines: tuple[Line, ...]) -> tuple[str, ...]:
    given = (one for line in lines for one in line.discounts if one.source is not Source.POINTS)
    return tuple(sorted({one.rule or one.source.value for one in given}))


@_fact("points")
def earn(view: View) -> Value:
    """Points that this receipt would earn."""
    applied = view.receipt.applied if view.receipt else None
    return applied.earn if applied else None


@_fact("flag")
def offline(view: View) -> Value:
    """The system gave no prices: sold without discounts."""
    applied = view.receipt.applied if view.receipt else None
    return bool(applied and applied.offline)


@_fact("list")
def gifts(view: View) -> Value:
    """Goods that the buyer may take as a gift."""
    applied = view.receipt.applied if view.receipt else None
    return tuple(sku for gift in applied.gifts for sku in gift.skus) if applied else ()


# --- the buyer


@_fact("text")
def card(view: View) -> Value:
    """The number of the buyer's card."""
    return view.card.number if view.card else None


@_fact("text")
def customer(view: View) -> Value:
    """The name of the buyer."""
    buyer = view.receipt.buyer if view.receipt else None
    return buyer.customer.name if buyer and buyer.customer else None


@_fact("flag")
def verified(view: View) -> Value:
    """The system knows the buyer."""
    return bool(view.receipt and view.receipt.buyer and view.receipt.buyer.verified)


@_fact("text")
def level(view: View) -> Value:
    """The level of the card: after the sale the one that it reached."""
    if view.settled.level:
        return view.settled.level
    return view.card.level if view.card else None


@_fact("points")
def balance(view: View) -> Value:
    """All points of the buyer, after the sale if there was one."""
    if view.settled.balance is not None:
        return view.settled.balance
    return view.card.balance if view.card else None


@_fact("points")
def available(view: View) -> Value:
    """Points of the buyer that are active now."""
    if view.settled.available is not None:
        return view.settled.available
    return view.card.available if view.card else None


@_fact("points")
def spendable(view: View) -> Value:
    """How many points this receipt may be paid with."""
    offer = view.stage.now.offer
    return offer.spendable if offer else None


# --- what came of it

_of_settled("earned", "points", lambda it: it.earned, "Points that the sale earned.")
_of_settled("spent", "points", lambda it: it.spent, "Points that the sale spent.")
_of_settled("points_back", "points", lambda it: it.given_back, "Points given back by a return.")
_of_settled("points_taken", "points", lambda it: it.taken_back, "Points taken back by a return.")
_of_settled("pending", "flag", lambda it: it.pending, "It waits in the queue.")


@_fact("text")
def printed_coupon(view: View) -> Value:
    """The code of the first coupon that came out with the slip."""
    applied = view.receipt.applied if view.receipt else None
    printed = (*(applied.to_print if applied else ()), *view.settled.to_print)
    return next((one.code for one in printed if one.code), None)


# --- the till


@_fact("text")
def state(view: View) -> Value:
    """closed, idle, selling, calculated, paying, finished, returning."""
    return view.stage.now.state.value


@_fact("text")
def question(view: View) -> Value:
    """What the till asks: the name of the question (ask_code, ask_card, ...), or none."""
    asked = view.stage.now.question
    return snake(type(asked).__name__) if asked else "none"


@_fact("number")
def attempts(view: View) -> Value:
    """Tries that are left for a code or a PIN."""
    return getattr(view.stage.now.question, "attempts", None)


@_fact("money")
def price(view: View) -> Value:
    """At a price check: what one costs this buyer now."""
    asked = view.stage.now.question
    return asked.now if isinstance(asked, PriceChecked) else None


@_fact("number")
def outbox(view: View) -> Value:
    """Documents that wait for the system."""
    return view.stage.desk.waiting


@_fact("number")
def parked(view: View) -> Value:
    """Documents that the system refused."""
    return view.stage.desk.parked


@_fact("number")
def held(view: View) -> Value:
    """Receipts that are put aside."""
    return view.stage.desk.journal.held_count


@_fact("number")
def slips(view: View) -> Value:
    """Slips printed so far."""
    return len(view.stage.tray.slips)


@_fact("words")
def said(view: View) -> Value:
    """What the till said to the cashier at this step."""
    return "\n".join(view.stage.said)


@_fact("words")
def slip(view: View) -> Value:
    """What stands on the last slip."""
    return view.stage.last_slip


@_fact("words")
def message(view: View) -> Value:
    """The last message on the customer's phone."""
    return view.stage.phone[-1].text if view.stage.phone else None


# --- what is expected of a fact


@dataclass(frozen=True)
class Difference:
    """A fact that is not what was expected."""

    fact: str
    expected: str
    came: str


@dataclass(frozen=True)
class Same:
    """Not a value, but what a fact of a named receipt is by then: ``@sale.total``."""

    of: str
    fact: Fact

    def __str__(self) -> str:
        return f"@{self.of}.{self.fact.name}"


@dataclass(frozen=True)
class Expected:
    fact: Fact
    value: Value | Same
    how: str = "is"
    """``is``, ``at_least``, ``at_most``, ``not``."""
    of: str = ""
    """The name of the receipt that it is about; empty: the one at hand."""

    def differs(self, view: View) -> Difference | None:
        came, value, told = self.fact.get(view), self.value, ""
        if isinstance(value, Same):
            told = f" ({value})"
            value = value.fact.get(View(view.stage, view.stage.receipt(value.of)))
        if self._fits(came, value):
            return None
        how = {"at_least": "≥ ", "at_most": "≤ ", "not": "≠ "}.get(self.how, "")
        where = ".".join(part for part in (self.of, self.fact.name) if part)
        expected = how + written(self.fact.unit, value) + told
        return Difference(where, expected, written(self.fact.unit, came))

    def _fits(self, came: Value, value: Value) -> bool:
        if self.fact.unit == "words":
            found = isinstance(came, str) and str(value).casefold() in came.casefold()
            return found is (self.how == "is")
        if self.fact.unit == "list" and isinstance(came, tuple) and isinstance(value, tuple):
            same = sorted(map(str, came)) == sorted(map(str, value))
            return same is (self.how == "is")
        if self.how in ("at_least", "at_most"):
            if not isinstance(came, int) or not isinstance(value, int):
                return False
            return came >= value if self.how == "at_least" else came <= value
        return (came == value) is (self.how == "is")


_PARSE: dict[str, Callable[[str], int]] = {
    "money": parse_amount,
    "points": parse_points,
    "quantity": parse_quantity,
    "number": int,
}
_DIGITS = {"money": 2, "points": 2, "quantity": 3, "number": 0}
HOWS = ("at_least", "at_most", "not")


def expectations(
    data: Any, file: File, at: Where, known: frozenset[str], facts: dict[str, Fact] = FACTS
) -> tuple[Expected, ...]:
    """What stands behind ``expect:``. Raises ConfigError that names line and field.

    ``known``: names of receipts that can be asked about.
    """
    if not isinstance(data, dict) or not data:
        raise file.wrong(at, _("expected facts: {example}").format(example="{total: 513.00}"))
    of = data.get("of", "")
    if of and of not in known:
        raise file.wrong((*at, "of"), _("no step before is named so (as: {name})").format(name=of))
    found: list[Expected] = []
    for name, given in data.items():
        if name == "of":
            continue
        if name not in facts:
            text = _("there is no such fact; known are: {known}")
            raise file.wrong((*at, name), text.format(known=", ".join(sorted(facts))))
        found.extend(_compared(facts[name], given, str(of), file, (*at, name), known))
    return tuple(found)


def _compared(
    fact: Fact, given: Any, of: str, file: File, at: Where, known: frozenset[str]
) -> list[Expected]:
    if not isinstance(given, dict):
        given = {"is": given}
    elif not given or set(given) - set(HOWS):
        raise file.wrong(at, _("expected one of {known}").format(known=", ".join(HOWS)))
    found = []
    for how, value in given.items():
        here = at if how == "is" else (*at, how)
        same = _same(fact, value, file, here, known)
        found.append(Expected(fact, same or _value(fact, value, file, here), how, of))
    return found


_REFERENCE = re.compile(r"@([^@.][^.]*)\.([a-z_]+)")


def _same(fact: Fact, given: Any, file: File, at: Where, known: frozenset[str]) -> Same | None:
    """``@sale.total``; None: a plain value."""
    found = _REFERENCE.fullmatch(given) if isinstance(given, str) else None
    if found is None or found[2] not in FACTS:
        return None
    name, other = found[1], FACTS[found[2]]
    if name not in known:
        text = _("no step before is named so (as: {name})")
        raise file.wrong(at, text.format(name=name))
    if other.unit != fact.unit:
        text = _("{one} is {unit}, {other} is {unit2}: they cannot be compared")
        raise file.wrong(
            at, text.format(one=fact.name, unit=fact.unit, other=other.name, unit2=other.unit)
        )
    return Same(name, other)


def _value(fact: Fact, given: Any, file: File, at: Where) -> Value:
    if given is None:
        return None
    if fact.unit == "flag" and isinstance(given, bool):
        return given
    if fact.unit == "list":
        return tuple(map(str, given)) if isinstance(given, list) else (str(given),)
    if fact.unit in ("text", "words") and isinstance(given, str):
        return given
    try:
        if fact.unit == "sums" and isinstance(given, list):
            return tuple(parse_amount(one if isinstance(one, str) else "") for one in given)
        if isinstance(given, str) and fact.unit in _PARSE:
            return _PARSE[fact.unit](given)
    except (BadNumber, ValueError):
        pass
    wanted = {
        "flag": _("expected true or false"),
        "text": _("expected text"),
        "words": _("expected text"),
        "sums": _("expected amounts: [49.90, 120.00]"),
    }
    raise file.wrong(at, wanted.get(fact.unit, _("expected a number like 12.50")))


def written(unit: str, value: Value) -> str:
    """A value as a scenario would have it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        digits = [show(it, 2, group="") if isinstance(it, int) else it for it in value]
        return f"[{', '.join(digits)}]"
    if isinstance(value, int):
        return show(value, _DIGITS.get(unit, 0), group="")
    return value

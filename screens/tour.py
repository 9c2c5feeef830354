"""The tour: a sale with points in three minutes, on the real till, step by step.

It only watches: every step waits until the till is where the step leads, whoever did it and in
whatever way. So it can be left at any moment, and taken again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from cashier.exchange import Can
from cashier.goods import Good
from cashier.i18n import _
from cashier.sheets.sample import Sampled, SampleKind
from cashier.snapshot import Snapshot, State
from screens.deeds import BY_ID

if TYPE_CHECKING:
    from cashier.workplace import Workplace
    from screens.desk import Desk


@dataclass(frozen=True)
class Step:
    text: str
    done: Callable[[Snapshot], bool]


class Tour:
    """Where the user is in it; told of every snapshot."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._steps: tuple[Step, ...] = ()
        self._place = 0
        self.runs = False
        self.offers = _is_new(desk.till.workplace)
        """Whether somebody is here for the first time, and is told that there is a tour."""

    def toggle(self) -> None:
        """Begin it, or leave it."""
        self.runs, self.offers = not self.runs, False
        self._steps, self._place = tuple(_steps(self._desk.till.workplace)), 0
        self.look(self._desk.now)

    def look(self, now: Snapshot) -> None:
        """Go on as far as the till has come; show what is to be done next."""
        if now.receipt is not None:
            self.offers = False
        while self.runs and self._place < len(self._steps) and self._steps[self._place].done(now):
            self._place += 1
        if self._place == len(self._steps):
            self.runs = False
        self._desk.screen.tour.show(self._content())
        self._desk.screen.tour.set_class(bool(self._content().plain), "-news")

    def _content(self) -> Content:
        key = self._desk.screen.key_map.name(BY_ID["tour"])
        if self.runs:
            step = self._steps[self._place]
            head = f"{self._place + 1}/{len(self._steps)}  "
            leave = _("{key}: leave").format(key=key)
            return Content.assemble((head, "bold"), step.text, (f"   {leave}", "dim"))
        if self.offers:
            text = _("New here? {key} shows a sale with points in three minutes.")
            return Content(text.format(key=key))
        return Content("")


def _is_new(place: "Workplace") -> bool:
    return place.daybook.shift is None and place.journal.last() is None


def _steps(place: "Workplace") -> Iterator[Step]:
    """What can be shown in this shop: without a loyalty system there is less."""
    if place.daybook.shift is None:
        text = _("Open the shift: press Enter, type 1000 (the money in the drawer), Enter.")
        yield Step(text, lambda now: now.state is not State.CLOSED)
    first = next(_plain_goods(place), None)
    if first is not None:
        code = first.codes[0]
        text = _("Scan goods. Without a scanner type a code and Enter: 3*{code} sells three.")
        yield Step(text.format(code=code), lambda now: _lines(now) >= 1)
    text = _("Look for goods by name: type a few letters, choose with ↑ ↓, press Enter.")
    yield Step(text, lambda now: _lines(now) >= 2)
    card = _card(place)
    if card:
        text = _("Now the customer's card: type {card} and Enter.")
        yield Step(text.format(card=card), _has_card)
    yield Step(_("Enter on the empty line: the prices are asked for."), _is_priced)
    if card and (place.system is None or place.can(Can.SPEND)):
        text = _("Pay with points: the key Points, then Enter for all that can be spent.")
        yield Step(text, lambda now: _is_paid(now) or _spends(now))
    yield Step(_("Take cash: Enter, the money you got, Enter. Or press Bank card."), _is_paid)
    text = _("Sold. The change is in big digits, the slip on its key. Enter: next customer.")
    yield Step(text, lambda now: now.state is not State.FINISHED)
    text = _("That was a sale. F1 shows all keys; Connection pulls the plug; the rest is in More.")
    yield Step(text, lambda now: now.receipt is not None)


def _plain_goods(place: "Workplace") -> Iterator[Good]:
    for good in place.catalog.goods:
        if good.codes and good.unit == "pc" and not (good.age or good.certificate):
            yield good


def _card(place: "Workplace") -> str:
    if not isinstance(place.backend, Sampled):
        return ""
    samples = place.backend.samples()
    return next((one.value for one in samples if one.kind is SampleKind.CARD), "")


def _lines(now: Snapshot) -> int:
    return len(now.receipt.lines) if now.receipt else 0


def _has_card(now: Snapshot) -> bool:
    buyer = now.receipt.buyer if now.receipt else None
    return buyer is not None and buyer.verified


def _is_priced(now: Snapshot) -> bool:
    return now.state in (State.CALCULATED, State.PAYING, State.FINISHED)


def _spends(now: Snapshot) -> bool:
    return now.receipt is not None and now.receipt.spend > 0


def _is_paid(now: Snapshot) -> bool:
    return now.state is State.FINISHED

"""What matters of a till in a lesson: compared between the trainee's and the one that is right.

Ids, times, names and the way something was typed are left out. So whoever scans the card in place
of typing its number, or the goods in another order, is as right.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cashier.commands import Command
from cashier.events import Carried, CustomerSaid, DroppedIn, Event
from cashier.i18n import _
from cashier.money import Amount, Points, Quantity, show, show_quantity
from cashier.receipt import Kind, Receipt
from cashier.scenario.stage import Stage
from cashier.snapshot import Snapshot, State


@dataclass(frozen=True)
class Essence:
    resting: bool = True
    """No receipt is open."""
    priced: bool = False
    """The total was asked for, or money is being taken."""
    question: str = ""
    kind: Kind = Kind.SALE
    goods: tuple[tuple[str, Quantity], ...] = ()
    """By sku; at a return by ``#line`` of the sale."""
    buyer: str = ""
    coupons: frozenset[str] = frozenset()
    by_hand: Amount = 0
    spend: Points = 0
    tenders: tuple[tuple[str, Amount], ...] = ()
    level: str = ""
    held: int = 0
    """Receipts that are put aside."""
    shift: bool = True
    done: tuple["Done", ...] = ()
    """Receipts that were finished, oldest first."""


def much_like(one: Essence, other: Essence) -> bool:
    """The same goods, some customer, as many receipts: whatever they cost, and whoever is known.
    Where an instructor meddled, nothing else can be asked for."""

    def rough(it: Essence) -> tuple[object, ...]:
        done = tuple((each.kind, each.goods) for each in it.done)
        there = (it.kind, it.goods, bool(it.buyer), it.coupons, it.priced)
        return it.resting, it.question, it.held, it.shift, there, done

    return rough(one) == rough(other)


@dataclass(frozen=True)
class Done:
    """A receipt that was finished."""

    kind: Kind
    goods: tuple[tuple[str, Quantity], ...]
    total: Amount
    spend: Points
    buyer: str
    tenders: tuple[tuple[str, Amount], ...]


def essence_of(now: Snapshot, done: Sequence[Done], held: int) -> Essence:
    question = now.question
    asked = "" if question is None else type(question).__name__
    rests = now.state in (State.CLOSED, State.IDLE, State.FINISHED) or now.receipt is None
    shift = now.state is not State.CLOSED
    if rests or now.receipt is None:
        return Essence(question=asked, held=held, shift=shift, done=tuple(done))
    receipt = now.receipt
    return Essence(
        resting=False,
        priced=now.state in (State.CALCULATED, State.PAYING),
        question=asked,
        kind=receipt.kind,
        goods=_goods(receipt),
        buyer=_buyer(receipt),
        coupons=frozenset(one.code.upper() for one in receipt.coupons),
        by_hand=sum(one.amount for line in receipt.lines for one in line.by_hand),
        spend=receipt.spend,
        tenders=_tenders(receipt),
        level=receipt.new_level,
        held=held,
        shift=shift,
        done=tuple(done),
    )


def _goods(receipt: Receipt) -> tuple[tuple[str, Quantity], ...]:
    sums: dict[str, Quantity] = {}
    for line in receipt.lines:
        name = f"#{line.sale_line}" if line.sale_line else line.sku
        sums[name] = sums.get(name, 0) + line.quantity
    return tuple(sorted(sums.items()))


def _buyer(receipt: Receipt) -> str:
    """One person, however he was found; a number that the system has not confirmed is another."""
    buyer = receipt.buyer
    if buyer is None:
        return ""
    return buyer.card.number if buyer.card else f"? {buyer.identifier.value}"


def _tenders(receipt: Receipt) -> tuple[tuple[str, Amount], ...]:
    sums: dict[str, Amount] = {}
    for tender in receipt.tenders:
        sums[tender.kind.value] = sums.get(tender.kind.value, 0) + tender.amount
    return tuple(sorted(sums.items()))


class Course:
    """What a till has come through, command by command."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.done: list[Done] = []
        self.told: Callable[[Carried, Essence], None] | None = None
        """Hears of every command, with what the till is after it."""
        self.meddled: Callable[[Command | None], None] | None = None
        """Hears of what an instructor does; None: it was no command."""
        stage.desk.events.watch(self._hear)

    @property
    def essence(self) -> Essence:
        return essence_of(self.stage.now, self.done, self.stage.desk.journal.held_count)

    def begin(self) -> None:
        """A task begins: what was finished before it is no matter any more."""
        self.done.clear()

    def _hear(self, event: Event) -> None:
        if isinstance(event, DroppedIn | CustomerSaid) and self.meddled is not None:
            self.meddled(event.command if isinstance(event, DroppedIn) else None)
        if not isinstance(event, Carried):
            return
        after = event.after
        if event.error is None and after.state is State.FINISHED and after.receipt is not None:
            before = event.before.receipt if event.before.state is State.FINISHED else None
            if before is None or before.receipt_id != after.receipt.receipt_id:
                self.done.append(_finished(after.receipt))
        if self.told is not None:
            held = self.stage.desk.journal.held_count
            self.told(event, essence_of(after, self.done, held))


def _finished(receipt: Receipt) -> Done:
    return Done(
        receipt.kind,
        _goods(receipt),
        receipt.to_pay,
        receipt.spend,
        _buyer(receipt),
        _tenders(receipt),
    )


# --- off the way


@dataclass(frozen=True)
class Astray:
    """Something that is nowhere on the way of a task."""

    what: str
    """Of which kind; the same mistake is told once."""
    why: str
    money: bool = False
    final: bool = False
    """Nothing that a cashier can do takes it back."""


@dataclass
class Way:
    """All that the till may be during a task, from its beginning to its end."""

    essences: list[Essence] = field(default_factory=list)

    @property
    def end(self) -> Essence:
        return self.essences[-1]

    @property
    def open(self) -> list[Essence]:
        """While a receipt is made: what is bare only because the last one is finished is not on
        the way of an open one."""
        places = [place for place, one in enumerate(self.essences) if not one.resting]
        return self.essences[: places[-1] + 1 if places else 1]

    def rests_like(self, now: Essence) -> bool:
        """Whether this may be all: nothing open, as much put aside, the shift as it is."""
        return any(
            one.resting and (one.done, one.held, one.shift) == (now.done, now.held, now.shift)
            for one in self.essences
        )


def astray(now: Essence, way: Way, name_of: Callable[[str], str]) -> list[Astray]:
    """What of ``now`` leads off the way."""
    if now.done not in [one.done for one in way.essences]:
        return [_finished_otherwise(now, way)]
    if _unanswered(now, way):
        return [Astray("question", _("The question was left without an answer."))]
    if now.resting:
        return [] if way.rests_like(now) else _gone(now, way, name_of)
    return [
        *_otherwise(now, way),
        *_too_many(now, way, name_of),
        *_lost(now, way, name_of),
        *_coupons(now, way),
        *_money(now, way),
    ]


def _unanswered(now: Essence, way: Way) -> bool:
    """What the till asked when the task began is put off, and nothing came of it."""
    if now.question or not way.essences[0].question:
        return False
    came = [(one.buyer, one.goods, one.spend) for one in way.essences if not one.question]
    return (now.buyer, now.goods, now.spend) not in came


def _gone(now: Essence, way: Way, name_of: Callable[[str], str]) -> list[Astray]:
    """No receipt is open, but one should be."""
    if not now.shift:
        return [Astray("shift", _("The shift was not to be closed."))]
    if now.held > max(one.held for one in way.essences):
        return [Astray("held", _("The receipt was not to be put aside."))]
    return list(_lost(now, way, name_of)) or [Astray("gone", _("The receipt is gone."))]


def _otherwise(now: Essence, way: Way) -> Iterator[Astray]:
    if now.priced and not any(one.priced for one in way.open):
        yield Astray("priced", _("The total is not asked for yet."))
    if now.kind not in {one.kind for one in way.open}:
        came_back = now.kind is Kind.RETURN
        yield Astray(
            "kind",
            _("Nothing is to be returned here.") if came_back else _("Nothing is sold here."),
        )
    priced = [one for one in way.open if one.priced] if now.priced else []
    if now.buyer not in {one.buyer for one in priced or way.open}:
        known = _("That is not the customer of the task.")
        yield Astray("buyer", known if now.buyer else _("The customer is not on the receipt."))
    if now.level not in {one.level for one in way.open}:
        yield Astray("level", _("That level of the card is not asked for."))


def _coupons(now: Essence, way: Way) -> Iterator[Astray]:
    sets = [one.coupons for one in way.open]
    for code in sorted(now.coupons.difference(*sets)):
        text = _("The coupon {code} is not asked for.")
        yield Astray(f"coupon {code}", text.format(code=code))
    for code in sorted(frozenset.intersection(*sets) - now.coupons):
        yield Astray(f"lost {code}", _("The coupon {code} is gone.").format(code=code))


def _money(now: Essence, way: Way) -> Iterator[Astray]:
    if now.by_hand not in {one.by_hand for one in way.open}:
        yield Astray("by hand", _("A discount by hand is not asked for."), money=True)
    if now.spend not in {one.spend for one in way.open}:
        text = _("{came} points are spent, asked for are {wanted}.")
        text = text.format(came=show(now.spend), wanted=show(way.open[-1].spend))
        yield Astray("spend", text, money=True)
    if now.tenders not in {one.tenders for one in way.open} | set(_parts_of_done(way)):
        text = _("The money taken is not what the buyer gives: {came}.")
        yield Astray("tender", text.format(came=_sums(now.tenders)), money=True)


def _parts_of_done(way: Way) -> list[tuple[tuple[str, Amount], ...]]:
    """Money that was taken when a receipt of this task was finished, and parts of it."""
    wholes = [one.tenders for essence in way.essences for one in essence.done]
    return [*wholes, *(((part),) for whole in wholes for part in whole)]


def _too_many(now: Essence, way: Way, name_of: Callable[[str], str]) -> Iterator[Astray]:
    most: dict[str, Quantity] = {}
    for essence in way.open:
        for sku, quantity in essence.goods:
            most[sku] = max(most.get(sku, 0), quantity)
    for sku, quantity in now.goods:
        if quantity > most.get(sku, 0):
            text = _("{goods} is not asked for.")
            if sku in most:
                text = _("{goods}: {n} is more than asked for.")
            why = text.format(goods=name_of(sku), n=show_quantity(quantity))
            yield Astray(f"goods {sku}", why, money=now.kind is Kind.RETURN)


def _lost(now: Essence, way: Way, name_of: Callable[[str], str]) -> Iterator[Astray]:
    goods = [dict(one.goods) for one in way.open]
    have = dict(now.goods)
    for sku in sorted(set.intersection(*(set(one) for one in goods))):
        if have.get(sku, 0) < min(one[sku] for one in goods):
            text = _("{goods} is gone from the receipt.")
            yield Astray(f"lost {sku}", text.format(goods=name_of(sku)))


def _finished_otherwise(now: Essence, way: Way) -> Astray:
    """The newest receipt is not the one that the task ends with."""
    expected = next(
        (one.done[len(now.done) - 1] for one in way.essences if len(one.done) >= len(now.done)),
        None,
    )
    if expected is None:
        return Astray("done", _("No receipt was to be finished here."), money=True, final=True)
    came, why = now.done[-1], []
    if came.buyer != expected.buyer:
        why.append(_("without the customer's card") if not came.buyer else _("another customer"))
    if came.goods != expected.goods:
        why.append(_("other goods"))
    if came.spend != expected.spend:
        text = _("{came} points spent in place of {wanted}")
        why.append(text.format(came=show(came.spend), wanted=show(expected.spend)))
    if came.total != expected.total:
        text = _("{came} to pay in place of {wanted}")
        why.append(text.format(came=show(came.total), wanted=show(expected.total)))
    if came.tenders != expected.tenders:
        text = _("{came} taken in place of {wanted}")
        why.append(text.format(came=_sums(came.tenders), wanted=_sums(expected.tenders)))
    text = _("The receipt was finished otherwise than the task has it: {why}.")
    return Astray("done", text.format(why="; ".join(why)), money=True, final=True)


def _sums(tenders: tuple[tuple[str, Amount], ...]) -> str:
    words = {"cash": _("cash"), "card": _("bank card"), "certificate": _("certificate")}
    return ", ".join(f"{words.get(kind, kind)} {show(amount)}" for kind, amount in tenders) or "0"

"""A cashier who does anything that a cashier may do, by dice: the same at every run of a seed.

What he does is written as a scenario would write it (codes from the phone, receipts by name), so
that it can be done again on another till.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias, TypeVar

from cashier import commands as do
from cashier.catalog import Catalog
from cashier.exchange import Login
from cashier.faults import Connection, Fault, FaultKind
from cashier.goods import Good
from cashier.money import ONE, Quantity
from cashier.receipt import Identifier, IdentifierKind, Kind, Receipt, TenderKind
from cashier.scenario.acting import FROM_CARD, FROM_PHONE, WRONG
from cashier.scenario.model import Deed, Return, Wait
from cashier.scenario.stage import Stage
from cashier.sheets.sample import Sample, SampleKind
from cashier.shop import Codes
from cashier.snapshot import (
    AskAge,
    AskAuthorisation,
    AskCard,
    AskCertificate,
    AskCode,
    AskFreeCard,
    AskHeld,
    AskLevel,
    AskShift,
    AskSupervisor,
    OfferRegistration,
    PriceChecked,
    Question,
    State,
)

T = TypeVar("T")
Choice: TypeAlias = tuple[int, Callable[[Stage], Deed]]
"""How likely it is, and what it is."""

_MOST_RECEIPTS = 6
"""So many of the last sales may come back."""
_STEPS = (
    "", "identify", "check_coupon", "calculate", "points", "reserve", "save_sale", "find_sale",
    "save_return",
)  # fmt: skip
"""Of the exchange, to go wrong on purpose."""
_KINDS = {
    SampleKind.CARD: IdentifierKind.CARD,
    SampleKind.APP: IdentifierKind.APP,
    SampleKind.PHONE: IdentifierKind.PHONE,
}


@dataclass(frozen=True)
class Things:
    """What a random cashier has at hand."""

    goods: tuple[Good, ...]
    people: tuple[Identifier, ...]
    coupons: tuple[str, ...]
    certificate_prefix: str = ""
    """Empty: none are sold here."""

    @classmethod
    def of(cls, catalog: Catalog, samples: Sequence[Sample], codes: Codes) -> "Things":
        people = [Identifier(_KINDS[it.kind], it.value) for it in samples if it.kind in _KINDS]
        coupons = [it.value for it in samples if it.kind in (SampleKind.COUPON, SampleKind.PROMO)]
        sold = any(good.certificate for good in catalog.goods)
        prefix = next(iter(codes.certificate_prefixes), "") if sold else ""
        return cls(catalog.goods, tuple(people), (*coupons, "NOSUCH"), prefix)


@dataclass
class RandomCashier:
    dice: Random
    things: Things
    names: list[str] = field(default_factory=list)
    """Of the sales that were made, as the steps call them."""

    def next(self, stage: Stage) -> Deed:
        """What he does now."""
        now = stage.now
        if now.question is not None:
            return self._answer(now.question)
        choices = self._trouble if self.dice.random() < 0.07 else self._choices[now.state]
        weights = [weight for weight, _make in choices]
        _weight, make = self.dice.choices(choices, weights)[0]
        return make(stage)

    def __post_init__(self) -> None:
        goods, person, coupon = self._goods, self._person, self._coupon
        self._choices: dict[State, list[Choice]] = {
            State.CLOSED: [(1, lambda _stage: do.OpenShift(100_000))],
            State.IDLE: [
                (50, goods),
                (30, person),
                (15, self._return),
                (3, coupon),
                (2, self._day),
            ],
            State.SELLING: [
                (35, goods),
                (12, person),
                (8, coupon),
                (6, self._line),
                (30, lambda _stage: do.Calculate()),
                (4, self._aside),
            ],
            State.CALCULATED: [
                (25, self._points),
                (45, self._tender),
                (5, lambda _stage: do.BackToGoods()),
                (6, coupon),
                (5, person),
                (4, goods),
                (4, lambda _stage: do.UpgradeLevel(confirm=True)),
                (3, lambda _stage: do.UndoPoints()),
                (2, lambda _stage: do.Finish()),
            ],
            State.PAYING: [
                (70, lambda _stage: do.TakeTender(TenderKind.CASH)),
                (15, self._tender),
                (8, lambda _stage: do.UndoTenders()),
                (4, lambda _stage: do.BackToGoods()),
                (3, lambda _stage: do.Finish()),
            ],
            State.RETURNING: [
                (40, lambda _stage: do.Refund(self._maybe(TenderKind.CASH))),
                (30, lambda _stage: do.ReturnAll()),
                (15, goods),
                (15, lambda _stage: do.CancelReceipt()),
            ],
        }
        self._choices[State.FINISHED] = self._choices[State.IDLE]
        self._trouble: list[Choice] = [
            (4, self._plug),
            (4, self._fault),
            (2, lambda _stage: do.ClearFaults()),
            (2, lambda _stage: do.Deliver()),
            (2, lambda _stage: Wait(60 * self.dice.choice((2, 10, 45)))),
            (1, lambda _stage: do.SetCardTerminal(self._one(tuple(do.CardAnswer)), times=1)),
        ]

    # --- dice

    def _one(self, of: Sequence[T]) -> T:
        return of[int(self.dice.random() * len(of))]

    def _maybe(self, value: T) -> T | None:
        return value if self.dice.random() < 0.5 else None

    # --- what he does

    def _goods(self, _stage: Stage) -> Deed:
        good = self._one(self.things.goods)
        pieces = self.dice.choice((1, 1, 1, 2, 3, 7))
        if good.codes and pieces == 1:
            return do.Scan(good.codes[0])
        grams = self.dice.randint(10, 3000)
        return do.AddGoods(good.sku, grams if good.unit == "kg" else pieces * ONE)

    def _person(self, stage: Stage) -> Deed:
        if not self.things.people or self.dice.random() < 0.04:
            number = self.dice.randint(1, 50)
            return do.Identify(Identifier(IdentifierKind.PHONE, f"+7900777{number:04d}"))
        receipt = stage.now.receipt
        if receipt is not None and receipt.buyer is not None and self.dice.random() < 0.5:
            return do.ForgetBuyer()
        return do.Identify(self._one(self.things.people))

    def _coupon(self, stage: Stage) -> Deed:
        held = stage.now.receipt.coupons if stage.now.receipt else ()
        if held and self.dice.random() < 0.3:
            return do.RemoveCoupon(self._one(held).code)
        return do.ApplyCoupon(self._one(self.things.coupons))

    def _line(self, stage: Stage) -> Deed:
        lines = stage.now.receipt.lines if stage.now.receipt else ()
        number = self.dice.randint(1, max(1, len(lines)))
        match self.dice.randrange(4):
            case 0:
                return do.VoidLine(number)
            case 1:
                return do.GiveDiscount(number, percent=100 * self.dice.randint(1, 30))
            case 2:
                return do.RepeatLine()
        return do.SetQuantity(number, ONE * self.dice.randint(1, 9))

    def _aside(self, stage: Stage) -> Deed:
        """One receipt at most is put aside: which one is taken up needs no name then."""
        held = stage.desk.journal.held_count
        return do.CancelReceipt() if held or self.dice.random() < 0.3 else do.SuspendReceipt()

    def _points(self, stage: Stage) -> Deed:
        offer = stage.now.offer
        most = offer.spendable if offer else 0
        some = most > 1 and self.dice.random() < 0.5
        return do.PayPoints(self.dice.randint(1, most) if some else None)

    def _tender(self, stage: Stage) -> Deed:
        due = stage.now.receipt.due if stage.now.receipt else 0
        prefix = self.things.certificate_prefix
        if prefix and self.dice.random() < 0.08:
            return do.TakeTender(TenderKind.CERTIFICATE, None, self._certificate())
        kind = self.dice.choice((TenderKind.CASH, TenderKind.CASH, TenderKind.CARD))
        if self.dice.random() < 0.6 or not due:
            return do.TakeTender(kind)
        more = 50_000 if kind is TenderKind.CASH else 0
        return do.TakeTender(kind, self.dice.randint(1, due + more))

    def _certificate(self) -> str:
        return f"{self.things.certificate_prefix}00000{self.dice.randint(1, 5):03d}"

    def _return(self, stage: Stage) -> Deed:
        if stage.desk.journal.held_count and self.dice.random() < 0.4:
            return do.RecallReceipt()
        if not self.names:
            return self._goods(stage)
        if self.dice.random() < 0.05:
            return do.ReturnGoods()
        name = self._one(self.names[-_MOST_RECEIPTS:])
        refund = self.dice.choice((None, None, TenderKind.CASH, TenderKind.CARD))
        return Return(name, self._parts(stage.receipts[name]), refund)

    def _parts(self, sale: Receipt) -> tuple[tuple[int, Quantity | None], ...]:
        if self.dice.random() < 0.35 or not sale.lines:
            return ()
        line = self._one(sale.lines)
        pieces = line.quantity // ONE
        if line.unit == "pc" and pieces > 1 and self.dice.random() < 0.6:
            return ((line.number, ONE * self.dice.randint(1, pieces)),)
        return ((line.number, None),)

    def _day(self, _stage: Stage) -> Deed:
        return self.dice.choice((do.CloseShift(), do.CashIn(5_000), do.CashOut(1_000), do.Report()))

    def _plug(self, stage: Stage) -> Deed:
        plug = stage.desk.plug
        if (
            plug is not None
            and plug.connection is not Connection.ONLINE
            and self.dice.random() < 0.8
        ):
            return do.SetConnection(Connection.ONLINE)
        return do.SetConnection(self._one(tuple(Connection)))

    def _fault(self, _stage: Stage) -> Deed:
        kind = self._one(tuple(FaultKind))
        step, times = self._one(_STEPS), self.dice.randint(1, 2)
        return do.SetFault(
            Fault(kind=kind, step=step, times=times) if step else Fault(kind=kind, times=times)
        )

    # --- what he answers

    def _answer(self, question: Question) -> Deed:
        if self.dice.random() < 0.08:
            return do.Dismiss()
        match question:
            case AskCode():
                wrong = self.dice.random() < 0.1
                return do.EnterCode(WRONG if wrong else FROM_PHONE)
            case AskCard(cards=cards):
                return do.ChooseCard(self._one(cards).number)
            case AskFreeCard(cards=free):
                return do.ChooseCard(free[0])
            case OfferRegistration(form=form, identifier=who):
                number = f"+7900888{self.dice.randint(1, 9999):04d}"
                phone = who.value if who.kind is IdentifierKind.PHONE else number
                email = f"buyer{number[-4:]}@example.org" if form.login is Login.EMAIL else ""
                return do.Register(phone=phone, email=email, name="Test Person")
            case AskSupervisor():
                return do.Allow(FROM_CARD)
            case AskAge():
                return do.ConfirmAge(old_enough=True)
            case AskCertificate():
                return do.SellCertificate(self._certificate())
            case AskAuthorisation():
                return do.AuthoriseCard("A1B2C3")
            case AskHeld(receipts=held):
                return do.RecallReceipt(held[0].receipt_id)
            case AskLevel():
                return do.UpgradeLevel(confirm=True)
            case PriceChecked():
                return do.SellChecked()
            case AskShift():
                return do.CloseShift()
        return do.Dismiss()  # a live system is not agreed to by dice

    def made(self, name: str, receipt: Receipt) -> None:
        """A receipt is finished, and has this name."""
        if receipt.kind is Kind.SALE:
            self.names.append(name)

"""Random cashiers: any commands in any order, with the standing checks after every step."""

import asyncio
import os
from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from stand import demo_goods, make_stand

from cashier import commands as do
from cashier import i18n, table
from cashier.checks import check_receipt, check_return
from cashier.commands import Command
from cashier.errors import CashierError
from cashier.money import ONE
from cashier.receipt import Identifier, IdentifierKind, Kind, Receipt, TenderKind
from cashier.snapshot import AskCard, AskCode, AskFreeCard, AskSale, OfferRegistration, State

CARDS = [f"2900000000{n:02}" for n in range(1, 15)]
"""Of the demo shop, without their check digit: completed below."""
PHONES = [f"+790012345{n:02}" for n in range(1, 16)]
GOODS = [good.sku for good in demo_goods().goods]
COUPONS = ["SPRING10", "NOSUCH", "9900000000017"]


def ean(twelve: str) -> str:
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(twelve))
    return twelve + str(-total % 10)


identifiers = st.one_of(
    st.sampled_from(CARDS).map(lambda c: Identifier(IdentifierKind.CARD, ean(c))),
    st.sampled_from(PHONES).map(lambda p: Identifier(IdentifierKind.PHONE, p)),
)


SEEN: Counter[str] = Counter()
"""What all the random cashiers did, so that a run that did nothing is noticed."""


class Cashier(RuleBasedStateMachine):
    """Presses anything at any time. A refusal is fine; a broken receipt or another error is not."""

    def __init__(self) -> None:
        super().__init__()
        i18n.set_language("en")
        self.runner = asyncio.Runner()
        self.stand = make_stand()
        self.sales: list[Receipt] = []
        self.runner.run(self.stand.till.start())

    def teardown(self) -> None:
        self.runner.run(self._deliver_all())
        for sale in self.sales:
            if sale.kind is Kind.SALE:
                back = [r for r in self.sales if r.of and r.of.receipt_id == sale.receipt_id]
                assert check_return(sale, back) == []
        self.runner.run(self.stand.till.close())
        self.runner.close()

    async def _deliver_all(self) -> None:
        till = self.stand.till
        await till.do(do.SetConnection(do.Connection.ONLINE))
        for _turn in range(50):
            if not till.workplace.outbox.waiting:
                break
            before = till.workplace.outbox.waiting
            await till.do(do.Deliver())
            assert till.workplace.outbox.waiting < before, "what waits is delivered or parked"

    def press(self, command: Command) -> None:
        till = self.stand.till
        before, allowed = till.now, till.allowed()
        try:
            self.runner.run(till.do(command))
        except CashierError:
            assert till.now == before, "a refused command changes nothing"
            return
        assert type(command) in allowed, "what the table forbids does not happen"
        after, row = till.now, table.TABLE[type(command)]
        assert after.state == before.state or after.state in row.leads_to
        if after.state is State.FINISHED and after.receipt and after.receipt != before.receipt:
            self.sales.append(after.receipt)
            SEEN[after.receipt.kind] += 1
            SEEN["points"] += bool(after.receipt.spend)
            SEEN["queued"] += bool(after.receipt.settled and after.receipt.settled.pending)

    # --- who

    @rule(identifier=identifiers)
    def identify(self, identifier: Identifier) -> None:
        self.press(do.Identify(identifier))

    @rule(right=st.booleans())
    def answer(self, right: bool) -> None:
        match self.stand.till.now.question:
            case AskCode():
                self.press(do.EnterCode(self.stand.code if right else "000"))
            case AskCard(cards=cards):
                self.press(do.ChooseCard(cards[-1].number))
            case AskFreeCard(cards=free):
                self.press(do.ChooseCard(free[0]))
            case OfferRegistration(identifier=who):
                phone = who.value if who.kind is IdentifierKind.PHONE else "+79001239999"
                self.press(do.Register(phone=phone, name="New [b]Person[/"))
            case AskSale(sales=sales):
                self.press(do.ChooseSale(sales[0].receipt.receipt_id))
            case _other:
                self.press(do.EnterCode("1234"))

    @rule(command=st.sampled_from([do.ResendCode(), do.Dismiss(), do.ForgetBuyer()]))
    def about_buyer(self, command: Command) -> None:
        self.press(command)

    # --- goods

    @rule(sku=st.sampled_from(GOODS), quantity=st.integers(-1, 5).map(lambda n: n * ONE))
    def add(self, sku: str, quantity: int) -> None:
        self.press(do.AddGoods(sku, quantity))

    @rule(code=st.sampled_from([c for good in demo_goods().goods for c in good.codes[:1]][:40]))
    def scan(self, code: str) -> None:
        self.press(do.Scan(code))

    @rule(line=st.integers(0, 4), quantity=st.integers(0, 9999))
    def change(self, line: int, quantity: int) -> None:
        self.press(do.SetQuantity(line, quantity))

    @rule(line=st.integers(0, 4))
    def void(self, line: int) -> None:
        self.press(do.VoidLine(line))

    @rule(code=st.sampled_from(COUPONS))
    def coupon(self, code: str) -> None:
        self.press(do.ApplyCoupon(code))

    # --- money

    @rule()
    def calculate(self) -> None:
        self.press(do.Calculate())

    @rule(points=st.one_of(st.none(), st.integers(-100, 100_000)))
    def points(self, points: int | None) -> None:
        self.press(do.PayPoints(points))

    @rule(kind=st.sampled_from(TenderKind), amount=st.one_of(st.none(), st.integers(-1, 200_000)))
    def pay(self, kind: TenderKind, amount: int | None) -> None:
        self.press(do.TakeTender(kind, amount))

    @rule(
        command=st.sampled_from(
            [do.UndoPoints(), do.UndoTenders(), do.BackToGoods(), do.Finish(), do.RepeatLine(),
             do.Reprint(), do.Deliver()]
        )
    )  # fmt: skip
    def other(self, command: Command) -> None:
        self.press(command)

    @rule(sure=st.integers(0, 9))
    def cancel(self, sure: int) -> None:
        if sure == 0:
            self.press(do.CancelReceipt())

    @rule(identifier=identifiers, sku=st.sampled_from(GOODS), spend=st.booleans())
    def sell(self, identifier: Identifier, sku: str, spend: bool) -> None:
        """The straight way, so that there are sales to take back."""
        self.press(do.Identify(identifier))
        self.answer(True)
        self.press(do.AddGoods(sku, 3 * ONE))
        self.press(do.Calculate())
        if spend:
            self.press(do.PayPoints())
            self.answer(True)
        self.press(do.TakeTender(TenderKind.CARD))

    # --- return

    @rule(which=st.integers(0, 3))
    def find(self, which: int) -> None:
        if which < len(self.sales):
            self.press(do.FindSale(number=self.sales[-1 - which].number))

    @rule(line=st.integers(0, 4), quantity=st.integers(0, 3).map(lambda n: n * ONE))
    def take_back(self, line: int, quantity: int) -> None:
        self.press(do.ReturnLine(line, quantity))

    @rule()
    def take_all_back(self) -> None:
        self.press(do.ReturnAll())

    @rule(kind=st.one_of(st.none(), st.sampled_from(TenderKind)))
    def refund(self, kind: TenderKind | None) -> None:
        self.press(do.Refund(kind))

    @rule(which=st.integers(0, 3), whole=st.booleans())
    def undo_sale(self, which: int, whole: bool) -> None:
        """The straight way back, in part or in whole."""
        self.find(which)
        self.press(do.ReturnAll() if whole else do.ReturnLine(1, ONE))
        self.press(do.Refund())

    # --- weather

    @rule(
        connection=st.sampled_from(
            [do.Connection.ONLINE, do.Connection.OFFLINE, do.Connection.LOST_ANSWERS]
        )
    )
    def plug(self, connection: do.Connection) -> None:
        self.press(do.SetConnection(connection))

    @rule(seconds=st.integers(1, 200))
    def time_passes(self, seconds: int) -> None:
        self.runner.run(self.stand.clock.move(seconds=seconds))

    # --- what is always true

    @invariant()
    def receipt_is_sound(self) -> None:
        receipt = self.stand.till.now.receipt
        if receipt is not None:
            assert check_receipt(receipt) == []

    @invariant()
    def journal_has_it(self) -> None:
        now, kept = self.stand.till.now, self.stand.till.workplace.journal.open_receipt()
        if now.state in (State.IDLE, State.FINISHED):
            assert kept is None
        else:
            assert kept == (now.state, now.receipt)


LONG = bool(os.environ.get("CASHIER_LONG"))

TestCashier = Cashier.TestCase
TestCashier.settings = settings(
    max_examples=3000 if LONG else 100,
    derandomize=not LONG,  # the short dose is the same at every run
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_random_cashiers_did_their_work() -> None:
    assert all(SEEN[what] for what in ("sale", "return", "points", "queued")), SEEN

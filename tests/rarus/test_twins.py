"""The round-trip law, by chance: two tills do the same, one straight and one over the wire.

After every step they show the same, and the loyalty systems behind them hold the same.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from rarus import carried
from rarus.ways import RarusWay
from stand import Stand, demo_goods, demo_rules, going, make_stand

from backends.house.rules import Rules
from cashier import commands as do
from cashier import i18n
from cashier.clock import ManualClock
from cashier.commands import Command
from cashier.errors import CashierError
from cashier.exchange import AttachOn, ConfirmBy
from cashier.money import ONE
from cashier.receipt import Identifier, IdentifierKind, TenderKind
from cashier.snapshot import (
    AskCard,
    AskCode,
    AskFreeCard,
    AskHeld,
    AskLevel,
    AskSale,
    AskShift,
    OfferRegistration,
    State,
)

CARDS = [
    "2900000000018", "2900000000025", "2900000000032", "2900000000049", "2900000000056",
    "2900000000063", "2900000000070", "2900000000087", "2900000000094", "2900000000100",
    "2900000000124", "2900000000131", "2900000000148", "2900000000506", "2900000001015",
    "2900000009999",
]  # fmt: skip
PHONES = [f"+790012345{n:02}" for n in range(1, 14)]
EMAILS = ["anna@example.org", "yulia@example.org", "nobody@example.org"]
GOODS = [good.sku for good in demo_goods().goods if not (good.certificate or good.age)]
COUPONS = [
    "SPRING10", "SOLO25", "DOUBLE", "9910000000012", "9920000000019", "9920000000040", "WINTER15",
    "SHOP02", "NOSUCH",
]  # fmt: skip
WHO = st.one_of(
    st.sampled_from(CARDS).map(lambda number: Identifier(IdentifierKind.CARD, number)),
    st.sampled_from(PHONES).map(lambda phone: Identifier(IdentifierKind.PHONE, phone)),
    st.sampled_from(EMAILS).map(lambda email: Identifier(IdentifierKind.EMAIL, email)),
)
SEEN: Counter[str] = Counter()
"""What all of them did, so that a run that did nothing is noticed."""


def _rules(attach: AttachOn, confirm_by: ConfirmBy) -> Rules:
    """The demo rules, without the code before spending, which the wire has no place for."""
    rules = demo_rules()
    registration = rules.settings.registration.model_copy(
        update={"attach": attach, "confirm_by": confirm_by}
    )
    points = rules.settings.points.model_copy(update={"confirm_above": None})
    house = rules.settings.model_copy(update={"registration": registration, "points": points})
    return rules.model_copy(update={"settings": house})


class Twins(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        i18n.set_language("en")
        self.runner = asyncio.Runner()
        self.way = RarusWay()
        self.numbers: list[str] = []

    @initialize(
        attach=st.sampled_from(AttachOn),
        confirm_by=st.sampled_from([ConfirmBy.NONE, ConfirmBy.PHONE]),
    )
    def begin(self, attach: AttachOn, confirm_by: ConfirmBy) -> None:
        rules = _rules(attach, confirm_by)
        self.straight = make_stand(rules=rules)
        with going(self.way):
            self.wired = make_stand(rules=rules)
        for stand in self.both:
            self.runner.run(stand.till.start())

    @property
    def both(self) -> Iterator[Stand]:
        yield from (self.straight, self.wired)

    def teardown(self) -> None:
        if hasattr(self, "straight"):
            for stand in self.both:
                self.runner.run(stand.till.close())
        self.runner.run(self.way.close())
        self.runner.close()

    def press(self, command: Command) -> None:
        before = self.straight.till.now
        if isinstance(command, do.SuspendReceipt) and before.receipt and before.receipt.coupons:
            return  # taken up again it is asked about with its goods, which are not told
        outcomes = [self._pressed(stand, command) for stand in self.both]
        assert outcomes[0] == outcomes[1], f"{command}: {outcomes}"
        now = self.straight.till.now
        if outcomes[0] == "" and now is not before:
            SEEN[type(command).__name__] += 1
        if now.state is State.FINISHED and now.receipt and before.receipt != now.receipt:
            SEEN[now.receipt.kind] += 1
            SEEN["points"] += bool(now.receipt.spend)
            SEEN["coupon"] += bool(now.receipt.coupons)
            SEEN["queued"] += bool(now.receipt.settled and now.receipt.settled.pending)
            if now.receipt.number not in self.numbers:
                self.numbers.append(now.receipt.number)

    def _pressed(self, stand: Stand, command: Command) -> str:
        """What the trouble was; empty: none."""
        if isinstance(command, do.EnterCode) and command.code == "right":
            command = do.EnterCode(stand.code)
        try:
            self.runner.run(stand.till.do(command))
        except CashierError as error:
            reason = getattr(error, "reason", "")
            return f"{type(error).__name__} {reason}"
        return ""

    @property
    def now(self) -> Any:
        return self.straight.till.now

    # --- who

    @rule(who=WHO)
    def identify(self, who: Identifier) -> None:
        self.press(do.Identify(who))

    @rule(right=st.integers(0, 3), which=st.integers(0, 2))
    def answer(self, right: int, which: int) -> None:
        match self.now.question:
            case AskCode():
                self.press(do.EnterCode("right" if right else "no"))
            case AskCard(cards=cards):
                self.press(do.ChooseCard(cards[which % len(cards)].number))
            case AskFreeCard(cards=free):
                self.press(do.ChooseCard(free[which % len(free)]))
            case OfferRegistration(identifier=who):
                phone = who.value if who.kind is IdentifierKind.PHONE else "+79001239999"
                self.press(do.Register(phone=phone, name="New [b]Person[/"))
            case AskSale(sales=sales):
                self.press(do.ChooseSale(sales[which % len(sales)].receipt.receipt_id))
            case AskLevel():
                self.press(do.UpgradeLevel() if right else do.Dismiss())
            case AskHeld(receipts=held):
                self.press(do.RecallReceipt(held[which % len(held)].receipt_id))
            case AskShift():
                self.press(do.Dismiss())
            case _none:
                self.press(do.UpgradeLevel())

    @rule(command=st.sampled_from([do.ResendCode(), do.Dismiss(), do.ForgetBuyer()]))
    def about_buyer(self, command: Command) -> None:
        self.press(command)

    # --- the receipt

    @rule(sku=st.sampled_from(GOODS), quantity=st.integers(1, 9))
    def add(self, sku: str, quantity: int) -> None:
        self.press(do.AddGoods(sku, quantity * ONE))

    @rule(line=st.integers(1, 4), percent=st.integers(1, 3000))
    def by_hand(self, line: int, percent: int) -> None:
        self.press(do.GiveDiscount(line, percent=percent))
        self.press(do.Allow("4321", "because"))

    @precondition(lambda self: self._takes_a_coupon())
    @rule(code=st.sampled_from(COUPONS))
    def coupon(self, code: str) -> None:
        self.press(do.ApplyCoupon(code))

    def _takes_a_coupon(self) -> bool:
        """One fits; and whether it is for these goods is not looked at before the prices."""
        receipt = self.now.receipt
        return receipt is None or not (receipt.coupons or receipt.lines)

    @rule()
    def calculate(self) -> None:
        self.press(do.Calculate())

    @rule(points=st.one_of(st.none(), st.integers(-100, 60_000)))
    def points(self, points: int | None) -> None:
        self.press(do.PayPoints(points))

    @rule(
        command=st.sampled_from(
            [do.UndoPoints(), do.BackToGoods(), do.UndoTenders(), do.CancelReceipt(),
             do.RepeatLine(), do.VoidLine(1), do.Deliver(), do.SuspendReceipt(),
             do.RecallReceipt()]
        )
    )  # fmt: skip
    def other(self, command: Command) -> None:
        self.press(command)

    @rule(kind=st.sampled_from([TenderKind.CASH, TenderKind.CARD]), part=st.booleans())
    def pay(self, kind: TenderKind, part: bool) -> None:
        self.press(do.TakeTender(kind, 1000 if part else None))

    @rule(who=WHO, sku=st.sampled_from(GOODS), spend=st.booleans(), quantity=st.integers(1, 9))
    def sell(self, who: Identifier, sku: str, spend: bool, quantity: int) -> None:
        """The straight way, so that there are sales to take back."""
        self.press(do.Identify(who))
        self.answer(1, 0)
        self.press(do.AddGoods(sku, quantity * ONE))
        self.press(do.Calculate())
        self.answer(1, 0)
        if spend:
            self.press(do.PayPoints())
        self.press(do.TakeTender(TenderKind.CASH))

    @rule(
        who=WHO,
        code=st.sampled_from(COUPONS),
        first=st.sampled_from(GOODS),
        second=st.sampled_from(GOODS),
        quantity=st.integers(1, 40),
    )
    def sell_with_a_coupon(
        self, who: Identifier, code: str, first: str, second: str, quantity: int
    ) -> None:
        self.press(do.CancelReceipt())
        self.press(do.Identify(who))
        self.answer(1, 0)
        if self._takes_a_coupon():
            self.press(do.ApplyCoupon(code))
        self.press(do.AddGoods(first, quantity * ONE))
        self.press(do.AddGoods(second))
        self.press(do.Calculate())
        self.answer(1, 0)
        self.press(do.PayPoints())
        self.press(do.TakeTender(TenderKind.CARD))

    @rule(who=WHO, sku=st.sampled_from(GOODS), recall=st.booleans())
    def put_aside(self, who: Identifier, sku: str, recall: bool) -> None:
        self.press(do.Identify(who))
        self.answer(1, 0)
        self.press(do.AddGoods(sku, 2 * ONE))
        self.press(do.Calculate())
        self.press(do.PayPoints())
        self.press(do.SuspendReceipt())
        if recall:
            self.press(do.RecallReceipt())
            self.answer(1, 0)

    # --- the return

    @precondition(lambda self: self.numbers)
    @rule(which=st.integers(0, 3), line=st.integers(1, 2), whole=st.booleans())
    def take_back(self, which: int, line: int, whole: bool) -> None:
        self.press(do.CancelReceipt())
        self.press(do.FindSale(number=self.numbers[-1 - which % len(self.numbers)]))
        self.press(do.ReturnAll() if whole else do.ReturnLine(line, ONE))
        self.press(do.Refund(TenderKind.CARD))

    # --- weather

    @rule(
        connection=st.sampled_from(
            [do.Connection.ONLINE, do.Connection.ONLINE, do.Connection.OFFLINE,
             do.Connection.LOST_ANSWERS]
        )
    )  # fmt: skip
    def weather(self, connection: do.Connection) -> None:
        self.press(do.SetConnection(connection))

    @rule(hours=st.sampled_from([1, 5, 24, 24 * 40]))
    def time_passes(self, hours: int) -> None:
        for stand in self.both:
            self.runner.run(_moved(stand.clock, hours))

    # --- what is always true

    @invariant()
    def they_show_the_same(self) -> None:
        straight, wired = (carried.snapshot(stand.till.now) for stand in self.both)
        assert wired == straight

    @invariant()
    def as_much_waits(self) -> None:
        straight, wired = (stand.till.workplace.outbox for stand in self.both)
        assert (wired.waiting, wired.parked) == (straight.waiting, straight.parked)

    @invariant()
    def the_systems_hold_the_same(self) -> None:
        straight, wired = (_held(stand) for stand in self.both)
        assert wired == straight


async def _moved(clock: ManualClock, hours: int) -> None:
    """And what the queue does by itself then is done."""
    sleepers = clock.sleepers
    await clock.move(hours=hours)
    await clock.asleep(sleepers)


TABLES = {
    "cards": "SELECT c.number, c.level, c.status, p.phone, p.email FROM cards c"
    " LEFT JOIN accounts a ON a.id = c.account LEFT JOIN customers p ON p.id = a.customer"
    " ORDER BY c.number",
    "turnover": "SELECT p.phone, p.email, a.turnover FROM accounts a"
    " LEFT JOIN customers p ON p.id = a.customer ORDER BY a.id",
    # what has burnt is gone, written off already or not
    "points": "SELECT p.phone, p.email, l.starts, l.ends, l.left FROM lots l"
    " JOIN accounts a ON a.id = l.account LEFT JOIN customers p ON p.id = a.customer"
    " WHERE l.left <> 0 AND (l.ends IS NULL OR l.ends > :now) ORDER BY l.id",
    "coupons": "SELECT code, kind, at FROM coupon_uses ORDER BY code, at",
    "sales": "SELECT s.receipt, s.number, s.card, s.day, l.number, l.quantity, l.paid, l.earned,"
    " l.spent, l.returned FROM sales s JOIN sale_lines l ON l.receipt = s.receipt"
    " ORDER BY s.receipt, l.number",
}


def _held(stand: Stand) -> dict[str, list[Any]]:
    assert stand.house is not None
    club = stand.house._club
    with club.store.reading() as db:
        now = {"now": int(stand.clock.now().timestamp())}
        return {name: db.execute(query, now).fetchall() for name, query in TABLES.items()}


LONG = bool(os.environ.get("CASHIER_LONG"))

TestTwins = Twins.TestCase
TestTwins.settings = settings(
    max_examples=1000 if LONG else 60,
    derandomize=not LONG,  # the short dose is the same at every run
    stateful_step_count=40,
    report_multiple_bugs=False,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_twins_did_something() -> None:
    often = ("sale", "return", "points", "coupon", "Register", "UpgradeLevel")
    rare = ("queued", "ChooseCard", "GiveDiscount", "RecallReceipt", "ResendCode")
    wanted = (*often, *(rare if LONG else ()))
    missing = [what for what in wanted if not SEEN[what]]
    if not SEEN:
        pytest.skip("the twins were not run")
    assert missing == [], SEEN

"""The ledger: after any sequence of deeds, balances are the sums of their movements."""

import asyncio
import sqlite3
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from house.counter import Counter, line, rules_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cashier.checks import check_receipt
from cashier.exchange import CancelSaleRequest, Refused
from cashier.money import ONE
from cashier.receipt import Receipt, Tender, TenderKind

CARDS = st.sampled_from(["A1", "A2", "B-earn", "B-blocked", "N1", ""])


class Ledger(RuleBasedStateMachine):
    """One shop, many buyers, no order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "loyalty.db"
        self.counter = Counter(rules_of(), self.path)
        self.loop.run_until_complete(self.counter.found("A1"))
        self.sales: list[Receipt] = []

    def teardown(self) -> None:
        self.loop.run_until_complete(self.counter.house.close())
        self.loop.close()
        self.folder.cleanup()

    @rule(
        card=CARDS, price=st.integers(1, 900_00), pieces=st.integers(1, 5), part=st.integers(0, 9)
    )
    def sell(self, card: str, price: int, pieces: int, part: int) -> None:
        async def sold() -> Receipt | None:
            counter = self.counter
            receipt = await counter.receipt(line(price=price, quantity=pieces * ONE), card=card)
            spend = 0
            if card and part:
                offer = await counter.offer(await counter.priced(receipt))
                spend = min(offer.spendable, 300_00) * part // 9
            priced = await counter.priced(receipt, spend)
            settled = await counter.save(priced)
            assert priced.applied is not None
            assert settled.earned == priced.applied.earn
            assert await counter.save(priced) == settled
            paid = (Tender(TenderKind.CASH, priced.total),) if priced.total else ()
            finished = replace(priced, closed_at=counter.now, tenders=paid, settled=settled)
            assert check_receipt(finished) == []
            return priced

        sale = self.loop.run_until_complete(sold())
        if sale is not None:
            self.sales.append(sale)

    @precondition(lambda self: self.sales)
    @rule(which=st.integers(0, 99), pieces=st.integers(1, 5))
    def bring_back(self, which: int, pieces: int) -> None:
        sale = self.sales[which % len(self.sales)]
        with suppress(Refused):
            self.loop.run_until_complete(self.counter.bring_back(sale, {1: pieces * ONE}))

    @precondition(lambda self: self.sales)
    @rule(which=st.integers(0, 99))
    def cancel(self, which: int) -> None:
        sale = self.sales[which % len(self.sales)]
        request = CancelSaleRequest(operation_id="c", receipt=sale, at=self.counter.now)
        with suppress(Refused):
            self.loop.run_until_complete(self.counter.house.cancel_sale(request))

    @rule(days=st.integers(1, 120))
    def wait(self, days: int) -> None:
        self.loop.run_until_complete(self.counter.clock.move(days=days))

    @rule()
    def start_anew(self) -> None:
        self.loop.run_until_complete(self.counter.house.close())

    @invariant()
    def balances_are_the_sums_of_their_movements(self) -> None:
        with sqlite3.connect(self.path) as db:
            lots = dict(db.execute("SELECT account, sum(left) FROM lots GROUP BY account"))
            moved = dict(db.execute("SELECT account, sum(points) FROM movements GROUP BY account"))
            by_lot = db.execute(
                "SELECT count(*) FROM lots l WHERE left <>"
                " (SELECT sum(points) FROM movements WHERE lot = l.id)"
            ).fetchone()
        db.close()
        assert lots == moved
        assert by_lot == (0,)

    @invariant()
    def what_is_shown_is_what_is_in_the_books(self) -> None:
        (card,) = self.loop.run_until_complete(self.counter.found("A1")).cards
        with sqlite3.connect(self.path) as db:
            (kept,) = db.execute(
                "SELECT sum(left) FROM lots WHERE account ="
                " (SELECT account FROM cards WHERE number = 'A1')"
            ).fetchone()
        db.close()
        assert card.balance == kept
        assert 0 <= card.available <= max(0, card.balance)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)

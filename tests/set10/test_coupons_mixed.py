"""Whatever happens in whatever order: when all messages have arrived, the machines agree."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from set10.coupon_chain import ONE, TWO, Chain

from cashier.exchange import Refused, Unavailable

SHOPS = st.sampled_from(["01", "02"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("use"), SHOPS, st.sampled_from([ONE, TWO]), st.integers(1, 4)),
        st.tuples(st.just("undo"), SHOPS, st.integers(1, 4)),
        st.tuples(st.sampled_from(["stop", "start"]), st.sampled_from(["shop-01/centre", "till"])),
        st.tuples(st.just("pump")),
    ),
    max_size=14,
)


def _step(chain: Chain, step: tuple[object, ...], live: set[tuple[str, str]]) -> None:
    """``live``: receipts that used a coupon and were not undone, with the coupon."""
    what, *more = step
    chain.wait(minutes=1)
    if what == "use":
        shop, code, receipt = str(more[0]), str(more[1]), f"r{more[0]}{more[2]}"
        try:
            chain.use(code, shop=shop, receipt=receipt)
        except (Refused, Unavailable):
            return
        live.add((receipt, code))
    elif what == "undo":
        receipt = f"r{more[0]}{more[1]}"
        chain.desk(str(more[0])).unuse(receipt, chain.now)
        live -= {one for one in live if one[0] == receipt}
    elif what == "pump":
        chain.pump()
    else:
        name = "till-01-01/shop-01" if more[0] == "till" else str(more[0])
        (chain.topology.stop if what == "stop" else chain.topology.start)(name)


def _told(chain: Chain, code: str, shop: str) -> str:
    """Where it was used, as this shop tells its cashier; empty: it is unused."""
    try:
        chain.check(code, shop=shop, receipt="nobody")
    except Refused as refused:
        return refused.text
    return ""


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_all_machines_agree_in_the_end(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chain = Chain(Path(folder))
        live: set[tuple[str, str]] = set()
        for step in steps:
            _step(chain, step, live)
        chain.topology.start("centre")
        chain.topology.start("shop-01")
        chain.pump()
        assert chain.waiting() == []
        for code in (ONE, TWO):
            users = {receipt for receipt, used in live if used == code}
            told = [_told(chain, code, shop) for shop in ("01", "02")]
            assert [bool(text) for text in told] == [bool(users)] * 2, (users, told)
            if len(users) == 1:
                assert told[0] == told[1]
            if len(users) > 1:  # each of them is in the report
                reported = [one for one in chain.topology.conflicts() if one.number == code]
                seconds = {one.second.receipt_id for one in reported}
                firsts = {one.first.receipt_id for one in reported if one.first}
                assert users <= seconds | firsts
        chain.close()

"""The vendor's worked example (table 3): 10 %, Set API, Loymax, 3 % that always sums, rounding."""

from pathlib import Path

import pytest
from set10.chains import opened, receipt, server_file
from stand import MORNING

from cashier import exchange as ex
from cashier import fixtures
from cashier.links import State

TABLE3 = fixtures.path("chain/table3.xml")


async def test_the_receipt_after_every_link(tmp_path: Path) -> None:
    """1 000.00: -10 % = 900.00; Set API -5 % = 855.00; Loymax -2 % = 837.90; -3 % = 812.76 (half a
    kopeck up off); rounded down to 812.00. The mark 'sums always' of the external ones, as the
    document has it, changes nothing."""
    server = server_file(tmp_path, {"set-api": 5, "loymax": 2}, triggered=())
    text = server.read_text("utf-8")
    text += '[[action]]\nname = "Loymax"\nprovider = "loymax"\nalways = true\n'
    text += '[[action]]\nname = "Set API"\nprovider = "set-api"\nalways = false\n'
    server.write_text(text, "utf-8")
    chain = (await opened(TABLE3, server)).chain()
    assert chain is not None
    passage = await chain.passage(receipt(100_000), MORNING)
    assert [one.after for one in passage.passed] == [90_000, 85_500, 83_790, 81_276, 81_200]
    assert [one.link.system for one in passage.passed] == [
        "set10", "set-api", "loymax", "set10", "set10",
    ]  # fmt: skip
    assert passage.passed[-1].link.last
    assert all(one.state is State.PASSED for one in passage.passed)


async def test_what_the_till_is_told_is_what_the_passage_shows(tmp_path: Path) -> None:
    made = await opened(TABLE3, server_file(tmp_path, {"set-api": 5, "loymax": 2}))
    bare = receipt(12_345, 678, 9_999)
    answer = await made.calculate(ex.CalculateRequest(receipt=bare, at=MORNING))
    chain = made.chain()
    assert chain is not None
    passage = await chain.passage(bare, MORNING)
    given = sum(one.amount for price in answer.lines for one in price.discounts)
    assert bare.total - given == passage.total
    systems = [one.system for one in answer.lines[0].discounts]
    titles = [one.link.title for one in passage.passed if one.changes]
    assert [title for title in titles if title in systems] == systems


@pytest.mark.parametrize("order", ["best", "worst"])
async def test_the_order_of_percents_hardly_matters_and_rounding_stays_last(
    tmp_path: Path, order: str
) -> None:
    made = await opened(TABLE3, server_file(tmp_path, {"set-api": 5, "loymax": 2}))
    chain = made.chain()
    assert chain is not None
    orders = await chain.orders(receipt(99_999, 12_345), MORNING)
    assert (orders.tried, orders.possible) == (24, 24)
    found = orders.best if order == "best" else orders.worst
    assert found.passed[-1].link.last
    assert abs(found.total - orders.best.total) <= 100

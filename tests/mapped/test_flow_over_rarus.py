"""The flow tests of the till once more: a mapping, real HTTP, the Rarus server.

So a file suffices for a real service: the mapping passes what the adapter passes.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from flowing import flow_tests
from mapped.services import RARUS
from rarus.test_flows import LEFT_OUT, shop
from rarus.ways import LOGIN, PASSWORD, OverRarus, RarusWay
from stand import going, make_stand

from backends.house import HouseBackend
from backends.mapped import MappedBackend
from cashier import commands as do
from cashier.clock import ManualClock
from cashier.exchange import Backend
from cashier.receipt import TenderKind
from cashier.shop import Shop
from cashier.snapshot import State

__all__ = ["shop"]

globals().update(flow_tests(LEFT_OUT))


class OverMapping(OverRarus):
    """The same server; the till speaks to it as the mapping says."""

    def another(self, **options: Any) -> Any:
        given = {"url": self.url, "login": LOGIN, "password": PASSWORD, **self._options, **options}
        return MappedBackend.make(RARUS, given, clock=self._clock, card=Path())


class MappedWay(RarusWay):
    def lead(self, house: HouseBackend, shop: Shop, clock: ManualClock) -> OverRarus:
        options = super().lead(house, shop, clock)._options
        made = self.made[-1] = OverMapping(house, shop, clock, options)
        return made


@pytest.fixture(autouse=True)
async def over_the_mapping() -> AsyncIterator[RarusWay]:
    way = MappedWay()
    with going(way):
        yield way
    await way.close()


async def test_a_token_may_run_out_before_every_step_of_a_sale(
    over_the_mapping: RarusWay,
) -> None:
    stand = make_stand()
    await stand.till.start()
    (system,) = over_the_mapping.made
    inner: Backend = system.inner
    assert isinstance(inner, MappedBackend)
    for command in (
        do.Scan("2900000000025"), do.AddGoods("10101"), do.ApplyCoupon("SPRING10"),
        do.Calculate(), do.PayPoints(10_00), do.TakeTender(TenderKind.CASH),
    ):  # fmt: skip
        system.service.tokens.forget()
        await stand.do(command)
    assert stand.is_in(State.FINISHED)
    assert stand.receipt.settled
    assert stand.receipt.settled.spent == 10_00
    assert stand.till.workplace.outbox.waiting == 0
    await stand.till.close()

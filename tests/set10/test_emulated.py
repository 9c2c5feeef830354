"""An emulated provider in a named place: another system under its name, and it says so."""

from typing import Any

import pytest
from set10.chains import opened
from stand import MORNING, make_stand

from backends.house.loading import load_rules
from backends.set10.emulated import EmulatedBackend
from cashier import commands as do
from cashier import exchange as ex
from cashier import fixtures
from cashier.checks import check_receipt
from cashier.clock import ManualClock, counted_ids
from cashier.errors import ConfigError
from cashier.money import ONE
from cashier.office import office_of
from cashier.receipt import TenderKind
from cashier.snapshot import State

ANNA, BORIS = "2900000000018", "2900000000025"
NAMES = {"Loymax": "loymax", "Smart Checkout": "smart-checkout", "Manzana": "manzana"}
GOODS = (do.Scan("4600000000015", 2 * ONE), do.Scan("4600000000916", 3 * ONE))
"""Bread for 99.80 and chocolate for 299.70."""


def emulated(**options: Any) -> EmulatedBackend:
    return EmulatedBackend.from_options(
        options,
        folder=None,
        card=fixtures.path("chain/server.toml"),
        clock=ManualClock(MORNING),
        ids=counted_ids("emulated"),
        phone=lambda _message: None,
    )


@pytest.mark.parametrize(
    ("name", "total"),
    [("Loymax", 391_51), ("Smart Checkout", 397_50), ("Manzana", 390_51)],
)
async def test_a_whole_sale_under_its_name(name: str, total: int) -> None:
    backend = emulated(name=name, rules=f"{NAMES[name]}-rules.toml")
    stand = make_stand(around=lambda _house: backend)
    await stand.till.start()
    await stand.do(*GOODS, do.Calculate(), do.TakeTender(TenderKind.CASH))
    assert stand.is_in(State.FINISHED)
    sold = stand.receipt
    assert sold.total == total
    assert {one.system for line in sold.lines for one in line.discounts} == {name}
    assert [one.text for one in check_receipt(sold)] == []
    await stand.till.close()
    await backend.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_rules_of_the_demo_are_good_and_modest(name: str) -> None:
    rules = load_rules(fixtures.path(f"chain/{NAMES[name]}-rules.toml"))
    assert rules.settings.name.en == name
    assert len(rules.level) == 1
    assert all(one.percent <= 500 and one.amount <= 5_000 for one in rules.promotion)


async def test_it_says_that_it_is_emulated_and_keeps_what_the_system_can() -> None:
    backend = emulated(name="Loymax")
    opening = ex.Opening(shop="01", till="01")
    system = await backend.open(opening)
    assert (system.name, system.emulated) == ("Loymax", True)
    inner = await backend.inner.open(opening)
    assert system.can == inner.can
    assert office_of(backend) is not None
    assert {one.value for one in backend.samples()} >= {ANNA}
    await backend.close()


async def test_any_system_may_stand_in_the_place() -> None:
    backend = emulated(name="Manzana", system="set-machine")
    system = await backend.open(ex.Opening(shop="01", till="01"))
    assert (system.name, system.emulated) == ("Manzana", True)
    await backend.close()


async def test_in_the_chain_of_the_demo_its_link_is_marked() -> None:
    chain = fixtures.path("chain/ext-loyalty-providers.xml")
    made = await opened(chain, fixtures.path("chain/server.toml"))
    looked = made.chain()
    assert looked is not None
    link = next(one for one in looked.links() if one.system == "loymax")
    assert (link.title, link.emulated) == ("Loymax", True)
    await made.close()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "name: this field is required"),
        ({"name": ""}, "at least 1"),
        ({"name": "X", "system": "emulated"}, "not emulated itself"),
        ({"name": "X", "system": "nobody"}, "no loyalty system nobody"),
        ({"name": "X", "system": "set-api", "rules": "a.toml"}, "only the embedded system"),
        ({"name": "X", "rules": "missing.toml"}, "no such file"),
        ({"name": "X", "options": {"color": "red"}}, "unknown field"),
    ],
)
def test_bad_options_are_told(options: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        emulated(**options)

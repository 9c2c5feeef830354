"""The chain of a till of SetRetail10: who takes part, where it is from, and what a till does with
it."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from set10.chains import OWN_RULES, opened, receipt, server_file
from stand import MORNING

from backends.set10.config.sources import write_row
from cashier import exchange as ex
from cashier import fixtures
from cashier.errors import BadInput, ConfigError
from cashier.links import State

SHIPPED = fixtures.path("chain/ext-loyalty-providers.xml")
TABLE3 = fixtures.path("chain/table3.xml")
CARD = "2900000000018"


async def test_a_provider_needs_to_be_registered_and_triggered(tmp_path: Path) -> None:
    server = server_file(tmp_path, {"loymax": 2, "manzana": 5}, triggered=("loymax", "set-api"))
    chain = (await opened(SHIPPED, server)).chain()
    assert chain is not None
    passage = await chain.passage(receipt(10_000), MORNING)
    states = {one.link.system: (one.state, one.why) for one in passage.passed}
    assert states["loymax"][0] is State.PASSED
    assert states["manzana"] == (State.IDLE, "no advertising action triggers it")
    assert states["set-api"][0] is State.IDLE
    assert "not registered" in states["set-api"][1]


async def test_an_action_that_does_not_hold_now_triggers_nothing(tmp_path: Path) -> None:
    more = server_file(tmp_path, {"loymax": 2}, triggered=())
    text = more.read_text("utf-8")
    text += '[[action]]\nname = "Big ones"\nprovider = "loymax"\n[action.when]\nminimum = 500\n'
    more.write_text(text, "utf-8")
    chain = (await opened(TABLE3, more)).chain()
    assert chain is not None
    small = await chain.passage(receipt(10_000), MORNING)
    large = await chain.passage(receipt(60_000), MORNING)
    assert small.passed[2].state is State.IDLE
    assert large.passed[2].state is State.PASSED


async def test_the_feedback_settings_are_those_of_the_file(tmp_path: Path) -> None:
    text = TABLE3.read_text("utf-8").replace('value="120"', 'value="30"')
    own = tmp_path / "own.xml"
    own.write_text(text.replace('value="5"', 'value="7"'), "utf-8")
    made = await opened(own, server_file(tmp_path, {}))
    system = await made.open(ex.Opening(shop="01", till="01"))
    assert (system.feedback_seconds, system.feedback_batch) == (30, 7)
    assert ex.Can.FEEDBACK in system.can


def _database(path: Path, text: str | None) -> str:
    url = f"sqlite:///{path}"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE unrelated (a)")
        db.commit()
    if text is not None:
        write_row(url, text)
    return url


async def test_the_chain_of_the_database_counts(tmp_path: Path) -> None:
    url = _database(tmp_path / "till.db", TABLE3.read_text("utf-8"))
    made = await opened(SHIPPED, server_file(tmp_path, {}), database=url)
    chain = made.chain()
    assert chain is not None
    assert len(chain.links()) == 5
    assert (await made.open(ex.Opening(shop="01", till="01"))).notes == ()


@pytest.mark.parametrize("wrong", ["broken", "no row", "no table", "locked", "away"])
async def test_a_database_that_cannot_be_used_is_said_and_the_file_counts(
    tmp_path: Path, wrong: str
) -> None:
    path = tmp_path / "till.db"
    url = _database(path, TABLE3.read_text("utf-8") if wrong in ("broken", "locked") else None)
    holder = sqlite3.connect(path, isolation_level=None)
    with closing(holder):
        if wrong == "broken":
            holder.execute("UPDATE sales_management_properties SET property_value = '<beans'")
        if wrong == "no row":
            write_row(url, TABLE3.read_text("utf-8"))
            holder.execute("DELETE FROM sales_management_properties")
        if wrong == "locked":
            holder.execute("BEGIN EXCLUSIVE")
        if wrong == "away":
            url = "postgresql+psycopg://till:hidden@127.0.0.1:9/catalog"
        made = await opened(SHIPPED, server_file(tmp_path, {}), database=url)
    chain = made.chain()
    assert chain is not None
    assert len(chain.links()) == 9
    (note,) = (await made.open(ex.Opening(shop="01", till="01"))).notes
    assert "cannot be used" in note
    assert "hidden" not in note


async def test_what_is_unknown_takes_no_part_and_is_said(tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8").replace(
        "ru.crystals.pos.loyal.ml.ManzanaLoyProvider", "org.example.OwnProvider"
    )
    own = tmp_path / "own.xml"
    own.write_text(text, "utf-8")
    made = await opened(own, server_file(tmp_path, {}))
    (note,) = (await made.open(ex.Opening(shop="01", till="01"))).notes
    assert "org.example.OwnProvider" in note
    chain = made.chain()
    assert chain is not None
    assert len(chain.links()) == 8


async def test_a_file_that_is_no_chain_is_a_mistake_of_the_shop_card(tmp_path: Path) -> None:
    own = tmp_path / "own.xml"
    own.write_text("<beans/>", "utf-8")
    with pytest.raises(ConfigError, match="loy-providers-registry"):
        await opened(own, server_file(tmp_path, {}))


def test_no_chain_is_written_that_could_not_be_read(tmp_path: Path) -> None:
    url = _database(tmp_path / "till.db", None)
    with pytest.raises(BadInput):
        write_row(url, "<beans/>")


# --- Set10 itself


def _only(filters: str, folder: Path) -> Path:
    """A chain of one link of Set10 with this filter."""
    shipped = TABLE3.read_text("utf-8")
    head, rest = shipped.split("<list>", 1)
    tail = rest.rsplit('</list>\n\t\t</property>\n\n\t\t<property name="stale', 1)[1]
    bean = (
        '<bean class="ru.crystals.loyal.providers.CustomSetLoyProvider"><property name="filter">'
        f"{filters}</property></bean>"
    )
    path = folder / "one.xml"
    path.write_text(
        f'{head}<list>{bean}</list>\n\t\t</property>\n\n\t\t<property name="stale{tail}', "utf-8"
    )
    return path


def _filter(name: str) -> str:
    return f'<bean class="ru.crystals.loyal.providers.set.filters.{name}SetActionsFilter"/>'


async def test_points_are_spent_only_where_a_filter_lets_points_as_discount(tmp_path: Path) -> None:
    server = server_file(tmp_path, {})
    with_points = await opened(_only(_filter("BonusDiscount"), tmp_path), server)
    assert any(one.can(ex.Can.SPEND) for one in with_points.members)
    without = await opened(_only(_filter("BonusAccrue"), tmp_path), server)
    assert not any(one.can(ex.Can.SPEND) for one in without.members)


async def test_promotions_that_no_link_lets_through_give_nothing_at_the_save_either(
    tmp_path: Path,
) -> None:
    rules = tmp_path / "rules.toml"
    text = OWN_RULES.read_text("utf-8")
    text += '[[promotion]]\nid = "more"\nkind = "bonus"\nname = "More"\npoints = 100\n'
    rules.write_text(text, "utf-8")
    server = server_file(tmp_path, {}, rules=rules)
    for names, earned in (("Rounding", 0), ("BonusAccrue", 10_000)):
        made = await opened(_only(_filter(names), tmp_path), server)
        bare = receipt(10_000, card=CARD)
        answer = await made.calculate(ex.CalculateRequest(receipt=bare, at=MORNING))
        assert answer.earn == earned + 300
        sold = replace(bare, context=answer.context)
        request = ex.SaveSaleRequest(operation_id="s", receipt=sold, at=MORNING)
        assert (await made.save_sale(request)).earned == earned + 300


async def test_the_same_system_listed_twice_is_one_system_with_two_names(tmp_path: Path) -> None:
    text = TABLE3.read_text("utf-8")
    own = tmp_path / "own.xml"
    ref = '<ref bean="loymax-loy-provider" />'
    own.write_text(text.replace(ref, f"{ref}{ref}"), "utf-8")
    made = await opened(own, server_file(tmp_path, {"loymax": 50}))
    chain = made.chain()
    assert chain is not None
    titles = [one.title for one in chain.links() if one.system == "loymax"]
    assert titles == ["Loymax", "Loymax (2)"]
    assert len([one for one in made.members if one.id == "loymax"]) == 1
    answer = await made.calculate(ex.CalculateRequest(receipt=receipt(10_000), at=MORNING))
    assert [one.amount for one in answer.lines[0].discounts if "Loymax" in one.system] == [
        4500,
        2250,
    ]


async def test_data_last_and_the_chain_closes_what_it_opened(tmp_path: Path) -> None:
    coupons = f'coupons = "{fixtures.path("chain/coupons.toml")}"\n'
    server = server_file(tmp_path, {"loymax": 2}, more=coupons)
    made = await opened(TABLE3, server, tmp_path / "data")
    bare = receipt(10_000, card=CARD)
    request = ex.SaveSaleRequest(operation_id="s", receipt=bare, at=MORNING)
    await made.save_sale(request)
    await made.close()
    again = await opened(TABLE3, server, tmp_path / "data")
    found = await again.find_sale(ex.FindSaleRequest(number="N-r1", at=MORNING))
    assert [one.receipt.receipt_id for one in found] == ["r1"]
    await again.close()
    assert await asyncio.to_thread((tmp_path / "data" / "set10" / "coupons").is_dir)

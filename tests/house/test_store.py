"""The data on disk: kept over a restart, whole or not at all, and clear words when they are bad."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from house.counter import BASE, Counter, MakeCounter, line

from backends.house import HouseBackend
from cashier.clock import counted_ids
from cashier.errors import ConfigError
from cashier.exchange import Opening, Unavailable

OPENING = Opening(shop="01", till="01")


async def test_all_is_there_after_a_restart_and_filled_only_once(
    make: MakeCounter, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "loyalty.db"
    one = make(path=path)
    sale = await one.priced(await one.receipt(line(), card="A1"), 10_00)
    settled = await one.save(sale)
    await one.house.close()
    two = make(path=path)
    assert (await two.found("A1")).cards[0].balance == settled.balance
    assert await two.save(sale) == settled


async def test_a_sale_is_synced_to_the_disk(make: MakeCounter, tmp_path: Path) -> None:
    counter = make(path=tmp_path / "loyalty.db")
    await counter.house.open(OPENING)
    db = sqlite3.connect(tmp_path / "loyalty.db")
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()


async def test_damaged_data_are_unavailable_and_named(make: MakeCounter, tmp_path: Path) -> None:
    path = tmp_path / "loyalty.db"
    path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(Unavailable, match=r"loyalty\.db"):
        await make(path=path).house.open(OPENING)


async def test_data_of_another_version_are_left_alone(make: MakeCounter, tmp_path: Path) -> None:
    path = tmp_path / "loyalty.db"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(Unavailable, match="another version"):
        await make(path=path).house.open(OPENING)


async def test_a_place_that_cannot_be_written_is_unavailable(
    make: MakeCounter, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    counter = make(path=tmp_path / "file" / "loyalty.db")
    with pytest.raises(Unavailable):
        await counter.house.open(OPENING)


async def test_a_sale_that_cannot_be_written_leaves_nothing_behind(
    make: MakeCounter, tmp_path: Path
) -> None:
    path = tmp_path / "loyalty.db"
    counter = make(path=path)
    sale = await counter.priced(await counter.receipt(line(), card="A1"), 10_00)
    other = sqlite3.connect(path)
    other.execute(
        "CREATE TRIGGER full BEFORE INSERT ON operations"
        " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(Unavailable, match="disk full"):
        await counter.save(sale)
    assert (await counter.found("A1")).cards[0].balance == 1000_00
    other.execute("DROP TRIGGER full")
    other.close()
    assert (await counter.save(sale)).spent == 10_00


# --- as a shop card asks --------------------------------------------------------------------


def made(options: dict[str, Any], folder: Path, counter: Counter) -> HouseBackend:
    return HouseBackend.from_options(
        options,
        folder=folder,
        card=folder / "shop.toml",
        clock=counter.clock,
        ids=counted_ids(),
        phone=counter.phone.append,
    )


async def test_without_options_the_demo_opens(counter: Counter, tmp_path: Path) -> None:
    house = made({}, tmp_path, counter)
    assert (await house.open(OPENING)).name == "Club Example"
    assert (tmp_path / "loyalty.db").exists()
    await house.close()


async def test_a_rules_file_is_looked_for_beside_the_shop_card(
    counter: Counter, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(BASE)
    house = made({"rules": "mine.toml"}, tmp_path, counter)
    assert (await house.open(OPENING)).name == "Club"
    await house.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [({"rulez": "x"}, "rulez"), ({"rules": 1}, "rules"), ({"rules": "no.toml"}, r"no\.toml")],
)
def test_wrong_options_are_named(
    counter: Counter, tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        made(options, tmp_path, counter)

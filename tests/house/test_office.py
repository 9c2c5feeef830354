"""The back office: people, cards, points and coupons; validated, logged, undone."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from house.counter import line
from house.office import WHO, Desk

from backends.faults import Faulty
from backends.house import store
from backends.house.numbers import ean13
from cashier.commands import Connection
from cashier.exchange import Backend, Opening, Unavailable
from cashier.office import OffersOffice, office_of
from cashier.receipt import Coupon


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.counter.house.close()


def test_a_system_offers_its_office(desk: Desk) -> None:
    assert isinstance(desk.counter.house, OffersOffice)
    assert office_of(object()) is None
    assert [one.id for one in desk.office.sections()] == [
        "customers", "cards", "lots", "movements", "promotions", "coupons", "sales",
    ]  # fmt: skip


async def test_the_plug_hands_the_office_through_even_when_it_is_pulled(desk: Desk) -> None:
    house: Backend = desk.counter.house
    plugged = Faulty(lambda: house, desk.counter.clock)
    with pytest.raises(Unavailable):
        office_of(plugged)
    await plugged.open(Opening(shop="01", till="01"))
    plugged.plan.connection = Connection.OFFLINE
    office = office_of(plugged)
    assert office is not None
    assert len(office.rows("customers")) == 2


# --- looking ----------------------------------------------------------------------------------


def test_a_customer_is_found_by_any_part_of_what_is_known(desk: Desk) -> None:
    for text in ("ANN", "4501", "example.org", "a2", "ann 9001", "  Ann  "):
        assert desk.one("customers", text).id == "ann", text
    assert desk.rows("customers", "ann bob") == []
    assert len(desk.rows("customers")) == 2


def test_russian_letters_of_either_case_are_one(desk: Desk) -> None:
    desk.do("customers", "", "add", name="Семён Ёлкин")
    assert desk.one("customers", "семен").cells[0] == "Семён Ёлкин"
    assert desk.one("customers", "ЁЛК").cells[0] == "Семён Ёлкин"


async def test_every_section_opens_every_row_and_what_belongs_to_it(desk: Desk) -> None:
    sale = await desk.counter.priced(
        await desk.counter.receipt(line(), line("2"), card="A1", coupons=("SPRING", "G1")), 10_00
    )
    await desk.counter.save(sale)
    await desk.counter.bring_back(sale, {1: 1000})
    opened = 0
    for section in desk.office.sections():
        rows = desk.rows(section.id)
        assert rows, section.id
        for row in rows:
            assert len(row.cells) == len(section.columns)
            record = desk.record(section.id, row.id)
            for table in record.tables:
                for one in table.rows:
                    assert len(one.cells) == len(table.columns)
                    if table.section:
                        opened += bool(desk.record(table.section, one.id).title)
    assert opened > 20


async def test_a_sale_shows_its_lines_and_what_came_back(desk: Desk) -> None:
    sale = await desk.counter.priced(
        await desk.counter.receipt(line("1"), line("2"), card="A1"), 10_00
    )
    await desk.counter.save(sale)
    assert desk.one("sales", "23.11.2026").cells[-1] == ""
    await desk.counter.bring_back(sale, {2: 1000})
    row = desk.one("sales", sale.number)
    assert row.cells[0] == sale.number
    assert row.cells[-1] == "part returned"
    record = desk.record("sales", row.id)
    lines = next(table for table in record.tables if table.title == "Goods")
    assert [one.cells[-1] for one in lines.rows] == ["", "1"]
    returns = next(table for table in record.tables if table.title == "Returns")
    assert returns.rows[0].cells[0] == 5_00
    assert record.actions == ()


@pytest.mark.parametrize("section", ["customers", "cards", "lots", "movements", "coupons", "sales"])
@pytest.mark.parametrize("record", ["nobody", "1' OR 1=1", "\u0661\u0662", "9" * 40, "kind:x"])
def test_what_is_not_there_is_said(desk: Desk, section: str, record: str) -> None:
    assert "no" in desk.refused(section, record, "block")


def test_unknown_sections_actions_and_fields_are_refused(desk: Desk) -> None:
    assert "list" in desk.refused("tables", "ann", "give")
    assert "cannot be done" in desk.refused("customers", "ann", "erase")
    assert "no field" in desk.refused("cards", "A1", "block", colour="red")


# --- customers --------------------------------------------------------------------------------


async def test_a_customer_is_added_found_at_the_till_and_taken_back(desk: Desk) -> None:
    said = desk.do(
        "customers", "", "add",
        name="  Zoë [/] Bär ", phone="8 (900) 123-99-99", email="Zoe@Example.org",
        birthdate="29.02.2000", card="NEW-1",
    )  # fmt: skip
    assert said == "Customer Zoë [/] Bär was added."
    found = await desk.counter.found("NEW-1")
    assert found.customer is not None
    assert (found.customer.phone, found.customer.email) == ("+79001239999", "zoe@example.org")
    assert found.cards[0].may_spend
    row = desk.one("customers", "zoë")
    assert desk.facts("customers", row.id)["Birthday"] == date(2000, 2, 29)
    assert desk.undo() == "Undone: Customer Zoë [/] Bär was added."
    assert desk.rows("customers", "zoë") == []
    assert desk.rows("cards", "NEW-1") == []


def test_without_a_number_the_new_customer_gets_a_card_without_plastic(desk: Desk) -> None:
    desk.do("customers", "", "add", name="Eve")
    card = str(desk.one("customers", "eve").cells[2])
    assert card == ean13("290", int(card[3:12]))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "Name: must be filled in"),
        ({"name": "A\x1b[2J"}, "no text"),
        ({"name": "A\u202eB"}, "no text"),
        ({"name": "x" * 201}, "at most 200"),
        ({"phone": "12"}, "Not a phone"),
        ({"phone": "call me"}, "Not a phone"),
        ({"phone": "8 900 123-45-02"}, "belongs to Bob"),
        ({"email": "a@b"}, "Not an e-mail"),
        ({"email": "a b@example.org"}, "Not an e-mail"),
        ({"email": "ANN@example.org"}, "belongs to Ann"),
        ({"birthdate": "31.02.1990"}, "not a day"),
        ({"birthdate": "24.11.2026"}, "in the past"),
        ({"birthdate": "01.01.1800"}, "not a day"),
        ({"birthdate": "9" * 199}, "not a day"),
        ({"card": "A1"}, "belongs to Ann"),
        ({"card": "B-blocked"}, "blocked"),
        ({"card": "[/red]"}, "letters, digits"),
        ({"card": "x" * 41}, "letters, digits"),
    ],
)
def test_a_customer_that_cannot_be_is_not_added(
    desk: Desk, given: dict[str, str], words: str
) -> None:
    assert words in desk.refused("customers", "", "add", **{"name": "Eve", **given})


def test_a_customer_is_changed_and_changed_back(desk: Desk) -> None:
    same = {"name": "Ann", "phone": "+79001234501", "email": "ann@example.org"}
    desk.do("customers", "ann", "change", **{**same, "email": "", "birthdate": "1991-01-02"})
    entry = desk.office.log()[0]
    assert entry.who == WHO
    assert {(one.label, one.before, one.after) for one in entry.differences} >= {
        ("E-mail", "ann@example.org", None),
        ("Birthday", date(1990, 11, 23), date(1991, 1, 2)),
    }
    assert desk.facts("customers", "ann").get("E-mail") is None
    assert "own phone" not in desk.do("customers", "ann", "change", **same)
    assert "changed again since" in desk.not_undone(entry.id)
    desk.undo()
    desk.undo()
    assert desk.facts("customers", "ann")["E-mail"] == "ann@example.org"
    assert desk.facts("customers", "ann")["Name"] == "Ann [/red] [b"
    assert "Nothing was changed" in desk.refused(
        "customers", "ann", "change", birthdate="23.11.1990", **{**same, "name": "Ann [/red] [b"}
    )


def test_a_number_that_went_to_another_is_not_put_back(desk: Desk) -> None:
    desk.do("customers", "ann", "change", name="Ann", phone="+79001110000")
    change = desk.office.log()[0].id
    desk.do("customers", "bob", "change", name="Bob", phone="+79001234501")
    assert "belongs to somebody else" in desk.not_undone(change)


async def test_a_customer_who_has_bought_is_not_taken_back(desk: Desk) -> None:
    desk.do("customers", "", "add", name="Eve", card="EVE")
    entry = desk.office.log()[0].id
    await desk.counter.sell(await desk.counter.receipt(line(), card="EVE"))
    assert "changed again since" in desk.not_undone(entry) or "used since" in desk.not_undone(entry)
    await desk.counter.found("EVE")


# --- cards ------------------------------------------------------------------------------------


async def test_a_blocked_card_works_no_more_until_it_is_undone(desk: Desk) -> None:
    assert desk.do("cards", "B-earn", "block") == "Card B-earn was blocked."
    assert not (await desk.counter.found("B-earn")).cards[0].may_earn
    assert desk.possible("cards", "B-earn") == ["unblock", "level"]
    assert "cannot be done" in desk.refused("cards", "B-earn", "block")
    desk.undo()
    assert desk.one("cards", "B-earn").cells[-1] == "earns only"
    desk.do("cards", "B-blocked", "unblock")
    assert (await desk.counter.found("B-blocked")).cards[0].may_spend
    assert "changed again" not in desk.undo()
    assert desk.one("cards", "B-blocked").quiet


async def test_another_level_counts_at_once(desk: Desk) -> None:
    desk.do("cards", "A1", "level", level="gold")
    assert (await desk.counter.found("A1")).cards[0].level == "Gold"
    assert "not one of the choices" in desk.refused("cards", "A1", "level", level="lead")
    assert "must be filled in" in desk.refused("cards", "A1", "level")
    desk.undo()
    assert (await desk.counter.found("A1")).cards[0].level == "Base"


async def test_cards_are_given_and_taken_back(desk: Desk) -> None:
    before = desk.listed()
    for number in ("F1", "N1", "B-asleep2", ""):
        desk.do("customers", "bob", "attach", card=number, level="silver")
    cards = next(one for one in desk.record("customers", "bob").tables if one.section == "cards")
    assert {"F1", "N1", "B-asleep2"} < {row.id for row in cards.rows}
    assert (await desk.counter.found("F1")).cards[0].balance == 500_00
    for _each in range(4):
        desk.undo()
    assert desk.listed() == before
    assert len(desk.office.log()) == 8


async def test_a_card_in_use_is_not_given_away(desk: Desk) -> None:
    assert "already" in desk.refused("customers", "ann", "attach", card="A1", level="base")
    assert "belongs to Ann" in desk.refused("customers", "bob", "attach", card="A1", level="base")
    await desk.counter.sell(await desk.counter.receipt(line(), card="N1"))
    words = desk.refused("customers", "bob", "attach", card="N1", level="base")
    assert "points or purchases of its own" in words


# --- coupons ----------------------------------------------------------------------------------


async def test_a_series_of_coupons_is_made_used_blocked_and_undone(desk: Desk) -> None:
    made = desk.do(
        "coupons", "", "series", kind="gift", count="50", prefix="9921", ends="31.12.2026"
    )
    assert made.startswith("50 coupons of kind Gift coupon made: 9921")
    codes = [row.id for row in desk.rows("coupons", "9921")]
    assert len(set(codes)) == 50
    assert all(code == ean13(code[:12], 0) for code in codes)
    numbers = sorted(int(code[:12]) for code in codes)
    steps = {after - before for before, after in pairwise(numbers)}
    assert len(steps) > 25  # one cannot be guessed from another
    desk.do("coupons", codes[0], "block")
    entry = desk.office.log()[1].id
    assert "changed again since" in desk.not_undone(entry)
    desk.undo()
    desk.office.undo(entry, WHO)
    assert desk.rows("coupons", "9921") == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"count": "0"}, "1 or more"),
        ({"count": "1001"}, "1 000 or less"),
        ({"count": "-3"}, "1 or more"),
        ({"prefix": "9"}, "Two to nine digits"),
        ({"prefix": "SALE"}, "Two to nine digits"),
        ({"prefix": "99²"}, "Two to nine digits"),
        ({"prefix": "9951"}, "that the tills print"),
        ({"prefix": "992100000", "count": "200"}, "Too few numbers"),
        ({"kind": "spring"}, "not one of the choices"),
        ({"ends": "22.11.2026"}, "is over"),
        ({"starts": "02.01.2027", "ends": "01.01.2027"}, "before the first"),
    ],
)
def test_a_series_that_cannot_be_is_not_made(
    desk: Desk, values: dict[str, str], words: str
) -> None:
    given = {"kind": "gift", "count": "5", "prefix": "992", **values}
    assert words in desk.refused("coupons", "", "series", **given)


async def test_a_used_coupon_keeps_its_series(desk: Desk) -> None:
    desk.do("coupons", "", "series", kind="gift", count="2", prefix="9921")
    code = desk.rows("coupons", "9921")[0].id
    sale = await desk.counter.receipt(line(group="toys"))
    sale = replace(sale, coupons=(Coupon(code, verified=True),))
    await desk.counter.save(await desk.counter.priced(sale))
    assert desk.one("coupons", code).cells[-1] == "used"
    assert "used since" in desk.not_undone()


# --- the data ---------------------------------------------------------------------------------


_NO_KEEPING = (
    "DROP TABLE returns; DROP TABLE coupon_holds; DROP INDEX movements_by_operation;"
    "ALTER TABLE movements DROP COLUMN operation; PRAGMA user_version = 2;"
)
_NO_OFFICE = (
    "ALTER TABLE movements DROP COLUMN note; DROP TABLE office_log; PRAGMA user_version = 1"
)


@pytest.mark.parametrize("back", [_NO_KEEPING, _NO_KEEPING + _NO_OFFICE], ids=["2", "1"])
async def test_data_of_an_older_version_are_kept(tmp_path: Path, back: str) -> None:
    path = tmp_path / "loyalty.db"
    desk = Desk(tmp_path, path)
    await desk.counter.house.close()
    db = sqlite3.connect(path)
    db.executescript(back)
    db.close()
    again = Desk(tmp_path, path)
    assert again.balance("ann") == 1000_00
    again.do("customers", "ann", "give", points="1", days="1", note="still works")
    await again.counter.house.close()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (store.VERSION,)
    assert len(db.execute("SELECT * FROM movements").fetchone()) == 9
    db.close()


async def test_what_the_disk_does_not_take_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "loyalty.db"
    desk = Desk(tmp_path, path)
    other = sqlite3.connect(path)
    other.execute(
        "CREATE TRIGGER full BEFORE INSERT ON office_log BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    assert "full" in desk.refused("cards", "A1", "block")
    assert "full" in desk.refused("promotions", "bread", "off")
    other.close()
    await desk.counter.house.close()


async def test_an_office_opens_beside_a_till_that_sells(desk: Desk) -> None:
    before = desk.rows("sales")
    await desk.counter.sell(await desk.counter.receipt(line(), card="A1"))
    assert (len(before), len(desk.rows("sales"))) == (0, 1)


def test_the_log_is_told_in_the_language_of_now(desk: Desk) -> None:
    desk.do("cards", "A1", "block")
    (entry,) = desk.office.log()
    assert (entry.what, entry.who) == ("Card A1 was blocked", WHO)
    assert [(one.label, one.before, one.after) for one in entry.differences] == [
        ("Status", "active", "blocked")
    ]
    desk.undo()
    assert "not undone" in desk.office.log()[0].note


def test_an_undoing_is_final(desk: Desk) -> None:
    desk.do("cards", "A1", "block")
    desk.undo()
    undoing = desk.office.log()[0]
    assert not undoing.undoable
    with pytest.raises(Exception, match="do the thing once more"):
        desk.office.undo(undoing.id, WHO)
    with pytest.raises(Exception, match="no such entry"):
        desk.office.undo(99, WHO)

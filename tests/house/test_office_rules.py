"""The rules file: changed from the office with every comment kept, checked, whole at any moment."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from house.counter import Counter, line
from house.office import RULES, WHO, Desk

from backends.house import HouseBackend
from backends.house.loading import parse_rules
from backends.house.rules_file import RuleEdit, RulesFile, Written
from cashier import fixtures
from cashier.clock import counted_ids
from cashier.errors import CashierError, StorageError
from cashier.exchange import Opening
from cashier.office import office_of
from cashier.receipt import Coupon

BREAD = {"percent": "10", "until": "31.12.2027"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.counter.house.close()


async def discount(desk: Desk, group: str = "bread", price: int = 100_00) -> int:
    receipt = await desk.counter.receipt(line(price=price, group=group))
    return sum(one.amount for one in (await desk.counter.priced(receipt)).lines[0].discounts)


async def test_a_promotion_is_switched_off_and_on_at_once_and_nothing_else_changes(
    desk: Desk,
) -> None:
    assert await discount(desk) == 10_00
    assert desk.do("promotions", "bread", "off") == "Promotion Bread day was switched off."
    assert await discount(desk) == 0
    name = 'name = "Bread day"        # the name\n'
    assert desk.path.read_text() == RULES.replace(name, f"{name}off = true\n")
    assert desk.one("promotions", "bread").quiet
    assert desk.possible("promotions", "bread") == ["on", "change"]
    desk.do("promotions", "bread", "on")
    assert desk.path.read_text() == RULES
    assert await discount(desk) == 10_00


async def test_numbers_and_days_are_changed_where_they_stand(desk: Desk) -> None:
    desk.do("promotions", "bread", "change", percent="12,5", until="30.06.2027")
    expected = RULES.replace("percent = 10   ", 'percent = "12.50"   ')
    assert desk.path.read_text() == expected.replace("until = 2027-12-31", "until = 2027-06-30")
    assert await discount(desk) == 12_50
    entry = desk.office.log()[0]
    percent = entry.differences[0]
    assert (percent.label, percent.before, percent.after) == ("Percent", 10_00, 12_50)
    desk.undo()
    assert desk.path.read_text() == RULES
    assert await discount(desk) == 10_00


async def test_conditions_are_added_and_taken_out_again(desk: Desk) -> None:
    desk.do("promotions", "milk", "change", price="70", since="01.01.2027")
    text = desk.path.read_text()
    assert "price = 70\n" in text
    assert 'groups = ["milk"]\nsince = 2027-01-01\n' in text
    assert await discount(desk, "milk") == 0
    desk.do("promotions", "spring", "change", amount="5", minimum="100")
    desk.undo()
    desk.undo()
    assert desk.path.read_text() == RULES


@pytest.mark.parametrize(
    ("promotion", "values", "words"),
    [
        ("bread", {**BREAD, "percent": "101"}, "100 or less"),
        ("bread", {**BREAD, "percent": "0"}, "0.01 or more"),
        ("bread", {**BREAD, "percent": "-1"}, "0.01 or more"),
        ("bread", {**BREAD, "percent": ""}, "must be filled in"),
        ("bread", {**BREAD, "percent": "10 # x"}, "not a number"),
        ("bread", {**BREAD, "since": "01.01.2028"}, "before the first"),
        ("bread", {**BREAD, "until": "31.02.2027"}, "not a day"),
        ("bread", {**BREAD, "until": "2027-01-01\noff = true"}, "no text"),
        ("bread", {**BREAD, "minimum": "9" * 12}, "or less"),
        ("milk", {"price": "1.005"}, "not a number"),
        ("bread", BREAD, "Nothing was changed"),
    ],
)
def test_what_makes_no_sense_is_not_written(
    desk: Desk, promotion: str, values: dict[str, str], words: str
) -> None:
    assert words in desk.refused("promotions", promotion, "change", **values)


def test_rules_that_would_not_hold_together_are_not_written(desk: Desk) -> None:
    """The file itself is asked, not only its fields."""
    with pytest.raises(CashierError, match=r"rules\.toml, line \d+.*price"):
        desk.file.draft([RuleEdit("promotion", "milk", ("price",), None)])
    assert desk.path.read_text() == RULES


async def test_a_promo_code_is_blocked_in_the_file(desk: Desk) -> None:
    desk.do("coupons", "kind:spring", "block")
    assert 'name = "Spring code"\nblocked = true\n' in desk.path.read_text()
    assert desk.one("coupons", "SPRING").cells[-1] == "blocked"
    receipt = await desk.counter.receipt(line(group="toys"), coupons=("SPRING",))
    assert not (await desk.counter.priced(receipt)).lines[0].discounts
    desk.undo()
    assert desk.path.read_text() == RULES


async def test_a_coupon_that_gave_something_is_used_up_though_its_promotion_is_off_by_then(
    desk: Desk,
) -> None:
    sale = await desk.counter.receipt(line(group="toys"))
    sale = await desk.counter.priced(replace(sale, coupons=(Coupon("G1", verified=True),)))
    assert sale.lines[0].discounts
    desk.do("promotions", "gift", "off")
    await desk.counter.save(sale)
    assert desk.one("coupons", "G1").cells[-1] == "used"


# --- others change the file, too ----------------------------------------------------------------


async def test_a_file_changed_by_hand_is_read_again_and_not_overwritten(desk: Desk) -> None:
    by_hand = RULES.replace("percent = 10   ", "percent = 30   ")
    desk.path.write_text(by_hand)
    with pytest.raises(CashierError, match=r"rules\.toml was changed by hand: it was read again"):
        desk.do("promotions", "bread", "off")
    assert desk.path.read_text() == by_hand
    assert desk.office.log() == []
    assert await discount(desk) == 30_00
    desk.do("promotions", "bread", "off")
    assert "percent = 30   " in desk.path.read_text()


async def test_a_file_broken_by_hand_is_left_alone_and_the_old_rules_hold(desk: Desk) -> None:
    desk.path.write_text(RULES + "[[promotion]]\nid = 5\n")
    with pytest.raises(CashierError, match=r"cannot be read: .*rules\.toml, line"):
        desk.do("promotions", "bread", "off")
    assert desk.path.read_text().endswith("id = 5\n")
    assert await discount(desk) == 10_00
    desk.path.unlink()
    with pytest.raises(CashierError, match="no such file"):
        desk.do("promotions", "bread", "off")


def test_an_older_change_of_the_same_value_is_not_undone(desk: Desk) -> None:
    desk.do("promotions", "bread", "change", **{**BREAD, "percent": "20"})
    first = desk.office.log()[0].id
    desk.do("promotions", "bread", "change", **{**BREAD, "percent": "25"})
    assert "changed again since" in desk.not_undone(first)
    desk.do("promotions", "milk", "off")  # another promotion is in nobody's way
    desk.office.undo(first + 1, WHO)
    desk.office.undo(first, WHO)
    assert desk.path.read_text() == RULES.replace('name = "Milk"\n', 'name = "Milk"\noff = true\n')


def test_undoing_what_left_the_file_is_refused(desk: Desk) -> None:
    desk.do("promotions", "milk", "off")
    cut = RULES[: RULES.index("# milk costs less")] + RULES[RULES.index("# --- coupons ---") :]
    desk.path.write_text(cut)
    with pytest.raises(CashierError, match="changed by hand"):
        desk.undo()
    with pytest.raises(CashierError, match="know nothing of milk"):
        desk.undo()


def test_rules_without_a_file_are_only_looked_at() -> None:
    counter = Counter(parse_rules(RULES))
    office = office_of(counter.house)
    assert office is not None
    with pytest.raises(CashierError, match="do not come from a file"):
        office.do("promotions", "bread", "off", {}, WHO)
    assert office.log() == []


# --- the demo's own file ------------------------------------------------------------------------


def demo_house(folder: Path) -> HouseBackend:
    counter = Counter(parse_rules(RULES))
    return HouseBackend.from_options(
        {},
        folder=folder,
        card=folder / "shop.toml",
        clock=counter.clock,
        ids=counted_ids(),
        phone=counter.phone.append,
    )


async def test_the_file_that_came_with_the_program_is_copied_and_the_copy_is_used(
    tmp_path: Path,
) -> None:
    packaged = fixtures.path("loyalty.toml").read_text(encoding="utf-8")
    house = demo_house(tmp_path)
    office = office_of(house)
    assert office is not None
    said = office.do("promotions", "no-kopecks", "off", {}, WHO)
    assert f"yours are now in {tmp_path / 'loyalty.toml'}" in said
    assert "yours" not in office.do("promotions", "evening-bread", "off", {}, WHO)
    assert fixtures.path("loyalty.toml").read_text(encoding="utf-8") == packaged
    own = (tmp_path / "loyalty.toml").read_text(encoding="utf-8")
    assert own.replace("off = true\n", "") == packaged
    await house.close()
    again = demo_house(tmp_path)
    await again.open(Opening(shop="01", till="01"))
    office = office_of(again)
    assert office is not None
    assert [row.id for row in office.rows("promotions") if row.quiet] == [
        "evening-bread", "no-kopecks",
    ]  # fmt: skip
    office.undo(2, WHO)
    office.undo(1, WHO)
    assert (tmp_path / "loyalty.toml").read_text(encoding="utf-8") == packaged
    await again.close()


# --- on the disk --------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_every_byte_is_kept(tmp_path: Path, ending: str, start: str) -> None:
    path = tmp_path / "rules.toml"
    bytes_before = (start + RULES.replace("\n", ending)).encode()
    path.write_bytes(bytes_before)
    path.chmod(0o640)
    file = RulesFile.open(path, tmp_path / "own.toml")
    for literal, expected in (("20", b"percent = 20   "), ("10", b"percent = 10   ")):
        draft = file.draft([RuleEdit("promotion", "bread", ("percent",), Written(literal))])
        draft.write()
        draft.keep()
        now = path.read_bytes()
        assert now == bytes_before.replace(b"percent = 10   ", expected)
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "text",
    [
        'promotion = [{ id = "a", kind = "percent", name = "A", percent = 5 }] # one\n',
        '[[promotion]]\nname = "A"\nid = "a"\nkind = "percent"\npercent = 5 # five\n'
        "when.minimum = 10\n\n# the end",
        "[[promotion]]\nid = 'a'\nkind = 'percent'\nname = {ru = 'А', en = 'A'}\npercent = '5.00'\n"
        "when = {weekdays = ['mon']}\n# the end\n",
    ],
)
@pytest.mark.parametrize(
    "path", [("percent",), ("off",), ("when", "since"), ("when", "minimum")], ids=".".join
)
def test_every_way_to_write_a_promotion_is_kept(
    tmp_path: Path, text: str, path: tuple[str, ...]
) -> None:
    literal = {"percent": "7", "off": "true", "since": "2027-01-01", "minimum": "3"}[path[-1]]
    file = tmp_path / "rules.toml"
    tables = 'groups = []\n{}\n[[level]]\nid = "base"\nname = "Base"\nearn = 1\n'
    top = text if text.startswith("promotion") else ""
    file.write_text(tables.format(top) + ("" if top else text))
    before = file.read_text()
    rules = RulesFile.open(file, tmp_path / "own.toml")
    draft = rules.draft([RuleEdit("promotion", "a", path, Written(literal))])
    draft.write()
    draft.keep()
    value: object = draft.rules.promotion[0]
    for name in path:
        value = getattr(value, name)
    assert value in (7_00, True, 3_00) or str(value) == literal
    assert re.findall("#.*", draft.text) == re.findall("#.*", before)
    back = rules.draft([draft.edits[0].back])
    back.write()
    assert parse_rules(file.read_text()) == parse_rules(before)
    assert file.read_text().replace(" ", "") == before.replace(" ", "")


KILLED = """
import os, sys
from pathlib import Path
from backends.house.rules_file import RulesFile, RuleEdit, Written
path = Path(sys.argv[1])
file = RulesFile.open(path, path.with_name("own.toml"))
draft = file.draft([RuleEdit("promotion", "bread", ("percent",), Written("20"))])
os.fsync = lambda descriptor: os._exit(9)  # the power goes when all is written but nothing renamed
draft.write()
"""


def test_killed_in_the_middle_of_writing_the_old_file_is_whole(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(desk.path)], check=False, env=dict(os.environ)
    )
    assert ended.returncode == 9
    assert desk.path.read_text() == RULES
    left = [path.name for path in tmp_path.iterdir() if path.name.startswith("rules.toml.")]
    assert left == ["rules.toml.new"]
    desk.do("promotions", "bread", "off")
    assert "off = true" in desk.path.read_text()
    assert not (tmp_path / "rules.toml.new").exists()


def test_a_place_that_takes_no_file_is_named_and_nothing_is_logged(desk: Desk) -> None:
    (desk.path.parent / "rules.toml.new").mkdir()
    with pytest.raises(StorageError, match=r"rules\.toml cannot be written"):
        desk.do("promotions", "bread", "off")
    assert desk.office.log() == []
    assert desk.path.read_text() == RULES

"""Settings files: whatever is wrong is told with file, line, field and what was expected."""

from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from cashier.config import LARGEST, Places, Settings, load, parse, read_text
from cashier.errors import ConfigError
from cashier.shop import Shop, beside


class Percent(Settings):
    kind: Literal["percent"]
    percent: int


class Gift(Settings):
    kind: Literal["gift"]
    sku: str
    since: date | None = None
    at: time | None = None


class Rules(Settings):
    rule: tuple[Annotated[Percent | Gift, Field(discriminator="kind")], ...] = ()
    limit: int | tuple[int, ...] = 0


def trouble(text: str, model: type[Settings] = Shop) -> str:
    with pytest.raises(ConfigError) as raised:
        parse(text, model, "shop.toml")
    return str(raised.value)


# --- the file


def test_a_right_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_bytes('\ufeffname = "A"\r\n[slip]\r\ncolumns = 32\r\n'.encode())
    shop = load(path, Shop)
    assert (shop.name, shop.slip.columns) == ("A", 32)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: there is no such file"):
        load(tmp_path / "none.toml", Shop)


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff"])
def test_an_empty_file_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"shop\.toml: the file is empty"):
        load(path, Shop)


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(ConfigError, match=r"shop\.toml: not UTF-8 text"):
        load(path, Shop)


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=str(tmp_path)):
        load(tmp_path, Shop)


def test_a_path_that_no_file_can_have_is_told() -> None:
    with pytest.raises(ConfigError, match="shop"):
        read_text(Path("shop\0.toml"))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ConfigError, match="too large"):
        load(path, Shop)


# --- the text


@pytest.mark.parametrize(
    "text",
    [
        "name = ",
        "[slip",
        "name = 'A'\nname = 'B'",
        "{}",
        "<xml/>",
        "x = " + "9" * 5000,
        "x = " + "[" * 5000 + "]" * 5000,
        ".".join("a" * 3000) + " = 1",
    ],
)
def test_what_is_not_toml_is_told(text: str) -> None:
    assert trouble(text).startswith("shop.toml: not TOML: ")


@pytest.mark.parametrize(
    ("text", "line", "field", "why"),
    [
        ('name = "A"\n\ncolour = "red"', 3, "colour", "unknown field"),
        ('name = "A"\n[slip]\nwidth = 1', 3, "slip.width", "unknown field"),
        ('name = "A"\nslip.width = 1', 2, "slip.width", "unknown field"),
        ('name = "A"\n"slip".\'width\' = 1', 2, "slip.width", "unknown field"),
        ('name = "A"\nslip = {width = 1}', 2, "slip.width", "unknown field"),
        ("\n[slip]\ncolumns = 32", 1, "name", "this field is required"),
        ('name = "A"\n\n[[slips]]\nx = 1', 3, "slips", "unknown field"),
        ("name = 5", 1, "name", "expected text in quotes, got 5"),
        ('name = ""', 1, "name", 'expected at least 1 characters, got ""'),
        ('name = "A"\nslip = 5', 2, "slip", "expected a table, got 5"),
        ('name = "A"\nlanguage = "fr"', 2, "language", "expected 'ru' or 'en', got \"fr\""),
        ('name = "A"\ntill = "a b"', 2, "till", "expected text of the form ^["),
        ('name = "A"\n[slip]\ncolumns = 40', 3, "slip.columns", "expected 32, 42 or 48, got 40"),
        ('name = "A"\n[slip]\nheader = "x"', 3, "slip.header", 'expected a list, got "x"'),
        ('name = "A"\n[slip]\nheader = ["a", 1]', 3, "slip.header.2", "expected text in quotes"),
        ('name = "A"\n[sending]\nbatch = 0', 3, "sending.batch", "expected 1 or more, got 0"),
        ('name = "A"\n[sending]\nbatch = 9999', 3, "sending.batch", "expected 1000 or less"),
        ('name = "A"\n[sending]\nbatch = "5"', 3, "sending.batch", "expected a whole number"),
        ('name = "A"\n[sending]\nbatch = 5.0', 3, "sending.batch", "expected a whole number"),
        ('name = "A"\n[sending]\nbatch = true', 3, "sending.batch", "expected a whole number"),
        ('name = "A"\n[sending]\nnewest_first = 1', 3, "sending.newest_first", "expected true or"),
        ('name = "A"\n[cash]\nround_to = 0.05', 3, "cash.round_to", "expected a whole number, or"),
        ('name = "A"\n[cash]\nround_to = "-1"', 3, "cash.round_to", "expected a whole number, or"),
        ('name = "A"\n[cash]\nround = "up"', 3, "cash.round", "expected 'down' or 'nearest'"),
        ('name = "A"\n[shift]\nlongest_hours = 0', 3, "shift.longest_hours", "expected 1 or more"),
        (
            'name = "A"\n[returns]\nlowest_of_days = 999',
            3,
            "returns.lowest_of_days",
            "expected 366",
        ),
        ('name = "A"\n[permissions]\nneeds = ["void"]', 2, "permissions", "expected people with"),
        ('name = "A"\n[permissions]\nneeds = ["fly"]', 3, "permissions.needs.1", "expected 'void'"),
        (
            'name = "A"\n[permissions.free_up_to]\nfly = 1',
            3,
            "permissions.free_up_to.fly",
            "expected",
        ),
        (
            'name = "A"\n[[permissions.people]]\nname = "V"\npin = "12"',
            4,
            "permissions.people.1.pin",
            "expected text of the form",
        ),
        (
            'name = "A"\n[[permissions.people]]\nname = "V"\npin = 1234',
            4,
            "permissions.people.1.pin",
            "expected text in quotes",
        ),
        (
            'name = "A"\n[[promotion]]\nname = "P"\npercent = 101',
            4,
            "promotion.1.percent",
            "expected",
        ),
        (
            'name = "A"\n[[promotion]]\nname = "P"\npercent = 0',
            4,
            "promotion.1.percent",
            "expected",
        ),
        (
            'name = "A"\n[[promotion]]\nname = "P"\npercent = 5\nhours = "9-18"',
            5,
            "promotion.1.hours",
            "expected text of the form",
        ),
        ('name = "A"\n[loyalty]\nupgrade = "never"', 3, "loyalty.upgrade", "expected 'automatic'"),
    ],
)
def test_a_wrong_field_is_told_with_line_and_expectation(
    text: str, line: int, field: str, why: str
) -> None:
    assert trouble(text).startswith(f"shop.toml, line {line}, field {field}: {why}")


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = trouble('till = 1\n[slip]\ncolumns = 1\n[sending]\nbatch = "x"').splitlines()
    assert len(told) == 4


def test_a_long_wrong_value_is_cut() -> None:
    assert len(trouble(f'name = "A"\nlanguage = "{"x" * 5000}"')) < 200


def test_a_field_of_a_rule_is_found_in_the_right_rule() -> None:
    text = '[[rule]]\nkind = "percent"\npercent = 1\n\n[[rule]]\nkind = "gift"\nsku = 5\n'
    assert trouble(text, Rules).startswith("shop.toml, line 7, field rule.2.sku: expected text")


def test_an_unknown_kind_names_the_known_ones() -> None:
    told = trouble('[[rule]]\nkind = "percent"\npercent = 1\n[[rule]]\nkind = "x"', Rules)
    assert "line 4, field rule.2: expected 'kind' to be one of 'percent', 'gift'" in told
    assert "expected a field 'kind'" in trouble("[[rule]]\npercent = 1", Rules)


def test_members_of_a_union_are_not_told_as_fields() -> None:
    assert "field limit:" in trouble('limit = "x"', Rules)
    assert "limit.int" not in trouble('limit = "x"', Rules)


def test_dates_and_times_may_be_written_with_and_without_quotes() -> None:
    head = '[[rule]]\nkind = "gift"\nsku = "1"\n'
    bare = parse(head + "since = 2026-03-31\nat = 10:30:00", Rules, "x")
    quoted = parse(head + 'since = "2026-03-31"\nat = "10:30"', Rules, "x")
    assert bare == quoted
    assert "expected a date like" in trouble(head + 'since = "tomorrow"', Rules)


def test_a_text_of_many_lines_does_not_lead_astray() -> None:
    text = 'name = """\n[slip]\ncolumns = 1\n"""\n[slip]\ncolumns = 40\n'
    assert "line 6, field slip.columns" in trouble(text)


def test_a_separator_inside_a_text_is_no_new_line() -> None:
    assert "line 3, field slip.width" in trouble('name = "A\u2028B\x85"\n[slip]\nwidth = 40')


@given(st.text(max_size=200))
def test_places_read_any_text(text: str) -> None:
    assert Places(text).line(("a", 0, "b")) >= 1


@given(st.text(max_size=100) | st.text("[]=\"\na.'{}1", max_size=40))
def test_any_text_is_read_or_told(text: str) -> None:
    assert told_or_read(text).startswith("shop.toml")


def told_or_read(text: str) -> str:
    try:
        parse(text, Shop, "shop.toml")
    except ConfigError as error:
        return str(error)
    return "shop.toml was right"


# --- paths


def test_a_relative_path_starts_at_the_shop_card(tmp_path: Path) -> None:
    assert beside(tmp_path / "shop.toml", "goods.csv") == tmp_path / "goods.csv"
    assert beside(tmp_path / "shop.toml", "/x/goods.csv") == Path("/x/goods.csv")

"""The rules file: what it must say, and what is said of its mistakes."""

import csv
from pathlib import Path

import pytest
from house.counter import BASE
from stdnum import ean

from backends.house.loading import load_rules, parse_rules
from backends.house.rules import CardRule, CouponKind, Kind
from cashier import fixtures
from cashier.errors import ConfigError

PROMOTION = """
[[promotion]]
id = "p"
kind = "percent"
name = "P"
percent = 10
"""


def refused(text: str) -> str:
    with pytest.raises(ConfigError) as error:
        parse_rules(text, "shop.toml")
    return str(error.value)


def line_of(text: str, words: str) -> int:
    return next(n for n, row in enumerate(text.splitlines(), 1) if words in row)


@pytest.mark.parametrize(
    ("extra", "row", "field", "expected"),
    [
        (PROMOTION + "colour = 1", "colour = 1", "promotion.1.colour", "unknown field"),
        (PROMOTION.replace("10", "1.5"), "percent = 1.5", "promotion.1.percent", "12.50"),
        (PROMOTION.replace("10", "-1"), "percent = -1", "promotion.1.percent", "below zero"),
        (PROMOTION.replace("10", "101"), "percent = 101", "promotion.1.percent", "10000"),
        (PROMOTION.replace('"percent"', '"magic"'), '"magic"', "promotion.1.kind", "n_for_m"),
        (PROMOTION + "price = 5", "price = 5", "promotion.1.price", "no such field"),
        (PROMOTION.replace("percent = 10", ""), "[[promotion]]", "promotion.1.percent", "needs"),
        (
            PROMOTION + '[promotion.when]\ngroups = ["bred"]',
            '["bred"]',
            "promotion.1.when.groups",
            "expected one of bread, milk",
        ),
        (
            PROMOTION + '[promotion.when]\nlevels = ["vip"]',
            '["vip"]',
            "promotion.1.when.levels",
            "expected one of base, silver, gold, got vip",
        ),
        (
            PROMOTION + '[promotion.when]\nhours = "25:00-26:00"',
            "25:00",
            "promotion.1.when.hours",
            "expected",
        ),
        (
            PROMOTION + '[promotion.when]\ncoupon = "none"',
            '"none"',
            "promotion.1.when.coupon",
            "got none",
        ),
        (PROMOTION + PROMOTION, "", "promotion.2.id", "twice"),
        (
            '[[coupon]]\nid = "c"\nkind = "reusable"\nname = "C"',
            "reusable",
            "coupon.1.kind",
            "codes",
        ),
        (
            '[[customer]]\nid = "x"\nname = "X"\nphone = "8-900"',
            "8-900",
            "customer.3.phone",
            "expected",
        ),
        (
            '[[customer]]\nid = "x"\nname = "X"\n[[customer.card]]\nnumber = "A1"',
            'number = "A1"',
            "customer.3.card.1.number",
            "twice",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_line_field_and_what_was_expected(
    extra: str, row: str, field: str, expected: str
) -> None:
    text = BASE + extra
    told = refused(text)
    assert told.startswith("shop.toml, line ")
    assert f"field {field}:" in told
    assert expected in told
    if row:
        place = len(BASE.splitlines()) + line_of(extra, row)
        assert f"line {place}," in told


def test_several_mistakes_are_told_at_once() -> None:
    text = PROMOTION + '[promotion.when]\ngroups = ["bred"]\nlevels = ["vip"]'
    assert len(refused(BASE + text).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "   \n", "level = [", "[level]\nid = 1"])
def test_what_is_no_rules_file_is_refused_by_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"rules\.toml"):
        load_rules(path)


def test_a_missing_rules_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load_rules(tmp_path / "nowhere.toml")


def test_money_may_be_whole_or_text_and_ends_as_minor_units() -> None:
    rules = parse_rules(BASE + PROMOTION.replace("10", '"7.5"'))
    assert rules.promotion[0].percent == 750
    assert rules.level[1].turnover == 1000_00


# --- the demo shop --------------------------------------------------------------------------

DEMO = fixtures.path("loyalty.toml")


def test_the_demo_has_promotions_of_every_kind() -> None:
    rules = load_rules(DEMO)
    assert len(rules.promotion) >= 15
    assert {rule.kind for rule in rules.promotion} == set(Kind)


def test_the_demo_has_twelve_customers_of_all_sorts() -> None:
    rules = load_rules(DEMO)
    cards = [card for customer in rules.customer for card in customer.card]
    assert len(rules.customer) == 12
    assert {card.status for card in cards} == set(CardRule)
    assert {card.level for card in cards} == {level.id for level in rules.level}
    assert max(len(customer.card) for customer in rules.customer) > 1
    soon = [lot for customer in rules.customer for lot in customer.lot if lot.ends_in_days == 1]
    assert soon


def test_the_demo_has_coupons_of_three_kinds() -> None:
    rules = load_rules(DEMO)
    assert {coupon.kind for coupon in rules.coupon} == set(CouponKind)
    assert any("SPRING10" in coupon.codes for coupon in rules.coupon)


def test_every_number_of_the_demo_has_a_valid_check_digit_and_its_prefix() -> None:
    rules = load_rules(DEMO)
    cards = [card.number for customer in rules.customer for card in customer.card]
    cards += [*rules.free_cards, *(card.number for card in rules.nobodys)]
    codes = [one.code for coupon in rules.coupon for one in coupon.exemplars]
    assert all(ean.is_valid(number) and number.startswith("290") for number in cards)
    assert all(ean.is_valid(number) and number.startswith("99") for number in codes)


def test_the_demo_speaks_of_goods_that_the_shop_sells() -> None:
    rules = load_rules(DEMO)
    with fixtures.path("goods.csv").open(encoding="utf-8", newline="") as file:
        goods = list(csv.DictReader(file))
    assert {good["group"] for good in goods} <= set(rules.groups)
    named = {sku for rule in rules.promotion for sku in (*rule.when.skus, *rule.gifts)}
    assert named <= {good["sku"] for good in goods}


def test_the_demo_names_everything_in_both_languages() -> None:
    rules = load_rules(DEMO)
    names = [one.name for one in rules.promotion] + [one.name for one in rules.level]
    names += [one.name for one in rules.coupon]
    assert [name.en for name in names if name.ru == name.en] == []

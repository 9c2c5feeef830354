"""Goods, and what a scanned or typed code means."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from cashier import fixtures
from cashier.catalog import Catalog
from cashier.config import load
from cashier.errors import BadInput, ConfigError
from cashier.goods import Good, check_digit
from cashier.meaning import (
    BuyerCode,
    CouponCode,
    GoodsCode,
    SlipCode,
    Unknown,
    WeightCode,
    meaning,
    split_quantity,
)
from cashier.receipt import Identifier, IdentifierKind
from cashier.shop import Codes, Shop

DEMO = Catalog.load(fixtures.path("goods.csv"), "ru")
CODES = Codes()
HEAD = "sku,name_ru,group,unit,price,lowest,codes,age\n"


def read(tmp_path: Path, text: str, language: str = "ru") -> Catalog:
    path = tmp_path / "goods.csv"
    path.write_text(text, encoding="utf-8")
    return Catalog.load(path, language)


def of(text: str) -> object:
    return meaning(text, CODES, DEMO)


def sku_of(text: str) -> str:
    found = of(text)
    assert isinstance(found, GoodsCode)
    return found.good.sku


def weight_code(sku: str, grams: int, prefix: str = "21") -> str:
    digits = f"{prefix}{sku}{grams:05d}"
    return digits + check_digit(digits)


# --- the demo shop


def test_the_demo_catalogue_is_a_whole_supermarket() -> None:
    assert len(DEMO.goods) >= 140
    assert {good.group for good in DEMO.goods} == set(DEMO.groups)
    assert len(DEMO.groups) == 19
    assert {good.unit for good in DEMO.goods} == {"pc", "kg"}
    assert {good.group for good in DEMO.goods if good.age == 18} == {
        "alcohol", "tobacco", "drinks",
    }  # fmt: skip
    assert {good.group for good in DEMO.goods if good.certificate} == {"gift_cards"}
    bottle = next(good for good in DEMO.goods if good.deposit)
    assert DEMO.by_sku(bottle.deposit)
    lengths = {len(code) for good in DEMO.goods for code in good.codes if code.isdecimal()}
    assert lengths == {8, 12, 13}


def test_every_demo_code_has_the_check_digit_that_a_library_expects() -> None:
    codes = [code for good in DEMO.goods for code in good.codes if code.isdecimal()]
    assert len(codes) > 100
    assert all(ean.is_valid(code) for code in codes)


def test_skus_stand_in_blocks_by_group() -> None:
    blocks = {group: f"1{place:02d}" for place, group in enumerate(DEMO.groups, 1)}
    assert all(good.sku.startswith(blocks[good.group]) for good in DEMO.goods)


def test_the_demo_catalogue_has_names_in_both_languages() -> None:
    english = Catalog.load(fixtures.path("goods.csv"), "en")
    assert english.groups["dairy"] == "Dairy"
    assert DEMO.groups["dairy"] == "Молочные продукты"
    assert not any("а" <= char <= "я" for good in english.goods for char in good.name.lower())


@pytest.mark.parametrize("card", ["shop.toml", "shop-offline.toml", "shop-en.toml"])
def test_the_demo_shop_cards_are_right(card: str) -> None:
    path = fixtures.path(card)
    shop = load(path, Shop)
    assert Catalog.load(path.with_name(shop.goods), shop.language).goods


def test_a_catalogue_is_read_without_heavy_libraries() -> None:
    program = (
        "import sys, cashier.catalog\n"
        "heavy = {'pydantic', 'stdnum', 'phonenumbers', 'httpx'} & set(sys.modules)\n"
        "sys.exit(len(heavy))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# --- reading a file


def test_semicolons_a_byte_order_mark_and_decimal_commas_are_read(tmp_path: Path) -> None:
    catalog = read(tmp_path, "\ufeffsku;name;price\r\n7;Чай;12,50\r\n\r\n")
    assert catalog.goods == (Good("7", "Чай", 1250),)


def test_the_name_of_another_language_serves_when_there_is_no_own(tmp_path: Path) -> None:
    text = "sku,name_ru,name_en,price\n1,Чай,Tea,1\n2,Хлеб,,1\n"
    assert [good.name for good in read(tmp_path, text, "en").goods] == ["Tea", "Хлеб"]


def test_a_hostile_name_stays_one_line_without_controls(tmp_path: Path) -> None:
    catalog = read(tmp_path, HEAD + '1,"[/red]\x1b[31m\ta",,pc,1,,,\n')
    assert catalog.goods[0].name == "[/red] [31m a"


@pytest.mark.parametrize(
    ("rows", "line", "field", "expected"),
    [
        ("1,Чай,,pc,abc,,,", 2, "price", "an amount like 123.45"),
        ("1,Чай,,pc,,,,", 2, "price", "an amount like 123.45"),
        ("1,Чай,,pc,1.999,,,", 2, "price", "an amount like 123.45"),
        ("1,Чай,,pc,0,,,", 2, "price", "above zero"),
        ("1,Чай,,pc,-5,,,", 2, "price", "above zero"),
        ("1,Чай,,pc,5,6,,", 2, "lowest", "from zero to the price"),
        ("1,Чай,,box,5,,,", 2, "unit", "pc or kg"),
        ("1,Чай,,pc,5,,,old", 2, "age", "years"),
        ("1,,,pc,5,,,", 2, "name_ru", "a name"),
        (",Чай,,pc,5,,,", 2, "sku", "letters and digits"),
        ("1,Чай,,pc,5,,,\n1,Кофе,,pc,5,,,", 3, "sku", "no other good"),
        ("1,Чай,,pc,5,,4600000000016,", 2, "codes", "4600000000015"),
        ("1,Чай,,pc,5,,4600000000015,\n2,Ч,,pc,5,,4600000000015,", 3, "codes", "no other good"),
        ("1,Чай,,pc,5,,400000000015 0400000000015,", 2, "codes", "400000000015"),
        ("1,Чай,,pc,5,,", 2, "-", "8 columns"),
        ('1,"' + "x" * 200_000 + '",,pc,5,,,', 2, "-", "CSV"),
    ],
)
def test_a_wrong_row_is_told_with_file_line_and_field(
    tmp_path: Path, rows: str, line: int, field: str, expected: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, HEAD + rows + "\n")
    text = str(raised.value)
    assert text.startswith(f"{tmp_path / 'goods.csv'}, line {line}, field {field}: expected ")
    assert expected in text


@pytest.mark.parametrize(
    ("rows", "line", "field", "expected"),
    [
        ("1,Лимонад,50,2,", 2, "deposit", "another good"),
        ("1,Лимонад,50,1,", 2, "deposit", "another good"),
        ("1,Лимонад,50,2,\n2,Залог,10,3,\n3,Ящик,90,,", 2, "deposit", "no deposit itself"),
        ("1,Карта,500,,да", 2, "certificate", "yes or nothing"),
    ],
)
def test_a_wrong_deposit_or_certificate_is_told(
    tmp_path: Path, rows: str, line: int, field: str, expected: str
) -> None:
    with pytest.raises(ConfigError, match=f"line {line}, field {field}: .*{expected}"):
        read(tmp_path, "sku,name,price,deposit,certificate\n" + rows + "\n")


def test_deposits_and_certificates_are_read(tmp_path: Path) -> None:
    rows = "1,Лимонад,50,,2,\n2,Залог,10,,,\n3,Карта,500,100,,yes\n"
    lemonade, deposit, card = read(
        tmp_path, "sku,name,price,lowest,deposit,certificate\n" + rows
    ).goods
    assert (lemonade.deposit, deposit.deposit, lemonade.certificate) == ("2", "", False)
    assert (card.certificate, card.lowest) == (True, 50_000), "no discount touches a certificate"


def test_two_ways_to_write_one_code_are_one_code(tmp_path: Path) -> None:
    digits = "40000000001"
    upc = digits + check_digit(digits)
    with pytest.raises(ConfigError, match="no other good"):
        read(tmp_path, HEAD + f"1,Чай,,pc,5,,{upc} 0{upc},\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        ("sku,name,price,colour\n", "field colour"),
        ("sku,name\n1,a\n", "field price"),
        ("sku,sku,price\n", "field sku"),
    ],
)
def test_a_wrong_head_is_told(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        read(tmp_path, text)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        Catalog.load(tmp_path / "none.csv", "ru")


def test_wrong_groups_are_told(tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_text("group,name_ru\na,А\na,Б\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"groups.csv, line 3, field group"):
        read(tmp_path, HEAD)


def test_goods_made_by_hand_may_not_share_a_code() -> None:
    with pytest.raises(ValueError, match="same code"):
        Catalog((Good("1", "a", 1, codes=("x",)), Good("2", "b", 1, codes=("x",))))


# --- search


def test_search_takes_beginnings_of_words_in_any_order() -> None:
    names = [good.name for good in DEMO.search("4% МОЛ топлен", 5)]
    assert names == ["Молоко топлёное 4%, 930 мл"]


def test_search_puts_names_that_begin_so_first() -> None:
    found = DEMO.search("чай", 50)
    assert len(found) >= 4
    assert found[0].name.startswith("Чай")


def test_search_by_sku_finds_it_first() -> None:
    assert DEMO.search("10201", 5)[0].sku == "10201"


def test_search_keeps_to_the_limit_and_finds_nothing_in_garbage() -> None:
    assert len(DEMO.search("а", 7)) <= 7
    assert len(DEMO.search("", 7)) == 7
    assert DEMO.search("[/]\u202e😀щщщ", 7) == []


# --- what a code means


def test_ean13_ean8_upc_and_code128_are_goods() -> None:
    for good in DEMO.goods:
        for code in good.codes:
            assert sku_of(code) == good.sku


def test_upc_may_be_scanned_with_its_leading_zero() -> None:
    upc = next(code for good in DEMO.goods for code in good.codes if len(code) == 12)
    assert sku_of("0" + upc) == sku_of(upc)


@pytest.mark.parametrize(
    "wrapped", ["4600000000015\r", "4600000000015\r\n", "]E04600000000015", "\x024600000000015\x03"]
)
def test_what_a_scanner_adds_is_taken_off(wrapped: str) -> None:
    assert sku_of(wrapped) == "10101"


def test_a_code128_keeps_its_letters_behind_the_symbology_prefix() -> None:
    assert sku_of("]C1BAG-01") == "11701"
    assert sku_of("bag-01") == "11701"


def test_a_typed_sku_is_goods() -> None:
    assert sku_of("10601") == "10601"


def test_a_quantity_before_the_code_is_taken() -> None:
    good = DEMO.by_sku("10101")
    assert good
    assert of("3*4600000000015") == GoodsCode(good, 3000)


@pytest.mark.parametrize("prefix", ["21", "22"])
def test_a_weight_code_brings_its_grams(prefix: str) -> None:
    good = DEMO.by_sku("10601")
    assert good
    assert of(weight_code("10601", 1234, prefix)) == WeightCode(good, 1234)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (weight_code("10101", 450), "not sold by weight"),
        (weight_code("99999", 450), "No goods with the number 99999"),
        (weight_code("10601", 0), "no weight"),
        ("2110601004501", "check digit"),
        ("4600000000016", "check digit"),
        ("46000016", "check digit"),
        ("400000000012", "check digit"),
        ("4600000009995", "No goods with this code"),
        ("молоко", "Nothing is known"),
        ("", "empty"),
        ("\r\n", "empty"),
        ("x" * 4096, "too long"),
        ("46000\x1b[31m00015", "unreadable"),
        ("\u202e4600000000015", "unreadable"),
        ("0*4600000000015", "above zero"),
        ("3*2900000000018", "A quantity does not go"),
        ("a@b", "Not an e-mail"),
        ("+7900", "Nothing is known"),
        ("+79001", "Nothing is known"),
        ("+7900123", "Not a phone"),
        ("😀😀", "Nothing is known"),
        ("٤٦٠٠٠٠٠٠٠٠٠١٥", "Nothing is known"),
    ],
)
def test_what_makes_no_sense_is_unknown_and_says_why(code: str, why: str) -> None:
    found = of(code)
    assert isinstance(found, Unknown)
    assert why in found.why


@pytest.mark.parametrize(
    ("typed", "identifier"),
    [
        ("2900000000018", Identifier(IdentifierKind.CARD, "2900000000018")),
        ("+79001234567", Identifier(IdentifierKind.PHONE, "+79001234567")),
        ("8 (900) 123-45-67", Identifier(IdentifierKind.PHONE, "+79001234567")),
        ("89001234567", Identifier(IdentifierKind.PHONE, "+79001234567")),
        ("9001234567", Identifier(IdentifierKind.PHONE, "+79001234567")),
        ("Anna@Example.org", Identifier(IdentifierKind.EMAIL, "anna@example.org")),
        ("DEMOAPP:2900000000018", Identifier(IdentifierKind.APP, "2900000000018")),
    ],
)
def test_a_buyer_is_known_by_what_he_shows(typed: str, identifier: Identifier) -> None:
    assert of(typed) == BuyerCode(identifier)


def test_coupons_and_promo_codes_are_told_from_goods() -> None:
    assert of("9900000000017") == CouponCode("9900000000017")
    assert of("spring10") == CouponCode("SPRING10")
    assert of("весна10") == CouponCode("ВЕСНА10")


def test_a_slip_is_known_by_its_prefix() -> None:
    assert of("R0101-000042") == SlipCode("R0101-000042")
    assert of("r0101-000042") == SlipCode("R0101-000042")


def test_the_shop_card_decides_about_prefixes() -> None:
    own = Codes(card_prefixes=("777",), slip_prefix="CH", app_prefix="")
    assert meaning("7770000001", own, DEMO) == BuyerCode(
        Identifier(IdentifierKind.CARD, "7770000001")
    )
    assert meaning("CH0101-1", own, DEMO) == SlipCode("CH0101-1")


@given(st.text(max_size=60) | st.text("0123456789*+@-]R9 \x00\u202e", max_size=30))
def test_no_garbage_raises(text: str) -> None:
    found = of(text)
    assert not isinstance(found, Unknown) or (found.why and found.code.isprintable())


@given(st.text("0123456789", min_size=7, max_size=12))
def test_our_check_digit_is_the_one_of_the_library(digits: str) -> None:
    assert check_digit(digits) == ean.calc_check_digit(digits)


# --- quantity


@pytest.mark.parametrize(
    ("text", "quantity", "rest"),
    [
        ("3*4600000000015", 3000, "4600000000015"),
        ("0,450*10601", 450, "10601"),
        ("1.5 * 10601", 1500, "10601"),
        ("99999*1", 99_999_000, "1"),
        ("4600000000015", None, "4600000000015"),
    ],
)
def test_a_quantity_is_split_off(text: str, quantity: int | None, rest: str) -> None:
    assert split_quantity(text) == (quantity, rest)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0*1", "above zero"),
        ("-2*1", "above zero"),
        ("100000*1", "too large"),
        ("0.0001*1", "Not a quantity"),
        ("3*", "must follow"),
        ("abc*1", "Not a quantity: abc"),
        ("*1", "Not a quantity"),
        ("9" * 5000 + "*1", "Not a quantity"),
    ],
)
def test_a_bad_quantity_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        split_quantity(text)

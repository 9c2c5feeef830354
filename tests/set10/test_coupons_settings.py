"""The file of machines and series: what is wrong in it is said with line and field."""

from pathlib import Path

import pytest

from backends.set10.coupons import Kind, read_settings
from backends.set10.coupons.numbers import is_generated, of_server, of_till
from backends.set10.coupons.schema import METADATA, TABLES, Role
from cashier import fixtures
from cashier.errors import ConfigError

SHOP = '[[shop]]\nnumber = "01"\ntills = ["01"]\n'


def series(text: str) -> str:
    return f'{SHOP}[[series]]\nid = "s"\nname = "S"\n{text}'


def test_the_demo_chain_is_read() -> None:
    settings = read_settings(fixtures.path("chain/coupons.toml"))
    assert [one.kind for one in settings.series].count(Kind.ONE_TIME) == 3
    assert settings.numbers.maxCountOfGeneratedCouponsInCheck == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("version = 1", "field shop: this field is required"),
        (f"version = 2\n{SHOP}", "line 1, field version: expected 1"),
        (f"{SHOP}database = 5", "line 4, field shop.1.database: expected text"),
        (f'{SHOP}database = "mysql://x/y"', "field shop.1.database: expected an address like"),
        (f'{SHOP}database = "env:NOBODY_SET_THIS"', "NOBODY_SET_THIS"),
        (f"{SHOP}delay_seconds = -1", "field shop.1.delay_seconds: expected 0 or more"),
        ('[[shop]]\nnumber = "01"\ntills = []', "field shop.1.tills"),
        ('[[shop]]\nnumber = "../x"\ntills = ["1"]', "line 2, field shop.1.number"),
        (SHOP + SHOP, "shop 01 stands there twice"),
        (SHOP.replace('["01"]', '["a", "A"]'), "till of shop 01 a stands there twice"),
        (series('kind = "reusable"'), "a reusable series needs a range"),
        (series('kind = "one_time"'), "a one-time series needs a count"),
        (series('kind = "one_time"\ncount = 10_000_000'), "field series.1.count"),
        (series('kind = "till"\ncount = 1'), "tills make the numbers of this series themselves"),
        (series('kind = "magic"'), "field series.1.kind"),
        (
            series('kind = "reusable"\nrange = [{first = "20", last = "10"}]'),
            "not before the first",
        ),
        (series('kind = "reusable"\nrange = [{first = "9", last = "10"}]'), "as long"),
        (series('kind = "reusable"\nrange = [{first = "AA", last = "AB"}]'), "stands alone"),
        (
            series('kind = "reusable"\nrange = [{first = "a b", last = "a b"}]'),
            "letters and digits",
        ),
        (
            series('kind = "one_time"\ncount = 1\nstarts = 2026-02-01T00:00:00\nends = 2026-01-01'),
            "an end after the start",
        ),
        (
            series('kind = "one_time"\nexemplar = [{number = "X1"}, {number = "x1"}]'),
            "coupon X1 stands there twice",
        ),
        (f"{SHOP}[numbers]\ncashGeneratedUniqueCouponPrefix = 23", "expected text in quotes"),
        (f'{SHOP}[numbers]\nserverGeneratedUniqueCouponPrefix = "x"', "of the form"),
        (f"{SHOP}colour = 1", "line 4, field shop.1.colour: unknown field"),
        (f"{SHOP}a = [[[", "not TOML"),
    ],
)
def test_a_wrong_file_is_explained(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "coupons.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_settings(path)
    assert "coupons.toml" in str(error.value)
    assert said in str(error.value)


def test_two_servers_do_not_share_a_database(tmp_path: Path) -> None:
    path = tmp_path / "coupons.toml"
    address = 'database = "postgresql://a/b"'
    path.write_text(f"[centre]\n{address}\n{SHOP}{address}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="a database of its own"):
        read_settings(path)


def test_generated_numbers_have_21_digits_and_tell_who_made_them() -> None:
    server = {of_server("24", "s", place) for place in range(1, 2001)}
    till = {of_till("23", "01", "01", "r", "s", place) for place in range(1, 2001)}
    assert len(server) == len(till) == 2000
    assert all(is_generated(code, "24") for code in server)
    assert all(is_generated(code, "23") for code in till)
    code = min(till)
    slips = {code[:10] + str(digit) + code[11:] for digit in range(10)} - {code}
    assert not any(is_generated(slip, "23") for slip in slips)


def test_what_the_vendor_names_is_not_marked_as_ours() -> None:
    named = {"used_cash_number", "used_purchase_number", "used_shop_number", "used_client_id"}
    for table in METADATA.tables.values():
        ours = {column.name for column in table.c if column.info.get("emulated")}
        assert set(table.c.keys()) - ours <= named | {"is_used"}
    assert {table.name for table in TABLES[Role.LOYALTY]} > {
        "coupon_category",
        "coupon_range",
        "coupon_batch",
        "coupon_exemplar",
    }

"""``cashier coupons``, as it is typed."""

from pathlib import Path

import pytest

from cashier.cli import main


class Typed:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._capsys = folder, capsys

    def __call__(self, *words: str, code: int = 0) -> str:
        """What was printed; the exit code must be ``code``."""
        got = main(["coupons", *words, "--data", str(self._folder), "--lang", "en"])
        said = self._capsys.readouterr()
        assert got == code, said.err
        return said.out if code == 0 else said.err


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(tmp_path, capsys)


def test_a_coupon_is_used_and_followed(typed: Typed) -> None:
    used = typed("use", "9940000001", "SPRING", "--shop", "01", "--till", "02", "--receipt", "17")
    assert "9940000001: Coupon for 300, used on receipt 17" in used
    assert "shop-01 → centre" in typed("messages")
    assert "3 messages arrived." in typed("deliver")
    assert "No message is on its way." in typed("messages")
    assert "arrived" in typed("messages", "--all")
    trace = typed("trace", "9940000001")
    assert "shop 01, till 02, receipt 17" in trace
    assert "[card_unique_coupon_exemplar_to_send]" in trace
    assert "used already: shop 01, till 02" in typed("use", "9940000001", "--shop", "02", code=2)
    undone = typed("undo", "--receipt", "17", "--shop", "01", "--till", "02")
    assert "usable again" in undone
    typed("deliver")
    typed("use", "9940000001", "--shop", "02")


def test_connections_are_stopped_slowed_and_started(typed: Typed) -> None:
    assert "stopped" in typed("stop", "shop-01/centre")
    assert "messages take 60 s" in typed("slow", "shop-02", "60")
    listed = typed("connections")
    assert "shop-01/centre              stopped" in listed
    typed("start", "centre")
    assert "stopped" not in typed("connections")
    assert "there is no connection" in typed("stop", "moon", code=2)


def test_two_uses_are_reported(typed: Typed) -> None:
    assert "No coupon was used twice." in typed("conflicts")
    typed("use", "9940000001", "--receipt", "1")
    typed("use", "9940000001", "--shop", "02", "--receipt", "2")
    typed("deliver")
    assert "9940000001 was used twice" in typed("conflicts")


def test_series_are_listed_and_made(typed: Typed) -> None:
    assert "not made yet" in typed("series")
    assert "100 numbers, kept by the centre" in typed("make", "summer")
    assert "100 numbers, 0 used; the centre" in typed("list")
    assert "made already" in typed("make", "summer", code=2)
    (number,) = typed("print", "sweet", "--receipt", "5").split()
    assert number.startswith("23") and len(number) == 21
    assert "cards_coupons_processing" in typed("trace", number)


def test_machines_and_the_race(typed: Typed) -> None:
    assert "till-01-02  till 02 of shop 01" in typed("machines")
    assert "was used twice" in typed("race")
    assert "No coupon was used twice." in typed("race", "--loyalty")


def test_what_cannot_be_is_said(typed: Typed, tmp_path: Path) -> None:
    assert "No machine knows the coupon 1234" in typed("trace", "1234", code=2)
    assert "no till 09 of shop 01" in typed("use", "SPRING", "--till", "09", code=2)
    assert "Which receipt?" in typed("undo", code=2)
    missing = str(tmp_path / "none.toml")
    assert "there is no such file" in typed("series", "--settings", missing, code=2)


def test_a_shop_card_names_the_settings(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[[shop]]\nnumber = "77"\ntills = ["1"]\n')
    (tmp_path / "server.toml").write_text('coupons = "mine.toml"\n')
    card = tmp_path / "shop.toml"
    card.write_text(
        'name = "X"\n[loyalty]\nsystem = "set10"\noptions = { server = "server.toml" }\n'
    )
    assert "shop-77/centre" in typed("connections", "--shop", str(card))

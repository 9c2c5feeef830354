"""``cashier outbox``: what waits, sent again or given up, while no till works there."""

from datetime import datetime
from pathlib import Path

import pytest

from cashier import fixtures
from cashier.cli import main
from cashier.exchange import Reason, Refused, SaveSaleRequest
from cashier.feedback import FeedbackBox
from cashier.folder import DataFolder
from cashier.journal import Journal
from cashier.outbox import Outbox
from cashier.receipt import Feedback, Receipt, Saving, line_of
from cashier.shop import Sending

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A till with a sale that the loyalty system refused."""
    folder = tmp_path / "data"
    folder.mkdir()
    journal = Journal.open(folder / "journal.db")
    line = line_of(1, "sku", "Milk", 9990, 1000)
    receipt = Receipt("r1", AT, lines=(line,), number="R0101-000001", closed_at=AT)
    journal.promise(SaveSaleRequest(operation_id="op-1", receipt=receipt, at=AT), "house")
    journal.queue("op-1", receipt, "silence")
    Outbox(journal, Sending())._tried("op-1", "parked", Refused(Reason.BLOCKED, "no").text)
    journal.close()
    return folder


def run(data: Path, *arguments: str) -> int:
    return main(["outbox", "--data", str(data), "--lang", "en", *arguments])


def state(data: Path) -> list[tuple[str, str]]:
    journal = Journal.read(data / "journal.db")
    found = [(one.operation_id, one.state) for one in Outbox(journal, Sending()).entries()]
    journal.close()
    return found


def test_the_list_says_what_waits_and_why(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data) == 0
    out = capsys.readouterr().out
    for part in ("R0101-000001", "99.90", "house", "refused", "2", "no"):
        assert part in out


@pytest.mark.parametrize("name", ["R0101-000001", "op-1"])
def test_a_refused_one_waits_again(data: Path, name: str) -> None:
    assert run(data, "--send-again", name) == 0
    assert state(data) == [("op-1", "waiting")]


def test_it_is_given_up_with_a_reason_only(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "--close", "R0101-000001") == 2
    assert "Say why" in capsys.readouterr().err
    assert run(data, "--close", "R0101-000009", "--why", "by hand") == 2
    assert "no such entry" in capsys.readouterr().err
    assert state(data) == [("op-1", "parked")]
    assert run(data, "--close", "R0101-000001", "--why", "by hand") == 0
    assert state(data) == []


@pytest.fixture
def left(data: Path) -> Path:
    """Two parts of the system have not heard of that sale either."""
    journal = Journal.open(data / "journal.db")
    line_break = Feedback("f1", "Kopilka", "r1", "{}", "points back\n\x1b[31m", 3, Saving.APPEND)
    other = Feedback("f2", "Set API", "r9", "{}", saving=Saving.APPEND)
    FeedbackBox(journal).keep((line_break, other), "set10", AT)
    journal.close()
    return data


def kept(data: Path) -> list[str]:
    journal = Journal.read(data / "journal.db")
    found = [one.name for one in FeedbackBox(journal).entries()]
    journal.close()
    return found


def test_feedback_is_listed_a_row_each(left: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(left) == 0
    _sale, first, second = capsys.readouterr().out.splitlines()
    assert first.isprintable()
    for part in ("R0101-000001", "F1", "set10", "Kopilka: points back", "(3)", "waits"):
        assert part in first
    assert "F2" in second and "Set API (0)" in second


@pytest.mark.parametrize("name", ["F2", "f2"])
def test_feedback_is_put_first_or_given_up(left: Path, name: str) -> None:
    assert run(left, "--send-again", name) == 0
    journal = Journal.open(left / "journal.db")
    assert [one.name for one in FeedbackBox(journal).batch("set10", 1)] == ["F2"]
    journal.close()
    assert run(left, "--close", name) == 2, "not without a reason"
    assert kept(left) == ["F1", "F2"]
    assert run(left, "--close", name, "--why", "told by phone") == 0
    assert kept(left) == ["F1"]
    assert run(left, "--send-again", name) == 2
    assert state(left) == [("op-1", "parked")], "the sale stays as it was"


def test_damaged_feedback_is_listed_and_given_up(
    left: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = Journal.open(left / "journal.db")
    with journal.database.writing() as sql:
        sql.execute("UPDATE feedback SET body = x'00' WHERE feedback_id = 'f1'")
    journal.close()
    assert run(left) == 0
    assert "F1  the record is damaged" in capsys.readouterr().out
    assert run(left, "--close", "F1", "--why", "unreadable") == 0
    assert kept(left) == ["F2"]


def test_beside_a_working_till_nothing_is_changed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = DataFolder.open(data)
    assert run(data, "--send-again", "op-1") == 2
    assert "Another till works" in capsys.readouterr().err
    assert state(data) == [("op-1", "parked")]
    folder.close()


def test_where_a_supervisor_is_needed_it_is_done_at_the_till(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "shop.toml"
    text = fixtures.path("shop-en.toml").read_text(encoding="utf-8")
    card.write_text(text.replace("needs = [", 'needs = ["outbox", '), encoding="utf-8")
    assert '"outbox"' in card.read_text(encoding="utf-8")
    assert run(data, "--shop", str(card), "--close", "op-1", "--why", "by hand") == 2
    assert "supervisor" in capsys.readouterr().err
    assert state(data) == [("op-1", "parked")]


def test_a_live_shop_is_not_reset(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "shop.toml"
    card.write_text("live = true\n" + fixtures.path("shop-en.toml").read_text(encoding="utf-8"))
    assert main(["reset", "--shop", str(card), "--data", str(data), "--yes"]) == 2
    assert "live" in capsys.readouterr().err
    assert state(data) == [("op-1", "parked")]

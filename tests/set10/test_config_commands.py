"""``cashier chain check``, ``show``, ``edit`` and ``move``, as they are called."""

import sqlite3
from pathlib import Path

import pytest

from backends.set10.config import read_chain
from cashier import fixtures
from cashier.cli import main
from cashier.printing.cells import width

SHIPPED = fixtures.path("chain/ext-loyalty-providers.xml")
TABLE3 = fixtures.path("chain/table3.xml")
SERVER = """
rules = "rules.toml"
[[external]]
provider = "set-api"
system = "house"
[[external]]
provider = "set-machine"
system = "house"
[[action]]
name = "Calculation"
provider = "set-api"
"""
Out = pytest.CaptureFixture[str]


def called(*words: str | Path, lang: str = "en") -> int:
    return main(["--lang", lang, "chain", *map(str, words)])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.xml"
    path.write_bytes(TABLE3.read_bytes())
    return path


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "till.db"
    sqlite3.connect(path).close()
    path.touch()
    return f"sqlite:///{path}"


@pytest.fixture
def server(tmp_path: Path) -> Path:
    path = tmp_path / "server.toml"
    path.write_text(SERVER, "utf-8")
    return path


# --- check


def test_a_sound_chain_is_called_so(capsys: Out) -> None:
    assert called("check", TABLE3) == 0
    assert capsys.readouterr().out == f"{TABLE3}: 5 links, nothing to find fault with\n"


def test_findings_come_with_file_line_severity_and_advice(own: Path, capsys: Out) -> None:
    given = own.read_text("utf-8")
    own.write_text(given.replace("loymax.LoymaxLoyProvider", "loymax.Old"), "utf-8")
    assert called("check", own) == 1
    first, advice, last = capsys.readouterr().out.splitlines()
    line = given.splitlines().index('\t\t\t\t<ref bean="loymax-loy-provider" />') + 1
    assert first.startswith(f"{own}:{line}: error: ru.crystals.pos.loyal.loymax.Old is no provider")
    assert advice.startswith("    ")
    assert last == f"{own}: 5 links, 1 finding"


def test_who_takes_part_is_told_by_lists_or_by_the_settings_of_the_server(
    server: Path, capsys: Out
) -> None:
    assert called("check", TABLE3, "--registered", "set-api, loymax", "--triggered", "") == 1
    assert capsys.readouterr().out.count("no advertising action triggers") == 2
    assert called("check", TABLE3, "--server", server) == 1
    out = capsys.readouterr().out
    assert "Set Machine is registered and not listed" in out
    assert "Loymax is listed and not registered" in out
    assert "triggers" not in out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nowhere.xml"], "nowhere.xml: there is no such file"),
        ([], "Which chain?"),
        (["--database", "sqlite:///nowhere.db"], "no such file"),
        (["--database", "env:NO_SUCH_NAME"], "NO_SUCH_NAME"),
        ([str(TABLE3), "--registered", "rarus"], "There is no provider rarus; there are: set-api"),
        ([str(fixtures.path("goods.csv"))], "not XML"),
        ([str(TABLE3), "--server", str(TABLE3)], "not TOML"),
        ([str(TABLE3.parent)], "directory"),
    ],
)
@pytest.mark.parametrize("action", ["check", "show"])
def test_what_cannot_be_read_is_said(action: str, words: list[str], why: str, capsys: Out) -> None:
    assert called(action, *words) == 2
    assert why in capsys.readouterr().err


def test_a_chain_in_the_database_is_checked(database: str, own: Path, capsys: Out) -> None:
    assert called("move", own, "--database", database) == 0
    assert called("check", "--database", database) == 0
    assert "database: 5 links" in capsys.readouterr().out


def test_where_the_file_stands_in_for_the_database_that_is_a_finding(
    database: str, capsys: Out
) -> None:
    assert called("check", SHIPPED, "--database", database) == 1
    out, err = capsys.readouterr()
    assert "9 links" in out
    assert "The chain in the database cannot be used" in err


# --- show


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_picture_fits_a_terminal(lang: str, server: Path, capsys: Out) -> None:
    assert called("show", SHIPPED, "--server", server, lang=lang) == 0
    rows = capsys.readouterr().out.splitlines()
    assert max(map(width, rows)) <= 80
    boxes = [row for row in rows if row.strip()[:1] in ("┌", "│", "└") and len(row.strip()) > 1]
    assert {width(row) for row in boxes} == {74}


def test_the_picture_has_a_box_for_every_link_in_order(server: Path, capsys: Out) -> None:
    assert called("show", SHIPPED, "--server", server) == 0
    out = capsys.readouterr().out
    titles = [row.split("│")[1].strip() for row in out.splitlines() if row.count("│") == 2]
    assert [one for one in titles if not one.startswith("takes no part")] == [
        "Set10: not always summed, not rounding",
        "Set API",
        "Manzana",
        "Smart Checkout",
        "Loymax",
        "Kopilka",
        "Set Machine",
        "Set10: always summed, not rounding",
        "Set10: rounding",
    ]
    assert out.count("takes no part: it is not registered") == 4
    assert out.count("takes no part: no advertising action triggers it") == 1
    assert out.count("emulated ·") == 5
    assert "every 120 s, 5 at once" in out


def test_a_long_filter_and_an_unknown_bean_stay_in_their_boxes(own: Path, capsys: Out) -> None:
    one = '<bean class="ru.crystals.loyal.providers.set.filters.RoundingSetActionsFilter" />'
    many = (
        '<bean class="ru.crystals.loyal.providers.set.filters.SetActionsOrFilter">'
        f'<property name="filters"><list>{one * 300}</list></property></bean>'
    )
    given = own.read_text("utf-8").replace(one, many).replace("loymax.Loymax", "[/b]" + "x" * 200)
    own.write_text(given, "utf-8")
    assert called("show", own) == 0
    rows = capsys.readouterr().out.splitlines()
    assert max(map(width, rows)) <= 80
    assert any("…" in row for row in rows)
    assert len(rows) < 60


# --- edit


def test_links_are_moved_added_and_taken_out_in_the_order_of_the_words(
    own: Path, capsys: Out
) -> None:
    words = ["--move", "5:1", "--add", "kopilka:2", "--add", "manzana", "--remove", "3"]
    assert called("edit", own, *words, "--feedback", "60:3") == 0
    chain = read_chain(own.read_bytes(), "own.xml")
    assert [one.provider for one in chain.listed] == [
        "set10", "kopilka", "set-api", "loymax", "set10", "manzana",
    ]  # fmt: skip
    assert chain.stale_feedback_send_interval_seconds == 60
    assert chain.max_stale_feedback_to_send == 3
    assert capsys.readouterr().out.splitlines()[1] == "2. Kopilka"


def test_what_is_changed_and_changed_back_is_the_same_file(own: Path) -> None:
    assert called("edit", own, "--move", "1:5") == 0
    assert own.read_bytes() != TABLE3.read_bytes()
    assert called("edit", own, "--move", "5:1", "--add", "manzana:2", "--remove", "2") == 0
    assert own.read_bytes() == TABLE3.read_bytes()


def test_another_file_may_be_written(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xml"
    assert called("edit", own, "--remove", "1", "--out", out) == 0
    assert own.read_bytes() == TABLE3.read_bytes()
    assert len(read_chain(out.read_bytes(), "out.xml").listed) == 4


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--move", "6:1"], "no such link"),
        (["--move", "0:1"], "no such link"),
        (["--move", "1"], "expected 2 numbers"),
        (["--remove", "x"], "expected the number of a link"),
        (["--remove", "6"], "no such link"),
        (["--add", "rarus"], "There is no provider rarus"),
        (["--feedback", "0:5"], "from 1 to 86400"),
        (["--remove", "1", "--remove", "5"], "no such link"),
        (["--out", "/nowhere/out.xml", "--remove", "1"], "/nowhere/out.xml"),
    ],
)
def test_what_cannot_be_done_leaves_the_file(
    own: Path, words: list[str], why: str, capsys: Out
) -> None:
    assert called("edit", own, *words) == 2
    assert why in capsys.readouterr().err
    assert own.read_bytes() == TABLE3.read_bytes()
    assert [one.name for one in own.parent.iterdir()] == ["own.xml"]

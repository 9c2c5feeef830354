"""Films: what asciinema plays, and a page of pictures."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pyte
import pytest
from presented import SMALL, app_of, player_of, read

from cashier.cli.program import main
from screens.app import TillApp
from screens.comfort import picture
from screens.playing.cast import Cast
from screens.playing.film import film
from screens.playing.frames import Frames
from screens.playing.pace import CountedPace
from screens.textual_hacks import painted_rows

STEPS = """
- say: Bread, <b>and</b> a customer.
  scan: "4600000000015"
- identify: {phone: "+79005550101"}
- dismiss
- calculate
- tender: {cash: 500}
- expect: {lines: 1}
"""
FILE = f"scenario: A <film>\nlanguage: en\nsteps:{STEPS}"


async def test_a_cast_ends_with_the_screen_of_the_till() -> None:
    pace = CountedPace()
    player, cast = player_of(read(STEPS), pace), Cast(SMALL, "A film")
    app = app_of(player)
    last: list[str] = []

    async def seen(app: TillApp, time: float) -> None:
        rows = painted_rows(app)
        cast.frame(rows, time)
        last[:] = [row.text for row in rows]

    await film(app, player, pace, SMALL, seen)
    head, *events = map(json.loads, cast.text(pace.time()).splitlines())
    assert (head["version"], head["width"], head["height"]) == (2, *SMALL)
    times = [time for time, _kind, _text in events]
    assert times == sorted(times)
    assert {kind for _time, kind, _text in events} == {"o"}
    assert 15 < times[-1] < 60  # a human pace, though nobody waited
    screen = pyte.Screen(*SMALL)
    stream = pyte.Stream(screen)
    dialogs = 0
    for _time, _kind, text in events:
        stream.feed(text)
        dialogs += "New customer" in "\n".join(screen.display)
    assert dialogs
    assert [row.rstrip() for row in screen.display] == [row.rstrip() for row in last]


async def test_double_speed_is_half_the_film() -> None:
    async def seconds(speed: float) -> float:
        pace = CountedPace(speed)
        player = player_of(read(STEPS), pace)

        async def nobody(_app: TillApp, _time: float) -> None:
            return

        await film(app_of(player), player, pace, SMALL, nobody)
        return pace.time()

    assert await seconds(2) == pytest.approx(await seconds(1) / 2)


async def test_each_step_has_its_picture_and_the_page_stands_alone() -> None:
    pace, scenario = CountedPace(), read(STEPS)
    player, frames = player_of(scenario, pace), Frames(scenario)
    app = app_of(player)

    async def nobody(_app: TillApp, _time: float) -> None:
        return

    async def step_over(place: int) -> None:
        frames.take(place, picture(app), player.record.results.get(place))

    player.step_over = step_over
    await film(app, player, pace, SMALL, nobody)
    assert [one.name for one in frames.frames] == [
        "001-scan.svg",
        "002-identify.svg",
        "003-dismiss.svg",
        "004-calculate.svg",
        "005-tender.svg",
    ]
    for one in frames.frames:
        ElementTree.fromstring(one.svg)  # noqa: S314 - our own
        assert "url(http" not in one.svg
    assert "New&#160;customer" in frames.frames[1].svg
    page = frames.page()
    assert "Bread, &lt;b&gt;and&lt;/b&gt; a customer." in page
    assert page.count("<img") == 5
    assert "://" not in page


# --- the command line


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "film.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_the_command_line_makes_both(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cast, frames = tmp_path / "a.cast", tmp_path / "frames"
    given = ["play", str(file), "--cast", str(cast), "--frames", str(frames), "--size", "80x24"]
    assert main(["--lang", "en", *given]) == 0
    assert json.loads(cast.read_text(encoding="utf-8").splitlines()[0])["title"] == "A <film>"
    names = sorted(path.name for path in frames.iterdir())
    assert names[0] == "001-scan.svg" and names[-1] == "index.html"
    assert "6 of 6 steps played, 0 not as expected" in capsys.readouterr().out


def test_the_exit_code_says_whether_all_was_as_expected(file: Path, tmp_path: Path) -> None:
    file.write_text(FILE.replace("lines: 1", "lines: 2"), encoding="utf-8")
    assert main(["--lang", "en", "play", str(file), "--cast", str(tmp_path / "a.cast")]) == 1


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--speed", "0"], "--speed"),
        (["--from", "9"], "--from: expected a number from 1 to 6"),
        (["--example", "2"], "--example"),
        (["--size", "80x24"], "--size is for --cast"),
        (["--cast", "{folder}/a.cast", "--size", "10x10"], "COLUMNSxROWS"),
        (["--cast", "{folder}/a.cast", "--size", "wide"], "COLUMNSxROWS"),
        (["--cast", "{folder}/nowhere/a.cast"], "no such folder"),
        (["--cast", "{folder}"], "it is a folder"),
        (["--frames", "{folder}/film.yaml"], "expected a folder"),
        (["--cast", "{folder}/a.cast", "--paused"], "--paused"),
        ([], "The till needs a terminal."),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_played(
    options: list[str], why: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [one.format(folder=tmp_path) for one in options]
    assert main(["--lang", "en", "play", str(file), *given]) == 2
    assert why in capsys.readouterr().err
    assert not (tmp_path / "a.cast").exists()


def test_a_file_that_is_no_scenario_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("scenario: Bad\nsteps:\n  - fly: away\n", encoding="utf-8")
    assert main(["--lang", "en", "play", str(path)]) == 2
    assert "bad.yaml" in capsys.readouterr().err


def test_a_film_with_privacy_shows_nobody(tmp_path: Path) -> None:
    steps = """
  - identify: {phone: "+79005550101"}
  - register: {phone: "+79005550101", name: Nina Petrova}
"""
    path, cast = tmp_path / "new.yaml", tmp_path / "new.cast"
    path.write_text(f"scenario: New\nlanguage: en\nsteps:{steps}", encoding="utf-8")
    assert main(["play", str(path), "--privacy", "--cast", str(cast), "--size", "80x24"]) == 0
    screen = pyte.Screen(*SMALL)
    stream = pyte.Stream(screen)
    shown = set()
    for line in cast.read_text(encoding="utf-8").splitlines()[1:]:
        stream.feed(json.loads(line)[2])
        shown.update(screen.display)
    assert any("New customer" in row for row in shown)
    assert not [row for row in shown if "Nin" in row or "5550101" in row]

"""The text of a scenario: plain data, lines, and nothing that a hostile file could do."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashier.errors import ConfigError
from cashier.scenario.source import MOST_VALUES, Source


def read(text: str) -> Source:
    return Source.of(text, "x.yaml", Path())


def test_numbers_stay_as_they_were_written() -> None:
    text = "a: 57.00\nb: 0101\nc: 12:30\nd: 2026-03-01\ne: +7900\nf: 1e5\ng: no\nh: 0x1F"
    assert read(text).data == {
        "a": "57.00",
        "b": "0101",
        "c": "12:30",
        "d": "2026-03-01",
        "e": "+7900",
        "f": "1e5",
        "g": "no",
        "h": "0x1F",
    }


def test_words_that_are_more_than_text() -> None:
    assert read('[true, False, null, ~, "true", "null", ""]').data == [
        True,
        False,
        None,
        None,
        "true",
        "null",
        "",
    ]


def test_lines_of_fields() -> None:
    source = read("a:\n  b:\n    - 1\n    - c: 2\n")
    assert source.line(("a", "b", 1, "c")) == 4
    assert source.line(("a", "b", 1, "c", "no", "such")) == 4
    assert source.line(("nowhere",)) == 1


def test_an_alias_is_followed() -> None:
    assert read("a: &one {x: 1}\nb: *one").data == {"a": {"x": "1"}, "b": {"x": "1"}}


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{two}: &{two} [*{one}, *{one}, *{one}, *{one}, *{one}, *{one}, *{one}, *{one}, *{one}]\n"
    for one, two in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("# only a remark\n", "the file is empty"),
        ("a:\n\t- b", "line 2: not YAML: "),
        ("a: [1, 2", "not YAML"),
        ("a: 'x", "not YAML"),
        ("a: *nobody", "line 1: not YAML"),
        ("a: 1\na: 2", "line 2: a stands here twice"),
        ("? [1, 2]\n: x", "expected a name before the colon"),
        ("b: &x {a: 1}\nc:\n  <<: *x", "line 3: merging"),
        ("a: !!python/object/apply:os.system [x]", "tag"),
        ("a: !evil x", "a tag: !evil"),
        (LAUGHS, "more values than a scenario can have"),
        ("a: &a [*a]", "more values than a scenario can have"),
        ("[" * 200 + "]" * 200, "more values"),
        ("a: \x00", "not YAML"),
        ("--- 1\n--- 2\n", "not YAML"),
    ],
)
def test_what_is_no_scenario_is_told(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert str(caught.value).startswith("x.yaml")
    assert told in str(caught.value)


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"\x80abc"])
def test_what_is_no_text(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(body)
    with pytest.raises(ConfigError, match="not UTF-8"):
        Source.load(path)


@given(st.text(max_size=200))
def test_any_text_is_data_or_a_sentence(text: str) -> None:
    with suppress(ConfigError):
        assert len(read(text).lines) <= MOST_VALUES

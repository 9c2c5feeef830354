"""JSON on the wire: exact numbers, and nothing that could hurt."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.exact_json import DEEPEST, NotJson, json_bytes, read_json

numbers = st.integers(-(10**30), 10**30) | st.decimals(
    min_value=-(10**12), max_value=10**12, places=3, allow_nan=False, allow_infinity=False
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_the_same(value: object) -> None:
    assert read_json(json_bytes(value)) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value = read_json(body)
    except NotJson:
        return
    assert read_json(json_bytes(value)) == value


def test_a_fraction_stays_what_it_is() -> None:
    assert read_json(b"[0.1, 1234567890123456.78]") == [
        Decimal("0.1"),
        Decimal("1234567890123456.78"),
    ]
    assert json_bytes({"sum": Decimal("12.50")}) == b'{"sum":12.50}'


def test_depth_counts_brackets_and_not_those_inside_text() -> None:
    wide = b"[" + b",".join([b"[1]"] * 500) + b"]"
    assert len(read_json(wide)) == 500
    assert read_json(b'["' + b"[" * 500 + b'\\""]') == ["[" * 500 + '"']
    assert read_json(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(NotJson, match="deep"):
        read_json(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"\xff\xfe{}",
        b"NaN",
        b"[Infinity]",
        b"[1e400000]",
        b"9" * 41,
        b'"\\udc00"',
        b"{",
    ],
)
def test_what_is_no_json_for_us_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        read_json(body)


@pytest.mark.parametrize("value", [1j, {"a": Decimal("NaN")}, "\ud800", {1, 2}])
def test_what_json_does_not_have_is_refused(value: object) -> None:
    with pytest.raises(NotJson):
        json_bytes(value)

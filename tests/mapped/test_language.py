"""Expressions: compiled once, exact, and with a clear word about what is wrong with them."""

from decimal import Decimal

import pytest

from backends.mapped.language import BadExpression, Constant, Row, Table, compiled
from backends.mapped.scope import Nonsense, Scope


@pytest.mark.parametrize(
    ("text", "why", "row"),
    [
        ("a.", "ends too early", 0),
        ("{a: b", "ends too early", 0),
        ("{\n  a: b,\n  c: d e\n}", "} makes no sense here (column 1)", 3),
        ("{\n  a: nonsense(b)\n}", "there is no function nonsense()", 1),
        ("minor()", "minor(number)", 0),
        ("minor(a, b)", "minor(number)", 0),
        ("keys(a, b)", "keys() does not take 2 arguments", 0),
        ("`text`", "single quotes", 0),
        ("a ||\n`text`", "single quotes", 1),
        ("!a.b", "!(a.b)", 0),
        ("x && (\n!a.b[0] || c)", "!(a.b)", 1),
        ("!lines[?a]", "!(a.b)", 0),
        ("a = b", "Unknown token", 0),
        ("'open", "Unclosed", 0),
        ("", "empty", 0),
        ("(" * 5000 + "a" + ")" * 5000, "deep", 0),
    ],
)
def test_what_is_wrong_with_an_expression_is_said(text: str, why: str, row: int) -> None:
    with pytest.raises(BadExpression) as caught:
        compiled(text)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.row == row


def test_a_number_in_an_expression_is_never_a_float() -> None:
    found = Scope({}).value(compiled('`{"a": 0.1, "b": [1.25, 2]}`'))
    assert found == {"a": Decimal("0.1"), "b": [Decimal("1.25"), 2]}
    assert isinstance(found["b"][0], Decimal)


def test_a_template_makes_tables_lists_and_constants() -> None:
    template = Table(
        (
            ("sum", compiled("a")),
            ("fixed", Constant(True)),
            ("rows", Row((compiled("a"), Constant(2)))),
        )
    )
    assert Scope({"a": 1}).fill(template) == {"sum": 1, "fixed": True, "rows": [1, 2]}


def test_trouble_names_line_field_and_where_in_the_expression() -> None:
    expression = compiled("lines[].{amount: {whole: minor(sum)}}", 12, "calculate.answer")
    with pytest.raises(Nonsense) as caught:
        Scope({"lines": [{"sum": None}]}).value(expression)
    said = str(caught.value)
    assert said.startswith("line 12, field calculate.answer: amount.whole: minor(): ")
    assert said.endswith("expected a number, got null")


def test_a_part_is_made_of_everything_or_of_a_value() -> None:
    parts = {
        "row": compiled("{n: number, shop: root().shop}"),
        "rows": compiled("lines[].part('row', @)"),
    }
    scope = Scope({"lines": [{"number": 1}, {"number": 2}], "shop": "01"}, parts=parts)
    assert scope.value(compiled("part('rows')[1]")) == {"n": 2, "shop": "01"}
    assert scope.value(compiled("part('row', none)")) is None


def test_trouble_in_a_part_names_the_part() -> None:
    scope = Scope({"a": None}, parts={"sum": compiled("minor(a)", 3, "parts.sum")})
    with pytest.raises(Nonsense, match=r"line 3, field parts\.sum"):
        scope.value(compiled("{x: part('sum')}", 40, "points.answer"))


def test_a_null_for_want_of_a_name_is_told_to_whoever_listens() -> None:
    nulls: list[str] = []
    scope = Scope({"body": {"a": None, "b": 1}}, nulls=nulls)
    scope.value(compiled("body.{a: a, b: b}"))
    assert nulls == []  # null was said, not left out
    scope.value(compiled("body.wrong || 'default'"))
    assert nulls == []
    scope.value(compiled("body.{x: wrong}", 7, "points.answer"))
    assert nulls == ["line 7, field points.answer: null, there is no wrong"]
    assert not scope.holds(compiled("body.wrong"))
    assert len(nulls) == 1  # whether it is there was the question


HUGE = {"many": [{"n": place, "t": "x" * 5} for place in range(3000)], "text": "ab" * 200_000}


@pytest.mark.parametrize(
    "text",
    [
        "many[].{a: find(root().many, &n, `-1`)}",
        "many[?contains(root().many[].n, n)]",
        "many[].part('each', @)",
        "many[].grouped(root().many, &t)",
        "many[].spread(`0`, root().many[].n)",
        "replace(text, 'a', text)",
        "join(text, many[].t)",
        "concat(text, text, text)",
        "part('six')",
    ],
)
def test_a_huge_answer_stops_nobody(text: str) -> None:
    parts = {"each": compiled("root().many[].n"), "one": compiled("many[].n")}
    for name, inner in (("two", "one"), ("three", "two"), ("four", "three"), ("five", "four")):
        again = ", ".join([f"part('{inner}')"] * 9)
        parts[name] = compiled(f"[{again}]")
    parts["six"] = compiled("[part('five'), part('five')]")
    with pytest.raises(Nonsense, match="too "):
        Scope(HUGE, parts=parts).value(compiled(text))

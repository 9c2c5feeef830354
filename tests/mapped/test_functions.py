"""What expressions can do: exact numbers, texts, times, lists, and a no to what makes no sense."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from backends.mapped.functions import KEPT, OURS, Surroundings
from backends.mapped.language import compiled
from backends.mapped.scope import Nonsense, Scope

NOW = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
NAMES: dict[str, Any] = {
    "sum": Decimal("12.50"),
    "text": "12.50",
    "none": None,
    "yes": True,
    "at": "2026-03-03T10:00:00.123000+03:00",
    "lines": [
        {"number": 1, "sku": "a", "parts": [10, 20]},
        {"number": 2, "sku": "b", "parts": []},
        {"number": 3, "sku": "a", "parts": None},
    ],
}
AROUND = Surroundings(now=NOW, tables={"kinds": {"1": "one", "cash": "CASH"}})


def worked_out(text: str, **names: Any) -> Any:
    return Scope({**NAMES, **names}, AROUND).value(compiled(text))


CASES: dict[str, Any] = {
    # money, points, quantities
    "minor(sum)": 1250,
    "minor(text)": 1250,
    "minor('1 234,5')": 123450,
    "minor(`0.005`)": 1,
    "minor(`-0.005`)": -1,
    "major(`1250`)": Decimal("12.50"),
    "hundredths('7.5')": 750,
    "from_hundredths(`750`)": Decimal("7.50"),
    "thousandths(`0.45`)": 450,
    "from_thousandths(`450`)": Decimal("0.450"),
    "fixed(`1.005`, `2`)": "1.01",
    "fixed(`7`, `2`)": "7.00",
    "number(text)": Decimal("12.5"),
    "number('12.00')": 12,
    "plus(`1`, sum, '2.5')": 16,
    "plus()": 0,
    "minus(`1`, `0.9`)": Decimal("0.1"),
    "times(`0.1`, `3`)": Decimal("0.3"),
    "divided(`1`, `3`, `2`)": Decimal("0.33"),
    "divided(`100`, `2`, `0`)": 50,
    "rounded(`2.345`, `2`)": Decimal("2.35"),
    "ceil(`1.2`)": 2,
    "floor(`-1.2`)": -2,
    "abs(`-1.5`)": Decimal("1.5"),
    "spread(`100`, `[1, 1, 100]`)": [1, 1, 98],
    "sum(lines[].number)": 6,
    "sum(`[0.1, 0.2]`)": Decimal("0.3"),
    "avg(lines[].number)": 2,
    "avg(`[]`)": None,
    "max(`[1.5, 2, 1]`)": 2,
    "max(`[]`)": None,
    "min(lines[].sku)": "a",
    "sort(`[2, 1.5]`)": [Decimal("1.5"), 2],
    "max_by(lines, &number).sku": "a",
    "min_by(lines, &number).number": 1,
    "sort_by(lines, &minus(`0`, number))[0].number": 3,
    # texts
    "text(none)": "",
    "text(sum)": "12.50",
    "text(yes)": "true",
    "to_string(sum)": "12.50",
    "to_string(`[1]`)": "[1]",
    "to_string(none)": "null",
    "to_number('1.50')": Decimal("1.5"),
    "to_number('x')": None,
    "concat('a', none, `1`, sum)": "a112.50",
    "lower('АB')": "аb",
    "upper('ab')": "AB",
    "trim('  x ')": "x",
    "digits('+7 (900) 123-45-67')": "79001234567",
    "digits(none)": "",
    "cut('abcdef', `1`, `3`)": "bcd",
    "pad(`7`, `3`, '0')": "007",
    "replace('a-b-c', '-', '')": "abc",
    "split('u1 c2', ' ')": ["u1", "c2"],
    "md5('a')": "0cc175b9c0f1b6a831c399e269772661",
    "sha1('a')": "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8",
    "sha256('a')": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
    "base64('till:пароль')": "dGlsbDrQv9Cw0YDQvtC70Yw=",
    "hmac_sha256('k', 'a')": "3fb06e1eb88b5bd31e8c4c0c5d1c3a1f",
    "uuid('op-1')": "0e2d1e5f",
    "json({a: sum})": '{"a":12.50}',
    "from_json('{\"a\": 1.10}').a": Decimal("1.10"),
    # times
    "ms(at)": 1772521200123,
    "seconds(at)": 1772521200,
    "from_ms(`1772521200123`)": "2026-03-03T10:00:00.123000+03:00",
    "from_seconds('1772521200')": "2026-03-03T10:00:00+03:00",
    "utc('2026-03-03T10:00:00+03:00')": "2026-03-03T07:00:00Z",
    "local('2026-03-03T07:00:00Z')": "2026-03-03T10:00:00+03:00",
    "local('2026-03-03T10:00:00')": "2026-03-03T10:00:00+03:00",
    "day(at)": "2026-03-03",
    "day_ms('1990-06-05')": 644544000000,
    "later('2026-03-03T10:00:00+03:00', `90`)": "2026-03-03T10:01:30+03:00",
    "time_text(at, '%d.%m.%Y %H:%M')": "03.03.2026 10:00",
    "time_of('03.03.2026 10:00', '%d.%m.%Y %H:%M')": "2026-03-03T10:00:00+03:00",
    # lists, tables, choices
    "lines[].{n: number, all: length(root().lines)} | [0].all": 3,
    "if(yes, 'a', minor(none))": "a",
    "if(none, minor(none), 'b')": "b",
    "if(`0`, 'zero is something', 'b')": "zero is something",
    "table('kinds', `1`)": "one",
    "table('kinds', 'x', 'other')": "other",
    "find(lines, &number, '2').sku": "b",
    "find(lines, &number, none)": None,
    "grouped(lines, &sku)[].{k: key, n: length(items)}": [{"k": "a", "n": 2}, {"k": "b", "n": 1}],
    "pairs(lines, &parts)[].{n: of.number, p: it}": [{"n": 1, "p": 10}, {"n": 1, "p": 20}],
    "numbered(`[\"x\"]`)": [{"number": 1, "it": "x"}],
    "zip(`[1]`, `[\"a\"]`)": [{"first": 1, "second": "a"}],
    "unique(lines[].sku)": ["a", "b"],
    "listed(none)": [],
    "listed('x')": ["x"],
    "listed(lines[].number)": [1, 2, 3],
    "type(sum)": "number",
    "type(none)": "null",
    # what JMESPath has itself
    "contains(lines[].sku, 'b')": True,
    "not_null(none, sum)": Decimal("12.50"),
    "length(lines)": 3,
    "lines[?number > `1.5`].number": [2, 3],
    "merge({a: `1`}, {b: `2`})": {"a": 1, "b": 2},
    "join('-', lines[].sku)": "a-b-a",
    "map(&number, lines)": [1, 2, 3],
    "reverse(lines)[0].number": 3,
    "starts_with(text, '12')": True,
    "ends_with(text, '50')": True,
    "to_array(`1`)": [1],
    "keys({a: `1`})": ["a"],
    "values({a: `1`})": [1],
}  # fmt: skip
STARTS = {"hmac_sha256", "uuid"}
"""Of these only that they are stable is looked at."""


@pytest.mark.parametrize("text", CASES)
def test_a_function_gives_what_the_document_says(text: str) -> None:
    if text.partition("(")[0] in STARTS:
        assert worked_out(text) == worked_out(text) != worked_out(text.replace("'", "'x", 1))
    else:
        assert worked_out(text) == CASES[text]
        assert not isinstance(worked_out(text), float)


def test_every_function_has_a_case() -> None:
    said = " ".join(CASES)
    used = {name for name in (*OURS, *KEPT) if re.search(rf"(?<!\w){name}\(", said)}
    assert used | {"part"} == {*OURS, *KEPT}  # parts have tests of their own


@pytest.mark.parametrize(
    "text",
    [
        "minor(none)", "minor(yes)", "minor('abc')", "minor(lines)", "minor('NaN')",
        "minor('Infinity')", "minor('1e40')", "minor(`1e999999`)", "major(`1.5`)",
        "times('1e15', '1e15') | minor(@)", "divided(`1`, `0`, `2`)", "fixed(`1`, `1.5`)",
        "sum(`[1, null]`)", "max(`[1, \"a\"]`)", "sort_by(lines, number)", "spread(`5`, `[1]`)",
        "spread(`1`, `[-1]`)", "text(lines)", "lower(none)", "cut('a', 'x', `1`)",
        "pad('x', `100000000`, '0')", "pad('x', `3`, '')", "replace('a', '', 'b')",
        "split('a', '')", "ms('yesterday')", "ms('2026-03-03T10:00:00')", "ms(none)",
        "from_ms(`1e15`)", "from_seconds(`-1e14`)", "later(at, `1e14`)", "day_ms('17.05.1990')",
        "time_of('x', '%Y')", "time_text(at, none)", "table('kinds', 'x')", "table('kinds', lines)",
        "find(none, &a, 'b')", "zip(`[1]`, `[]`)", "pairs(lines, &sku)", "from_json('{')",
        "from_json(none)", "contains(none, 'a')", "length(`1`)", "part('nobody')",
        "lines[?number > sku]",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_nothing_worse_happens(text: str) -> None:
    with pytest.raises(Nonsense) as caught:
        worked_out(text)
    assert str(caught.value).startswith("line 1, field")


def test_a_comparison_of_texts_and_numbers_is_nonsense_and_no_crash() -> None:
    with pytest.raises(Nonsense):
        worked_out("sum > text")


def test_money_follows_the_digits_of_the_currency() -> None:
    yen = Scope({"price": 250}, Surroundings(digits=0))
    assert yen.value(compiled("minor(price)")) == 250
    assert yen.value(compiled("major(`250`)")) == 250


def test_what_is_made_of_a_secret_is_one() -> None:
    around = Surroundings(secrets={"p4ss"})
    scope = Scope({"options": {"password": "p4ss"}}, around)
    hashed = scope.value(compiled("sha1(options.password)"))
    scope.value(compiled("sha1('nothing special')"))
    assert around.secrets == {"p4ss", hashed}

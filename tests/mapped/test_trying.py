"""``cashier mapping``: what would be sent and read, in plain text, and nothing is sent."""

import json
from pathlib import Path

import pytest
from mapped.services import RARUS, VOUCHERS
from pydantic import TypeAdapter

from backends.mapped import samples
from backends.mapped.loading import UNMAPPED
from backends.mapped.trying import check, try_mapping
from cashier.cli import main
from cashier.errors import ConfigError
from cashier.methods import METHODS
from cashier.receipt import Receipt

SMALL = """
[service]
name = "Small"
can = ["certificates"]
[options.key]
secret = true
[[refused]]
when = "status == `422`"
reason = "blocked"
code = "body.code"
[save_sale]
answer = "{earned: hundredths(body.earned)}"
[[save_sale.step]]
http = "POST /sales?key={options.key}"
body = "{password: options.password, sum: major(request.receipt.total)}"
sample = '{"earned": "1.50"}'
[certificate]
answer = "{number: request.number, left: minor(body.left), sold: `true`}"
[[certificate.step]]
name = "asked"
http = "GET /certificates/{request.number}"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([*map(str, arguments), "--lang", "en"])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_what_would_be_sent_and_read_is_shown(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _err = run(capsys, "mapping", "try", small, "--method", "save_sale")
    assert code == 0
    rows = out.splitlines()
    assert rows[0] == "=== save_sale"
    assert rows[1] == "POST https://service.example/sales?key=***"
    assert "    Content-Type: application/json; charset=utf-8" in rows
    assert '      "password": "***",' in rows
    assert '      "sum": 552.75' in rows
    assert '      "earned": 150' in rows


def test_a_sample_that_is_missing_is_asked_for(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _err = run(capsys, "mapping", "try", small, "--method", "certificate")
    assert code == 0
    assert "? line 19, field certificate.step.1: no sample answer to read" in out


@pytest.mark.parametrize("name", ["", "asked="])
def test_an_answer_may_come_from_a_file(
    name: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "answer.json").write_text('{"left": "12.50"}')
    given = f"{name}{tmp_path / 'answer.json'}"
    arguments = ("mapping", "try", small, "--method", "certificate", "--answer", given)
    code, out, _err = run(capsys, *arguments)
    assert code == 0
    assert '"left": 1250' in out


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ('{"left": null}', "field certificate.answer: left: minor(): expected a number, got null"),
        ("<html>", "Expecting value"),
        ("", "the answer is empty"),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_problem(
    answer: str, why: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "answer").write_text(answer)
    code, out, _err = run(
        capsys, "mapping", "try", small, "--method", "certificate", "--answer", tmp_path / "answer"
    )
    assert code == 2
    assert why in out


def test_a_null_for_want_of_a_name_is_a_warning(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SMALL.replace("hundredths(body.earned)}", "hundredths(body.earned), balance: body.x}")
    small.write_text(text)
    code, out, _err = run(capsys, "mapping", "try", small, "--method", "save_sale")
    assert code == 0
    assert "? line 12, field save_sale.answer: null, there is no x" in out


def test_a_refusal_is_shown_as_one(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SMALL.replace(
        """sample = '{"earned": "1.50"}'""",
        """sample = '{"code": 7}'
sample_status = 422""",
    )
    small.write_text(text)
    code, out, _err = run(capsys, "mapping", "try", small, "--method", "save_sale")
    assert code == 0
    assert "Refused: blocked (7 )" in out


def test_another_receipt_may_be_tried(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = samples.open_receipt()
    kept = TypeAdapter(Receipt).dump_json(receipt.with_lines(receipt.lines[1:2]))
    (tmp_path / "receipt.json").write_bytes(kept)
    code, out, _err = run(
        capsys, "mapping", "try", small, "--method", "save_sale",
        "--receipt", tmp_path / "receipt.json",
    )  # fmt: skip
    assert code == 0
    assert '"sum": 344.75' in out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--method", "save_sail"], "There is no method save_sail; methods are: open"),
        (["--answer", "x.json"], "Say --method"),
        (["--method", "points", "--answer", "x.json"], "no such call in points"),
        (["--method", "certificate", "--answer", "nobody=x.json"], "no such call"),
        (["--method", "certificate", "--answer", "no-such.json"], "No such file"),
        (["--receipt", "no-such.json"], "there is no such file"),
    ],
)
def test_what_cannot_be_tried_is_told(
    arguments: list[str], why: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _out, err = run(capsys, "mapping", "try", small, *arguments)
    assert code == 2
    assert why in err


def test_a_receipt_that_is_none_is_told(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    for text in ("{}", "[", json.dumps({"receipt_id": 1})):
        file.write_text(text)
        with pytest.raises(ConfigError, match=r"receipt\.json"):
            try_mapping(small, receipt=str(file))


def test_a_mapping_is_checked_and_listed(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(capsys, "mapping", "check", small)
    assert code == 0
    assert "Small: certificates" in out
    assert "    GET /certificates/{request.number}" in out
    small.write_text(SMALL.replace("request.number", "request.numbr"))
    code, _out, err = run(capsys, "mapping", "check", small)
    assert code == 2
    assert "line 18, field certificate.answer" in err
    assert "line 21, field certificate.step.1.http" in err


@pytest.mark.parametrize("path", [VOUCHERS, RARUS], ids=lambda path: path.stem)
def test_the_examples_can_be_tried_to_the_end_without_a_remark(path: Path) -> None:
    tried = try_mapping(path)
    assert tried.ok
    assert [row for row in tried.text.splitlines() if row.startswith(("!", "?"))] == []
    assert "<password>" not in tried.text
    assert check(path)


def test_there_is_a_sample_request_for_every_method() -> None:
    assert {one.method.name for one in samples.requests()} == METHODS.keys() - UNMAPPED

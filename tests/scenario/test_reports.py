"""Reports: whole, masked, harmless whatever stands in them, and valid."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.dom import minidom

import pytest
from junitparser import JUnitXml, Skipped

from cashier import i18n
from cashier.cli import main
from cashier.report.harmless import harmless, in_a_row
from cashier.report.junit import junit
from cashier.report.page import page
from cashier.report.plain import as_json
from cashier.report.shown import (
    FORMAT,
    Run,
    Shown,
    ShownBroken,
    ShownCall,
    ShownDifference,
    ShownDiscount,
    ShownExchange,
    ShownLine,
    ShownReceipt,
    ShownStep,
)
from cashier.report.table import table

HOSTILE = (
    "</script><script>alert(1)</script> </pre> ]]> --> & \" ' {{ 7*7 }} {% x %} [b] "
    "\x00\x08\x1b[31m\x7f\x85 \u202eright to left\u2066 \u2028 \ud800 \ufffe \uffff"
    " شكرا 漢字 e\u0301 🧾"
)


def hostile() -> Run:
    """A run in which every text is hostile."""
    bad = HOSTILE
    line = ShownLine(
        1, bad, bad, "1", "1.00", "1.00", "0.50", (ShownDiscount(bad, bad, "0.50", bad),)
    )
    receipt = ShownReceipt(
        "sale", bad, (line,), "1.00", "0.50", "0.50", "0.50", (bad,), bad, bad, bad, (bad,)
    )
    call = ShownCall(
        "POST", f"https://x.example/{bad}", 500, 3, bad, f"<{bad}>", bad, f"curl '{bad}'"
    )
    exchange = ShownExchange(
        bad,
        bad,
        "answered",
        bad,
        bad,
        bad,
        bad,
        5,
        (bad,),
        {bad: [bad]},
        {bad: {"x": bad}},
        (call,),
    )
    step = ShownStep(
        bad, f"{bad}:3", "failed", 7, bad, bad, (ShownDifference(bad, bad, bad),),
        (ShownBroken(bad, bad),), bad, receipt, (bad,), (bad,), (exchange,),
    )  # fmt: skip
    later = ShownStep(bad, f"{bad}:4", "not_run")
    names = [(bad, "failed"), (f"skip {bad}", "skipped"), ("left", "not_run"), ("fine", "passed")]
    steps = {"failed": (step, later)}
    return Run(
        tuple(
            Shown(
                name,
                bad,
                bad,
                verdict,
                steps.get(verdict, ()),
                (bad,),
                (bad,),
                bad,
                bad,
                bad,
                1,
                (exchange,),
            )
            for name, verdict in names
        )
    )


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_nothing_hostile_is_left_of_a_text() -> None:
    text = harmless(HOSTILE)
    assert "\x1b" not in text
    assert "␛[31m" in text, "it is seen what was there"
    assert not set("\x00\x08\x7f\x85\u202e\u2066\u2028\ud800\ufffe\uffff") & set(text)
    assert "شكرا 漢字 e\u0301 🧾" in text
    assert harmless("a\nb\tc") == "a\nb\tc"
    assert in_a_row("a\nb\tc") == "a b c"
    text.encode()


def test_junit_is_valid_whatever_stands_in_it() -> None:
    minidom.parseString(junit(hostile()))  # noqa: S318  (our own)
    parsed = JUnitXml.fromstring(junit(hostile()).encode())
    assert (parsed.tests, parsed.failures, parsed.skipped) == (4, 1, 2)


def test_the_page_holds_nothing_but_itself() -> None:
    text = page(hostile(), "1")
    found = Page(text)
    assert not {"script", "img", "link", "iframe", "object", "b", "pre"} & set(found.tags) - {
        "b",
        "pre",
    }
    assert "script" not in found.tags
    assert not {"src", "href", "onclick", "style"} & {name for name, _value in found.attributes}
    assert "url(" not in text
    assert "@import" not in text
    assert "alert(1)" in "".join(found.words), "it is there, as text"
    assert "{{ 7*7 }}" in "".join(found.words)
    assert not set("\x00\x1b\u202e\ud800") & set(text)
    text.encode()
    opened = [name for name, _value in found.attributes if name == "open"]
    assert len(opened) == 2, "what failed is open, and its receipt"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_page_in_both_languages(language: str) -> None:
    i18n.set_language(language)
    assert f'<html lang="{language}">' in page(hostile(), "1")


def test_json_is_json_with_a_version() -> None:
    value = json.loads(as_json(hostile(), "1"))
    assert value["format"] == FORMAT
    assert value["summary"] == {"passed": 1, "failed": 1, "skipped": 1, "not_run": 1}
    assert list(value["scenarios"][0]) == [
        "name", "file", "group", "verdict", "steps", "notes", "tags", "system", "shop", "language",
        "milliseconds", "opening",
    ]  # fmt: skip
    assert "\x1b" in value["scenarios"][0]["name"], "what came is what is told"


def test_a_table_moves_no_cursor() -> None:
    for line in table(hostile()):
        assert "\x1b" not in line
        assert "\u202e" not in line
        line.encode()


STEPS = """
scenario: A dear loaf
language: en
tags: [short]
given: {customers: [{card: "2900000090018", phone: "+79001234567", name: Olga Sample, points: 5}]}
steps:
  - identify: "+79001234567"
  - confirm: from-phone
  - scan: "4600000000015"
  - calculate
  - expect: {total: 50.00}
  - tender: cash
"""
SKIPPED = "scenario: Skipped\nlanguage: en\nneeds: [certificates]\nsteps: [calculate]\n"


def reported(folder: Path) -> dict[str, str]:
    (folder / "deep").mkdir()
    (folder / "deep" / "loaf.yaml").write_text(STEPS)
    (folder / "deep" / "skipped.yaml").write_text(SKIPPED)
    files = {name: folder / f"report.{name}" for name in ("junit", "html", "json")}
    options = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    assert main(["run", "--lang", "en", str(folder), *options]) == 1
    return {name: path.read_text(encoding="utf-8") for name, path in files.items()}


def test_reports_of_a_run(tmp_path: Path) -> None:
    texts = reported(tmp_path)
    for text in texts.values():
        assert "Olga" not in text
        assert "9001234567" not in text
        assert "2900000090018" not in text
        assert "*********0018" in text
    (loaf, skipped) = list(JUnitXml.fromstring(texts["junit"].encode()))
    (case,) = list(loaf)
    assert (case.classname, case.name) == ("deep.loaf", "A dear loaf")
    assert case.result[0].message == "total: expected 50.00, came 47.00"
    assert "expect: {total: 50.00}" in case.result[0].text
    assert "calculate" in case.system_out
    (case,) = list(skipped)
    assert isinstance(case.result[0], Skipped)
    assert case.result[0].message == "This system cannot: certificates."
    names = re.findall(r'(?:class)?name="([^"]*)"', texts["junit"])
    assert not [name for name in names if str(tmp_path) in name]
    scenario = json.loads(texts["json"])["scenarios"][0]
    assert scenario["steps"][-1]["slips"], "what was printed is there"
    assert [one["method"] for one in scenario["opening"]] == ["open"]
    assert scenario["steps"][3]["exchanges"][0]["answer"]["lines"]
    page = Page(texts["html"])
    assert "47.00" in "".join(page.words)


def test_a_report_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.yaml").write_text(SKIPPED)
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no full disk here")
    assert main(["run", "--lang", "en", str(tmp_path), "--json", str(full)]) == 2
    out, err = capsys.readouterr()
    assert "/dev/full: No space left" in err
    assert "skipped: 1" in out, "the table is there all the same"

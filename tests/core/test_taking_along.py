"""An exchange taken along: as curl, as HAR, as a folder for a bug report; and laid out to read."""

import asyncio
import json
import shlex
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand import MORNING, Stand, demo_shop, make_stand
from wired import ONLY_ON_THE_WIRE, PASSWORD, TOKEN, Wired

from cashier import cli
from cashier import commands as do
from cashier.clock import SystemClock
from cashier.errors import StorageError
from cashier.exchange_log import bug_report
from cashier.exchange_log.curl import curl
from cashier.exchange_log.har import har
from cashier.exchange_log.pretty import HexRows, TextRows, json_rows, table, xml_rows
from cashier.masking.masker import HIDDEN, Masker
from cashier.receipt import TenderKind
from cashier.recording import Recording
from cashier.shop import Permissions, Supervisor
from cashier.witness import Exchange, Outcome, WireCall

ANNA = "2900000000018"
PERSONAL = (
    ANNA, "+79001234501", "79001234501", "9001234501", "anna@example.org", "Sokolova",
    ONLY_ON_THE_WIRE["login"], ONLY_ON_THE_WIRE["first_name"], ONLY_ON_THE_WIRE["birth_date"],
)  # fmt: skip
SECRET = (TOKEN, PASSWORD, "0123456789abcdef")


def wire(**more: Any) -> WireCall:
    plain = WireCall("POST", "https://loyalty.example/a?b=1&c=%20x", MORNING, 12, status=200)
    return replace(plain, **more)


# --- curl


def read_curl(command: str) -> tuple[str, str, list[tuple[str, str]], bytes]:
    """Method, address, headers and body that this command sends, as a shell and curl read it."""
    words = shlex.split(command)
    body = b""
    if words[0] == "echo":
        assert words[2:6] == ["|", "base64", "-d", "|"]
        body, words = b64decode(words[1]), words[6:]
        assert words[-2:] == ["--data-binary", "@-"]
        words = words[:-2]
    assert words[:3] == ["curl", "--globoff", "--path-as-is"]
    method, url, headers = "", "", []
    rest = iter(words[3:])
    for word in rest:
        if word == "--head":
            method = "HEAD"
            continue
        value = next(rest)
        match word:
            case "--request":
                method = value
            case "--url":
                url = value
            case "--header" if value.endswith(";"):
                headers.append((value[:-1], ""))
            case "--header" if not value.endswith(":"):
                name, _sign, text = value.partition(": ")
                headers.append((name, text))
            case "--data-binary":
                assert not value.startswith("@")
                body = value.encode()
            case _:
                assert word == "--header"
    return method, url, headers, body


plain = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
names = st.from_regex(r"[A-Za-z][A-Za-z-]{0,10}", fullmatch=True).filter(
    lambda name: name.lower() not in ("host", "content-length", "connection", "transfer-encoding")
)
values = plain.map(str.strip).filter(lambda text: not text.endswith((";", ":")))
bodies = st.binary(max_size=40) | st.text(st.characters(exclude_categories=["Cs"])).map(str.encode)


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"]),
    plain.map(lambda text: f"https://loyalty.example/{text}"),
    st.lists(st.tuples(names, values), max_size=4),
    bodies,
)
@settings(max_examples=300, deadline=None)
def test_the_command_sends_the_same_bytes_once_more(
    method: str, url: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    call = wire(method=method, url=url, request_headers=tuple(headers), request_body=body)
    assert read_curl(curl(call)) == (method, url, headers, body)


def test_a_command_is_one_that_a_person_can_read() -> None:
    call = wire(
        request_headers=(
            ("host", "loyalty.example"), ("accept", "*/*"), ("user-agent", "cashier-emulator"),
            ("content-type", "application/json"), ("content-length", "11"),
        ),
        request_body=b'{"a":"it\'s"}',
    )  # fmt: skip
    assert curl(call) == (
        "curl --globoff --path-as-is --request POST"
        " --url 'https://loyalty.example/a?b=1&c=%20x' --header 'accept: */*'"
        " --header 'user-agent: cashier-emulator' --header 'content-type: application/json'"
        """ --data-binary '{"a":"it'"'"'s"}'"""
    )


def listed(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_shell_hands_curl_exactly_these_words(tmp_path: Path) -> None:
    """With a real shell and a stand-in for curl that writes down what it gets."""
    fake = tmp_path / "curl"
    fake.write_text('#!/bin/sh\nprintf "%s\\0" "$@" > words\ncat > body\n')
    fake.chmod(0o755)
    nasty = "$(touch x) `touch y` \\ ' \" ! & | ; \n\t*?[a-z]{1,2} ~ #"
    for body in (nasty.encode(), b"@/etc/passwd", b"\x00\xff"):
        call = wire(url=f"https://x.example/{nasty}", request_body=body)
        shell = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", curl(call), cwd=tmp_path, stdin=asyncio.subprocess.DEVNULL,
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        )  # fmt: skip
        assert await shell.wait() == 0
        words = (tmp_path / "words").read_bytes().split(b"\0")
        assert f"https://x.example/{nasty}".encode() in words
        assert body == (tmp_path / "body").read_bytes() or body in words
    assert sorted(listed(tmp_path)) == ["body", "curl", "words"]


# --- HAR


def said(*calls: WireCall, **more: Any) -> Exchange:
    plain_one = Exchange(
        MORNING, "Calculate", "calculate", Outcome.ANSWERED, b'{"spend":0}', b'{"earn":5}',
        receipt_id="r1", milliseconds=7, calls=calls,
    )  # fmt: skip
    return replace(plain_one, **more)


TEXT, NUMBER, LIST = str, (int, float), list
_RECORD = {"name": TEXT, "value": TEXT}
HAR = {
    "version": TEXT,
    "creator": {"name": TEXT, "version": TEXT},
    "entries": [
        {
            "startedDateTime": TEXT,
            "time": NUMBER,
            "request": {
                "method": TEXT, "url": TEXT, "httpVersion": TEXT, "cookies": [_RECORD],
                "headers": [_RECORD], "queryString": [_RECORD], "headersSize": NUMBER,
                "bodySize": NUMBER,
            },
            "response": {
                "status": NUMBER, "statusText": TEXT, "httpVersion": TEXT, "cookies": [_RECORD],
                "headers": [_RECORD], "content": {"size": NUMBER, "mimeType": TEXT},
                "redirectURL": TEXT, "headersSize": NUMBER, "bodySize": NUMBER,
            },
            "cache": {},
            "timings": {"send": NUMBER, "wait": NUMBER, "receive": NUMBER},
        }
    ],
}  # fmt: skip
"""What HAR 1.2 asks for; http://www.softwareishard.com/blog/har-12-spec/."""
_MORE = {
    "browser", "comment", "postData", "text", "encoding", "params", "blocked", "dns", "connect",
    "ssl", "path", "domain", "expires", "httpOnly", "secure", "compression", "serverIPAddress",
}  # fmt: skip
"""What it allows besides; and anything that begins with an underscore."""


def check(value: Any, shape: Any, where: str = "log") -> None:
    if isinstance(shape, dict):
        assert isinstance(value, dict), where
        for name, inner in shape.items():
            assert name in value, f"{where}.{name}"
            check(value[name], inner, f"{where}.{name}")
        for name in value.keys() - shape.keys():
            assert name in _MORE or name.startswith("_"), f"{where}.{name}"
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for place, one in enumerate(value):
            check(one, shape[0], f"{where}[{place}]")
    else:
        assert isinstance(value, shape), where
        assert not isinstance(value, bool), where


def archive(*exchanges: Exchange) -> Any:
    log = json.loads(har(exchanges, system="house", version="1.0"))["log"]
    check(log, HAR)
    assert log["version"] == "1.2"
    for entry in log["entries"]:
        datetime.fromisoformat(entry["startedDateTime"])
        timings = [part for part in entry["timings"].values() if part > 0]
        assert entry["time"] == sum(timings)
    return log


def test_an_archive_says_what_every_call_was_for() -> None:
    call = wire(
        request_headers=(("Cookie", "a=1; b=2"), ("content-type", "application/json")),
        request_body=b"{}",
        answer_headers=(("Set-Cookie", "c=3; Path=/"), ("location", "/x")),
        answer_body="Привет".encode(),
    )
    (first, second) = archive(said(call, replace(call, attempt=2), notes=("fault: x",)))["entries"]
    assert first["request"]["url"] == "https://loyalty.example/a?b=1&c=%20x"
    assert first["request"]["queryString"] == [
        {"name": "b", "value": "1"}, {"name": "c", "value": " x"},
    ]  # fmt: skip
    assert [cookie["name"] for cookie in first["request"]["cookies"]] == ["a", "b"]
    assert first["request"]["postData"] == {"mimeType": "application/json", "text": "{}"}
    assert first["request"]["_step"] == "calculate"
    assert first["request"]["_receipt"] == "r1"
    assert first["request"]["_request"] == {"spend": 0}
    assert first["request"]["_answer"] == {"earn": 5}
    assert first["response"]["content"]["text"] == "Привет"
    assert first["response"]["content"]["size"] == 12
    assert first["response"]["redirectURL"] == "/x"
    assert first["response"]["statusText"] == "OK"
    assert first["comment"] == "calculate: answered; fault: x"
    assert second["time"] == 12


def test_bytes_that_are_no_text_are_in_base64() -> None:
    noise = b"\xff\x00\x01"
    (entry,) = archive(said(wire(request_body=noise, answer_body=noise)))["entries"]
    assert b64decode(entry["request"]["postData"]["text"]) == noise
    content = entry["response"]["content"]
    assert (content["encoding"], b64decode(content["text"])) == ("base64", noise)


def test_a_call_without_an_answer_is_an_entry_too() -> None:
    (entry,) = archive(said(wire(status=0, error="no connection")))["entries"]
    assert (entry["response"]["status"], entry["response"]["_error"]) == (0, "no connection")


@pytest.mark.parametrize(
    ("outcome", "status"), [(Outcome.ANSWERED, 200), (Outcome.REFUSED, 409), (Outcome.UNKNOWN, 0)]
)
def test_an_exchange_over_no_wire_stands_under_an_address_of_its_own(
    outcome: Outcome, status: int
) -> None:
    (entry,) = archive(said(outcome=outcome))["entries"]
    assert entry["request"]["url"] == "exchange://house/calculate"
    assert entry["request"]["method"] == "ASK"
    assert entry["response"]["status"] == status
    assert entry["time"] == 7


def test_an_archive_of_nothing_is_one() -> None:
    assert archive()["entries"] == []


texts = st.text(max_size=15)
odd_calls = st.builds(
    WireCall, texts, texts, st.just(datetime(2026, 1, 1, tzinfo=UTC)), st.integers(-5, 10**6),
    st.just(1), st.lists(st.tuples(texts, texts)).map(tuple), st.binary(max_size=30),
    st.integers(0, 999), st.lists(st.tuples(texts, texts)).map(tuple), st.binary(max_size=30),
    texts,
)  # fmt: skip


@given(st.lists(odd_calls, max_size=3), st.binary(max_size=20), texts)
@settings(max_examples=100, deadline=None)
def test_whatever_was_said_the_archive_is_one(
    calls: list[WireCall], body: bytes, text: str
) -> None:
    archive(said(*calls, request=body, answer=body, text=text, notes=(text,)))


# --- laid out


def letters(rows: Any) -> list[str]:
    return ["".join(text for text, _ink in row) for row in rows]


def test_json_is_laid_out_with_its_numbers_as_they_are() -> None:
    text = '{"a":1.50,"b":[],"c":{},"d":[1,{"x":null}],"e":"f"}'
    assert letters(json_rows(text)) == [
        "{", '  "a": 1.50,', '  "b": [],', '  "c": {},', '  "d": [', "    1,", "    {",
        '      "x": null', "    }", "  ],", '  "e": "f"', "}",
    ]  # fmt: skip
    assert letters(json_rows('{"a":[1,"cut')) == ["{", '  "a": [', "    1,", '    "cut']


def test_xml_is_laid_out() -> None:
    text = '<?xml version="1.0"?><a x="1"><b>t</b><c/><d>\n<e>1</e></d></a>'
    assert letters(xml_rows(text)) == [
        '<?xml version="1.0"?>', '<a x="1">', "  <b>t</b>", "  <c/>", "  <d>", "    <e>1</e>",
        "  </d>", "</a>",
    ]  # fmt: skip


@given(
    st.recursive(
        st.none() | st.integers() | texts, lambda x: st.lists(x) | st.dictionaries(texts, x)
    )
)
@settings(max_examples=100, deadline=None)
def test_laying_out_leaves_nothing_out(value: object) -> None:
    text = json.dumps(value)
    assert json.loads("".join(letters(json_rows(text))) or "null") == value


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_whatever_comes_can_be_laid_out(text: str) -> None:
    list(xml_rows(text))
    list(json_rows(text))
    list(xml_rows(f"<a>{text}"))


def test_a_message_is_a_table_without_what_is_empty() -> None:
    message = {
        "id": "1",
        "zero": 0,
        "none": None,
        "lines": [{"n": 1, "d": [{"x": 2}]}],
        "l": [1, 2],
    }
    told = list(table(message))
    assert letters(one.row for one in told) == [
        "id 1   zero 0   l 1, 2   ", "lines  ", "  1  n 1   ", "    d  ", "      1  x 2   ",
    ]  # fmt: skip
    assert told[2].path == ("lines", 0)
    assert letters(one.row for one in table(message, zeros=False))[0] == "id 1   l 1, 2   "


def test_a_large_body_is_cut_into_rows_only_where_it_is_looked_at() -> None:
    rows = TextRows("x" * 10_000_000, 100)
    assert len(rows) == 100_000
    assert letters([rows[99_999], rows[-1]]) == ["x" * 100] * 2
    assert letters(TextRows("abcdef\r\nxy\n\nzz", 4)[0:5]) == ["abcd", "ef", "xy", "", "zz"]
    many = HexRows(bytes(16) * 1_000_000)
    assert len(many) == 1_000_000
    (row,) = letters([HexRows(b"\x00Az\xff")[0]])
    assert row.split() == ["00000000", "00", "41", "7a", "ff", "·Az·"]


# --- the report of a bug


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    people = (Supervisor(name="Olga", pin="2468"),)
    loyalty = demo_shop().loyalty.model_copy(
        update={"options": {"login": "till-01", "password": PASSWORD, "url": "https://a:b@x/"}}
    )
    shop = demo_shop().model_copy(
        update={"loyalty": loyalty, "permissions": Permissions(people=people)}
    )
    made = make_stand(shop=shop, around=lambda house: Wired(house, SystemClock()))
    await made.till.start()
    await made.do(do.Scan("4600000000237"), do.Scan(ANNA), do.Calculate())
    yield made
    await made.till.close()


def case_of(stand: Stand) -> bug_report.Case:
    desk = stand.till.workplace
    return bug_report.gather(
        desk.shop, desk.journal, desk.exchanges, stand.receipt.receipt_id, MORNING, stand.receipt
    )


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


async def test_a_report_has_everything_and_nobody_in_it(stand: Stand, tmp_path: Path) -> None:
    await stand.do(do.TakeTender(TenderKind.CASH))
    case = case_of(stand)
    masker = bug_report.masker_of(case)
    picture = bug_report.Picture("screen", "<svg/>")
    folder = bug_report.write(tmp_path / "r", case, masker, keys="1<enter>", picture=picture)
    found = files(folder)
    assert sorted(found) == [
        "README.txt", "commands.jsonl", "exchanges.har", "exchanges.jsonl", "keys.txt",
        "screen.svg", "screen.txt", "shop.json", "slip.txt", "versions.txt",
    ]  # fmt: skip
    for name, text in found.items():
        for value in (*PERSONAL, *SECRET, "2468", "https://a:b@"):
            assert value not in text, name
            assert json.dumps(value)[1:-1] not in text, name
    assert len(found["README.txt"].splitlines()) == 5
    assert stand.receipt.number in found["README.txt"]
    assert "Sokolova" not in found["slip.txt"] and "TOTAL" in found["slip.txt"]
    names = [json.loads(line)["command"] for line in found["commands.jsonl"].splitlines()]
    assert names == ["Scan", "Scan", "Calculate", "TakeTender"]
    check(json.loads(found["exchanges.har"])["log"], HAR)
    assert "Python: 3." in found["versions.txt"]
    assert json.loads(found["shop.json"])["loyalty"]["options"]["password"] == HIDDEN
    recording = Recording.load(folder / "exchanges.jsonl")
    assert recording.header.masked
    assert recording.exchanges[0].method == "open"
    assert recording.exchanges[-1].method == "save_sale"


async def test_unmasked_it_shows_everything_but_the_secrets_of_the_shop_card(
    stand: Stand, tmp_path: Path
) -> None:
    folder = bug_report.write(tmp_path / "r", case_of(stand), None)
    found = files(folder)
    assert ANNA in found["commands.jsonl"]
    for value in (*PERSONAL, *SECRET):  # so it means something that they are not in a masked one
        spelled = (value, quote_plus(value), json.dumps(value)[1:-1])
        assert any(one in found["exchanges.jsonl"] for one in spelled), value
    assert TOKEN in found["exchanges.har"]
    assert "NOTHING IS MASKED" in found["README.txt"]
    assert PASSWORD not in found["shop.json"] and "2468" not in found["shop.json"]
    assert "not finished" in found["slip.txt"]
    assert "screen.svg" not in found
    assert folder.stat().st_mode & 0o077 == 0


async def test_an_old_report_is_never_written_over(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        bug_report.write(tmp_path / "r", case_of(stand), None)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        bug_report.write(tmp_path / "file" / "r", case_of(stand), None)


async def test_a_code_and_the_form_of_a_new_customer_are_masked_in_the_commands(
    tmp_path: Path,
) -> None:
    stand = make_stand()
    await stand.till.start()
    await stand.do(do.Scan("+79005559988"))
    await stand.do(do.Register(name="Пётр Иванович Тестов", phone="+79005559988"))
    code = stand.code
    await stand.do(do.EnterCode(code), do.Scan("4600000000237"))
    case = case_of(stand)
    found = files(bug_report.write(tmp_path / "r", case, bug_report.masker_of(case)))
    lines = [json.loads(line) for line in found["commands.jsonl"].splitlines()]
    assert [line["command"] for line in lines] == ["Scan", "Register", "EnterCode", "Scan"]
    assert lines[1]["name"] == "П*** И******* Т*****"
    assert lines[2]["code"] == "********"
    assert lines[3]["code"] == "4600000000237"
    for text in found.values():
        assert "9005559988" not in text and "Тестов" not in text
    await stand.till.close()


# --- the command line


@pytest.fixture
def shop(tmp_path: Path) -> list[str]:
    """A till that sold once, in a data folder; what the command line needs to find it."""
    from backends.faults import Faulty
    from cashier.faults import Plan
    from cashier.opening import Place, open_till

    data = str(tmp_path / "data")

    async def sell() -> None:
        plan = Plan()
        till = open_till(
            Place.of(None, data, "en"),
            lambda make, clock: (
                Faulty(lambda: Wired(make(), clock), clock, plan),
                plan,
            ),
        )
        await till.start()
        await till.do(do.OpenShift())
        for command in (do.Scan(ANNA), do.Scan("4600000000237"), do.Calculate()):
            await till.do(command)
        await till.do(do.TakeTender(TenderKind.CASH))
        await till.close()

    asyncio.run(sell())
    return ["--data", data, "--lang", "en"]


def test_the_command_line_lists_finds_and_takes_along(
    shop: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> str:
        assert cli.main([words[0], *shop, *words[1:]]) == 0
        return capsys.readouterr().out

    listed = run("exchanges")
    assert "✓ saving the sale" in listed and "✓ connecting" in listed
    assert "R0101-000001" in listed
    of_receipt = run("exchanges", "R0101-000001")
    assert "connecting" not in of_receipt and len(of_receipt.splitlines()) == 5
    assert len(run("exchanges", "--last", "2").splitlines()) == 2
    assert len(run("exchanges", "--find", "save_sale").splitlines()) == 1
    assert "Nothing was said" in run("exchanges", "--find", "no such text")
    as_json = run("exchanges", "--json")
    as_curl = run("exchanges", "R0101-000001", "--curl")
    path = tmp_path / "x.har"
    assert run("exchanges", "--har", str(path)).strip() == str(path)
    check(json.loads(path.read_text())["log"], HAR)
    report = tmp_path / "report"
    assert run("bugreport", "--out", str(report)).strip() == str(report)
    for text in (listed, as_json, as_curl, path.read_text(), *files(report).values()):
        for value in (*PERSONAL, *SECRET):
            assert value not in text
    methods = [json.loads(line)["method"] for line in as_json.splitlines()]
    assert methods[0] == "open" and methods[-1] == "save_sale"
    commands = [line for line in as_curl.splitlines() if not line.startswith("#")]
    assert [read_curl(line)[0] for line in commands] == ["POST"] * 5
    assert "not running" in files(report)["screen.txt"]
    assert ANNA in run("exchanges", "--json", "--unmasked")
    assert TOKEN in run("exchanges", "--curl", "--unmasked")
    run("bugreport", "R0101-000001", "--out", str(tmp_path / "all"), "--unmasked")
    assert ANNA in files(tmp_path / "all")["commands.jsonl"]


def test_the_command_line_says_what_is_not_there(
    shop: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["exchanges", *shop, "R0101-999999"]) == 2
    assert "no such receipt" in capsys.readouterr().err
    assert cli.main(["bugreport", *shop, "--out", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert cli.main(["exchanges", *shop, "--har", str(tmp_path / "no" / "x.har")]) == 2
    empty = ["--data", str(tmp_path / "other"), "--lang", "en"]
    assert cli.main(["exchanges", *empty]) == 2
    assert cli.main(["bugreport", *empty, "--out", str(tmp_path / "y")]) == 2
    assert "Nothing was sold yet" in capsys.readouterr().err


def test_masks_of_one_receipt_are_the_same_in_all_that_is_taken_along() -> None:
    call = wire(request_headers=(("Authorization", f"Bearer {TOKEN}"),), secrets=(TOKEN,))
    first, second = said(call), said(call, method="save_sale")
    masker = Masker.of([first, second])
    texts = {
        entry["request"]["headers"][0]["value"]
        for entry in archive(masker.exchange(first), masker.exchange(second))["entries"]
    }
    assert texts == {"Bearer ********1"}
    assert "Bearer ********1" in curl(masker.exchange(second).calls[0])

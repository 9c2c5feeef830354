"""The handshake, stopped after every step: each side finds again what it had not finished."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from files.samples import LOAD, report

from backends.files.folder import Folder, FoundLoad, Names, Request
from backends.files.formats import PROFILES, profile
from backends.files.formats.model import BadFile, SalesReport
from backends.files.formats.shtrihm import Shtrihm

LATER = replace(LOAD, clears=frozenset())


@pytest.fixture(params=PROFILES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    return Folder(tmp_path, profile(request.param))


def sold(number: int = 17) -> SalesReport:
    return replace(report(details=False), number=number)


def found(folder: Folder) -> FoundLoad:
    load = folder.find_load()
    assert load is not None
    return load


def line_two(folder: Folder) -> bytes:
    return folder.load.read_bytes().split(b"\r\n")[1]


def test_a_load_is_taken_once(folder: Folder) -> None:
    assert folder.find_load() is None
    assert folder.put_load(LOAD)
    assert folder.load_flag.read_bytes() == b"" and line_two(folder) == b"#"
    waiting = found(folder)
    assert waiting.load == LOAD and not waiting.read_before and not waiting.troubles
    folder.settle_load(waiting)
    assert line_two(folder) == b"@" and not folder.load_flag.exists()
    assert folder.find_load() is None and folder.left_without_flag() is None


def test_the_next_load_waits_until_the_last_is_taken(folder: Folder) -> None:
    assert folder.put_load(LOAD)
    before = folder.load.read_bytes()
    assert not folder.put_load(LATER)
    assert folder.load.read_bytes() == before
    folder.settle_load(found(folder))
    assert folder.put_load(LATER) and found(folder).load == LATER


def test_the_office_stops_before_the_rename(folder: Folder) -> None:
    folder.load.with_name(folder.load.name + ".tmp").write_bytes(b"##@@&&\r\nhal")
    assert folder.find_load() is None and folder.left_without_flag() is None
    assert folder.put_load(LOAD) and found(folder).load == LOAD


def test_the_office_stops_before_the_flag(folder: Folder) -> None:
    folder.put_load(LOAD)
    folder.load_flag.unlink()
    assert folder.find_load() is None
    assert "it is not taken" in str(folder.left_without_flag())
    assert folder.put_load(LOAD) and found(folder).load == LOAD


def test_the_till_stops_before_the_mark(folder: Folder) -> None:
    folder.put_load(LOAD)
    first = found(folder)
    again = found(folder)
    assert again.digest == first.digest and not again.read_before


def test_the_till_stops_between_the_mark_and_the_flag(folder: Folder) -> None:
    folder.put_load(LOAD)
    first = found(folder)
    assert folder.mark_load(first)
    assert not folder.put_load(LATER), "the flag still stands: nothing may come in its place"
    again = found(folder)
    assert again.read_before and again.digest == first.digest
    folder.settle_load(again)
    assert not folder.load_flag.exists()


def test_another_load_in_its_place_stays_unread(folder: Folder) -> None:
    folder.put_load(LOAD)
    first = found(folder)
    folder.load_flag.unlink()
    folder.put_load(LATER)
    folder.settle_load(first)
    assert line_two(folder) == b"#" and found(folder).load == LATER


def test_the_same_contents_have_the_same_digest(folder: Folder) -> None:
    folder.put_load(LOAD)
    first = found(folder)
    folder.settle_load(first)
    folder.put_load(LOAD)
    assert found(folder).digest == first.digest
    folder.settle_load(found(folder))
    folder.put_load(LATER)
    assert found(folder).digest != first.digest


def test_a_flag_without_a_file_is_said_and_stays(folder: Folder) -> None:
    folder.load_flag.write_bytes(b"")
    with pytest.raises(BadFile, match=r"goods\.txt: the flag goods\.flg is there"):
        folder.find_load()
    assert folder.load_flag.exists()


def test_a_half_written_load_is_said_and_stays(folder: Folder) -> None:
    folder.put_load(LOAD)
    half = folder.load.read_bytes()[:-3]
    folder.load.write_bytes(half)
    with pytest.raises(BadFile, match="half-written"):
        folder.find_load()
    assert folder.load.read_bytes() == half and folder.load_flag.exists()


def test_a_folder_where_a_file_should_be(folder: Folder) -> None:
    folder.load.mkdir()
    folder.load_flag.write_bytes(b"")
    with pytest.raises(BadFile, match="expected a file"):
        folder.find_load()


def test_a_request_is_answered(folder: Folder) -> None:
    assert folder.find_request() is None
    wanted = Request(date(2026, 3, 1), date(2026, 3, 2))
    folder.put_request(wanted)
    raw = b"$$$TRANSACTIONSBYDATERANGE\r\n01.03.2026;02.03.2026\r\n"
    assert folder.report_flag.read_bytes() == raw
    assert folder.find_request() == wanted
    assert folder.put_report(sold()) and folder.find_request() is None
    waiting = folder.find_report()
    assert waiting is not None and waiting.report.number == 17
    folder.settle_report(waiting)
    assert folder.report.read_bytes().startswith(b"@\r\nshop\r\n17\r\n")
    assert folder.find_report() is None


def test_a_report_waits_until_the_last_is_processed(folder: Folder) -> None:
    assert folder.put_report(sold())
    folder.put_request(Request(date(2026, 3, 1), date(2026, 3, 1)))
    assert not folder.put_report(sold(18))
    assert folder.find_request() is not None, "the request is not lost"
    waiting, again = folder.find_report(), folder.find_report()
    assert waiting is not None and waiting == again, "stopped before the mark"
    folder.settle_report(waiting)
    assert folder.put_report(sold(18))
    folder.settle_report(waiting)
    newer = folder.find_report()
    assert newer is not None and newer.report.number == 18


def test_the_till_stops_before_the_report_has_its_name(folder: Folder) -> None:
    folder.put_request(Request(date(2026, 3, 1), date(2026, 3, 1)))
    folder.report.with_name(folder.report.name + ".tmp").write_bytes(b"#\r\nsh")
    assert folder.find_report() is None and folder.find_request() is not None
    assert folder.put_report(sold()) and folder.find_report() is not None


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "report.flg:1: expected"),
        (b"\xff\x00", "report.flg:1: expected"),
        (b"$$$TRANSACTIONSBYDATERANGE\r\n", "report.flg:2: expected two days"),
        (b"$$$TRANSACTIONSBYDATERANGE\n31.02.2026;01.03.2026", "report.flg:2: expected two days"),
        (b"$$$TRANSACTIONSBYDATERANGE\n02.03.2026;01.03.2026", "report.flg:2: expected two days"),
    ],
)
def test_a_bad_request_is_said(tmp_path: Path, raw: bytes, said: str) -> None:
    folder = Folder(tmp_path, Shtrihm())
    folder.report_flag.write_bytes(raw)
    with pytest.raises(BadFile) as caught:
        folder.find_request()
    assert str(caught.value).startswith(said) and folder.report_flag.exists()


def test_the_names_can_be_others(tmp_path: Path) -> None:
    folder = Folder(tmp_path, Shtrihm(), Names(load="in.txt", load_flag="in.flag"))
    assert folder.put_load(LOAD)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.flag", "in.txt"]

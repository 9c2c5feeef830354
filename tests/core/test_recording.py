"""Recordings: plain data, read back as they were written; what is hostile is refused."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from asked import ANSWERS, AT, LEFT, REQUESTS, Counting
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.replay import Replay
from cashier.clock import ManualClock
from cashier.errors import CashierError, ConfigError
from cashier.exchange import Cause, OutcomeUnknown, Reason, Refused
from cashier.likeness import Correspondence, Difference, differences, field_words
from cashier.masking.masker import Masker
from cashier.methods import METHODS
from cashier.recording import LARGEST_LINE, Recorder, Recording, line_of
from cashier.uniform import call
from cashier.witness import Exchange, Outcome, WireCall, Witness

HEADER = b'{"recording":1,"program":"0.2.0","system":"house","shop":"01","masked":false}\n'


def recorder(path: Path, **fields: Any) -> Recorder:
    given: dict[str, Any] = {"mask": None, "troubled": lambda _why: None, **fields}
    return Recorder(path, system="house", shop="01", **given)


async def recorded(path: Path, **fields: Any) -> list[Exchange]:
    """Every method once, in a file; what the witness saw."""
    seen: list[Exchange] = []
    clock = ManualClock(AT)
    witness = Witness(Counting(), seen.append, clock)
    made = recorder(path, **fields)
    witness.watch(made)
    for name, method in METHODS.items():
        await call(witness, method, REQUESTS[name])
    made.close()
    return seen


async def test_what_was_kept_is_read_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    seen = await recorded(file)
    found = Recording.load(file)
    assert (found.header.system, found.header.shop, found.header.masked) == ("house", "01", False)
    assert [plain(one) for one in found.exchanges] == [plain(one) for one in seen]


def plain(exchange: Exchange) -> Any:
    """JSON with other blanks is the same."""
    answer = json.loads(exchange.answer) if exchange.answer else None
    return {**exchange.__dict__, "request": json.loads(exchange.request), "answer": answer}


bodies = st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode())
letters = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
calls = st.builds(
    WireCall,
    method=st.just("POST"),
    url=letters,
    at=st.just(AT),
    milliseconds=st.integers(0, 10**6),
    request_headers=st.lists(st.tuples(letters, letters), max_size=2).map(tuple),
    request_body=bodies,
    status=st.integers(0, 599),
    answer_body=bodies | st.just(b"base64:") | st.just(b"base64:%%%"),
    error=letters,
    secrets=st.lists(letters, max_size=2).map(tuple),
)


@given(st.lists(calls, max_size=3), letters, bodies, st.lists(letters, max_size=2))
@settings(max_examples=200)
def test_any_bytes_and_any_text_are_kept(
    calls: list[WireCall], text: str, raw: bytes, notes: list[str]
) -> None:
    one = Exchange(
        AT, "Finish", "save_sale", Outcome.UNKNOWN, b'{"operation_id": "o"}', text=text,
        reason="silence", raw=raw, notes=tuple(notes), calls=tuple(calls),
    )  # fmt: skip
    line = line_of(one)
    assert b"\n" not in line
    assert [plain(found) for found in loaded(HEADER + line + b"\n").exchanges] == [plain(one)]


def loaded(body: bytes) -> Recording:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "r.jsonl"
        file.write_bytes(body)
        return Recording.load(file)


async def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    recorder(file).close()
    with pytest.raises(ConfigError, match="exists already"):
        recorder(file)
    with pytest.raises(ConfigError):
        recorder(tmp_path / "nowhere" / "r.jsonl")


async def test_a_disk_that_takes_no_more_ends_the_recording_and_not_the_sale(
    tmp_path: Path,
) -> None:
    told: list[str] = []
    made = recorder(tmp_path / "r.jsonl", troubled=told.append)

    class Full:
        def write(self, _body: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            raise OSError(28, "No space left on device")

    made.close()
    made._file = Full()  # type: ignore[assignment]  # the disk is made full underneath
    witness = Witness(Counting(), made, ManualClock(AT))
    for _turn in range(2):
        answer = await call(witness, METHODS["save_sale"], REQUESTS["save_sale"])
        assert answer == ANSWERS["save_sale"]
    assert told == ["The recording ends here: No space left on device"]


async def test_a_masked_recording_has_nobody_in_it_and_plays(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    await recorded(file, mask=Masker().live)
    text = file.read_text(encoding="utf-8")
    assert "+79000000000" not in text and "Anna" not in text
    assert Recording.load(file).header.masked
    replay = Replay.load(file, Masker().live)
    for name, method in METHODS.items():
        await call(replay, method, REQUESTS[name])
    assert replay.not_asked() == []


# --- what is no recording


GOOD = {"at": "2026-03-03T10:00:00+03:00", "method": "open", "outcome": "answered",
        "request": {"shop": "01", "till": "01"}, "answer": {"name": "x", "can": 0}}  # fmt: skip


def with_(**fields: Any) -> bytes:
    return json.dumps({**GOOD, **fields}).encode()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"no json", "line 2"),
        (b"[]", "line 2"),
        (with_(method="__import__"), "line 2: method: __import__"),
        (with_(outcome="perhaps"), "line 2: outcome"),
        (with_(at="2026-03-03T10:00:00"), "line 2: at"),
        (with_(at="never"), "line 2: at"),
        (with_(outcome="refused", reason="because"), "line 2: 'because'"),
        (with_(outcome="refused", reason="blocked", answer={"feedback": [{}]}), "line 2"),
        (with_(outcome="unavailable", reason="silence", answer={"earned": 5}), "line 2"),
        (with_(outcome="unavailable", reason=""), "line 2"),
        (with_(answer={"name": "x"}), "line 2: can"),
        (with_(answer={"name": "x", "can": 0, "more": 1}), "line 2: more"),
        (with_(request=[]), "line 2: request"),
        (with_(attempt="1"), "line 2: attempt"),
        (with_(raw="base64:?"), "line 2: raw"),
        (with_(raw=5), "line 2: raw"),
        (with_(code_to_run="print()"), "line 2: code_to_run"),
        (with_(calls=[{"method": "GET"}]), "line 2: calls.0.url"),
        (b'{"request":' + b'{"a":' * 5000 + b"1" + b"}" * 5001, "line 2"),
        (with_(text="\ud800"), "line 2"),
        (b"\xff\xfe", "line 2"),
        (b'{"attempt":' + b"9" * 10_000 + b"}", "line 2"),
    ],
)
def test_what_nobody_recorded_is_refused_with_its_line(line: bytes, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(HEADER + line + b"\n" + with_() + b"\n")
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "head", [b"", b"\n", b"{}\n", b"PK\x03\x04", b'{"recording":"1"}\n', b"{" * 10_000 + b"\n"]
)
def test_what_has_no_header_is_no_recording(head: bytes) -> None:
    with pytest.raises(ConfigError, match="is no recording of an exchange"):
        loaded(head)


def test_a_newer_program_is_named() -> None:
    with pytest.raises(ConfigError, match=r"another version of this program \(9\.1\)"):
        loaded(HEADER.replace(b'"recording":1', b'"recording":2').replace(b"0.2.0", b"9.1"))


def test_a_line_without_end_is_not_swallowed(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    with file.open("wb") as out:
        out.write(HEADER)
        out.truncate(LARGEST_LINE * 3)
    with pytest.raises(ConfigError, match="line 2: too large"):
        Recording.load(file)
    with pytest.raises(ConfigError, match="no such file"):
        Recording.load(tmp_path / "other")


def test_the_end_that_a_killed_program_left_is_passed_over() -> None:
    assert len(loaded(HEADER + with_() + b"\n" + with_()[:50]).exchanges) == 1
    with pytest.raises(ConfigError, match="line 2"):
        loaded(HEADER + with_()[:50] + b"\n" + with_() + b"\n")


@given(st.binary(max_size=300), st.integers(0, 400), st.booleans())
@settings(max_examples=300)
def test_a_recording_with_anything_in_it_is_read_or_refused(
    more: bytes, at: int, replace: bool
) -> None:
    whole = HEADER + with_() + b"\n" + with_(method="points", answer=None) + b"\n"
    body = whole[:at] + more + whole[at + (len(more) if replace else 0) :]
    with suppress(ConfigError):  # nothing else comes out
        Replay(loaded(body))


# --- what is asked, and what was recorded


def test_ids_times_and_numbers_are_compared_by_correspondence() -> None:
    pairs = Correspondence()

    def same(asked: dict[str, Any], was: dict[str, Any]) -> bool:
        tried = pairs.tried()
        found = differences(asked, was, tried)
        if not found:
            pairs.become(tried)
        return not found

    assert same({"operation_id": "live-1", "at": "now"}, {"operation_id": "old-1", "at": "then"})
    assert same({"operation_id": "live-1"}, {"operation_id": "old-1"})
    assert not same({"operation_id": "live-2"}, {"operation_id": "old-1"}), "another one"
    assert not same({"operation_id": "live-1"}, {"operation_id": "old-2"}), "already another"
    assert same({"operation_id": "live-2"}, {"operation_id": "old-2"})
    assert not same({"operation_id": ""}, {"operation_id": "old-3"})
    receipt = {"receipt": {"number": "R0101-000007", "lines": [{"number": 1}]}}
    assert same(receipt, {"receipt": {"number": "R0101-000001", "lines": [{"number": 1}]}})
    assert not same({"lines": [{"number": 1}]}, {"lines": [{"number": 2}]})
    answer = {"receipt_id": "old-1", "of": {"number": "R0101-000001"}, "at": "then"}
    lived = {"receipt_id": "live-1", "of": {"number": "R0101-000007"}, "at": "now"}
    assert pairs.translated(answer) == lived
    assert pairs.translated({"name": "old-1", "lines": [{"number": 1}]}) == {
        "name": "old-1", "lines": [{"number": 1}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (
            Difference(("receipt", "lines", 1, "quantity"), 2000, 1000),
            "line 2, quantity: 2, recorded 1",
        ),
        (Difference(("receipt", "lines"), 3, 2), "number of lines: 3, recorded 2"),
        (Difference(("spend",), 1000, 550), "points to spend: 10.00, recorded 5.50"),
        (Difference(("receipt", "buyer"), None, {"a": 1}), "customer: nothing, recorded something"),
        (Difference(("code",), "SPRING", "AUTUMN"), "code: SPRING, recorded AUTUMN"),
        (
            Difference(("receipt", "lines", 0, "price"), 4990, 5990),
            "line 1, price: 49.90, recorded 59.90",
        ),
        (Difference(("confirm",), True, False), "confirm: yes, recorded no"),
    ],
)
def test_a_difference_is_said_in_words(difference: Difference, words: str) -> None:
    assert str(difference) == words


def test_a_field_without_a_word_is_called_by_its_name() -> None:
    assert field_words(("receipt", "new_level")) == "new level"
    assert field_words(()) == "the request"


async def test_every_outcome_is_played_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    made = recorder(file)

    class Moody(Counting):
        def __init__(self) -> None:
            super().__init__()
            self.troubles: list[CashierError] = [
                OutcomeUnknown("dead", cause=Cause.STATUS, raw=b"\xff<html>", feedback=(LEFT,)),
                Refused(Reason.BLOCKED, "no more", code="77", feedback=(LEFT,)),
            ]

        async def ask(self, method: Any, request: Any) -> Any:
            if method.name == "save_sale" and self.troubles:
                raise self.troubles.pop(0)
            return await super().ask(method, request)

    witness = Witness(Moody(), made, ManualClock(AT))
    for name in ("open", "save_sale", "save_sale", "save_sale"):
        try:
            await call(witness, METHODS[name], REQUESTS[name])
        except CashierError:
            continue
    made.close()
    replay = Replay.load(file)
    seen: list[Exchange] = []
    played = Witness(replay, seen.append, ManualClock(AT))
    with pytest.raises(OutcomeUnknown, match="dead") as unknown:
        await call(played, METHODS["save_sale"], REQUESTS["save_sale"])
    assert (unknown.value.cause, unknown.value.raw) == (Cause.STATUS, b"\xff<html>")
    assert unknown.value.feedback == (LEFT,)
    with pytest.raises(Refused, match="no more") as refused:
        await call(played, METHODS["save_sale"], REQUESTS["save_sale"])
    assert (refused.value.reason, refused.value.code) == (Reason.BLOCKED, "77")
    assert refused.value.feedback == (LEFT,)
    for _turn in range(2):
        found = await call(played, METHODS["save_sale"], REQUESTS["save_sale"])
        assert found == ANSWERS["save_sale"]
    assert "asked once more than was recorded" in seen[-1].notes
    assert all("from the recording" in one.notes for one in seen)
    with pytest.raises(ConfigError, match="does not say who"):
        Replay(Recording(replay.recording.header, replay.recording.exchanges[1:]))


async def test_recorded_bytes_are_seen_again() -> None:
    wire = WireCall("POST", "https://loyalty.example/calc", AT, 5, status=200, answer_body=b"\x00{")
    one = Exchange(AT, "Calculate", "certificate", Outcome.ANSWERED,
                   REQUESTS["certificate"].model_dump_json().encode(),
                   b'{"number":"98","left":0,"sold":false}', calls=(wire,))  # fmt: skip
    opened = Exchange(AT, "open", "open", Outcome.ANSWERED, b"{}", b'{"name":"x","can":0}')
    body = HEADER + line_of(opened) + b"\n" + line_of(one) + b"\n"
    seen: list[Exchange] = []
    witness = Witness(Replay(loaded(body)), seen.append, ManualClock(AT))
    await call(witness, METHODS["certificate"], REQUESTS["certificate"])
    assert seen[0].calls == (wire,)

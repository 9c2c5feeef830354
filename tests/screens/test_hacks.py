"""What Textual does not do by itself: Esc at once, an end when the terminal is gone."""

import os
import pty
import threading
from collections.abc import Iterator

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from screens import textual_hacks


class Reader:
    """`read_keys` on one end of a pseudo-terminal, in a thread; the test holds the other end."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        os.set_blocking(self.slave, True)
        self.keys: list[str] = []
        self.gone = threading.Event()
        self.seen = threading.Event()
        self._stop = threading.Event()
        self._parser = XTermParser()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        textual_hacks.read_keys(
            self.slave,
            feed=lambda text: self._note(self._parser.feed(text)),
            tick=lambda: self._note(self._parser.tick()),
            waiting=lambda: self._parser._timeout_time is not None,
            stopped=self._stop.is_set,
            gone=self.gone.set,
        )

    def _note(self, messages: object) -> None:
        assert isinstance(messages, Iterator)
        for message in messages:
            if isinstance(message, Key):
                self.keys.append(message.key)
                self.seen.set()

    def write(self, data: bytes) -> None:
        self.seen.clear()
        os.write(self.master, data)
        assert self.seen.wait(5)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)
        os.close(self.slave)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setattr("textual.constants.ESCAPE_DELAY", textual_hacks.ESCAPE_SECONDS)
    reading = Reader()
    yield reading
    reading.close()


def test_a_lone_esc_byte_is_a_key_soon(reader: Reader) -> None:
    import tty

    tty.setraw(reader.slave)
    reader.write(b"\x1b")
    assert reader.keys == ["escape"]


def test_a_sequence_that_arrives_whole_is_one_key(reader: Reader) -> None:
    import tty

    tty.setraw(reader.slave)
    reader.write(b"\x1b[A")
    assert reader.keys == ["up"]


def test_esc_then_a_letter_in_one_write_is_alt_and_the_letter(reader: Reader) -> None:
    import tty

    textual_hacks.free_alt_digits()
    tty.setraw(reader.slave)
    reader.write(b"\x1b1")
    assert reader.keys == ["alt+1"]


def test_reading_ends_when_the_terminal_is_closed(reader: Reader) -> None:
    os.close(reader.master)
    assert reader.gone.wait(5)
    reader._thread.join(5)
    assert not reader._thread.is_alive()


def test_half_a_letter_waits_for_its_other_half(reader: Reader) -> None:
    import tty

    tty.setraw(reader.slave)
    reader.write(b"a" + "ж".encode()[:1])
    reader.write("ж".encode()[1:])
    assert reader.keys == ["a", "ж"]


def test_the_wait_for_esc_obeys_the_user_and_the_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ESCDELAY", raising=False)
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert textual_hacks.escape_seconds() == textual_hacks.ESCAPE_SECONDS
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    assert textual_hacks.escape_seconds() == textual_hacks.REMOTE_ESCAPE_SECONDS
    monkeypatch.setenv("ESCDELAY", "70")
    monkeypatch.setattr("textual.constants.ESCAPE_DELAY", 0.07)
    assert textual_hacks.escape_seconds() == 0.07


class Closed:
    """A terminal that is gone."""

    def write(self, _text: str) -> int:
        raise OSError(5, "Input/output error")

    def flush(self) -> None:
        raise OSError(5, "Input/output error")


def test_drawing_on_a_closed_terminal_is_no_trouble() -> None:
    terminal = textual_hacks.Terminal(Closed())  # type: ignore[arg-type]  # enough of a file
    assert terminal.write("frame") == 5
    terminal.flush()

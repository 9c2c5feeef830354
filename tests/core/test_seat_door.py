"""The socket of the instructor's seat: for this user alone, and taken over from the dead."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from watching import short_folder

from cashier.seat.door import LONGEST_PATH, Door, find
from cashier.seat.trouble import NoSeat


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_come_near_the_socket(folder: Path) -> None:
    door = Door.open(folder)
    assert find(folder) == door.path == folder / "seat" / "till.sock"
    assert (mode(door.path), mode(folder / "seat")) == (0o600, 0o700)
    door.close()
    door.close()
    assert not door.path.exists()


@pytest.mark.parametrize("bits", [0o755, 0o770, 0o701])
def test_a_folder_that_others_may_enter_is_refused_by_both(folder: Path, bits: int) -> None:
    (folder / "seat").mkdir()
    (folder / "seat").chmod(bits)
    for act in (Door.open, find):
        with pytest.raises(NoSeat, match="chmod 700"):
            act(folder)


def test_something_else_in_the_place_of_the_folder_is_refused(folder: Path) -> None:
    (folder / "elsewhere").mkdir(mode=0o700)
    (folder / "seat").symlink_to(folder / "elsewhere")
    for act in (Door.open, find):
        with pytest.raises(NoSeat, match="not a folder"):
            act(folder)


def test_the_socket_of_a_killed_till_is_taken_over(folder: Path) -> None:
    killed = Door.open(folder)
    killed.listening.close()  # and nobody removed the file
    assert killed.path.exists()
    door = Door.open(folder)
    killed.close()
    assert door.path.exists()  # it is another one's now
    _connects(door.path)
    door.close()


def test_a_till_that_is_alive_keeps_its_socket(folder: Path) -> None:
    door = Door.open(folder)
    with pytest.raises(NoSeat, match="Another till"):
        Door.open(folder)
    _connects(door.path)
    door.close()


def test_too_deep_a_folder_has_its_socket_elsewhere_and_a_pointer(folder: Path) -> None:
    deep = folder / ("deep" * 20) / ("deeper" * 10)
    assert len(os.fsencode(deep)) > LONGEST_PATH
    killed = Door.open(deep)
    assert find(deep) == killed.path
    assert (mode(killed.path), mode(killed.path.parent)) == (0o600, 0o700)
    killed.listening.close()
    door = Door.open(deep)
    assert door.path != killed.path
    assert not killed.path.parent.exists()
    _connects(find(deep))
    door.close()
    assert not door.path.parent.exists()
    assert list((deep / "seat").iterdir()) == []


@pytest.mark.parametrize("text", [b"", b"till.sock", b"/etc/passwd", b"/tmp/x/till.sock"])
def test_a_pointer_to_somewhere_else_is_not_followed(folder: Path, text: bytes) -> None:
    (folder / "seat").mkdir(mode=0o700)
    (folder / "seat" / "where").write_bytes(text)
    for act in (find, Door.open):
        with pytest.raises(NoSeat, match="names no socket"):
            act(folder)


def test_a_pointer_with_a_zero_byte_is_refused(folder: Path) -> None:
    (folder / "seat").mkdir(mode=0o700)
    (folder / "seat" / "where").write_bytes(b"/tmp/cashier-seat-\0x/till.sock")
    for act in (find, Door.open):
        with pytest.raises(NoSeat):
            act(folder)


def test_a_data_folder_that_cannot_be_made_is_told(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(NoSeat, match="No instructor can be let in"):
        Door.open(folder / "file" / "data")
    with pytest.raises(NoSeat, match="--seat"):
        find(folder / "file" / "data")


def test_where_there_are_no_such_sockets_it_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    for act in (Door.open, find):
        with pytest.raises(NoSeat, match="not there on this system"):
            act(folder)


def _connects(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.connect(str(path))

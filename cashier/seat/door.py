"""Where instructor and till meet: a socket in the till's data folder, for this user alone.

The socket stands in a folder that nobody else may enter, so its file permissions decide who comes
in, and nothing is open to the network. Paths of sockets are short by law of the kernel: for a
data folder that lies too deep the socket stands in a private folder for temporary files, and a
pointer says where.
"""

import os
import shutil
import socket
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from cashier.i18n import _
from cashier.seat.trouble import NoSeat

LONGEST_PATH = 103 if sys.platform == "darwin" else 107
"""Bytes of a socket's path."""
_FOLDER, _SOCKET, _POINTER = "seat", "till.sock", "where"
_PREFIX = "cashier-seat-"
_LONGEST_POINTER = 4096
_BACKLOG = 16


class Door:
    """A socket that waits for instructors. It goes with the till, unless that is killed."""

    def __init__(self, listening: socket.socket, path: Path, pointer: Path | None) -> None:
        self.listening = listening
        self.path = path
        self._pointer = pointer
        self._made = _identity(path)

    @classmethod
    def open(cls, folder: Path) -> "Door":
        """In the data folder; what a killed till left behind is taken over.

        Raises NoSeat: another till lets instructors in here, others may write where the socket
        would stand, or this system has no such sockets.
        """
        _check_system()
        try:
            private = folder / _FOLDER
            private.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_private(private)
            _clear(private)
            path, pointer = _place(private)
            return cls(_listen(path), path, pointer)
        except OSError as error:
            text = _("No instructor can be let in: {path}: {why}")
            raise NoSeat(
                text.format(path=error.filename or folder, why=error.strerror or error)
            ) from error

    def close(self) -> None:
        """Safe to call twice. A socket that a later till made stays."""
        self.listening.close()
        if self._made is None or _identity(self.path) != self._made:
            return
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
            if self._pointer is not None:
                self._pointer.unlink(missing_ok=True)
                self.path.parent.rmdir()


def find(folder: Path) -> Path:
    """The socket of the till that works in the data folder. Raises NoSeat: there is none."""
    _check_system()
    private = folder / _FOLDER
    try:
        _check_private(private)
        path = _pointed(private) or private / _SOCKET
        path.lstat()
    except OSError as error:
        text = _(
            "No till lets an instructor in here: {folder}. Start one with 'cashier --training"
            " --seat', and give both the same --data and --shop."
        )
        raise NoSeat(text.format(folder=folder)) from error
    return path


# --- the folder


def _check_system() -> None:
    if not hasattr(socket, "AF_UNIX"):
        raise NoSeat(
            _("The instructor's seat is not there on this system: it has no local sockets.")
        )


def _check_private(folder: Path) -> None:
    """Nobody else may come near the socket. Raises NoSeat, OSError."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NoSeat(_("{path} is not a folder: remove it.").format(path=folder))
    if found.st_uid != os.geteuid() and os.geteuid() != 0:
        raise NoSeat(_("{path} belongs to somebody else.").format(path=folder))
    if found.st_mode & 0o077:
        text = _("Others may enter {path}: 'chmod 700' on it, then try again.")
        raise NoSeat(text.format(path=folder))


def _place(private: Path) -> tuple[Path, Path | None]:
    """Where the new socket stands, and the pointer to it if it is elsewhere. Raises OSError."""
    path = private / _SOCKET
    if len(os.fsencode(path)) <= LONGEST_PATH:
        return path, None
    elsewhere = Path(tempfile.mkdtemp(prefix=_PREFIX)) / _SOCKET
    pointer = private / _POINTER
    part = pointer.with_name(f".{_POINTER}")
    part.write_bytes(os.fsencode(elsewhere))
    part.replace(pointer)
    return elsewhere, pointer


def _pointed(private: Path) -> Path | None:
    """The socket that the pointer names; None: there is none. Raises NoSeat, OSError."""
    pointer = private / _POINTER
    if not stat.S_ISREG(_mode(pointer)):
        return None
    with pointer.open("rb") as file:
        path = Path(os.fsdecode(file.read(_LONGEST_POINTER)))
    named = path.is_absolute() and path.parent.name.startswith(_PREFIX)
    if not named or "\0" in str(path):
        raise NoSeat(_("{path} names no socket of a till: remove it.").format(path=pointer))
    with suppress(FileNotFoundError):
        _check_private(path.parent)
    return path


def _clear(private: Path) -> None:
    """Remove what a killed till left. Raises NoSeat when its owner is alive, OSError."""
    elsewhere = _pointed(private)
    for path in (private / _SOCKET, elsewhere):
        if path is None or not _mode(path):
            continue
        if _answers(path):
            raise NoSeat(_("Another till lets instructors in here: this one does not."))
        path.unlink()
    if elsewhere is not None:
        (private / _POINTER).unlink()
        shutil.rmtree(elsewhere.parent, ignore_errors=True)


def _answers(path: Path) -> bool:
    """Whether somebody listens there."""
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.settimeout(1)
        try:
            knocking.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return stat.S_ISSOCK(_mode(path))  # a queue that is full is somebody's
        return True


def _listen(path: Path) -> socket.socket:
    """A socket that only its owner may connect to. Raises OSError."""
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen(_BACKLOG)
        listening.setblocking(False)  # noqa: FBT003 - the word of the socket
    except OSError:
        listening.close()
        raise
    return listening


def _mode(path: Path) -> int:
    """0: there is nothing."""
    try:
        return path.lstat().st_mode
    except OSError:
        return 0


def _identity(path: Path) -> tuple[int, int, int] | None:
    """The time as well: the number of a file that is gone is given to the next one."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns

"""The data folder of one till, locked: two tills in it would sell under the same numbers."""

import os
import sys
from datetime import datetime
from pathlib import Path

from cashier.errors import FolderBusy, StorageError
from cashier.i18n import _

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        # One byte far behind the text, so that the text can be read by the other till.
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class DataFolder:
    """The data folder of one till, locked while it is open.

    The lock belongs to the kernel: it goes when the process dies, however it dies. The text in
    the lock file only says who holds it.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def open(cls, path: Path) -> "DataFolder":
        """Make the folder if there is none, and lock it. Raises FolderBusy, StorageError."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise unusable(path, error) from error
        try:
            _take(descriptor)
            _sign(descriptor)
        except BlockingIOError as error:
            busy = _busy(path, descriptor)
            os.close(descriptor)
            raise busy from error
        except OSError as error:
            os.close(descriptor)
            raise unusable(path, error) from error
        return cls(path, descriptor)

    def close(self) -> None:
        """Let others have the folder. The lock file stays: removing it would race with them."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        try:
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)


def _sign(descriptor: int) -> None:
    started = datetime.now().astimezone().isoformat(" ", "seconds")
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n{started}\n".encode("ascii"))


def _busy(path: Path, descriptor: int) -> FolderBusy:
    """Who holds the folder, as far as the lock file says it."""
    pid, started = _holder(os.read(descriptor, 100))
    if not pid:
        return FolderBusy(_("Another till works on the data folder {path}").format(path=path))
    return FolderBusy(
        _("Another till works on the data folder {path}: process {pid}, started {started}").format(
            path=path, pid=pid, started=started
        )
    )


def _holder(text: bytes) -> tuple[int, str]:
    """Process id and start; (0, '') when the holder has not signed yet, or something else did."""
    lines = text.decode("ascii", "replace").splitlines()
    try:
        return int(lines[0]), datetime.fromisoformat(lines[1]).isoformat(" ", "seconds")
    except (IndexError, ValueError):
        return 0, ""


def unusable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        _("The data folder {path} cannot be written: {why}").format(
            path=path, why=error.strerror or error
        )
    )

"""A PostgreSQL of the tests' own: it runs in a folder and opens no port."""

import shutil
import warnings
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest


class Postgres:
    """Reached over a socket in its folder; as root it runs as a user of its own.

    So its folder is none of pytest's: those are closed to other users whenever a test run starts.
    """

    def __init__(self) -> None:
        """Skips the test where ``pgserver`` cannot be installed."""
        self._names = count(1)
        self._server: Any = None
        self._folder = Path(mkdtemp(prefix="cashier-pg-"))
        self.start()

    def start(self) -> None:
        with warnings.catch_warnings():  # of platformdirs, on machines without a session
            warnings.simplefilter("ignore")
            pgserver = pytest.importorskip(
                "pgserver", reason="pgserver has no wheel for this Python or this machine"
            )
            self._server = pgserver.get_server(self._folder, cleanup_mode="stop")

    def stop(self) -> None:
        """It may be started again."""
        self._server.cleanup()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def database(self, name: str = "") -> str:
        """The address of a fresh one."""
        called = name or f"till{next(self._names)}"
        self._server.psql(f"CREATE DATABASE {called}")
        return str(self._server.get_uri(called))

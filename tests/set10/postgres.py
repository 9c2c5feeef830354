"""A PostgreSQL of the tests' own: it runs in a folder and opens no port."""

import warnings
from itertools import count
from pathlib import Path
from typing import Any

import pytest


class Postgres:
    """Reached over a socket in its folder; as root it runs as a user of its own."""

    def __init__(self, folder: Path) -> None:
        """Skips the test where ``pgserver`` cannot be installed."""
        self._folder = folder
        self._names = count(1)
        self._server: Any = None
        self.start()

    def start(self) -> None:
        with warnings.catch_warnings():  # of platformdirs, on machines without a session
            warnings.simplefilter("ignore")
            pgserver = pytest.importorskip(
                "pgserver", reason="pgserver has no wheel for this Python or this machine"
            )
            self._server = pgserver.get_server(self._folder, cleanup_mode="stop")

    def stop(self) -> None:
        self._server.cleanup()

    def database(self, name: str = "") -> str:
        """The address of a fresh one."""
        called = name or f"till{next(self._names)}"
        self._server.psql(f"CREATE DATABASE {called}")
        return str(self._server.get_uri(called))

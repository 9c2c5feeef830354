"""Chains of shops with coupons, on SQLite files and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from set10.coupon_chain import Chain, Databases, fresh
from set10.postgres import Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Of the servers; a till always has a file."""
    if request.param == "sqlite":
        return Databases()
    server: Postgres = request.getfixturevalue("postgres")
    return fresh(server)


@pytest.fixture
def chain(tmp_path: Path, databases: Databases) -> Iterator[Chain]:
    """Two shops, no Set Loyalty."""
    made = Chain(tmp_path / "coupons", databases)
    yield made
    made.close()


@pytest.fixture
def with_loyalty(tmp_path: Path, databases: Databases) -> Iterator[Chain]:
    """The same, with Set Loyalty connected."""
    made = Chain(tmp_path / "coupons", databases, loyalty=True)
    yield made
    made.close()


@pytest.fixture
def on_files(tmp_path: Path) -> Iterator[Chain]:
    """Two shops on SQLite files, for what is done to files."""
    made = Chain(tmp_path / "coupons")
    yield made
    made.close()

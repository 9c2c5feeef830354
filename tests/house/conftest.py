"""Counters over rules of a test's own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from house.counter import Counter, MakeCounter, rules_of


@pytest.fixture
def make() -> Iterator[MakeCounter]:
    """Makes a counter: the basic rules and what is added to them; in memory or in a file."""
    made: list[Counter] = []

    def make_counter(extra: str = "", path: Path | None = None) -> Counter:
        made.append(Counter(rules_of(extra), path))
        return made[-1]

    yield make_counter
    for one in made:
        asyncio.run(one.house.close())


@pytest.fixture
def counter(make: MakeCounter) -> Counter:
    return make()

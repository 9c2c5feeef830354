"""A till at a service that a mapping describes."""

from collections.abc import Iterator

import pytest
import stamina


@pytest.fixture
def no_waiting() -> Iterator[None]:
    """Asked again at once, not after a pause."""
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)

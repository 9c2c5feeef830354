"""A server and a till at it, without sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from dinect.stage import Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """With their data in a folder."""
    made = Stage(tmp_path)
    yield made
    await made.close()

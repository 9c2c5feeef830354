"""The page tells of every option and every word of ours, in both languages."""

from pathlib import Path

import pytest

from backends.dinect.client.options import DinectOptions
from backends.dinect.wire import ACTIVE, NOTHING, STANDING

DOCS = Path(__file__).parents[2] / "docs" / "systems"


@pytest.mark.parametrize("name", ["dinect.md", "dinect.ru.md"])
def test_everything_is_told(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    words = (*DinectOptions.model_fields, ACTIVE, NOTHING, *STANDING)
    assert [one for one in words if f"`{one}`" not in text] == []

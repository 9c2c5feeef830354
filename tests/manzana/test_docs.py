"""The page tells of every option and of the namespace, in both languages."""

from pathlib import Path

import pytest

from backends.manzana.client.options import ManzanaOptions
from backends.manzana.wire.parts import NAMESPACE

DOCS = Path(__file__).parents[2] / "docs" / "systems"


@pytest.mark.parametrize("name", ["manzana.md", "manzana.ru.md"])
def test_every_option_is_told(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert [
        one for one in (*ManzanaOptions.model_fields, NAMESPACE) if f"`{one}`" not in text
    ] == []

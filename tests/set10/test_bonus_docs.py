"""The document tells of every option, every method and every field, in both languages."""

from pathlib import Path

import pytest

from backends.set10.bonus.options import BonusOptions, Names
from backends.set10.bonus.translate import CODES
from backends.set10.bonus.wire import METHODS, NAMESPACE, PATH

DOCS = Path(__file__).parents[2] / "docs" / "systems"


@pytest.mark.parametrize("name", ["set10-bonus.md", "set10-bonus.ru.md"])
def test_everything_is_told(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    options = (*BonusOptions.model_fields, *Names.model_fields)
    for word in {*options, PATH, NAMESPACE} - {"url"}:
        assert f"`{word}`" in text, word
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    for method in METHODS:
        row = rows[method.role]
        fields = [
            *method.asks,
            *(method.answers if "errorCode" not in method.answers[0].name else ()),
        ]
        told = [
            one.name for one in fields if not (method.known and one.optional and "Num" in one.name)
        ]
        assert [one for one in told if f"`{one}`" not in row] == []
        assert ("kopecks" in method.unit) == ("| kopecks |" in row or "| копейки |" in row)
    for code in CODES.values():
        assert f" {code} " in text

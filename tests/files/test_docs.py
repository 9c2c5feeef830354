"""The page tells of every option, command and type of transaction, in both languages."""

import re
from pathlib import Path

import pytest

from backends.files.client.options import FileNames, FilesOptions
from backends.files.formats import frontol, shtrihm
from backends.files.formats.shtrihm import Shtrihm

DOCS = Path(__file__).parents[2] / "docs" / "systems"
TEXTS = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("files.md", "files.ru.md")}
TABLE = re.compile(r"^\|([^|]*)\|", re.MULTILINE)


@pytest.mark.parametrize("name", TEXTS)
def test_every_word_is_told(name: str) -> None:
    commands = re.findall(r'"(\$\$\$[A-Z]+)', Path(frontol.__file__).read_text(encoding="utf-8"))
    ours = Shtrihm()
    words = {*FilesOptions.model_fields, *FileNames.model_fields, *commands}
    words |= {ours.first, ours.clear, ours.add, ours.replace, ours.end}
    assert [word for word in words if f"`{word}`" not in TEXTS[name]] == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_type_of_a_transaction_is_told(name: str) -> None:
    told = " ".join(TABLE.findall(TEXTS[name]))
    types = {number for way in (shtrihm, frontol) for number, _record in way.TYPES.written.values()}
    assert [one for one in types if not re.search(rf"\b{one}\b", told)] == []


def test_both_languages_have_the_same_tables() -> None:
    rows = [
        [len(row.split("|")) for row in re.findall(r"^\|.*$", text, re.MULTILINE)]
        for text in TEXTS.values()
    ]
    assert rows[0] == rows[1]

"""The document tells of every option, every setting, every kind and every emulated name."""

from pathlib import Path

import pytest

from backends.loymax.rounding import Over, Target, Way
from backends.loymax_xml.client.options import LoymaxXmlOptions
from backends.loymax_xml.server.settings import LoymaxSettings
from backends.loymax_xml.wire.encoding import Encoding
from backends.loymax_xml.wire.kinds import EMULATED, Kind

DOCS = Path(__file__).parents[2] / "docs" / "systems"


@pytest.mark.parametrize("name", ["loymax-xml.md", "loymax-xml.ru.md"])
def test_everything_is_told(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    words = {*LoymaxXmlOptions.model_fields, *LoymaxSettings.model_fields, *EMULATED}
    words |= {str(one) for values in (Over, Target, Way, Encoding) for one in values}
    words |= {word for kind in Kind for word in (kind.group, kind.request, kind.response)}
    assert [word for word in sorted(words) if f"`{word}`" not in text] == []
    for one, field in LoymaxSettings.model_fields.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{one}`"))
        told = row.split("|")[2].strip().strip("`").strip('"')
        assert told.casefold() == str(field.default).casefold()

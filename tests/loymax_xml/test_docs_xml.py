"""The document tells of every option, every setting, every kind and every emulated name."""

from pathlib import Path

import pytest

from backends.loymax.common.kinds import Kind
from backends.loymax.desk.rounding import Over, Target, Way
from backends.loymax.desk.settings import LoymaxSettings, RefundNegative, RefundType
from backends.loymax_xml.client.options import LoymaxXmlOptions
from backends.loymax_xml.wire.encoding import Encoding
from backends.loymax_xml.wire.kinds import EMULATED, GROUPS, request_of, response_of

VALUES = (Over, Target, Way, Encoding, RefundType, RefundNegative)
DOCS = Path(__file__).parents[2] / "docs" / "systems"


@pytest.mark.parametrize("name", ["loymax-xml.md", "loymax-xml.ru.md"])
def test_everything_is_told(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    settings = {
        name: "" if field.default is None else str(field.default)
        for name, field in LoymaxSettings.model_fields.items()
        if name not in ("certificates", "payment_confirmation")  # of the JSON service
    }
    words = {*LoymaxXmlOptions.model_fields, *settings, *EMULATED}
    words |= {str(one) for values in VALUES for one in values}
    words |= {word for kind in Kind for word in (GROUPS[kind], request_of(kind), response_of(kind))}
    assert [word for word in sorted(words) if f"`{word}`" not in text] == []
    for one, default in settings.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{one}`"))
        told = row.split("|")[2].strip().strip("`").strip('"')
        assert told.casefold() == default.casefold()

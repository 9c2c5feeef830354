"""The page tells of every option, every error and every operation, in both languages."""

from pathlib import Path

import pytest

from backends.loymax.client.options import LoymaxOptions
from backends.loymax.common.codes import NAMES, cause_of, fine, reason_named
from backends.loymax.server.operations import OPERATIONS
from backends.loymax.wire.base import Reply
from backends.loymax.wire.people import Began, Finished, TryFinishRegistration
from cashier.exchange import Reason

PEOPLE = {*Began.model_fields, *TryFinishRegistration.model_fields, *Finished.model_fields}
PEOPLE -= {*Reply.model_fields, "operationDate", "phone", "email"}
DOCS = Path(__file__).parents[2] / "docs" / "systems"


@pytest.mark.parametrize("name", ["loymax.md", "loymax.ru.md"])
def test_everything_is_told(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    ends = {one.replace("/Purchases/{purchase}", "").lstrip("/") for one in OPERATIONS}
    ends = {one.replace("{cancels}", "{operationId}") for one in ends}
    own = {one for number, one in NAMES.items() if fine(one) or cause_of(number)}
    reasons = {one for one in NAMES.values() if reason_named(one) is not Reason.OTHER}
    words = {*LoymaxOptions.model_fields, *ends, *own, *reasons, *PEOPLE, "SystemError"}
    assert [one for one in sorted(words) if f"`{one}`" not in text] == []

"""An attempt as it is kept: its text, whose it is, and which of several counts."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from cashier.errors import BadInput
from cashier.i18n import _
from cashier.lessons.attempt import Attempt, Mode
from cashier.lessons.scoring import score
from cashier.lessons.seal import as_text


@dataclass(frozen=True)
class Kept:
    """An attempt as the register has it."""

    attempt: Attempt
    seal: str
    """See ``seal``."""
    sound: bool = True
    """As it was sealed; False: it was changed later."""


@cache
def _adapter() -> "TypeAdapter[Attempt]":
    return TypeAdapter(Attempt)


def canonical(attempt: Attempt) -> bytes:
    """Its JSON in one form: names in order, no blanks, UTF-8. Raises BadInput."""
    try:
        body = as_text(_adapter().dump_python(attempt, mode="json"))
        _adapter().validate_json(body, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        text = _("This result cannot be kept: {field}: {why}")
        field = ".".join(map(str, first["loc"]))
        raise BadInput(text.format(field=field, why=first["msg"])) from error
    except (PydanticSerializationError, ValueError) as error:
        raise BadInput(_("This text cannot be stored")) from error
    return body


def attempt_of(body: object) -> Attempt | None:
    """What was stored; None: nothing, or nothing that makes sense."""
    if not isinstance(body, bytes):
        return None
    try:
        return _adapter().validate_json(body, strict=True)
    except ValidationError:
        return None


def same_name(name: str) -> str:
    """Two spellings of one name have the same."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


_RANK = {Mode.EXAM: 2, Mode.TRY: 1, Mode.SHOW: 0}


def best_of(kept: Iterable[Kept]) -> Kept | None:
    """The one that counts: what was not changed later, then an exam, then what was finished, then
    the score; of equal ones the first."""
    return max(kept, key=_worth, default=None)


def _worth(one: Kept) -> tuple[bool, int, bool, int]:
    attempt = one.attempt
    return one.sound, _RANK[attempt.mode], attempt.finished is not None, score(attempt)

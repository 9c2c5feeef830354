"""How the server says no: HTTP status, ``code``, ``message``.

Only one code is documented (404 with 114). The others are a choice (*emulated*); those of refusals
stand in ``wire.reasons``.
"""

from collections.abc import Mapping
from typing import Any

from backends.rarus.wire.base import NOT_FOUND
from backends.rarus.wire.reasons import CODES
from cashier.errors import CashierError, StorageError
from cashier.exchange import OutcomeUnknown, Reason, Refused, Unavailable
from cashier.words import reason_words

BAD_REQUEST = 1000
NO_TOKEN = 1001
"""With HTTP 401: no token, an unknown one, or one that has expired."""
WRONG_PASSWORD = 1002
NOT_ALLOWED = 1003
"""With HTTP 403: the role may not ask this."""
RULES = 1005
"""With HTTP 403: the rules of the loyalty system have it, and are not changed over this wire."""
OUT_OF_ORDER = 1004
"""With HTTP 503: the data cannot be used now."""


class Failure(Exception):
    """The answer is a no."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        more: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.more = more or {}
        """What a failure tells besides: an empty calculation still has the payment."""
        self.headers = headers

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, **self.more}


def nothing_found(message: str = "Объект не найден", **more: Any) -> Failure:
    """404 with 114: for what is not there, for empty lists too."""
    return Failure(404, NOT_FOUND, message, more)


def failure_of(error: CashierError) -> Failure:
    """What a till would be told, as the wire says it."""
    match error:
        case Refused(reason=Reason.NOT_FOUND):
            return nothing_found(error.text or reason_words(error.reason))
        case Refused():
            text = error.text or reason_words(error.reason)
            return Failure(400, CODES[error.reason], text)
        case Unavailable() | OutcomeUnknown() | StorageError():
            return Failure(503, OUT_OF_ORDER, str(error) or "503")
        case _:
            return Failure(400, BAD_REQUEST, str(error))

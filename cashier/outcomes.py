"""What can come of a request besides its answer: the system said no, or nothing was heard.

Three outcomes, all exceptions: ``Refused`` (the system said no), ``Unavailable`` (nothing happened,
asking again is safe) and ``OutcomeUnknown`` (it may have happened: repeat with the same id or find
out, never guess).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from cashier.errors import CashierError
from cashier.receipt import Feedback


class Reason(StrEnum):
    """Why a system said no, in words common to all systems."""

    NOT_FOUND = "not_found"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    USED_UP = "used_up"
    WRONG_CUSTOMER = "wrong_customer"
    WRONG_SHOP = "wrong_shop"
    WRONG_GOODS = "wrong_goods"
    MINIMUM_NOT_REACHED = "minimum_not_reached"
    NOT_COMBINABLE = "not_combinable"
    BLOCKED = "blocked"
    LIMIT_EXCEEDED = "limit_exceeded"
    WRONG_CODE = "wrong_code"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    ALREADY_PROCESSED = "already_processed"
    OTHER = "other"


class Refused(CashierError):
    """The system understood and said no."""

    def __init__(
        self,
        reason: Reason,
        text: str = "",
        *,
        code: str = "",
        feedback: tuple[Feedback, ...] = (),
    ) -> None:
        super().__init__(text or reason.value)
        self.feedback = feedback
        """What is to be said later all the same."""
        self.reason = reason
        self.text = text
        """The system's own words, empty if it had none."""
        self.code = code
        """The system's own code, empty if it had none."""


class Cause(StrEnum):
    """What lies behind a missing answer."""

    SILENCE = "silence"
    STATUS = "status"
    CREDENTIALS = "credentials"
    PROTOCOL = "protocol"
    CERTIFICATE = "certificate"
    """The other side is not who it should be: nothing was told to it."""


class _NoAnswer(CashierError):
    def __init__(
        self,
        text: str = "",
        *,
        cause: Cause = Cause.SILENCE,
        raw: bytes = b"",
        ours: bool = False,
        feedback: tuple[Feedback, ...] = (),
    ) -> None:
        super().__init__(text)
        self.feedback = feedback
        """What is to be said later."""
        self.cause = cause
        self.raw = raw
        """The offending bytes, for the tester to see."""
        self.ours = ours
        """The text is a sentence of ours, to be shown as it stands."""


class Unavailable(_NoAnswer):
    """Nothing happened: go on without, asking again is safe."""


class OutcomeUnknown(_NoAnswer):
    """It may have happened: repeat with the same operation id, or find out."""


@contextmanager
def after_a_change() -> Iterator[None]:
    """Something is done already: silence now leaves the till unsure, and repeating is safe."""
    try:
        yield
    except Unavailable as error:
        raise OutcomeUnknown(
            str(error), cause=error.cause, raw=error.raw, ours=error.ours, feedback=error.feedback
        ) from error

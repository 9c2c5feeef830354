"""What the desk calls things: operations by the numbers of a receipt, answers, moments."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from backends.keeping import Lot, Movement
from backends.set10.bonus.translate import CODES, Row, Value
from backends.set10.bonus.wire import NUMBERS, SERVICE
from cashier.clock import Clock
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Points
from cashier.words import reason_words

PREFIX = "set10-bonus:"


def failure(no: Refused) -> list[Row]:
    """The answer of a method that says why not."""
    code = CODES.get(no.reason, CODES[Reason.OTHER])
    return [{"errorCode": code, "errorText": no.text or reason_words(no.reason)}]


def operation_of(kind: str, said: Row) -> str:
    return PREFIX + ":".join((kind, *(str(said[field.name]) for field in NUMBERS)))


def block_of(said: Row) -> str:
    return f"{PREFIX}{said['blockId']}"


def note_of(said: Row) -> str:
    """For whoever looks at the movements."""
    told = "/".join(str(said[field.name]) for field in NUMBERS if field.name in said)
    return f"{SERVICE} {told}".strip()


def done(moved: Movement, points: Points) -> Row:
    """Raises Refused where these numbers stand for another sum."""
    if abs(moved.points) != points:
        text = _("this receipt was told with another sum before")
        raise Refused(Reason.ALREADY_PROCESSED, text)
    return success(moved.id)


def success(operation: str) -> Row:
    """The id of a transaction is a number; the same operation has the same."""
    number = int.from_bytes(sha256(operation.encode()).digest()[:6], "big")
    return {"errorCode": 0, "transactionId": number}


def moment_of(value: Value, clock: Clock) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=clock.now().tzinfo)


def soonest(
    lots: Sequence[Lot], moment: Callable[[Lot], datetime | None], now: datetime
) -> tuple[Points | None, datetime | None]:
    """How many points something happens to next, and when."""
    coming = [(at, lot.points) for lot in lots if (at := moment(lot)) is not None and at > now]
    if not coming:
        return None, None
    first = min(at for at, _points in coming)
    return sum(points for at, points in coming if at == first), first

"""Between the exchange and the wire; pure, but for the last number that was given out."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from pydantic import TypeAdapter, ValidationError

from backends.set10.bonus.translate import number_in
from cashier.exchange import Reason
from cashier.money import Points
from cashier.receipt import Receipt

PREFIX = "kopilka_"
_GUID = re.compile(r"[0-9A-Fa-f]{8}")
_REMEMBERED = 1000


def guid_of(number: str) -> str:
    """Eight hexadecimal digits of a card. *Emulated*: no source shows how they come of its number;
    a number that is eight such digits is its own guid, of others it is the CRC-32."""
    if _GUID.fullmatch(number):
        return number.upper()
    return f"{crc32(number.encode(errors='surrogatepass')):08X}"


def cuid_of(number: str, prefix: str = PREFIX) -> str:
    return prefix + guid_of(number)


def guid_in(cuid: str) -> str:
    """The last eight digits. Raises ValueError."""
    if not _GUID.fullmatch(cuid[-8:]):
        raise ValueError("cuid: expected eight hexadecimal digits at its end")
    return cuid[-8:].upper()


def point_of(shop: str, till: str) -> str:
    """Dotted, as known; of which parts is *emulated*."""
    return ".".join(one.strip() or "0" for one in (shop, till))


class Uids:
    """``cash#shift#milliseconds``, each once; the same operation has the same again."""

    def __init__(self) -> None:
        self._last = 0
        self._known: OrderedDict[str, str] = OrderedDict()

    def known(self, operation: str) -> str:
        """Empty: this process has given none out for it."""
        return self._known.get(operation, "")

    def of(self, operation: str, receipt: Receipt, at: datetime) -> str:
        """The shift is 0 where the till does not tell it before the receipt is finished."""
        if operation not in self._known:
            self._last = max(self._last + 1, int(at.timestamp() * 1000))
            number = number_in(receipt.till)
            cash = str(number) if number is not None else receipt.till.replace("#", "") or "0"
            self._known[operation] = f"{cash}#{receipt.shift}#{self._last}"
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[operation]


@dataclass(frozen=True)
class Held:
    """A reservation, in the words of the receipt's context."""

    operation: str
    """Of the exchange, under which it was made."""
    uid: str
    cuid: str
    points: Points

    def words(self) -> str:
        return _HELD.dump_json(self).decode()

    @classmethod
    def of(cls, receipt: Receipt) -> "Held | None":
        """None: there was none, or the words are somebody else's."""
        try:
            return _HELD.validate_json(receipt.context)
        except ValidationError:
            return None


_HELD = TypeAdapter(Held)

# --- what went wrong (emulated: no source has these codes)

CODES = {
    Reason.OTHER: 1,
    Reason.NOT_FOUND: 2,
    Reason.BLOCKED: 3,
    Reason.LIMIT_EXCEEDED: 4,
    Reason.ALREADY_PROCESSED: 5,
    Reason.EXPIRED: 6,
}
_REASONS = {code: reason for reason, code in CODES.items()}


def reason_of(code: int) -> Reason:
    return _REASONS.get(code, Reason.OTHER)

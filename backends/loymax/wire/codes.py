"""``code`` of an answer: here errors go by their names; the XML wire has them as numbers."""

from backends.loymax_xml.wire.codes import FINE, NAMES, Code, cause_of, code_of, reason_of
from cashier.exchange import Cause, Reason

OK = NAMES[Code.OK]
_NUMBERS = {name: number for number, name in NAMES.items()}
_FINE = frozenset(NAMES[code] for code in FINE)


def fine(name: str) -> bool:
    """It was done."""
    return name in _FINE


def reason_named(name: str) -> Reason:
    """The common reason behind a name; ``OTHER`` for those that nobody documented."""
    return reason_of(_NUMBERS.get(name, Code.BUSINESS_ERROR))


def cause_named(name: str) -> Cause | None:
    """Of a name that says that the till was not listened to at all; None: it is a no."""
    return cause_of(_NUMBERS.get(name, Code.BUSINESS_ERROR))


def name_for(reason: Reason) -> str:
    """The error that says this reason."""
    return NAMES[code_of(reason)]

"""``code`` of a refusal.

Only one is documented: 404 with 114, 'not found'. The others are a choice (*emulated*): a range of
our own with one code for each common reason, so that a refusal keeps its reason over the wire.
"""

from backends.rarus.wire.base import NOT_FOUND
from cashier.exchange import Reason

CODES: dict[Reason, int] = {
    Reason.NOT_FOUND: NOT_FOUND,
    **{
        reason: 1100 + place
        for place, reason in enumerate(one for one in Reason if one is not Reason.NOT_FOUND)
    },
}
"""The code of each reason; 1100 and up are ours."""
_REASONS = {code: reason for reason, code in CODES.items()}


def reason_of(code: int) -> Reason:
    """The common reason behind a code; ``OTHER`` for those that nobody documented."""
    return _REASONS.get(code, Reason.OTHER)

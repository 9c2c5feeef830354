"""Foreign code is called here: whatever a plugin does, one of the three outcomes comes of it."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cashier.exchange import Cause, OutcomeUnknown, Refused, Unavailable
from cashier.i18n import _

A = TypeVar("A")


async def said(answer: Awaitable[A], *, changes: bool = False) -> A:
    """What a plugin answers. Raises Refused, Unavailable and, where it ``changes`` something,
    OutcomeUnknown."""
    try:
        return await answer
    except (Refused, Unavailable, OutcomeUnknown):
        raise
    except Exception as error:
        raise broken(error, changes=changes) from error


@contextmanager
def sense(*, changes: bool = False) -> Iterator[None]:
    """What makes no sense after it was heard is an answer that makes no sense."""
    try:
        yield
    except (ValueError, LookupError, ArithmeticError, TypeError, AttributeError) as error:
        raise broken(error, changes=changes) from error


def broken(error: Exception, *, changes: bool = False) -> Unavailable | OutcomeUnknown:
    text = _("The plugin broke off: {why}")
    why = " ".join(str(error).split())[:200] or type(error).__name__
    kind = OutcomeUnknown if changes else Unavailable
    return kind(text.format(why=why), cause=Cause.PROTOCOL, ours=True)

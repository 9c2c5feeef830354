"""Faults as they look on the wire: the real client meets a real status, real bytes, a real cut."""

import httpx

from backends.http import Answer, Seen
from backends.meddler import Send
from cashier.faults import Fault, FaultKind, kind_words, what_comes
from cashier.i18n import _
from cashier.witness import note


async def meddle(fault: Fault, send: Send, seen: Seen) -> Answer:
    """One call with ``fault`` in it. Raises what httpx raises."""
    match fault.kind:
        case FaultKind.UNREACHABLE:
            raise httpx.ConnectError(_why(fault))
        case FaultKind.STATUS:
            return _in_trouble(fault.status)
        case FaultKind.LOST_ANSWER:
            await send()
            seen.answer = None
            raise httpx.ReadTimeout(_why(fault))
        case FaultKind.CUT:
            return _cut(await send(), seen, fault)
        case FaultKind.GARBLED:
            answer = await send()
            return Answer(answer.status, answer.headers, what_comes(fault.kind, answer.body))
        case FaultKind.TWICE:
            return await _twice(send, seen)
    return await send()


def _why(fault: Fault) -> str:
    return _("fault: {what}").format(what=kind_words(fault))


def _in_trouble(status: int) -> Answer:
    """What stands before many servers answers like this."""
    body = f"<html><body><h1>{status}</h1></body></html>".encode()
    return Answer(status, httpx.Headers({"Content-Type": "text/html"}), body)


def _cut(answer: Answer, seen: Seen, fault: Fault) -> Answer:
    seen.answer = Answer(answer.status, answer.headers, what_comes(fault.kind, answer.body))
    raise httpx.RemoteProtocolError(f"peer closed connection ({_why(fault)})")


async def _twice(send: Send, seen: Seen) -> Answer:
    """A network that repeats: the second answer is not heard, whatever it is."""
    answer = await send()
    try:
        again = await send()
        note(_("the second time it was answered {status}").format(status=again.status))
    except (TimeoutError, httpx.HTTPError, httpx.StreamError, OSError) as error:
        note(_("the second time it was not answered: {why}").format(why=error))
    seen.answer = answer
    return answer

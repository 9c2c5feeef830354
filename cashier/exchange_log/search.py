"""Looking for a text in all that was said."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from cashier.masking.bodies import decoded
from cashier.witness import Exchange


def says(exchange: Exchange, text: str) -> bool:
    """Whether this text stands anywhere in it, however it is written there."""
    wanted = text.casefold()
    return any(wanted in one.casefold() for one in _texts(exchange))


def _texts(exchange: Exchange) -> Iterator[str]:
    """All that was said, as text."""
    yield from (exchange.method, exchange.doing, exchange.outcome, exchange.reason, exchange.text)
    yield from (exchange.code, exchange.receipt_id, exchange.operation_id, *exchange.notes)
    yield from (part.decode("utf-8", "replace") for part in (exchange.request, exchange.answer))
    yield decoded(exchange.raw)[0]
    for call in exchange.calls:
        yield from (call.url, unquote(call.url), call.error, str(call.status))
        yield from (f"{name}: {value}" for name, value in call.request_headers)
        yield from (f"{name}: {value}" for name, value in call.answer_headers)
        yield _letters_of(decoded(call.request_body, call.request_headers)[0])
        yield _letters_of(decoded(call.answer_body, call.answer_headers)[0])


def _letters_of(text: str) -> str:
    """With the letters that JSON may write in numbers."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")

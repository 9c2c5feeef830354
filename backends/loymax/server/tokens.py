"""Who asks: tokens of merchants and of customers; they end with the server."""

import secrets
from dataclasses import dataclass, field

_MOST = 10_000


@dataclass(frozen=True)
class Bearer:
    client: str
    buyer: str = ""
    """Card, or what he is known by; empty: a merchant's own."""
    person: str = ""
    """Id of the customer; empty: the card is nobody's."""


@dataclass
class Ring:
    """Words that stand for somebody; the oldest are dropped where there are too many."""

    known: dict[str, Bearer] = field(default_factory=dict)

    def give(self, bearer: Bearer) -> str:
        word = secrets.token_hex(16)
        self.known[word] = bearer
        while len(self.known) > _MOST:
            del self.known[next(iter(self.known))]
        return word

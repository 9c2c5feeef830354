"""Who may talk to the voucher service, and how it says no."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe

from cashier.clock import Clock

_MOST = 1000
"""Sessions that are remembered."""


class Failure(Exception):
    """The answer is a no."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"error": {"code": code, "detail": detail}}


@dataclass
class Sessions:
    """Tokens that run out."""

    login: str
    password: str
    clock: Clock
    seconds: int
    _ends: dict[str, datetime] = field(default_factory=dict, init=False)

    def begin(self, login: str, password: str) -> str:
        """A new token. Raises Failure."""
        same = hmac.compare_digest(password.encode(), self.password.encode())
        if not (same and login == self.login):
            raise Failure(401, "wrong_credentials", "wrong login or password")
        while len(self._ends) >= _MOST:
            del self._ends[next(iter(self._ends))]
        token = token_urlsafe(24)
        self._ends[token] = self.clock.now() + timedelta(seconds=self.seconds)
        return token

    def check(self, header: str) -> None:
        """Raises Failure unless the header carries a token that is good."""
        kind, _space, token = header.partition(" ")
        ends = self._ends.get(token)
        if kind.lower() != "bearer" or ends is None or ends <= self.clock.now():
            raise Failure(401, "signed_out", "no session, or one that ran out")

    def forget(self) -> None:
        """Every token runs out now."""
        self._ends.clear()

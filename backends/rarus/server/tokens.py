"""Signing in: tokens that run out.

A token has 36 characters as the observed ones have: 32 upper-case hex digits and the number of the
company. How long the real ones live is not known; ours live as long as the server is told to.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha1, sha256

from backends.rarus.server.failures import NO_TOKEN, NOT_ALLOWED, WRONG_PASSWORD, Failure
from backends.rarus.server.session import NOBODY, Session
from cashier.clock import Clock, Ids

_MOST = 10_000
"""Tokens that are remembered; the oldest are forgotten first."""


def hashed(password: str) -> str:
    """What goes over the wire instead of a password: three independent clients send SHA-1."""
    return sha1(password.encode(), usedforsecurity=False).hexdigest()


@dataclass
class Tokens:
    clock: Clock
    ids: Ids
    accounts: Mapping[str, str]
    """Passwords of organizations by login."""
    company: int = 1001
    life: timedelta = timedelta(hours=12)
    _sessions: dict[str, tuple[Session, datetime]] = field(default_factory=dict, init=False)

    def sign_in(self, login: str, password: str) -> tuple[str, datetime]:
        """A new token of an organization, and when it runs out; ``password`` as on the wire.

        Raises Failure.
        """
        known = self.accounts.get(login)
        wanted = hashed(known if known is not None else "")
        same = hmac.compare_digest(wanted.encode(), password.strip().lower().encode())
        if known is None or not same:
            raise Failure(401, WRONG_PASSWORD, "Неверный логин или пароль")
        return self.issue("organization", login)

    def issue(self, role: str, login: str) -> tuple[str, datetime]:
        token = sha256(self.ids().encode()).hexdigest()[:32].upper() + f"{self.company:04d}"
        ends = self.clock.now() + self.life
        while len(self._sessions) >= _MOST:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[token] = (Session(token, role, login), ends)
        return token, ends

    def session(self, token: str, roles: tuple[str, ...]) -> Session:
        """Whose token it is. Raises Failure: none, unknown, too old, or of another role."""
        if not roles:
            return NOBODY
        known = self._sessions.get(token)
        if known is None or known[1] <= self.clock.now():
            self._sessions.pop(token, None)
            raise Failure(401, NO_TOKEN, "Токен не найден или устарел")
        if known[0].role not in roles:
            raise Failure(403, NOT_ALLOWED, "Недостаточно прав")
        return known[0]

    def forget(self) -> None:
        """Every token runs out now."""
        self._sessions.clear()

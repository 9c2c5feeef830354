"""Confirmation codes: sent to the customer, told to the cashier, good once and not for long."""

from hashlib import sha256

from backends.house.club import Club
from backends.house.numbers import masked_email, masked_phone
from cashier.exchange import (
    Confirmation,
    ConfirmationRequired,
    ConfirmBy,
    PhoneMessage,
    Reason,
    Refused,
)
from cashier.i18n import _, ngettext

_DAY = 86_400


def send(club: Club, subject: str, channel: ConfirmBy, to: str) -> ConfirmationRequired:
    """Send a new code for ``subject``; an earlier one for the same is void."""
    rules, challenge, now = club.settings.codes, club.ids(), club.now
    secret = sha256(club.ids().encode()).digest()  # an id that is told to nobody
    code = str(int.from_bytes(secret) % 10**rules.length).zfill(rules.length)
    with club.store.changing() as db:
        db.execute("DELETE FROM challenges WHERE subject = ? OR ends < ?", (subject, now - _DAY))
        db.execute(
            "INSERT INTO challenges (id, subject, code, ends, attempts) VALUES (?,?,?,?,?)",
            (challenge, subject, code, now + rules.seconds, rules.attempts),
        )
    text = _("{name}: your code is {code}. Tell it to the cashier.")
    club.phone(
        PhoneMessage(
            to=to,
            text=text.format(name=club.settings.name, code=code),
            at=club.clock.now(),
            code=code,
        )
    )
    return ConfirmationRequired(
        challenge=challenge,
        channel=channel,
        masked=masked_email(to) if channel is ConfirmBy.EMAIL else masked_phone(to),
        seconds=rules.seconds,
        attempts=rules.attempts,
    )


def confirm(club: Club, subject: str, given: Confirmation) -> None:
    """Use up a code. Raises Refused: wrong, expired, too many attempts, or no such challenge."""
    with club.store.changing() as db:
        refusal = _tried(club, subject, given)
        if refusal is None:
            db.execute("UPDATE challenges SET used = 1 WHERE id = ?", (given.challenge,))
        elif refusal.reason is Reason.WRONG_CODE or refusal.code == "last":
            db.execute(
                "UPDATE challenges SET attempts = attempts - 1 WHERE id = ?", (given.challenge,)
            )
    if refusal is not None:  # outside: a failed attempt must stay counted
        raise refusal


def _tried(club: Club, subject: str, given: Confirmation) -> Refused | None:
    with club.store.reading() as db:
        row = db.execute(
            "SELECT code, ends, attempts, used FROM challenges WHERE id = ? AND subject = ?",
            (given.challenge, subject),
        ).fetchone()
    if row is None or row[3]:
        return Refused(Reason.NOT_FOUND, _("ask for a new code: this one is used or unknown"))
    code, ends, attempts, _used = row
    if attempts <= 0:
        return Refused(Reason.TOO_MANY_ATTEMPTS, _("ask for a new code"))
    if club.now >= ends:
        return Refused(Reason.EXPIRED, _("the code is too old, ask for a new one"))
    if given.code.strip() == code:
        return None
    if attempts == 1:
        return Refused(Reason.TOO_MANY_ATTEMPTS, _("ask for a new code"), code="last")
    left = ngettext("{n} attempt is left", "{n} attempts are left", attempts - 1)
    return Refused(Reason.WRONG_CODE, left.format(n=attempts - 1))

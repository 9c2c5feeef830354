"""Sentences for what can go wrong, in the language of the till."""

from cashier.errors import CashierError
from cashier.exchange import Cause, OutcomeUnknown, Reason, Refused, Unavailable
from cashier.i18n import _, comma
from cashier.money import Amount, Currency, Points, show


def reason_words(reason: Reason) -> str:
    """The common word for a refusal."""
    return {
        Reason.NOT_FOUND: _("not found"),
        Reason.EXPIRED: _("expired"),
        Reason.NOT_YET_VALID: _("not valid yet"),
        Reason.USED_UP: _("already used"),
        Reason.WRONG_CUSTOMER: _("belongs to another customer"),
        Reason.WRONG_SHOP: _("not valid in this shop"),
        Reason.WRONG_GOODS: _("not for these goods"),
        Reason.MINIMUM_NOT_REACHED: _("the minimum is not reached"),
        Reason.NOT_COMBINABLE: _("cannot be combined"),
        Reason.BLOCKED: _("blocked"),
        Reason.LIMIT_EXCEEDED: _("the limit is exceeded"),
        Reason.WRONG_CODE: _("wrong code"),
        Reason.TOO_MANY_ATTEMPTS: _("too many attempts"),
        Reason.ALREADY_PROCESSED: _("already done"),
        Reason.OTHER: _("refused"),
    }[reason]


def cause_words(cause: Cause) -> str:
    return {
        Cause.SILENCE: _("no connection"),
        Cause.STATUS: _("the server reports an error"),
        Cause.CREDENTIALS: _("the server does not accept the password"),
        Cause.PROTOCOL: _("the answer makes no sense"),
        Cause.CERTIFICATE: _("the certificate of the server, or ours, is not accepted"),
    }[cause]


def explain(error: CashierError) -> str:
    """What the cashier reads."""
    if isinstance(error, Refused):
        common = reason_words(error.reason)
        common = common[0].upper() + common[1:]
        return f"{common}: {error.text}" if error.text else f"{common}."
    if isinstance(error, Unavailable | OutcomeUnknown) and error.ours:
        return str(error)
    if isinstance(error, Unavailable):
        return _("The loyalty system is not reachable ({why}).").format(
            why=cause_words(error.cause)
        )
    if isinstance(error, OutcomeUnknown):
        return _("No answer from the loyalty system; it will be asked again ({why}).").format(
            why=cause_words(error.cause)
        )
    return str(error)


def money_text(amount: Amount, currency: Currency) -> str:
    """'1 234,50 ₽' in the language of the till."""
    return f"{show(amount, currency.digits, comma=comma())} {currency.sign}"


def points_text(points: Points) -> str:
    """'120' or '12,50': whole points without zeros."""
    return show(points // 100, 0) if points % 100 == 0 else show(points, 2, comma=comma())

"""An exchange in the words of people: what was asked for, what came of it, for whose sake."""

from cashier.events import Tone
from cashier.exchange import Cause, Reason
from cashier.faults import step_words
from cashier.i18n import _
from cashier.methods import METHODS
from cashier.witness import Exchange, Outcome
from cashier.words import cause_words, reason_words

MARKS = {
    Outcome.ANSWERED: "✓",
    Outcome.REFUSED: "×",
    Outcome.UNAVAILABLE: "!",
    Outcome.UNKNOWN: "?",
    Outcome.PENDING: "…",
    Outcome.CANCELLED: "-",
    Outcome.BROKEN: "‼",
}
"""One letter for each outcome; a colour alone is not seen by everybody."""
TONES = {
    Outcome.ANSWERED: Tone.GOOD,
    Outcome.REFUSED: Tone.WARNING,
    Outcome.UNAVAILABLE: Tone.ERROR,
    Outcome.UNKNOWN: Tone.ERROR,
    Outcome.PENDING: Tone.INFO,
    Outcome.CANCELLED: Tone.INFO,
    Outcome.BROKEN: Tone.ERROR,
}


def method_words(method: str) -> str:
    """What was asked for."""
    if method in METHODS:
        return step_words(method)
    return _("verdict of the drill") if method == "drill" else method


def outcome_words(exchange: Exchange) -> str:
    """What came of it, with the common word for why."""
    why = _why(exchange)
    return {
        Outcome.ANSWERED: _("answered"),
        Outcome.REFUSED: _("refused: {why}"),
        Outcome.UNAVAILABLE: _("nothing happened: {why}"),
        Outcome.UNKNOWN: _("it is not known what happened: {why}"),
        Outcome.PENDING: _("under way"),
        Outcome.CANCELLED: _("not waited for"),
        Outcome.BROKEN: _("a bug in the adapter"),
    }[exchange.outcome].format(why=why)


def _why(exchange: Exchange) -> str:
    if exchange.reason in frozenset(Reason) and exchange.outcome is Outcome.REFUSED:
        return reason_words(Reason(exchange.reason))
    if exchange.reason in frozenset(Cause):
        return cause_words(Cause(exchange.reason))
    return exchange.reason or "-"


def doing_words(doing: str) -> str:
    """For whose sake: a command by its name, as it stands in the journal and in scenarios."""
    return {
        "": _("the till itself"),
        "open": _("the greeting at the start"),
        "queue": _("the queue, by itself"),
    }.get(doing, doing)


def took_words(exchange: Exchange) -> str:
    """How long: '12 ms', '3.4 s'."""
    if exchange.outcome is Outcome.PENDING:
        return ""
    if exchange.milliseconds < 1000:
        return _("{n} ms").format(n=exchange.milliseconds)
    return _("{n} s").format(n=f"{exchange.milliseconds / 1000:.1f}")

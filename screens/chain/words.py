"""Words, signs and inks for what became of a link, and for what an order is worth."""

from cashier.i18n import _
from cashier.links import State
from cashier.money import Amount
from screens.showing import Amounts

SIGNS = {State.PASSED: "✓", State.IDLE: "·", State.DOWN: "×", State.CONTAINED: "!"}
INKS = {State.PASSED: "good", State.IDLE: "dim", State.DOWN: "bad", State.CONTAINED: "warning"}
EMULATED = "~"
"""The sign of a link whose wire nobody has published."""
UNKNOWN = "…"
"""An amount that is being asked for."""


def state_words(state: State) -> str:
    return {
        State.PASSED: _("passed"),
        State.IDLE: _("idle"),
        State.DOWN: _("no answer"),
        State.CONTAINED: _("contained"),
    }[state]


def signed(amounts: Amounts, amount: Amount) -> str:
    """With its sign, whichever way it goes; nothing has none."""
    return f"+{amounts.money(amount)}" if amount > 0 else amounts.money(amount)


def ink_of(amount: Amount) -> str:
    """Of a difference that the customer pays: less is good."""
    return "good" if amount < 0 else "bad" if amount > 0 else "dim"

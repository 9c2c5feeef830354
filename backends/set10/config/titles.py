"""What links and kinds of promotions are called on screen."""

from collections.abc import Iterable

from backends.set10.config import filters
from backends.set10.config.filters import KINDS, Facts
from backends.set10.config.model import Listed
from backends.set10.config.names import OWN
from cashier.i18n import _

TITLES = {
    OWN: "Set10",
    "set-api": "Set API",
    "manzana": "Manzana",
    "smart-checkout": "Smart Checkout",
    "loymax": "Loymax",
    "kopilka": "Kopilka",
    "set-machine": "Set Machine",
}
"""Providers, as the document calls them."""
EMULATED = frozenset({"manzana", "smart-checkout", "loymax", "kopilka", "set-machine"})
"""Of how they talk no public source tells (of Kopilka, one message)."""


def title_of(one: Listed) -> str:
    """'Set10: always summed, not rounding', 'Loymax'; for an unknown bean its own name."""
    if not one.provider:
        return one.bean[:100] or "?"
    words = filters.words(one.filter)
    return f"{TITLES[one.provider]}: {words}" if words else TITLES[one.provider]


def facts_words(facts: Iterable[Facts]) -> str:
    """'discounts, rounding; always summed: earning'."""
    given = set(facts)
    both = [kind for kind in KINDS if {Facts(kind, False), Facts(kind, True)} <= given]  # noqa: FBT003
    parts = [", ".join(map(_kind_words, both))] if both else []
    for always, head in ((False, _("not always summed")), (True, _("always summed"))):
        only = [kind for kind in KINDS if kind not in both and Facts(kind, always) in given]
        if only:
            parts.append(f"{head}: " + ", ".join(map(_kind_words, only)))
    return "; ".join(parts)


def _kind_words(kind: str) -> str:
    return {
        "discount": _("discounts"),
        "rounding": _("rounding"),
        "accrue": _("earning"),
        "points": _("points as discount"),
        "coupon": _("coupon printing"),
        "gift": _("gift notice"),
    }[kind]

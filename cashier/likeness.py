"""Is what is asked now what was recorded? Two requests as JSON, field by field.

What is new at every run (ids, times, numbers of receipts) is compared by correspondence: a recorded
id stands for the live one that was met in its place first, from then on everywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cashier.i18n import _, comma
from cashier.money import show, show_quantity

Path: TypeAlias = tuple[str | int, ...]
"""The way to a field: names, and places in lists from 0."""

_IDS = frozenset({"receipt_id", "operation_id", "hold", "reference"})
_TIMES = frozenset({"at", "opened_at", "closed_at", "sold_at", "day"})
_IGNORED = frozenset({"till", "shop", "cashier", "shift", "again"})
"""Where and by whom it is asked, and how often it was said: nothing about what is asked."""
_OF_A_RECEIPT = ("receipt", "of")
"""Where ``number`` is that of a receipt; elsewhere it is a line's, a card's, a certificate's."""


@dataclass(frozen=True)
class Difference:
    """A field that is not as it was recorded."""

    path: Path
    asked: object
    recorded: object

    def __str__(self) -> str:
        """'line 2, quantity: 2, recorded 1'"""
        text = _("{field}: {asked}, recorded {recorded}")
        return text.format(
            field=field_words(self.path),
            asked=_shown(self.path, self.asked),
            recorded=_shown(self.path, self.recorded),
        )


@dataclass
class Correspondence:
    """Which live id, time or number stands for which recorded one."""

    live: dict[tuple[str, str], str] = field(default_factory=dict)
    """By kind and recorded value."""
    recorded: dict[tuple[str, str], str] = field(default_factory=dict)
    """By kind and live value."""

    def tried(self) -> "Correspondence":
        """A copy to learn with; ``become`` it when all else is equal."""
        return Correspondence(dict(self.live), dict(self.recorded))

    def become(self, other: "Correspondence") -> None:
        self.live, self.recorded = other.live, other.recorded

    def fits(self, kind: str, asked: str, recorded: str) -> bool:
        """Whether one may stand for the other; learnt on first sight."""
        if not (asked and recorded):
            return asked == recorded
        if kind == "time":
            self.live.setdefault((kind, recorded), asked)
            return True
        known, taken = self.live.get((kind, recorded)), self.recorded.get((kind, asked))
        if known is None and taken is None:
            self.live[kind, recorded] = asked
            self.recorded[kind, asked] = recorded
            return True
        return known == asked and taken == recorded

    def translated(self, answer: Any, path: Path = ()) -> Any:
        """A recorded answer with the live values in it."""
        if isinstance(answer, dict):
            return {name: self.translated(part, (*path, name)) for name, part in answer.items()}
        if isinstance(answer, list):
            return [self.translated(part, (*path, place)) for place, part in enumerate(answer)]
        kind = _kind(path)
        if kind and isinstance(answer, str):
            return self.live.get((kind, answer), answer)
        return answer


def differences(asked: Any, recorded: Any, pairs: Correspondence) -> list[Difference]:
    """All of them, the plainest first: another count before what is in it; ``pairs`` learns."""
    return list(_differences(asked, recorded, pairs, ()))


def _differences(
    asked: Any, recorded: Any, pairs: Correspondence, path: Path
) -> Iterator[Difference]:
    if isinstance(asked, dict) and isinstance(recorded, dict):
        for name in dict.fromkeys((*asked, *recorded)):
            if name not in _IGNORED:
                here = (*path, name)
                yield from _differences(asked.get(name), recorded.get(name), pairs, here)
    elif isinstance(asked, list) and isinstance(recorded, list):
        if len(asked) != len(recorded):
            yield Difference(path, len(asked), len(recorded))
        for place, (one, other) in enumerate(zip(asked, recorded, strict=False)):
            yield from _differences(one, other, pairs, (*path, place))
    elif not _alike(asked, recorded, pairs, path):
        yield Difference(path, asked, recorded)


def _alike(asked: Any, recorded: Any, pairs: Correspondence, path: Path) -> bool:
    if not asked and not recorded:
        return True  # a field that is new, or was left out, at its default
    kind = _kind(path)
    if kind and isinstance(asked or "", str) and isinstance(recorded or "", str):
        return pairs.fits(kind, asked or "", recorded or "")
    return type(asked) is type(recorded) and bool(asked == recorded)


def _kind(path: Path) -> str:
    """What sort of value comes anew at every run; empty: it is compared as it stands."""
    name = path[-1] if path else ""
    if name in _IDS:
        return "id"
    if name in _TIMES:
        return "time"
    above = path[-2] if len(path) > 1 else ""
    if name == "number" and (above in _OF_A_RECEIPT or len(path) == 1):
        return "number"
    return ""


# --- words


def field_words(path: Path) -> str:
    """'line 2, quantity': where a field stands, as people call it."""
    words: list[str] = []
    for place, part in enumerate(path):
        if isinstance(part, int):
            continue
        after = path[place + 1] if place + 1 < len(path) else None
        if part == "receipt":
            continue
        if isinstance(after, int):
            words.append(f"{_LISTS().get(part, part)} {after + 1}")
        else:
            words.append(_FIELDS().get(part, part.replace("_", " ")))
    return ", ".join(words) or _("the request")


def _LISTS() -> dict[str, str]:  # noqa: N802 - a table, translated when it is shown
    return {
        "lines": _("line"),
        "discounts": _("discount"),
        "coupons": _("coupon"),
        "tenders": _("payment"),
    }


def _FIELDS() -> dict[str, str]:  # noqa: N802 - the same
    return {
        "lines": _("number of lines"),
        "discounts": _("number of discounts"),
        "coupons": _("number of coupons"),
        "tenders": _("number of payments"),
        "sku": _("goods"),
        "name": _("name"),
        "price": _("price"),
        "quantity": _("quantity"),
        "amount": _("sum"),
        "spend": _("points to spend"),
        "code": _("code"),
        "value": _("number"),
        "kind": _("kind"),
        "buyer": _("customer"),
        "customer": _("customer"),
        "identifier": _("customer"),
        "card": _("card"),
        "phone": _("phone"),
        "email": _("e-mail"),
        "number": _("number"),
        "challenge": _("the question that is answered"),
        "confirmation": _("confirmation"),
        "receipt_id": _("receipt"),
        "operation_id": _("operation"),
        "at": _("time"),
    }


_MONEY = frozenset({"price", "amount", "lowest", "rounding"})
_SHORT = 60


def _shown(path: Path, value: object) -> str:
    name = path[-1] if path else ""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        if name in _MONEY:
            return show(value, 2, comma=comma())
        if name == "quantity":
            return show_quantity(value, comma=comma())
        if name == "spend":
            return show(value, 2, comma=comma())
        return str(value)
    if isinstance(value, dict | list):
        return _("something")
    text = re.sub(r"\s+", " ", str(value))
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"

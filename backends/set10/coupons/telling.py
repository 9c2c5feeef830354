"""What rows about a coupon say, in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from backends.set10.coupons.carrying import Task
from backends.set10.coupons.kinds import Use
from backends.set10.coupons.machines import Node
from backends.set10.coupons.schema import card_unique_coupon_exemplar_to_send as to_send
from backends.set10.coupons.schema import cards_coupons_processing as processing
from backends.set10.coupons.spending import (
    CONFLICT,
    MADE,
    SERIES,
    UNUSED_AGAIN,
    USED,
    WITHDRAWN,
)
from cashier.coupon_trace import Event, Turn
from cashier.i18n import _

Row = Mapping[str, Any]
Seen = tuple[int, int, Event]
"""Second and step, which order the events, and the event."""
_FIRST = -1
"""The step of getting to know a coupon: before whatever happens to it in the same second."""


@dataclass(frozen=True, slots=True)
class Names:
    """How machines are called on screen, by their ids; one that is gone by its id."""

    titles: Mapping[str, str]

    def __call__(self, machine: str) -> str:
        return self.titles.get(machine, machine)


@lru_cache(maxsize=64)
def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone()


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return f"{moment(seconds):%d.%m.%Y %H:%M:%S}"


def kept(node: Node, table: str, row: Row, names: Names) -> Seen:
    """A series that the coupon is of, on one machine."""
    if row["came_from"]:
        turn, text = Turn.CAME, _("known here: series {series}, {name}")
    else:
        turn, text = Turn.MADE, _("made here: series {series}, {name}")
    what = text.format(series=row["id"], name=row["name"])
    if client := row.get("client_id"):
        what = _("{what}; for client {client} only").format(what=what, client=client)
    if row["is_blocked"]:
        turn, what = Turn.BLOCKED, _("{what}; blocked").format(what=what)
    return _seen(row["came_at"], _FIRST, node, table, turn, what, names(row["came_from"]))


def made(node: Node, row: Row, names: Names) -> Seen:
    """A coupon that a till printed."""
    if row["came_from"]:
        turn, text = Turn.CAME, _("known here: {series}, printed by till {till} of shop {shop}")
    else:
        turn, text = Turn.MADE, _("printed: {series}, by till {till} of shop {shop}")
    what = text.format(series=row["kind_id"], till=row["cash_number"], shop=row["shop_number"])
    if client := row["client_id"]:
        what = _("{what}; for client {client} only").format(what=what, client=client)
    return _seen(row["came_at"], _FIRST, node, processing.name, turn, what, names(row["came_from"]))


def history(node: Node, row: Row, names: Names) -> Seen:
    use = Use.of(row)
    where = use.words(moment(row["at"])) if use is not None else ""
    turn = _TURNS[row["what"]]
    if turn is Turn.USED:
        what = _("used: {where}").format(where=where)
    elif turn is Turn.FREE:
        what = _("given back: the receipt was undone ({where})").format(where=where)
    elif turn is Turn.CONFLICT:
        what = _("used a second time: {where}").format(where=where)
    else:
        what = _("blocked: the receipt that printed it was undone")
    source = names(row["came_from"])
    return _seen(row["at"], row["step"], node, row["place"], turn, what, source)


_TURNS = {
    USED: Turn.USED,
    UNUSED_AGAIN: Turn.FREE,
    CONFLICT: Turn.CONFLICT,
    WITHDRAWN: Turn.BLOCKED,
}


def task(node: Node, one: Task, why: str, names: Names) -> Seen:
    what = _("message: {what}").format(what=message_words(one.what))
    turn = Turn.SENT
    if one.sent_at is None:
        turn = Turn.WAITING
        what = _("{what}; it waits").format(what=what)
        if why:
            what = f"{what}: {why}"
    else:
        when = _second(one.sent_at)
        what = _("{what}; arrived {when}").format(what=what, when=when)
    return _seen(one.made_at, one.step, node, to_send.name, turn, what, names(one.receiver))


def by_hand(node: Node, table: str, row: Row) -> Seen | None:
    """A row that says used, where nothing of ours tells how: somebody else wrote it."""
    use = Use.of(row)
    if use is None:
        return None
    what = _("the row says used: {where}").format(where=use.words(moment(use.at)))
    return _seen(use.at, 0, node, table, Turn.USED, what, "")


def message_words(what: str) -> str:
    if what == SERIES:
        return _("a new series")
    if what == MADE:
        return _("a coupon was printed")
    if what == USED:
        return _("the coupon was used")
    if what == UNUSED_AGAIN:
        return _("the coupon is usable again")
    return _("the coupon is blocked") if what == WITHDRAWN else what


def _seen(at: int, step: int, node: Node, table: str, turn: Turn, what: str, source: str) -> Seen:
    return at, step, Event(moment(at), node.title, table, turn, what, source)

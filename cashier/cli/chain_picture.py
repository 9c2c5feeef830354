"""A chain as a picture in the terminal: ``cashier chain show``."""

from collections.abc import Callable, Iterator

from backends.set10.config.model import ChainFile, Listed
from backends.set10.config.titles import EMULATED, title_of
from cashier.cli.passage_text import WIDE
from cashier.i18n import _
from cashier.printing.cells import width, wrapped

BOX = 70
"""Columns of a box, its edges among them."""
_INDENT = " " * ((WIDE - BOX) // 2)
_ROOM = BOX - 4
_MIDDLE = BOX // 2
_MOST_ROWS = 12
"""Of one box; filters may be long."""


def picture(chain: ChainFile, why_idle: Callable[[str], str]) -> Iterator[str]:
    """Rows of at most 80 columns. ``why_idle``: why a provider takes no part; empty: it does."""
    yield _INDENT + _centred(_("receipt"))
    for turn, one in enumerate(chain.listed, 1):
        last = turn == len(chain.listed)
        yield _INDENT + " " * _MIDDLE + ("│" if turn == 1 else "▼")
        if turn == 1:
            yield _INDENT + " " * _MIDDLE + "▼"
        for row in _box(turn, one, one.trouble or why_idle(one.provider)):
            yield _INDENT + row
        if last:
            yield _INDENT + " " * _MIDDLE + "▼"
    yield _INDENT + _centred(_("to pay"))
    yield ""
    yield from _feedback(chain)
    if any(one.provider in EMULATED for one in chain.listed):
        yield ""
        yield from wrapped(
            _("emulated: no public source documents how it talks, so its behaviour is ours"), WIDE
        )


def _box(turn: int, one: Listed, why_idle: str) -> Iterator[str]:
    rule = "╌" if why_idle else "─"
    line = _("line {n}").format(n=one.line)
    marks = [_("emulated"), line] if one.provider in EMULATED else [line]
    yield _edge("┌", f" {turn} ", f" {' · '.join(marks)} ", "┐", rule)
    for row in _inside(one, why_idle):
        yield f"│ {row}{' ' * (_ROOM - width(row))} │"
    yield "└" + rule * (_MIDDLE - 1) + "┬" + rule * (BOX - _MIDDLE - 2) + "┘"


def _inside(one: Listed, why_idle: str) -> Iterator[str]:
    rows = wrapped(title_of(one), _ROOM)
    if len(rows) > _MOST_ROWS:
        rows = [*rows[:_MOST_ROWS], "…"]
    yield from rows
    if why_idle:
        yield from wrapped("  " + _("takes no part: {why}").format(why=why_idle), _ROOM)


def _edge(left: str, head: str, tail: str, right: str, rule: str) -> str:
    return f"{left}{rule}{head}{rule * (BOX - 4 - width(head) - width(tail))}{tail}{rule}{right}"


def _centred(text: str) -> str:
    return " " * (_MIDDLE - width(text) // 2) + text


def _feedback(chain: ChainFile) -> Iterator[str]:
    text = _("Feedback that a system has not got is sent again every {seconds} s, {n} at once.")
    yield from wrapped(
        text.format(
            seconds=chain.stale_feedback_send_interval_seconds, n=chain.max_stale_feedback_to_send
        ),
        WIDE,
    )

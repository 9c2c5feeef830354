"""A receipt's way through a chain, in words for a terminal."""

from collections.abc import Iterator

from cashier.i18n import _, comma, ngettext
from cashier.links import Orders, Passage, Passed, State
from cashier.money import Amount, show
from cashier.printing.cells import width

WIDE = 78


def told(passage: Passage) -> Iterator[str]:
    """Link by link: price before, rule, arithmetic, price after."""
    for place, one in enumerate(passage.passed, 1):
        yield from _link(place, one)
        yield ""
    yield _ends(_("The customer pays"), _money(passage.total))


def orders_told(orders: Orders, configured: Passage) -> Iterator[str]:
    """The best and the worst order, and what they would make of the price."""
    if orders.possible < 2:
        yield _("There is only one order of the links that are active.")
        return
    if orders.best.total == orders.worst.total:
        yield _("In every order of the links the customer pays the same.")
    else:
        yield from _order(_("Best for the customer"), orders.best, configured)
        yield from _order(_("Worst for the customer"), orders.worst, configured)
    if orders.tried < orders.possible:
        text = _("Only {tried} of {possible} orders were tried.")
        yield text.format(tried=orders.tried, possible=orders.possible)


def _order(head: str, passage: Passage, configured: Passage) -> Iterator[str]:
    off = passage.total - configured.total
    difference = f" ({'+' if off > 0 else ''}{_money(off)})" if off else ""
    yield _ends(head, f"{_money(passage.total)}{difference}")
    active = [one.link.title for one in passage.passed if one.state is not State.IDLE]
    for place, title in enumerate(active, 1):
        yield f"   {place}. {title}"


def _link(place: int, one: Passed) -> Iterator[str]:
    title = f"{place}. {one.link.title}"
    if one.link.emulated:
        title += " " + _("(emulated)")
    yield _ends(title, f"{_money(one.before)} → {_money(one.after)}")
    if one.why:
        yield f"   {_state(one.state)}: {one.why}"
    elif not one.changes:
        yield "   " + _("nothing to give on these goods")
    for change in one.changes:
        goods = f"   {change.line}. {change.goods}"
        yield _ends(goods, f"{_money(change.before)} → {_money(change.after)}")
        yield f"      {change.rule}" + (f": {change.why}" if change.why else "")


def _state(state: State) -> str:
    return {
        State.PASSED: _("passed"),
        State.IDLE: _("not active"),
        State.DOWN: _("no answer"),
        State.CONTAINED: _("does not count"),
    }[state]


def goods_told(lines: int, total: Amount) -> str:
    text = ngettext("{n} line for {total}", "{n} lines for {total}", lines)
    return text.format(n=lines, total=_money(total))


def _ends(left: str, right: str) -> str:
    """Something at either end of a row; the left end gives way."""
    room = WIDE - width(right) - 2
    while width(left) > room:
        left = left[:-2] + "…"
    return left + " " * (WIDE - width(left) - width(right)) + right


def _money(amount: Amount) -> str:
    return show(amount, comma=comma())

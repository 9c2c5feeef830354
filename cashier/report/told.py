"""Why a step failed, as text: what was expected, what came, and what it came from."""

from collections.abc import Iterable, Iterator, Sequence

from cashier.exchange_log.pretty import table
from cashier.i18n import _
from cashier.printing.cells import width
from cashier.report.harmless import harmless, in_a_row
from cashier.report.shown import Shown, ShownExchange, ShownReceipt, ShownStep

MARKS = {"passed": "✓", "failed": "×", "skipped": "-", "not_run": "…"}
_FACTS = 6
"""Rows of an answer that are shown."""
_WIDEST = 110
"""Of a row of an answer."""


def verdict_words(verdict: str) -> str:
    return {
        "passed": _("passed"),
        "failed": _("failed"),
        "skipped": _("skipped"),
        "not_run": _("not run"),
    }[verdict]


def headline(step: ShownStep) -> str:
    """What is wrong with a failed step, in one row."""
    if step.why:
        return in_a_row(step.why)
    if step.differences:
        one = step.differences[0]
        text = _("{fact}: expected {expected}, came {came}")
        return in_a_row(text.format(fact=one.fact, expected=one.expected, came=one.came))
    return in_a_row("; ".join(f"{one.check}: {one.text}" for one in step.broken))


def failures(shown: Shown) -> str:
    """Every failed step of a scenario with all that explains it."""
    parts = ("\n".join(_failure(step, brought)) for step, brought in shown.failures())
    return harmless("\n\n".join(parts))


def columns(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> Iterator[str]:
    """The rows as lines in which columns stand below each other; ``right``: those of numbers."""
    wide = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for place, text in enumerate(row):
            blank = " " * (wide[place] - width(text))
            cells.append(blank + text if place in right else text + blank)
        yield "  ".join(cells).rstrip()


def _failure(step: ShownStep, brought: tuple[ShownExchange, ...]) -> Iterator[str]:
    yield in_a_row(f"{step.place} {step.words}")
    if step.say:
        yield f"  {in_a_row(step.say)}"
    if step.why:
        yield from _below(f"× {step.why}")
    if step.differences:
        rows = [("", _("expected"), _("came"))]
        rows += [(one.fact, _cell(one.expected), _cell(one.came)) for one in step.differences]
        yield from _inside(columns(rows))
    for broken in step.broken:
        yield from _below(f"× {broken.check}: {broken.text}")
    if step.said:
        yield "  " + _("The till said:")
        for text in step.said:
            yield from _below(text, "    ")
    if step.receipt is not None:
        yield from _inside(_receipt(step.receipt, step.state))
    told = [one for one in brought if one.doing != "check"]  # the standing checks ask, too
    if told:
        yield "  " + _("Exchanges:")
        for exchange in told:
            yield from _inside(_exchange(exchange), "    ")


def _cell(text: str) -> str:
    row = in_a_row(text)
    return row if len(row) <= _WIDEST else f"{row[: _WIDEST - 1]}…"


def _inside(lines: Iterable[str], by: str = "  ") -> Iterator[str]:
    return (f"{by}{line}" for line in lines)


def _below(text: str, by: str = "  ") -> Iterator[str]:
    return _inside(harmless(text).split("\n"), by)


# --- the receipt


def _receipt(receipt: ShownReceipt, state: str) -> Iterator[str]:
    head = [_("Receipt"), receipt.number, f"({receipt.kind}, {state})"]
    head += [_("card {number}").format(number=receipt.card)] if receipt.card else []
    head += receipt.coupons
    yield in_a_row(" ".join(head))
    if receipt.lines:
        yield from _inside(columns(list(_rows(receipt)), right=(0, 2, 3)))
    parts = [(_("total"), receipt.total), (_("discount"), receipt.discount)]
    parts += [(_("to pay"), receipt.to_pay)] if receipt.to_pay != receipt.total else []
    parts += [("", tender) for tender in receipt.tenders]
    parts += [(_("change"), receipt.change)] if receipt.change else []
    sums = (" ".join(filter(None, part)) for part in parts)
    yield "  " + ", ".join(sums)


def _rows(receipt: ShownReceipt) -> Iterator[tuple[str, str, str, str]]:
    for line in receipt.lines:
        by = f"{line.quantity} × {line.price}"
        yield str(line.number), in_a_row(line.name), by, line.total
        for given in line.discounts:
            about = f"{given.rule}: {given.name}" if given.name else given.rule
            about += f" ({given.why})" if given.why else ""
            yield "", f"  {in_a_row(about)}", f"−{given.amount}", ""


# --- the exchange


def _exchange(exchange: ShownExchange) -> Iterator[str]:
    told = f"{exchange.method}, {exchange.milliseconds} ms: {exchange.told}"
    told += f" ({exchange.code})" if exchange.code else ""
    yield in_a_row("; ".join(part for part in (told, exchange.text, *exchange.notes) if part))
    for call in exchange.calls:
        yield in_a_row(f"  {call.method} {call.url}: {call.status or call.error}")
    answer = exchange.answer
    rows = [_row(one.row) for one in table(answer, zeros=False)] if _is_message(answer) else []
    yield from _inside(map(_cell, rows[:_FACTS]))
    if len(rows) > _FACTS:
        yield "  …"


def _is_message(answer: object) -> bool:
    return isinstance(answer, dict | list)


def _row(row: Iterable[tuple[str, str]]) -> str:
    return "".join(text for text, _ink in row)

"""What an instructor reads beside the picture."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from textual.content import Content

from cashier.commands import CardAnswer, Connection, PrinterTrouble
from cashier.faults import kind_words, often_words, step_words, times_words
from cashier.i18n import _, comma, ngettext
from cashier.money import show
from cashier.seat.notes import Note, NoteKind
from cashier.seat.protocol import Answer, Facts
from cashier.steps.around import card_answer_words
from cashier.steps.paper import trouble_words
from screens.text import clean, shortened

Part: TypeAlias = str | tuple[str, str]
DIM, WARNING = "dim", "bold $text-warning"
MOST_KEYS, LEAST_KEYS = 40, 12
"""Columns of what was pressed last."""


def heading_left(facts: Facts) -> Content:
    parts: list[Part] = [(shortened(clean(facts.shop), 30), "bold $foreground")]
    parts.append("  " + _("till {till}").format(till=clean(facts.till)))
    if facts.cashier:
        parts.append("  " + shortened(clean(facts.cashier), 20))
    if facts.training:
        parts.append(("  " + _("training"), "$text-accent"))
    if facts.live:
        parts.append(("  " + _("LIVE"), "bold $text-error"))
    return Content.assemble(*parts)


def heading_right(facts: Facts, where: str) -> Content:
    """``where``: what of the picture is seen."""
    return Content.assemble((f"{where}   " if where else "", WARNING), (f"◉ {facts.watchers}", DIM))


def facts_rows(facts: Facts, room: int) -> Content:
    """The step of the sale; what was pressed and what stands. The keys give way: of them the
    newest are enough."""
    rows = [_sale_row(facts)]
    name = _("Keys") + " "
    trouble = "   ".join(troubles(facts))
    left = room - len(name) - (len(trouble) + 4 if trouble else 1)
    keys = last_keys(clean(facts.keys), min(MOST_KEYS, max(LEAST_KEYS, left)))
    pressed = Content.assemble((name, DIM), (keys or "-", ""))
    left = room - pressed.cell_length - 3
    if trouble and left > 0:
        pressed = Content.assemble(pressed, ("   " + shortened(trouble, left), WARNING))
    rows.append(pressed)
    return Content("\n").join(rows)


def last_keys(keys: str, room: int) -> str:
    """The end of it, not beginning in the middle of a key's name."""
    if len(keys) <= room:
        return keys
    end = keys[-room:]
    closing, opening = end.find(">"), end.find("<")
    inside = closing >= 0 and (opening < 0 or closing < opening)
    return "…" + (end[closing + 1 :] if inside else end)


def _sale_row(facts: Facts) -> Content:
    def money(amount: int) -> str:
        return show(amount, facts.digits, comma=comma())

    parts: list[Part] = [(state_words(facts.state), "bold $text-primary")]
    if facts.receipt:
        parts.append("   " + clean(facts.receipt))
    if facts.lines:
        lines = ngettext("{n} line", "{n} lines", facts.lines).format(n=facts.lines)
        parts += [f"   {lines}   ", (_("TOTAL") + f" {money(facts.total)}", "bold")]
        if facts.due != facts.total:
            parts.append("   " + _("DUE") + f" {money(facts.due)}")
    if facts.question:
        parts.append((f"   ? {question_words(facts.question)}", "$text-accent"))
    return Content.assemble(*parts)


def troubles(facts: Facts) -> Iterator[str]:
    """What an instructor, or the trainee, has set and nothing has ended yet."""
    plug = {
        Connection.OFFLINE: _("plug pulled"),
        Connection.SLOW: _("slow answers"),
        Connection.LOST_ANSWERS: _("answers get lost"),
    }
    if facts.connection in plug:
        yield plug[facts.connection]
    if facts.card is not CardAnswer.BY_AMOUNT:
        times = ", " + times_words(facts.card_times) if facts.card_times else ""
        words = card_answer_words(facts.card) + times
        yield _("card terminal {answer}").format(answer=words)
    if facts.printer not in (None, PrinterTrouble.NONE):
        yield _("the printer {what}").format(what=trouble_words(facts.printer))
    if facts.wrong_code:
        yield _("next code wrong")
    for one in facts.faults:
        fault = one.fault
        if not fault.times or one.hits < fault.times:
            yield f"{_step(fault.step)}: {kind_words(fault)}, {often_words(fault)}"


def _step(step: str) -> str:
    """Of a till that is not ours the step may be one that nobody knows."""
    try:
        return step_words(step)
    except KeyError:
        return clean(step)


def answers_row(answers: Iterable[Answer]) -> Content:
    """What was not done comes first: there is one row."""
    rows = sorted(answers, key=lambda answer: answer.done)
    return Content("   ").join(_answer(answer) for answer in rows)


def _answer(answer: Answer) -> Content:
    sign, style = ("✓", "$text-success") if answer.done else ("×", "bold $text-error")
    return Content.styled(f"{sign} {clean(answer.text)}", style)


def key_rows(keys: Iterable[tuple[str, str, bool]], room: int) -> Content:
    """Key, what it does, whether it stands now; every one whole, in as many rows as it takes."""
    rows: list[list[Part]] = [[]]
    used = 0
    for key, label, on in keys:
        taken = len(key) + len(label) + 5
        if used and used + taken > room:
            rows.append([])
            used = 0
        style = "bold $text-warning" if on else "$foreground"
        rows[-1] += [(f" {key} ", "bold reverse"), (f" {label}", style), "  "]
        used += taken
    return Content("\n").join(Content.assemble(*row) for row in rows)


def note_words(note: Note) -> tuple[str, str, str]:
    """Time, sign and text of a note, each for a column."""
    sign = "▸" if note.kind is NoteKind.EVENT else "✎"
    return f"{note.at.astimezone():%H:%M:%S}", sign, clean(note.text)


def state_words(state: str) -> str:
    return {
        "": _("opening"),
        "closed": _("shift closed"),
        "idle": _("next customer"),
        "selling": _("selling"),
        "calculated": _("calculated"),
        "paying": _("paying"),
        "finished": _("finished"),
        "returning": _("return"),
    }.get(state, clean(state))


def question_words(question: str) -> str:
    """What the till asks the trainee, by the class of the question."""
    return {
        "AskCode": _("the customer's code"),
        "AskCard": _("which card"),
        "AskFreeCard": _("a card for the new customer"),
        "OfferRegistration": _("register the customer?"),
        "AskSale": _("which sale"),
        "AskResume": _("go on with the open receipt?"),
        "AskShift": _("close the old shift?"),
        "AskHeld": _("which receipt that was put aside"),
        "AskAge": _("the customer's age"),
        "AskCertificate": _("number of the certificate"),
        "PriceChecked": _("price asked"),
        "AskLevel": _("raise the level?"),
        "AskAuthorisation": _("the bank's code"),
        "AskSupervisor": _("a supervisor"),
        "AskLive": _("write to the live system?"),
    }.get(question, clean(question))


def wishes() -> tuple[str, ...]:
    """What customers say, ready to be said."""
    return (
        _("I have changed my mind: take the last one off, please."),
        _("Wait, I do have a card."),
        _("Can I pay with my points?"),
        _("I have a coupon here."),
        _("I will pay by card after all."),
        _("I will pay in cash after all."),
        _("A part in cash, the rest by card."),
        _("My code has not come."),
        _("I do not want it any more: cancel all of it."),
        _("I want to give this back."),
        _("Why is it that much?"),
    )

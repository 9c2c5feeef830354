"""The slip of a result: a certificate for whoever passed, else the result of a lesson."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cashier.i18n import _, language
from cashier.lessons.attempt import Attempt, Done, Mode
from cashier.lessons.kept import Kept
from cashier.lessons.scoring import (
    Verdict,
    loss_words,
    losses,
    mode_words,
    score,
    task_points,
    time_words,
    verdict,
    verdict_words,
)
from cashier.lessons.seal import short
from cashier.slip import Cut, Element, Feed, Qr, Row, Rule, Slip, Text, plain


def certificate(
    kept: Kept,
    columns: int = 42,
    *,
    notes: Sequence[str] = (),
    shop: str = "",
    copy: bool = False,
) -> Slip:
    """The slip of an attempt in the language of the program.

    ``notes``: what the instructor noted. Never raises, whatever the texts are.
    """
    found = tuple(_elements(kept, notes, shop, copy=copy))
    return Slip(f"L-{short(kept.seal)}", found, columns, copy)


def _elements(kept: Kept, notes: Sequence[str], shop: str, *, copy: bool) -> Iterator[Element]:
    attempt = kept.attempt
    if shop:
        yield Text(plain(shop), centered=True, bold=True)
    passed = verdict(attempt) is Verdict.PASSED
    title = _("CERTIFICATE") if passed else _("RESULT OF A LESSON")
    yield Text(title, centered=True, big=passed, bold=True)
    if copy:
        yield Text(_("COPY"), centered=True, bold=True)
    yield Rule()
    yield Row(_("Trainee"), plain(attempt.trainee), bold=True)
    if attempt.group:
        yield Row(_("Class"), plain(attempt.group))
    yield Text(plain(attempt.title), bold=True)
    yield Row(_("Kind"), mode_words(attempt.mode))
    yield Row(_("Date"), moment(attempt.ended))
    yield Rule(heavy=True)
    yield from _result(attempt)
    yield Rule(heavy=True)
    if noted := [text for one in notes if (text := plain(one))]:
        yield Text(_("Notes of the instructor"), bold=True)
        for text in noted:
            yield Text(f"- {text}")
        yield Rule()
    yield Row(_("Seal"), short(kept.seal))
    if not kept.sound:
        yield Text(_("This result was changed after it was sealed."), bold=True)
    yield Qr(short(kept.seal))
    yield Text(_("Training till. This is not a receipt."), centered=True)
    yield Feed(2)
    yield Cut()


def _result(attempt: Attempt) -> Iterator[Element]:
    words = verdict_words(verdict(attempt)).upper()
    if attempt.mode is Mode.SHOW:
        yield Text(words, centered=True, bold=True)
        return
    yield Row(words, f"{score(attempt)} %", big=True, bold=True)
    if attempt.mode is Mode.EXAM:
        yield Row(_("To pass"), f"{attempt.pass_percent} %")
    yield Row(_("Tasks done"), f"{attempt.right} / {len(attempt.tasks)}")
    yield Row(_("At the first go"), f"{attempt.in_order} / {len(attempt.tasks)}")
    limit = time_words(attempt.minutes * 60)
    yield Row(
        _("Time"), _("{time} of {limit}").format(time=time_words(attempt.seconds), limit=limit)
    )
    for loss in losses(attempt):
        yield Text(f"- {loss_words(loss)}")
    yield Rule()
    yield Row(_("Tasks"), _("points"))
    for task in attempt.tasks:
        points = str(task_points(task)) if task.done is Done.RIGHT else _("not done")
        yield Row(f"{task.number}. {_brief(plain(task.text))}", points)


def _brief(text: str) -> str:
    """Two rows of narrow paper."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_LONGEST = 50


def moment(at: datetime) -> str:
    return f"{at:%d.%m.%Y %H:%M}" if language() == "ru" else f"{at:%Y-%m-%d %H:%M}"

"""What all ways are made of: a key of a deed, an answer to what is asked, a choice, a line."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cashier.commands import Command
from cashier.errors import CashierError
from cashier.i18n import _
from cashier.key_names import CHARACTERS
from cashier.money import show
from cashier.snapshot import (
    AskAge,
    AskCard,
    AskFreeCard,
    AskHeld,
    AskLevel,
    AskLive,
    AskResume,
    AskSale,
    AskShift,
    AskSupervisor,
    OfferRegistration,
    State,
)
from cashier.typed import word_of
from screens.asking import wanted
from screens.deeds import BY_ID, DEEDS, Deed
from screens.playing.press import DOWN, ENTER, ESCAPE, UP, Press, key, personal, typed

if TYPE_CHECKING:
    from screens.desk import Desk

DIALOGS = (
    AskCard, AskFreeCard, OfferRegistration, AskSale, AskResume, AskHeld, AskShift, AskAge,
    AskLevel, AskLive, AskSupervisor,
)  # fmt: skip
"""Questions that are asked in a dialog; the others stand on the input line."""
MOST = 60
"""Presses of one arrow, or of Esc, after which hands give up."""
_AT_ONCE = "+-aAаАфФ"
"""What acts on an empty line during a return."""


class NoWay(Exception):
    """It cannot be typed at this moment."""


def at_ease(desk: "Desk") -> Iterator[Press]:
    """Out of everything that is half done or looked at, but not out of a question."""
    for _turn in range(MOST):
        if not _half_done(desk):
            return
        yield ESCAPE
    raise NoWay


def _half_done(desk: "Desk") -> bool:
    screen, question = desk.screen, desk.till.now.question
    pages = len(screen.app.screen_stack) - 1
    if pages:
        return pages > 1 or not isinstance(question, DIALOGS)
    chosen = screen.receipt.number is not None and question is None
    return bool(screen.input.text) or desk.prompt is not None or chosen


def press(desk: "Desk", name: str) -> Iterator[Press]:
    """The key of a deed; its word where the shop types words; else through its menu."""
    deed = BY_ID[name]
    if not desk.lit(deed):
        raise NoWay
    label = _(deed.label)
    if word := _word(desk, deed):
        yield Press(tuple(word), word, label)
        yield ENTER
    elif its_key := next((one for one in _keys(desk, deed)), ""):
        yield key(its_key, label)
    elif deed.menu:
        yield from press(desk, deed.menu)
        shown = [one for one in DEEDS if one.menu == deed.menu and desk.lit(one)]
        yield from pick(shown.index(deed))
    else:
        raise NoWay


def _word(desk: "Desk", deed: Deed) -> str:
    keys = desk.screen.key_map
    if not keys.words or not _line_is_free(desk):
        return ""
    word = next(iter(keys.names(deed)), "")
    deeds = keys.by_word.get(word_of(word), ()) if word_of(word) in keys.words else ()
    return word if _first_lit(desk, deeds) is deed else ""


def _keys(desk: "Desk", deed: Deed) -> Iterator[str]:
    """Those that do it now, the best first."""
    keys = desk.screen.key_map
    signs = set(CHARACTERS.values())
    for one in keys.keys(deed):
        free = one not in signs or (_line_is_free(desk) and desk.now.state is not State.RETURNING)
        if free and _first_lit(desk, keys.by_key.get(one, ())) is deed:
            yield one


def _first_lit(desk: "Desk", deeds: "list[Deed] | tuple[()]") -> Deed | None:
    return next((one for one in deeds if desk.lit(one)), None)


def _line_is_free(desk: "Desk") -> bool:
    return desk.prompt is None and desk.now.question is None and not desk.screen.input.text


def answer(desk: "Desk", text: str, command: Command, *, of_buyer: bool = False) -> Iterator[Press]:
    """Type it where the till asks for something: it must mean this command there."""
    prompt = wanted(desk)
    try:
        meant = prompt.read(text)
    except CashierError:
        raise NoWay from None
    if meant != command or _does_more(desk, text):
        raise NoWay
    yield personal(text) if of_buyer else typed(text)
    if desk.screen.found.rows:  # Enter would take the goods that were found
        raise NoWay
    yield ENTER


def _does_more(desk: "Desk", text: str) -> bool:
    """Whether this on the line would be more than text."""
    returning = desk.now.state is State.RETURNING and text[0] in _AT_ONCE
    sign = CHARACTERS.get(text[0], "")
    is_key = desk.prompt is None and bool(desk.screen.key_map.by_key.get(sign))
    return text[0] == "?" or returning or is_key or desk.screen.orders.read(text) is not None


def enter(desk: "Desk", command: Command) -> Iterator[Press]:
    """Enter alone, where that is the command."""
    if wanted(desk).empty != command:
        raise NoWay
    yield ENTER


def ask(desk: "Desk", name: str, text: str, command: Command) -> Iterator[Press]:
    """Press a key that asks for something, and answer."""
    yield from press(desk, name)
    yield from answer(desk, text, command)


def pick(place: int) -> Iterator[Press]:
    """The option at this place of a dialog, the first is 0."""
    yield typed(str(place + 1))
    yield ENTER


def choose_line(desk: "Desk", number: int) -> Iterator[Press]:
    """Arrows to a line of the receipt."""
    view = desk.screen.receipt
    if not 1 <= number <= len(view.lines):
        raise NoWay
    for _turn in range(MOST):
        if view.number == number:
            return
        yield DOWN if view.number is not None and view.number < number else UP
    raise NoWay


def to_line(desk: "Desk", number: int) -> Iterator[Press]:
    """The same, unless keys are about this line already."""
    if desk.line is None or desk.line.number != number or desk.screen.receipt.number:
        yield from choose_line(desk, number)


def sum_of(desk: "Desk", amount: int) -> str:
    """An amount as a cashier types it."""
    return show(amount, desk.amounts.digits, group="").removesuffix(".00")

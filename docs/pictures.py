"""Makes the pictures of the documents from the real program.

    python docs/pictures.py               all of them
    python docs/pictures.py sale office   only these

Time and ids stand still, so a picture changes only when the program does.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from backends.faults import Faulty
from cashier import fixtures
from cashier.clock import Clock, ManualClock, counted_ids
from cashier.display import Update, phone_message, shown
from cashier.exchange import Backend
from cashier.faults import Plan
from cashier.i18n import LANGUAGES, set_language
from cashier.lessons.attempt import Attempt, Mode
from cashier.lessons.grading import Grading
from cashier.lessons.lesson import Lesson
from cashier.opening import Place, open_till
from cashier.scenario.reading import load
from cashier.scenario.stage import Staging
from cashier.till import Till
from screens.app import TillApp
from screens.comfort import picture
from screens.desk import Desk
from screens.display.app import DisplayApp
from screens.lesson.guide import LessonGuide

HERE = Path(__file__).parent / "pictures"
TUESDAY = datetime.fromisoformat("2026-11-24T14:05:00+03:00")

WIDE, TALL, SMALL = (120, 36), (100, 30), (80, 24)

OPEN = "{f9}1000{enter}"
GOODS = "4600000000015{enter}3*4600000000114{enter}"
VERA, BORIS = "2900000000032{enter}", "+79001234502{enter}"
MORE = "10901{enter}3*10402{enter}"
SALE = OPEN + GOODS + VERA + MORE + "{enter}"
SOLD = SALE + "{f10}{enter}"


@dataclass(frozen=True)
class Picture:
    """What is typed into a fresh till: characters, and keys in braces.

    ``{code}`` is the code on the customer's phone.
    """

    name: str
    typed: str
    size: tuple[int, int] = TALL
    options: tuple[str, ...] = ()
    """Switches of the command line: ``large``, ``privacy``."""
    display: bool = False
    """Of the customer's display and phone, instead of the till."""
    lesson: str = ""
    """Name of a lesson that is learned."""
    shop: str = ""
    """A shop card of the fixtures; empty: the demo shop's."""


PICTURES = (
    Picture("closed", ""),
    Picture("sale", SALE, WIDE),
    Picture("points", OPEN + GOODS + "+79001234503{enter}{code}{enter}{enter}{f5}100", WIDE),
    Picture("return", SOLD + "R0101-000001{enter}{down}++", SMALL),
    Picture("shift", SOLD + "{f9}"),
    Picture("x-report", SOLD + "{alt+o}500 bank{enter}4321{enter}{alt+x}"),
    Picture("supervisor", OPEN + GOODS + "{alt+d}20%{enter}4321"),
    Picture("age", OPEN + GOODS + "4600000001203{enter}"),
    Picture("price", OPEN + "{f8}10201{enter}"),
    Picture("held", OPEN + GOODS + "{f4}4600000000046{enter}" + VERA + "{f4}{f7}"),
    Picture("referred", OPEN + GOODS + "{enter}50.92{f10}"),
    Picture("offline", SOLD + "{f12}{down}{enter}" + GOODS + VERA + "{enter}", WIDE),
    Picture("level", OPEN + GOODS + "2900000000094{enter}{enter}"),
    Picture("paper", SOLD + "{alt+l}", WIDE),
    Picture("training", "{alt+y}4321{enter}" + SALE + "{f10}", WIDE),
    Picture("display", OPEN + GOODS + BORIS, TALL, display=True),
    Picture("office", "{alt+q}4321{enter}"),
    Picture("give-points", "{alt+q}4321{enter}{enter}{f2}{enter}500{enter}{enter}sorry"),
    Picture("barcode", OPEN + GOODS + "{alt+g}"),
    Picture("keys", "{alt+e}"),
    Picture("exchanges", SALE + "{alt+s}", WIDE),
    Picture("exchange", SALE + "{alt+s}{alt+s}{up}{up}{enter}", TALL),
    Picture("chain", OPEN + GOODS + MORE + "{ctrl+f10}", TALL, shop="shop-set10.toml"),
    Picture("chain-orders", OPEN + GOODS + "{ctrl+f10}{end}-o", WIDE, shop="shop-set10.toml"),
    Picture("chain-why", OPEN + GOODS + "{enter}{up}{f11}", SMALL, shop="shop-set10.toml"),
    Picture("faults", OPEN + GOODS + "{alt+m}", SMALL),
    Picture("queue", OPEN + GOODS + "{f12}{down}{enter}{enter}{f10}{enter}{alt+j}", SMALL),
    Picture("drill", OPEN + GOODS + VERA + "{alt+m}{down}{down}{down}{down}{enter}{enter}{f10}"),
    Picture("lesson", "11101{enter}11401{enter}", TALL, lesson="01-card-before-total"),
    Picture("large", SALE, TALL, ("large", "privacy")),
)


def presses(typed: str) -> Iterator[str]:
    """'{f9}1*' as names of keys: f9, 1, asterisk."""
    for key, character in re.findall(r"{([^}]+)}|(.)", typed):
        yield key or {" ": "space", "\t": "tab"}.get(character, character)


async def take(wanted: Picture, language: str) -> None:
    """Type into a fresh till, and keep what is seen."""
    name = wanted.name if language == "en" else f"{wanted.name}.{language}"
    if wanted.lesson:
        await take_lesson(wanted, language, name)
        return
    clock = ManualClock(TUESDAY)
    with tempfile.TemporaryDirectory() as folder:
        card = str(fixtures.path(wanted.shop)) if wanted.shop else None
        place = Place.of(card, folder, language)

        def make_till(training: bool) -> Till:
            here = Place(place.card, place.data, language, training)
            return open_till(here, plugged, clock=clock, ids=counted_ids())

        app = TillApp(
            make_till,
            language=language,
            theme_name="dark",
            large="large" in wanted.options,
            privacy="privacy" in wanted.options,
        )
        async with app.run_test(size=wanted.size) as pilot:
            await app.ready.wait()
            for key in presses(wanted.typed):
                await press(app, pilot, key)
            if not wanted.display:
                keep(app, name)
            update = seen_by_the_customer(desk_of(app))
        if wanted.display:
            await take_display(update, Path(folder), wanted.size, name)


async def take_lesson(wanted: Picture, language: str, name: str) -> None:
    """A task of a lesson, and what is said about a wrong turn."""
    set_language(language)
    (scenario,) = load(fixtures.path(f"lessons/{language}/{wanted.lesson}.yaml"))
    attempt = Attempt("1", "-", wanted.lesson, scenario.title, Mode.TRY, TUESDAY)
    grading = Grading(Lesson.of(scenario), Staging(plugged), attempt, timer=lambda: 0)
    guide = LessonGuide(grading, Staging(plugged), lambda _attempt: [])
    app = TillApp(guide.make_till, language=language, theme_name="dark", guide=guide)
    async with app.run_test(size=wanted.size) as pilot:
        await app.ready.wait()
        for key in presses(wanted.typed):
            await guide.settled.wait()
            await press(app, pilot, key)
        await guide.settled.wait()
        await pilot.pause()
        keep(app, name)


async def press(app: TillApp, pilot: Pilot[None], key: str) -> None:
    """One key, or the code from the customer's phone, and all that comes of it."""
    for one in desk_of(app).phone[-1].code if key == "code" else [key]:
        await pilot.press(one)
        await pilot.pause()
        await app.ready.wait()  # into training mode another till is opened
        await desk_of(app).idle()
        await pilot.pause()


def desk_of(app: TillApp) -> Desk:
    assert app.desk is not None  # it is ready
    return app.desk


def plugged(make: Callable[[], Backend], clock: Clock) -> tuple[Backend, Plan]:
    found = Faulty(make, clock)
    return found, found.plan


def seen_by_the_customer(desk: Desk) -> Update:
    place = desk.till.workplace
    messages = tuple(phone_message(message) for message in desk.phone)
    return Update(shown=shown(desk.now, place.shop, place.system), phone=messages)


async def take_display(update: Update, folder: Path, size: tuple[int, int], name: str) -> None:
    app = DisplayApp(folder, phone=True, theme_name="dark")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.hear(update)
        await pilot.pause()
        keep(app, name)


def keep(app: App[Any], name: str) -> None:
    (HERE / f"{name}.svg").write_text(picture(app), encoding="utf-8")


async def main(names: list[str]) -> None:
    HERE.mkdir(exist_ok=True)
    for wanted in PICTURES:
        for language in LANGUAGES:
            if not names or wanted.name in names:
                await take(wanted, language)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))

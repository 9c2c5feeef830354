"""``cashier lesson``: learn at the till, or be examined."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier import fixtures, i18n
from cashier.cli import staging
from cashier.cli.place import place_of
from cashier.errors import BadInput, CashierError
from cashier.i18n import _

if TYPE_CHECKING:
    from cashier.lessons.attempt import Attempt
    from cashier.lessons.lesson import Lesson
    from cashier.lessons.register import Register


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "lesson", parents=[common], help=_("learn at the till, or be examined")
    )
    parser.add_argument("path", nargs="?", metavar="FILE|FOLDER", type=Path)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--show", dest="mode", action="store_const", const="show", help=_("the till shows it")
    )
    mode.add_argument(
        "--try", dest="mode", action="store_const", const="try", help=_("with hints (as always)")
    )
    mode.add_argument(
        "--exam", dest="mode", action="store_const", const="exam", help=_("without hints, counted")
    )
    staging.add_options(parser)
    parser.add_argument("--trainee", metavar="NAME", default="", help=_("who learns"))
    parser.add_argument("--group", metavar="NAME", default="", help=_("the class"))
    parser.add_argument(
        "--tasks", type=int, default=0, metavar="K", help=_("so many lessons, drawn by the seed")
    )
    parser.add_argument("--list", action="store_true", help=_("only list the lessons"))
    parser.add_argument("--seat", action="store_true", help=_("let an instructor watch"))
    parser.add_argument("--theme", help=_("colours: dark, light, contrast, ansi"))
    parser.add_argument("--large", action="store_true", help=_("large digits, for a projector"))
    playing = {"speed": 1.0, "begin_at": 1, "paused": False, "privacy": False}
    parser.set_defaults(run=_lesson, mode="try", **playing)


def _lesson(chosen: argparse.Namespace) -> int:
    from cashier.lessons.register import Register

    language = chosen.lang or i18n.language()
    i18n.set_language(language)
    folder = chosen.path or fixtures.path("lessons") / language
    lessons = _lessons(folder, chosen, language)
    register = Register.open(_data(chosen))
    try:
        if register.trouble:
            print(register.trouble, file=sys.stderr)
        if chosen.list:
            print("\n".join(_table(lessons, register, chosen.trainee)))
            return 0
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            print(_("The till needs a terminal."), file=sys.stderr)
            return 2
        chosen.trainee = chosen.trainee or _asked(_("Your name: "), must=chosen.mode == "exam")
        if chosen.mode == "exam" and chosen.tasks:
            return _exam(_drawn(lessons, chosen.tasks, chosen.seed), register, chosen)
        if len(lessons) == 1:
            return _take(lessons[0], register, chosen)
        return _choose(lessons, register, chosen)
    finally:
        register.close()


def _data(chosen: argparse.Namespace) -> Path:
    """Beside the till's own data, where ``cashier results`` looks."""
    folder = place_of(chosen).data
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _lessons(path: Path, chosen: argparse.Namespace, language: str) -> "list[Lesson]":
    """Raises CashierError with all that is wrong."""
    from dataclasses import replace

    from cashier.lessons.lesson import Lesson
    from cashier.scenario.reading import load

    if path.is_dir():
        files = sorted({*path.glob("*.yaml"), *path.glob("*.yml")})
        if not files:
            raise BadInput(_("{folder}: there are no lessons").format(folder=path))
    else:
        files = [path]
    made = []
    for file in files:
        scenario = load(file, chosen.seed)[0]
        spoken = language if chosen.lang else scenario.language or language
        made.append(Lesson.of(replace(scenario, language=spoken)))
    return sorted(made, key=lambda it: (it.scenario.lesson.difficulty, it.name))


def _drawn(lessons: "list[Lesson]", number: int, seed: int) -> "list[Lesson]":
    """The same ones in the same order for everybody with this seed."""
    from random import Random

    if not 1 <= number <= len(lessons):
        text = _("--tasks: expected a number from 1 to {most}")
        raise BadInput(text.format(most=len(lessons)))
    return Random(f"exam {seed}").sample(lessons, number)  # noqa: S311  # the same at every run


def _asked(question: str, *, must: bool) -> str:
    """What somebody types; ``must``: not nothing."""
    while True:
        answer = _typed(question)
        if answer or not must:
            return (answer or _("somebody"))[:100]


def _typed(question: str) -> str:
    """A line. Raises BadInput when the terminal is gone."""
    try:
        return input(question).strip()
    except EOFError as error:
        raise BadInput(_("Nothing was typed.")) from error


# --- which one


def _table(lessons: "Sequence[Lesson]", register: "Register", trainee: str) -> list[str]:
    """A row for each, with the best result of this trainee."""
    from cashier.lessons.scoring import passed, score

    rows = []
    for place, lesson in enumerate(lessons, 1):
        settings = lesson.scenario.lesson
        best = register.best(trainee, lesson.name) if trainee else None
        result = ""
        if best is not None:
            sign = "✓" if passed(best.attempt) else " "
            result = f"{sign} {score(best.attempt)} %"
        stars = "•" * settings.difficulty
        minutes = _("{n} min").format(n=settings.minutes)
        rows.append(f"{place:3}  {lesson.scenario.title:<42.42} {stars:<5} {minutes:>7}  {result}")
    return rows


def _choose(lessons: "list[Lesson]", register: "Register", chosen: argparse.Namespace) -> int:
    """One after another, until nothing is chosen."""
    following = 1
    while True:
        print("\n".join(_table(lessons, register, chosen.trainee)))
        question = _("Which lesson? [{n}; q: leave] ").format(n=following)
        answer = _typed(question) or str(following)
        if answer.casefold() in ("q", "й"):
            return 0
        if not answer.isascii() or not answer.isdigit() or not 1 <= int(answer) <= len(lessons):
            print(_("Expected a number from 1 to {most}.").format(most=len(lessons)))
            continue
        place = int(answer)
        if code := _take(lessons[place - 1], register, chosen):
            return code
        following = place % len(lessons) + 1


def _exam(lessons: "list[Lesson]", register: "Register", chosen: argparse.Namespace) -> int:
    """All of them in order; exit code 1: one of them is not passed."""
    from cashier.lessons.scoring import passed

    attempts = []
    for lesson in lessons:
        attempt = _attempt(lesson, chosen)
        code = _sit(lesson, attempt, register, chosen)
        if code not in (0, _ONCE_MORE):
            return code
        attempts += [it.attempt for it in register.find(attempt.attempt_id)]
        if not attempts or attempts[-1].finished is None:
            return 1  # broken off
    return int(not all(map(passed, attempts)))


# --- taking it


def _take(lesson: "Lesson", register: "Register", chosen: argparse.Namespace) -> int:
    if chosen.mode == "show":
        return _show(lesson, register, chosen)
    while True:
        code = _sit(lesson, _attempt(lesson, chosen), register, chosen)
        if code != _ONCE_MORE:
            return code


_ONCE_MORE = -1
"""In place of an exit code. In an exam there is no second try: the next lesson follows."""


def _attempt(lesson: "Lesson", chosen: argparse.Namespace) -> "Attempt":
    import uuid
    from datetime import datetime

    from cashier.lessons.attempt import Attempt, Mode

    settings = lesson.scenario.lesson
    return Attempt(
        attempt_id=uuid.uuid4().hex,
        trainee=chosen.trainee,
        group=chosen.group,
        lesson=lesson.name,
        title=lesson.scenario.title,
        language=lesson.scenario.language,
        mode=Mode(chosen.mode),
        seed=chosen.seed,
        minutes=settings.minutes,
        pass_percent=settings.pass_percent,
        started=datetime.now().astimezone().replace(microsecond=0),
    )


def _sit(
    lesson: "Lesson", attempt: "Attempt", register: "Register", chosen: argparse.Namespace
) -> int:
    """One attempt at the till; its result is kept while it is made."""
    from dataclasses import replace

    from cashier.clock import FlowingClock
    from cashier.lessons.grading import Grading
    from cashier.lessons.keeping import Keeping
    from screens.app import TillApp
    from screens.lesson.guide import LessonGuide

    stages = replace(staging.staging_of(chosen), clock=FlowingClock)
    keeping = Keeping(register, _data(chosen))
    grading = Grading(lesson, stages, attempt, kept=keeping.keep)
    guide = LessonGuide(grading, stages, lambda it: keeping.told(it, 64))
    app = TillApp(
        guide.make_till,
        theme_name=chosen.theme,
        large=chosen.large,
        guide=guide,
        seat=_data(chosen) if chosen.seat else None,
    )
    try:
        app.run()
    finally:
        guide.close()
    if app.trouble:
        print(app.trouble, file=sys.stderr)
        return app.return_code or 2
    print("\n".join(keeping.told(grading.attempt, 64)))
    _hand_out(register, grading.attempt, chosen)
    return _ONCE_MORE if guide.again else 0


def _hand_out(register: "Register", attempt: "Attempt", chosen: argparse.Namespace) -> None:
    """Who has sat an exam to its end gets the slip on paper; a printer in trouble is no matter."""
    from cashier.cli.results import certificate_of, print_out
    from cashier.lessons.attempt import Mode

    if attempt.mode is not Mode.EXAM or attempt.finished is None:
        return
    try:
        for kept in register.find(attempt.attempt_id):
            print_out(place_of(chosen), certificate_of(place_of(chosen), kept))
    except CashierError as error:
        print(error, file=sys.stderr)


def _show(lesson: "Lesson", register: "Register", chosen: argparse.Namespace) -> int:
    """The till plays it; whoever has seen it has it in the register."""
    from dataclasses import replace
    from datetime import datetime

    from cashier.cli.play import live

    attempt = _attempt(lesson, chosen)
    register.save(attempt)
    code = live(chosen, lesson.scenario)
    if not code:
        register.save(replace(attempt, finished=datetime.now().astimezone()))
    return code

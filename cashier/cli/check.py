"""``cashier check``: how well does a loyalty system do what a till needs?"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier import fixtures
from cashier.cli import staging
from cashier.cli.reporting import check_writable, unless_interrupted, write_all
from cashier.errors import BadInput, ConfigError
from cashier.i18n import LANGUAGES, _, language

if TYPE_CHECKING:
    from cashier.conformance.cards import Cards
    from cashier.conformance.grading import Grade
    from cashier.shop import Shop

LEVELS = ("basic", "middle", "full")


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "check", parents=[common], help=_("grade a loyalty system by the conformance pack")
    )
    parser.add_argument(
        "--cards", metavar="FILE", help=_("cards and codes of the system that may be used")
    )
    parser.add_argument(
        "--level", choices=LEVELS, default=LEVELS[-1], help=_("the highest level that is tried")
    )
    staging.add_options(parser)
    parser.add_argument("--junit", type=Path, metavar="FILE", help=_("report as JUnit XML"))
    parser.add_argument("--html", type=Path, metavar="FILE", help=_("report as a page"))
    parser.add_argument("--json", type=Path, metavar="FILE", help=_("report as JSON"))
    parser.add_argument("--badge", type=Path, metavar="FILE", help=_("the grade as a picture, SVG"))
    parser.add_argument(
        "--unmasked", action="store_true", help=_("names, phones, cards and passwords, too")
    )
    parser.set_defaults(run=partial(unless_interrupted, _run))


def _run(chosen: argparse.Namespace) -> int:
    """Exit codes: 0 the level that was asked for is reached, 1 it is not, 2 bad input."""
    from cashier.conformance.cards import load_cards
    from cashier.conformance.told import told

    check_writable((chosen.junit, chosen.html, chosen.json, chosen.badge))
    chosen.shop = chosen.shop or str(fixtures.demo_card(language()))
    cards = load_cards(_cards_file(chosen))
    grade = _graded(chosen, cards)
    for line in told(grade):
        print(line)
    well = write_all(_files(chosen, grade))
    return int(grade.missed is not None or grade.run.interrupted) if well else 2


def _cards_file(chosen: argparse.Namespace) -> Path:
    """The file itself, or a ready one by its name: ``--cards rarus``. Raises BadInput."""
    folder = fixtures.path("conformance")
    known = sorted(path.stem.removeprefix("cards-") for path in folder.glob("cards-*.toml"))
    if chosen.cards in known and not Path(chosen.cards).exists():
        return folder / f"cards-{chosen.cards}.toml"
    if chosen.cards:
        return Path(chosen.cards).expanduser()
    demo = {fixtures.demo_card(spoken).resolve() for spoken in LANGUAGES}
    if Path(chosen.shop).expanduser().resolve() in demo and not chosen.backend:
        return folder / "cards-house.toml"
    text = _("Which cards may be used? --cards FILE; ready ones are {known}.")
    raise BadInput(text.format(known=", ".join(known)))


def _graded(chosen: argparse.Namespace, cards: "Cards") -> "Grade":
    from datetime import datetime

    from cashier.cli.checking import CheckStaging, checked
    from cashier.cli.crew import Orders
    from cashier.cli.progress import Progress
    from cashier.conformance.pack import Level, trials
    from cashier.registered import find_backend

    data = dict(cards.values)
    if chosen.phone_code:
        data["code"] = chosen.phone_code
    asked = staging.staging_of(chosen)
    stages = CheckStaging(**{**vars(asked), "phone_code": chosen.phone_code or cards.told})
    level = Level(chosen.level)
    pack = list(trials(fixtures.path("conformance"), level, data))
    shop = stages.shop_of(pack[0].scenario)[1]
    if not shop.loyalty.system:
        raise ConfigError(_("This shop has no loyalty system."))
    find_backend(shop.loyalty.system)
    if shop.live:
        _agree(chosen, shop, data)
    orders = Orders(chosen, frozenset(), bool(chosen.html or chosen.json), language(), stages)
    today = datetime.now().astimezone().date()
    return checked(pack, orders, Progress(len(pack), sys.stderr), shop, today, level)


def _agree(chosen: argparse.Namespace, shop: "Shop", data: Mapping[str, str]) -> None:
    """A live system is asked about twice. Raises BadInput."""
    if not chosen.live:
        text = _("{shop} is live, and the check writes to its loyalty system: say --live.")
        raise BadInput(text.format(shop=shop.name))
    if not sys.stdin.isatty():
        raise BadInput(_("A live system is only checked from a terminal: somebody must agree."))
    print(_("Sales and returns are written to a live loyalty system, with:"), file=sys.stderr)
    for name, value in data.items():
        print(f"  {name}: {value}", file=sys.stderr)
    print(_("Type the name of the shop to agree ({shop}):").format(shop=shop.name), end=" ",
          file=sys.stderr, flush=True)  # fmt: skip
    try:
        typed = input()
    except EOFError:
        typed = ""
    if typed.strip() != shop.name:
        raise BadInput(_("That is not its name: nothing was done."))


def _files(chosen: argparse.Namespace, grade: "Grade") -> Iterator[tuple[Path, str]]:
    from cashier.conformance import badge, told
    from cashier.exchange_log.bug_report import program

    if chosen.junit:
        from cashier.report.junit import junit

        yield chosen.junit, junit(grade.run)
    if chosen.html:
        yield chosen.html, told.grade_page(grade, program())
    if chosen.json:
        yield chosen.json, told.grade_as_json(grade, program())
    if chosen.badge:
        yield chosen.badge, badge.badge(grade)

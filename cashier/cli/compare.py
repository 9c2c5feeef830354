"""``cashier compare``: one scenario on two systems, and what differs in money and points."""

import argparse
import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier.cli.reporting import check_writable, unless_interrupted, write_all
from cashier.cli.staging import plug
from cashier.errors import BadInput, ConfigError
from cashier.i18n import _

if TYPE_CHECKING:
    from cashier.clock import Clock
    from cashier.exchange import Backend
    from cashier.faults import Plan
    from cashier.recording import Recording
    from cashier.scenario.comparing import Comparison
    from cashier.scenario.model import Scenario
    from cashier.scenario.stage import Staging


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "compare", parents=[common], help=_("one scenario on two systems: what differs")
    )
    parser.add_argument("file", metavar="FILE", type=Path, help=_("the scenario"))
    for letter in "ab":
        parser.add_argument(
            letter, metavar=letter.upper(), help=_("a shop card, a loyalty system, or a recording")
        )
    parser.add_argument("--all", action="store_true", help=_("the steps that are the same, too"))
    parser.add_argument("--seed", type=int, default=0, help=_("where chance begins"))
    parser.add_argument(
        "--phone-code", metavar="CODE", default="", help=_("what customers of the systems tell")
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help=_("report as a page"))
    parser.add_argument("--json", type=Path, metavar="FILE", help=_("report as JSON"))
    parser.add_argument(
        "--unmasked", action="store_true", help=_("names, phones, cards and passwords, too")
    )
    parser.set_defaults(run=partial(unless_interrupted, _run))


def _run(chosen: argparse.Namespace) -> int:
    """Exit codes: 0 the same, 1 something differs, 2 bad input."""
    from cashier.report.compared import compared
    from cashier.scenario.reading import load

    check_writable((chosen.html, chosen.json))
    scenarios = load(chosen.file, chosen.seed)
    sides = [_side(name, chosen, scenarios) for name in (chosen.a, chosen.b)]
    found = [_compared(scenario, sides, masks=not chosen.unmasked) for scenario in scenarios]
    for line in compared(found, every=chosen.all):
        print(line)
    well = write_all(_files(chosen, found))
    return int(not all(one.same for one in found)) if well else 2


@dataclass(frozen=True)
class Playing:
    """Where a scenario is played."""

    name: str
    stages: "Staging"
    masked: bool = False
    """A recording in which nobody is to be recognised."""


def _side(name: str, chosen: argparse.Namespace, scenarios: "list[Scenario]") -> Playing:
    """What a word of the command line stands for. Raises CashierError."""
    from cashier.registered import find_backend
    from cashier.scenario.stage import Staging

    card = Path(chosen.shop).expanduser().absolute() if chosen.shop else None
    make = partial(Staging, seed=chosen.seed, phone_code=chosen.phone_code)
    path = Path(name).expanduser()
    masked = False
    if path.suffix.lower() == ".toml":
        stages = make(plug, card=path.absolute())
    elif path.is_file():
        stages, masked = _replaying(path, make, card, scenarios)
    else:
        try:
            find_backend(name)
        except ConfigError as error:
            text = _("{name}: there is no such file. {why}")
            raise BadInput(text.format(name=name, why=error)) from error
        stages = make(plug, card=card, system=name)
    _check(stages, scenarios)
    return Playing(path.name, stages, masked)


def _check(stages: "Staging", scenarios: "list[Scenario]") -> None:
    """Raises CashierError."""
    from cashier.registered import find_backend

    for scenario in scenarios:
        _card, shop = stages.shop_of(scenario)
        if shop.live:
            text = _("{shop} is live: nothing is compared there, for sales would be written.")
            raise BadInput(text.format(shop=shop.name))
        if shop.loyalty.system:
            find_backend(shop.loyalty.system)


def _replaying(
    path: Path, make: "Callable[..., Staging]", card: Path | None, scenarios: "list[Scenario]"
) -> "tuple[Staging, bool]":
    """Every stage plays the recording from its beginning; whether it is masked. Raises
    ConfigError."""
    from backends.faults import Faulty
    from backends.replay import Replay
    from cashier.masking.masker import Masker
    from cashier.recording import Recording
    from cashier.scenario.stage import EMBEDDED

    tape = Recording.load(path)
    stages = make(plug, card=card, system=EMBEDDED)
    mask = Masker.for_shop(stages.shop_of(scenarios[0])[1]).live
    Replay(tape, mask)  # whether it can be played is said before anything is

    def played(_make: "Callable[[], Backend]", clock: "Clock") -> "tuple[Backend, Plan]":
        replay = Replay(tape, mask)
        faulty = Faulty(lambda: replay, clock)
        return faulty, faulty.plan

    code = stages.phone_code or _code(tape)
    return replace(stages, plug=played, phone_code=code), tape.header.masked


def _code(tape: "Recording") -> str:
    """The first that a customer told while it was recorded."""
    import json

    for one in tape.exchanges:
        confirmation = json.loads(one.request or b"{}").get("confirmation") or {}
        if code := confirmation.get("code"):
            return str(code)
    return ""


def _compared(scenario: "Scenario", sides: list[Playing], *, masks: bool) -> "Comparison":
    from cashier.checks import CHECKS
    from cashier.cli.crew import played
    from cashier.masking.masker import Masker
    from cashier.report.compared import masked
    from cashier.report.showing import learn
    from cashier.scenario.comparing import compare
    from cashier.scenario.standing import MOVING

    off = frozenset((*CHECKS, *MOVING))
    bare = replace(scenario, off=off)  # nobody is asked anything but what the steps ask
    with asyncio.Runner() as runner:
        results = [played(bare, side.stages, runner) for side in sides]
    masker = Masker()
    for result in results:
        learn(masker, result, scenario.given.customers)
    seen = masker.text if any(side.masked for side in sides) else str
    found = compare(results[0], results[1], (sides[0].name, sides[1].name), seen)
    return masked(found, masker.text) if masks else found


def _files(chosen: argparse.Namespace, found: "list[Comparison]") -> Iterator[tuple[Path, str]]:
    from cashier.exchange_log.bug_report import program
    from cashier.report.compared import comparison_page, comparisons_as_json

    if chosen.html:
        yield chosen.html, comparison_page(found, program(), every=chosen.all)
    if chosen.json:
        yield chosen.json, comparisons_as_json(found, program())

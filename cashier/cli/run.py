"""``cashier run``: scenarios as tests, without a screen."""

import argparse
import gc
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from cashier.cli import staging
from cashier.cli.reporting import check_writable, unless_interrupted, write_all
from cashier.errors import BadInput, CashierError, ConfigError
from cashier.i18n import _, language

if TYPE_CHECKING:
    from cashier.cli.crew import Part
    from cashier.report.shown import Run

_MOST_JOBS = 64


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("run", parents=[common], help=_("run scenarios as tests"))
    parser.add_argument("paths", nargs="*", metavar="FILE|FOLDER", type=Path)
    staging.add_options(parser)
    parser.add_argument(
        "-k", dest="words", metavar="EXPR", default="", help=_("only those with these words")
    )
    parser.add_argument(
        "--tag",
        action="append",
        default=[],
        metavar="T",
        help=_("only with this tag; an exclamation mark before it: without"),
    )
    parser.add_argument(
        "--off", action="append", default=[], metavar="CHECK", help=_("without this standing check")
    )
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help=_("so many processes at once")
    )
    parser.add_argument("--junit", type=Path, metavar="FILE", help=_("report as JUnit XML"))
    parser.add_argument("--html", type=Path, metavar="FILE", help=_("report as a page"))
    parser.add_argument("--json", type=Path, metavar="FILE", help=_("report as JSON"))
    parser.add_argument(
        "--unmasked", action="store_true", help=_("names, phones, cards and passwords, too")
    )
    parser.add_argument("--list", action="store_true", help=_("only list what would be run"))
    parser.add_argument(
        "--schema", action="store_true", help=_("print the JSON Schema of scenarios for editors")
    )
    parser.set_defaults(run=partial(unless_interrupted, _run))


def _run(chosen: argparse.Namespace) -> int:
    if chosen.schema:
        from cashier.scenario.schema import schema_text

        print(schema_text(), end="")
        return 0
    from cashier.report.harmless import in_a_row

    gc.disable()  # nothing of what is imported and read is garbage: looking for some takes time
    try:
        _check_options(chosen)
        parts = list(_fitting(chosen))
        gc.freeze()
    finally:
        gc.enable()
    if not parts:
        raise BadInput(_("None of the scenarios fits -k and --tag."))
    if chosen.list:
        for part in parts:
            tags = "".join(f" #{tag}" for tag in part.scenario.tags)
            print(in_a_row(f"{part.found.path}: {part.scenario.name}{tags}"))
        return 0
    return _report(chosen, _carried_out(chosen, parts))


def _check_options(chosen: argparse.Namespace) -> None:
    """What can be said before anything is read. Raises CashierError."""
    from cashier.checks import CHECKS
    from cashier.scenario.standing import MOVING

    if not chosen.paths:
        raise BadInput(_("Which scenarios? Name files or folders."))
    if not 1 <= chosen.jobs <= _MOST_JOBS:
        raise BadInput(_("--jobs: expected a number from 1 to {most}").format(most=_MOST_JOBS))
    known = (*CHECKS, *MOVING)
    for name in chosen.off:
        if name not in known:
            text = _("--off {name}: expected one of {known}")
            raise BadInput(text.format(name=name, known=", ".join(known)))
    check_writable((chosen.junit, chosen.html, chosen.json))


def _fitting(chosen: argparse.Namespace) -> "Iterator[Part]":
    """All that is to be run, read and checked. Raises CashierError with all that is wrong."""
    from cashier.cli.choosing import Words, files, fits_tags
    from cashier.cli.crew import Part
    from cashier.registered import find_backend
    from cashier.report.harmless import harmless
    from cashier.scenario.reading import load

    words = Words(chosen.words) if chosen.words else None
    stages, parts, wrong = staging.staging_of(chosen), [], []
    systems: set[str] = set()
    for found in files(chosen.paths):
        try:
            for row, scenario in enumerate(load(found.path, chosen.seed)):
                parts.append(Part(found, row, scenario))
                _card, shop = stages.shop_of(scenario)
                systems.add(shop.loyalty.system)
        except CashierError as error:
            wrong.append(str(error))
    for system in filter(None, sorted(systems)):
        try:
            find_backend(system)
        except CashierError as error:
            wrong.append(str(error))
    if wrong:
        raise ConfigError(harmless("\n".join(dict.fromkeys(wrong))))
    for part in parts:
        name = " ".join((part.scenario.name, part.found.group, *part.scenario.tags))
        if fits_tags(part.scenario.tags, chosen.tag) and (words is None or words.fit(name)):
            yield part


def _carried_out(chosen: argparse.Namespace, parts: "list[Part]") -> "Run":
    from cashier.cli.crew import Orders, carry_out
    from cashier.cli.progress import Progress
    from cashier.report.shown import Run

    orders = Orders(chosen, frozenset(chosen.off), bool(chosen.html or chosen.json), language())
    began = perf_counter_ns()
    progress = Progress(len(parts), sys.stderr)
    done, interrupted = carry_out(parts, orders, progress, chosen.jobs)
    took = (perf_counter_ns() - began) // 1_000_000
    return Run(done, chosen.seed, took, interrupted)


def _report(chosen: argparse.Namespace, run: "Run") -> int:
    from cashier.report.table import table

    for line in table(run):
        print(line)
    well = write_all(_files(chosen, run))
    return int(run.interrupted or not run.well) if well else 2


def _files(chosen: argparse.Namespace, run: "Run") -> Iterator[tuple[Path, str]]:
    if chosen.junit:
        from cashier.report.junit import junit

        yield chosen.junit, junit(run)
    if chosen.html:
        from cashier.exchange_log.bug_report import program
        from cashier.report.page import page

        yield chosen.html, page(run, program())
    if chosen.json:
        from cashier.exchange_log.bug_report import program
        from cashier.report.plain import as_json

        yield chosen.json, as_json(run, program())

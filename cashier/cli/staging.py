"""Stages for scenarios, as the command line asks for them."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cashier.i18n import _

if TYPE_CHECKING:
    from cashier.clock import Clock
    from cashier.exchange import Backend
    from cashier.faults import Plan
    from cashier.scenario.stage import Staging


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where scenarios are played."""
    parser.add_argument(
        "--backend", metavar="SYSTEM", default="", help=_("another loyalty system in that shop")
    )
    parser.add_argument("--seed", type=int, default=0, help=_("where chance begins"))
    parser.add_argument(
        "--phone-code", metavar="CODE", default="", help=_("what customers of the system tell")
    )
    parser.add_argument(
        "--live", action="store_true", help=_("yes, write to the live system of the shop card")
    )


def staging_of(chosen: argparse.Namespace) -> "Staging":
    from cashier.scenario.stage import Staging

    return Staging(
        plug,
        card=Path(chosen.shop).expanduser().absolute() if chosen.shop else None,
        system=chosen.backend,
        seed=chosen.seed,
        phone_code=chosen.phone_code,
        agreed=chosen.live,
    )


def plug(make: "Callable[[], Backend]", clock: "Clock") -> "tuple[Backend, Plan]":
    """Faults of scenarios stand between the till and the system."""
    from backends.faults import Faulty

    faulty = Faulty(make, clock)
    return faulty, faulty.plan

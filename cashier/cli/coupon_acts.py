"""What each command of ``cashier coupons`` does."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cashier.i18n import _

if TYPE_CHECKING:
    from backends.set10.coupons import CouponSettings, Topology


# --- what is opened


def _card(chosen: argparse.Namespace) -> Path:
    """The shop card that is given; else that of the demo shop with a chain."""
    from cashier import fixtures

    return Path(chosen.shop).expanduser() if chosen.shop else fixtures.path("shop-set10.toml")


def _settings(chosen: argparse.Namespace) -> "CouponSettings":
    from backends.set10.coupons import read_settings
    from cashier import fixtures
    from cashier.config import load
    from cashier.shop import Shop, beside

    if name := getattr(chosen, "settings", ""):
        return read_settings(Path(name).expanduser())
    if chosen.shop:
        card = _card(chosen)
        server = load(card, Shop).loyalty.options.get("server")
        if isinstance(server, str):
            where = beside(card, server)
            if name := _named_by(where):
                return read_settings(beside(where, name))
    return read_settings(fixtures.path("chain/coupons.toml"))


def _named_by(server: Path) -> str:
    """The file that the settings of the server name."""
    import tomllib

    from cashier.config import read_text
    from cashier.errors import ConfigError

    try:
        name = tomllib.loads(read_text(server)).get("coupons", "")
    except ValueError as error:
        text = _("{file}: not TOML: {why}").format(file=server, why=error)
        raise ConfigError(text) from error
    return name if isinstance(name, str) else ""


@contextmanager
def _opened(chosen: argparse.Namespace) -> Iterator["Topology"]:
    from backends.set10.coupons import Topology
    from cashier.cli.place import place_of

    settings = _settings(chosen)
    chosen.shop = str(_card(chosen))
    topology = Topology.open(settings, place_of(chosen).folder / "set10" / "coupons", _now())
    try:
        yield topology
    finally:
        topology.close()


def _now() -> datetime:
    from cashier.clock import SystemClock

    return SystemClock().now()


def _trouble(words: str) -> int:
    print(words, file=sys.stderr)
    return 2


# --- looking


def series(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import series_rows

    with _opened(chosen) as topology:
        for row in series_rows(topology):
            print(row)
    return 0


def trace(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import event_rows

    with _opened(chosen) as topology:
        events = topology.trace(chosen.number)
    if not events:
        return _trouble(_("No machine knows the coupon {code}.").format(code=chosen.number[:60]))
    for row in event_rows(events):
        print(row)
    return 0


def machines(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import machine_rows

    with _opened(chosen) as topology:
        for row in machine_rows(topology.machines()):
            print(row)
    print(_("The machines are emulated: names of tables are the vendor's, their insides are not."))
    return 0


def connections(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import connection_row

    with _opened(chosen) as topology:
        for one in topology.connections():
            print(connection_row(one))
    return 0


def messages(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import message_row

    with _opened(chosen) as topology:
        messages = topology.messages(arrived=chosen.all)
        away = [one for one in topology.machines() if one.trouble]
    for message in messages:
        print(message_row(message))
    for machine in away:
        print(machine.trouble, file=sys.stderr)
    if not messages:
        print(_("No message is on its way."))
    return 0


def conflicts(chosen: argparse.Namespace) -> int:
    from backends.set10.coupons.race import conflict_words

    with _opened(chosen) as topology:
        found = topology.conflicts()
    for one in found:
        print(conflict_words(one, _now()))
    if not found:
        print(_("No coupon was used twice."))
    return 0


# --- doing


def make(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import made_words

    with _opened(chosen) as topology:
        made = topology.make_series(chosen.name, _now())
        print(made_words(made, topology))
    return 0


def switch(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import connection_row

    with _opened(chosen) as topology:
        if chosen.act == "slow":
            changed = topology.slow(chosen.connection, chosen.seconds)
        elif chosen.act == "stop":
            changed = topology.stop(chosen.connection)
        else:
            changed = topology.start(chosen.connection)
    for one in changed:
        print(connection_row(one))
    return 0


def deliver(chosen: argparse.Namespace) -> int:
    from cashier.i18n import ngettext

    with _opened(chosen) as topology:
        done = topology.pump(_now())
        waiting = len(topology.messages())
    print(
        ngettext("{n} message arrived.", "{n} messages arrived.", done.count).format(n=done.count)
    )
    if waiting:
        print(ngettext("{n} message waits.", "{n} messages wait.", waiting).format(n=waiting))
    for trouble in done.troubles:
        print(trouble, file=sys.stderr)
    return 0


def _receipt(chosen: argparse.Namespace) -> tuple[str, str]:
    """Id and number of the receipt: the number that is given, of this till, or a new one."""
    from cashier.clock import random_ids

    number = chosen.receipt or random_ids()[:8]
    return f"{chosen.at_shop}/{chosen.at_till}/{number}", number


def use(chosen: argparse.Namespace) -> int:
    receipt_id, number = _receipt(chosen)
    with _opened(chosen) as topology:
        desk = topology.desk(chosen.at_shop, chosen.at_till)
        kinds = [desk.check(code, receipt_id, chosen.client, _now()) for code in chosen.numbers]
        desk.use(chosen.numbers, receipt_id, number, chosen.client, _now())
    for code, kind in zip(chosen.numbers, kinds, strict=True):
        words = _("{code}: {name}, used on receipt {receipt}")
        print(words.format(code=code, name=kind.name, receipt=number))
    return 0


def print_coupons(chosen: argparse.Namespace) -> int:
    receipt_id, _number = _receipt(chosen)
    with _opened(chosen) as topology:
        desk = topology.desk(chosen.at_shop, chosen.at_till)
        codes = desk.make(chosen.name, chosen.count, receipt_id, chosen.client, _now())
    for code in codes:
        print(code)
    return 0


def undo(chosen: argparse.Namespace) -> int:
    if not chosen.receipt:
        return _trouble(_("Which receipt? Say --receipt NUMBER."))
    receipt_id, number = _receipt(chosen)
    with _opened(chosen) as topology:
        topology.desk(chosen.at_shop, chosen.at_till).unuse(receipt_id, _now())
    print(_("Receipt {receipt} is undone: its coupons are usable again.").format(receipt=number))
    return 0


def race(chosen: argparse.Namespace) -> int:
    from tempfile import TemporaryDirectory

    from backends.set10.coupons.race import Race
    from cashier.cli.coupon_words import event_rows, step_rows

    with TemporaryDirectory(prefix="cashier-race-") as folder:
        race = Race(Path(folder), _now(), loyalty=chosen.loyalty)
        try:
            for number, step in enumerate(race.steps(), 1):
                for row in step_rows(number, step):
                    print(row)
            print(_("What the machines know of the coupon:"))
            for row in event_rows(race.outcome().trace):
                print(row)
        finally:
            race.close()
    return 0

"""``cashier coupons``: the machines of a chain of shops, and coupons on their way between them."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier.i18n import _

if TYPE_CHECKING:
    from backends.set10.coupons import CouponSettings, Topology


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    coupons = commands.add_parser(
        "coupons", help=_("coupons between tills, shop servers and a centre")
    )
    acts = coupons.add_subparsers(metavar=_("ACTION"), required=True)
    ours = _ours()
    usual = [common, ours]
    for name in ("series", "list"):
        _act(acts, name, usual, _series, _("what series there are, and where they are kept"))
    make = _act(acts, "make", usual, _make, _("make a series of coupons on the server"))
    make.add_argument("name", metavar="SERIES", help=_("as the settings call it"))
    trace = _act(acts, "trace", usual, _trace, _("one coupon through all tables and machines"))
    trace.add_argument("number", metavar="NUMBER", help=_("number of the coupon, or promo code"))
    _act(acts, "machines", usual, _machines, _("every database, its rows and its messages"))
    _act(acts, "connections", usual, _connections, _("who reaches whom, and how fast"))
    for name, words in (
        ("stop", _("let nothing pass over a connection")),
        ("start", _("let everything pass again")),
        ("slow", _("let messages take their time")),
    ):
        act = _act(acts, name, usual, _switch, words)
        act.add_argument("connection", help=_("its name, or a machine: all of its connections"))
        if name == "slow":
            act.add_argument("seconds", type=int, help=_("how long a message is on its way"))
        act.set_defaults(act=name)
    messages = _act(acts, "messages", usual, _messages, _("what is on its way"))
    messages.add_argument("--all", action="store_true", help=_("those that have arrived, too"))
    _act(acts, "deliver", usual, _deliver, _("deliver every message that is due"))
    _act(acts, "conflicts", usual, _conflicts, _("coupons that were used twice"))
    race = _act(acts, "race", usual, _race, _("play it: one coupon, two shops, a late message"))
    race.add_argument("--loyalty", action="store_true", help=_("with Set Loyalty connected"))
    _at_a_till(acts, ours)


def _ours() -> argparse.ArgumentParser:
    ours = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    ours.add_argument(
        "--settings", metavar="FILE", help=_("machines and series (as the shop card says)")
    )
    return ours


def _at_a_till(acts: Any, ours: argparse.ArgumentParser) -> None:
    """What is done at one till; ``--shop`` means its shop there."""
    there = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    there.add_argument("--data", metavar="FOLDER", help=_("where the till keeps its data"))
    there.add_argument("--lang", choices=("ru", "en"), help=_("language"))
    there.add_argument("--shop", dest="at_shop", default="01", help=_("number of the shop"))
    there.add_argument("--till", dest="at_till", default="01", help=_("number of the till"))
    there.add_argument("--client", default="", help=_("card number of the customer"))
    there.add_argument("--receipt", default="", help=_("receipt number"))
    usual = [there, ours]
    use = _act(acts, "use", usual, _use, _("use coupons at a till, as a sale does"))
    use.add_argument("numbers", nargs="+", metavar="NUMBER")
    show = _act(acts, "print", usual, _print, _("let a till make coupons, as a promotion does"))
    show.add_argument("name", metavar="SERIES")
    show.add_argument("--count", type=int, default=1, help=_("how many"))
    undo = _act(acts, "undo", usual, _undo, _("cancel or return a whole receipt"))
    undo.set_defaults(needs_receipt=True)


def _act(acts: Any, name: str, parents: list[Any], run: Any, words: str) -> Any:
    parser = acts.add_parser(name, parents=parents, help=words)
    parser.set_defaults(run=run)
    return parser


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
    topology = Topology.open(settings, place_of(chosen).folder / "coupons", _now())
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


def _series(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import series_rows

    with _opened(chosen) as topology:
        for row in series_rows(topology):
            print(row)
    return 0


def _trace(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import event_rows

    with _opened(chosen) as topology:
        events = topology.trace(chosen.number)
    if not events:
        return _trouble(_("No machine knows the coupon {code}.").format(code=chosen.number[:60]))
    for row in event_rows(events):
        print(row)
    return 0


def _machines(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import machine_rows

    with _opened(chosen) as topology:
        for row in machine_rows(topology.machines()):
            print(row)
    print(_("The machines are emulated: names of tables are the vendor's, their insides are not."))
    return 0


def _connections(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import connection_row

    with _opened(chosen) as topology:
        for one in topology.connections():
            print(connection_row(one))
    return 0


def _messages(chosen: argparse.Namespace) -> int:
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


def _conflicts(chosen: argparse.Namespace) -> int:
    from backends.set10.coupons.race import conflict_words

    with _opened(chosen) as topology:
        found = topology.conflicts()
    for one in found:
        print(conflict_words(one, _now()))
    if not found:
        print(_("No coupon was used twice."))
    return 0


# --- doing


def _make(chosen: argparse.Namespace) -> int:
    from cashier.cli.coupon_words import made_words

    with _opened(chosen) as topology:
        made = topology.make_series(chosen.name, _now())
        print(made_words(made, topology))
    return 0


def _switch(chosen: argparse.Namespace) -> int:
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


def _deliver(chosen: argparse.Namespace) -> int:
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


def _use(chosen: argparse.Namespace) -> int:
    receipt_id, number = _receipt(chosen)
    with _opened(chosen) as topology:
        desk = topology.desk(chosen.at_shop, chosen.at_till)
        kinds = [desk.check(code, receipt_id, chosen.client, _now()) for code in chosen.numbers]
        desk.use(chosen.numbers, receipt_id, number, chosen.client, _now())
    for code, kind in zip(chosen.numbers, kinds, strict=True):
        words = _("{code}: {name}, used on receipt {receipt}")
        print(words.format(code=code, name=kind.name, receipt=number))
    return 0


def _print(chosen: argparse.Namespace) -> int:
    receipt_id, _number = _receipt(chosen)
    with _opened(chosen) as topology:
        desk = topology.desk(chosen.at_shop, chosen.at_till)
        codes = desk.make(chosen.name, chosen.count, receipt_id, chosen.client, _now())
    for code in codes:
        print(code)
    return 0


def _undo(chosen: argparse.Namespace) -> int:
    if not chosen.receipt:
        return _trouble(_("Which receipt? Say --receipt NUMBER."))
    receipt_id, number = _receipt(chosen)
    with _opened(chosen) as topology:
        topology.desk(chosen.at_shop, chosen.at_till).unuse(receipt_id, _now())
    print(_("Receipt {receipt} is undone: its coupons are usable again.").format(receipt=number))
    return 0


def _race(chosen: argparse.Namespace) -> int:
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

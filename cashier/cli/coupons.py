"""``cashier coupons``: the machines of a chain of shops, and coupons on their way between them."""

import argparse
from typing import Any

from cashier.cli import coupon_acts
from cashier.i18n import _


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    coupons = commands.add_parser(
        "coupons", help=_("coupons between tills, shop servers and a centre")
    )
    acts = coupons.add_subparsers(metavar=_("ACTION"), required=True)
    ours = _ours()
    usual = [common, ours]
    for name in ("series", "list"):
        _act(
            acts,
            name,
            usual,
            coupon_acts.series,
            _("what series there are, and where they are kept"),
        )
    make = _act(acts, "make", usual, coupon_acts.make, _("make a series of coupons on the server"))
    make.add_argument("name", metavar="SERIES", help=_("as the settings call it"))
    trace = _act(
        acts, "trace", usual, coupon_acts.trace, _("one coupon through all tables and machines")
    )
    trace.add_argument("number", metavar="NUMBER", help=_("number of the coupon, or promo code"))
    _act(
        acts,
        "machines",
        usual,
        coupon_acts.machines,
        _("every database, its rows and its messages"),
    )
    _act(acts, "connections", usual, coupon_acts.connections, _("who reaches whom, and how fast"))
    for name, words in (
        ("stop", _("let nothing pass over a connection")),
        ("start", _("let everything pass again")),
        ("slow", _("let messages take their time")),
    ):
        act = _act(acts, name, usual, coupon_acts.switch, words)
        act.add_argument("connection", help=_("its name, or a machine: all of its connections"))
        if name == "slow":
            act.add_argument("seconds", type=int, help=_("how long a message is on its way"))
        act.set_defaults(act=name)
    messages = _act(acts, "messages", usual, coupon_acts.messages, _("what is on its way"))
    messages.add_argument("--all", action="store_true", help=_("those that have arrived, too"))
    _act(acts, "deliver", usual, coupon_acts.deliver, _("deliver every message that is due"))
    _act(acts, "conflicts", usual, coupon_acts.conflicts, _("coupons that were used twice"))
    race = _act(
        acts, "race", usual, coupon_acts.race, _("play it: one coupon, two shops, a late message")
    )
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
    use = _act(acts, "use", usual, coupon_acts.use, _("use coupons at a till, as a sale does"))
    use.add_argument("numbers", nargs="+", metavar="NUMBER")
    show = _act(
        acts,
        "print",
        usual,
        coupon_acts.print_coupons,
        _("let a till make coupons, as a promotion does"),
    )
    show.add_argument("name", metavar="SERIES")
    show.add_argument("--count", type=int, default=1, help=_("how many"))
    undo = _act(acts, "undo", usual, coupon_acts.undo, _("cancel or return a whole receipt"))
    undo.set_defaults(needs_receipt=True)


def _act(acts: Any, name: str, parents: list[Any], run: Any, words: str) -> Any:
    parser = acts.add_parser(name, parents=parents, help=words)
    parser.set_defaults(run=run)
    return parser

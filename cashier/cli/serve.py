"""``cashier serve``: the wire of a loyalty system in front of the embedded one.

For whoever writes a till, or a mapping, and has no test stand of the vendor.
"""

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier.i18n import _

if TYPE_CHECKING:
    from cashier.exchange import PhoneMessage

OPEN_SECRET = "secret"  # noqa: S105 - anybody on this machine may know it
"""The password where nobody else can ask."""


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    serve = commands.add_parser(
        "serve",
        parents=[common],
        help=_("speak the wire of a loyalty system, in front of the embedded one"),
    )
    names = _(
        "its name: rarus, dinect, manzana, loymax, loymax-xml, vouchers, set-api, kopilka,"
        " set10-bonus"
    )
    serve.add_argument("system", metavar="SYSTEM", help=names)
    serve.add_argument("--host", default="127.0.0.1", help=_("address to listen on"))
    serve.add_argument("--port", type=_port, default=8000, help=_("0: any free one"))
    serve.add_argument("--login", default="till", help=_("who may sign in"))
    serve.add_argument(
        "--password", default="", help=_("with which password; env:NAME takes it from there")
    )
    serve.add_argument("--rules", metavar="FILE", type=Path, help=_("rules of the embedded system"))
    serve.add_argument(
        "--session",
        metavar="MINUTES",
        type=_minutes,
        default=720,
        help=_("how long a sign-in lasts"),
    )
    serve.set_defaults(run=_serve)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(_("expected a port, 0 to 65535"))
    return number


def _minutes(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError(_("expected a number of minutes"))
    return number


def _serve(chosen: argparse.Namespace) -> int:
    from backends import serving
    from backends.options import secret
    from cashier.clock import SystemClock, random_ids
    from cashier.errors import ConfigError
    from cashier.folder import DataFolder
    from cashier.opening import Place, read_shop

    place = Place.of(chosen.shop, chosen.data, chosen.lang)
    shop = read_shop(place)
    make = serving.find(chosen.system)
    try:
        password = secret(chosen.password)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if not password and not _is_here(chosen.host):
        raise ConfigError(_("Others can reach {host}: give a password.").format(host=chosen.host))
    folder = DataFolder.open(place.data / f"server-{chosen.system}")
    try:
        app = make(
            serving.Premises(
                folder=folder.path,
                card=place.card,
                shop=shop,
                login=chosen.login,
                password=password or OPEN_SECRET,
                clock=SystemClock(),
                ids=random_ids,
                phone=_ring,
                rules=chosen.rules.absolute() if chosen.rules else None,
                session=timedelta(minutes=chosen.session),
            )
        )
        serving.run(app, chosen.host, chosen.port, lambda url: _say(chosen, url, folder.path))
    finally:
        folder.close()
    return 0


def _is_here(host: str) -> bool:
    """Whether only this machine can reach it."""
    import ipaddress  # no till needs it

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _say(chosen: argparse.Namespace, url: str, folder: Path) -> None:
    print(_("{system} is served at {url}").format(system=chosen.system, url=url))
    words = _("password as given") if chosen.password else OPEN_SECRET
    print(_("login {login}, password: {password}").format(login=chosen.login, password=words))
    print(_("its data last in {folder}").format(folder=folder))
    print(_("Ctrl+C ends it."), flush=True)


def _ring(message: "PhoneMessage") -> None:
    """Nobody sends it for real; whoever tries a till needs the code."""
    print(f"{message.at:%H:%M:%S}  {message.to}  {message.text}", file=sys.stderr, flush=True)

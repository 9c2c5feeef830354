"""``cashier backoffice``: trade management for tills that know it only by files.

Its accounts are an embedded system of its own; what a till sold is counted when its report comes.
"""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from cashier.i18n import _

if TYPE_CHECKING:
    from backends.files.backoffice.office import Office, Round
    from backends.files.folder import Folder
    from cashier.opening import Place
    from cashier.shop import Shop

Work: TypeAlias = Callable[["Office", argparse.Namespace], Coroutine[Any, Any, int]]


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    office = commands.add_parser(
        "backoffice", help=_("trade management for tills that exchange files")
    )
    acts = office.add_subparsers(metavar=_("ACTION"), required=True)
    ours = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    ours.add_argument(
        "--folder",
        action="append",
        type=Path,
        help=_("exchange folder of a till; again for each (as the shop card says)"),
    )
    ours.add_argument(
        "--profile", choices=("shtrihm", "frontol"), help=_("format (as the shop card says)")
    )
    ours.add_argument("--rules", metavar="FILE", type=Path, help=_("rules of the accounts"))
    words = {
        "load": (_load, _("make a load for every till")),
        "take": (_take, _("process the reports of the tills")),
        "run": (_run, _("take reports and make loads, over and over")),
        "show": (_show, _("cards and balances, and what waits")),
    }
    for name, (work, text) in words.items():
        act = acts.add_parser(name, parents=[common, ours], help=text)
        act.set_defaults(run=partial(_at_work, work))
        if name == "take":
            act.add_argument("--ask", action="store_true", help=_("ask for the next report"))
        if name == "run":
            act.add_argument(
                "--every", metavar="SECONDS", type=_seconds, default=60, help=_("60 if left out")
            )
            act.add_argument("--once", action="store_true", help=_("one round only"))


def _seconds(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 86_400:
        raise argparse.ArgumentTypeError(_("expected a number of seconds, 1 to 86400"))
    return number


def _at_work(work: Work, chosen: argparse.Namespace) -> int:
    """Exit codes: 0 fine, 2 something is wrong with a file. Raises CashierError."""
    from backends.files.backoffice.office import Office
    from backends.fronting import embedded, goods_of
    from backends.serving import Premises
    from cashier.cli.place import place_of
    from cashier.clock import SystemClock, random_ids
    from cashier.folder import DataFolder
    from cashier.opening import read_shop

    place = place_of(chosen)
    shop = read_shop(place)
    folders = _folders(chosen, place, shop)
    data = DataFolder.open(place.data / "backoffice")
    rules: Path | None = getattr(chosen, "rules", None)
    clock = SystemClock()
    premises = Premises(
        folder=data.path,
        card=place.card,
        shop=shop,
        login="",
        password="",
        clock=clock,
        ids=random_ids,
        phone=lambda _message: None,
        rules=rules.absolute() if rules else None,
    )
    try:
        goods, house = goods_of(premises), embedded(premises, codes=False)
        path, rounding = data.path / "backoffice.db", shop.cash.round_to
        office = Office(house, path, goods, folders, clock, shop=shop.shop, rounding=rounding)
        with suppress(KeyboardInterrupt):
            return asyncio.run(_closing(office, work, chosen))
        return 0
    finally:
        data.close()


async def _closing(office: "Office", work: Work, chosen: argparse.Namespace) -> int:
    try:
        return await work(office, chosen)
    finally:
        await office.close()


def _folders(chosen: argparse.Namespace, place: "Place", shop: "Shop") -> list["Folder"]:
    """Those that were said, else the one of the shop card. Raises ConfigError."""
    from backends.files.client.options import FilesOptions
    from backends.files.folder import Folder
    from backends.files.formats import profile
    from backends.options import read_options
    from cashier.errors import ConfigError

    given: Sequence[Path] = getattr(chosen, "folder", ())
    card = None
    if shop.loyalty.system == "files":
        card = read_options(shop.loyalty.options, FilesOptions, place.card)
    if not given and card is None:
        text = _("{file} is no shop that exchanges files: say --folder, or another --shop.")
        raise ConfigError(text.format(file=place.card))
    way = profile(getattr(chosen, "profile", card.profile if card else "shtrihm"))
    names = card.names.names() if card else None
    wanted = [one.expanduser().absolute() for one in given]
    if card is not None and not wanted:
        wanted = [card.where(place.card)]
    for one in wanted:
        try:
            one.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = _("the exchange folder {folder} cannot be used: {why}")
            raise ConfigError(text.format(folder=one, why=error.strerror or error)) from error
    return [Folder(one, way, names) for one in dict.fromkeys(wanted)]


# --- what is done


async def _load(office: "Office", _chosen: argparse.Namespace) -> int:
    return _told(office.load(), _loads)


async def _take(office: "Office", chosen: argparse.Namespace) -> int:
    code = _told(await office.take(), _reports)
    return max(code, _told(office.ask(), None)) if chosen.ask else code


async def _run(office: "Office", chosen: argparse.Namespace) -> int:
    """Reports first: the load then has what they brought."""
    before: list[str] = []
    while True:
        rounds = (await office.take(), office.load(), office.ask())
        said = [text for one in rounds for text in one.said]
        for text in said:
            if text not in before:
                print(text)
        taken, loaded, _asked = rounds
        if taken.receipts:
            print(_reports(taken))
        if loaded.loads:
            print(_loads(loaded), flush=True)
        before = said
        if chosen.once:
            return 2 if any(one.bad for one in rounds) else 0
        await asyncio.sleep(chosen.every)


async def _show(office: "Office", _chosen: argparse.Namespace) -> int:
    from cashier.words import points_text

    for card in office.cards():
        notes = [] if card.standing == "active" else [str(card.standing)]
        if card.available != card.balance >= 0:  # the load has what can be spent
            text = _("{points} can be spent now")
            notes.append(text.format(points=points_text(card.available)))
        note = "  ".join(["", *notes])
        print(f"{card.number:<20}{points_text(card.balance):>12}{note}")
    for text in (*office.besides(), *office.waiting()):
        print(text)
    return 0


def _told(told: "Round", sums: Callable[["Round"], str] | None) -> int:
    for text in told.said:
        print(text)
    if sums is not None:
        print(sums(told))
    return 2 if told.bad else 0


def _loads(told: "Round") -> str:
    return _("loads made: {count}").format(count=told.loads)


def _reports(told: "Round") -> str:
    from cashier.words import points_text

    text = _("receipts counted: {count}, points earned {earned}, spent {spent}")
    earned, spent = points_text(told.earned), points_text(told.spent)
    return text.format(count=told.receipts, earned=earned, spent=spent)

"""``cashier chain explain``: a receipt after every link of a chain, line by line."""

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path

from cashier import fixtures
from cashier.cli.passage_text import goods_told, orders_told, told
from cashier.cli.staging import plug
from cashier.clock import SystemClock, random_ids
from cashier.config import read_text
from cashier.errors import BadInput, CashierError
from cashier.i18n import _
from cashier.journal import Journal
from cashier.links import Chain, chain_of
from cashier.opening import Place, equip, read_shop
from cashier.receipt import Receipt
from cashier.shop import Loyalty, Shop
from cashier.till import Till
from cashier.typed import read_line
from cashier.workplace import Workplace

SYSTEM = "set10"
_MOST = 500


def explain(chosen: argparse.Namespace) -> int:
    """Raises CashierError."""
    place = Place.of(chosen.shop or str(fixtures.path("shop-set10.toml")), chosen.data, chosen.lang)
    shop = read_shop(place)
    asyncio.run(_explained(chosen, place, _with_chain(shop, chosen.file)))
    return 0


def _with_chain(shop: Shop, file: Path) -> Shop:
    """The shop with this chain; one that has none gets what the demo's server knows."""
    loyalty = shop.loyalty
    options = loyalty.options if loyalty.system == SYSTEM else {}
    options = {name: value for name, value in options.items() if name != "database"}
    options["chain"] = str(file.expanduser().absolute())
    made = Loyalty(system=SYSTEM, options=options)
    return shop.model_copy(update={"loyalty": made, "live": False})


async def _explained(chosen: argparse.Namespace, place: Place, shop: Shop) -> None:
    """Nothing lasts: the till is one in memory."""
    desk = equip(
        shop,
        place.card,
        plug,
        journal=Journal.open(None),
        printer=None,
        clock=SystemClock(),
        ids=random_ids,
        folder=None,
    )
    desk.daybook.open_shift(desk.clock.now(), "", 0)
    till = Till(desk)
    await till.start()
    try:
        receipt = await _receipt(chosen.receipt, till, place, shop)
        chain = chain_of(desk.backend)
        assert chain is not None  # it is a chain by its making
        await _say(chain, receipt, desk, orders=chosen.orders)
    finally:
        await till.close()


async def _say(chain: Chain, receipt: Receipt, desk: Workplace, *, orders: bool) -> None:
    at = desk.clock.now()
    passage = await chain.passage(receipt, at)
    print(goods_told(len(receipt.lines), passage.before))
    print()
    print("\n".join(told(passage)))
    if orders:
        print()
        print("\n".join(orders_told(await chain.orders(receipt, at), passage)))


async def _receipt(wanted: str, till: Till, place: Place, shop: Shop) -> Receipt:
    """What a file says line by line, or the command line with commas, as typed at a till; or a
    sale of this till, by its number. Raises CashierError."""
    lines = _typed(wanted)
    if lines[:1] == [wanted] and wanted.startswith(shop.codes.slip_prefix):
        return _sold(wanted, place)
    for number, text in enumerate(lines, 1):
        try:
            await till.do(read_line(text))
        except CashierError as error:
            why = _("line {number} of the receipt, {text}: {why}")
            raise BadInput(why.format(number=number, text=text[:40], why=error)) from error
        if till.now.question is not None:
            why = _("line {number} of the receipt, {text}: the till asks something; give a card")
            raise BadInput(why.format(number=number, text=text[:40]))
    receipt = till.now.receipt
    if receipt is None or not receipt.lines:
        raise BadInput(_("There are no goods on the receipt."))
    return receipt


def _typed(wanted: str) -> list[str]:
    path = Path(wanted).expanduser()
    typed = read_text(path).splitlines() if path.is_file() else wanted.split(",")
    lines = [text for line in typed if (text := line.partition("#")[0].strip())]
    if len(lines) > _MOST:
        raise BadInput(_("At most {n} lines make a receipt here.").format(n=_MOST))
    return lines


def _sold(number: str, place: Place) -> Receipt:
    path = place.folder / "journal.db"
    found = None
    if path.is_file():
        journal = Journal.read(path)
        try:
            found = journal.sale(number)
        finally:
            journal.close()
    if found is None:
        raise BadInput(_("There is no receipt {number}.").format(number=number[:40]))
    return replace(found, context="", settled=None, hold="")

"""A day of a till and its office that is killed before its n-th change of a file, for every n, and
then begun again: ``killed_life.py FOLDER``.

Prints what each day that was begun again came to: the balance at the till, that in the accounts,
receipts counted in the accounts.
"""

import asyncio
import sys
from pathlib import Path

from files.killed import deaths
from files.world import ANNA, PAY, World, balance_at, groats

from cashier import commands as do


async def day(where: Path) -> str:
    async with World(where, lasts=True) as world:
        world.office.load()
        stand = await world.stand()
        await stand.do(do.Scan(ANNA), groats(3), do.Calculate(), do.PayPoints(50_00), PAY)
        await world.office.take()
        world.office.ask()
        await stand.do(do.Scan(ANNA), do.CancelReceipt())
        await world.office.take()
        world.office.load()
        return f"{await balance_at(stand)} {world.balance()} {len(world.sales(ANNA))}"


def once(where: Path) -> str:
    return asyncio.run(day(where))


if __name__ == "__main__":
    for told in deaths(Path(sys.argv[1]), "till-1/exchange", once, once):
        sys.stdout.write(f"{told}\n")

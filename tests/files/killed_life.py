"""A day of a till and its office that is killed before its n-th change of a file, for every n, and
then begun again: ``killed_life.py FOLDER``.

Each time a child of this process dies. Prints what each day that was begun again came to: the
balance at the till, that in the accounts, receipts counted in the accounts.
"""

import asyncio
import os
import sys
from itertools import count
from pathlib import Path

from files.killed import die_before
from files.world import ANNA, PAY, World, balance_at, groats

from backends.keeping import SaleQuery
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
        sales = world.house.keeping().sales.sales(SaleQuery(card=ANNA))
        return f"{await balance_at(stand)} {world.balance()} {len(sales)}"


def main(place: Path) -> None:
    for change in count(1):
        where = place / str(change)
        where.mkdir()
        sys.stdout.flush()  # what waits here would be the child's as well
        child = os.fork()
        if not child:
            die_before(change, where / "till-1" / "exchange")
            asyncio.run(day(where))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        told = f"{os.waitstatus_to_exitcode(status)} {asyncio.run(day(where))}"
        sys.stdout.write(f"{told}\n")
        if not status:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))

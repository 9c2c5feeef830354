"""A sale and its return, killed before every commit to a disk and before every answer, then said
again by a till and a server that begin anew.

Run as a script, for it forks: ``killed.py FOLDER``. Till and server are one process here, and die
together. Each line: how the first life ended (9: killed), and what it came to in the end.
"""

import asyncio
import os
import shutil
import sqlite3
import sys
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from dinect.stage import Stage, open_receipt, returning

from cashier.exchange import Refused
from cashier.receipt import Receipt, Settled

ONCE = "9920000000019"


class Death:
    """Comes before the n-th step from when it is armed."""

    def __init__(self, step: int) -> None:
        self._left, self._armed = step, False
        death = self

        class Mortal(sqlite3.Connection):
            def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
                if sql == "COMMIT":
                    death.step()
                return super().execute(sql, *values)

        sqlite3.connect = partial(sqlite3.connect, factory=Mortal)  # type: ignore[assignment]

    def arm(self, stage: Stage) -> None:
        self._armed, stage.between.spoil = True, self._hears

    def _hears(self, _request: httpx.Request, status: int, body: bytes) -> tuple[int, bytes]:
        self.step()
        return status, body

    def step(self) -> None:
        self._left -= self._armed
        if not self._left:
            os._exit(9)


async def first(where: Path, death: Death) -> None:
    """What the till knows of it stands in its journal: the receipt, and how far it came."""
    stage = Stage(where)
    await stage.check(open_receipt(), ONCE)
    receipt = await stage.priced(open_receipt("doc-1", ONCE), spend=1000)
    death.arm(stage)
    await stage.save(receipt)
    (where / "sold").touch()
    await stage.backend.save_return(returning(receipt))
    await stage.close()


async def again(where: Path) -> str:
    stage = Stage(where)
    receipt = await _as_it_was()
    if not (where / "sold").exists():
        settled = await stage.save(receipt, again=True)
        assert settled.spent == 1000
        assert stage.sales() == 1
        try:
            await stage.check(open_receipt("doc-2"), ONCE)
            raise AssertionError("the coupon is used")
        except Refused:
            pass
    back: Settled = await stage.backend.save_return(returning(receipt, again=True))
    assert (await stage.check(open_receipt("doc-2"), ONCE)).code == ONCE
    told = f"{back.given_back} {back.taken_back} {back.available} {stage.sales()}"
    await stage.close()
    return told


async def _as_it_was() -> Receipt:
    stage = Stage()
    await stage.check(open_receipt(), ONCE)
    receipt = await stage.priced(open_receipt("doc-1", ONCE), spend=1000)
    await stage.close()
    return receipt


def main(place: Path) -> None:
    asyncio.run(Stage(place / "new").close())
    for step in count(1):
        where = place / str(step)
        shutil.copytree(place / "new", where)
        child = os.fork()
        if not child:
            asyncio.run(first(where, Death(step)))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        sys.stdout.write(f"{code} {asyncio.run(again(where))}\n")
        sys.stdout.flush()
        if code != 9:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))

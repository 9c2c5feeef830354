"""A till and a back office that meet in a folder only: client, real files, office."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from over import client
from stand import demo_goods

from backends.files.backoffice.office import Office
from backends.files.client import FilesBackend
from backends.files.folder import Folder
from backends.files.formats import profile
from backends.fronting import Goods, tellable
from backends.house import HouseBackend
from backends.house.rules import Rules
from cashier.clock import Clock, ManualClock
from cashier.exchange import Backend, Frozen
from cashier.methods import Method
from cashier.shop import Shop
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
CHANGES = ("save_sale", "save_return")


def office_of(
    house: HouseBackend, folders: list[Path], clock: Clock, name: str, data: Path | None = None
) -> Office:
    way = profile(name)
    found = [Folder(one, way) for one in folders]
    return Office(house, data, Goods(demo_goods()), found, clock, shop="01")


class Diligent(Wrapper):
    """The office makes a load in the morning and when goods came back; it takes every report."""

    def __init__(self, till: Backend, office: Office) -> None:
        self._till, self._office = till, office

    @property
    def inner(self) -> Backend:
        return self._till

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if method.name == "open":
            self._office.load()
        answer = await call(self._till, method, request)
        if method.name in CHANGES:
            await self._office.take()
        if method.name == "save_return":
            self._office.load()
        return answer

    async def close(self) -> None:
        await self._till.close()


@dataclass
class FilesWay:
    """``going(FilesWay(...))``: every till of a test exchanges files with an office of its own."""

    profile: str = "shtrihm"
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp()))
    tills: int = 0

    def rules(self, rules: Rules) -> Rules:
        return tellable(rules)

    def lead(self, house: HouseBackend, shop: Shop, clock: ManualClock) -> Backend:  # noqa: ARG002
        self.tills += 1
        where = self.folder / str(self.tills)
        where.mkdir()
        till = client("files", clock, folder=str(where), report="sale", profile=self.profile)
        assert isinstance(till, FilesBackend)
        return Diligent(till, office_of(house, [where], clock, self.profile))

    def close(self) -> None:
        shutil.rmtree(self.folder)

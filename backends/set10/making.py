"""A chain made of its configuration: links from the file, systems from what the server knows."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TypeVar
from weakref import finalize

from backends.chain import Member, Place
from backends.house import HouseBackend
from backends.house.loading import remembered_rules
from backends.house.rules import Promotion
from backends.set10.config import ChainFile, Listed, configured, filters
from backends.set10.config.titles import TITLES, title_of
from backends.set10.coupons import Topology, read_settings
from backends.set10.desk import MachinesDesk
from backends.set10.options import Set10Options
from backends.set10.server_file import External, Provider, ServerFile
from cashier import fixtures
from cashier.clock import Clock, Ids
from cashier.config import load
from cashier.exchange import Backend, Can, Frozen, PhoneMessage, Unavailable
from cashier.i18n import _
from cashier.links import Link
from cashier.methods import Method
from cashier.registered import find_backend
from cashier.shop import beside
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
OWN = "set10"
SHIPPED = "chain/ext-loyalty-providers.xml"
DEMO = "chain/server.toml"


@dataclass
class Made:
    """What a chain consists of."""

    places: tuple[Place, ...]
    own: HouseBackend
    """Set10 itself."""
    payer: str
    feedback_seconds: int
    feedback_batch: int
    notes: tuple[str, ...]
    """What the cashier should know of how it was set up."""
    desk: MachinesDesk | None
    machines: Topology | None
    scratch: Path | None
    """Where machines of a till without a data folder live."""

    def __post_init__(self) -> None:
        """A till that is killed with the lights on leaves nothing behind either."""
        folder = self.scratch
        self._remove = finalize(self, rmtree, folder, ignore_errors=True) if folder else None

    def take_place(self, shop: str, till: str) -> None:
        """Coupons know shops and tills by their numbers."""
        if self.desk is not None:
            self.desk.take_place(shop, till)

    def close(self) -> None:
        if self.machines is not None:
            self.machines.close()
        if self._remove is not None:
            self._remove()


@dataclass(frozen=True)
class Kit:
    """What systems are made with."""

    folder: Path | None
    card: Path
    clock: Clock
    ids: Ids
    phone: Callable[[PhoneMessage], None]

    def make(self, options: Set10Options) -> Made:
        """Raises ConfigError."""
        file = beside(self.card, options.chain) if options.chain else fixtures.path(SHIPPED)
        server = beside(self.card, options.server) if options.server else fixtures.path(DEMO)
        chain = configured(file, options.database)
        return _Making(self, chain.file, load(server, ServerFile), server).made(chain.notes)

    def beneath(self, name: str) -> Path | None:
        return self.folder / OWN / name if self.folder else None


class _Making:
    def __init__(self, kit: Kit, chain: ChainFile, server: ServerFile, where: Path) -> None:
        self._kit, self._chain, self._server, self._where = kit, chain, server, where
        self._scratch = Path(mkdtemp()) if server.coupons and kit.folder is None else None
        self._members: dict[str, Member] = {}
        self._titles: Counter[str] = Counter()

    def made(self, notes: tuple[str, ...]) -> Made:
        listed = self._chain.providers
        return Made(
            places=tuple(self._place(turn, one) for turn, one in enumerate(listed, 1)),
            own=self._own,
            payer=self._server.points,
            feedback_seconds=self._chain.stale_feedback_send_interval_seconds,
            feedback_batch=self._chain.max_stale_feedback_to_send,
            notes=notes,
            desk=self._desk,
            machines=self._machines,
            scratch=self._scratch,
        )

    def _place(self, turn: int, one: Listed) -> Place:
        if one.provider == OWN:
            return self._own_place(turn, one)
        provider = Provider(one.provider)
        member = self._external(provider)
        title = self._titled(self._title(provider))
        link = Link(f"{provider}-{turn}", title, provider)
        idle = partial(self._server.why_idle, provider)
        return Place(link, member, member.backend.calculate, idle)

    def _titled(self, title: str) -> str:
        """Links are known by their titles: the second of a kind has another."""
        self._titles[title] += 1
        return title if self._titles[title] == 1 else f"{title} ({self._titles[title]})"

    # --- external systems

    def _title(self, provider: Provider) -> str:
        registered = self._registered(provider)
        return (registered.title if registered else "") or TITLES[provider]

    def _registered(self, provider: Provider) -> External | None:
        found = (one for one in self._server.external if one.provider is provider)
        return next(found, None)

    def _external(self, provider: Provider) -> Member:
        """One system, however often it is listed."""
        if provider not in self._members:
            registered = self._registered(provider)
            backend = self._opened(registered) if registered else Absent(TITLES[provider])
            there = registered is not None
            title = self._title(provider)
            self._members[provider] = Member(provider, backend, title=title, is_there=there)
        return self._members[provider]

    def _opened(self, registered: External) -> Backend:
        kit = self._kit
        made: Backend = find_backend(registered.system).from_options(
            registered.options,
            folder=kit.beneath(registered.provider),
            card=self._where,
            clock=kit.clock,
            ids=kit.ids,
            phone=kit.phone,
        )
        return made

    # --- Set10 itself

    @cached_property
    def _own(self) -> HouseBackend:
        kit = self._kit
        return HouseBackend.from_options(
            {"rules": str(self._rules)},
            folder=kit.beneath("own"),
            card=self._where,
            clock=kit.clock,
            ids=kit.ids,
            phone=kit.phone,
            lets=self._lets_any,
            desk=self._desk,
        )

    @property
    def _rules(self) -> Path:
        return beside(self._where, self._server.rules)

    def _lets_any(self, promotion: Promotion) -> bool:
        return any(filters.allows(one.filter, promotion) for one in self._own_links)

    @cached_property
    def _own_links(self) -> list[Listed]:
        return [one for one in self._chain.providers if one.provider == OWN]

    def _own_place(self, turn: int, one: Listed) -> Place:
        title = self._titled(title_of(one))
        last = one.filter is not None and filters.rounds_only(one.filter)
        link = Link(f"{OWN}-{turn}", title, OWN, last=last)
        if OWN not in self._members:
            spends = any(filters.lets_points(one.filter) for one in self._own_links)
            without = Can(0) if spends else Can.SPEND | Can.RESERVE
            self._members[OWN] = Member(OWN, self._own, self._own, without, "Set10")
        lets = partial(filters.allows, one.filter)
        return Place(link, self._members[OWN], self._own.part(lets))

    # --- coupons

    @cached_property
    def _machines(self) -> Topology | None:
        if not self._server.coupons:
            return None
        settings = read_settings(beside(self._where, self._server.coupons))
        folder = self._kit.beneath("coupons") or self._scratch
        assert folder is not None  # one of them is there where coupons are
        return Topology.open(settings, folder, self._kit.clock.now())

    @cached_property
    def _desk(self) -> MachinesDesk | None:
        if self._machines is None:
            return None
        rules = remembered_rules(self._rules)
        return MachinesDesk(self._machines, rules, self._kit.clock.now)


class Absent(Uniform):
    """A provider that is listed and not registered: there is nobody to ask."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - whatever it is
        text = _("{system} is not registered among the external systems.")
        raise Unavailable(text.format(system=self._name), ours=True)

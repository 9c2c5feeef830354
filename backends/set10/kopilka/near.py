"""Kopilka without a server: the embedded system keeps its cards, in this program (*emulated*)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backends.house import HouseBackend
from backends.set10.kopilka.desk import Desk
from backends.set10.kopilka.options import KopilkaOptions
from backends.set10.kopilka.wire import Answer, Said
from cashier.clock import Clock, Ids
from cashier.errors import ConfigError
from cashier.exchange import PhoneMessage
from cashier.folder import unusable
from cashier.sheets.sample import Sample, SampleKind


@dataclass
class NearLine:
    house: HouseBackend
    desk: Desk

    async def ask(self, said: Said) -> Answer:
        return self.desk.answer(said)

    def samples(self) -> tuple[Sample, ...]:
        """It has cards, and no coupons."""
        return tuple(one for one in self.house.samples() if one.kind is SampleKind.CARD)

    async def close(self) -> None:
        self.desk.close()
        await self.house.close()


def near(
    options: KopilkaOptions,
    *,
    folder: Path | None,
    card: Path,
    clock: Clock,
    ids: Ids,
    phone: Callable[[PhoneMessage], None],
) -> NearLine:
    """Raises ConfigError."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(str(unusable(folder, error))) from error
    house = HouseBackend.from_options(
        {"rules": options.rules} if options.rules else {},
        folder=folder,
        card=card,
        clock=clock,
        ids=ids,
        phone=phone,
    )
    return NearLine(house, desk_of(house, folder, clock))


def desk_of(house: HouseBackend, folder: Path | None, clock: Clock) -> Desk:
    return Desk(house.keeping, folder / "reservations.db" if folder else None, clock)

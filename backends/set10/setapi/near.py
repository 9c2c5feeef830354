"""The example plugin without a server: the embedded system keeps its cards (*emulated*)."""

from pathlib import Path

from backends.house import HouseBackend
from backends.set10.setapi.cards import CardDesk
from backends.set10.setapi.example import ExamplePlugin
from backends.set10.setapi.options import ExampleSettings, read_settings
from backends.set10.setapi.plugins import Plugins, Setup
from cashier.errors import ConfigError
from cashier.folder import unusable
from cashier.i18n import _
from cashier.sheets.sample import Sample, SampleKind


def make(setup: Setup) -> Plugins:
    """Raises ConfigError."""
    settings = read_settings(setup.settings, ExampleSettings, setup.card)
    house = house_of(setup, settings.rules)
    desk = desk_of(setup, house)
    plugin = ExamplePlugin(settings, desk)
    return Plugins(_("Set API plugin"), plugin, plugin, desk.close, lambda: _people(house))


def _people(house: HouseBackend) -> tuple[Sample, ...]:
    """The plugin has cards and no coupons."""
    kinds = (SampleKind.CARD, SampleKind.APP, SampleKind.PHONE)
    return tuple(one for one in house.samples() if one.kind in kinds)


def house_of(setup: Setup, rules: str = "") -> HouseBackend:
    """An embedded system of the plugin's own. Raises ConfigError."""
    if setup.folder is not None:
        _make(setup.folder)
    return HouseBackend.from_options(
        {"rules": rules} if rules else {},
        folder=setup.folder,
        card=setup.card,
        clock=setup.clock,
        ids=setup.ids,
        phone=setup.phone,
    )


def desk_of(setup: Setup, house: HouseBackend) -> CardDesk:
    path = setup.folder / "transactions.db" if setup.folder else None
    return CardDesk(house.keeping, path, house.close)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(str(unusable(folder, error))) from error

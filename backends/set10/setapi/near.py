"""The example plugin without a server: the embedded system keeps its cards (*emulated*)."""

from pathlib import Path

from backends.set10.setapi.cards import CardDesk
from backends.set10.setapi.example import ExamplePlugin
from backends.set10.setapi.options import ExampleSettings, read_settings
from backends.set10.setapi.plugins import Plugins, Setup
from cashier.errors import ConfigError
from cashier.folder import unusable
from cashier.i18n import _


def make(setup: Setup) -> Plugins:
    """Raises ConfigError."""
    settings = read_settings(setup.settings, ExampleSettings, setup.card)
    desk = desk_of(setup, {"rules": settings.rules} if settings.rules else {})
    plugin = ExamplePlugin(settings, desk)
    return Plugins(_("Set API plugin"), plugin, plugin, desk.close)


def desk_of(setup: Setup, options: dict[str, str]) -> CardDesk:
    """The cards of an embedded system of its own. Raises ConfigError."""
    from backends.house import HouseBackend  # any system that offers keeping may stand there

    if setup.folder is not None:
        _make(setup.folder)
    house = HouseBackend.from_options(
        dict(options),
        folder=setup.folder,
        card=setup.card,
        clock=setup.clock,
        ids=setup.ids,
        phone=setup.phone,
    )
    path = setup.folder / "transactions.db" if setup.folder else None
    return CardDesk(house.keeping, path, house.close)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(str(unusable(folder, error))) from error

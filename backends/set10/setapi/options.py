"""What ``[loyalty.options]`` of a shop card may say of the plugin contract."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field

from backends.http import Network
from backends.options import Secret
from cashier.config import Settings, check, read_text
from cashier.errors import ConfigError

M = TypeVar("M", bound=Settings)


class SetApiOptions(Settings):
    plugin: str = Field(default="example", min_length=1, max_length=100)
    """An entry point of ``cashier.set10.plugins``."""
    settings: dict[str, Any] = {}
    """The plugin's own."""
    feedback_seconds: int = Field(default=120, ge=1, le=86_400)
    """``staleFeedbackSendIntervalSeconds``."""
    feedback_batch: int = Field(default=5, ge=1, le=1000)
    """``maxStaleFeedbackToSend``."""


class ExampleSettings(Settings):
    """What the example plugin gives to whoever shows a card."""

    discount: int = Field(default=5, ge=0, le=100)
    """Percent off every line."""
    earn: int = Field(default=3, ge=0, le=100)
    """Percent of what is paid, in points."""
    points: int = Field(default=99, ge=0, le=100)
    """Percent of a line that points may pay; the last kopeck they never do."""
    excluded_groups: tuple[str, ...] = ("tobacco", "gift_cards", "deposits")
    """Groups of goods that get nothing and take no points."""
    attempts: int = Field(default=5, ge=1, le=1000)
    """After so many refusals a feedback is given up."""
    prefixes: tuple[str, ...] = ()
    """How its card numbers begin; of others nobody is asked. None: all are its."""
    hears_cancel: bool = True
    """It wants to hear when prices are not wanted any more."""
    rules: str = Field(default="", max_length=500)
    """Whose cards it keeps in this program: a rules file; empty: those of the demo."""


class PluginNetwork(Network):
    """Time limits as those of the published plugin of a chain."""

    seconds: int = Field(default=5, ge=1, le=600)


class HttpSettings(ExampleSettings):
    url: str
    """The address under which ``get-card`` and the others lie."""
    key: Secret = ""
    """Goes along as ``X-Api-Key``."""
    network: PluginNetwork = PluginNetwork.model_construct()


def read_settings(settings: dict[str, Any], model: type[M], card: Path) -> M:
    """A plugin's settings as ``model``. Raises ConfigError with file, line and field."""
    try:
        text = read_text(card)
    except ConfigError:
        text = ""  # only for the line numbers
    return check(dict(settings), model, str(card), text, ("loyalty", "options", "settings"))

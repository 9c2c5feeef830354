"""Loyalty systems by the names they are registered under, ours and third parties'."""

from typing import Any

from cashier.errors import ConfigError
from cashier.i18n import _

GROUP = "cashier.backends"
"""The entry points."""


def find_backend(name: str) -> Any:
    """The class registered under ``name``. Raises ConfigError that names the known ones."""
    from importlib.metadata import entry_points  # slow, and not needed before the first scan

    known = {point.name: point for point in entry_points(group=GROUP)}
    if name not in known:
        text = _("There is no loyalty system {name}; known are: {known}.")
        raise ConfigError(text.format(name=name, known=", ".join(sorted(known)) or "-"))
    return known[name].load()


def lives_here(name: str) -> bool:
    """Whether a system is a part of this program and goes by its clock: where scenarios play, time
    is what they say. Raises ConfigError."""
    return bool(getattr(find_backend(name), "lives_here", False))

"""The file formats: one neutral model, and a profile for every family of tills."""

from backends.files.formats.frontol import Frontol
from backends.files.formats.model import Profile
from backends.files.formats.shtrihm import Shtrihm

PROFILES: dict[str, type[Shtrihm] | type[Frontol]] = {"shtrihm": Shtrihm, "frontol": Frontol}
"""By the name that a shop card gives."""


def profile(name: str) -> Profile:
    """The profile with its usual settings. Raises KeyError for a name that there is not."""
    return PROFILES[name]()

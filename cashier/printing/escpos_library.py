"""What python-escpos knows about printers, and how it is loaded.

It is loaded when the first printer of a kind that needs it is made: it reads a large table of
printer models. Nothing of it may reach the screen or stay behind on the disk.
"""

import logging
import os
import shutil
from dataclasses import dataclass
from functools import cache
from typing import Any

from cashier.errors import ConfigError
from cashier.i18n import _
from cashier.printing.settings import Printing


@cache
def printers() -> Any:
    """The module ``escpos.printer``."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())  # else it would log onto the screen
    from escpos import capabilities, printer

    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)  # one more at every start
    return printer


@dataclass(frozen=True)
class Model:
    """A printer model as the library describes it, with what the shop card says of it."""

    profile: str
    code_page: str
    """As the library calls it: 'CP866'."""
    code_page_number: int
    features: frozenset[str]
    dots: int
    """Width of the paper."""

    def has(self, feature: str) -> bool:
        return feature in self.features


_CELL = 12
"""Dots that a character of font A takes on nearly every printer."""


def model(settings: Printing, columns: int) -> Model:
    """Raises ConfigError that names the field of ``[printer]``."""
    printers()
    from escpos.capabilities import CAPABILITIES
    from escpos.magicencode import Encoder

    profiles = CAPABILITIES["profiles"]
    if settings.profile not in profiles:
        text = _("printer.profile: there is no {name}; known are: {known}")
        known = ", ".join(sorted(profiles, key=str.lower))
        raise ConfigError(text.format(name=settings.profile, known=known))
    data = profiles[settings.profile]
    page = settings.code_page.upper()
    try:
        Encoder({page: 0})._get_codepage_char_map(page)
    except LookupError as error:
        text = _("printer.code_page: {name} is not known; for Russian there are cp866 and cp1251")
        raise ConfigError(text.format(name=settings.code_page)) from error
    numbers = {name: int(number) for number, name in data["codePages"].items()}
    number = settings.code_page_number
    if number is None and page not in numbers:
        text = _(
            "printer.code_page: the profile {profile} does not know {name};"
            " see the manual of the printer and set code_page_number"
        )
        raise ConfigError(text.format(profile=settings.profile, name=settings.code_page))
    width = data["media"].get("width", {}).get("pixels")
    return Model(
        settings.profile,
        page,
        numbers[page] if number is None else number,
        frozenset(name for name, can in data["features"].items() if can),
        width if isinstance(width, int) and width >= columns * _CELL // 2 else columns * _CELL,
    )

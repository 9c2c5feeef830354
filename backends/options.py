"""Options of a loyalty system as a shop card gives them, and passwords that do not stand there."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from backends.http import Network
from cashier.config import Settings, check, read_text
from cashier.errors import ConfigError
from cashier.i18n import _

M = TypeVar("M", bound=Settings)

FROM_ENVIRONMENT = "env:"


def secret(text: str) -> str:
    """The text itself, or for ``env:NAME`` what stands in the environment under that name.

    Raises PydanticCustomError, which is a ValueError, when nothing stands there.
    """
    if not text.startswith(FROM_ENVIRONMENT):
        return text
    name = text.removeprefix(FROM_ENVIRONMENT)
    value = os.environ.get(name, "")
    if not value:
        words = _("expected the environment variable {name} to be set")
        raise PydanticCustomError("no_secret", "{why}", {"why": words.format(name=name)})
    return value


Secret: TypeAlias = Annotated[str, AfterValidator(secret), Field(repr=False)]
"""A password or a key: as it stands, or ``env:NAME``. Tell the door to keep it secret."""


class Service(Settings):
    """What the options of every system over HTTP have: ``[loyalty.options]`` of a shop card."""

    url: str
    """The base address: ``https://loyalty.example/api``."""
    login: str = ""
    password: Secret = ""
    network: Network = Network.model_construct()


def read_options(options: Mapping[str, Any], model: type[M], card: Path) -> M:
    """The options as ``model``. Raises ConfigError with file, line and field.

    ``card``: the shop card that they stand in, under ``loyalty.options``.
    """
    return check(dict(options), model, str(card), _text(card), ("loyalty", "options"))


def _text(card: Path) -> str:
    """For the line numbers; a card that can no longer be read has none."""
    try:
        return read_text(card)
    except ConfigError:
        return ""

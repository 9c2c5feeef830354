"""The options of a shop card for a mapped system: those of all, and those the mapping names."""

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, quote_plus

from pydantic import Field, create_model

from backends.exact_json import json_bytes
from backends.http import Network
from backends.mapped.file import OptionFile
from backends.mapped.plan import Mapping
from backends.options import Secret, Service, read_options
from cashier.config import Settings
from cashier.errors import ConfigError
from cashier.i18n import _


@dataclass(frozen=True)
class Given:
    url: str
    network: Network
    values: Map[str, Any]
    """What expressions see as ``options``."""
    secrets: tuple[str, ...] = ()


class _File(Settings):
    file: str = Field(min_length=1)
    """The mapping, beside the shop card."""


def file_of(options: dict[str, Any], card: Path) -> str:
    """The mapping that the options name. Raises ConfigError."""
    return read_options({"file": options["file"]} if "file" in options else {}, _File, card).file


def read(mapping: Mapping, options: dict[str, Any], card: Path) -> Given:
    """Raises ConfigError with file, line and field."""
    fields: dict[str, Any] = {name: _field(one) for name, one in mapping.options.items()}
    model = create_model(
        "MappedOptions", __base__=Service, url=(str, mapping.service.url), file=(str, ""), **fields
    )
    found = read_options(options, model, card)
    if not found.url:
        text = _("{file}, field {field}: this field is required")
        raise ConfigError(text.format(file=card, field="loyalty.options.url"))
    hidden = ["password", *(name for name, one in mapping.options.items() if one.secret)]
    told = {name: getattr(found, name) for name in ("url", "login", "password", *mapping.options)}
    secrets = [str(told[name]) for name in hidden if told[name]]
    return Given(found.url, found.network, told, tuple(as_sent(secrets)))


def as_sent(secrets: list[str]) -> Iterator[str]:
    """Secrets, and how they look inside addresses, forms and JSON."""
    for one in secrets:
        yield from (one, quote(one, safe=""), quote_plus(one), json_bytes(one)[1:-1].decode())


def _field(one: OptionFile) -> tuple[Any, Any]:
    kind = str if one.default is None else type(one.default)
    if one.secret:
        kind = Secret if kind is str else kind
    required = Field() if one.default is None else Field(default=one.default)
    return Annotated[kind, required], ... if one.default is None else one.default

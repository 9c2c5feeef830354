"""The pages about the service say what the server and the adapter really have."""

import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from backends.rarus.client.options import RarusOptions
from backends.rarus.server import failures
from backends.rarus.server.app import ROUTES
from backends.rarus.wire.reasons import CODES
from cashier.shop import Loyalty

DOCS = Path(__file__).parents[2] / "docs" / "systems"
LANGUAGES = ("en", "ru")


def _writer() -> Any:
    """The program beside the pages."""
    spec = importlib.util.spec_from_file_location("rarus_methods", DOCS / "rarus_methods.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


WRITER = _writer()


def page(language: str) -> str:
    text: str = WRITER.PAGES[language].read_text()
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_are_those_of_the_server(language: str) -> None:
    """``python docs/systems/rarus_methods.py`` writes them."""
    assert page(language) == WRITER.written(page(language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_method_is_told_once(language: str) -> None:
    told = re.findall(r"^\| `((?:GET|POST|PUT) /[^`]*)` \| ([^|]+) \|", page(language), re.M)
    assert sorted(name for name, _about in told) == sorted(
        f"{route.method} {route.path}" for route in ROUTES
    )
    assert all(about.strip() for _name, about in told)


def test_what_a_method_does_is_said_in_both_languages() -> None:
    assert set(WRITER.RUSSIAN) == {f"{route.method} {route.path}" for route in ROUTES}
    assert all(route.about for route in ROUTES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_of_the_adapter_is_told(language: str) -> None:
    for name in RarusOptions.model_fields:
        assert f"`{name}`" in page(language) or f"{name} = " in page(language), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_is_told(language: str) -> None:
    ours = {value for name, value in vars(failures).items() if name.isupper() and name != "CODES"}
    for code in {one for one in ours if isinstance(one, int)} | set(CODES.values()):
        assert re.search(rf"\| {code}\b", page(language)), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shop_card_of_the_page_is_one(language: str) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", page(language), re.S)
    (loyalty,) = (tomllib.loads(block)["loyalty"] for block in blocks)
    options = Loyalty.model_validate(loyalty).options
    assert RarusOptions.model_validate(options).url == "http://127.0.0.1:8010"


def test_both_pages_have_the_same_parts() -> None:
    shapes = [
        [
            line.split(" ")[0] if line.startswith("#") else line.count("|")
            for line in page(language).splitlines()
            if line.startswith(("#", "|"))
        ]
        for language in LANGUAGES
    ]
    assert shapes[0] == shapes[1], "heading by heading, row by row"

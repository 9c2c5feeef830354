"""Shop cards that name a plugin: what is right, what is wrong, and what the pages say of it."""

import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from set10.setapi_stand import ANNA, setup
from stand import MORNING

from backends.set10.setapi import contract as api
from backends.set10.setapi import plugins
from backends.set10.setapi.backend import SetApiBackend
from backends.set10.setapi.options import HttpSettings, SetApiOptions
from cashier import exchange as ex
from cashier.clock import ManualClock, counted_ids
from cashier.errors import ConfigError
from cashier.registered import find_backend
from cashier.sheets.sample import SampleKind

DOCS = Path(__file__).parents[2] / "docs" / "systems"
ABLE = ex.Can.SPEND | ex.Can.RESERVE | ex.Can.RETURN | ex.Can.RETURN_PART | ex.Can.FEEDBACK


def made(folder: Path | None, **options: Any) -> SetApiBackend:
    backend = find_backend("set-api").from_options(
        options,
        folder=folder,
        card=Path("my-shop.toml"),
        clock=ManualClock(MORNING),
        ids=counted_ids(),
        phone=lambda _message: None,
    )
    assert isinstance(backend, SetApiBackend)
    return backend


async def test_the_default_is_the_example_plugin_in_this_program(tmp_path: Path) -> None:
    backend = made(tmp_path, feedback_batch=7)
    system = await backend.open(ex.Opening(shop="01", till="01"))
    assert (system.can, system.emulated) == (ABLE, True)
    assert (system.feedback_seconds, system.feedback_batch) == (120, 7)
    assert {one.kind for one in backend.samples()} == {
        SampleKind.CARD, SampleKind.APP, SampleKind.PHONE
    }  # fmt: skip
    assert ANNA in {one.value for one in backend.samples()}
    await backend.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"plugin": "../evil:run"}, "there is no plugin ../evil:run; known are: example, http"),
        ({"plugin": 7}, "loyalty.options.plugin"),
        ({"plugins": "example"}, "loyalty.options.plugins"),
        ({"settings": {"discount": 101}}, "loyalty.options.settings.discount"),
        ({"settings": {"rules": "nowhere.toml"}}, "nowhere.toml"),
        ({"plugin": "http", "settings": {}}, "loyalty.options.settings.url"),
        ({"plugin": "http", "settings": {"url": "ftp://x"}}, "https://loyalty.example"),
        ({"plugin": "http", "settings": {"url": "http://x", "key": "env:NO_SUCH"}}, "NO_SUCH"),
    ],
)
def test_a_wrong_card_is_told_where(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        made(None, **options)
    assert words in str(caught.value)
    assert "my-shop.toml" in str(caught.value) or "nowhere" in str(caught.value)


async def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "set-api").write_text("in the way")
    with pytest.raises(ConfigError, match="cannot be written"):
        made(tmp_path)


async def test_a_damaged_book_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "set-api").mkdir()
    (tmp_path / "set-api" / "till.db").write_bytes(b"no database" * 100)
    backend = made(tmp_path)
    assert backend._host.book.of_receipt("doc-1") == ()
    assert list((tmp_path / "set-api").glob("till.damaged-*.db"))
    await backend.close()


async def test_a_book_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "set-api" / "till.db").mkdir(parents=True)
    backend = made(tmp_path)
    with pytest.raises(ex.Unavailable, match=r"till\.db"):
        backend._host.book.of_receipt("doc-1")


def test_every_registered_plugin_keeps_the_contract() -> None:
    names = {point.name for point in entry_points(group=plugins.GROUP)}
    assert {"example", "http"} <= names
    for name in ("example", "http"):
        given: dict[str, Any] = {"url": "http://plugin.example"} if name == "http" else {}
        pair = plugins.find(name, Path("x"))(setup(ManualClock(MORNING), **given))
        for kind, plugin in ((api.LoyaltyPlugin, pair.loyalty), (api.CardPlugin, pair.cards)):
            wanted = {one for one in vars(kind) if not one.startswith("_")}
            assert wanted <= set(dir(plugin))


# --- the pages


@pytest.mark.parametrize("page", ["set-api.md", "set-api.ru.md"])
def test_the_pages_name_every_option_call_and_path(page: str) -> None:
    text = (DOCS / page).read_text()
    for model in (SetApiOptions, HttpSettings):
        for name in model.model_fields:
            assert f"`{name}`" in text, name
    for kind in (api.LoyaltyPlugin, api.CardPlugin):
        for name in vars(kind):
            if not name.startswith("_"):
                assert f"`{name}`" in text, name
    rows = re.findall(r"^\| `(?:GET|POST) (/[a-z-]+)`", text, re.MULTILINE)
    assert rows == ["/get-card", "/write-off", "/rollback", "/accrue"]

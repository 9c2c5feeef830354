"""A shop card names a mapping; what it gives is checked, and passwords are shown to nobody."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from mapped.scripted import scripted
from stand import MORNING

from backends.mapped import MappedBackend
from cashier.clock import ManualClock, counted_ids
from cashier.config import load
from cashier.errors import ConfigError
from cashier.exchange import Certificate, CertificateRequest, Opening
from cashier.registered import find_backend
from cashier.shop import Shop
from cashier.witness import Exchange, Witness

MAPPING = """
[service]
name = "Small"
can = []
{more}
[options.shop_id]
default = ""
[options.key]
secret = true
default = ""
[options.count]
default = 3
[save_sale]
answer = {}
[[save_sale.step]]
http = "POST /sales"
[certificate]
answer = "{number: request.number, left: `0`, sold: `true`}"
[[certificate.step]]
http = "GET /c/{options.count}"
query = { login = "options.login", password = "options.password" }
headers.X-Hash = "sha1(concat(options.login, options.password))"
headers.Authorization = "concat('Basic ', base64(concat(options.login, ':', options.password)))"
headers.X-Key = "options.key"
"""
CARD = """
name = "Shop"
[loyalty]
system = "mapped"
[loyalty.options]
file = "small.toml"
url = "http://127.0.0.1:9"
{more}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(MAPPING.replace("{more}", ""))
    return tmp_path


def opened(folder: Path, more: str = "", card: str = CARD) -> MappedBackend:
    """As the till opens a shop card."""
    path = folder / "shop.toml"
    path.write_text(card.replace("{more}", more))
    backend = MappedBackend.from_options(
        load(path, Shop).loyalty.options,
        folder=folder,
        card=path,
        clock=ManualClock(MORNING),
        ids=counted_ids(),
        phone=lambda _message: None,
    )
    asyncio.run(backend.close())
    return backend


def test_a_shop_card_opens_a_mapping_beside_it(folder: Path) -> None:
    assert opened(folder, 'count = 5\nlogin = "till"').mapping.service.name == "Small"


def test_the_address_may_stand_in_the_mapping(folder: Path) -> None:
    (folder / "small.toml").write_text(
        MAPPING.replace("{more}", 'url = "http://service.example/api"')
    )
    assert opened(folder, card=CARD.replace('url = "http://127.0.0.1:9"', ""))


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ('shop = "1"', "line 8, field loyalty.options.shop: unknown field"),
        ("shop_id = 1", "line 8, field loyalty.options.shop_id: expected text in quotes"),
        ('count = "5"', "line 8, field loyalty.options.count: expected a whole number"),
        ("login = 5", "line 8, field loyalty.options.login: expected text in quotes"),
        ('password = "env:NO_SUCH"', "line 8, field loyalty.options.password: expected the"
         " environment variable NO_SUCH"),
        ('key = "env:NO_SUCH"', "line 8, field loyalty.options.key: expected the"),
        ("[loyalty.options.network]\nseconds = 0", "line 9, field loyalty.options.network.seconds"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_option_is_told(more: str, wanted: str, folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        opened(folder, more)
    assert str(caught.value).startswith(f"{folder / 'shop.toml'}, ")
    assert wanted in str(caught.value)


def test_a_card_without_a_mapping_or_an_address_is_told(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"field loyalty\.options\.file: this field is required"):
        opened(folder, card=CARD.replace('file = "small.toml"', ""))
    with pytest.raises(ConfigError, match=r"field loyalty\.options\.url: this field is required"):
        opened(folder, card=CARD.replace('url = "http://127.0.0.1:9"', ""))
    with pytest.raises(ConfigError, match="no such file"):
        opened(folder, card=CARD.replace("small.toml", "other.toml"))


def test_an_option_without_a_default_must_be_given(folder: Path) -> None:
    text = MAPPING.replace("{more}", "").replace(
        '[options.shop_id]\ndefault = ""', "[options.shop_id]"
    )
    (folder / "small.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"options\.shop_id: this field is required"):
        opened(folder)
    assert opened(folder, 'shop_id = "s1"')


def test_it_is_registered_under_its_name() -> None:
    assert find_backend("mapped") is MappedBackend


async def test_a_password_may_come_from_the_environment_and_nobody_is_shown_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_PASSWORD", "p4ss w&rd")
    kept: list[Exchange] = []
    given: dict[str, Any] = {"password": "env:SERVICE_PASSWORD", "key": "k3y-of-the-shop"}
    mapping = MAPPING.replace("{more}", "")
    async with scripted(mapping, {"GET /c/3": {}}, tmp_path, **given) as (backend, service):
        witness = Witness(backend, kept.append, ManualClock(MORNING))
        await witness.open(Opening(shop="01", till="01"))
        request = CertificateRequest(number="98", at=MORNING)
        assert await witness.certificate(request) == Certificate(number="98", left=0, sold=True)
    assert service.heard[0].query == "login=till&password=p4ss+w%26rd"
    call = kept[-1].calls[0]
    heard = service.heard[0].headers
    hidden = {
        "p4ss w&rd", "p4ss+w%26rd", "k3y-of-the-shop", heard["x-hash"],
        heard["authorization"].removeprefix("Basic "),
    }  # fmt: skip
    assert hidden <= set(call.secrets)

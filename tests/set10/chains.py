"""Chains of SetRetail10 in memory: the demo's, or of a file and a server file of a test's own."""

from dataclasses import replace
from pathlib import Path

from stand import MORNING, demo_goods

from backends.set10.backend import Set10Backend
from cashier import exchange as ex
from cashier import fixtures
from cashier.clock import ManualClock, counted_ids
from cashier.receipt import Buyer, Card, Identifier, IdentifierKind, Receipt, line_of

OWN_RULES = fixtures.path("chain/set10-rules.toml")
OPENING = ex.Opening(shop="01", till="01")

PERCENT = """
groups = ["bread"]
[settings]
name = "{name}"
[[level]]
id = "one"
name = "One"
earn = 0
[[promotion]]
id = "off"
kind = "percent"
name = "{name}: {percent} %"
percent = {percent}
"""


def server_file(
    folder: Path,
    external: dict[str, int],
    *,
    rules: Path = OWN_RULES,
    triggered: tuple[str, ...] | None = None,
    more: str = "",
) -> Path:
    """External systems that give so many percent, each registered and triggered."""
    parts = [f'rules = "{rules}"\n', more]
    for provider, percent in external.items():
        own = folder / f"{provider}.toml"
        own.write_text(PERCENT.format(name=provider, percent=percent), "utf-8")
        parts.append(
            f'[[external]]\nprovider = "{provider}"\nsystem = "house"\n'
            f'options = {{ rules = "{own}" }}\n'
        )
    for provider in external if triggered is None else triggered:
        parts.append(f'[[action]]\nname = "Calculation"\nprovider = "{provider}"\n')
    path = folder / "server.toml"
    path.write_text("".join(parts), "utf-8")
    return path


async def opened(
    chain: Path, server: Path, folder: Path | None = None, **more: str
) -> Set10Backend:
    made = Set10Backend.from_options(
        {"chain": str(chain), "server": str(server), **more},
        folder=folder,
        card=fixtures.path("shop-set10.toml"),
        clock=ManualClock(MORNING),
        ids=counted_ids("set10"),
        phone=lambda _message: None,
    )
    await made.open(OPENING)
    return made


def receipt(*prices: int, card: str = "", name: str = "r1") -> Receipt:
    """Goods of the bakery at these prices."""
    lines = tuple(
        line_of(number, f"s{number}", f"Goods {number}", price, 1000)
        for number, price in enumerate(prices, 1)
    )
    buyer = Buyer(Identifier(IdentifierKind.CARD, card), card=Card(card)) if card else None
    return Receipt(
        name, MORNING, shop="01", till="01", number=f"N-{name}", lines=lines, buyer=buyer
    )


def goods(*codes: str, name: str = "r1") -> Receipt:
    """Goods of the demo shop."""
    found = [good for code in codes if (good := demo_goods().by_code(code)) is not None]
    assert len(found) == len(codes)
    lines = tuple(
        replace(line_of(number, good.sku, good.name, good.price, 1000), group=good.group)
        for number, good in enumerate(found, 1)
    )
    return Receipt(name, MORNING, shop="01", till="01", number=f"N-{name}", lines=lines)

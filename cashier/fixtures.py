"""Where the demo data lies: inside an installed package, or beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "demo"
"""Where the wheel puts ``fixtures/``; a checkout has no such folder."""
_CHECKOUT = _PACKAGE.parent / "fixtures"


def path(name: str) -> Path:
    """The file or folder of demo data called ``name``; it need not exist."""
    # The installed place comes first: beside site-packages/cashier may lie another's `fixtures`.
    return (_INSTALLED if _INSTALLED.is_dir() else _CHECKOUT) / name


def demo_card(language: str | None = None) -> Path:
    """The shop card of the demo shop; the shop is Russian unless English is asked for."""
    return path("shop-en.toml" if language == "en" else "shop.toml")

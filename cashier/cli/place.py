"""Where the data of a till are, and what is in them, as the command line says it."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cashier.journal import Journal
    from cashier.opening import Place


def place_of(chosen: argparse.Namespace) -> "Place":
    from cashier.opening import Place

    return Place.of(chosen.shop, chosen.data, chosen.lang)


def read_journal(place: "Place") -> "Journal | None":
    """The journal beside a running till; None before the first start."""
    from cashier.journal import Journal

    path = place.folder / "journal.db"
    return Journal.read(path) if path.exists() else None

"""A server of the demo shop, data on the disk, as ``cashier serve NAME`` runs it.

Arguments: its name, the folder of its data, the password. It tells its address, and serves until it
is killed.
"""

import sys
from datetime import datetime
from pathlib import Path

from backends.serving import Premises, find, run
from cashier import fixtures
from cashier.clock import SystemClock, random_ids
from cashier.config import load
from cashier.shop import Shop


class Morning(SystemClock):
    """Always the same morning: promotions go by the hour."""

    def now(self) -> datetime:
        return super().now().replace(year=2026, month=3, day=3, hour=10)


def main(name: str, folder: Path, password: str) -> None:
    card = fixtures.demo_card()
    premises = Premises(
        folder=folder,
        card=card,
        shop=load(card, Shop),
        login="till",
        password=password,
        clock=Morning(),
        ids=random_ids,
        phone=lambda _message: None,
    )
    folder.mkdir(parents=True, exist_ok=True)
    run(find(name)(premises), "127.0.0.1", 0, lambda address: print(address, flush=True))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])

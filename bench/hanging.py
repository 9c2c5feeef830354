"""A key to the frame that shows it, while a request to the loyalty system hangs."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import client
import tills
from harness import Figure, in_turn, note, ratio, scratch, show
from server import PASSWORD

SESSIONS, KEYS = 4, 20
QUIET = 0.05
"""Seconds between keys, at least, as of a person."""
HANGS = "/organization/calculate_document"
CARD = f"""
[loyalty]
system = "rarus"
[loyalty.options]
url = "http://127.0.0.1:{{port}}"
login = "till"
password = "{PASSWORD}"
[loyalty.options.network]
seconds = 600
"""


def shop_card(folder: Path, port: int) -> Path:
    """The shop of the other benchmarks, its system at the other end of a wire."""
    demo = tills.make_shop(folder).read_text(encoding="utf-8")
    own, _loyalty, rest = demo.partition("[loyalty]")
    _loyalty, slip, others = rest.partition("[slip]")
    card = folder / "shop-wire.toml"
    card.write_text(own + CARD.format(port=port) + slip + others, encoding="utf-8")
    return card


class Typist:
    """Somebody who types digits into a till with a line on its receipt."""

    def __init__(self, card: Path, data: Path, *, hanging: bool) -> None:
        self.terminal = tills.resumed(card, data, 1)
        self.typed = ""
        if hanging:
            after = self.terminal.write(b"\x1b[19~")  # F8: the total
            self.terminal.wait("…".encode(), after=after)  # the till waits, and says so

    def key(self) -> float:
        """Nanoseconds from the key until the whole frame with it was read."""
        digit = str(len(self.typed) % 10)
        self.typed += digit
        self.terminal.rest(QUIET, most=4 * QUIET)
        before = self.terminal.write(digit.encode())
        shown = self.terminal.wait(self.typed.encode(), after=before, frame=True)
        return shown - self.terminal.at


def session(card: Path, data: Path, folder: Path) -> tuple[list[float], list[float]]:
    hanging, idle = (
        Typist(card, tills.copied(data, folder / name), hanging=name == "hanging")
        for name in ("hanging", "idle")
    )
    with hanging.terminal, idle.terminal:
        waits, rests = in_turn(KEYS, hanging.key, idle.key)
    return waits, rests


def figures() -> list[Figure]:
    note("hanging")
    with scratch() as name:
        folder = Path(name)
        calls = client.a_sale(folder, client.goods()).calls
        answered = [call for call in calls if urlsplit(call.url).path != HANGS]
        with client.parrot(answered, folder) as port:
            card = shop_card(folder, port)
            asyncio.run(tills.make_data(card, folder / "till", 1))
            both = [session(card, folder / "till", folder) for _session in range(SESSIONS)]
    waits, rests = ([figure for pair in both for figure in pair[side]] for side in (0, 1))
    return [Figure("a key to its frame, while a request hangs to idle", ratio(waits, rests), 1.2)]


if __name__ == "__main__":
    show(figures())

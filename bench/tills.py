"""Tills to measure: a shop of many goods, its data folders, the till started in a terminal."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from harness import Terminal, python

from cashier import fixtures
from cashier.clock import Clock
from cashier.commands import OpenShift, Scan
from cashier.exchange import Backend
from cashier.faults import Plan
from cashier.goods import Good, check_digit
from cashier.opening import Place, open_till
from cashier.till import Till

PAINTED = "▸".encode()
"""Stands before what is typed: on the first frame of the till, and on no empty screen."""
GOODS = 6000
COMMAND = "import sys; from cashier.cli import main; sys.exit(main())"
"""What an installed ``cashier`` does."""


def code(number: int) -> str:
    """EAN-13 of the good of that number, from 1."""
    body = f"46{number:010d}"
    return body + check_digit(body)


def name(number: int) -> str:
    """Short enough to stand whole in the narrowest column, and like no other."""
    return f"Good-{number:06d}"


def make_shop(folder: Path) -> Path:
    """The demo shop with other goods: a name that is seen on screen tells which was scanned."""
    rows = ["sku,name,group,unit,price,codes"]
    rows += [
        f"S{number},{name(number)},bread,pc,{10 + number % 90}.90,{code(number)}"
        for number in range(1, GOODS + 1)
    ]
    (folder / "goods.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    demo = fixtures.path("shop.toml").parent
    for file in demo.iterdir():
        if file.is_file() and file.name != "goods.csv":
            shutil.copy(file, folder)
    return folder / "shop.toml"


def is_plain(good: Good) -> bool:
    """Sold without a question."""
    return not (good.age or good.certificate or good.deposit)


def plugged(make: Callable[[], Backend], clock: Clock) -> tuple[Backend, Plan]:
    from backends.faults import Faulty

    around = Faulty(make, clock)
    return around, around.plan


async def opened(card: Path | None, data: Path) -> Till:
    """The till without its screen, as the command line opens it."""
    till = open_till(Place.of(str(card) if card else None, str(data), "en"), plugged)
    await till.start()
    if till.workplace.daybook.shift is None:
        await till.do(OpenShift())
    return till


async def make_data(card: Path | None, data: Path, lines: int = 0) -> None:
    """A data folder as a till leaves it, with so many lines on a receipt left open."""
    till = await opened(card, data)
    for number in range(1, lines + 1):
        await till.do(Scan(code(number)))
    await till.close()


def till_argv(card: Path | None, data: Path) -> list[str]:
    chosen: Sequence[str | Path] = ("--shop", card) if card else ()
    return python(COMMAND, *chosen, "--data", data, "--lang", "en")


def copied(data: Path, target: Path) -> Path:
    """A fresh copy: every run begins from the same folder."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(data, target))


def resumed(card: Path, data: Path, lines: int) -> Terminal:
    """The till, its open receipt of so many lines taken up again."""
    terminal = Terminal(till_argv(card, data))
    terminal.wait(b"The last run left", frame=True)
    after = terminal.write(b"\r")
    terminal.wait(name(lines).encode(), after=after)
    terminal.rest(0.5)
    return terminal

"""Pictures of the screen at two sizes; look at the difference before accepting a new one.

The clock and the ids stand still; colours do not depend on the machine.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from seat import Seat
from stand import make_stand
from textual.pilot import Pilot

from screens.app import TillApp

SALE = "2900000000032\n4600000000015\n3*4600000000022\n"


def picture(
    compare: Any, size: tuple[int, int], act: Callable[[Seat], Awaitable[None]], theme: str = "dark"
) -> bool:
    stand = make_stand()
    app = TillApp(lambda _training: stand.till, language="en", theme_name=theme)

    async def before(pilot: Pilot[None]) -> None:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        await act(seat)
        await seat.settle()

    same: bool = compare(app, terminal_size=size, run_before=before)
    return same


async def sell(seat: Seat) -> None:
    seat.write(SALE)


async def calculate(seat: Seat) -> None:
    seat.write(SALE + "\n")


async def ask_code(seat: Seat) -> None:
    seat.write("9001234509\n")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_goods_are_sold(snap_compare: Any, size: tuple[int, int]) -> None:
    assert picture(snap_compare, size, sell)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_the_receipt_is_calculated(snap_compare: Any, size: tuple[int, int]) -> None:
    assert picture(snap_compare, size, calculate)


def test_a_code_is_asked_for(snap_compare: Any) -> None:
    assert picture(snap_compare, (80, 24), ask_code)


def test_sixteen_colours_are_enough(snap_compare: Any) -> None:
    assert picture(snap_compare, (80, 24), calculate, theme="ansi")

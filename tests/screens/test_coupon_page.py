"""A coupon is followed on a page of its own, and the machines are listed without one."""

from pathlib import Path

import pytest
from set10.coupon_chain import ONE, Chain
from textual.app import App
from textual.pilot import Pilot

from cashier.coupon_trace import Event, Machine, Turn
from screens.chain.coupon_page import CouponPage
from screens.text import width

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])


class Stage(App[None]):
    def __init__(self, page: CouponPage) -> None:
        super().__init__()
        self.page = page
        self.left = False

    def on_mount(self) -> None:
        self.push_screen(self.page, lambda _nothing: setattr(self, "left", True))


@pytest.fixture
def used(tmp_path: Path) -> Chain:
    chain = Chain(tmp_path)
    chain.use(ONE, till="02", receipt="r17")
    return chain


async def settled(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def rows(page: CouponPage) -> list[str]:
    """What stands on the screen of whichever list is shown."""
    view = page.events if page.code else page.list
    return [view.render_line(y).text for y in range(view.size.height)]


@SIZES
async def test_a_coupon_is_followed(used: Chain, size: tuple[int, int]) -> None:
    page = CouponPage(used.topology)
    async with Stage(page).run_test(size=size) as pilot:
        await settled(pilot)
        assert "the server of shop 01" in "\n".join(rows(page))
        assert "1 message waits" in page.heading.right.plain
        await pilot.press(*ONE, "enter")
        await settled(pilot)
        text = "\n".join(rows(page))
        assert "used: shop 01, till 02" in text
        assert all(width(row) == size[0] for row in rows(page))
        await pilot.press("down", "down", "down")
        await pilot.pause()
        assert "used: shop 01, till 02, receipt 17" in page.detail.content.plain
        assert "card_unique_coupon_exemplar" in page.detail.content.plain
        used.pump()
        await pilot.press("f5")
        await settled(pilot)
        assert page.heading.right.plain == ""
        assert len(page.events.rows) == 9
        await pilot.press("escape")
        await settled(pilot)
        assert not page.code
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not page
    used.close()


async def test_an_unknown_number_is_said(used: Chain) -> None:
    page = CouponPage(used.topology, "12345")
    async with Stage(page).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "No machine knows this coupon." in "\n".join(rows(page))
    used.close()


async def test_foreign_text_stays_in_its_row(used: Chain) -> None:
    odd = "[/b] [bold] \x1b[2J \u202e 漢字 " * 9

    class Odd:
        def trace(self, code: str) -> tuple[Event, ...]:
            del code
            return (Event(used.now, odd, odd, Turn.CONFLICT, odd, odd),)

        def machines(self) -> tuple[Machine, ...]:
            return (Machine(odd, odd, odd, ((odd, 3),), 1), Machine("x", odd, odd, trouble=odd))

    page = CouponPage(Odd(), odd)
    async with Stage(page).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert all(width(row) == 80 for row in rows(page))
        assert "\x1b" not in page.detail.content.plain
        await pilot.press("escape")
        await settled(pilot)
        assert all(width(row) == 80 for row in rows(page))
        assert "\x1b" not in page.detail.content.plain
    used.close()

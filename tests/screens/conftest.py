"""The app over a till on the test stand, driven by a pilot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from seat import Seat, Sit
from stand import Stand, make_stand

from screens.app import TillApp


@pytest.fixture
def sit() -> Sit:
    """``async with sit(size=(80, 24)) as seat``"""

    @asynccontextmanager
    async def sit_down(
        size: tuple[int, int] = (80, 24), stand: Stand | None = None, theme: str = "dark"
    ) -> AsyncIterator[Seat]:
        stand = stand or make_stand()
        app = TillApp(lambda _training: stand.till, language="en", theme_name=theme)
        async with app.run_test(size=size) as pilot:
            await app.ready.wait()
            seat = Seat(app, pilot, stand)
            await seat.settle()
            yield seat

    return sit_down

"""The customer's display over a real till, heard over a real loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from stand import Stand, demo_shop, make_stand
from textual.pilot import Pilot

from cashier import commands as do
from cashier import i18n
from cashier.display import HOST, Address, Shown, ShownLine, ShownReceipt, Update, shown
from cashier.display_server import DisplayServer
from cashier.exchange import PhoneMessage
from cashier.money import ONE
from cashier.receipt import TenderKind
from cashier.snapshot import State
from screens.big import big
from screens.display.app import DisplayApp

LOW, HIGH = (80, 24), (140, 45)
VERA, VERA_PHONE, BREAD = "2900000000032", "+79001234503", "4600000000015"


class WatchedApp(DisplayApp):
    """The display, and a bell that rings when it has heard something."""

    rung: asyncio.Condition

    def hear(self, update: Update | None) -> None:
        super().hear(update)
        asyncio.get_running_loop().create_task(self._ring())

    async def _ring(self) -> None:
        async with self.rung:
            self.rung.notify_all()


class Display:
    """Somebody in the queue looks at the display."""

    def __init__(self, app: WatchedApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    async def until(self, there: Callable[[], bool]) -> None:
        """Until the display has heard of it and painted it."""
        async with asyncio.timeout(10), self.app.rung:
            await self.app.rung.wait_for(there)
        await self.painted()

    async def shows(self, stand: Stand) -> None:
        place = stand.till.workplace
        await self.until(
            lambda: self.app.customer.shown == shown(stand.till.now, place.shop, place.system)
        )

    async def painted(self) -> None:
        for _layout_and_paint in range(3):
            await self.pilot.pause()

    @property
    def rows(self) -> list[str]:
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def seen(self) -> str:
        return "\n".join(self.rows)

    def has_big(self, text: str, scale: int = 1) -> bool:
        """Whether the number stands there in big digits, all rows of it under each other."""
        picture = big(text, scale)
        return any(
            all(part in row for part, row in zip(picture, self.rows[y:], strict=False))
            for y in range(len(self.rows) - len(picture) + 1)
        )


@asynccontextmanager
async def look(
    folder: Path, size: tuple[int, int] = LOW, *, phone: bool = False, theme: str = "dark"
) -> AsyncIterator[Display]:
    app = WatchedApp(folder, phone=phone, theme_name=theme, retry_seconds=0.01)
    app.rung = asyncio.Condition()
    async with app.run_test(size=size) as pilot:
        yield Display(app, pilot)


@pytest.fixture
async def till(tmp_path: Path) -> AsyncIterator[Stand]:
    """The demo shop with a code to join, seen by displays."""
    shop = demo_shop()
    loyalty = shop.loyalty.model_copy(update={"join": "https://club.example/join"})
    stand = make_stand(shop=shop.model_copy(update={"loyalty": loyalty}))
    server = DisplayServer(stand.till)
    await stand.till.start()
    await server.start(tmp_path)
    yield stand
    await server.close()
    await stand.till.close()


@pytest.mark.parametrize("size", [LOW, HIGH], ids=["80x24", "140x45"])
@pytest.mark.parametrize("theme", ["dark", "ansi"])
async def test_the_buyer_follows_his_purchase(
    till: Stand, tmp_path: Path, size: tuple[int, int], theme: str
) -> None:
    scale = 2 if size == HIGH else 1
    async with look(tmp_path, size, theme=theme) as display:
        await display.shows(till)
        assert "Магазин «Пример»" in display.seen
        assert "Scan the code to join" in display.seen
        assert display.seen.count("█▀▀▀▀▀█" if scale == 1 else "█" * 14) >= 3  # corners of the QR

        await till.do(do.Scan(BREAD, 2 * ONE))
        await display.shows(till)
        assert "Polevoy wheat bread" in display.seen
        assert "2 × 49.90" in display.seen
        assert display.has_big("99.80", scale)
        assert "Have a card of" in display.seen

        await till.do(do.Scan(VERA), do.AddGoods("10507", ONE), do.Calculate())
        await display.shows(till)
        saved = f"-{till.receipt.lines[0].discount / 100:.2f}"
        for text in ("Vera P.", "Gold card discount", saved, "Discounts", "Balance 3 000"):
            assert text in display.seen, text
        assert "You can spend" in display.seen
        assert "You will earn" in display.seen
        assert VERA not in display.seen

        await till.do(do.PayPoints(10_000), do.TakeTender(TenderKind.CASH, 10_000))
        await display.shows(till)
        assert "Spending 100 points" in display.seen
        assert "DUE, ₽" in display.seen

        await till.do(do.TakeTender(TenderKind.CASH, 500_000))
        await display.shows(till)
        settled = till.receipt.settled
        assert settled
        for text in ("Thank you", "Points earned", "Points now", "You saved", "CHANGE, ₽"):
            assert text in display.seen, text
        change = till.receipt.change
        assert display.has_big(
            f"{change // 100_000} {change // 100 % 1000:03}.{change % 100:02}", scale
        )

        display.app.customer.put_away()
        await display.painted()
        assert "Thank you" not in display.seen
        assert "Welcome" in display.seen


async def test_a_return_shows_what_comes_back(till: Stand, tmp_path: Path) -> None:
    await till.do(do.Scan(VERA), do.Scan(BREAD, 3 * ONE), do.Calculate())
    await till.do(do.TakeTender(TenderKind.CARD))
    async with look(tmp_path) as display:
        await display.shows(till)
        await till.do(do.FindSale(number=till.receipt.number), do.ReturnLine(1, ONE))
        await display.shows(till)
        assert "Polevoy wheat bread" in display.seen
        assert "REFUND, ₽" in display.seen
        await till.do(do.Refund())
        await display.shows(till)
        assert "The return is done" in display.seen
        assert "Points taken back" in display.seen


async def test_the_last_lines_of_a_long_receipt_are_in_sight(till: Stand, tmp_path: Path) -> None:
    async with look(tmp_path) as display:
        await till.do(*(do.Scan(BREAD) for _ in range(40)), do.AddGoods("10601", ONE))
        await display.shows(till)
        assert "Bananas" in display.seen
        await till.do(do.Calculate(), do.TakeTender(TenderKind.CASH, 100))
        await display.shows(till)
        assert "Bananas" in display.seen
        await display.pilot.resize_terminal(60, 18)
        await display.painted()
        assert "Bananas" in display.seen


@pytest.mark.parametrize(("size", "beside"), [(LOW, False), (HIGH, True)], ids=["80x24", "140x45"])
async def test_the_phone_shows_its_messages_in_time_order(
    till: Stand, tmp_path: Path, size: tuple[int, int], beside: bool
) -> None:
    await till.do(do.Scan(VERA_PHONE))
    async with look(tmp_path, size, phone=True) as display:
        await display.shows(till)
        assert "10:00" in display.seen
        assert display.has_big(till.code)
        assert ("Welcome" in display.seen or "We sent you a code" in display.seen) is beside
        await till.clock.move(minutes=5)
        await till.do(do.EnterCode(till.code))
        later = till.clock.now()
        till.till.events.tell(PhoneMessage(VERA_PHONE, "the later one", later))
        till.till.events.tell(PhoneMessage(VERA_PHONE, "the earlier one", later.replace(minute=2)))
        till.till.events.tell(PhoneMessage("a@mail.example", "letters", later, code="AB-12"))
        await display.until(lambda: len(display.app.phone.messages) == 4)
        seen = display.seen
        places = [
            seen.index(text) for text in ("10:00", "the earlier one", "the later one", "AB-12")
        ]
        assert places == sorted(places)


async def test_of_many_messages_the_newest_are_in_sight(till: Stand, tmp_path: Path) -> None:
    async with look(tmp_path, phone=True) as display:
        for n in range(200):
            till.till.events.tell(PhoneMessage("+1", f"message {n}.", till.clock.now()))
        await display.until(
            lambda: (
                display.app.phone.messages[-1:] != ()
                and (display.app.phone.messages[-1].text == "message 199.")
            )
        )
        assert "message 199." in display.seen
        assert "message 194." in display.seen
        assert "message 100." not in display.seen
        assert len(display.app.phone.messages) == 100


async def test_the_display_waits_for_a_till_and_survives_its_end(tmp_path: Path) -> None:
    async with look(tmp_path, phone=True, size=HIGH) as display:
        await display.until(lambda: display.app.customer.shown is None)
        assert "Waiting for the till" in display.seen
        for _day in range(2):
            stand = make_stand()
            server = DisplayServer(stand.till)
            await stand.till.start()
            await server.start(tmp_path)
            await stand.do(do.Scan(VERA_PHONE))
            await stand.do(do.EnterCode(stand.code), do.Scan(BREAD))
            await display.until(lambda: len(display.app.phone.messages) == 1)
            await display.shows(stand)
            assert display.has_big("49.90", 2)
            await server.close()
            await stand.till.close()
            await display.until(lambda: display.app.customer.shown is None)
            assert "Waiting for the till" in display.seen


async def test_the_display_speaks_as_the_till_does(till: Stand, tmp_path: Path) -> None:
    async with look(tmp_path) as display:
        await till.do(do.Scan(BREAD))
        await display.shows(till)
        assert "TOTAL" in display.seen
        i18n.set_language("ru")
        await till.do(do.Scan(BREAD))
        await display.shows(till)
        assert "ИТОГО" in display.seen
        assert "99,80" in display.seen or display.has_big("99,80")


async def test_training_is_not_to_be_overlooked(tmp_path: Path) -> None:
    stand = make_stand(shop=demo_shop().model_copy(update={"training": True}))
    server = DisplayServer(stand.till)
    await stand.till.start()
    await server.start(tmp_path)
    async with look(tmp_path) as display:
        await display.shows(stand)
        assert "Training" in display.seen
    await server.close()
    await stand.till.close()


async def test_a_closed_till_says_so(till: Stand, tmp_path: Path) -> None:
    await till.do(do.CloseShift())
    async with look(tmp_path) as display:
        await display.shows(till)
        assert "This till is closed" in display.seen
        assert "Scan the code" not in display.seen


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+q", "й"])
async def test_it_closes(tmp_path: Path, key: str) -> None:
    async with look(tmp_path) as display:
        await display.pilot.press(key)
        await display.pilot.pause()
        assert display.app._exit


async def test_a_hostile_till_cannot_harm_the_display(tmp_path: Path) -> None:
    """All that the wire lets through, at its worst, and a flood of it."""
    bad = "[/x][red]\x1b[2J\u202e\n\t🍞\u0301" * 8
    huge = 10**30
    line = ShownLine(
        number=-huge, name=bad, quantity=huge, price=-huge, amount=huge, total=-huge,
        discounts=(bad,) * 8,
    )  # fmt: skip
    receipt = ShownReceipt(
        lines=(line,) * 60, count=-1, total=huge, amount=-huge, discount=huge, buyer=bad, level=bad,
        new_level=bad, messages=(bad,) * 8, gifts=(bad,) * 8, coupons=(bad,) * 8, offline=True,
    )  # fmt: skip
    worst = [
        Shown(shop=bad, club=bad, sign=bad, join=bad, digits=4, state=state, receipt=given)
        for state in State
        for given in (receipt, ShownReceipt(), None)
    ]
    messages = Update.model_validate_json(
        '{"phone": [{"to": "[/x]", "text": "\\u001b[2J[/", "at": "0001-01-01T00:00:00+23:00"},'
        '{"to": "", "text": "", "at": "9999-12-31T23:59:59-23:00", "code": "[/]"}]}'
    ).phone
    lines = b"".join(
        Update(shown=one, phone=messages).model_dump_json().encode() + b"\n" for one in worst
    )

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readline()
            writer.write(lines)
            await writer.drain()
            writer.write(Update(shown=worst[0]).model_dump_json().encode() + b"\n")
            writer.write(b'{"shown": {"shop": "the last word"}}\n')
            await reader.read()
        finally:
            writer.transport.abort()

    trap = await asyncio.start_server(flood, HOST, 0)
    Address(port=trap.sockets[0].getsockname()[1], token="0" * 64).publish(tmp_path)
    for size in (LOW, HIGH, (20, 5), (1, 1)):
        async with look(tmp_path, size, phone=True) as display:
            await display.until(
                lambda: (
                    (now := display.app.customer.shown) is not None and now.shop == "the last word"
                )
            )
            assert "\x1b" not in display.seen
            assert "\u202e" not in display.seen
            for one in worst:
                display.app.hear(Update(shown=one, phone=messages))
                await display.pilot.pause()
            assert all(len(row) <= size[0] for row in display.rows)
    trap.close()
    await trap.wait_closed()

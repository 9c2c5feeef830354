"""What the buyer sees: made from real receipts, heard over a real loopback."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand import MORNING, Stand, demo_shop, make_stand

from cashier import commands as do
from cashier.commands import Connection
from cashier.display import (
    HOST,
    LARGEST_UPDATE,
    MOST_LINES,
    MOST_MESSAGES,
    Address,
    Shown,
    ShownReceipt,
    Update,
    phone_message,
    shown,
)
from cashier.display_client import DisplayClient
from cashier.display_server import MOST_STRANGERS, MOST_VIEWERS, DisplayServer
from cashier.events import Said
from cashier.exchange import PhoneMessage
from cashier.money import ONE
from cashier.receipt import (
    Buyer,
    Customer,
    Identifier,
    IdentifierKind,
    Kind,
    Receipt,
    TenderKind,
    line_of,
)
from cashier.snapshot import Snapshot, State

VERA, VERA_PHONE = "2900000000032", "+79001234503"
BREAD, MILK = "4600000000015", "4600000000114"


def files(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def seen(stand: Stand) -> Shown:
    place = stand.till.workplace
    return shown(stand.till.now, place.shop, place.system)


def receipt_of(stand: Stand) -> ShownReceipt:
    receipt = seen(stand).receipt
    assert receipt is not None
    return receipt


# --- the pure function


async def test_a_sale_with_points_from_the_first_scan_to_the_thanks(stand: Stand) -> None:
    start = seen(stand)
    assert (start.shop, start.club, start.receipt) == ("Магазин «Пример»", "Клуб «Пример»", None)
    assert (start.sign, start.digits, start.language, start.training) == ("₽", 2, "en", False)

    await stand.do(do.Scan(BREAD, 2 * ONE), do.AddGoods("10601", 450))
    receipt = receipt_of(stand)
    assert [(line.name, line.quantity, line.unit) for line in receipt.lines] == [
        ("Polevoy wheat bread, 400 g", 2000, "pc"), ("Bananas", 450, "kg"),
    ]  # fmt: skip
    assert (receipt.total, receipt.discount, receipt.points) == (stand.receipt.total, 0, None)

    await stand.do(do.Scan(VERA_PHONE))
    assert seen(stand).code_sent
    await stand.do(do.EnterCode(stand.code), do.AddGoods("10507", 3 * ONE))
    await stand.do(do.Calculate())
    receipt = receipt_of(stand)
    offer = stand.till.now.offer
    assert offer and stand.receipt.applied and receipt.points
    assert (receipt.buyer, receipt.level) == ("Vera P.", "Gold")
    assert 0 < receipt.discount == receipt.amount - receipt.total
    assert all(line.total == line.amount or line.discounts for line in receipt.lines)
    assert "Gold card discount" in receipt.lines[2].discounts
    assert receipt.points.balance == offer.balance == 300_000
    assert receipt.points.spendable == offer.spendable > 0
    assert receipt.points.earn == stand.receipt.applied.earn > 0

    assert any("more" in text for text in receipt.messages)
    await stand.do(do.PayPoints(10_000))
    paid = receipt_of(stand)
    assert paid.points and paid.points.spend == paid.points_paid == 10_000
    assert paid.discount == receipt.discount
    assert paid.total == receipt.total - 10_000

    await stand.do(do.TakeTender(TenderKind.CASH, 1000))
    paying = seen(stand)
    assert paying.state is State.PAYING
    assert paying.receipt and paying.receipt.paid == 1000
    assert paying.receipt.due == paid.total - 1000

    await stand.do(do.TakeTender(TenderKind.CASH, 500_000))
    done, settled = seen(stand), stand.receipt.settled
    assert settled and done.receipt and done.receipt.points
    assert done.state is State.FINISHED
    assert done.receipt.change == stand.receipt.change > 0
    assert (done.receipt.points.earn, done.receipt.points.spend) == (settled.earned, 10_000)
    assert done.receipt.points.balance == settled.balance
    assert [text[:17] for text in done.receipt.messages] == ["Spent 100 points,"]
    assert VERA_PHONE not in done.model_dump_json()
    assert VERA not in done.model_dump_json()

    await stand.do(do.FindSale(number=stand.receipt.number), do.ReturnLine(3, ONE))
    back = receipt_of(stand)
    assert (back.kind, back.total, back.count) == (Kind.RETURN, stand.receipt.total, 1)
    await stand.do(do.Refund())
    back = receipt_of(stand)
    assert back.change == 0
    assert back.points and back.points.taken_back > 0 and back.points.given_back > 0


async def test_the_shop_says_how_to_join_and_that_this_is_an_exercise() -> None:
    shop = demo_shop()
    loyalty = shop.loyalty.model_copy(update={"join": "https://club.example/\x1b[2J"})
    drill = shop.model_copy(update={"loyalty": loyalty, "training": True})
    there = shown(Snapshot(), drill, None)
    assert (there.join, there.training) == ("https://club.example/ [2J", True)


async def test_without_connection_the_buyer_reads_why_and_gets_his_points_later(
    stand: Stand,
) -> None:
    await stand.do(do.Scan(VERA), do.Scan(BREAD), do.SetConnection(Connection.OFFLINE))
    await stand.do(do.Calculate())
    assert receipt_of(stand).offline
    await stand.do(do.TakeTender(TenderKind.CARD))
    points = receipt_of(stand).points
    assert points and points.later


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Anna Sokolova", "Anna S."),
        ("Анна Петровна Соколова", "Анна П."),
        ("Anna", "Anna"),
        ("", "********4567"),
        ("   ", "********4567"),
        ("+79001234567", "********4567"),
        ("ann@mail.example", "********4567"),
        ("\u202eАнна [/b]", "Анна [."),
    ],
)
def test_a_buyer_is_greeted_by_first_name_and_initial(name: str, greeted: str) -> None:
    phone = Identifier(IdentifierKind.PHONE, "+79001234567")
    buyer = Buyer(phone, Customer("1", name, "+79001234567"))
    stand = make_stand()
    receipt = replace(_empty(), buyer=buyer)
    stand.till.now = Snapshot(State.SELLING, receipt)
    assert receipt_of(stand).buyer == greeted
    assert "9001234567" not in seen(stand).model_dump_json()


def _empty() -> Receipt:
    return Receipt("r1", MORNING)


def test_of_a_long_receipt_the_last_lines_are_shown_with_the_whole_sum() -> None:
    lines = [line_of(0, "1", f"Goods {n}", 100, ONE) for n in range(500)]
    receipt = _empty().with_lines(lines)
    there = shown(Snapshot(State.SELLING, receipt), demo_shop(), None).receipt
    assert there
    assert (len(there.lines), there.count, there.total) == (MOST_LINES, 500, 50_000)
    assert there.lines[-1].name == "Goods 499"


@given(st.text(max_size=3000), st.integers(0, 10**20), st.text(max_size=400))
def test_whatever_the_texts_and_sums_are_the_update_fits_the_wire(
    name: str, price: int, who: str
) -> None:
    lines = [replace(line_of(0, "1", name, price, 99_999 * ONE), unit=who)] * 70
    receipt = replace(
        _empty().with_lines(lines),
        buyer=Buyer(Identifier(IdentifierKind.CARD, name), Customer("1", who)),
    )
    moment = shown(Snapshot(State.SELLING, receipt), demo_shop(), None)
    message = phone_message(PhoneMessage(who, name, datetime(2026, 1, 1), name))  # noqa: DTZ001
    update = Update(shown=moment, phone=(message,) * MOST_MESSAGES)
    line = update.model_dump_json().encode()
    assert b"\n" not in line
    assert len(line) < LARGEST_UPDATE
    assert Update.model_validate_json(line) == update


# --- server and client


class Ears:
    """Hears what a display hears, and waits for it."""

    def __init__(self) -> None:
        self.updates: list[Update | None] = []
        self._news = asyncio.Condition()

    def hear(self, update: Update | None) -> None:
        self.updates.append(update)
        asyncio.get_running_loop().create_task(self._wake())

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def until(self, there: Callable[["Ears"], bool]) -> None:
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: there(self))

    @property
    def shown(self) -> Shown | None:
        """The newest picture; None: there is no till."""
        for update in reversed(self.updates):
            if update is None or update.shown is not None:
                return update.shown if update else None
        return None

    @property
    def phone(self) -> list[str]:
        return [message.text for update in self.updates if update for message in update.phone]


@pytest.fixture
async def server(stand: Stand, tmp_path: Path) -> AsyncIterator[DisplayServer]:
    made = DisplayServer(stand.till)
    await made.start(tmp_path)
    yield made
    await made.close()


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[Ears]:
    heard = Ears()
    listening = asyncio.create_task(DisplayClient(tmp_path, heard.hear, retry_seconds=0.01).run())
    yield heard
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_a_display_gets_the_present_then_every_change_and_the_phone_in_order(
    stand: Stand, server: DisplayServer, tmp_path: Path, ears: Ears
) -> None:
    await ears.until(lambda e: e.shown == seen(stand))
    await stand.do(do.Scan(BREAD))
    await ears.until(lambda e: e.shown == seen(stand))
    await stand.do(do.Scan(VERA_PHONE), do.ResendCode())
    await ears.until(lambda e: len(e.phone) == 2)
    late = Ears()
    client = asyncio.create_task(DisplayClient(tmp_path, late.hear).run())
    await late.until(lambda e: e.shown == seen(stand))
    assert len(late.updates) == 1
    assert late.phone == ears.phone == [message.text for message in stand.all(PhoneMessage)]
    client.cancel()
    await asyncio.gather(client, return_exceptions=True)


async def test_many_changes_are_few_pictures_and_the_last_one_arrives(
    stand: Stand, server: DisplayServer, ears: Ears
) -> None:
    await ears.until(lambda e: e.shown is not None)
    await asyncio.gather(*(stand.till.do(do.Scan(BREAD)) for _ in range(300)))
    await ears.until(lambda e: e.shown == seen(stand))
    assert ears.shown and ears.shown.receipt and ears.shown.receipt.count == 300
    assert len([update for update in ears.updates if update]) < 100


async def test_a_display_waits_for_the_till_and_finds_the_next_one(
    stand: Stand, tmp_path: Path, ears: Ears
) -> None:
    await ears.until(lambda e: e.updates[-1:] == [None])
    first = DisplayServer(stand.till)
    await first.start(tmp_path)
    await stand.do(do.Scan(BREAD))
    await ears.until(lambda e: e.shown == seen(stand))
    heard = len(ears.updates)
    await first.close()
    assert files(tmp_path) == []
    await ears.until(lambda e: None in e.updates[heard:])
    second = DisplayServer(stand.till)
    await second.start(tmp_path)
    await ears.until(lambda e: e.shown == seen(stand))
    await second.close()


async def test_the_address_is_for_this_user_only_and_goes_with_the_till(
    stand: Stand, server: DisplayServer, tmp_path: Path
) -> None:
    file = tmp_path / "display.json"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    address = Address.of(tmp_path)
    assert files(tmp_path) == ["display.json"]
    await server.close()
    await server.close()
    assert files(tmp_path) == []
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(HOST, address.port)


async def test_a_folder_that_cannot_be_written_is_told_and_the_till_sells_on(
    stand: Stand, tmp_path: Path
) -> None:
    server = DisplayServer(stand.till)
    await server.start(tmp_path / "nowhere")
    assert "display cannot be connected" in stand.all(Said)[-1].text
    await stand.do(do.Scan(BREAD))
    await server.close()


# --- whoever else comes


async def knock(port: int, words: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(HOST, port, limit=LARGEST_UPDATE)
    writer.write(words)
    return reader, writer


async def hung_up(reader: asyncio.StreamReader) -> bytes:
    """All that was said until the other side hung up."""
    try:
        async with asyncio.timeout(10):
            return await reader.read(-1)
    except ConnectionError:
        return b""


@pytest.mark.parametrize(
    "words",
    [b"\n", b"0" * 64 + b"\n", b"x" * 100_000, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\xff\n{}\n"],
    ids=["nothing", "wrong", "endless", "browser", "bytes"],
)
async def test_who_does_not_know_the_password_hears_nothing(
    server: DisplayServer, tmp_path: Path, words: bytes
) -> None:
    reader, writer = await knock(Address.of(tmp_path).port, words)
    assert await hung_up(reader) == b""
    assert server.viewers == 0
    writer.transport.abort()


async def test_a_crowd_of_strangers_does_not_keep_a_display_out(
    stand: Stand, server: DisplayServer, tmp_path: Path
) -> None:
    port = Address.of(tmp_path).port
    crowd = [await knock(port, b"") for _ in range(10 * MOST_STRANGERS)]
    ears = Ears()
    client = asyncio.create_task(DisplayClient(tmp_path, ears.hear, retry_seconds=0.01).run())
    await ears.until(lambda e: e.shown == seen(stand))
    assert await hung_up(crowd[0][0]) == b""
    client.cancel()
    await asyncio.gather(client, return_exceptions=True)
    for _reader, writer in crowd:
        writer.transport.abort()


async def test_so_many_displays_and_no_more(server: DisplayServer, tmp_path: Path) -> None:
    address = Address.of(tmp_path)
    password = address.token.encode() + b"\n"
    looking = [await knock(address.port, password) for _ in range(MOST_VIEWERS)]
    for reader, _writer in looking:
        assert (await reader.readline()).endswith(b"\n")
    reader, writer = await knock(address.port, password)
    assert await hung_up(reader) == b""
    for _reader, other in [*looking, (reader, writer)]:
        other.transport.abort()


async def test_a_display_that_talks_back_is_dropped(server: DisplayServer, tmp_path: Path) -> None:
    address = Address.of(tmp_path)
    reader, writer = await knock(address.port, address.token.encode() + b"\n")
    await reader.readline()
    writer.write(b"scan 4600000000015\n")
    assert await hung_up(reader) == b""
    writer.transport.abort()


async def test_a_display_that_does_not_listen_is_dropped_and_others_see_on(
    stand: Stand, tmp_path: Path, ears: Ears
) -> None:
    server = DisplayServer(stand.till, patience=0.05)
    await server.start(tmp_path)
    address = Address.of(tmp_path)
    reader, writer = await knock(address.port, address.token.encode() + b"\n")
    await reader.readline()
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # as a stopped terminal does
    await ears.until(lambda e: e.shown is not None and server.viewers == 2)
    letter = PhoneMessage(VERA_PHONE, "б" * 1000, MORNING)
    while server.viewers == 2:
        heard = len(ears.phone)
        for _ in range(MOST_MESSAGES):
            stand.till.events.tell(letter)
        await ears.until(lambda e, more=heard + MOST_MESSAGES: len(e.phone) == more)  # type: ignore[misc]
    await stand.do(do.Scan(BREAD))
    await ears.until(lambda e: e.shown == seen(stand))
    writer.transport.abort()
    await server.close()


# --- a till that is none


async def test_a_hostile_till_is_not_believed(tmp_path: Path, ears: Ears) -> None:
    says = [
        b"not json\n",
        b"{}" + b" " * LARGEST_UPDATE,
        b'{"shown": {"shop": "' + b"x" * 300 + b'"}}\n',
        b'{"shown": {"shop": "x", "digits": 99}}\n',
        b'{"phone": [{"to": "", "text": "", "at": "2026-01-01T00:00:00"}]}\n',
        b"[" * 100_000 + b"\n",
        b'{"shown": {"shop": "x", "receipt": {"total": 1' + b"0" * 200 + b"}}}\n",
        b'{"extra": 1}\n',
        b'{"shown": {"shop": "an honest one"}}\n',
    ]
    told = iter(says)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(next(told, b""))
        try:
            await reader.read()
        finally:
            writer.transport.abort()

    trap = await asyncio.start_server(answer, HOST, 0)
    port = trap.sockets[0].getsockname()[1]
    Address(port=port, token="0" * 64).publish(tmp_path)
    await ears.until(lambda e: e.shown is not None)
    (honest,) = [update for update in ears.updates if update]
    assert honest.shown and honest.shown.shop == "an honest one"
    trap.close()
    await trap.wait_closed()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"port": 0, "token": "00"}', '{"port": "1"}', "x" * 10_000, "\0"]
)
async def test_an_address_file_that_makes_no_sense_is_no_till(
    tmp_path: Path, ears: Ears, text: str
) -> None:
    (tmp_path / "display.json").write_text(text)
    await ears.until(lambda e: e.updates[-2:] == [None, None])
    assert ears.shown is None

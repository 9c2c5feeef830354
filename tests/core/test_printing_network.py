"""A printer behind a wire: what the till notices of it, and how long it waits."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cashier.printing.escpos_printer import EscposPrinter
from cashier.printing.settings import Kind, Printing
from cashier.slip import Cut, Slip, Text

SLIP = Slip("R0101-000042", (Text("Спасибо за покупку"), Cut()))
ASKS = b"\x10\x04"
FINE = {1: 0x16, 2: 0x12, 4: 0x12}
NO_PAPER = {1: 0x1E, 2: 0x32, 4: 0x72}
COVER = {1: 0x1E, 2: 0x16, 4: 0x12}
BROKEN = {1: 0x1E, 2: 0x52, 4: 0x12}


@dataclass
class Wire:
    """A printer on 127.0.0.1 that does as the test says."""

    status: dict[int, int] | None = field(default_factory=lambda: FINE)
    """Answers to DLE EOT; None: it is silent."""
    then: dict[int, int] | None = field(default_factory=lambda: FINE)
    """Answers from the first byte of a slip on."""
    around: bytes = b""
    """Sent before each answer."""
    hangs_up: bool = False
    """At the first byte of a slip."""
    port: int = 0
    _heard: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)

    async def heard(self, connections: int) -> list[bytes]:
        """What came over each connection, the questions left out; waits until they are closed."""
        return [await self._heard.get() for _connection in range(connections)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = b""
        while data := await reader.read(10_000):
            # A question stands alone before a slip, and may come right behind one.
            text, asked, kind = data.partition(ASKS)
            heard += text
            if text and self.hangs_up:
                writer.transport.abort()
                break
            answers = self.then if heard else self.status
            if asked and answers is not None:
                writer.write(self.around + bytes([answers[kind[0]]]))
        writer.close()
        self._heard.put_nowait(heard)


@asynccontextmanager
async def listening(wire: Wire) -> AsyncIterator[Wire]:
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    async with server:
        wire.port = server.sockets[0].getsockname()[1]
        yield wire


def printer(port: int, *, status: bool = True) -> EscposPrinter:
    settings = Printing(
        kind=Kind.NETWORK, host="127.0.0.1", port=port, timeout_seconds=1, status=status
    )
    return EscposPrinter(settings, 42, Path())


async def trouble(act: Callable[..., None], *slip: Slip) -> str:
    with pytest.raises(OSError, match="rinter") as caught:
        await asyncio.to_thread(act, *slip)
    return str(caught.value)


async def test_a_printer_that_answers_gets_slip_and_pulse_each_over_its_own_connection() -> None:
    async with listening(Wire(around=b"\x1c\x00\x00\x0f")) as wire:  # it reports on its own, too
        made = printer(wire.port)
        await asyncio.to_thread(made.print, SLIP)
        await asyncio.to_thread(made.open_drawer)
        await asyncio.to_thread(made.print, SLIP)
        first, pulse, second = await wire.heard(3)
    assert "Спасибо за покупку\n".encode("cp866") in first
    assert first == second
    assert first.endswith(b"\x1dV\x00")
    assert pulse == b"\x1bp\x00" + b"22"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (NO_PAPER, "The printer is out of paper"),
        (COVER, "The cover of the printer is open"),
        (BROKEN, "The printer reports an error"),
        ({1: 0x1E, 2: 0x32, 4: 0x12}, "The printer is out of paper"),
        (dict.fromkeys(FINE, 0x48), "something that is not ESC/POS"),
        (None, "does not answer"),
    ],
)
async def test_a_printer_that_cannot_is_not_sent_the_slip_but_the_pulse(
    status: dict[int, int] | None, said: str
) -> None:
    async with listening(Wire(status=status)) as wire:
        made = printer(wire.port)
        assert said in await trouble(made.print, SLIP)
        await asyncio.to_thread(made.open_drawer)
        assert await wire.heard(2) == [b"", b"\x1bp\x00" + b"22"]


@pytest.mark.parametrize(
    ("wire", "said"),
    [
        (Wire(then=NO_PAPER), "out of paper"),
        (Wire(then=COVER), "cover of the printer is open"),
        (Wire(then=None), "does not answer"),
        (Wire(hangs_up=True), "hung up"),
    ],
)
async def test_what_happens_while_it_prints_is_noticed_afterwards(wire: Wire, said: str) -> None:
    async with listening(wire):
        assert said in await trouble(printer(wire.port).print, SLIP)
        wire.then, wire.hangs_up = FINE, False
        await asyncio.to_thread(printer(wire.port).print, SLIP)
        assert "Спасибо".encode("cp866") in (await wire.heard(2))[1]


async def test_a_printer_that_never_answers_can_be_used_unasked() -> None:
    async with listening(Wire(status=None, then=None)) as wire:
        await asyncio.to_thread(printer(wire.port, status=False).print, SLIP)
        assert (await wire.heard(1))[0].endswith(b"\x1dV\x00")


async def test_nobody_there() -> None:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))  # taken, but nobody listens
        made = printer(place.getsockname()[1])
        assert "cannot be reached" in await trouble(made.print, SLIP)
        assert "cannot be reached" in await trouble(made.open_drawer)
    nowhere = Printing(kind=Kind.NETWORK, host="a..b", timeout_seconds=1)
    with pytest.raises(OSError, match=r"The printer a\.\.b:9100 cannot be used"):
        EscposPrinter(nowhere, 42, Path()).print(SLIP)

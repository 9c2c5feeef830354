"""A service whose answers are good but one, through the real door and without sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import stamina
from hypothesis import strategies as st
from mapped.mutated import answers
from rarus.scripted import GOOD, PASSWORD
from stand import MORNING

from backends.exact_json import json_bytes
from backends.http import Door, Network
from backends.rarus.client import RarusBackend
from backends.rarus.client.link import Link
from backends.rarus.client.options import RarusOptions
from cashier.clock import ManualClock

WRITES = ("/new", "/attach", "/levelup", "/hold/add", "/coupon_hold/add", "/process_bonus",
          "/activate", "/pay", "/confirm", "/delete")  # fmt: skip


class Stage:
    """Answers from the script; the call that is the ``victim`` (from 0) is answered spoilt."""

    def __init__(self, script: dict[str, Any]) -> None:
        self._script = {**GOOD, **script}
        self.turns: dict[str, int] = {}
        self.victim = -1
        self.spoilt: tuple[int, bytes] = (200, b"")
        """Status and body in place of what the victim would be answered."""
        self.said: list[tuple[int, bytes]] = []
        self.calls: list[tuple[str, int]] = []
        """Path and status of every answer; a level that is only asked about has ``?check``."""

    def again(self, victim: int) -> None:
        """From the beginning, with this victim."""
        self.calls.clear()
        self.said.clear()
        self.turns.clear()
        self.victim = victim

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.partition(b"?")[0].decode()
        status, body = self._said(f"{request.method} {path}")
        if len(self.calls) == self.victim:
            status, body = self.spoilt
        self.said.append((status, body))
        asks = b'"check":true' in request.content
        self.calls.append((f"{path}?check" if asks else path, status))
        return httpx.Response(status, stream=httpx.ByteStream(body))

    def _said(self, line: str) -> tuple[int, bytes]:
        told = self._script.get(line, (404, {"code": 114, "message": ""}))
        if isinstance(told, list):
            turn = self.turns.get(line, 0)
            self.turns[line] = turn + 1
            told = told[min(turn, len(told) - 1)]
        status, value = told if isinstance(told, tuple) else (200, told)
        return status, value if isinstance(value, bytes) else json_bytes(value)

    def choose(self, data: st.DataObject) -> int:
        """After a day without a victim: one of its calls, and what is answered to it instead."""
        victim = data.draw(st.integers(0, len(self.said) - 1))
        status, body = self.said[victim]
        self.spoilt = data.draw(answers(body, status))
        return victim

    @property
    def changed(self) -> bool:
        """Something was changed for good, and the client was told so."""
        done = [path for path, status in self.calls if status < 300 and path.endswith(WRITES)]
        return bool(done) and not done[-1].endswith(("/delete", "/pay"))


@contextmanager
def on_stage(stage: Stage, **options: Any) -> Iterator[RarusBackend]:
    """A client that speaks to it; nothing is asked again by itself, nothing is to be closed."""
    clock = ManualClock(MORNING)
    transport = httpx.MockTransport(stage.answer)
    door = Door("http://rarus.example", Network(again=0), clock, transport=transport, beside=Path())
    given = RarusOptions(url="http://rarus.example", login="till", password=PASSWORD, **options)
    stamina.set_testing(True, attempts=1)
    try:
        yield RarusBackend(Link(door, given.login, given.password), given, clock)
    finally:
        stamina.set_testing(False)

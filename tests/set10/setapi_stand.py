"""A till whose loyalty system is a pair of plugins; and plugins that do what a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stand import MORNING, Stand, make_stand

from backends.set10.setapi import contract as api
from backends.set10.setapi.backend import SetApiBackend
from backends.set10.setapi.book import Book
from backends.set10.setapi.near import make
from backends.set10.setapi.options import ExampleSettings
from backends.set10.setapi.plugins import Plugins, Setup
from cashier import exchange as ex
from cashier.clock import ManualClock, counted_ids
from cashier.receipt import Identifier, IdentifierKind

ANNA = "2900000000018"
CARD = Identifier(IdentifierKind.CARD, ANNA)


def setup(clock: ManualClock, folder: Path | None = None, **settings: Any) -> Setup:
    return Setup(
        settings=settings,
        folder=folder,
        card=Path("shop.toml"),
        clock=clock,
        ids=counted_ids("plugin"),
        phone=lambda _message: None,
    )


@dataclass
class Heard:
    """A pair of plugins in between: writes down each call, and breaks where a test says."""

    inner: Plugins
    calls: list[str] = field(default_factory=list)
    before: dict[str, Callable[[], Any]] = field(default_factory=dict)
    """What happens in place of a call; it may raise, or give an answer other than None."""
    after: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    """What becomes of an answer."""

    @property
    def plugins(self) -> Plugins:
        return Plugins(
            self.inner.name,
            _Spy(self, self.inner.loyalty),
            _Spy(self, self.inner.cards),
            self.inner.close,
        )


class _Spy:
    def __init__(self, heard: Heard, inner: object) -> None:
        self._heard, self._inner = heard, inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not callable(method):
            return method

        async def call(*said: Any) -> Any:
            heard = self._heard
            heard.calls.append(name)
            instead = heard.before[name]() if name in heard.before else None
            answer = await method(*said) if instead is None else instead
            return heard.after[name](answer) if name in heard.after else answer

        return call


@dataclass
class PluginTill:
    stand: Stand
    heard: Heard
    backend: SetApiBackend

    @property
    def calls(self) -> list[str]:
        return self.heard.calls

    async def points(self) -> int:
        """What is on Anna's card, as the plugin's cards have it."""
        found = await self.heard.inner.cards.search_card(api.CardQuery(number=ANNA))
        return found.cards[0].balance


def plugin_till(**settings: Any) -> PluginTill:
    clock = ManualClock(MORNING)
    heard = Heard(make(setup(clock, **settings)))
    backend = SetApiBackend(heard.plugins, Book(None))
    return PluginTill(make_stand(around=lambda _house: backend), heard, backend)


def silent() -> Any:
    raise ex.OutcomeUnknown("nobody answers")


def away() -> Any:
    raise ex.Unavailable("nobody is there")


DEMO = ExampleSettings()

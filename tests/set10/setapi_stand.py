"""A till whose loyalty system is a pair of plugins; and plugins that do what a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stand import MORNING, Stand, make_stand

from backends.set10.setapi import contract as api
from backends.set10.setapi.backend import SetApiBackend
from backends.set10.setapi.book import Book
from backends.set10.setapi.near import make
from backends.set10.setapi.plugins import Plugins, Setup
from cashier import exchange as ex
from cashier.clock import ManualClock, counted_ids
from cashier.money import ONE
from cashier.receipt import (
    Buyer,
    Discount,
    Feedback,
    Identifier,
    IdentifierKind,
    Kind,
    Receipt,
    SaleRef,
    Source,
    Tender,
    TenderKind,
    line_of,
)
from cashier.steps.pricing import with_prices

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


class Failing:
    """Cards that do not take points."""

    def __init__(self, till: PluginTill, how: Any) -> None:
        self._inner, self.how = till.heard.inner.loyalty._processing, how  # type: ignore[attr-defined]
        till.heard.inner.loyalty._processing = self  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def accrue(self, *said: Any) -> Any:
        return self.how() if self.how else await self._inner.accrue(*said)


def silent() -> Any:
    raise ex.OutcomeUnknown("nobody answers")


def away() -> Any:
    raise ex.Unavailable("nobody is there")


# --- a receipt, step by step, past the till ----------------------------------------------------

BREAD = line_of(1, "10101", "Bread", 4990, 3 * ONE)
SPEND = 10_00


async def anna(backend: ex.Backend) -> Buyer:
    found = await backend.identify(ex.IdentifyRequest(identifier=CARD, at=MORNING))
    assert isinstance(found, ex.Found)
    return Buyer(CARD, found.customer, found.cards[0])


async def priced(backend: ex.Backend, receipt_id: str = "doc-1", **facts: Any) -> Receipt:
    """Anna buys bread; the prices are on it."""
    receipt = Receipt(
        receipt_id, MORNING, shop="01", till="01", lines=(BREAD,), number="R1",
        buyer=await anna(backend), **facts,
    )  # fmt: skip
    answer = await backend.calculate(ex.CalculateRequest(receipt=receipt, at=MORNING))
    return with_prices(receipt, answer)


async def written_off(backend: ex.Backend, receipt: Receipt, operation: str = "op-h") -> Receipt:
    """Ten points are written off for it, and on its line."""
    request = ex.ReserveRequest(operation_id=operation, receipt=receipt, spend=SPEND, at=MORNING)
    kept = await backend.reserve(request)
    assert isinstance(kept, ex.Reserved)
    held = replace(receipt, hold=operation, context=kept.context)
    asked = ex.CalculateRequest(receipt=held.uncalculated(), spend=SPEND, at=MORNING)
    answer = await backend.calculate(asked)
    return with_points(with_prices(held.uncalculated(), answer))


def with_points(receipt: Receipt, points: int = SPEND) -> Receipt:
    bread = receipt.lines[0]
    paid = Discount(Source.POINTS, "points", "Points", points)
    line = replace(bread, discounts=(*bread.discounts, paid))
    return replace(receipt, lines=(line,), spend=points)


def saving(receipt: Receipt, *, again: bool = False) -> ex.SaveSaleRequest:
    closed = replace(receipt, closed_at=MORNING, tenders=(Tender(TenderKind.CASH, receipt.total),))
    return ex.SaveSaleRequest(
        operation_id=f"{receipt.receipt_id}:sale", receipt=closed, at=MORNING, again=again
    )


def returning(sale: Receipt, pieces: int, name: str = "doc-2") -> ex.SaveReturnRequest:
    line = replace(sale.lines[0], sale_line=1, quantity=pieces * ONE)
    back = Receipt(
        name, MORNING, kind=Kind.RETURN, shop="01", till="01", buyer=sale.buyer, number="R2",
        lines=(line,), of=SaleRef(sale.receipt_id, "R1", MORNING), closed_at=MORNING,
    )  # fmt: skip
    lines = (ex.LineReturned(number=1, quantity=pieces * ONE),)
    return ex.SaveReturnRequest(
        operation_id=f"{name}:return", receipt=back, lines=lines, at=MORNING
    )


def releasing(receipt: Receipt, operation: str = "op-h") -> ex.ReleaseRequest:
    return ex.ReleaseRequest(operation_id=operation, receipt=receipt, at=MORNING)


def handed(*kept: Feedback) -> ex.FeedbackRequest:
    return ex.FeedbackRequest(operation_id="op-f", feedback=kept, at=MORNING)

"""What is asked of the chain while its picture stays alive; an old answer is not an answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.worker import Worker

from cashier.clock import Clock
from cashier.errors import CashierError
from cashier.i18n import _
from cashier.links import Chain
from cashier.receipt import Receipt
from cashier.words import explain

if TYPE_CHECKING:
    from screens.chain.chain_screen import ChainScreen

_PRICES, _SEARCH = "prices", "search"


class Asking:
    """Two questions at most: what an order costs, and which is the best and the worst.

    A new one of its kind takes the place of the one before.
    """

    def __init__(self, screen: "ChainScreen", chain: Chain, clock: Clock) -> None:
        self._screen = screen
        self._chain = chain
        self._at = clock.now()
        """The same for all orders: only the order makes a difference."""
        self._under_way: dict[str, object] = {}
        self.trouble = ""
        """Why there is no answer, in a sentence."""

    @property
    def words(self) -> str:
        """What is being asked; empty: nothing is."""
        if self.searching:
            return _("Trying the orders…") + "   " + _("Esc: do not wait")
        return _("Asking what this order costs…") if _PRICES in self._under_way else ""

    @property
    def searching(self) -> bool:
        return _SEARCH in self._under_way

    def prices(self) -> None:
        """Of the order that is looked at, and of the configured one; what is known is not asked."""
        self._stop(_PRICES)
        self.trouble = ""
        receipt = self._screen.receipt
        if receipt is not None and self._screen.way.unknown:
            self._begin(_PRICES, receipt)

    def search(self, found: Callable[[], None]) -> None:
        """The best and the worst order; then ``found``."""
        receipt = self._screen.receipt
        if self._screen.way.orders is not None:
            found()
        elif receipt is not None:
            self._begin(_SEARCH, receipt, found)

    def stop_searching(self) -> None:
        self._stop(_SEARCH)

    # --- one question

    def _begin(self, kind: str, receipt: Receipt, found: Callable[[], None] | None = None) -> None:
        self._stop(kind)
        self.trouble = ""
        mark = self._under_way[kind] = object()

        async def ask() -> None:
            await self._ask(kind, mark, receipt, found)

        # a function: a coroutine of one that is cancelled before it begins would be left behind
        _worker: Worker[None] = self._screen.run_worker(ask, group=kind, exclusive=True)

    def _stop(self, kind: str) -> None:
        if self._under_way.pop(kind, None) is not None:
            self._screen.workers.cancel_group(self._screen, kind)

    async def _ask(
        self, kind: str, mark: object, receipt: Receipt, found: Callable[[], None] | None
    ) -> None:
        trouble = ""
        try:
            if kind == _PRICES:
                await self._ask_prices(mark, receipt)
            else:
                await self._ask_orders(mark, receipt)
        except CashierError as error:
            trouble = explain(error)
        if self._under_way.get(kind) is not mark:
            return  # another question was asked meanwhile
        del self._under_way[kind]
        self.trouble = trouble
        if found is not None and not trouble:
            found()
        self._screen.again()

    async def _ask_prices(self, mark: object, receipt: Receipt) -> None:
        way = self._screen.way
        for order in way.unknown:
            passage = await self._chain.passage(receipt, self._at, order)
            if self._under_way.get(_PRICES) is not mark:
                return
            way.known[order] = passage
            self._screen.again()

    async def _ask_orders(self, mark: object, receipt: Receipt) -> None:
        orders = await self._chain.orders(receipt, self._at)
        if self._under_way.get(_SEARCH) is mark:
            self._screen.way.learn(orders)

"""Points and money."""

from cashier.commands import Calculate, Reprint, TakeTender, UndoTenders
from cashier.receipt import TenderKind
from cashier.snapshot import State
from screens import prompts
from screens.asking import cash
from screens.deeds import BY_ID
from screens.presses.base import Hand


class Paying(Hand):
    async def on_points(self) -> None:
        now = self._desk.now
        if now.offer is not None and now.receipt is not None:
            most = self._desk.amounts.points(now.offer.spendable)
            self._desk.ask(prompts.points(most, spending=bool(now.receipt.spend)))

    async def on_cash(self, typed: str) -> None:
        if not await self._calculated():
            return
        if typed:
            await self._take(TenderKind.CASH, typed)
        else:
            self._desk.ask(cash(self._desk))

    async def on_card(self, typed: str) -> None:
        if await self._calculated():
            await self._take(TenderKind.CARD, typed)

    async def _take(self, kind: TenderKind, typed: str) -> None:
        currency = self._desk.till.workplace.shop.money
        amount = prompts.money(typed, currency) if typed else None
        self._desk.prompt = None
        await self._desk.do(TakeTender(kind, amount))

    async def _calculated(self) -> bool:
        """Nobody pays before the prices are known."""
        if self._desk.now.state is State.SELLING:
            await self._desk.do(Calculate())
        now = self._desk.now
        return now.question is None and now.state in (State.CALCULATED, State.PAYING)

    async def on_certificate(self) -> None:
        """With money to be paid it pays; otherwise it is asked what is left."""
        paying = self._desk.now.state in (State.CALCULATED, State.PAYING)
        self._desk.ask(prompts.certificate(paying=paying))

    async def on_undo_money(self) -> None:
        await self._desk.do(UndoTenders())

    async def on_reprint(self) -> None:
        await self._desk.do(Reprint())
        self._desk.press(BY_ID["slip"])

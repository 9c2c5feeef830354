"""Returns."""

from cashier.commands import Refund, ReturnAll, ReturnLine
from cashier.i18n import _
from cashier.money import ONE
from cashier.receipt import TenderKind
from screens import prompts
from screens.dialogs.choice import Choice, Option
from screens.presses.base import Hand

_ALL = "aAаАфФ"
"""'a' for all, and what the same key or letter is on a Russian keyboard."""


class Returning(Hand):
    async def on_return(self) -> None:
        self._desk.ask(prompts.sale(self._desk.till.workplace))

    async def on_return_line(self) -> None:
        await self._bring_back(whole=True)

    async def on_keep_line(self) -> None:
        await self._bring_back(whole=False)

    async def _bring_back(self, *, whole: bool) -> None:
        line = self._desk.coming_back
        if self._desk.now.sale is None:
            if line is not None and not whole:
                await self._desk.do(ReturnLine(line.number, 0))
            return
        back = self._desk.screen.returning.back
        if back is not None:
            await self._desk.do(ReturnLine(back.line.number, back.left if whole else 0))

    async def on_return_all(self) -> None:
        await self._desk.do(ReturnAll())

    def returning(self, character: str) -> bool:
        """'+', '-' and 'a' on an empty line; True if it was one of them."""
        desk, line = self._desk, self._desk.coming_back
        if character in _ALL and desk.now.sale is not None:
            desk.later(self.on_return_all)
            return True
        if line is None or character not in "+-":
            return False
        number, by = line.number, ONE if character == "+" else -ONE

        async def change() -> None:
            if desk.now.sale is None:
                chosen = desk.now.receipt.line(number) if desk.now.receipt else None
                quantity = max(0, chosen.quantity + by) if chosen else 0
            else:
                row = next(row for row in desk.screen.returning.rows if row.line.number == number)
                quantity = max(0, min(row.left, row.quantity + by))
            await desk.do(ReturnLine(number, quantity))

        desk.later(change)
        return True

    async def on_refund_cash(self) -> None:
        self.confirm_refund(TenderKind.CASH)

    async def on_refund_card(self) -> None:
        self.confirm_refund(TenderKind.CARD)

    def confirm_refund(self, kind: TenderKind | None) -> None:
        """Money leaves the drawer: asked once more. None: the way it was paid."""
        desk = self._desk
        receipt = desk.now.receipt
        if receipt is None or not receipt.lines:
            desk.say(_("Choose what comes back: digits, +, or A for all."))
            return
        how = {
            TenderKind.CASH: _("Give back in cash"),
            TenderKind.CARD: _("Give back to the bank card"),
            None: _("Give back the way it was paid"),
        }[kind]
        dialog = Choice(
            _("Refund {money}").format(money=desk.amounts.money(receipt.total)),
            (Option(how, True), Option(_("Not yet"), False)),  # noqa: FBT003
        )
        self._choose(dialog, lambda: desk.at_once(lambda: desk.do(Refund(kind))))

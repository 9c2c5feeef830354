"""The shift and the drawer."""

from cashier.commands import (
    CashIn,
    CashOut,
    CloseShift,
    OpenDrawer,
    OpenShift,
    RecallReceipt,
    Report,
    SuspendReceipt,
)
from cashier.i18n import _
from screens import prompts
from screens.dialogs.choice import Choice, Option
from screens.presses.base import Hand


class Day(Hand):
    async def on_open_shift(self) -> None:
        currency = self._desk.till.workplace.shop.money
        prompt = prompts.drawer(
            _("Money in the drawer"), currency, lambda amount, _why: OpenShift(amount)
        )
        self._desk.ask(prompts.with_empty(prompt, OpenShift(), _("Enter: the drawer is empty")))

    async def on_x_report(self) -> None:
        await self._desk.do(Report())

    async def on_cash_in(self) -> None:
        currency = self._desk.till.workplace.shop.money
        self._desk.ask(prompts.drawer(_("Put into the drawer"), currency, CashIn))

    async def on_cash_out(self) -> None:
        currency = self._desk.till.workplace.shop.money
        self._desk.ask(prompts.drawer(_("Take out of the drawer"), currency, CashOut))

    async def on_count(self) -> None:
        currency = self._desk.till.workplace.shop.money
        self._desk.ask(prompts.counted(currency))

    async def on_drawer(self) -> None:
        await self._desk.do(OpenDrawer())

    async def on_close_shift(self) -> None:
        desk = self._desk
        dialog = Choice(
            _("Close the shift?"),
            (Option(_("Not yet"), False), Option(_("Print the Z report and close"), True)),  # noqa: FBT003
            note=_("Count the drawer first: Shift, Count."),
        )
        self._choose(dialog, lambda: desk.at_once(lambda: desk.do(CloseShift())))

    # --- receipts put aside

    async def on_hold(self) -> None:
        self._desk.prompt = None
        await self._desk.do(SuspendReceipt())

    async def on_recall(self) -> None:
        await self._desk.do(RecallReceipt())

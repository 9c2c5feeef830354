"""Menus, the trainer's switches, and what lies behind the counter."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from cashier.commands import (
    CardAnswer,
    ClearFaults,
    Command,
    Connection,
    OpenOffice,
    PrinterTrouble,
    PrintWaiting,
    ReturnGoods,
    SetCardTerminal,
    SetConnection,
    SetFault,
    SetPrinter,
    SwitchTraining,
)
from cashier.i18n import _
from cashier.steps.around import card_answer_words
from cashier.steps.paper import trouble_words
from screens.deeds import DEEDS, Deed
from screens.dialogs.choice import Choice, Option
from screens.presses.base import Hand
from screens.text import capital

if TYPE_CHECKING:
    from cashier.faults import Fault
    from screens.dialogs.faults import ClearAll

V = TypeVar("V")

_MENU = 76
"""Columns of a menu: what its rows say is a sentence."""


class Around(Hand):
    # --- menus

    def show_shift(self) -> None:
        self._menu(_("Shift"), "shift")

    def show_more(self) -> None:
        self._menu(_("More"), "more")

    def _menu(self, title: str, menu: str) -> None:
        """The deeds of a menu that would do something now, with their keys."""
        desk = self._desk
        deeds = [deed for deed in DEEDS if deed.menu == menu and desk.lit(deed)]
        options = [Option(_(deed.help), deed, desk.screen.key_map.name(deed)) for deed in deeds]

        def answered(deed: Deed | None) -> None:
            if deed is not None:
                desk.at_once(lambda: desk.presses.carry_out(deed))

        keys = {key: deed for deed in deeds for key in desk.screen.key_map.keys(deed)}
        dialog = Choice(title, options, keys=keys, columns=_MENU)
        desk.screen.app.push_screen(dialog, answered)

    def _pick(
        self,
        title: str,
        options: Sequence[Option[V]],
        command: Callable[[V], Command],
        chosen: int = 0,
    ) -> None:
        """One of several, and the command for it."""
        desk = self._desk

        def answered(answer: V | None) -> None:
            if answer is not None:
                desk.at_once(lambda: desk.do(command(answer)))

        desk.screen.app.push_screen(Choice(title, options, chosen=chosen), answered)

    # --- the trainer's switches

    def show_plug(self) -> None:
        plug = self._desk.till.workplace.plug
        if plug is None:
            return
        options = [Option(name, connection) for connection, name in _connections().items()]
        chosen = list(_connections()).index(plug.connection)
        self._pick(_("Connection to the loyalty system"), options, SetConnection, chosen)

    def show_card_terminal(self) -> None:
        now = self._desk.till.workplace.card_terminal.answer or CardAnswer.BY_AMOUNT
        options = [Option(capital(card_answer_words(answer)), answer) for answer in CardAnswer]
        title = _("Card terminal (emulated)")
        self._pick(title, options, SetCardTerminal, list(CardAnswer).index(now))

    def show_faults(self) -> None:
        from screens.dialogs.faults import ClearAll, FaultsDialog  # most shifts have none

        desk = self._desk
        plan = desk.till.workplace.plug
        if plan is None:
            return

        def answered(answer: "Fault | ClearAll | None") -> None:
            if answer is not None:
                command = ClearFaults() if isinstance(answer, ClearAll) else SetFault(answer)
                desk.at_once(lambda: desk.do(command))

        desk.screen.app.push_screen(FaultsDialog(plan), answered)

    def show_outbox(self) -> None:
        from screens.dialogs.outbox import OutboxDialog  # the same

        desk = self._desk
        place = desk.till.workplace

        async def carry_out(command: Command) -> None:
            await desk.do(command)
            if any(desk.waiting) and desk.till.now.question is None:
                self.show_outbox()

        def answered(command: Command | None) -> None:
            if command is not None:
                desk.at_once(lambda: carry_out(command))

        outbox, feedback = place.outbox, place.feedback.entries()
        dialog = OutboxDialog(
            outbox.entries(), outbox.damaged(), feedback, place.shop, desk.amounts
        )
        desk.screen.app.push_screen(dialog, answered)

    def show_printer(self) -> None:
        options = [Option(capital(trouble_words(trouble)), trouble) for trouble in PrinterTrouble]
        self._pick(_("Printer (simulated)"), options, SetPrinter)

    async def on_print_waiting(self) -> None:
        await self._desk.do(PrintWaiting())

    # --- behind the counter

    async def on_free_return(self) -> None:
        self._desk.prompt = None
        await self._desk.do(ReturnGoods())

    async def on_training(self) -> None:
        await self._desk.do(SwitchTraining(on=not self._desk.till.workplace.shop.training))

    async def on_office(self) -> None:
        await self._desk.do(OpenOffice())


def _connections() -> dict[Connection, str]:
    return {
        Connection.ONLINE: _("Online: it answers"),
        Connection.OFFLINE: _("Offline: the plug is pulled"),
        Connection.SLOW: _("Slow: it answers late"),
        Connection.LOST_ANSWERS: _("Losing answers: it works, nothing comes back"),
    }

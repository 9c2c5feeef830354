"""To look at: help, why a price is what it is, the slip; and the way out."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cashier.errors import CashierError, NotNow, StorageError
from cashier.events import Tone
from cashier.i18n import _
from cashier.snapshot import State
from cashier.witness import Outcome
from cashier.words import explain
from screens.comfort import LARGE
from screens.dialogs.choice import Choice, Option
from screens.dialogs.pages import help_page, slip_page, why_page
from screens.presses.base import Hand
from screens.text import end_of, width
from screens.view import SAID

if TYPE_CHECKING:
    from cashier.exchange_log.log import Entry
    from cashier.receipt import Line
    from cashier.reports import ShiftReport
    from screens.exchanges.page import Left


class Looking(Hand):
    def show_help(self) -> None:
        self._desk.screen.app.push_screen(help_page(self._desk.lights))

    def show_why(self) -> None:
        line = self._desk.line
        if line is None:
            return
        priced = self._priced()
        show = partial(self._show_price, priced, line) if priced is not None else None
        self._desk.screen.app.push_screen(why_page(line, self._desk.amounts, show))

    def show_chain(self) -> None:
        from cashier.links import chain_of
        from screens.chain.chain_screen import ChainScreen  # most shops have no chain

        desk = self._desk
        try:
            chain = chain_of(desk.till.workplace.backend)
        except CashierError as error:
            desk.say(explain(error), Tone.ERROR)
        else:
            if chain is not None:
                desk.screen.app.push_screen(ChainScreen(desk, chain))

    def show_coupon_way(self) -> None:
        """Of the coupon on the receipt, if there is one."""
        from cashier.coupon_trace import coupons_of
        from screens.chain.coupon_page import CouponPage  # the same

        desk = self._desk
        try:
            machines = coupons_of(desk.till.workplace.backend)
        except CashierError as error:
            desk.say(explain(error), Tone.ERROR)
            return
        if machines is not None:
            held = desk.now.receipt.coupons if desk.now.receipt else ()
            code = held[-1].code if held else ""
            desk.screen.app.push_screen(CouponPage(machines, code))

    # --- what was said to the loyalty system

    def show_exchanges(self) -> None:
        """Beside the receipt where there is room, then on a page of its own."""
        screen = self._desk.screen
        roomy = screen.wide and not screen.has_class(LARGE)
        if roomy and not screen.has_class(SAID):
            screen.add_class(SAID)
            self._desk.view.show_said()
            return
        from screens.exchanges.exchanges_screen import ExchangesScreen
        from screens.exchanges.reader import Reader

        screen.app.push_screen(ExchangesScreen(Reader(self._desk)), self._exchanges_left)

    def _exchanges_left(self, how: "Left | None") -> None:
        from screens.exchanges.page import Left

        if how is Left.PUT_AWAY:
            self._desk.screen.remove_class(SAID)

    def show_exchange(self, place: int) -> None:
        """One of those beside the receipt."""
        self._open_exchange(list(self._desk.screen.side_said.rows), place)

    def _open_exchange(self, entries: "list[Entry]", place: int, line: int | None = None) -> None:
        from screens.exchanges.exchange_page import ExchangePage
        from screens.exchanges.reader import Reader

        page = ExchangePage(Reader(self._desk), entries, place, line)
        self._desk.screen.app.push_screen(page, self._exchanges_left)

    def _priced(self) -> "Entry | None":
        """The exchange whose answer brought the prices of this receipt, if the log has it."""
        receipt = self._desk.now.receipt
        if receipt is None or receipt.applied is None:
            return None
        try:
            entries = self._desk.till.workplace.exchanges.of(receipt.receipt_id)
        except StorageError:
            return None
        return next((one for one in reversed(entries) if _brought_prices(one)), None)

    def _show_price(self, priced: "Entry", line: "Line") -> None:
        receipt = self._desk.now.receipt
        assert receipt is not None  # its line is being looked at
        entries = self._desk.till.workplace.exchanges.of(receipt.receipt_id)
        place = next((at for at, one in enumerate(entries) if one == priced), None)
        if place is None:
            entries, place = [priced], 0
        self._open_exchange(entries, place, line.number)

    async def on_save_scenario(self) -> None:
        """The open receipt, else the one that was just finished. Raises CashierError."""
        from cashier.scenario.recorder import receipt_text  # most shifts save none
        from screens.exchanges.reader import Reader

        desk = self._desk
        receipt = desk.till.now.receipt
        if receipt is None:
            raise NotNow(_("There is no receipt to save as a scenario."))
        acts, place = tuple(desk.acts.done), desk.till.workplace

        def write(path: Path) -> None:
            path.write_text(receipt_text(acts, receipt, place, path), "utf-8")

        name = receipt.number or "receipt"
        path = Reader(desk).new("scenarios", name, ".yaml", write)
        text = _("Scenario: {path}")
        room = desk.screen.size.width - width(text) - 4
        desk.say(text.format(path=end_of(path, room)), Tone.GOOD)

    def show_slip(self) -> None:
        if self._desk.slip is not None:
            from cashier.slip import slip_of

            last, shop = self._desk.slip, self._desk.till.workplace.shop
            page = slip_page(slip_of(last.receipt, shop, copy=last.copy))
            self._desk.screen.app.push_screen(page)

    def show_paper(self) -> None:
        self._desk.paper_wanted = not self._desk.paper_wanted
        self._desk.show()

    def show_tour(self) -> None:
        self._desk.tour.toggle()

    def show_keys(self) -> None:
        from screens.dialogs.keys import KeysDialog

        self._desk.screen.app.push_screen(KeysDialog(self._desk))

    def show_barcodes(self) -> None:
        from screens.dialogs.barcode import BarcodePage, at_hand

        desk = self._desk
        samples = at_hand(desk.till.workplace, desk.now.receipt, desk.line)
        if samples:
            desk.screen.app.push_screen(BarcodePage(samples))

    def show_report(self, report: "ShiftReport") -> None:
        from screens.dialogs.report import report_page

        till = self._desk.till
        page = report_page(report, till.workplace.shop, till.folder)
        self._desk.screen.app.push_screen(page)

    def show_back_office(self, who: str) -> None:
        from screens.office.office_screen import OfficeScreen

        office = self._desk.till.workplace.office()
        if office is not None:
            self._desk.screen.app.push_screen(OfficeScreen(office, who, self._desk.amounts))

    def show_quit(self) -> None:
        receipt = self._desk.now.receipt
        if receipt is None or self._desk.now.state in (
            State.CLOSED,
            State.IDLE,
            State.FINISHED,
        ):
            self._desk.screen.app.exit()
            return
        self._choose(
            Choice(
                _("Close the till?"),
                (Option(_("Stay"), False), Option(_("Close the till"), True)),  # noqa: FBT003
                note=_("The open receipt is kept; the next start offers to go on with it."),
            ),
            lambda: self._desk.screen.app.exit(),
        )


def _brought_prices(entry: "Entry") -> bool:
    return (entry.exchange.method, entry.exchange.outcome) == ("calculate", Outcome.ANSWERED)

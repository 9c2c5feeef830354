"""To look at: help, why a price is what it is, the slip; and the way out."""

from typing import TYPE_CHECKING

from cashier.i18n import _
from cashier.snapshot import State
from screens.dialogs.choice import Choice, Option
from screens.dialogs.pages import help_page, slip_page, why_page
from screens.presses.base import Hand

if TYPE_CHECKING:
    from cashier.reports import ShiftReport


class Looking(Hand):
    def show_help(self) -> None:
        self._desk.screen.app.push_screen(help_page(self._desk.lights))

    def show_why(self) -> None:
        line = self._desk.line
        if line is not None:
            self._desk.screen.app.push_screen(why_page(line, self._desk.amounts))

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

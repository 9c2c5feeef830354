"""What the desk shows: all of the snapshot, drawn where it changed."""

from typing import TYPE_CHECKING

from textual.content import Content

from cashier.errors import StorageError
from cashier.i18n import _
from cashier.snapshot import AskCode, Snapshot, State
from screens import showing
from screens.asking import greeting, wanted

if TYPE_CHECKING:
    from cashier.exchange_log.log import Entry
    from screens.desk import Desk

SAID = "-said"
"""The class of a till screen with the list of exchanges beside the receipt."""
_LATEST = 20
"""Exchanges that are listed while there is no receipt."""


class View:
    """Puts what the desk knows into the widgets of the screen."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def show(self) -> None:
        """All of it; what did not change is not drawn again."""
        now, screen = self._desk.now, self._desk.screen
        self._show_lines(now)
        word, amount = showing.headline(now)
        screen.money.show(
            word,
            self._desk.amounts.money(amount),
            showing.facts(now, self._desk.amounts),
            done=now.state is State.FINISHED,
        )
        if screen.wide:
            room = max(10, screen.side_buyer.content_size.width)
            screen.side_buyer.show(showing.buyer_panel(now, self._desk.amounts, room))
            screen.side_news.show(showing.news_panel(now, self._desk.key_name("gift")))
        screen.buyer.show(
            showing.buyer_line(now, self._desk.amounts, self._desk.key_name("customer"))
        )
        self._show_strip(now)
        self.show_said()
        self._desk.tour.look(now)
        self.show_keys()
        self.show_status()

    def _show_lines(self, now: Snapshot) -> None:
        screen, receipt = self._desk.screen, now.receipt
        back = now.state is State.RETURNING and now.sale is not None
        paper = self._paper_is_seen(now)
        screen.returning.display, screen.paper.display = back, paper
        screen.receipt.display = not (back or paper)
        if back and now.sale is not None and receipt is not None:
            screen.returning.show_sale(now.sale, receipt)
            return
        view = screen.receipt
        lines = receipt.lines if receipt else ()
        if len(lines) > len(view.lines):
            view.number = None
        view.greeting = greeting(now) if not lines else ()
        discounted = bool(receipt and lines and receipt.discount)
        view.show_lines(lines, discounted=discounted)

    def _paper_is_seen(self, now: Snapshot) -> bool:
        """When a slip comes out, where there is room for it; or as long as it is wanted."""
        screen = self._desk.screen
        if self._desk.roll is None or now.state is State.RETURNING:
            return False
        just_printed = now.state is State.FINISHED and screen.wide and screen.high
        return self._desk.paper_wanted or just_printed

    def show_paper(self) -> None:
        if self._desk.roll is not None:
            self._desk.screen.paper.show_slips(self._desk.roll.slips)

    def show_keys(self) -> None:
        """The prompt and the key bar: they depend on what is selected, too."""
        prompt = wanted(self._desk)
        self._desk.screen.input.ask(prompt.label, prompt.hint)
        self._desk.screen.keys.show(self._desk.lights.slots())

    def show_banner(self) -> None:
        """In training it stands over everything, on every size of screen."""
        training = self._desk.till.workplace.shop.training
        banner = self._desk.screen.banner
        banner.show(Content(_("TRAINING  Nothing here is real: no money, no points, no receipts")))
        banner.set_class(training, "-news")
        self._desk.screen.app.set_class(self._desk.till.workplace.shop.live, "-live")

    def show_status(self) -> None:
        place = self._desk.till.workplace
        self._desk.screen.status.show(
            showing.status_left(place),
            showing.status_right(
                place,
                *self._desk.waiting,
                self._desk.slips_waiting,
                self._desk.key_name("outbox"),
                self._desk.watchers,
            ),
        )

    def show_phone(self) -> None:
        screen = self._desk.screen
        screen.side_phone.show(showing.phone_panel(self._desk.phone))
        if self._desk.phone:
            room = max(10, screen.size.width - 2)
            screen.phone_strip.show(showing.phone_line(self._desk.phone[-1], room))
            screen.phone_strip.add_class("-news")

    def show_said(self) -> None:
        """What is said to the loyalty system: beside the receipt, and on a page that is open."""
        screen = self._desk.screen
        if screen.has_class(SAID) and screen.wide:
            screen.side_said.caption = _("Said to the loyalty system")
            screen.side_said.nothing = _("Nothing was said yet.")
            screen.side_said.show(self._said())
        page = self._desk.exchanges
        if page is not None:
            page.heard()

    def _said(self) -> "list[Entry]":
        log, receipt = self._desk.till.workplace.exchanges, self._desk.now.receipt
        try:
            return log.of(receipt.receipt_id) if receipt else log.recent(_LATEST)
        except StorageError:
            return []

    def _show_strip(self, now: Snapshot) -> None:
        """Where there is no panel, a message stays as long as it matters."""
        used = bool(self._desk.phone and self._desk.phone[-1].code) and not isinstance(
            now.question, AskCode
        )
        over = now.state is State.IDLE and now.question is None
        if used or over:
            self._desk.screen.phone_strip.remove_class("-news")

    def tick(self) -> None:
        """Once a second: the clock, and the time that a code is still good for."""
        self.show_status()
        if isinstance(self._desk.now.question, AskCode):
            self.show_keys()

    def resized(self) -> None:
        self.show_banner()
        self.show_paper()
        self.show()
        self.show_phone()

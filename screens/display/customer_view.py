"""What the buyer sees, calm and large: a whole terminal of it, or a part of the till's screen."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer

from cashier.display import Shown, ShownReceipt
from cashier.i18n import _
from cashier.snapshot import State
from screens.display import words
from screens.display.goods_view import GoodsView
from screens.widgets.row import Ends, Row

THANKS_SECONDS = 30
"""After so long a finished receipt is put away: the next one in the queue need not read it."""
LOW = 20
"""Rows below which no row is left empty."""
HIGH = 32
"""Rows from which on the sum is twice as large."""
_FACTS = (28, 32)
"""The least and the most columns beside the sum for what explains it."""
_GAP = 3


class CustomerView(Vertical):
    """Shows a ``Shown``; None: there is no till to be seen."""

    # The whole style, not only the shape: the till reads it when it splits its screen, and the
    # first paint of the till does without.
    DEFAULT_CSS = """
    CustomerView {
        width: 1fr;
        height: 1fr;
        background: $background;

        Row { width: 1fr; height: auto; }
        #shown-head { display: none; width: 1fr; height: 1; padding: 0 2; background: $panel; }
        #shown-training { display: none; height: 1; text-align: center; text-style: bold; }
        #shown-training { background: $warning; color: $background; }
        #shown-middle { height: 1fr; padding: 1 2; }
        #shown-middle { content-align: center middle; text-align: center; }
        #shown-goods { display: none; width: 1fr; height: 1fr; margin: 1 1 0 1; }
        #shown-sum { display: none; height: auto; padding: 1 2; background: $surface; }
        #shown-total { text-align: right; }
        #shown-points { display: none; padding: 0 2 1 2; background: $surface; }
        #shown-news { display: none; padding: 0 2; background: $panel; max-height: 6; }

        &.-receipt #shown-head { display: block; }
        &.-training #shown-training { display: block; }
        &.-selling #shown-goods { display: block; }
        &.-selling #shown-middle { display: none; }
        &.-sum #shown-sum { display: block; }
        &.-points #shown-points { display: block; }
        &.-news #shown-news { display: block; }
        &.-stacked #shown-sum { layout: vertical; }
        &.-low #shown-sum { padding: 0 2; }
        &.-low #shown-goods { margin: 0 1; }
        &.-low #shown-points { padding: 0 2; }
        &.-low #shown-middle { padding: 0 2; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.shown: Shown | None = None
        self.away = False
        """The finished receipt has been put away."""
        self.head = Ends(id="shown-head")
        self.training = Row(id="shown-training")
        self.middle = Row(id="shown-middle")
        self.goods = GoodsView(id="shown-goods")
        self.facts = Row(id="shown-facts")
        self.total = Row(id="shown-total")
        self.points = Row(id="shown-points")
        self.news = Row(id="shown-news")
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.training
        yield self.middle
        yield self.goods
        with Horizontal(id="shown-sum"):
            yield self.facts
            yield self.total
        yield self.points
        yield self.news

    def on_mount(self) -> None:
        self._wait_to_put_away(self.shown)

    def on_resize(self) -> None:
        self.set_class(self.size.height < LOW, "-low")
        self._paint()

    # --- what it shows

    def show(self, shown: Shown | None) -> None:
        """Show this moment, in the language that is spoken now."""
        if self._receipt(shown) != self._receipt(self.shown):
            self.away = False
            if self.is_mounted:
                self._wait_to_put_away(shown)
        self.shown = shown
        if self.is_mounted:
            self._paint()

    def put_away(self) -> None:
        """Greet the next customer."""
        self.away = True
        self._paint()

    @staticmethod
    def _receipt(shown: Shown | None) -> ShownReceipt | None:
        return shown.receipt if shown else None

    def _wait_to_put_away(self, shown: Shown | None) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if shown is not None and shown.state is State.FINISHED:
            self._timer = self.set_timer(THANKS_SECONDS, self.put_away)

    # --- painting

    def _paint(self) -> None:
        shown = self.shown
        receipt = None if self.away else self._receipt(shown)
        finished = shown is not None and shown.state is State.FINISHED
        lines = receipt.lines if receipt and not finished else ()
        self.set_class(receipt is not None, "-receipt")
        self.set_class(shown is not None and shown.training, "-training")
        self.set_class(bool(lines), "-selling")
        self.training.show(Content(_("Training: nothing is really sold")))
        self.goods.digits = shown.digits if shown else 2
        self.goods.show_lines(lines)
        self.middle.show(self._middle(shown, receipt))
        total = points = news = Content("")
        if shown is not None and receipt is not None:
            self.head.show(words.shop(shown), words.buyer(receipt))
            if receipt.lines:
                total = self._sum(shown, receipt)
            if not finished:
                points = words.points(shown, receipt, self._room)
                news = words.news(shown, receipt)
        for name, row, content in (
            ("-sum", self.total, total),
            ("-points", self.points, points),
            ("-news", self.news, news),
        ):
            row.show(content)
            self.set_class(bool(content.plain), name)

    @property
    def _room(self) -> int:
        """Columns between the margins."""
        return max(1, self.size.width - 4)

    def _middle(self, shown: Shown | None, receipt: ShownReceipt | None) -> Content:
        if shown is None:
            return words.waiting()
        if receipt is not None and shown.state is State.FINISHED:
            return words.thanks(shown, receipt, self._room)
        return words.greeting(shown, receipt, self._room, self.size.height)

    def _sum(self, shown: Shown, receipt: ShownReceipt) -> Content:
        """The sum; what explains it stands beside it, or above it where there is no room."""
        total = words.total(shown, receipt, self._room, twice=self.size.height >= HIGH)
        least, most = _FACTS
        beside = min(most, self._room - _GAP - max(map(len, total.plain.splitlines())))
        stacked = beside < least
        self.set_class(stacked, "-stacked")
        self.facts.styles.width = "1fr" if stacked else beside
        self.facts.show(words.facts(shown, receipt, min(most, self._room) if stacked else beside))
        return total

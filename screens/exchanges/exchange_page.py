"""One exchange: laid out or raw, searched, copied."""

import asyncio
import json
from collections.abc import Callable, Sequence

from cashier.errors import CashierError
from cashier.events import Tone
from cashier.exchange_log.log import Entry
from cashier.exchange_log.pretty import Path
from cashier.exchange_log.words import method_words, outcome_words
from cashier.i18n import _
from cashier.witness import Exchange, Outcome
from screens.exchanges.document import Document, laid_out, raw
from screens.exchanges.document_view import DocumentView
from screens.exchanges.page import ExchangesPage
from screens.exchanges.reader import Reader, is_large


class ExchangePage(ExchangesPage):
    """Arrows left and right go to the exchange before and after."""

    MORE = ("x", "n")

    def __init__(
        self, reader: Reader, entries: Sequence[Entry], place: int, line: int | None = None
    ) -> None:
        """``line``: of the receipt; the page opens where the answer gives its price."""
        super().__init__(reader)
        self._view = DocumentView(id="exchange-document")
        self.entries = list(entries)
        self.place = place
        self.raw = self.hex = False
        self._line = line
        self._shown: tuple[object, ...] = ()

    @property
    def view(self) -> DocumentView:
        return self._view

    def title_text(self) -> str:
        one = self.entries[self.place].exchange
        return f"{method_words(one.method)} · {outcome_words(one)}"

    def aside(self) -> str:
        form = _("hex") if self.raw and self.hex else _("raw") if self.raw else _("laid out")
        return f"{form}   {self.place + 1}/{len(self.entries)}"

    def key_words(self) -> tuple[str, ...]:
        return (
            _("← →: other"),
            _("Tab: laid out") if self.raw else _("Tab: raw"),
            _("X: hex"),
            _("/: find"),
            *((_("N: next"),) if self._view.found else ()),
            *self.taking_words(),
        )

    def entry(self) -> Entry | None:
        return self.entries[self.place]

    def all_of_it(self) -> list[Entry]:
        return [self.entries[self.place]]

    # --- what it shows

    def load(self) -> None:
        if not self._view.size.width:
            return  # not laid out yet: the first resize comes soon
        exchange = self.reader.whole(self.entries[self.place])
        masked = self.reader.prepared(exchange)
        number = self.reader.number(exchange.receipt_id)
        room = max(20, self._view.size.width - 2)

        def made() -> Document:
            seen = masked()
            return raw(seen, room, in_hex=self.hex) if self.raw else laid_out(seen, number, room)

        if is_large(exchange):
            self.say(_("It is large: a moment…"))
            self.run_worker(self._made_aside(made, exchange), exclusive=True, group="document")
        else:
            self._put(made(), exchange)

    async def _made_aside(self, made: Callable[[], Document], exchange: Exchange) -> None:
        document = await asyncio.to_thread(made)
        self.say("")
        self._put(document, exchange)

    def _put(self, document: Document, exchange: Exchange) -> None:
        view = self._view
        shown = (self.place, self.raw, self.hex)
        top = view.top if shown == self._shown else 0
        self._shown = shown
        view.top = top
        view.forget()
        view.show(document.rows)
        if self._line is not None:
            self._go_to_line(document, exchange, self._line)
            self._line = None

    def _go_to_line(self, document: Document, exchange: Exchange, line: int) -> None:
        """Where the answer says what this line costs; the answer itself if it says nothing."""
        for path in (*_of_line(exchange.answer, line), ("answer", "lines"), ("answer",)):
            if path in document.places:
                self._view.go_to(document.places[path])
                return

    def heard(self) -> None:
        """What was under way may be over."""
        one = self.entries[self.place].exchange
        if one.outcome is not Outcome.PENDING:
            return
        try:
            found = [*self.reader.entries(one.receipt_id), *self.reader.log.recent(20)]
        except CashierError:
            return
        for entry in found:
            other = entry.exchange
            same = (other.at, other.method) == (one.at, one.method)
            if same and other.outcome is not Outcome.PENDING:
                self.entries[self.place] = entry
                self.again()
                return

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self.again)

    # --- keys

    def move(self, by: int) -> None:
        self._view.scroll_rows(by)

    def pressed(self, key: str) -> bool:
        match key:
            case "tab":
                self.raw = not self.raw
                self.again()
            case "x":
                self.raw, self.hex = True, not self.hex
                self.again()
            case "left" | "right":
                self._other(-1 if key == "left" else 1)
            case "n" | "N":
                self._next(1 if key == "n" else -1)
            case _:
                return False
        return True

    def _other(self, by: int) -> None:
        if 0 <= self.place + by < len(self.entries):
            self.place += by
            self.say("")
            self.again()

    def find(self, text: str) -> None:
        self._view.mark(text)
        self._view.selected = None
        if text:
            self._next(1)

    def _next(self, step: int) -> None:
        if not self._view.found:
            return
        place = self._view.next(step)
        if place is None:
            self.say(_("Nothing is found."), Tone.WARNING)
        else:
            self._view.go_to(place)

    def back(self) -> None:
        if self._view.found:
            self._view.mark("")
            self._view.select(None)
        else:
            super().back()


def _of_line(answer: bytes, line: int) -> list[Path]:
    """Where in the answer of a calculation this line stands."""
    try:
        lines = json.loads(answer).get("lines", [])
        places = [at for at, one in enumerate(lines) if one.get("number") == line]
    except (ValueError, AttributeError, TypeError):
        return []
    return [("answer", "lines", at) for at in places]

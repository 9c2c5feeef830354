"""The list of what was said to the loyalty system, of this receipt or of all of them."""

import asyncio

from textual.worker import get_current_worker

from cashier.errors import StorageError
from cashier.events import Tone
from cashier.exchange_log.log import Entry
from cashier.exchange_log.search import says
from cashier.i18n import _, ngettext
from screens.exchanges.entries_view import EntriesView
from screens.exchanges.exchange_page import ExchangePage
from screens.exchanges.page import ExchangesPage, Left
from screens.exchanges.reader import Reader

_PAGE = 200
"""Exchanges that are read at once."""
_MOST = 500
"""Exchanges that a search in all receipts brings."""


class ExchangesScreen(ExchangesPage):
    """Enter opens one; Tab goes from this receipt to all of them and back."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._list = EntriesView(id="exchanges-list")
        self.receipt_id = reader.receipt.receipt_id if reader.receipt else ""
        """Empty: of all receipts."""
        self.wanted = ""
        """What is searched for."""

    @property
    def view(self) -> EntriesView:
        return self._list

    def title_text(self) -> str:
        if self.receipt_id:
            number = self.reader.number(self.receipt_id) or _("this receipt")
            title = _("Said to the loyalty system for {number}").format(number=number)
        else:
            title = _("Said to the loyalty system")
        return f"{title}: “{self.wanted}”" if self.wanted else title

    def aside(self) -> str:
        count = len(self._list.rows)
        return ngettext("{n} exchange", "{n} exchanges", count).format(n=count)

    def key_words(self) -> tuple[str, ...]:
        other = _("Tab: all receipts") if self.receipt_id else _("Tab: this receipt")
        return (_("Enter: open"), other, _("/: find"), *self.taking_words())

    def entry(self) -> Entry | None:
        return self._list.entry

    def all_of_it(self) -> list[Entry]:
        return list(self._list.rows)

    # --- what it shows

    def load(self) -> None:
        if self.wanted and not self.receipt_id:
            return  # what was found stays
        if self.receipt_id:
            entries = self.reader.entries(self.receipt_id)
            if self.wanted:
                entries = [one for one in entries if self._says(one)]
        else:
            entries = self.reader.log.recent(max(_PAGE, len(self._list.rows)))
        self._show(entries)

    def heard(self) -> None:
        self.guarded(self.load)
        self.head()

    def _says(self, entry: Entry) -> bool:
        try:
            return says(self.reader.whole(entry), self.wanted)
        except StorageError:
            return False

    def _show(self, entries: list[Entry], selected: int | None = None) -> None:
        """The selected one stays selected; at the end, the end is followed."""
        view = self._list
        was, at_end = view.entry, view.selected in (None, len(view.rows) - 1)
        places = {entry.seq: place for place, entry in enumerate(entries) if entry.seq}
        if selected is None and was is not None and not at_end:
            selected = places.get(was.seq)
        view.numbers = {} if self.receipt_id else self._numbers(entries)
        view.nothing = _("Nothing is found.") if self.wanted else _("Nothing was said yet.")
        last = len(entries) - 1
        view.show(entries, (last if selected is None else selected) if entries else None)

    def _numbers(self, entries: list[Entry]) -> dict[str, str]:
        known = self._list.numbers
        ids = dict.fromkeys(one.exchange.receipt_id for one in entries)
        numbers = {name: known.get(name) or self.reader.number(name) or "–" for name in ids}
        return numbers or {"": ""}

    def move(self, by: int) -> None:
        view = self._list
        at = view.selected or 0
        if by < 0 and at + by < 0 and not self.receipt_id and not self.wanted:
            self.guarded(self._older)
            at = view.selected or 0
        view.select(at + by)

    def _older(self) -> None:
        """One more page of the journal before what is shown."""
        rows = list(self._list.rows)
        first = next((entry.seq for entry in rows if entry.seq), 0)
        older = self.reader.log.recent(_PAGE, first) if first else []
        if older:
            self._show([*older, *rows], len(older) + (self._list.selected or 0))
            self.head()

    # --- searching

    def find(self, text: str) -> None:
        """In this receipt, or in all; the number of a receipt shows that receipt."""
        self.wanted = ""
        named = self.reader.log.named(text.upper()) if text else None
        if named is not None:
            self.receipt_id = named
        else:
            self.wanted = text
        if self.wanted and not self.receipt_id:
            self._show([])
            self.run_worker(self._look_everywhere(), exclusive=True, group="find")
        else:
            self.load()

    async def _look_everywhere(self) -> None:
        """The newest first, a page at a time: the keys work meanwhile."""
        found: list[Entry] = []
        before, worker = 0, get_current_worker()
        self.say(_("Searching…"))
        while len(found) < _MOST and not worker.is_cancelled:
            page = self.reader.log.recent(_PAGE, before)
            for place, entry in enumerate(page):
                if self._says(entry):
                    found.append(entry)
                if place % 20 == 19:
                    await asyncio.sleep(0)
            before = page[0].seq if page else 0
            if not before:
                break
        self._show(sorted(found, key=lambda entry: entry.seq or 2**62))
        self.say("" if found else _("Nothing is found."), Tone.INFO)
        self.head()

    # --- keys

    def pressed(self, key: str) -> bool:
        if key == "enter":
            self._open()
        elif key == "tab":
            self._other()
        else:
            return False
        return True

    def _other(self) -> None:
        receipt = self.reader.receipt
        if not self.receipt_id and receipt is None:
            self.say(_("No receipt is open."))
            return
        self.receipt_id = "" if self.receipt_id or receipt is None else receipt.receipt_id
        self.wanted = ""
        self._list.show((), None)
        self.again()

    def back(self) -> None:
        if self.wanted:
            self.wanted = ""
            self.again()
        else:
            super().back()

    def on_lines_view_selected(self) -> None:
        self._open()

    def _open(self) -> None:
        if self._list.entry is not None:
            page = ExchangePage(self.reader, list(self._list.rows), self._list.selected or 0)
            self.app.push_screen(page, self._page_left)

    def _page_left(self, how: Left | None) -> None:
        if how is Left.PUT_AWAY:
            self.dismiss(Left.PUT_AWAY)

"""The lists of the back office, and the line that searches them."""

from collections.abc import Iterable, Mapping

from textual import events
from textual.content import Content
from textual.widget import Widget

from cashier.i18n import _, ngettext
from cashier.office import Action, Office, Section
from screens.office.page import Page
from screens.office.record_page import RecordPage
from screens.office.table_view import TableView, nothing_found
from screens.showing import Amounts
from screens.widgets.input_line import InputLine
from screens.widgets.row import Row


class OfficeScreen(Page):
    """``app.push_screen(OfficeScreen(office, who))``; Esc on an empty search line leaves it."""

    def __init__(self, office: Office, who: str, amounts: Amounts | None = None) -> None:
        super().__init__(office, who, amounts or Amounts())
        self.sections: tuple[Section, ...] = office.sections()
        self.place = 0
        """Of the section that is shown."""
        self.tabs = Row(id="office-tabs")
        self.table = TableView(id="office-table")
        self.table.amounts = self.amounts
        self.search = InputLine(id="office-search")

    @property
    def section(self) -> Section:
        return self.sections[self.place]

    @property
    def view(self) -> TableView:
        return self.table

    def personal(self) -> Iterable[str]:
        return self.table.people()

    def body(self) -> Iterable[Widget]:
        yield self.tabs
        yield self.table
        yield self.search

    def title_text(self) -> str:
        return _("Back office")

    def aside(self) -> str:
        count = len(self.table.rows)
        return ngettext("{n} row", "{n} rows", count).format(n=count)

    def load(self) -> None:
        self.sections = self.office.sections()
        self._show_tabs()
        self.find()

    def _show_tabs(self) -> None:
        parts = [
            (f" {one.title} ", "bold reverse $text-accent" if place == self.place else "dim")
            for place, one in enumerate(self.sections)
        ]
        self.tabs.show(Content.assemble(*parts))

    def find(self) -> None:
        """The rows that hold what is typed. Raises CashierError."""
        text, table = self.search.text, self.table
        before = table.row
        rows = self.office.rows(self.section.id, text)
        table.columns, table.nothing = self.section.columns, nothing_found(text)
        kept = table.selected if before and table.selected is not None else 0
        same = kept < len(rows) and before is not None and rows[kept].id == before.id
        table.show(rows, (kept if same else 0) if rows else None)
        self.search.ask(_("Search"), _("Tab: next list    Enter: open"))
        self.head()

    # --- keys

    def quick(self) -> tuple[Widget, ...]:
        return (self.heading, self.search, self.tabs)

    def typed(self, event: events.Key) -> None:
        key = event.key
        if event.is_printable and event.character:
            self.search.put(event.character)
            self._searched()
        elif key in ("tab", "shift+tab") or (key in ("left", "right") and not self.search.text):
            self._go(-1 if key in ("shift+tab", "left") else 1)
        elif self.search.edit(key):
            self._searched()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.search.put(event.text.split("\n", 1)[0])
        self._searched()

    def _searched(self) -> None:
        self.say("")
        self._guarded(self.find)

    def _go(self, by: int) -> None:
        self.place = (self.place + by) % len(self.sections)
        self.search.clear()
        self.table.show((), None)
        self._show_tabs()
        self._searched()

    def back(self) -> None:
        if self.search.text:
            self.search.clear()
            self._searched()
        else:
            self.leave()

    def on_lines_view_selected(self) -> None:
        self._guarded(self.opened)

    # --- what is opened and done

    def opened(self) -> None:
        row = self.table.row
        if row is not None:
            self.app.push_screen(
                RecordPage(self.office, self.who, self.amounts, self.section.id, row.id)
            )

    def possible(self) -> tuple[Action, ...]:
        return self.section.actions

    def act(self) -> None:
        """One thing that a section can do is begun at once; a section without any opens the row."""
        actions = self.possible()
        if len(actions) == 1:
            self.begin(actions[0])
        elif not actions and self.table.row is not None:
            self.opened()
        else:
            super().act()

    def do(self, action: str, values: Mapping[str, str]) -> str:
        return self.office.do(self.section.id, "", action, values, self.who)

    def helped(self) -> tuple[tuple[str, str], ...]:
        return (
            (_("letters"), _("search this list, every word anywhere")),
            ("Tab, ← →", _("another list")),
            *super().helped(),
        )

"""The log: who changed what, and what stood there before."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from cashier.i18n import _
from cashier.office import Column, Entry, Kind, Office, Row
from screens.dialogs.reading import Printed, Reading
from screens.office.page import Page
from screens.office.table_view import TableView, shown
from screens.showing import Amounts
from screens.text import clean, fit

_LABEL, _VALUE = 20, 24


class LogPage(Page):
    """The newest first; Enter shows before and after, Ctrl+Z undoes the chosen one."""

    def __init__(self, office: Office, who: str, amounts: Amounts) -> None:
        super().__init__(office, who, amounts)
        self.entries: Sequence[Entry] = ()
        self.table = TableView(id="office-table")
        self.table.amounts = amounts

    @property
    def view(self) -> TableView:
        return self.table

    def body(self) -> Iterable[Widget]:
        yield self.table

    def title_text(self) -> str:
        return _("Log of the back office")

    def load(self) -> None:
        self.entries = self.office.log()
        self.table.columns = (
            Column(_("When"), 17, Kind.MOMENT),
            Column(_("Who"), 16),
            Column(_("What")),
        )
        self.table.nothing = _("Nothing was changed by hand yet.")
        rows = [
            Row(str(entry.id), (entry.at, entry.who, entry.what), quiet=not entry.undoable)
            for entry in self.entries
        ]
        self.table.show(rows, (self.table.selected or 0) if rows else None)

    def _chosen(self) -> Entry | None:
        return self.entries[self.table.selected or 0] if self.entries else None

    def opened(self) -> None:
        entry = self._chosen()
        if entry is None:
            return
        rows: list[Printed] = []
        for one in entry.differences:
            before = shown(one.before, one.kind, self.amounts) or "—"
            after = shown(one.after, one.kind, self.amounts) or "—"
            rows.append(
                (fit(one.label, _LABEL) + fit(before, _VALUE) + fit(after, _VALUE), "", "row")
            )
        if rows:
            head = fit("", _LABEL) + fit(_("before"), _VALUE) + fit(_("after"), _VALUE)
            rows.insert(0, (head, "", "dim"))
        rows += [("", "", "row"), (entry.note or _("Ctrl+Z undoes it."), "", "dim")]
        self.app.push_screen(Reading(clean(entry.what), rows, columns=70))

    def on_lines_view_selected(self) -> None:
        self._guarded(self.opened)

    def to_undo(self) -> Entry | None:
        """The chosen one, not the last: whoever is in the log has chosen."""
        entry = self._chosen()
        if entry is not None and not entry.undoable:
            self.say(entry.note)
        return entry if entry is not None and entry.undoable else None

    def log_page(self) -> None:
        """It is open already."""

    def act(self) -> None:
        self.undo()

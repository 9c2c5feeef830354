"""One record: what is known of it, what belongs to it, what can be done with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.segment import Segment
from textual.widget import Widget

from cashier.i18n import _
from cashier.office import Action, Fact, Kind, Office, Record, Row, Table
from screens.office.page import Page
from screens.office.table_view import head_text, names_in, row_text, shown
from screens.showing import Amounts
from screens.text import fit
from screens.widgets.lines_view import LinesView

LABEL = 24
"""Cells for the names of the facts."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the page: a fact, a caption, the names of columns, or a row of a table."""

    fact: Fact | None = None
    table: Table | None = None
    row: Row | None = None
    heads: bool = False

    @property
    def opens(self) -> bool:
        return self.row is not None and self.table is not None and bool(self.table.section)


def items(record: Record) -> Iterator[Item]:
    """Everything under one another."""
    for fact in record.facts:
        yield Item(fact)
    for table in record.tables:
        if table.rows:
            yield Item()
            yield Item(table=table)
            yield Item(table=table, heads=True)
            for row in table.rows:
                yield Item(table=table, row=row)


class RecordView(LinesView[Item]):
    amounts = Amounts()

    def paint(self, row: Item, room: int, selected: bool) -> list[Segment]:
        if row.fact is not None:
            value = shown(row.fact.value, row.fact.kind, self.amounts)
            return [
                Segment(fit(row.fact.label, LABEL), self.ink("dim", selected=selected)),
                Segment(fit(value, room - LABEL), self.ink("row", selected=selected)),
            ]
        if row.table is None:
            return [Segment(" " * room, self.ink("row", selected=selected))]
        if row.row is not None:
            ink = self.ink("dark" if row.row.quiet else "row", selected=selected)
            text = row_text(row.row, row.table.columns, room - 2, self.amounts)
            return [Segment(fit("  " + text, room), ink)]
        if row.heads:
            text = head_text(row.table.columns, room - 2)
            return [Segment(fit("  " + text, room), self.ink("dim", selected=selected))]
        return [Segment(fit(row.table.title, room), self.ink("caption", selected=selected))]


class RecordPage(Page):
    """Enter opens what belongs to the record; anywhere else it offers what can be done."""

    def __init__(
        self, office: Office, who: str, amounts: Amounts, section: str, record: str
    ) -> None:
        super().__init__(office, who, amounts)
        self.section, self.key = section, record
        self.record: Record | None = None
        self.lines = RecordView(id="office-record")
        self.lines.amounts = amounts

    @property
    def view(self) -> RecordView:
        return self.lines

    def personal(self) -> Iterable[str]:
        """All of the record; its title is a name, too, where it is that of a person."""
        for item in self.lines.rows:
            if item.fact is not None and item.fact.kind is Kind.PERSON:
                yield str(item.fact.value or "")
            elif item.row is not None and item.table is not None:
                yield from names_in(item.row, item.table.columns)

    def body(self) -> Iterable[Widget]:
        yield self.lines

    def title_text(self) -> str:
        return self.record.title if self.record else ""

    def aside(self) -> str:
        return _("Enter: open, or what can be done")

    def load(self) -> None:
        try:
            self.record = self.office.record(self.section, self.key)
        except BaseException:
            self.record = None
            self.lines.show((), None)
            raise
        chosen = self.lines.selected or 0
        self.lines.show(tuple(items(self.record)), chosen)

    def opened(self) -> None:
        item = self.lines.rows[self.lines.selected or 0] if self.lines.rows else Item()
        if item.opens and item.table is not None and item.row is not None:
            page = RecordPage(self.office, self.who, self.amounts, item.table.section, item.row.id)
            self.app.push_screen(page)
        else:
            self.act()

    def on_lines_view_selected(self) -> None:
        item = self.lines.rows[self.lines.selected or 0]
        if item.opens:
            self._guarded(self.opened)

    def possible(self) -> tuple[Action, ...]:
        return self.record.actions if self.record else ()

    def do(self, action: str, values: Mapping[str, str]) -> str:
        return self.office.do(self.section, self.key, action, values, self.who)

    def helped(self) -> tuple[tuple[str, str], ...]:
        return (
            ("↑ ↓", _("choose")),
            (_("Enter"), _("open what belongs to it; on the facts: actions")),
            (_("Esc"), _("back")),
        )

"""What the loyalty system has not got yet: looked at, sent again, or given up with a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.widget import Widget

from cashier.commands import CloseEntry, Command, SendAgain
from cashier.feedback import Kept
from cashier.i18n import _, ngettext
from cashier.outbox import Entry
from cashier.receipt import Feedback, Kind
from cashier.shop import Shop
from cashier.snapshot import Snapshot
from screens.dialogs.base import Dialog
from screens.dialogs.pages import slip_page
from screens.people import people_of
from screens.showing import Amounts
from screens.text import clean, fit, right
from screens.widgets.input_line import InputLine
from screens.widgets.lines_view import LinesView
from screens.widgets.row import Row

_MOST = 8
"""Entries that are shown at once, where there is room for so many."""


@dataclass(frozen=True)
class Waiting:
    """One row: an entry, a feedback, or the id of something that cannot be read any more."""

    operation_id: str
    entry: Entry | None = None
    feedback: Kept | None = None

    @property
    def damaged(self) -> bool:
        return self.entry is None and (self.feedback is None or self.feedback.feedback is None)

    @property
    def refused(self) -> bool:
        return self.damaged or (self.entry is not None and self.entry.state == "parked")


class EntriesView(LinesView[Waiting]):
    GROUND = "panel"
    amounts = Amounts()

    def head(self, room: int) -> str:
        return (
            fit(_("Receipt"), 15)
            + fit(_("Time"), 13)
            + right(_("Sum"), 12)
            + "  "
            + fit(_("State"), 12)
            + right(_("Tries"), room - 54)
        )

    def paint(self, row: Waiting, room: int, selected: bool) -> list[Segment]:
        ink, dim = self.ink("row", selected=selected), self.ink("dim", selected=selected)
        entry = row.entry
        if row.damaged:
            text = _("damaged: {id}").format(id=row.operation_id)
            return [Segment(fit(text, room), dim)]
        if entry is None:
            assert row.feedback is not None  # it is not damaged
            return self._paint_feedback(row.feedback, room, ink, dim)
        receipt = entry.request.receipt
        total = -receipt.total if receipt.kind is Kind.RETURN else receipt.total
        state = self.ink("key" if row.refused else "dim", selected=selected)
        return [
            Segment(fit(receipt.number, 15), ink),
            Segment(fit(f"{entry.at:%d.%m %H:%M}", 13), dim),
            Segment(right(self.amounts.money(total), 12), ink),
            Segment("  " + fit(_state(entry), 12), state),
            Segment(right(str(entry.attempts), room - 54), dim),
        ]

    def _paint_feedback(self, kept: Kept, room: int, ink: Style, dim: Style) -> list[Segment]:
        """Who wants it takes the place of sum and state: there is no sum, and it always waits."""
        link = kept.feedback.link if kept.feedback else ""
        return [
            Segment(fit(clean(kept.number) or "-", 15), ink),
            Segment(fit(f"{kept.at:%d.%m %H:%M}", 13), dim),
            Segment("  " + fit(clean(link), 24), ink),
            Segment(right(str(kept.tries), room - 54), dim),
        ]


def _state(entry: Entry) -> str:
    return {"parked": _("refused"), "sending": _("being sent")}.get(entry.state, _("waits"))


class OutboxDialog(Dialog[Command | None]):
    """Enter shows the receipt, F5 sends again, F7 gives up: then a reason is typed."""

    def __init__(
        self,
        entries: Sequence[Entry],
        damaged: Sequence[str],
        feedback: Sequence[Kept],
        shop: Shop,
        amounts: Amounts,
    ) -> None:
        super().__init__(_("What the loyalty system has not got yet"))
        self._shop = shop
        rows = [Waiting(entry.operation_id, entry) for entry in entries]
        rows += [Waiting(operation_id) for operation_id in damaged]
        rows += [Waiting(kept.name, feedback=kept) for kept in feedback]
        self._rows = tuple(sorted(rows, key=lambda row: not row.refused))
        self._view = EntriesView(id="dialog-options")
        self._view.amounts = amounts
        self._why = Row(id="dialog-why")
        self._reason = InputLine(id="field-reason")
        self._giving_up = False
        """A reason is being typed."""

    def body(self) -> Iterable[Widget]:
        yield self._view
        yield self._why
        yield self._reason

    def on_mount(self) -> None:
        self.query_one("#dialog").styles.width = 76
        self._why.styles.margin = (1, 0, 0, 0)
        self._why.styles.padding = (0, 1)
        self._reason.styles.margin = (1, 0, 0, 0)
        self._reason.ask(_("Why is it given up?"))
        self._reason.display = False
        self._fit()
        self._view.show(self._rows, 0)
        self._look()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        room = max(2, self.size.height - 16)
        self._view.styles.height = 1 + min(len(self._rows), _MOST, room)

    @property
    def _row(self) -> Waiting | None:
        return self._rows[self._view.selected or 0] if self._rows else None

    def _look(self) -> None:
        """Why the selected one is here, and what can be done with it."""
        row = self._row
        self._why.show(_why(row) if row else Content(""))
        if self._giving_up:
            self.show_keys(_("Enter: give it up    Esc: do not"))
        elif row is not None and row.damaged:
            self.show_keys(_("↑ ↓ choose    F7: give up    Esc: close"))
        elif row is not None and row.entry is None:
            self.show_keys(_("↑ ↓ choose    F5: send now    F7: give up    Esc: close"))
        else:
            self.show_keys(_("Enter: receipt    F5: send now    F7: give up    Esc: close"))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if self._giving_up:
            self._type(event)
            return
        row, place = self._row, self._view.selected or 0
        match event.key:
            case "escape":
                self.dismiss(None)
            case "up" | "down" | "pageup" | "pagedown":
                by = self._view.page if event.key.startswith("page") else 1
                self._view.select(place - by if event.key.endswith("up") else place + by)
                self._look()
            case "f5" | "alt+5" if row is not None and not row.damaged:
                self.dismiss(SendAgain(row.operation_id))
            case "f7" | "alt+7" | "delete" if row is not None:
                self._give_up(giving=True)
            case "enter" if row is not None and row.entry is not None:
                self._show_slip(row.entry)

    def _give_up(self, *, giving: bool) -> None:
        self._giving_up = giving
        self._reason.display = giving
        self._reason.clear()
        self._look()

    def _type(self, event: events.Key) -> None:
        row = self._row
        if event.key == "escape":
            self._give_up(giving=False)
        elif event.key == "enter":
            why = self._reason.text.strip()
            if why and row is not None:
                self.dismiss(CloseEntry(row.operation_id, why))
            else:
                self.show_keys(_("Say why: the reason is kept with the receipt."))
        elif event.is_printable and event.character:
            self._reason.put(event.character)
        else:
            self._reason.edit(event.key)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self._giving_up:
            self._reason.put(event.text.split("\n", 1)[0])

    def on_lines_view_selected(self) -> None:
        self._look()

    def _show_slip(self, entry: Entry) -> None:
        from cashier.slip import slip_of

        receipt = entry.request.receipt
        people = people_of(Snapshot(receipt=receipt))
        self.app.push_screen(slip_page(slip_of(receipt, self._shop, copy=True), people))


def _why(row: Waiting) -> Content:
    entry, kept = row.entry, row.feedback
    if kept is not None and kept.feedback is not None:
        return _why_feedback(kept, kept.feedback)
    if entry is None:
        return Content.styled(_("The record cannot be read any more; it can be given up."), "dim")
    tries = ngettext("{n} try", "{n} tries", entry.attempts).format(n=entry.attempts)
    cause = clean(entry.cause)[:300] or _("not tried yet")
    style = "$text-error" if row.refused else "$text-warning"
    return Content.assemble((f"{clean(entry.system)}, {tries}: ", "dim"), (cause, style))


def _why_feedback(kept: Kept, left: Feedback) -> Content:
    """What it is about, how often the system tried by its own count, and what came of it last."""
    about = f"{clean(left.link)}: {clean(left.text)[:200]}" if left.text else clean(left.link)
    own = ngettext("{n} try there", "{n} tries there", left.attempts)
    cause = clean(kept.cause)[:300] or (
        _("the system wants to have it again") if kept.tries else _("not handed back yet")
    )
    return Content.assemble(
        (f"{about} ({own.format(n=left.attempts)}). ", "dim"), (cause, "$text-warning")
    )

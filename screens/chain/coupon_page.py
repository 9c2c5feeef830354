"""One coupon through all tables and machines, in time order; without a number the machines."""

import asyncio
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.worker import Worker

from cashier.coupon_trace import Event, Machine, TracesCoupons
from cashier.errors import CashierError
from cashier.events import Tone
from cashier.i18n import _, ngettext
from cashier.words import explain
from screens.chain.coupon_views import EventsView, MachinesView, waiting_words
from screens.showing import said
from screens.text import clean, in_rows, shortened
from screens.widgets.input_line import InputLine
from screens.widgets.row import Ends, Row

_ASKING = "trace"


class CouponPage(Screen[None]):
    """Only looked at: nothing is used, sent or changed from here. Esc leaves it.

    The machines are asked in a thread: one that is away takes its time.
    """

    AUTO_FOCUS = ""
    CSS_PATH = str(Path(__file__).with_name("coupon_page.tcss"))

    def __init__(self, machines: TracesCoupons, code: str = "") -> None:
        super().__init__()
        self._machines = machines
        self.code = code
        """The coupon that is followed; empty: the machines are shown."""
        self.known: tuple[Machine, ...] = ()
        self.trouble = ""
        self.asking = False
        self.heading = Ends(id="coupon-heading")
        self.line = InputLine(id="coupon-line")
        self.events = EventsView(id="coupon-events")
        self.list = MachinesView(id="coupon-machines")
        self.detail = Row(id="coupon-detail")
        self.keys = Row(id="coupon-keys")

    def compose(self) -> ComposeResult:
        yield self.heading
        yield self.line
        yield self.events
        yield self.list
        yield self.detail
        yield self.keys

    def on_mount(self) -> None:
        self.ask()

    def on_resize(self) -> None:
        self.call_after_refresh(self.again)

    # --- what is asked

    def ask(self) -> None:
        """Everything anew; an older question is forgotten."""
        self.asking, self.trouble = True, ""
        self.again()
        _worker: Worker[None] = self.run_worker(self._ask, group=_ASKING, exclusive=True)

    async def _ask(self) -> None:
        code = self.code
        try:
            self.known = await asyncio.to_thread(self._machines.machines)
            found = await asyncio.to_thread(self._machines.trace, code) if code else ()
        except CashierError as error:
            self.trouble, found = explain(error), ()
        self.asking = False
        self._take(found)

    def _take(self, found: tuple[Event, ...]) -> None:
        self.events.nothing = _("No machine knows this coupon.") if self.code else ""
        self.events.show(found, 0 if found else None)
        self.list.show(self.known, 0 if self.known else None)
        self.again()

    # --- what is seen

    def again(self) -> None:
        title = _("The life of a coupon") if self.code else _("Machines that know coupons")
        aside = _("asking…") if self.asking else waiting_words(self.known)
        heading = Content.assemble((title, "bold $text-primary"), (f"  ~ {_('emulated')}", "dim"))
        self.heading.show(heading, Content.styled(aside, "$text-warning"))
        self.line.ask(_("Coupon"), self.code or _("scan or type its number"))
        self.events.display, self.list.display = bool(self.code), not self.code
        self._show_detail()
        room = max(20, self.size.width - 2)
        self.keys.show(Content.styled("\n".join(in_rows(self._key_words(), room)), "dim"))

    def _show_detail(self) -> None:
        if self.trouble:
            self.detail.show(said(Tone.ERROR, shortened(clean(self.trouble), 300)))
        elif self.code:
            self.detail.show(Content("\n").join(self._of_event()))
        else:
            self.detail.show(Content("\n").join(self._of_machine()))

    def _of_event(self) -> list[Content]:
        """All of the selected event: in the list its sentence may be cut."""
        event = self.events.event
        if event is None:
            return []
        place = f"{event.at:%Y-%m-%d %H:%M:%S}  {event.machine}"
        if event.source:
            place = f"{place}  ↔ {event.source}"
        rows = [Content.styled(clean(place), "dim"), Content(clean(event.what))]
        if event.table:
            rows.append(Content.styled(clean(event.table), "dim"))
        return rows

    def _of_machine(self) -> list[Content]:
        place = self.list.selected
        if place is None or place >= len(self.known):
            return []
        machine = self.known[place]
        counts = (f"{table}: {count}" for table, count in machine.counts)
        room = max(20, self.size.width - 4)
        rows = [Content.styled(clean(f"{machine.title}  {machine.place}"), "dim")]
        text = machine.trouble or "\n".join(in_rows(counts, room))
        return [*rows, *(Content(clean(row)) for row in text.splitlines())]

    def _key_words(self) -> tuple[str, ...]:
        count = len(self.events.rows)
        told = ngettext("{n} event", "{n} events", count).format(n=count)
        return (
            *((told,) if self.code else ()),
            _("Enter: follow the number"),
            _("↑ ↓: one by one"),
            _("F5: ask anew"),
            _("Esc: the machines") if self.code else _("Esc: back"),
        )

    # --- keys

    def on_key(self, event: events.Key) -> None:
        event.stop()
        key = event.key
        if key == "escape":
            self._back()
        elif key == "enter":
            self._follow()
        elif key == "f5":
            self.ask()
        elif key in ("up", "down", "pageup", "pagedown"):
            self._move(key)
        elif not self.line.edit(key) and event.is_printable and event.character:
            self.line.put(event.character)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.line.put(event.text.splitlines()[0] if event.text else "")

    def _back(self) -> None:
        if self.line.text:
            self.line.clear()
        elif self.code:
            self.code = ""
            self.ask()
        else:
            self.dismiss(None)

    def _follow(self) -> None:
        if text := self.line.take():
            self.code = text
            self.events.show((), None)
            self.events.nothing = ""
            self.ask()

    def _move(self, key: str) -> None:
        view = self.events if self.code else self.list
        page = max(1, view.page - 1)
        by = {"up": -1, "down": 1, "pageup": -page, "pagedown": page}[key]
        view.select((view.selected or 0) + by)
        if view is self.list:
            view.top = min(max(view.top, (view.selected or 0) - view.page + 1), view.selected or 0)
        self.again()

    def on_lines_view_selected(self) -> None:
        """With the mouse."""
        self.again()

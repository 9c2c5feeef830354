"""Rows that ``cashier coupons`` prints."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cashier.coupon_trace import Event, Machine, Turn
from cashier.i18n import _, ngettext

if TYPE_CHECKING:
    from backends.set10.coupons import Message, Topology
    from backends.set10.coupons.race import Step
    from backends.set10.coupons.series import Made
    from backends.set10.coupons.switchboard import Connection

MARKS = {
    Turn.MADE: "+",
    Turn.CAME: "→",
    Turn.USED: "●",
    Turn.FREE: "○",
    Turn.SENT: "✉",
    Turn.WAITING: "…",
    Turn.CONFLICT: "!",
    Turn.BLOCKED: "×",
    Turn.AWAY: "?",
}


def event_rows(events: Iterable[Event]) -> Iterator[str]:
    """Two rows an event, so that the names of tables have room on a narrow terminal."""
    for event in events:
        way = ""
        if event.source:
            to = event.turn in (Turn.SENT, Turn.WAITING)
            text = _("to: {machine}") if to else _("from: {machine}")
            way = "  " + text.format(machine=event.source)
        yield f"{event.at:%Y-%m-%d %H:%M:%S}  {MARKS[event.turn]} {event.machine}{way}"
        place = f"  [{event.table}]" if event.table else ""
        yield f"                       {event.what}{place}"


def machine_rows(machines: Iterable[Machine]) -> Iterator[str]:
    for machine in machines:
        yield f"{machine.id}  {machine.title}"
        yield f"    {machine.place}"
        if machine.trouble:
            yield f"    {machine.trouble}"
            continue
        for table, count in machine.counts:
            yield f"    {table:<38}{count:>10}"
        if machine.waiting:
            words = ngettext("{n} message waits.", "{n} messages wait.", machine.waiting)
            yield "    " + words.format(n=machine.waiting)


def connection_row(one: "Connection") -> str:
    if one.stopped:
        state = _("stopped")
    elif one.delay_seconds:
        state = _("messages take {n} s").format(n=one.delay_seconds)
    else:
        state = _("at once")
    return f"{one.name:<28}{state}"


def message_row(one: "Message") -> str:
    from backends.set10.coupons.telling import message_words

    about = " ".join(part for part in (one.series, one.number) if part)
    if one.sent_at is not None:
        state = _("arrived {when}").format(when=f"{one.sent_at:%d.%m.%Y %H:%M:%S}")
    elif one.why:
        state = _("waits: {why}").format(why=one.why)
    else:
        state = _("arrives from {when} on").format(when=f"{one.due_at:%d.%m.%Y %H:%M:%S}")
    way = f"{one.sender} → {one.receiver}"
    return (
        f"{one.made_at:%Y-%m-%d %H:%M:%S}  {way:<28}{message_words(one.what)}"
        f"{': ' if about else ''}{about}; {state}"
    )


def series_rows(topology: "Topology") -> Iterator[str]:
    from backends.set10.coupons import Kind

    kinds = {
        Kind.REUSABLE: _("reusable"),
        Kind.ONE_TIME: _("one-time"),
        Kind.TILL: _("printed by tills"),
    }
    for one in topology.settings.series:
        yield f"{one.id}  {one.name}  ({kinds[one.kind]})"
        state = topology.series_state(one)
        if state.trouble:
            yield f"    {state.trouble}"
        elif not state.made:
            yield "    " + _("not made yet")
        elif one.kind is Kind.REUSABLE:
            words = ngettext("{n} range; {machine}", "{n} ranges; {machine}", state.count)
            yield "    " + words.format(n=state.count, machine=state.machine)
        else:
            words = ngettext(
                "{n} number, {used} used; {machine}",
                "{n} numbers, {used} used; {machine}",
                state.count,
            )
            yield "    " + words.format(n=state.count, used=state.used, machine=state.machine)


def made_words(made: "Made", topology: "Topology") -> str:
    titles = {machine: node.title for machine, node in topology.nodes.nodes.items()}
    places = ", ".join(titles[place] for place in made.places)
    text = _("Series {series} is made: {count} numbers, kept by {places}.")
    return text.format(series=made.series.id, count=made.count, places=places)


def step_rows(number: int, step: "Step") -> Iterator[str]:
    yield f"{number}. {step.at:%H:%M}  {step.what}"
    for who, words in (
        (_("customer"), step.customer),
        (_("cashier"), step.cashier),
        (_("report"), step.report),
    ):
        for row in words.splitlines():
            yield f"         {who}: {row}"
    yield ""

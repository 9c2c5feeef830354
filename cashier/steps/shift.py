"""The shift: open it, put money in and out, count, report, close."""

from typing import TYPE_CHECKING

from cashier.commands import (
    CashIn,
    CashOut,
    CloseShift,
    CountDrawer,
    OpenDrawer,
    OpenShift,
    Report,
)
from cashier.errors import BadInput, NotNow
from cashier.events import Reported, Tone
from cashier.i18n import _, ngettext
from cashier.money import Amount
from cashier.shift import DrawerEntry, DrawerKind, Shift
from cashier.snapshot import AskShift, Snapshot, State
from cashier.steps.handing import open_the_drawer
from cashier.words import money_text
from cashier.workplace import Workplace

if TYPE_CHECKING:
    from cashier.reports import ShiftReport

MOST = 10_000_000
"""More (in units of the currency) than any drawer holds: a scan gone astray."""


def at_rest(desk: Workplace) -> Snapshot:
    """No receipt is open."""
    return Snapshot(State.IDLE if desk.daybook.shift else State.CLOSED)


def left_open(desk: Workplace) -> AskShift | None:
    """What is asked when the till begins to work in a shift of an earlier day."""
    shift = desk.daybook.shift
    if shift is None or shift.opened_at.date() >= desk.clock.now().date():
        return None
    return AskShift(shift)


async def open_shift(now: Snapshot, command: OpenShift, desk: Workplace) -> Snapshot:
    _check_amount(command.money, desk, least=0)
    cashier = command.cashier.strip()[:60] or desk.shop.cashier
    shift = desk.daybook.open_shift(desk.clock.now(), cashier, command.money)
    text = _("Shift {number} is open. In the drawer: {money}.")
    desk.say(text.format(number=shift.number, money=_money(command.money, desk)), Tone.GOOD)
    return at_rest(desk)


async def cash_in(now: Snapshot, command: CashIn, desk: Workplace) -> Snapshot:
    _check_amount(command.amount, desk)
    await _note(DrawerKind.CASH_IN, command.amount, command.why, desk)
    return now


async def cash_out(now: Snapshot, command: CashOut, desk: Workplace) -> Snapshot:
    _check_amount(command.amount, desk)
    there = current(desk).in_drawer
    if command.amount > there:
        text = _("There is only {money} in the drawer.")
        raise BadInput(text.format(money=_money(there, desk)))
    await _note(DrawerKind.CASH_OUT, command.amount, command.why, desk)
    return now


async def count_drawer(now: Snapshot, command: CountDrawer, desk: Workplace) -> Snapshot:
    _check_amount(command.amount, desk, least=0)
    expected = current(desk).in_drawer
    entry = DrawerEntry(DrawerKind.COUNT, desk.clock.now(), command.amount, expected=expected)
    desk.daybook.note(entry)
    over = command.amount - expected
    if not over:
        desk.say(
            _("Counted: {money}. It is right.").format(money=_money(expected, desk)), Tone.GOOD
        )
        return now
    text = (
        _("Counted: {money}, {over} too much.")
        if over > 0
        else _("Counted: {money}, {over} missing.")
    )
    money, difference = _money(command.amount, desk), _money(abs(over), desk)
    desk.say(text.format(money=money, over=difference), Tone.WARNING)
    return now


async def open_drawer(now: Snapshot, command: OpenDrawer, desk: Workplace) -> Snapshot:
    why = command.why.strip()[:200]
    desk.daybook.note(
        DrawerEntry(DrawerKind.OPEN, desk.clock.now(), why=why, allowed_by=desk.supervisor)
    )
    await open_the_drawer(desk)
    desk.say(_("The drawer is open."))
    return now


async def _note(kind: DrawerKind, amount: Amount, why: str, desk: Workplace) -> None:
    at = desk.clock.now()
    desk.daybook.note(DrawerEntry(kind, at, amount, why.strip()[:200], allowed_by=desk.supervisor))
    await open_the_drawer(desk)
    text = (
        _("Put into the drawer: {money}.")
        if kind is DrawerKind.CASH_IN
        else _("Taken out of the drawer: {money}.")
    )
    desk.say(text.format(money=_money(amount, desk)), Tone.GOOD)


def _check_amount(amount: Amount, desk: Workplace, *, least: Amount = 1) -> None:
    if amount < least:
        raise BadInput(_("The amount must be above zero."))
    if amount > MOST * desk.shop.money.unit:
        raise BadInput(_("So much money? This looks like a barcode."))


def _money(amount: Amount, desk: Workplace) -> str:
    return money_text(amount, desk.shop.money)


# --- reports


def current(desk: Workplace) -> "ShiftReport":
    """How the open shift stands."""
    return report_on(_shift(desk), desk)


def report_on(shift: Shift, desk: Workplace) -> "ShiftReport":
    from cashier.reports import report_of  # not needed before the first scan

    book = desk.daybook
    number = shift.number
    return report_of(shift, book.receipts(number), book.drawer(number), book.permissions(number))


def _shift(desk: Workplace) -> Shift:
    if desk.daybook.shift is None:
        raise NotNow(_("The shift is closed: open it first."))
    return desk.daybook.shift


async def report(now: Snapshot, command: Report, desk: Workplace) -> Snapshot:
    await _hand_out(current(desk), desk)
    return now


async def close_shift(now: Snapshot, command: CloseShift, desk: Workplace) -> Snapshot:
    """The Z report. Money stays in the drawer; what waits in the outbox is sent later all the
    same."""
    held = len(desk.journal.held())
    if held:
        text = ngettext(
            "{n} receipt is put aside: finish or cancel it first.",
            "{n} receipts are put aside: finish or cancel them first.",
            held,
        )
        raise NotNow(text.format(n=held))
    shift = _shift(desk)
    closed = desk.daybook.close_shift(desk.clock.now())
    desk.exchanges.prune(desk.clock.now())
    await _hand_out(report_on(closed, desk), desk)
    desk.say(_("Shift {number} is closed.").format(number=shift.number), Tone.GOOD)
    return at_rest(desk)


async def _hand_out(found: "ShiftReport", desk: Workplace) -> None:
    from cashier.report_slip import report_slip

    if desk.slips is not None:
        await desk.slips.out(report_slip(found, desk.shop, desk.clock.now()))
    desk.events.tell(Reported(found))


def check_shift_age(desk: Workplace) -> None:
    """A shift that is too old sells nothing new. Raises NotNow."""
    shift = _shift(desk)
    hours = desk.shop.shift.longest_hours
    if (desk.clock.now() - shift.opened_at).total_seconds() > hours * 3600:
        text = _("The shift is open for more than {hours} hours: close it first (Z report).")
        raise NotNow(text.format(hours=hours))


def with_shift(desk: Workplace) -> None:
    """A receipt from before shifts were kept belongs to one from now on."""
    if desk.daybook.shift is None:
        desk.daybook.open_shift(desk.clock.now(), desk.shop.cashier, 0)
        desk.say(_("A shift was opened for this receipt."))

"""The till: commands in, events out, one at a time, in order.

What a command does stands in ``steps``, when it may be done stands in ``table``. A command that
is not allowed, or that fails, changes nothing. Every command that went through is in the journal
before anybody sees what it made.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from cashier import following, live, permissions, table
from cashier.commands import Allow, Command, ConfirmLive, ResumeReceipt
from cashier.errors import CashierError, NotNow
from cashier.events import Asking, Carried, Changed, Event, Events, Tone
from cashier.folder import DataFolder
from cashier.i18n import _
from cashier.receipt import Kind, Receipt
from cashier.snapshot import AskLive, AskResume, AskSupervisor, Question, Snapshot, State
from cashier.steps.money_back import never_taken
from cashier.steps.outbox import send_feedback, send_receipts
from cashier.steps.shift import at_rest, left_open
from cashier.steps.supervising import allow, confirm_live
from cashier.witness import DOING, doing
from cashier.workplace import Workplace


class Cancelled(CashierError):
    """The cashier did not want to wait any longer; nothing changed."""


class Till:
    """One workplace of a shop."""

    def __init__(self, workplace: Workplace, folder: DataFolder | None = None) -> None:
        self.workplace = workplace
        self._folder = folder
        self.now = at_rest(workplace)
        self._queue: asyncio.Queue[tuple[Command, asyncio.Future[Snapshot]]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._step: asyncio.Task[Snapshot] | None = None
        self._may_cancel = False
        self._abandoned = False
        self.events.watch(self._note_asking)
        self.events.watch(partial(following.hear, workplace))

    @property
    def folder(self) -> Path | None:
        """Where the till keeps its data; None: nowhere."""
        return self._folder.path if self._folder else None

    @property
    def events(self) -> Events:
        return self.workplace.events

    async def start(self, first: Callable[[], Awaitable[None]] | None = None) -> None:
        """Recover what the last run left, begin to work, greet the system.

        ``first`` goes before the greeting: scans that wait already need the processor more.
        """
        desk = self.workplace
        if desk.journal.put_aside is not None:
            text = _("The journal was damaged; it is put aside as {name}, a new one is begun.")
            desk.say(text.format(name=desk.journal.put_aside.name), Tone.ERROR)
        left = desk.journal.open_receipt()
        for complaint in desk.journal.complaints:
            desk.say(complaint, Tone.ERROR)
        if left is not None and left[1].is_empty:  # begun, and nothing on it: nothing to lose
            state, receipt = left
            desk.journal.keep(desk.clock.now(), ResumeReceipt(keep=False), state, receipt, None)
            left = None
        if left is not None:
            state, receipt = left
            self.now = replace(self.now, question=AskResume(receipt, State(state)))
        else:
            self.now = replace(self.now, question=left_open(desk))
        self._tasks = [asyncio.create_task(self._work())]
        desk.tell_waiting()
        desk.tell_slips()
        self.events.tell(Changed(self.now))
        if first is not None:
            await first()
        with doing("open"):
            await desk.greet()
        self._look()
        self._tasks.append(asyncio.create_task(self._send()))
        desk.exchanges.flush()
        self.events.tell(Changed(self.now))

    async def close(self) -> None:
        """Stop working; what is open stays in the journal."""
        if self._abandoned:
            return
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.workplace.backend is not None:
            with suppress(CashierError):
                await self.workplace.backend.close()
        if self.workplace.slips is not None:
            await self.workplace.slips.close()
        self.workplace.exchanges.flush()
        self.workplace.journal.close()
        if self._folder is not None:
            self._folder.close()

    async def abandon(self) -> None:
        """Stop as if the program were killed: nothing is finished, nobody is told."""
        self._abandoned = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.workplace.journal.close()

    # --- commands

    async def do(self, command: Command) -> Snapshot:
        """Carry out a command when its turn comes. Raises CashierError; then nothing changed."""
        for task in self._tasks:
            if task.done():  # it works as long as the till is open: this is a bug, and loud
                task.result()
        done: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((command, done))
        return await done

    def allowed(self) -> frozenset[type]:
        """The commands that make sense now."""
        desk, now = self.workplace, self.now
        return frozenset(kind for kind in table.TABLE if table.is_allowed(kind, now, desk))

    def cancel(self) -> bool:
        """Give up waiting for the request under way, if that is harmless."""
        if self._step is None or not self._may_cancel:
            return False
        return self._step.cancel()

    async def _work(self) -> None:
        while True:
            command, done = await self._queue.get()
            self._look()
            before = self.now
            try:
                self.now = await self._carry_out(command)
            except CashierError as error:
                _fail(done, error)
                if self.now is not before:  # a supervisor allowed it, and then it failed
                    self.events.tell(Changed(self.now))
                self.events.tell(Carried(_bare(command), before, self.now, error))
            except asyncio.CancelledError:
                _fail(done, Cancelled(_("The till is closed.")))
                raise
            except Exception as error:  # a bug: loud where the command was given, the till lives
                _fail(done, error)
            else:
                self.events.tell(Changed(self.now))
                self.events.tell(Carried(_bare(command), before, self.now))
                if not done.done():
                    done.set_result(self.now)
            finally:
                self._note_exchanges(before, self.now)
                self.workplace.exchanges.flush()

    async def _carry_out(self, command: Command) -> Snapshot:
        desk, before = self.workplace, self.now
        if isinstance(command, Allow) and isinstance(before.question, AskSupervisor):
            return await self._allowed(command, before.question)
        if isinstance(command, ConfirmLive) and isinstance(before.question, AskLive):
            self.now = await self._stepped(confirm_live, command)
            return await self._carry_out(before.question.command)
        rule = table.TABLE[type(command)]
        if not table.is_allowed(type(command), before, desk):
            raise NotNow(refusal(before))
        asks = live.question(before, command, desk) or permissions.question(before, command, desk)
        if asks is not None:
            return replace(before, question=asks)
        return await self._stepped(rule.step, command)

    async def _allowed(self, command: Allow, asked: AskSupervisor) -> Snapshot:
        """What the supervisor allowed is done at once; if it fails, the question is closed."""
        desk = self.workplace
        try:
            self.now = await self._stepped(allow, command)
            if not desk.supervisor:
                return self.now
            return await self._stepped(table.TABLE[type(asked.command)].step, asked.command)
        finally:
            desk.supervisor = ""

    async def _stepped(self, step: table.Step, command: Command) -> Snapshot:
        """Raises CashierError; then nothing changed."""
        desk, before = self.workplace, self.now
        self._step = asyncio.create_task(_run(step, before, command, desk))
        try:
            after = await asyncio.shield(self._step)
        except asyncio.CancelledError:
            if self._step.cancelled():
                raise Cancelled(_("Cancelled: nothing changed.")) from None
            await self._let_finish()
            raise
        finally:
            self._step = None
        self._note_exchanges(before, after)
        was, is_now = _open(before), _open(after)
        try:
            desk.journal.keep(desk.clock.now(), _bare(command), _state(after), was, is_now)
        except CashierError:
            if is_now is not None or (was is not None and after.state is not State.FINISHED):
                await never_taken(was, is_now, desk)
                raise
            # What was sold, or done to the drawer, is stored: only the command is not.
            text = _("It is done, but the disk does not take the record of it: make room.")
            desk.say(text, Tone.ERROR)
        desk.tell_waiting(news=True)  # a cancelled receipt takes its feedback along
        return after

    async def _let_finish(self) -> None:
        """The till is closing: a request is not cut off in the middle, but not waited for long."""
        if self._step is not None:
            self._step.cancel()
            with suppress(asyncio.CancelledError, CashierError):
                await self._step

    def _note_exchanges(self, before: Snapshot, after: Snapshot) -> None:
        """What was said for a command belongs to the receipt that it led to, else to its own."""
        receipt = _subject(after) or _subject(before)
        if receipt is not None:
            returning = receipt.kind is Kind.RETURN
            self.workplace.exchanges.belongs_to(receipt.receipt_id, returning=returning)

    def _note_asking(self, event: Event) -> None:
        if isinstance(event, Asking):
            self._may_cancel = bool(event.step) and event.cancellable

    def _look(self) -> None:
        """Between two receipts, goods and prices may change."""
        if _open(self.now) is None and self.now.question is None:
            following.look(self.workplace)

    # --- the outbox, beside the cashier's work

    async def _send(self) -> None:
        desk = self.workplace
        DOING.set("queue")
        receipts, feedback = desk.shop.sending.every_seconds, desk.feedback_seconds
        while True:
            pause = min(receipts, feedback)
            await desk.clock.sleep(pause)
            if self._step is None:
                self._look()
            receipts, feedback = receipts - pause, feedback - pause
            if not receipts:
                receipts = desk.shop.sending.every_seconds
                with suppress(CashierError):
                    await send_receipts(desk, aside=True)
            if not feedback:
                with suppress(CashierError):
                    await send_feedback(desk, aside=True)
                feedback = desk.feedback_seconds  # as the system says, once it has answered
            desk.exchanges.flush()


async def _run(step: table.Step, before: Snapshot, command: Command, desk: Workplace) -> Snapshot:
    DOING.set(type(command).__name__)  # in a task of its own
    return await step(before, command, desk)


def _bare(command: Command) -> Command:
    """A PIN is neither stored nor told."""
    return replace(command, pin="") if isinstance(command, Allow) else command


def _fail(done: asyncio.Future[Snapshot], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)


def _open(now: Snapshot) -> Receipt | None:
    """The receipt that a crash must not lose."""
    left = _asked(now)
    if isinstance(left, AskResume):
        return left.receipt
    return None if now.state in (State.CLOSED, State.IDLE, State.FINISHED) else now.receipt


def _subject(now: Snapshot) -> Receipt | None:
    """What the cashier works on; a finished receipt is over."""
    return _open(now) or (None if now.state is State.FINISHED else now.receipt)


def _state(now: Snapshot) -> str:
    """In which the open receipt is to be found again."""
    left = _asked(now)
    return (left.state if isinstance(left, AskResume) else now.state).value


def _asked(now: Snapshot) -> Question | None:
    """The question of the sale: one about the live system may stand before it."""
    return now.question.before if isinstance(now.question, AskLive) else now.question


def refusal(now: Snapshot) -> str:
    """Why not now, and what to do instead."""
    if now.question is not None:
        return _("Answer the question first, or press Esc.")
    return {
        State.CLOSED: _("The shift is closed: open it first."),
        State.IDLE: _("There is no receipt yet: scan goods or a card."),
        State.SELLING: _("Calculate the receipt first."),
        State.CALCULATED: _("The receipt is calculated: pay, or go back to the goods."),
        State.PAYING: _("Money was taken: finish paying, or give it back first."),
        State.FINISHED: _("The receipt is finished: scan goods to begin the next one."),
        State.RETURNING: _("Finish the return first, or cancel it."),
    }[now.state]

"""Between the till and the screen: keys become commands, events become what is seen.

Imported after the first paint, because the till brings everything heavy with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content

from cashier.acts import Acts
from cashier.commands import AddGoods, Calculate, Command, Finish
from cashier.errors import BadInput, CashierError, NotNow
from cashier.events import (
    Asking,
    Changed,
    Event,
    Exchanged,
    HandedOut,
    OfficeOpened,
    Reported,
    Said,
    SlipsWaiting,
    Tone,
    TrainingSwitched,
    Waiting,
    Watched,
)
from cashier.exchange import PhoneMessage
from cashier.i18n import _
from cashier.money import ONE
from cashier.printing.making import paper_of
from cashier.receipt import Line
from cashier.snapshot import AskCode, Snapshot, State
from cashier.steps.shift import at_rest
from cashier.till import Cancelled, Till, refusal
from cashier.typed import read_line
from cashier.words import explain
from screens import prompts, showing
from screens.asking import cash, nothing_due, wanted
from screens.deeds import BY_ID, Deed
from screens.lights import Lights
from screens.presses import AT_ONCE, Presses
from screens.questions import ask_question
from screens.scans import fits
from screens.textual_hacks import paint_now, press_into
from screens.tour import Tour
from screens.view import View
from screens.waiting import Spinner

if TYPE_CHECKING:
    from screens.exchanges.page import ExchangesPage
    from screens.till_screen import TillScreen

Turn: TypeAlias = Callable[[], Awaitable[None]]
"""Something to be done when everything before it is done."""

_KEPT_MESSAGES = 100


class Desk:
    """What the cashier does, in order; nothing typed or scanned while a request runs is lost."""

    def __init__(self, till: Till, screen: "TillScreen") -> None:
        self.till = till
        self.screen = screen
        self.amounts = showing.Amounts(till.workplace.shop.money.digits)
        self.prompt: prompts.Prompt | None = None
        """Opened by a key; None: what the state asks for."""
        self.fresh = False
        """The finished receipt has been put away."""
        self.slip: HandedOut | None = None
        """The last one, to look at."""
        self.phone: list[PhoneMessage] = []
        self.acts = Acts(till)
        """What was done here, to be saved as a scenario."""
        self.waiting = (0, 0)
        self.slips_waiting = 0
        self.watchers = 0
        """Instructors who look at this till."""
        self.roll = paper_of(till.workplace.printer)
        """The paper of the simulated printer, if that is what prints."""
        self.paper_wanted = False
        self.exchanges: ExchangesPage | None = None
        """The page of exchanges that is open, to be told of new ones."""
        self.lights = Lights(self)
        self.view = View(self)
        self.presses = Presses(self)
        self.tour = Tour(self)
        self.spinner = Spinner(screen.message, screen.set_timer, self._show_said)
        self._said: list[Said] = []
        self._turns: asyncio.PriorityQueue[tuple[int, int, Turn, tuple[str, ...]]] = (
            asyncio.PriorityQueue()
        )
        self._places = count()
        self._unfinished = 0
        self._asked: object = None
        self.switched: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        """Done when another till is to be opened here: whether it is for training."""
        screen.receipt.digits = screen.found.digits = self.amounts.digits
        if self.roll is not None:
            self.roll.watch(self.view.show_paper)
        till.events.watch(self.hear)

    @property
    def now(self) -> Snapshot:
        """What the till knows; nothing once the finished receipt is put away."""
        if not self.fresh:
            return self.till.now
        return replace(at_rest(self.till.workplace), question=self.till.now.question)

    @property
    def line(self) -> Line | None:
        """The selected line, else the last one; a deposit goes with the goods before it."""
        lines = self.screen.receipt.lines
        number = self.screen.receipt.number
        if number:
            return lines[number - 1]
        return next((line for line in reversed(lines) if not line.deposit), None)

    @property
    def coming_back(self) -> Line | None:
        """During a return: the line that keys and numbers are about."""
        if self.now.sale is None:
            return self.line
        back = self.screen.returning.back
        return back.line if back else None

    # --- one thing after another

    async def work(self) -> None:
        """Take turns, forever. A bug ends the program loudly; expected trouble is said."""
        while True:
            _order, _place, turn, keys = await self._turns.get()
            self._said.clear()
            top = self.screen.app.screen
            try:
                if keys and top is not self.screen:
                    await press_into(top, keys)
                else:
                    await turn()
            except Cancelled as error:
                self.say(str(error), Tone.INFO)
            except CashierError as error:
                self.say(explain(error), Tone.ERROR)
            self._show_said()
            self._unfinished -= 1
            self._turns.task_done()
            if self._turns.empty():
                paint_now(self.screen, self.screen.quick)

    def leave(self) -> None:
        """Another desk works from now on."""
        self.till.events.forget(self.hear)
        self.acts.leave()

    async def idle(self) -> None:
        """Until every turn that waits is taken."""
        await self._turns.join()

    def later(self, turn: Turn, *keys: str) -> None:
        """``keys`` were pressed for it: they go into the dialog that an earlier turn opened."""
        self._unfinished += 1
        self._turns.put_nowait((1, next(self._places), turn, keys))

    def at_once(self, turn: Turn) -> None:
        """What a dialog was answered goes before all that was typed after it."""
        self._unfinished += 1
        self._turns.put_nowait((0, next(self._places), turn, ()))

    async def do(self, command: Command) -> None:
        """Raises CashierError."""
        await self.till.do(command)

    async def answer(self, command: Command) -> None:
        """Answer a question; what did not satisfy the till is asked again."""
        try:
            await self.do(command)
        except CashierError:
            self._asked = None
            self._question()
            raise

    def say(self, text: str, tone: Tone = Tone.INFO) -> None:
        self._said.append(Said(tone, text))
        self._show_said()

    # --- what the till tells

    def hear(self, event: Event) -> None:
        match event:
            case Changed(now):
                open_receipt = now.receipt if now.state is not State.FINISHED else None
                self.screen.pressed.belongs_to(open_receipt.receipt_id if open_receipt else None)
                self.fresh = False
                self.show()
                self._question()
            case Said():
                self._said.append(event)
                self._show_said()
            case Exchanged():
                self.view.show_said()
            case Asking(step, cancellable):
                self.spinner.asking(step, cancellable=cancellable)
            case HandedOut():
                self.slip = event
            case Waiting(waiting, parked):
                self.waiting = waiting, parked
                self.view.show_status()
            case Watched(watchers):
                self.watchers = watchers
                self.view.show_status()
            case Reported(report):
                self.presses.show_report(report)
            case OfficeOpened(who):
                self.presses.show_back_office(who)
            case TrainingSwitched(on):
                self.switch_training(on)
            case SlipsWaiting(waiting):
                self.slips_waiting = waiting
                self.view.show_status()
            case PhoneMessage():
                self.phone = [*self.phone[-_KEPT_MESSAGES:], event]
                self.view.show_phone()

    def switch_training(self, on: bool) -> None:
        if not self.switched.done():
            self.switched.set_result(on)

    def _question(self) -> None:
        question = self.till.now.question
        if question is not self._asked:
            self._asked = question
            if question is not None:
                self.prompt = None
                ask_question(self, question)

    def ask_again(self) -> None:
        """Show the question that is open anew: its dialog was closed from outside."""
        self._asked = None
        self._question()

    # --- what is seen

    def show(self) -> None:
        self.view.show()

    def _show_said(self) -> None:
        if self.spinner.turning:
            return
        text = Content("   ").join(showing.said(said.tone, said.text) for said in self._said[-3:])
        self.screen.message.show(text)

    def tick(self) -> None:
        self.view.tick()

    def resized(self) -> None:
        self.view.resized()

    # --- what is asked for

    def ask(self, prompt: prompts.Prompt | None) -> None:
        self.prompt = prompt
        self.view.show_keys()

    # --- what the hands do

    def press(self, deed: Deed) -> None:
        self.presses.press(deed)

    def key_name(self, deed: str) -> str:
        """The key of a deed in this shop, as it is printed on keys."""
        return self.screen.key_map.name(BY_ID[deed])

    def lit(self, deed: Deed) -> bool:
        return self.lights.lit(deed)

    def key(self, deeds: list[Deed]) -> None:
        """A key for one of several deeds; which one is seen when all before it is done."""
        if self._unfinished and not all(deed.id in AT_ONCE for deed in deeds):
            typed = self.presses.take_typed(deeds)
            self.later(lambda: self._key(deeds, typed), *typed, deeds[0].key)
            return
        lit = next((deed for deed in deeds if self.lit(deed)), None)
        if lit is not None:
            self.press(lit)
        else:
            self._said.clear()
            self.say(self._not_lit(deeds), Tone.WARNING)

    def _not_lit(self, deeds: list[Deed]) -> str:
        """Why a key does nothing: the step of the sale, or what it would do has no place here."""
        if not all(deed.menu for deed in deeds):
            return refusal(self.now)
        names = ", ".join(_(deed.label) for deed in deeds)
        if self.now.receipt is not None and self.now.state is not State.FINISHED:
            return _("{name}: not on an open receipt. Finish it, or put it aside.").format(
                name=names
            )
        return _("{name}: not now, or not in this shop.").format(name=names)

    async def _key(self, deeds: list[Deed], typed: str) -> None:
        lit = next((deed for deed in deeds if self.lit(deed)), None)
        if lit is None:
            raise NotNow(self._not_lit(deeds))
        await self.presses.carry_out(lit, typed)

    def typed(self) -> None:
        """Look for goods by name while letters are typed."""
        found, text = self.screen.found, self.screen.input.text
        words = text.rpartition("*")[2].strip()
        searching = (
            len(words) > 1
            and "@" not in words
            and any(letter.isalpha() for letter in words)
            and wanted(self).searches
        )
        goods = self.till.workplace.catalog.search(words, 6) if searching else []
        if goods or found.rows:
            found.show_found(list(goods))

    def take(self, character: str) -> bool:
        """Single characters that act at once on an empty line."""
        if self.screen.input.text:
            return False
        if character == "?":
            self.press(BY_ID["help"])
            return True
        return self.now.state is State.RETURNING and self.presses.returning(character)

    def enter(self) -> None:
        found, line = self.screen.found, self.screen.input
        good = found.good
        text = line.take()
        found.show_found([])
        if good is not None:
            sku, (quantity, _rest) = good.sku, _quantity(text)
            self.later(lambda: self.do(AddGoods(sku, quantity)))
        elif text:
            self.later(lambda: self._entered(text), *text, "enter")
        else:
            self.later(self._go_on, "enter")

    async def _entered(self, text: str) -> None:
        prompt = wanted(self)
        await self.do(prompt.read(text))
        self._answered(prompt)

    def scanned(self, code: str) -> None:
        """A scan finds its field by itself; what is typed on the line stays there."""
        self.later(lambda: self._scanned(code), *code, "enter")

    async def _scanned(self, code: str) -> None:
        prompt = wanted(self)
        if fits(self.till.workplace, prompt.kind, code):
            await self.do(prompt.read(code))
            self._answered(prompt)
            return
        await self.do(read_line(code))
        if self.now.state is State.SELLING and prompt.kind in ("cash", "points"):
            self.ask(None)  # what was asked is over: there is another total now

    def _answered(self, prompt: prompts.Prompt) -> None:
        """The prompt is closed once the till took the answer; a wrong answer may be mended."""
        if self.prompt is not None and self.prompt.kind == prompt.kind:
            self.ask(None)

    async def _go_on(self) -> None:
        """Enter on an empty line: the next step of the sale."""
        now, prompt = self.now, wanted(self)
        if isinstance(now.question, AskCode):
            raise BadInput(_("Type the code that the customer received."))
        if prompt.empty is not None and not (prompt.kind == "cash" and nothing_due(now)):
            await self.do(prompt.empty)
            self._answered(prompt)
        elif self.prompt is not None:
            self.ask(None)
        elif self.screen.receipt.number is not None and now.state is not State.RETURNING:
            self.press(BY_ID["why"])
        else:
            await self._next_step(now)

    async def _next_step(self, now: Snapshot) -> None:
        match now.state:
            case State.CLOSED:
                await self.presses.on_open_shift()
            case State.SELLING:
                await self.do(Calculate())
            case State.CALCULATED | State.PAYING if nothing_due(now):
                await self.do(Finish())
            case State.CALCULATED:
                self.ask(cash(self))
            case State.FINISHED:
                self.put_away()
            case State.RETURNING:
                self.presses.confirm_refund(None)
            case _:
                self.say(_("Scan goods, or give the customer's card, phone or e-mail."))

    def put_away(self) -> None:
        self.fresh = True
        self.screen.receipt.number = None
        self.show()

    def move(self, by: int) -> None:
        if self.screen.found.rows:
            self.screen.found.move(by)
            return
        if self.now.sale is not None:
            self.screen.returning.move(by)
        else:
            self.screen.receipt.move(by)
        self.view.show_keys()

    def selected(self) -> None:
        """A line was chosen with the mouse."""
        self.screen.receipt.chosen()
        self.view.show_keys()

    def back(self) -> None:
        """Esc: out of the innermost thing, at once."""
        if self.till.cancel():
            return
        screen = self.screen
        if screen.input.text:
            screen.input.clear()
            screen.found.show_found([])
        elif self.prompt is not None:
            self.ask(None)
        elif screen.receipt.number is not None:
            screen.receipt.choose(None)
            self.view.show_keys()
        else:
            self.presses.back()


def _quantity(text: str) -> tuple[int, str]:
    from cashier.meaning import split_quantity

    quantity, rest = split_quantity(text)
    return quantity or ONE, rest

"""Between the till and the screen: keys become commands, events become what is seen.

Imported after the first paint, because the till brings everything heavy with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content

from cashier.commands import AddGoods, Calculate, Command, Finish
from cashier.errors import BadInput, CashierError, NotNow
from cashier.events import Asking, Changed, Event, HandedOut, Said, Tone, Waiting
from cashier.exchange import PhoneMessage
from cashier.i18n import _
from cashier.money import ONE
from cashier.receipt import Line
from cashier.snapshot import AskCode, Snapshot, State
from cashier.till import Cancelled, Till, refusal
from cashier.words import explain
from screens import prompts, showing
from screens.deeds import BY_ID, Deed
from screens.lights import Lights
from screens.presses import Presses
from screens.questions import ask_question
from screens.textual_hacks import paint_now, press_into
from screens.waiting import Spinner

if TYPE_CHECKING:
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
        self.waiting = (0, 0)
        self.lights = Lights(self)
        self.presses = Presses(self)
        self.spinner = Spinner(screen.message, screen.set_timer, self._show_said)
        self._said: list[Said] = []
        self._turns: asyncio.Queue[tuple[Turn, tuple[str, ...]]] = asyncio.Queue()
        self._unfinished = 0
        self._asked: object = None
        screen.receipt.digits = screen.found.digits = self.amounts.digits
        till.events.watch(self.hear)

    @property
    def now(self) -> Snapshot:
        """What the till knows; nothing once the finished receipt is put away."""
        return Snapshot() if self.fresh else self.till.now

    @property
    def line(self) -> Line | None:
        """The selected line, else the last one."""
        lines = self.screen.receipt.lines
        number = self.screen.receipt.number
        return lines[number - 1] if number else lines[-1] if lines else None

    # --- one thing after another

    async def work(self) -> None:
        """Take turns, forever. A bug ends the program loudly; expected trouble is said."""
        while True:
            turn, keys = await self._turns.get()
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

    async def idle(self) -> None:
        """Until every turn that waits is taken."""
        await self._turns.join()

    def later(self, turn: Turn, *keys: str) -> None:
        """``keys`` were pressed for it: they go into the dialog that an earlier turn opened."""
        self._unfinished += 1
        self._turns.put_nowait((turn, keys))

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
            case Changed():
                self.fresh = False
                self.show()
                self._question()
            case Said():
                self._said.append(event)
                self._show_said()
            case Asking(step, cancellable):
                self.spinner.asking(step, cancellable=cancellable)
            case HandedOut():
                self.slip = event
            case Waiting(waiting, parked):
                self.waiting = waiting, parked
                self.show_status()
            case PhoneMessage():
                self.phone = [*self.phone[-_KEPT_MESSAGES:], event]
                self.show_phone()

    def _question(self) -> None:
        question = self.till.now.question
        if question is not self._asked:
            self._asked = question
            if question is not None:
                self.prompt = None
                ask_question(self, question)

    # --- what is seen

    def show(self) -> None:
        """All of it; what did not change is not drawn again."""
        now, screen = self.now, self.screen
        self._show_lines(now)
        word, amount = showing.headline(now)
        screen.money.show(
            word,
            self.amounts.money(amount),
            showing.facts(now, self.amounts),
            done=now.state is State.FINISHED,
        )
        if screen.wide:
            room = max(10, screen.side_buyer.content_size.width)
            screen.side_buyer.show(showing.buyer_panel(now, self.amounts, room))
            screen.side_news.show(showing.news_panel(now))
        screen.buyer.show(showing.buyer_line(now, self.amounts))
        self._show_strip(now)
        self.show_keys()
        self.show_status()

    def _show_lines(self, now: Snapshot) -> None:
        screen, receipt = self.screen, now.receipt
        back = now.state is State.RETURNING and now.sale is not None
        screen.returning.display, screen.receipt.display = back, not back
        if back and now.sale is not None and receipt is not None:
            screen.returning.show_sale(now.sale, receipt)
            return
        view = screen.receipt
        lines = receipt.lines if receipt else ()
        if len(lines) > len(view.lines):
            view.number = None
        view.greeting = _greeting(now) if not lines else ()
        discounted = bool(receipt and lines and receipt.discount)
        view.show_lines(lines, discounted=discounted)

    def show_keys(self) -> None:
        """The prompt and the key bar: they depend on what is selected, too."""
        prompt = self.wanted()
        self.screen.input.ask(prompt.label, prompt.hint)
        self.screen.keys.show(self.lights.slots())

    def show_status(self) -> None:
        place = self.till.workplace
        self.screen.status.show(
            showing.status_left(place), showing.status_right(place, *self.waiting)
        )

    def show_phone(self) -> None:
        screen = self.screen
        screen.side_phone.show(showing.phone_panel(self.phone))
        if self.phone:
            room = max(10, screen.size.width - 2)
            screen.phone_strip.show(showing.phone_line(self.phone[-1], room))
            screen.phone_strip.add_class("-news")

    def _show_strip(self, now: Snapshot) -> None:
        """Where there is no panel, a message stays as long as it matters."""
        used = bool(self.phone and self.phone[-1].code) and not isinstance(now.question, AskCode)
        over = now.state is State.IDLE and now.question is None
        if used or over:
            self.screen.phone_strip.remove_class("-news")

    def _show_said(self) -> None:
        if self.spinner.turning:
            return
        text = Content("   ").join(showing.said(said.tone, said.text) for said in self._said[-3:])
        self.screen.message.show(text)

    def tick(self) -> None:
        """Once a second: the clock, and the time that a code is still good for."""
        self.show_status()
        if isinstance(self.now.question, AskCode):
            self.show_keys()

    def resized(self) -> None:
        self.show()
        self.show_phone()

    # --- what is asked for

    def wanted(self) -> prompts.Prompt:
        """What the input line asks for now."""
        now = self.now
        if isinstance(now.question, AskCode):
            return prompts.code(self._left(now.question), now.question.attempts)
        if self.prompt is not None:
            return self.prompt
        if now.state is State.PAYING:
            return self.cash()
        if now.state is State.RETURNING:
            back = self.screen.returning.back
            return prompts.returning(back.line if back else None)
        return prompts.goods(self.screen.receipt.number, _hint(now, self.screen.receipt.number))

    def cash(self) -> prompts.Prompt:
        receipt = self.now.receipt
        currency = self.till.workplace.shop.money
        return prompts.cash(currency, self.amounts.money(receipt.due if receipt else 0))

    def _left(self, question: AskCode) -> str:
        seconds = int((question.deadline - self.till.workplace.clock.now()).total_seconds())
        return f"{seconds // 60}:{seconds % 60:02d}" if seconds > 0 else ""

    def ask(self, prompt: prompts.Prompt | None) -> None:
        self.prompt = prompt
        self.show_keys()

    # --- what the hands do

    def press(self, deed: Deed) -> None:
        self.presses.press(deed)

    def lit(self, deed: Deed) -> bool:
        return self.lights.lit(deed)

    def key(self, deeds: list[Deed]) -> None:
        """A key for one of several deeds; which one is seen when all before it is done."""
        if self._unfinished:
            self.later(lambda: self._key(deeds), deeds[0].key)
            return
        lit = next((deed for deed in deeds if self.lit(deed)), None)
        if lit is not None:
            self.press(lit)
        else:
            self._said.clear()
            self.say(refusal(self.now), Tone.WARNING)

    async def _key(self, deeds: list[Deed]) -> None:
        lit = next((deed for deed in deeds if self.lit(deed)), None)
        if lit is None:
            raise NotNow(refusal(self.now))
        await self.presses.carry_out(lit)

    def typed(self) -> None:
        """Look for goods by name while letters are typed."""
        found, text = self.screen.found, self.screen.input.text
        words = text.rpartition("*")[2].strip()
        searching = (
            len(words) > 1
            and "@" not in words
            and any(letter.isalpha() for letter in words)
            and self.wanted().searches
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
        prompt = self.wanted()
        await self.do(prompt.read(text))
        self._answered(prompt)

    def _answered(self, prompt: prompts.Prompt) -> None:
        """The prompt is closed once the till took the answer; a wrong answer may be mended."""
        if self.prompt is not None and self.prompt.kind == prompt.kind:
            self.ask(None)

    async def _go_on(self) -> None:
        """Enter on an empty line: the next step of the sale."""
        now, prompt = self.now, self.wanted()
        if isinstance(now.question, AskCode):
            raise BadInput(_("Type the code that the customer received."))
        if prompt.empty is not None and not _nothing_due(now):
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
            case State.SELLING:
                await self.do(Calculate())
            case State.CALCULATED | State.PAYING if _nothing_due(now):
                await self.do(Finish())
            case State.CALCULATED:
                self.ask(self.cash())
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
        if self.now.state is State.RETURNING:
            self.screen.returning.move(by)
        else:
            self.screen.receipt.move(by)
        self.show_keys()

    def selected(self) -> None:
        """A line was chosen with the mouse."""
        self.screen.receipt.chosen()
        self.show_keys()

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
            self.show_keys()
        else:
            self.presses.back()


def _quantity(text: str) -> tuple[int, str]:
    from cashier.meaning import split_quantity

    quantity, rest = split_quantity(text)
    return quantity or ONE, rest


def _nothing_due(now: Snapshot) -> bool:
    return now.receipt is not None and bool(now.receipt.lines) and not now.receipt.due


def _hint(now: Snapshot, selected: int | None) -> str:
    """What Enter does on an empty line."""
    if selected is not None:
        return _("Enter: why this price    *3: quantity")
    if now.state is State.SELLING:
        return _("Enter: total    ↑ choose a line") if now.receipt and now.receipt.lines else ""
    if now.state is State.CALCULATED:
        return _("Enter: finish") if _nothing_due(now) else _("Enter: cash    F10: bank card")
    return _("Enter: next customer") if now.state is State.FINISHED else ""


def _greeting(now: Snapshot) -> tuple[str, ...]:
    """What stands where the lines will be; the first row is the important one."""
    if isinstance(now.question, AskCode):
        return (
            _("A code was sent to {address}").format(address=now.question.masked),
            "",
            _("Ask the customer for it and type it below"),
        )
    if now.state is State.SELLING:
        return (_("Scan the goods"),)
    return (
        _("Ready for the next customer"),
        "",
        _("Scan goods or type a code: 3*code sells three"),
        _("Type letters to look for goods by name"),
        _("Scan a card, or type a phone or e-mail"),
    )

"""Words typed on the input line that do what keys do: 'TL', 'VD code', '10 DA', 'PV bread'."""

from typing import TYPE_CHECKING

from cashier.errors import BadInput, CashierError, NotNow
from cashier.i18n import _
from cashier.receipt import Line
from cashier.till import refusal
from cashier.typed import Order, read_order
from screens import keys, prompts
from screens.deeds import Deed

if TYPE_CHECKING:
    from screens.desk import Desk

_WITH_THE_LINE = ("cash", "card")
"""Take what stands on the input line, as their keys do."""


class Orders:
    """Carries out typed words; without the key set ``typed`` there are none."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def read(self, text: str) -> Order | None:
        words = self._desk.screen.key_map.words
        return read_order(text, words) if words and self._desk.prompt is None else None

    def take(self) -> bool:
        """Whether the input line held a word; then it is done in its turn."""
        screen = self._desk.screen
        order = self.read(screen.input.text)
        if order is None:
            return False
        text = screen.input.take()
        screen.found.show_found([])
        match screen.key_map.pseudo.get(order.word):
            case keys.CLEAR if not order.argument:
                self._desk.back()
            case keys.SEARCH:
                screen.input.put(order.argument)
                self._desk.typed()
            case _:
                self._desk.later(lambda: self._in_turn(text, order), *text, "enter")
        return True

    async def _in_turn(self, text: str, order: Order) -> None:
        """What was done before may have asked for something: then the text is the answer."""
        prompt = self._desk.prompt
        if prompt is not None:
            await self._answer(prompt, text)
            return
        deeds = self._desk.screen.key_map.by_word.get(order.word, ())
        deed = next((deed for deed in deeds if self._desk.lit(deed)), None)
        if deed is None:
            raise NotNow(refusal(self._desk.now))
        if order.argument:
            await self._with(deed, order.argument)
        else:
            await self._desk.presses.carry_out(deed)

    async def _with(self, deed: Deed, argument: str) -> None:
        desk, place = self._desk, self._desk.till.workplace
        if deed.id == "void":
            desk.screen.receipt.choose(self._line(argument).number)
            await desk.presses.carry_out(deed)
        elif deed.id in _WITH_THE_LINE:
            await desk.presses.carry_out(deed, argument)
        elif deed.id == "customer":
            await desk.do(prompts.customer(place).read(argument))
        elif deed.id == "coupon":
            await desk.do(prompts.coupon().read(argument))
        elif deed.id == "line_discount":
            await self._asked(deed, argument if argument.endswith("%") else f"{argument}%")
        else:
            await self._asked(deed, argument)

    async def _asked(self, deed: Deed, argument: str) -> None:
        """Do it, and answer what it asks."""
        await self._desk.presses.carry_out(deed)
        prompt = self._desk.prompt
        if prompt is None:
            why = _("{name}: nothing is needed beside it, and this was not used: {text}")
            raise BadInput(why.format(name=_(deed.label), text=argument[:30]))
        await self._answer(prompt, argument)

    async def _answer(self, prompt: prompts.Prompt, text: str) -> None:
        """A wrong answer goes back to the line, to be mended."""
        desk = self._desk
        try:
            await desk.do(prompt.read(text))
        except CashierError:
            if not desk.screen.input.text:
                desk.screen.input.put(text)
            raise
        if desk.prompt is prompt:
            desk.ask(None)

    def _line(self, code: str) -> Line:
        """The last line with this code. Raises BadInput."""
        catalog = self._desk.till.workplace.catalog
        good = catalog.by_code(code) or catalog.by_sku(code)
        for line in reversed(self._desk.screen.receipt.lines):
            if line.code == code or (good is not None and line.sku == good.sku):
                return line
        why = _("There is no line with this code: {code}")
        raise BadInput(why.format(code=code[:30]))

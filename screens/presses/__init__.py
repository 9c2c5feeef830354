"""What each key does: local things at once, commands in their turn."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cashier.commands import (
    AddGoods,
    BackToGoods,
    Calculate,
    CancelReceipt,
    Connection,
    Deliver,
    Dismiss,
    ForgetBuyer,
    Refund,
    RemoveCoupon,
    RepeatLine,
    Reprint,
    ResendCode,
    ReturnAll,
    ReturnLine,
    SetConnection,
    TakeTender,
    UndoTenders,
    UpgradeLevel,
    VoidLine,
)
from cashier.i18n import _
from cashier.money import ONE
from cashier.receipt import Coupon, Gift, TenderKind
from cashier.snapshot import State
from screens import prompts
from screens.deeds import Deed
from screens.dialogs.choice import Choice, Option
from screens.dialogs.pages import help_page, slip_page, why_page

if TYPE_CHECKING:
    from screens.desk import Desk


class Presses:
    """One method for each deed, named as the deed is."""

    AT_ONCE = ("help", "why", "slip", "plug", "quit")
    """Change nothing, so they need not wait for their turn."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def press(self, deed: Deed) -> None:
        if deed.id in self.AT_ONCE:
            getattr(self, f"show_{deed.id}")()
        else:
            self._desk.later(lambda: self.carry_out(deed))

    async def carry_out(self, deed: Deed) -> None:
        """Do it now. Raises CashierError."""
        if deed.id in self.AT_ONCE:
            getattr(self, f"show_{deed.id}")()
        else:
            await getattr(self, f"on_{deed.id}")()

    # --- to look at

    def show_help(self) -> None:
        self._desk.screen.app.push_screen(help_page(self._desk.lights))

    def show_why(self) -> None:
        line = self._desk.line
        if line is not None:
            self._desk.screen.app.push_screen(why_page(line, self._desk.amounts))

    def show_slip(self) -> None:
        if self._desk.slip is not None:
            from cashier.slip import slip_of

            last, shop = self._desk.slip, self._desk.till.workplace.shop
            page = slip_page(slip_of(last.receipt, shop, copy=last.copy))
            self._desk.screen.app.push_screen(page)

    def show_quit(self) -> None:
        receipt = self._desk.now.receipt
        if receipt is None or self._desk.now.state in (State.IDLE, State.FINISHED):
            self._desk.screen.app.exit()
            return
        self._choose(
            Choice(
                _("Close the till?"),
                (Option(_("Stay"), False), Option(_("Close the till"), True)),  # noqa: FBT003
                note=_("The open receipt is kept; the next start offers to go on with it."),
            ),
            lambda: self._desk.screen.app.exit(),
        )

    def _choose(self, choice: "Choice[bool]", yes: Callable[[], object]) -> None:
        def answered(answer: bool | None) -> None:
            if answer:
                yes()

        self._desk.screen.app.push_screen(choice, answered)

    def show_plug(self) -> None:
        plug = self._desk.till.workplace.plug
        if plug is None:
            return
        options = tuple(Option(name, connection) for connection, name in _connections().items())
        chosen = list(_connections()).index(plug.connection)
        desk = self._desk

        def answer(connection: Connection | None) -> None:
            if connection is not None:
                desk.later(lambda: desk.do(SetConnection(connection)))

        dialog = Choice(_("Connection to the loyalty system"), options, chosen=chosen)
        desk.screen.app.push_screen(dialog, answer)

    # --- the customer

    async def on_customer(self) -> None:
        desk = self._desk
        buyer = desk.now.receipt.buyer if desk.now.receipt else None
        if buyer is None:
            desk.ask(prompts.customer(desk.till.workplace))
            return
        options = [
            Option(_("Another customer"), "another"),
            Option(_("No customer"), "forget"),
        ]
        if buyer.card is not None and UpgradeLevel in desk.till.allowed():
            options += [
                Option(_("Ask for the next level of the card"), "ask"),
                Option(_("Take the next level"), "upgrade"),
            ]
        dialog = Choice(_("Customer"), options)
        desk.screen.app.push_screen(dialog, self._customer_chosen)

    def _customer_chosen(self, answer: str | None) -> None:
        desk = self._desk
        match answer:
            case "another":
                desk.ask(prompts.customer(desk.till.workplace))
            case "forget":
                desk.later(self.on_forget)
            case "ask":
                desk.later(self.on_upgrade)
            case "upgrade":
                desk.later(lambda: desk.do(UpgradeLevel(confirm=True)))

    async def on_forget(self) -> None:
        await self._desk.do(ForgetBuyer())

    async def on_upgrade(self) -> None:
        await self._desk.do(UpgradeLevel())

    async def on_new_code(self) -> None:
        await self._desk.do(ResendCode())

    # --- coupons, gifts

    async def on_coupon(self) -> None:
        desk = self._desk
        held = desk.now.receipt.coupons if desk.now.receipt else ()
        if not held:
            desk.ask(prompts.coupon())
            return
        options: list[Option[Coupon]] = [
            Option(_("Another coupon"), Coupon("")),
            *(Option(_("Remove {name}").format(name=c.name or c.code), c, c.code) for c in held),
        ]
        desk.screen.app.push_screen(Choice(_("Coupons"), options), self._coupon_chosen)

    def _coupon_chosen(self, coupon: Coupon | None) -> None:
        desk = self._desk
        if coupon is None:
            return
        if coupon.code:
            desk.later(lambda: desk.do(RemoveCoupon(coupon.code)))
        else:
            desk.ask(prompts.coupon())

    async def on_gift(self) -> None:
        desk = self._desk
        applied = desk.now.receipt.applied if desk.now.receipt else None
        catalog = desk.till.workplace.catalog
        options = [
            Option(good.name, (gift, sku), gift.name)
            for gift in (applied.gifts if applied else ())
            for sku in gift.skus
            if (good := catalog.by_sku(sku)) is not None
        ]
        desk.screen.app.push_screen(Choice(_("Choose a gift"), options), self._gift_chosen)

    def _gift_chosen(self, answer: tuple[Gift, str] | None) -> None:
        if answer is None:
            return
        gift, sku = answer

        async def add() -> None:
            await self._desk.do(AddGoods(sku, gift.quantity or ONE))
            await self._desk.do(Calculate())

        self._desk.later(add)

    # --- goods

    async def on_quantity(self) -> None:
        line = self._desk.line
        if line is not None:
            self._desk.ask(prompts.quantity(line))

    async def on_void(self) -> None:
        line = self._desk.line
        if line is not None:
            await self._desk.do(VoidLine(line.number))

    async def on_repeat(self) -> None:
        await self._desk.do(RepeatLine())

    async def on_calculate(self) -> None:
        await self._desk.do(Calculate())

    async def on_goods(self) -> None:
        self._desk.prompt = None
        await self._desk.do(BackToGoods())

    async def on_cancel(self) -> None:
        desk = self._desk
        self._choose(
            Choice(
                _("Cancel the whole receipt?"),
                (Option(_("Keep the receipt"), False), Option(_("Cancel the receipt"), True)),  # noqa: FBT003
            ),
            lambda: desk.later(self._cancel),
        )

    async def _cancel(self) -> None:
        self._desk.prompt = None
        await self._desk.do(CancelReceipt())

    # --- points and money

    async def on_points(self) -> None:
        now = self._desk.now
        if now.offer is not None and now.receipt is not None:
            most = self._desk.amounts.points(now.offer.spendable)
            self._desk.ask(prompts.points(most, spending=bool(now.receipt.spend)))

    async def on_cash(self) -> None:
        typed = self._desk.screen.input.take()
        if not await self._calculated():
            return
        if typed:
            await self._take(TenderKind.CASH, typed)
        else:
            self._desk.ask(self._desk.cash())

    async def on_card(self) -> None:
        typed = self._desk.screen.input.take()
        if await self._calculated():
            await self._take(TenderKind.CARD, typed)

    async def _take(self, kind: TenderKind, typed: str) -> None:
        currency = self._desk.till.workplace.shop.money
        amount = prompts.money(typed, currency) if typed else None
        self._desk.prompt = None
        await self._desk.do(TakeTender(kind, amount))

    async def _calculated(self) -> bool:
        """Nobody pays before the prices are known."""
        if self._desk.now.state is State.SELLING:
            await self._desk.do(Calculate())
        return self._desk.now.state in (State.CALCULATED, State.PAYING)

    async def on_undo_money(self) -> None:
        await self._desk.do(UndoTenders())

    async def on_reprint(self) -> None:
        await self._desk.do(Reprint())
        self.show_slip()

    # --- return

    async def on_return(self) -> None:
        self._desk.ask(prompts.sale(self._desk.till.workplace))

    async def on_return_line(self) -> None:
        await self._bring_back(whole=True)

    async def on_keep_line(self) -> None:
        await self._bring_back(whole=False)

    async def _bring_back(self, *, whole: bool) -> None:
        back = self._desk.screen.returning.back
        if back is not None:
            await self._desk.do(ReturnLine(back.line.number, back.left if whole else 0))

    async def on_return_all(self) -> None:
        await self._desk.do(ReturnAll())

    def returning(self, character: str) -> bool:
        """'+', '-' and 'a' on an empty line; True if it was one of them."""
        desk, back = self._desk, self._desk.screen.returning.back
        if character in _ALL:
            desk.later(self.on_return_all)
            return True
        if back is None or character not in "+-":
            return False
        number, by = back.line.number, ONE if character == "+" else -ONE

        async def change() -> None:
            row = next(row for row in desk.screen.returning.rows if row.line.number == number)
            quantity = max(0, min(row.left, row.quantity + by))
            await desk.do(ReturnLine(number, quantity))

        desk.later(change)
        return True

    async def on_refund_cash(self) -> None:
        self.confirm_refund(TenderKind.CASH)

    async def on_refund_card(self) -> None:
        self.confirm_refund(TenderKind.CARD)

    def confirm_refund(self, kind: TenderKind | None) -> None:
        """Money leaves the drawer: asked once more. None: the way it was paid."""
        desk = self._desk
        receipt = desk.now.receipt
        if receipt is None or not receipt.lines:
            desk.say(_("Choose what comes back: digits, +, or A for all."))
            return
        how = {
            TenderKind.CASH: _("Give back in cash"),
            TenderKind.CARD: _("Give back to the bank card"),
            None: _("Give back the way it was paid"),
        }[kind]
        dialog = Choice(
            _("Refund {money}").format(money=desk.amounts.money(receipt.total)),
            (Option(how, True), Option(_("Not yet"), False)),  # noqa: FBT003
        )
        self._choose(dialog, lambda: desk.later(lambda: desk.do(Refund(kind))))

    # --- around

    async def on_deliver(self) -> None:
        await self._desk.do(Deliver())

    def back(self) -> None:
        """Esc where nothing inside is open."""
        desk = self._desk
        if desk.now.question is not None:
            desk.later(lambda: desk.do(Dismiss()))
        elif desk.now.state is State.CALCULATED:
            desk.later(self.on_goods)
        elif desk.now.state is State.PAYING:
            desk.say(_("Money was taken: F8 goes back to the goods and gives it back."))
        elif desk.now.state is State.RETURNING:
            desk.later(self.on_cancel)
        elif desk.now.state is State.FINISHED:
            desk.put_away()


_ALL = "aAаАфФ"
"""'a' for all, and what the same key or letter is on a Russian keyboard."""


def _connections() -> dict[Connection, str]:
    return {
        Connection.ONLINE: _("Online: it answers"),
        Connection.OFFLINE: _("Offline: the plug is pulled"),
        Connection.SLOW: _("Slow: it answers late"),
        Connection.LOST_ANSWERS: _("Losing answers: it works, nothing comes back"),
    }

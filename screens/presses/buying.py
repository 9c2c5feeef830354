"""The customer, coupons, gifts, goods."""

from cashier.commands import (
    AddGoods,
    BackToGoods,
    Calculate,
    CancelReceipt,
    CheckPrice,
    ForgetBuyer,
    RemoveCoupon,
    RepeatLine,
    ResendCode,
    UpgradeLevel,
    VoidLine,
)
from cashier.goods import Good
from cashier.i18n import _
from cashier.money import ONE
from cashier.receipt import Coupon, Gift, Receipt
from cashier.snapshot import State
from cashier.workplace import Workplace
from screens import prompts
from screens.dialogs.choice import Choice, Option
from screens.presses.base import Hand

MOST_FAVOURITES = 9
"""As many as there are digits to choose with."""


def favourites(receipt: Receipt | None, place: Workplace) -> list[Good]:
    """The goods that the shop card names, then what was sold last, newest first."""
    newest = [line.sku for line in reversed(receipt.lines)] if receipt else []
    for sold in place.journal.recent(10):
        newest += [line.sku for line in sold.lines if not line.certificate and not line.deposit]
    skus = dict.fromkeys((*place.shop.favourites, *newest))
    found = (place.catalog.by_sku(sku) for sku in skus)
    return [good for good in found if good is not None][:MOST_FAVOURITES]


class Buying(Hand):
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
                desk.at_once(self.on_forget)
            case "ask":
                desk.at_once(self.on_upgrade)
            case "upgrade":
                desk.at_once(lambda: desk.do(UpgradeLevel(confirm=True)))

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
            desk.at_once(lambda: desk.do(RemoveCoupon(coupon.code)))
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

        self._desk.at_once(add)

    # --- goods

    async def on_quantity(self) -> None:
        line = self._desk.line
        if line is not None:
            self._desk.ask(prompts.quantity(line))

    async def on_void(self) -> None:
        line = self._desk.line
        if line is not None:
            await self._desk.do(VoidLine(line.number))

    async def on_check_price(self, typed: str) -> None:
        if typed:
            await self._desk.do(CheckPrice(typed))
        else:
            self._desk.ask(prompts.check_price())

    async def on_line_discount(self) -> None:
        desk = self._desk
        line = desk.line if desk.screen.receipt.number else None
        desk.ask(prompts.discount(line, desk.till.workplace.shop.money))

    async def on_favourites(self) -> None:
        desk = self._desk
        place = desk.till.workplace
        goods = favourites(desk.now.receipt, place)
        options = [Option(good.name, good.sku, desk.amounts.money(good.price)) for good in goods]
        if not options:
            desk.say(_("Nothing was sold yet."))
            return

        def answered(sku: str | None) -> None:
            if sku is not None:
                desk.at_once(lambda: desk.do(AddGoods(sku)))

        desk.screen.app.push_screen(Choice(_("Quick keys"), options), answered)

    async def on_repeat(self) -> None:
        await self._desk.do(RepeatLine())

    async def on_calculate(self) -> None:
        await self._desk.do(Calculate())

    async def on_goods(self) -> None:
        self._desk.prompt = None
        await self._desk.do(BackToGoods())

    async def on_cancel(self) -> None:
        desk = self._desk
        if desk.now.state is State.RETURNING:
            title, stay, drop = _("Drop this return?"), _("Go on with it"), _("Drop the return")
        else:
            title = _("Cancel the whole receipt?")
            stay, drop = _("Keep the receipt"), _("Cancel the receipt")
        self._choose(
            Choice(title, (Option(stay, False), Option(drop, True))),  # noqa: FBT003
            lambda: desk.at_once(self._cancel),
        )

    async def _cancel(self) -> None:
        self._desk.prompt = None
        await self._desk.do(CancelReceipt())

"""What the operations do with the embedded system behind them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from backends.house import HouseBackend
from backends.keeping import Keeper
from backends.loymax.common.codes import Code, code_of
from backends.loymax.common.kinds import Kind
from backends.loymax.common.names import CONFIRMATION, PaymentConfirmation
from backends.loymax.common.parts import Asked, CouponTold, Told
from backends.loymax.desk import telling
from backends.loymax.desk.certificates import Certificates
from backends.loymax.desk.completing import Completing, check_open
from backends.loymax.desk.prices import may_pay, rounded
from backends.loymax.desk.receipts import Reader, cheque_of, kinds_of, offers_of
from backends.loymax.desk.refunds import Refunds
from backends.loymax.desk.rounding import divisible
from backends.loymax.desk.settings import LoymaxSettings, RefundNegative
from backends.loymax.desk.store import No, Purchase, Purchases, State
from cashier.clock import Clock
from cashier.exchange import (
    CalculateRequest,
    Calculation,
    CheckCouponRequest,
    Confirmation,
    ConfirmationRequired,
    Found,
    IdentifyRequest,
    PointsRequest,
    Refused,
    ReserveRequest,
)
from cashier.money import Points
from cashier.receipt import Identifier, Receipt
from cashier.words import reason_words

Handler = Callable[[Asked, str], Awaitable[Told]]


@dataclass(frozen=True)
class Desk:
    house: HouseBackend
    keeper: Keeper
    reader: Reader
    purchases: Purchases
    settings: LoymaxSettings
    clock: Clock
    currency: str

    async def carried_out(self, asked: Asked, till: str) -> Told:
        """What came of it, a refusal among it. Raises Unavailable and StorageError: the data
        cannot be used."""
        try:
            return await self._handlers()[asked.kind](asked, till)
        except No as no:
            return self.refusal(asked, no.code, no.text)
        except Refused as no:
            return self.refusal(asked, code_of(no.reason), no.text or reason_words(no.reason))
        except ValueError as error:
            return self.refusal(asked, Code.FORMAT_EXCEPTION, str(error)[:300])

    @staticmethod
    def refusal(asked: Asked, code: Code, text: str = "") -> Told:
        return Told(asked.kind, asked.id, int(code), text, asked.purchase)

    def _handlers(self) -> Mapping[Kind, Handler]:
        step, certificates = self.settings.divisibility, self._certificates
        refunds = Refunds(
            self.house,
            self.keeper,
            self.reader,
            self.purchases,
            certificates,
            self.settings.refund_type,
            self.settings.refund_negative is RefundNegative.ALLOW,
        )
        completing = Completing(
            self.house, self.keeper, self.reader, self.purchases, certificates, refunds, step
        )
        return {
            Kind.BALANCE: self.balance,
            Kind.CALCULATE: self.calculate,
            Kind.AVAILABLE: self.available,
            Kind.PAYMENT: self.payment,
            Kind.ACCRUAL: completing.accrual,
            Kind.REFUND: completing.refund,
            Kind.CONFIRM: completing.confirm,
            Kind.CANCEL: completing.cancel,
        }

    @cached_property
    def _certificates(self) -> Certificates:
        numbers = frozenset(self.settings.certificates)
        return Certificates(self.purchases, numbers, self.settings.divisibility)

    # --- looking

    async def balance(self, asked: Asked, _till: str) -> Told:
        if asked.certificate:
            return self._certificates.balance(asked, self.currency)
        if not asked.identifier:
            raise No(Code.REQUERE_FIELD_EXCEPTION, "Identifier")
        for kind in kinds_of(asked.identifier):
            request = IdentifyRequest(identifier=Identifier(kind, asked.identifier), at=asked.at)
            found = await self.house.identify(request)
            if isinstance(found, Found):
                return telling.balance(asked, found, self.currency)
        raise No(Code.CARD_NOT_FOUND)

    async def calculate(self, asked: Asked, till: str) -> Told:
        receipt = self.reader.receipt(asked, till)
        at = receipt.opened_at
        answer = await self.house.calculate(
            CalculateRequest(receipt=receipt, spend=asked.amount, at=at)
        )
        given = rounded(receipt.lines, answer.lines, self.settings)
        if given != {one.number: one.discounts for one in answer.lines}:
            lines = tuple(one.with_more(given.get(one.number, ())) for one in receipt.lines)
            answer = await self._brought(replace(receipt, lines=lines), asked, at, answer)
        coupons = await self._coupons(receipt, asked, at)
        told = telling.priced(asked, answer, given, coupons)
        self._remember(asked, at, told)
        lines = tuple(one.with_more(given.get(one.number, ())) for one in receipt.lines)
        return await self._payable(told, replace(receipt, lines=lines))

    async def _payable(self, told: Told, receipt: Receipt) -> Told:
        """With what points may pay, for a card that may."""
        if receipt.buyer is None or not receipt.lines:
            return told
        try:
            offer = await self.house.points(PointsRequest(receipt=receipt, at=receipt.opened_at))
        except Refused:
            return told
        most = may_pay(offer.spendable, receipt.total, self.settings)
        return replace(
            told,
            available=most,
            available_bonus=most,
            balance=offer.balance,
            active=offer.available,
        )

    async def _brought(
        self, receipt: Receipt, asked: Asked, at: datetime, answer: Calculation
    ) -> Calculation:
        """Rounded prices bring other points than those before."""
        request = CalculateRequest(receipt=receipt, spend=asked.amount, at=at)
        anew = await self.house.brought(request)
        return answer.model_copy(update={"earn": anew.earn, "distribution": anew.distribution})

    async def _coupons(
        self, receipt: Receipt, asked: Asked, at: datetime
    ) -> tuple[CouponTold, ...]:
        """An unknown coupon is no error: the purchase goes on without it."""
        told = []
        for code in asked.coupons:
            try:
                request = CheckCouponRequest(receipt=receipt, code=code, at=at)
                known = await self.house.check_coupon(request)
                told.append(telling.coupon(code, known.name))
            except Refused as no:
                told.append(telling.coupon(code, no=no))
        return tuple(told)

    def _remember(self, asked: Asked, at: datetime, told: Told) -> None:
        assert told.cheque is not None
        purchase = self.purchases.get(asked.purchase) or Purchase(id=asked.purchase)
        if purchase.state is not State.CREATED:
            return
        rows = zip(cheque_of(asked).lines, told.cheque.lines, strict=True)
        lines = tuple(row._replace(offers=priced.offers) for row, priced in rows)
        purchase.price(offers_of(replace(cheque_of(asked), lines=lines)), at.isoformat())
        self.purchases.put(purchase)

    async def available(self, asked: Asked, till: str) -> Told:
        receipt = self.reader.receipt(asked, till)
        if asked.certificate:
            return self._certificates.available(asked, receipt.total)
        offer = await self.house.points(PointsRequest(receipt=receipt, at=receipt.opened_at))
        total = receipt.total + receipt.paid_with_points
        told = telling.available(asked, offer, may_pay(offer.spendable, total, self.settings))
        how = self.settings.payment_confirmation
        if how is PaymentConfirmation.NONE:
            return told
        if how is PaymentConfirmation.PIN_CODE and not offer.must_confirm:
            how = PaymentConfirmation.NONE
        return replace(told, cards=({CONFIRMATION: str(how)},))

    # --- holding

    async def payment(self, asked: Asked, till: str) -> Told:
        """Points and coupons are held for the purchase until it is confirmed or cancelled, or the
        hold runs out."""
        purchase = self.purchases.get(asked.purchase) or Purchase(id=asked.purchase)
        before = purchase.again(asked)
        if before is not None:
            return before
        check_open(purchase)
        if asked.certificate:
            return self._certificates.pay(purchase, asked)
        if asked.amount < 0 or not divisible(asked.amount, self.settings.divisibility):
            raise No(Code.DIVISIBILITY_ERROR)
        buyer = self.reader.receipt(asked, till).buyer
        number = buyer.card.number if buyer and buyer.card else ""
        until = self.clock.now() + timedelta(minutes=self.settings.hold_minutes)
        if asked.amount:
            if not number:
                raise No(Code.CARD_NOT_FOUND)
            await self._hold(purchase, asked, till, number, until)
        for code in asked.coupons:
            name = f"{purchase.id}:{code}"  # under one name there is one coupon
            try:
                self.keeper.holds.hold_coupon(name, code, until, number)
            except Refused:  # one that does not hold is not kept
                continue
            self.keeper.holds.use(name, purchase.id)
        purchase.payments[asked.id] = asked.amount
        told = Told(
            asked.kind, asked.id, purchase=asked.purchase, bonus=asked.amount, amount=asked.amount
        )
        return self.purchases.carried_out(purchase, asked, told)

    async def _hold(
        self, purchase: Purchase, asked: Asked, till: str, card: str, until: datetime
    ) -> None:
        """Points, confirmed as the settings say. Raises No, Refused."""
        total = purchase.held + asked.amount
        match self.settings.payment_confirmation:
            case PaymentConfirmation.PIN_CODE:
                await self._confirmed(purchase, asked, till, total)
                return
            case PaymentConfirmation.LAST_FOUR_NUMBERS if asked.pin != card[-4:]:
                raise No(Code.WRONG_PIN, "*" * 4)
        self.keeper.holds.hold_points(purchase.id, card, total, until)

    async def _confirmed(self, purchase: Purchase, asked: Asked, till: str, total: Points) -> None:
        """By a code to the customer's phone, where the rules want one for so many points."""
        code = Confirmation(challenge=purchase.challenge, code=asked.pin)
        request = ReserveRequest(
            operation_id=asked.id,
            receipt=self.reader.receipt(asked, till),
            spend=total,
            confirmation=code if asked.pin and purchase.challenge else None,
            at=asked.at,
        )
        answer = await self.house.reserve(request)
        if isinstance(answer, ConfirmationRequired):
            purchase.challenge = answer.challenge
            self.purchases.put(purchase)
            raise No(Code.WRONG_PIN, answer.masked)

"""Loymax by Processing v1.2 behind the exchange."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from backends.http import Door
from backends.loymax.client.link import Link
from backends.loymax.client.options import LoymaxOptions
from backends.loymax.client.reading import reply
from backends.loymax.client.saving import JsonSaving
from backends.loymax.client.searching import find_sale
from backends.loymax.common import asking as shared_asking
from backends.loymax.common import hearing as shared
from backends.loymax.common.codes import NAMES, Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.names import CONFIRMATION, PaymentConfirmation
from backends.loymax.common.parts import Asked
from backends.loymax.common.till import CAN, Till
from backends.loymax.translate import asking, hearing, registering
from backends.loymax.wire.people import AttachCard, Attached, Began, EmitVirtual, Finished
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.errors import CashierError
from cashier.exchange import Can, Reason, Refused
from cashier.i18n import _
from cashier.receipt import Coupon

_SECONDS, _ATTEMPTS = 90, 3


class LoymaxBackend(Till[Link]):
    def __init__(self, link: Link, options: LoymaxOptions, ids: Ids) -> None:
        self._options = options
        saving = JsonSaving(link, ids, certificates=options.certificates)
        super().__init__(link, saving, ids)

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path | None,  # noqa: ARG003
        card: Path,
        clock: Clock,
        ids: Ids,
        phone: Callable[[ex.PhoneMessage], None],  # noqa: ARG003
    ) -> "LoymaxBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, LoymaxOptions, card)
        door = Door(given.url, given.network, clock, beside=card)
        return cls(Link(door, given), given, ids)

    async def open(self, opening: ex.Opening) -> ex.System:  # noqa: ARG002 - a token says who asks
        await self._link.begin()
        note = _("How points are spread over the lines no source says (emulated).")
        options, can = self._options, CAN
        if options.certificates:
            can |= Can.CERTIFICATES
        if self._confirmed:
            can |= Can.RESERVE
        if options.admin_token:
            can |= Can.FIND_SALE
        if options.registration:
            can |= Can.REGISTER
            if options.attach is not ex.AttachOn.BY_ITSELF:
                can |= Can.ATTACH_CARD
            if options.attach is ex.AttachOn.LIST:
                can |= Can.CHOOSE_CARD
        form = ex.Registration(
            login=options.register_by, confirm_by=options.confirm_by, attach=options.attach
        )
        return ex.System(name=hearing.SYSTEM, can=can, registration=form, notes=(note,))

    async def identify(self, request: ex.IdentifyRequest) -> ex.Found | ex.NotFound:
        """Another customer is another token."""
        who = hearing.shown(request.identifier)
        if not await self._link.knows(who):
            return ex.NotFound()
        asked = Asked(Kind.BALANCE, self._new(Kind.BALANCE), request.at, identifier=who)
        found = await self._known_by(asked, lambda told: hearing.found(told, request.identifier))
        if isinstance(found, ex.Found) and found.cards:
            await self._link.same(who, found.cards[0].number)
        return found

    async def register(
        self, request: ex.RegisterRequest
    ) -> ex.Registered | ex.ConfirmationRequired:
        """*Emulated* but for the paths: the first request sends the code, the second registers."""
        login = self._options.register_by
        try:
            if request.confirmation is None:
                sent = await self._link.say(
                    asking.BEGIN,
                    registering.begin(request, login).model_dump(exclude_unset=True),
                    lambda came: registering.began(reply(came, Began)),
                    changes=False,
                )
                if sent is not None:
                    return sent
            return await self._link.say(
                asking.FINISH,
                registering.finish(request, login).model_dump(exclude_unset=True),
                lambda came: registering.finished(reply(came, Finished), request),
            )
        except Refused as no:
            raise registering.why_not(no) from no

    async def attach_card(self, request: ex.AttachCardRequest) -> ex.Found:
        """The token is of him who has the id (``PersonUID``)."""
        number, who = request.card, request.customer_id
        when: dict[str, Any] = {"operationId": request.operation_id, "operationDate": request.at}
        told = EmitVirtual(**when) if number is None else AttachCard(**when, cardNumber=number)
        return await self._link.say(
            asking.EMIT_VIRTUAL if number is None else asking.ATTACH,
            told.model_dump(exclude_unset=True),
            lambda came: registering.attached(reply(came, Attached), number or who),
            who,
        )

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        """The calculation tells in words; the state of the coupon tells why it does not hold."""
        try:
            return await super().check_coupon(request)
        except Refused as no:
            if not hearing.of_coupon(no):
                raise
            buyer = shared_asking.identifier_of(request.receipt, sure=True)
            raise hearing.why_not(no, await self._state(request.code, buyer)) from no

    async def _state(self, code: str, buyer: str) -> str:
        """One that is not told leaves it at the words."""
        try:
            return await self._link.coupon(code, buyer)
        except CashierError:
            return ""

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        """What may be paid, and what there is: two questions."""
        asked = self._about(Kind.AVAILABLE, request)
        available = await self._link.one(asked, lambda told: told)
        ident, who = self._new(Kind.BALANCE), asked.identifier
        balance = Asked(Kind.BALANCE, ident, request.at, identifier=who)
        offer = await self._link.one(balance, lambda told: hearing.offer(available, told))
        told = (one[CONFIRMATION] for one in available.cards if CONFIRMATION in one)
        needed = self._confirmed and next(told, "") != PaymentConfirmation.NONE
        return offer.model_copy(update={"must_confirm": needed})

    @property
    def _confirmed(self) -> bool:
        """Whoever pays with points is asked for something first."""
        return self._options.payment_confirmation is not PaymentConfirmation.NONE

    async def reserve(self, request: ex.ReserveRequest) -> ex.Reserved | ex.ConfirmationRequired:
        """Without a code a payment is refused where one is needed: then one is asked for. How long
        it is good for, and how often it may be tried, nobody tells (*emulated*)."""
        try:
            return await super().reserve(request)
        except Refused as no:
            if no.reason is not Reason.WRONG_CODE or request.confirmation or not self._confirmed:
                raise
            return ex.ConfirmationRequired(
                challenge=request.operation_id,
                channel=ex.ConfirmBy.PHONE,
                masked=no.text,
                seconds=_SECONDS,
                attempts=_ATTEMPTS,
            )

    # --- gift certificates

    async def certificate(self, request: ex.CertificateRequest) -> ex.Certificate:
        number, ident = request.number, self._new(Kind.BALANCE)
        asked = Asked(Kind.BALANCE, ident, request.at, certificate=number)
        try:
            return await self._link.one(asked, lambda told: shared.certificate(told, number))
        except Refused as no:
            if no.code == NAMES[Code.GIFT_CERTIFICATE_ERROR]:
                raise Refused(Reason.NOT_FOUND, no.text, code=no.code) from no
            raise

    # --- sales of other tills

    async def find_sale(self, request: ex.FindSaleRequest) -> tuple[ex.FoundSale, ...]:
        return await find_sale(self._link, request, self._options.client_id)

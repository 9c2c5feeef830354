"""Loymax by Processing v1.2 behind the exchange."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from backends.http import Door
from backends.loymax.client.link import Link
from backends.loymax.client.options import LoymaxOptions
from backends.loymax.client.saving import JsonSaving
from backends.loymax.common import asking
from backends.loymax.common import hearing as shared
from backends.loymax.common.codes import NAMES, Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked
from backends.loymax.common.till import CAN, Till
from backends.loymax.translate import hearing
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.errors import CashierError
from cashier.exchange import Can, Reason, Refused
from cashier.i18n import _
from cashier.receipt import Coupon


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
        can = CAN | Can.CERTIFICATES if self._options.certificates else CAN
        return ex.System(name=hearing.SYSTEM, can=can, notes=(note,))

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

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        """The calculation tells in words; the state of the coupon tells why it does not hold."""
        try:
            return await super().check_coupon(request)
        except Refused as no:
            if not hearing.of_coupon(no):
                raise
            buyer = asking.identifier_of(request.receipt, sure=True)
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
        return await self._link.one(balance, lambda told: hearing.offer(available, told))

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

"""Loymax by XML 3.2 behind the exchange."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from backends.http import Door
from backends.loymax.common import hearing
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked
from backends.loymax.common.till import CAN, Till
from backends.loymax_xml.client.link import Link
from backends.loymax_xml.client.options import LoymaxXmlOptions
from backends.loymax_xml.client.saving import XmlSaving
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.i18n import _


class LoymaxXmlBackend(Till[Link]):
    def __init__(self, link: Link, ids: Ids) -> None:
        super().__init__(link, XmlSaving(link), ids)

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
    ) -> "LoymaxXmlBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, LoymaxXmlOptions, card)
        door = Door(given.url, given.network, clock, beside=card)
        return cls(Link(door, given), ids)

    async def open(self, opening: ex.Opening) -> ex.System:
        await self._link.begin(opening.till)
        note = _("Only the balance and the request for prices are documented (the rest emulated).")
        return ex.System(name=hearing.SYSTEM, can=CAN, notes=(note,))

    async def identify(self, request: ex.IdentifyRequest) -> ex.Found | ex.NotFound:
        who = request.identifier
        asked = Asked(Kind.BALANCE, self._new(Kind.BALANCE), request.at, identifier=who.value)
        return await self._known_by(asked, lambda told: hearing.found(told, who))

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        return await self._link.one(self._about(Kind.AVAILABLE, request), hearing.offer)

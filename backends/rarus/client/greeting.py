"""The first words: what the service calls itself, how it registers, whether it knows the shop."""

from collections.abc import Callable
from typing import TypeVar

from backends.http import Answer
from backends.rarus.client.link import place, reads
from backends.rarus.client.session import Session
from backends.rarus.translate import people
from backends.rarus.wire.base import Reply
from backends.rarus.wire.shops import OneShop
from backends.rarus.wire.signing import AboutOrganization, Settings
from cashier.exchange import Can, Opening, Reason, Refused, Registration, System
from cashier.i18n import _

R = TypeVar("R", bound=Reply)


async def open_(session: Session, opening: Opening) -> System:
    """Raises Refused where the service does not know the shop."""
    session.opening = opening
    await _check_shop(session)
    session.name = await _name(session)
    session.registration = await _registration(session)
    await session.read_levels()
    session.segments.clear()
    can = ~(Can.CANCEL_SALE | Can.CERTIFICATES | Can.FEEDBACK)
    return System(
        name=session.name,
        can=can | Can.CERTIFICATES if session.options.certificates else can,
        registration=session.registration,
        currency=session.currency.code,
    )


async def _check_shop(session: Session) -> None:
    text = _("the loyalty system does not know the shop {shop}").format(shop=session.shop)
    try:
        told = await session.link.get(place("shop", session.shop), reads(OneShop))
    except Refused as no:
        if no.reason is not Reason.NOT_FOUND:
            raise
        raise Refused(no.reason, text, code=no.code) from no
    if told.shop.deleted:
        raise Refused(Reason.NOT_FOUND, text)


async def _name(session: Session) -> str:
    read = _if_known(reads(AboutOrganization), AboutOrganization())
    return (await session.link.get("/organization", read)).organization.name or "Rarus"


async def _registration(session: Session) -> Registration:
    read = _if_known(reads(Settings), Settings())
    told = await session.link.get(place("settings"), read)
    return people.registration(told.settings, choose_card=session.options.attach == "list")


def _if_known(read: Callable[[Answer], R], otherwise: R) -> Callable[[Answer], R]:
    """Only the oldest source has these methods: a service may not know them."""
    return lambda came: otherwise if came.status in (404, 405) else read(came)

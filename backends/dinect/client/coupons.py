"""The coupons of a customer: the wire calls them by an id, the till by what is printed on them."""

from collections import OrderedDict
from contextlib import suppress
from datetime import datetime
from functools import partial

from backends.dinect import wire
from backends.dinect.client.link import Link
from backends.dinect.client.people import People
from backends.dinect.wire import User
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.receipt import Identifier, IdentifierKind, Receipt

_MOST_PAGES = 20
_REMEMBERED = 1000


class Coupons:
    """Every method raises Refused and Unavailable."""

    def __init__(self, link: Link, people: People) -> None:
        self._link, self._people = link, people
        self._ids: OrderedDict[tuple[str, str], str] = OrderedDict()
        """By the customer and what is printed: an id stays, whatever becomes of the coupon."""

    async def find(self, user: User, code: str, at: datetime) -> wire.Coupon:
        """One that may be used. What is not on the list of those is asked for by its number: that
        tells of coupons that are everybody's, and of why one may not be used (*emulated*; who
        does not know that question tells the whole list). Refused: it may not be used."""
        found = await self._listed(user, code, status=wire.ACTIVE)
        if found is None:
            found = await self._listed(user, code, number=code)
        if found is None:
            raise await self._nobodys(user, code)
        if found.status.upper() not in (wire.ACTIVE, ""):
            raise _refusal(found, at)
        self._ids[user.id, code.casefold()] = found.id
        if len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)
        return found

    async def _listed(self, user: User, code: str, **query: str) -> wire.Coupon | None:
        path = self._link.below(user.coupons_url)
        for _page in range(_MOST_PAGES):
            told = await self._link.get(path, partial(wire.read, wire.Coupons), **query)
            for one in told.results:
                if one.number.casefold() == code.casefold():
                    return one
            if not told.next:
                break
            path = self._link.below(told.next)
        return None

    async def _nobodys(self, user: User, code: str) -> Refused:
        """A coupon tells whose it is."""
        owners = await self._people.search(Identifier(IdentifierKind.COUPON, code))
        if owners and user.id not in {one.id for one in owners}:
            return Refused(Reason.WRONG_CUSTOMER, _("the coupon was given to another customer"))
        return Refused(Reason.NOT_FOUND, _("the customer has no such coupon"))

    async def ids_of(self, receipt: Receipt, user: User, at: datetime, but: str = "") -> list[str]:
        """Of the coupons on the receipt, one (``but``) aside; those that may not be used any more
        and whose ids are forgotten are left out."""
        if not user.coupons_url:
            return []
        ids = []
        for code in (one.code.casefold() for one in receipt.coupons):
            if code == but.casefold():
                continue
            if (user.id, code) not in self._ids:
                with suppress(Refused):
                    await self.find(user, code, at)
            if known := self._ids.get((user.id, code)):
                ids.append(known)
        return ids

    def code_of(self, receipt: Receipt, user: User, coupon_id: str) -> str:
        """What is printed on one of the receipt."""
        codes = (one.code for one in receipt.coupons)
        found = (one for one in codes if self._ids.get((user.id, one.casefold())) == coupon_id)
        return next(found, coupon_id)


def _refusal(found: wire.Coupon, at: datetime) -> Refused:
    reason = wire.STANDING.get(found.status.upper(), Reason.OTHER)
    if reason is Reason.OTHER and found.date_used:
        reason = Reason.USED_UP
    elif reason is Reason.OTHER and _is_over(found.date_expiration, at):
        reason = Reason.EXPIRED
    return Refused(reason, found.coupon_condition, code=found.status)


def _is_over(word: str, at: datetime) -> bool:
    """False also for what is no date."""
    try:
        ends = datetime.fromisoformat(word)
    except ValueError:
        return False
    return ends.replace(tzinfo=ends.tzinfo or at.tzinfo) <= at

"""Who the buyer is, and where the links of his account lead."""

from collections import OrderedDict
from functools import partial
from typing import Any

from backends.dinect import wire
from backends.dinect.client.link import Link, is_missing
from backends.dinect.wire import User
from cashier.exchange import Refused
from cashier.receipt import Buyer, Identifier, IdentifierKind

_BY = {
    IdentifierKind.CARD: "card",
    IdentifierKind.PHONE: "phone",
    IdentifierKind.EMAIL: "email",
    IdentifierKind.COUPON: "coupon",
    IdentifierKind.APP: "auto",
}
_REMEMBERED = 1000


class People:
    """Every method raises Refused and Unavailable."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._known: OrderedDict[str, User] = OrderedDict()
        """By the number of the card. Whose it is and where its links lead, never a balance."""

    async def search(self, shown: Identifier) -> tuple[User, ...]:
        """Empty: nobody; some answer that with 404. Phones go as digits."""
        value = shown.value.removeprefix("+") if shown.kind is IdentifierKind.PHONE else shown.value
        try:
            return await self._link.get("users/", _users, **{_BY[shown.kind]: value})
        except Refused as no:
            if is_missing(no):
                return ()
            raise

    def remember(self, number: str, user: User) -> None:
        self._known[number] = user
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    async def of(self, buyer: Buyer | None) -> User | None:
        """None: nobody, or somebody whom dinect does not know."""
        if buyer is None or buyer.declined:
            return None
        number = buyer.card.number if buyer.card else ""
        if number in self._known:
            return self._known[number]
        shown = Identifier(IdentifierKind.CARD, number) if number else buyer.identifier
        users = await self.search(shown)
        if users and number:
            self.remember(number, users[0])
        return users[0] if users else None

    async def again(self, user: User) -> User:
        """As he is now."""
        return await self._link.get(self._link.below(user.url), partial(wire.read, User))


def _users(told: Any) -> tuple[User, ...]:
    """Raises ValueError."""
    return tuple(wire.read(User, one) for one in wire.rows(told))

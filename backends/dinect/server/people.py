"""Users of dinect: here every card is one (*emulated*)."""

from collections.abc import Mapping
from urllib.parse import quote

from backends.dinect.server.asking import Missing, Wrong
from backends.dinect.translate import money
from backends.dinect.wire import NOTHING
from backends.keeping import CardInfo, CardQuery, Keeper, Standing

Told = dict[str, object]
_USABLE = (Standing.ACTIVE, Standing.NO_SPEND)
"""Other cards are found as well: they neither earn nor pay."""


def url_of(info: CardInfo, base: str) -> str:
    return f"{base}/users/{quote(info.number, safe='')}"


class People:
    """Who is found, and what is told of him."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def found(self, asked: Mapping[str, str], base: str) -> list[Told]:
        """By the first that is given: ``card``, ``phone``, ``email``, ``coupon``, ``auto``."""
        for name in ("card", "phone", "email", "coupon", "auto"):
            if word := asked.get(name, "").strip():
                return [self.user(one, base) for one in self._found(name, word)]
        raise Wrong("auto, card, phone, email, coupon: one of them is needed")

    def _found(self, name: str, word: str) -> list[CardInfo]:
        cards = self._keeper.cards
        if name == "card":
            one = cards.card(word)
            return [one] if one else []
        if name == "phone":
            return list(cards.cards(CardQuery(phone="+" + word.removeprefix("+"))).rows)
        if name == "email":
            return list(cards.cards(CardQuery(email=word)).rows)
        if name == "coupon":
            coupon = self._keeper.rules.coupon(word)
            owner = coupon.customer if coupon else None
            return list(cards.cards(CardQuery(customer=owner)).rows) if owner else []
        kinds = ("phone", "card", "coupon") if word.isdigit() else ("email", "card", "coupon")
        return next((found for kind in kinds if (found := self._found(kind, word))), [])

    def info(self, user_id: str) -> CardInfo:
        found = self._keeper.cards.card(user_id)
        if found is None:
            raise Missing("there is no such user")
        return found

    def user(self, info: CardInfo, base: str) -> Told:
        person = self._keeper.people.person(info.customer) if info.customer else None
        names = (*(person.name.split(maxsplit=1) if person else ()), "", "")[:2]
        url = url_of(info, base)
        return {
            "id": info.number,
            "card": info.number,
            "first_name": names[0],
            "middle_name": "",
            "last_name": names[1],
            "discount": 0,
            "bonus": money(info.available),
            "amount": money(info.turnover),
            "purchases": 0,
            "url": url,
            "purchases_url": f"{url}/purchases/",
            "coupons_url": f"{url}/coupons/",
            "loyalty_url": f"{url}/loyalty/",
        }

    def programme(self, info: CardInfo) -> Told:
        level = next((one for one in self._keeper.cards.levels() if one.id == info.level), None)
        pays = level.pay if level is not None and info.standing is Standing.ACTIVE else 0
        return {
            "type": "bonus" if info.standing in _USABLE else NOTHING,
            "max_purchase_percentage": f"{pays / 100:g}",
            "min_purchase_amount": None,
            "bonus_to_amount": [1, "1.0000"],
            "currency_code": 643,
            "currency_name": "RUB",
        }

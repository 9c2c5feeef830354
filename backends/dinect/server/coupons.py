"""Coupons of the embedded system as dinect tells them.

On the list of a customer are his own; what is everybody's, a promo code or a coupon without a name
on it, is told to who asks for it by its number (*emulated*: no source has such coupons).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backends.dinect.server.asking import Wrong
from backends.dinect.wire import ACTIVE, STANDING
from backends.keeping import CardInfo, CouponInfo, Keeper
from cashier.exchange import Backend, CheckCouponRequest, Refused
from cashier.receipt import Coupon, Receipt
from cashier.words import reason_words

_PAGE = 50
_LATEST_PAGE = 10_000
_WORDS = {reason: word for word, reason in STANDING.items()}
_OTHERWISE = "INACTIVE"


def id_of(code: str) -> str:
    """A number that the code can be read from again."""
    return str(int.from_bytes(code.encode(errors="replace")))


def code_of(coupon_id: str) -> str:
    """Raises Wrong."""
    try:
        number = int(coupon_id)
        code = number.to_bytes((number.bit_length() + 7) // 8).decode()
    except (ValueError, OverflowError):
        code = ""
    if not code:
        raise Wrong(f"coupon {coupon_id[:50]}: there is no such coupon")
    return code


@dataclass(frozen=True)
class Coupons:
    backend: Backend
    keeper: Keeper

    async def listed(
        self, info: CardInfo, bare: Receipt, asked: Mapping[str, str], url: str
    ) -> dict[str, object]:
        """A page of them. ``bare``: a receipt of the customer, without goods."""
        rows = [await self._row(one, bare, url) for one in self._asked(info, asked)]
        if status := asked.get("status", ""):
            rows = [one for one in rows if one["status"] == status]
        page = _page(asked.get("page", ""))
        pages = max(1, -(-len(rows) // _PAGE))
        more = f"{url}?page={page + 1}" + (f"&status={status}" if status.isalnum() else "")
        return {
            "total": len(rows),
            "page": page,
            "pages": pages,
            "next": more if page < pages else None,
            "results": rows[(page - 1) * _PAGE : page * _PAGE],
        }

    async def one(
        self, info: CardInfo, bare: Receipt, coupon_id: str, url: str
    ) -> dict[str, object] | None:
        """The same of one; None: the customer has no such coupon."""
        found = self._asked(info, {"number": code_of(coupon_id)})
        return await self._row(found[0], bare, url) if found else None

    def own(self, info: CardInfo) -> Sequence[CouponInfo]:
        return self.keeper.rules.coupons_of(info.customer) if info.customer else ()

    def _asked(self, info: CardInfo, asked: Mapping[str, str]) -> Sequence[CouponInfo]:
        number = asked.get("number", "").strip()
        if not number:
            return self.own(info)
        found = self.keeper.rules.coupon(number)
        return [found] if found and found.customer in (None, info.customer) else []

    async def _row(self, one: CouponInfo, bare: Receipt, url: str) -> dict[str, object]:
        why = await self.trouble(bare, one.code)
        return {
            "id": id_of(one.code),
            "number": one.code,
            "status": _WORDS.get(why.reason, _OTHERWISE) if why else ACTIVE,
            "offer_name": one.kind.name,
            "coupon_condition": _text(why) if why else one.kind.text,
            "date_bought": None,
            "date_expiration": one.ends.isoformat() if one.ends else None,
            "date_used": None,
            "url": f"{url}{id_of(one.code)}",
        }

    async def trouble(self, receipt: Receipt, code: str) -> Refused | None:
        """Why a coupon may not be used on this receipt."""
        request = CheckCouponRequest(receipt=receipt, code=code, at=receipt.opened_at)
        try:
            await self.backend.check_coupon(request)
        except Refused as no:
            return no
        return None

    async def taken(
        self, info: CardInfo, receipt: Receipt, codes: Sequence[str], *, redeem_auto: bool
    ) -> Receipt:
        """With these coupons, each of which must hold here, and with the customer's own that do.
        Raises Wrong."""
        receipt = replace(receipt, coupons=tuple(Coupon(one) for one in dict.fromkeys(codes)))
        for one in receipt.coupons:
            if why := await self.trouble(receipt, one.code):
                raise Wrong(f"coupon {one.code}: {_text(why)}")
        for own in self.own(info) if redeem_auto else ():
            known = {one.code for one in receipt.coupons}
            if own.code not in known and await self.trouble(receipt, own.code) is None:
                receipt = replace(receipt, coupons=(*receipt.coupons, Coupon(own.code)))
        return receipt


def _text(why: Refused) -> str:
    return why.text or reason_words(why.reason)


def _page(word: str) -> int:
    """Raises Wrong."""
    if not word:
        return 1
    try:
        page = int(word)
    except ValueError as error:
        raise Wrong("page: expected a number") from error
    if not 1 <= page <= _LATEST_PAGE:
        raise Wrong("page: out of range")
    return page

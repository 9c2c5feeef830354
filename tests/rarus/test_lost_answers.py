"""The answer is lost after the server did the work: repeating it is one operation, counted in the
house."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from rarus.deeds import ANNA, GIFT, PHONE, SOLD, At, at_server, priced, sell, surely, with_points
from stand import MORNING, demo_rules

from backends.house.rules import Rules
from backends.http import MEDDLER, Answer, Call, Seen
from cashier import exchange as ex
from cashier.exchange import AttachOn, ConfirmBy, Registration
from cashier.money import ONE
from cashier.receipt import (
    Coupon,
    Kind,
    Receipt,
    SaleRef,
    Tender,
    TenderKind,
    line_of,
)


class Losing:
    """The n-th answer (from 0) of the calls that change something is lost; the work is done."""

    def __init__(self, which: int) -> None:
        self.left = which
        self.lost = ""

    async def __call__(
        self, call: Call, send: Callable[[], Awaitable[Answer]], seen: Seen
    ) -> Answer:
        answer = await send()
        if call.changes:
            self.left -= 1
            if self.left == -1:
                self.lost, seen.answer = call.url, None
                raise httpx.ReadError("the answer is lost")
        return answer


async def sale(at: At) -> None:
    await sell(at, with_points(await priced(at)))


async def certificates(at: At) -> Receipt:
    """One pays for milk and for another one."""
    gift = line_of(2, "cert", "Certificate", 50_000, ONE)
    receipt = await priced(at, replace(gift, certificate=SOLD))
    paid = Tender(TenderKind.CERTIFICATE, 20_000, GIFT)
    cash = Tender(TenderKind.CASH, receipt.total - 20_000)
    return await sell(at, replace(receipt, tenders=(paid, cash)))


async def sale_with_certificates(at: At) -> None:
    await certificates(at)


async def return_of_all(at: At) -> None:
    sold = await certificates(at)
    back = Receipt(
        "doc-2", MORNING, kind=Kind.RETURN, shop="01", till="01", buyer=sold.buyer, number="R2",
        lines=tuple(replace(line, sale_line=line.number) for line in sold.lines),
        tenders=sold.tenders, of=SaleRef("doc-1", "R1", MORNING), closed_at=MORNING,
    )  # fmt: skip
    lines = tuple(ex.LineReturned(number=one.number, quantity=one.quantity) for one in back.lines)
    await surely(
        lambda again: at.backend.save_return(
            ex.SaveReturnRequest(
                operation_id="doc-2:return", receipt=back, lines=lines, at=MORNING, again=again
            )
        )
    )


async def holds_that_are_sold(at: At) -> None:
    receipt = await held(at)
    await sell(at, with_points(receipt))


async def holds_that_are_given_up(at: At) -> None:
    receipt = await held(at)
    request = ex.ReleaseRequest(operation_id="op-h", receipt=receipt, at=MORNING)
    await surely(lambda _again: at.backend.release(request))


async def held(at: At) -> Receipt:
    receipt = await priced(at, coupons=(Coupon("SPRING10"),))
    request = ex.ReserveRequest(operation_id="op-h", receipt=receipt, spend=5000, at=MORNING)
    kept = await surely(lambda _again: at.backend.reserve(request))
    assert isinstance(kept, ex.Reserved)
    return replace(receipt, hold="op-h", context=kept.context)


async def registration(at: At) -> None:
    request = ex.RegisterRequest(operation_id="op-r", phone=PHONE, name="New", at=MORNING)
    answer = await surely(lambda _again: at.backend.register(request))
    if isinstance(answer, ex.ConfirmationRequired):
        code = next(one.code for one in reversed(at.phone) if one.code)
        told = ex.Confirmation(challenge=answer.challenge, code=code)
        confirmed = request.model_copy(update={"confirmation": told})
        answer = await surely(lambda _again: at.backend.register(confirmed))
    assert isinstance(answer, ex.Registered)
    if not answer.cards:
        asked = ex.AttachCardRequest(
            operation_id="op-a", customer_id=answer.customer.customer_id, at=MORNING
        )
        if answer.free_cards:
            asked = asked.model_copy(update={"card": answer.free_cards[0]})
        await surely(lambda _again: at.backend.attach_card(asked))


async def level(at: At) -> None:
    """She has bought enough for two levels, and is asked about one."""
    request = ex.UpgradeRequest(operation_id="op-u", card=ANNA, confirm=True, at=MORNING)
    answer = await surely(lambda _again: at.backend.upgrade_level(request))
    assert answer.done
    assert answer.level == "Silver"


# --- the law ----------------------------------------------------------------------------------


def ruled(**registration: Any) -> Rules:
    rules = demo_rules()
    settings = rules.settings.model_copy(update={"registration": Registration(**registration)})
    return rules.model_copy(update={"settings": settings})


def asking() -> Rules:
    rules = demo_rules()
    levels = tuple(
        one.model_copy(update={"ask": bool(one.turnover), "turnover": min(one.turnover, 400_000)})
        for one in rules.level
    )
    return rules.model_copy(update={"level": levels})


@dataclass(frozen=True)
class Deed:
    do: Callable[[At], Awaitable[None]]
    changes: int
    """How many of its requests change something."""
    rules: Callable[[], Rules] = demo_rules


DEEDS = {
    "sale": Deed(sale, 1),
    "sale with certificates": Deed(sale_with_certificates, 3),
    "return with certificates": Deed(return_of_all, 6),
    "holds that are sold": Deed(holds_that_are_sold, 3),
    "holds that are given up": Deed(holds_that_are_given_up, 3),
    "registration": Deed(registration, 1, ruled),
    "registration with a code": Deed(registration, 2, lambda: ruled(confirm_by=ConfirmBy.PHONE)),
    "registration, any card": Deed(registration, 2, lambda: ruled(attach=AttachOn.FREE)),
    "registration, a card of the list": Deed(registration, 2, lambda: ruled(attach=AttachOn.LIST)),
    "level": Deed(level, 1, asking),
}


async def done(deed: Deed, which: int) -> tuple[dict[str, Any], Losing]:
    async with at_server(deed.rules()) as at:
        sold = at.service.store.certificates.get(GIFT)
        assert sold is not None
        active = {"status": 1, "nominal": 50_000, "balance": 50_000}
        at.service.store.certificates.put(sold.model_copy(update=active))
        losing = Losing(which)
        token = MEDDLER.set(losing)
        try:
            await deed.do(at)
        finally:
            MEDDLER.reset(token)
        return at.state, losing


NOTHING = 1000


@pytest.mark.parametrize("name", DEEDS)
async def test_repeating_after_a_lost_answer_does_it_once(name: str) -> None:
    deed = DEEDS[name]
    undisturbed, heard = await done(deed, NOTHING)
    assert NOTHING - heard.left == deed.changes
    for which in range(deed.changes):
        state, losing = await done(deed, which)
        assert losing.lost
        assert state == undisturbed, losing.lost

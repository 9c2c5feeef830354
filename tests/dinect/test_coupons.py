"""Coupons over the wire: whose they are, why they are no good, which of them a sale names."""

import json
from dataclasses import replace

import httpx
import pytest
from dinect.stage import BORIS, VERA, Came, Stage, is_commit, open_receipt
from dinect.way import DinectWay
from stand import going, make_stand

from backends.dinect.server.coupons import code_of, id_of
from cashier import commands as do
from cashier.exchange import Reason, Refused
from cashier.money import ONE
from cashier.receipt import Applied, TenderKind
from cashier.snapshot import State

ONCE, HERS = "9920000000019", "9920000000040"


@pytest.mark.parametrize("code", ["SPRING10", "9920000000019", "ЛЕТО", "0001"])
def test_an_id_is_a_number_that_the_code_is_read_from(code: str) -> None:
    assert id_of(code).isdecimal()
    assert code_of(id_of(code)) == code


async def test_a_promo_code_is_found_by_its_number_and_gives_its_discount(stage: Stage) -> None:
    plain = await stage.priced(open_receipt())
    coupon = await stage.check(open_receipt(), "spring10")
    assert (coupon.code, coupon.name) == ("SPRING10", "Promo code SPRING10")
    cheap = await stage.priced(open_receipt("doc-1", "SPRING10"))
    assert cheap.discount > plain.discount
    await stage.save(cheap)
    (kept,) = stage.store.purchases.all()
    assert kept.told["sum_discount"] == f"{cheap.discount / 100:.2f}"
    assert kept.told["coupons"] == id_of("SPRING10")


async def test_only_the_first_word_on_a_coupon_asks_for_the_list(stage: Stage) -> None:
    await stage.check(open_receipt(), "SPRING10")
    stage.between.said.clear()
    await stage.save(await stage.priced(open_receipt("doc-1", "SPRING10")))
    assert [one.method for one in stage.between.said] == ["POST", "POST", "GET"]


async def test_a_coupon_of_somebody_else_and_one_of_nobody(stage: Stage) -> None:
    assert (await stage.check(open_receipt(card=VERA), HERS)).code == HERS
    with pytest.raises(Refused) as caught:
        await stage.check(open_receipt(card=BORIS), HERS)
    assert caught.value.reason is Reason.WRONG_CUSTOMER
    with pytest.raises(Refused) as caught:
        await stage.check(open_receipt(), "NOSUCH")
    assert caught.value.reason is Reason.NOT_FOUND


async def test_without_a_customer_nobody_can_be_asked(stage: Stage) -> None:
    with pytest.raises(Refused) as caught:
        await stage.check(replace(open_receipt(), buyer=None), "SPRING10")
    assert caught.value.reason is Reason.WRONG_CUSTOMER
    assert stage.between.said == []


async def test_whether_it_fits_the_goods_a_trial_tells(stage: Stage) -> None:
    with pytest.raises(Refused, match="needs goods for") as caught:
        await stage.check(open_receipt(pieces=1), ONCE)
    assert (caught.value.reason, caught.value.code) == (Reason.OTHER, "400")
    assert (await stage.check(open_receipt(pieces=30), ONCE)).code == ONCE
    assert stage.store.trials.all() == [], "that trial is about no document"


async def test_one_that_is_of_no_use_any_more_does_not_take_the_others_along(stage: Stage) -> None:
    """Goods were taken off again: the trial with all coupons is refused."""
    await stage.check(open_receipt(), ONCE)
    await stage.check(open_receipt(), "SPRING10")
    few = await stage.priced(open_receipt("doc-1", ONCE, "SPRING10", pieces=1))
    assert few.applied
    (message,) = few.applied.messages
    assert message.text.startswith(f"Coupon {ONCE}: ")
    assert few.discount > (await stage.priced(open_receipt("doc-2", pieces=1))).discount
    await stage.save(few)
    assert stage.sales() == 1
    assert await stage.check(open_receipt("doc-3"), ONCE), "it was not used"


async def test_a_no_that_is_not_about_coupons_stays_one(stage: Stage) -> None:
    await stage.check(open_receipt(), "SPRING10")
    with pytest.raises(Refused, match="at most 568"):
        await stage.priced(open_receipt("doc-1", "SPRING10"), spend=10**9)


async def test_a_coupon_used_meanwhile_refuses_the_sale_and_nothing_is_saved(stage: Stage) -> None:
    """The customer was told a price with it: to sell without it in silence would be another."""
    priced = await stage.priced(open_receipt("doc-1", ONCE))
    assert priced.discount >= 30_000
    other = await stage.priced(open_receipt("doc-2", ONCE, card=VERA))
    await stage.save(other, "other")
    with pytest.raises(Refused, match="used already"):
        await stage.save(priced)
    assert stage.sales() == 1
    plain = await stage.priced(replace(open_receipt(), coupons=()))
    await stage.save(plain)
    assert stage.sales() == 2


async def test_what_was_told_at_the_last_trial_holds_at_the_sale(stage: Stage) -> None:
    """The coupon ends while the customer looks for money."""
    await stage.clock.move(seconds=90 * 86_400 - 60)
    priced = await stage.priced(open_receipt("doc-1", ONCE))
    await stage.clock.move(minutes=5)
    with pytest.raises(Refused) as caught:
        await stage.check(open_receipt("doc-2"), ONCE)
    assert caught.value.reason is Reason.EXPIRED
    await stage.save(replace(priced, closed_at=stage.clock.now()))
    (kept,) = stage.store.purchases.all()
    assert kept.told["sum_discount"] == f"{priced.discount / 100:.2f}"


async def test_the_coupons_of_the_prices_are_those_of_the_sale_after_a_restart(
    stage: Stage,
) -> None:
    priced = await stage.priced(open_receipt("doc-1", ONCE))
    await stage.restart()
    await stage.save(priced)
    with pytest.raises(Refused) as caught:
        await stage.check(open_receipt("doc-2"), ONCE)
    assert caught.value.reason is Reason.USED_UP


async def test_sold_without_a_connection_no_coupon_is_used() -> None:
    """It gave nothing."""
    stage = Stage(redeem_auto=True)
    sold = replace(open_receipt("doc-1", ONCE), applied=Applied(offline=True))
    await stage.save(replace(sold, closed_at=sold.opened_at))
    (form,) = [one.content for one in stage.between.said if is_commit(one)]
    assert b"date=2026-03-03+10%3A00%3A00" in form
    assert b"coupons" not in form
    assert b"redeem_auto" not in form
    assert await stage.check(open_receipt("doc-2"), ONCE)
    await stage.close()


# --- applied by the server itself


async def test_the_server_applies_what_fits_and_the_sale_names_it() -> None:
    stage = Stage(redeem_auto=True)
    plain, auto = open_receipt(card=BORIS), open_receipt("doc-2", card=VERA)
    assert b"redeem_auto" not in b"".join(one.content for one in stage.between.said)
    assert (await stage.priced(plain)).context == "coupons:", "he has none of his own"
    priced = await stage.priced(auto)
    assert priced.context == f"coupons:{id_of(HERS)}"
    assert priced.discount >= 30_000
    await stage.save(priced)
    assert b"redeem_auto=true" in stage.between.said[-2].content
    (kept,) = stage.store.purchases.all()
    assert kept.told["sum_discount"] == f"{priced.discount / 100:.2f}"
    with pytest.raises(Refused) as caught:
        await stage.check(open_receipt("doc-3", card=VERA), HERS)
    assert caught.value.reason is Reason.USED_UP
    await stage.close()


async def test_without_being_asked_the_server_applies_nothing(stage: Stage) -> None:
    assert (await stage.priced(open_receipt(card=VERA))).context == "coupons:"


# --- words of other servers


async def test_a_coupon_is_looked_for_on_every_page(stage: Stage) -> None:
    rows = [[{"id": at * 2 + one, "number": f"N{at * 2 + one}"} for one in (0, 1)] for at in (0, 1)]

    def spoil(request: httpx.Request, status: int, body: bytes) -> Came:
        if "/coupons/" not in request.url.path:
            return status, body
        page = int(request.url.params.get("page", "1"))
        more = f"{request.url.copy_merge_params({'page': str(page + 1)})}" if page < 2 else None
        return 200, json.dumps({"next": more, "results": rows[page - 1]}).encode()

    stage.between.spoil = spoil
    assert (await stage.check(replace(open_receipt(), lines=()), "N3")).code == "N3"
    assert [one.url.params.get("page") for one in stage.between.said[1:]] == [None, "2"]
    assert all(one.url.params["status"] == "ACTIVE" for one in stage.between.said[1:])


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"status": "used"}, Reason.USED_UP),
        ({"status": "REDEEMED", "date_used": "2026-01-01"}, Reason.USED_UP),
        ({"status": "OVER", "date_expiration": "2026-03-03"}, Reason.EXPIRED),
        ({"status": "OVER", "date_expiration": "2026-03-04"}, Reason.OTHER),
        ({"status": "OVER", "date_expiration": "soon"}, Reason.OTHER),
    ],
)
async def test_a_whole_list_tells_why_as_well(
    stage: Stage, told: dict[str, str], reason: Reason
) -> None:
    """Of a server that passes over what it does not know."""

    def spoil(request: httpx.Request, status: int, body: bytes) -> Came:
        if "/coupons/" not in request.url.path:
            return status, body
        rows = [{"id": "1", "number": "OTHER", "status": "ACTIVE"}, {"id": 2, "number": 77, **told}]
        active = "status" in request.url.params
        return 200, json.dumps({"results": rows[:1] if active else rows}).encode()

    stage.between.spoil = spoil
    with pytest.raises(Refused) as caught:
        await stage.check(open_receipt(), "77")
    assert caught.value.reason is reason
    assert caught.value.code == told["status"]


# --- at the till


async def test_a_coupon_typed_offline_is_checked_at_the_calculation() -> None:
    way = DinectWay()
    with going(way):
        stand = make_stand()
        await stand.till.start()
        await stand.do(do.SetConnection(do.Connection.OFFLINE), do.Scan(VERA))
        await stand.do(do.AddGoods("10101", 30 * ONE), do.ApplyCoupon(HERS))
        assert [one.verified for one in stand.receipt.coupons] == [False]
        await stand.do(do.SetConnection(do.Connection.ONLINE), do.Calculate())
        assert stand.receipt.discount >= 30_000
        await stand.till.close()
    await way.close()


async def test_at_the_recall_a_coupon_used_meanwhile_is_dropped() -> None:
    way = DinectWay()
    loaves, pay = do.AddGoods("10101", 30 * ONE), do.TakeTender(TenderKind.CASH)
    with going(way):
        stand = make_stand()
        await stand.till.start()
        await stand.do(do.Scan(BORIS), loaves, do.ApplyCoupon(ONCE), do.ApplyCoupon("SPRING10"))
        await stand.do(do.SuspendReceipt())
        await stand.do(do.Scan(VERA), loaves, do.ApplyCoupon(ONCE), do.Calculate(), pay)
        await stand.do(do.RecallReceipt())
        assert [one.code for one in stand.receipt.coupons] == ["SPRING10"]
        assert "is off the receipt" in stand.said
        await stand.do(do.Calculate(), pay)
        assert stand.is_in(State.FINISHED)
        await stand.till.close()
    await way.close()

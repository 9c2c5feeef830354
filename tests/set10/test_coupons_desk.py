"""Coupons at one till: checked, used, given back, printed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from set10.coupon_chain import ANNA, ANNAS, BLOCKED, MILK, NUMBERED, ONE, PROMO, TWO, Chain

from backends.set10.coupons import CouponKind, Kind, must_follow_its_line
from backends.set10.coupons.numbers import is_generated, of_server
from cashier.errors import BadInput
from cashier.exchange import Reason, Refused, Unavailable
from cashier.receipt import line_of


def test_a_coupon_says_what_it_is_good_for(chain: Chain) -> None:
    now, desk = chain.now, chain.desk()
    one_time = CouponKind("present", "Present", Kind.ONE_TIME)
    assert desk.check(f" {ONE} ", "r1", "", now) == one_time
    assert desk.check("spring", "r1", "", now) == CouponKind("spring", "Promo code", Kind.REUSABLE)
    assert desk.check(NUMBERED, "r1", "", now).id == "spring"
    assert desk.check(MILK, "r1", "", now).line_coupon


@pytest.mark.parametrize(
    "code", ["9930001000", "99300001", "SPRIN", "", "x" * 41, "a'; DROP", "\0", "№1", "9" * 40]
)
def test_a_number_that_nobody_made_is_not_found(chain: Chain, code: str) -> None:
    with pytest.raises(Refused, match="there is no coupon") as refused:
        chain.check(code)
    assert refused.value.reason is Reason.NOT_FOUND
    with pytest.raises(Refused, match="there is no coupon"):
        chain.use(code)


def test_blocked_expired_and_others_coupons_are_refused(chain: Chain) -> None:
    desk = chain.desk()
    for code, client, days, reason in (
        (BLOCKED, "", 0, Reason.BLOCKED),
        (ONE, "", 30, Reason.EXPIRED),
        (ANNAS, "", 0, Reason.WRONG_CUSTOMER),
        (ANNAS, "2900000000025", 0, Reason.WRONG_CUSTOMER),
    ):
        with pytest.raises(Refused) as refused:
            desk.check(code, "r1", client, chain.now + timedelta(days=days))
        assert refused.value.reason is reason
    assert desk.check(ANNAS, "r1", ANNA, chain.now).id == "present"
    with pytest.raises(Refused, match="blocked"):
        chain.use(BLOCKED)


def test_a_series_holds_from_its_first_day(chain: Chain) -> None:
    made = chain.topology.make_series("later", chain.now)
    assert made.count == 12_000
    chain.pump()
    code = of_server("24", "later", 12_000)
    with pytest.raises(Refused, match="holds from") as refused:
        chain.check(code)
    assert refused.value.reason is Reason.NOT_YET_VALID
    chain.wait(days=2)
    assert chain.check(code) == "later"


def test_a_used_coupon_is_refused_with_where_and_when(chain: Chain) -> None:
    chain.use(ONE, till="02", receipt="r17")
    assert chain.check(ONE, receipt="r17") == "present"  # its own receipt may look again
    for trying in (lambda: chain.check(ONE), lambda: chain.use(ONE, receipt="r18")):
        with pytest.raises(Refused) as refused:
            trying()
        assert refused.value.reason is Reason.USED_UP
        assert "shop 01, till 02, receipt 17" in refused.value.text
        assert f"{chain.now:%d.%m.%Y %H:%M}" in refused.value.text


def test_the_same_receipt_may_say_it_again(chain: Chain) -> None:
    for _turn in range(3):
        chain.desk().use([ONE, PROMO], "r1", "1", "", chain.now)
    assert chain.turns(ONE).count("used") == 1
    assert chain.turns(PROMO).count("used") == 1
    assert chain.waiting() == [("shop-01", "centre", "used")]


def test_all_coupons_of_a_receipt_are_used_or_none(chain: Chain) -> None:
    chain.use(TWO, receipt="r5")
    with pytest.raises(Refused):
        chain.desk().use([ONE, TWO, PROMO], "r6", "6", "", chain.now)
    with pytest.raises(Refused):
        chain.desk().use([ONE, "12345"], "r6", "6", "", chain.now)
    assert chain.check(ONE) == "present"
    assert "used" not in chain.turns(PROMO)
    assert chain.waiting() == [("shop-01", "centre", "used")]


def test_of_two_tills_of_one_shop_one_wins(chain: Chain) -> None:
    desks = {"01": chain.desk("01", "01"), "02": chain.desk("01", "02")}

    def race(till: str) -> str:
        try:
            desks[till].use([TWO, ONE], f"r{till}", till, "", chain.now)
        except (Refused, Unavailable) as error:
            return type(error).__name__
        return "used"

    with ThreadPoolExecutor(2) as pool:
        came = sorted(pool.map(race, desks))
    assert came == ["Refused", "used"]
    assert chain.turns(ONE).count("used") == chain.turns(TWO).count("used") == 1


def test_reusable_coupons_are_used_again_and_again(chain: Chain) -> None:
    for receipt in ("r1", "r2", "r3"):
        chain.use(PROMO, receipt=receipt)
    assert chain.turns(PROMO).count("used") == 3


def test_what_an_undone_receipt_used_is_usable_again(chain: Chain) -> None:
    desk = chain.desk()
    desk.use([ONE, PROMO], "r1", "1", "", chain.now)
    chain.use(TWO, receipt="r2")
    for _turn in range(2):
        desk.unuse("r1", chain.now)
    chain.use(ONE, receipt="r3")
    with pytest.raises(Refused):
        chain.use(TWO, receipt="r3")
    assert chain.turns(ONE).count("free") == 1
    assert chain.turns(PROMO).count("free") == 1
    desk.use([PROMO], "r1", "1", "", chain.now)
    assert chain.turns(PROMO).count("used") == 2


def test_a_till_prints_coupons_that_hold_in_the_shop_at_once(chain: Chain) -> None:
    codes = chain.desk().make("sweet", 2, "r1", ANNA, chain.now)
    assert len(set(codes)) == 2
    assert all(is_generated(code, "23") for code in codes)
    assert chain.check(codes[0], till="02") == "sweet"
    chain.use(codes[0], till="02", receipt="r2")
    with pytest.raises(Refused, match="used already"):
        chain.check(codes[0])
    with pytest.raises(Refused, match="held until"):
        chain.desk().check(codes[1], "r3", "", chain.now + timedelta(days=14))


def test_a_receipt_that_asks_again_gets_the_same_coupons(chain: Chain) -> None:
    desk = chain.desk()
    codes = desk.make("sweet", 2, "r1", "", chain.now)
    assert desk.make("sweet", 2, "r1", "", chain.now) == codes
    assert chain.again().desk().make("sweet", 2, "r1", "", chain.now) == codes
    assert not set(codes) & set(chain.desk().make("sweet", 2, "r2", "", chain.now))
    assert not set(codes) & set(chain.desk(till="02").make("sweet", 2, "r1", "", chain.now))


def test_a_receipt_has_no_more_coupons_than_the_setting_allows(chain: Chain) -> None:
    desk = chain.desk()
    assert len(desk.make("sweet", 2, "r1", "", chain.now)) == 2
    assert len(desk.make("mine", 9, "r1", "", chain.now)) == 1
    assert len(desk.make("sweet", 9, "r1", "", chain.now)) == 2
    assert len(desk.make("sweet", 9, "r2", "", chain.now)) == 3


def test_a_coupon_for_its_own_client_only(chain: Chain) -> None:
    (code,) = chain.desk().make("mine", 1, "r1", ANNA, chain.now)
    with pytest.raises(Refused, match="another customer"):
        chain.check(code)
    assert chain.desk().check(code, "r2", ANNA, chain.now).id == "mine"


def test_an_undone_receipt_takes_its_printed_coupons_with_it(chain: Chain) -> None:
    first, second = chain.desk().make("sweet", 2, "r1", "", chain.now)
    chain.use(first, receipt="r2")
    chain.desk().unuse("r1", chain.now)
    with pytest.raises(Refused, match="blocked"):
        chain.check(second)
    chain.pump()
    with pytest.raises(Refused, match="blocked"):
        chain.check(second, shop="02")
    with pytest.raises(Refused, match="used already"):
        chain.check(first, shop="02")


def test_tills_make_no_coupons_of_a_servers_series(chain: Chain) -> None:
    for kind in ("present", "nothing"):
        with pytest.raises(BadInput, match=kind):
            chain.desk().make(kind, 1, "r1", "", chain.now)
    with pytest.raises(BadInput, match="tills make the coupons of sweet"):
        chain.topology.make_series("sweet", chain.now)


def test_there_is_no_desk_for_an_unknown_till(chain: Chain) -> None:
    with pytest.raises(BadInput, match="till 09 of shop 01"):
        chain.desk("01", "09")


def test_a_series_is_made_once(chain: Chain) -> None:
    with pytest.raises(BadInput, match="present is made already"):
        chain.topology.make_series("present", chain.now)
    with pytest.raises(BadInput, match="no series autumn"):
        chain.topology.make_series("autumn", chain.now)


def test_a_coupon_for_a_line_is_scanned_right_after_it() -> None:
    line = CouponKind("milk", "Milk", Kind.ONE_TIME, line_coupon=True)
    milk, bread = line_of(1, "milk", "Milk", 100, 1000), line_of(2, "bread", "Bread", 50, 1000)
    must_follow_its_line(line, [bread, milk], lambda one: one.sku == "milk")
    for lines in ([milk, bread], []):
        with pytest.raises(Refused, match="right after the line") as refused:
            must_follow_its_line(line, lines, lambda one: one.sku == "milk")
        assert refused.value.reason is Reason.WRONG_GOODS
    whole = CouponKind("present", "Present", Kind.ONE_TIME)
    must_follow_its_line(whole, [milk, bread], lambda one: one.sku == "milk")

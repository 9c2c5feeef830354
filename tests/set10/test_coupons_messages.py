"""Messages between machines: who hears what when, and what two uses of one coupon come to."""

from datetime import timedelta

import pytest
from set10.coupon_chain import ANNA, ONE, PROMO, TWO, Chain
from sqlalchemy import update

from backends.set10.coupons.schema import card_unique_coupon_exemplar_to_send as to_send
from cashier.errors import BadInput
from cashier.exchange import Refused, Unavailable


def test_a_use_travels_to_the_centre_and_to_all_shops(chain: Chain) -> None:
    chain.use(ONE, till="02", receipt="r17")
    assert chain.waiting() == [("shop-01", "centre", "used")]
    assert chain.check(ONE, shop="02") == "present"  # it has not heard yet
    assert chain.pump() == 3  # one up, and one down to each connected shop
    assert chain.waiting() == []
    with pytest.raises(Refused, match="shop 01, till 02, receipt 17"):
        chain.check(ONE, shop="02")
    assert chain.topology.conflicts() == ()


def test_a_stopped_connection_keeps_its_messages(chain: Chain) -> None:
    chain.topology.stop("shop-01/centre")
    chain.use(ONE)
    assert chain.pump() == 0
    (message,) = chain.topology.messages()
    assert "shop-01/centre is stopped" in message.why
    chain.use(TWO, shop="02", receipt="r2")
    assert chain.pump() == 2  # up, and down to shop 02; what is for shop 01 waits
    waiting = {(sender, receiver) for sender, receiver, _what in chain.waiting()}
    assert waiting == {("shop-01", "centre"), ("centre", "shop-01")}
    chain.topology.start("centre/SHOP-01")
    chain.pump()
    assert chain.waiting() == []
    with pytest.raises(Refused):
        chain.check(TWO)
    with pytest.raises(Refused):
        chain.check(ONE, shop="02")


def test_a_slowed_connection_takes_its_time(chain: Chain) -> None:
    chain.topology.slow("shop-01/centre", 600)
    chain.use(ONE)
    (message,) = chain.topology.messages()
    assert message.due_at == chain.now + timedelta(minutes=10)
    chain.wait(seconds=599)
    assert chain.pump() == 0
    chain.wait(seconds=1)
    assert chain.pump() == 2  # up, and down to shop 02; back to shop 01 it takes ten minutes more
    assert chain.waiting() == [("centre", "shop-01", "used")]


def test_what_was_done_to_connections_outlives_the_program(chain: Chain) -> None:
    chain.topology.stop("centre")
    chain.topology.slow("till-01-01/shop-01", 5)
    states = {one.name: one for one in chain.again().topology.connections()}
    assert states["shop-01/centre"].stopped and states["shop-02/centre"].stopped
    assert states["till-01-01/shop-01"].delay_seconds == 5
    assert not states["till-01-02/shop-01"].stopped


def test_unknown_connections_and_delays_are_refused(chain: Chain) -> None:
    with pytest.raises(BadInput, match="shop-01/centre"):
        chain.topology.stop("shop-09")
    for seconds in (-1, 10**9):
        with pytest.raises(BadInput, match="seconds"):
            chain.topology.slow("centre", seconds)


def test_a_till_without_its_server_says_so(chain: Chain) -> None:
    chain.topology.stop("till-01-01/shop-01")
    for trying in (lambda: chain.check(ONE), lambda: chain.use(ONE)):
        with pytest.raises(Unavailable, match="server of shop 01 does not answer"):
            trying()
    chain.topology.start("till-01-01/shop-01")
    chain.topology.slow("till-01-01/shop-01", 30)
    with pytest.raises(Unavailable, match="too slow"):
        chain.check(ONE)
    assert chain.check(ONE, till="02") == "present"


def test_a_coupon_is_printed_without_the_server_and_its_message_waits(chain: Chain) -> None:
    chain.topology.stop("till-01-01/shop-01")
    (code,) = chain.desk().make("sweet", 1, "r1", "", chain.now)
    assert chain.waiting() == [("till-01-01", "shop-01", "made")]
    with pytest.raises(Refused, match="no coupon"):
        chain.check(code, till="02")
    chain.topology.start("till-01-01/shop-01")
    assert chain.pump() == 4  # to the server, the centre, and both shops
    assert chain.check(code, shop="02") == "sweet"


def test_a_printed_coupon_is_known_in_the_whole_chain_and_used_once(chain: Chain) -> None:
    (code,) = chain.desk().make("sweet", 1, "r1", ANNA, chain.now)
    with pytest.raises(Refused, match="no coupon"):
        chain.check(code, shop="02")
    chain.pump()
    chain.use(code, shop="02", receipt="r2")
    chain.pump()
    with pytest.raises(Refused, match="shop 02, till 01, receipt 2"):
        chain.check(code)


def test_a_coupon_used_before_the_centre_knows_of_it(chain: Chain) -> None:
    (code,) = chain.desk().make("sweet", 1, "r1", "", chain.now)
    chain.use(code, till="02", receipt="r2")
    chain.pump()
    with pytest.raises(Refused, match="shop 01, till 02, receipt 2"):
        chain.check(code, shop="02")
    assert chain.turns(code, "centre").count("used") == 1


def test_a_return_without_the_server_waits_at_the_till(chain: Chain) -> None:
    chain.use(ONE)
    chain.pump()
    chain.topology.stop("till-01-01/shop-01")
    chain.desk().unuse("r1", chain.now)
    with pytest.raises(Refused):
        chain.check(ONE, shop="02")
    chain.topology.start("till-01-01")
    chain.pump()
    assert chain.check(ONE) == chain.check(ONE, shop="02") == "present"


def test_a_coupon_printed_and_undone_without_the_server_never_holds(chain: Chain) -> None:
    chain.topology.stop("till-01-01/shop-01")
    (code,) = chain.desk().make("sweet", 1, "r1", "", chain.now)
    chain.desk().unuse("r1", chain.now)
    chain.topology.start("till-01-01/shop-01")
    chain.pump()
    for shop in ("01", "02"):
        with pytest.raises(Refused, match="blocked"):
            chain.check(code, shop=shop)


def test_a_message_that_comes_twice_changes_nothing(chain: Chain) -> None:
    chain.use(ONE)
    chain.pump()
    chain.desk().unuse("r1", chain.now)
    chain.pump()
    before = chain.topology.trace(ONE)
    for node in chain.topology.nodes.nodes.values():
        if node.id != "loyalty":
            with node.store.writing() as sql:
                sql.execute(update(to_send).values(sent_at=None))
    assert chain.pump() > 5
    assert chain.topology.trace(ONE) == before
    assert chain.check(ONE) == chain.check(ONE, shop="02") == "present"


def test_the_race_both_shops_win_and_the_report_says_so(chain: Chain) -> None:
    chain.use(ONE, shop="01", receipt="r17")
    chain.wait(minutes=3)
    chain.use(ONE, shop="02", receipt="r5")
    chain.pump()
    (conflict,) = chain.topology.conflicts()
    assert conflict.first and conflict.number == ONE and not conflict.undone
    assert (conflict.first.shop, conflict.first.purchase) == ("01", "17")
    assert (conflict.second.shop, conflict.second.purchase) == ("02", "5")
    assert conflict.second.at - conflict.first.at == 180
    for machine in ("centre", "shop-02"):
        assert "conflict" in chain.turns(ONE, machine)
    for shop, receipt in (("01", "17"), ("02", "5")):  # each knows its own use
        with pytest.raises(Refused, match=f"shop {shop}, till 01, receipt {receipt}"):
            chain.check(ONE, shop=shop)
    chain.pump()
    assert len(chain.topology.conflicts()) == 1


def test_when_the_first_of_two_uses_is_undone_the_other_one_counts(chain: Chain) -> None:
    chain.use(ONE, shop="01", receipt="r17")
    chain.use(ONE, shop="02", receipt="r5")
    chain.pump()
    chain.desk("01").unuse("r17", chain.now)
    chain.pump()
    for shop in ("01", "02"):
        with pytest.raises(Refused, match="shop 02, till 01, receipt 5"):
            chain.check(ONE, shop=shop)
    (conflict,) = chain.topology.conflicts()
    assert conflict.undone


def test_when_the_second_of_two_uses_is_undone_the_first_one_counts(chain: Chain) -> None:
    chain.use(ONE, shop="01", receipt="r17")
    chain.use(ONE, shop="02", receipt="r5")
    chain.pump()
    chain.desk("02").unuse("r5", chain.now)
    chain.pump()
    (conflict,) = chain.topology.conflicts()
    assert conflict.undone
    for shop in ("01", "02"):
        with pytest.raises(Refused, match="shop 01, till 01, receipt 17"):
            chain.check(ONE, shop=shop)


def test_a_series_reaches_the_shops_by_messages(chain: Chain) -> None:
    chain.topology.stop("shop-02/centre")
    chain.topology.make_series("later", chain.now)
    chain.wait(days=3)
    chain.pump()
    rows = {
        machine.id: dict(machine.counts).get("card_unique_coupon_exemplar", 0)
        for machine in chain.topology.machines()
    }
    assert rows["centre"] == rows["shop-01"] == rows["shop-02"] + 12_000
    chain.topology.start("shop-02/centre")
    chain.pump()
    assert chain.waiting() == []
    assert "used" not in chain.turns(PROMO)


def test_a_shop_that_joins_gets_all_coupons_as_they_stand(on_files: Chain) -> None:
    chain = on_files
    chain.use(ONE)
    (code,) = chain.desk().make("sweet", 1, "r1", "", chain.now)
    chain.pump()
    chain.topology.close()
    for path in chain.folder.glob("shop-02.db*"):
        path.unlink()
    chain.again().pump()
    assert chain.check(TWO, shop="02") == "present"
    assert chain.check(PROMO, shop="02") == "spring"
    assert chain.check(code, shop="02") == "sweet"
    with pytest.raises(Refused, match="shop 01, till 01, receipt 1"):
        chain.check(ONE, shop="02")


def test_a_shop_that_joins_while_it_is_away_gets_them_later(on_files: Chain) -> None:
    chain = on_files
    chain.use(ONE)
    chain.pump()
    chain.more = ("03",)
    (chain.folder / "shop-03.db").mkdir()  # no database can be made there
    chain.again().pump()
    assert ("centre", "shop-03", "series") in chain.waiting()
    (chain.folder / "shop-03.db").rmdir()
    chain.pump()
    assert chain.waiting() == []
    assert chain.check(TWO, shop="03") == "present"
    with pytest.raises(Refused, match="shop 01"):
        chain.check(ONE, shop="03")
    told = len(chain.topology.messages(arrived=True))
    assert len(chain.again().topology.messages(arrived=True)) == told  # once is enough

"""With Set Loyalty connected: where series are kept, and what cannot happen any more."""

from pathlib import Path

import pytest
from set10.coupon_chain import ANNA, ONE, PROMO, TWO, Chain

from cashier.exchange import Refused, Unavailable


def rows(chain: Chain, machine: str) -> dict[str, int]:
    return next(dict(one.counts) for one in chain.topology.machines() if one.id == machine)


def test_reusable_coupons_are_in_both_databases_and_one_time_ones_in_one(
    with_loyalty: Chain,
) -> None:
    loyalty, centre = rows(with_loyalty, "loyalty"), rows(with_loyalty, "centre")
    assert loyalty["coupon_category"] == centre["card_cardtype"] == 1
    assert loyalty["coupon_range"] == centre["card_cardrange"] == 2
    assert (loyalty["coupon_batch"], loyalty["coupon_exemplar"]) == (2, 8)
    assert (centre["card_unique_coupon_batch"], centre["card_unique_coupon_exemplar"]) == (0, 0)
    assert rows(with_loyalty, "shop-01")["card_cardrange"] == 2


def test_a_coupon_is_used_once_in_the_whole_chain_without_any_message(with_loyalty: Chain) -> None:
    with_loyalty.topology.stop("centre")
    with_loyalty.use(ONE, shop="01", receipt="r17")
    for trying in (
        lambda: with_loyalty.check(ONE, shop="02"),
        lambda: with_loyalty.use(ONE, shop="02", receipt="r5"),
    ):
        with pytest.raises(Refused, match="shop 01, till 01, receipt 17"):
            trying()
    assert with_loyalty.waiting() == []
    with_loyalty.topology.start("centre")
    with_loyalty.pump()
    assert with_loyalty.topology.conflicts() == ()


def test_while_the_service_is_away_its_coupons_are_refused_and_others_hold(
    with_loyalty: Chain,
) -> None:
    with_loyalty.topology.stop("shop-01/loyalty")
    with pytest.raises(Unavailable, match="Set Loyalty does not answer"):
        with_loyalty.check(ONE)
    with pytest.raises(Unavailable, match="Set Loyalty does not answer"):
        with_loyalty.desk().use([PROMO, ONE], "r1", "1", "", with_loyalty.now)
    assert "used" not in with_loyalty.turns(PROMO)  # all or none
    assert with_loyalty.check(PROMO) == "spring"
    assert with_loyalty.check(ONE, shop="02") == "present"


@pytest.mark.parametrize("kind", ["later", "spring"])
def test_a_series_is_saved_nowhere_while_the_service_is_away(tmp_path: Path, kind: str) -> None:
    (tmp_path / "loyalty.db").mkdir()  # no database can be made there
    chain = Chain(tmp_path, loyalty=True)
    with pytest.raises(Unavailable, match=f"The series {kind} was saved nowhere"):
        chain.topology.make_series(kind, chain.now)
    centre = rows(chain, "centre")
    assert not any(centre.values())
    (chain.folder / "loyalty.db").rmdir()
    if kind == "later":
        assert chain.topology.make_series(kind, chain.now).places == ("loyalty",)
    else:
        assert chain.topology.make_series(kind, chain.now).places == ("loyalty", "centre")
        chain.pump()
        assert chain.check(PROMO) == "spring"
    chain.close()


def test_an_undone_receipt_gives_back_what_the_service_keeps(with_loyalty: Chain) -> None:
    chain = with_loyalty
    chain.desk().use([ONE, PROMO], "r1", "1", ANNA, chain.now)
    chain.topology.stop("loyalty")
    chain.desk().unuse("r1", chain.now)
    assert chain.waiting() == [("till-01-01", "loyalty", "unused")]
    chain.topology.start("loyalty")
    with pytest.raises(Refused):
        chain.check(ONE)
    chain.pump()
    assert chain.check(ONE, shop="02") == "present"
    chain.use(ONE, receipt="r2")
    chain.desk().unuse("r2", chain.now)
    assert chain.check(ONE, shop="02") == "present"


def test_all_coupons_of_a_receipt_or_none_over_two_databases(with_loyalty: Chain) -> None:
    chain = with_loyalty
    chain.use(TWO, receipt="r2")
    with pytest.raises(Refused, match="receipt 2"):
        chain.desk().use([ONE, TWO, PROMO], "r1", "1", "", chain.now)
    with pytest.raises(Refused, match="no coupon"):
        chain.desk().use([ONE, "12345"], "r1", "1", "", chain.now)
    assert chain.check(ONE) == "present"
    assert "used" not in chain.turns(PROMO)
    for _turn in range(2):
        chain.desk().use([ONE, PROMO], "r1", "1", "", chain.now)
    assert chain.turns(ONE).count("used") == chain.turns(PROMO).count("used") == 1


def test_printed_coupons_go_by_messages_as_before(with_loyalty: Chain) -> None:
    (code,) = with_loyalty.desk().make("sweet", 1, "r1", "", with_loyalty.now)
    with_loyalty.pump()
    with_loyalty.use(code, shop="02", receipt="r2")
    with pytest.raises(Refused, match="shop 02"):
        with_loyalty.check(code, shop="02")

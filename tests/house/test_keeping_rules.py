"""What a server reads of the rules and coupons, what it limits, what it keeps for a receipt."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from house.counter import Counter, MakeCounter, line
from house.keeper import card, keeper, refused

from backends.keeping import Condition, GoodsOf
from cashier.exchange import Opening, Reason, Refused
from cashier.money import ONE

RULES = """
[[promotion]]
id = "bread"
kind = "percent"
name = "Bread day"
percent = "12.5"
priority = 3
summable = true
[promotion.when]
groups = ["bread"]
except_skus = ["7"]
levels = ["silver", "gold"]
hours = "09:00-21:00"
weekdays = ["mon"]
minimum = "150.50"
[[promotion]]
id = "three"
kind = "n_for_m"
name = "Three for two"
take = 3
pay = 2
off = true
[[promotion]]
id = "present"
kind = "gift"
name = "Present"
gifts = ["8", "9"]
[promotion.when]
coupon = "unique"
[[promotion]]
id = "ten"
kind = "amount"
name = "Ten less"
amount = 10
[promotion.when]
coupon = "unique"
[[promotion]]
id = "points"
kind = "bonus"
name = "Points"
points = 10
[[coupon]]
id = "unique"
kind = "one_time"
name = "Unique"
text = "Once"
ends_in_days = 5
exemplars = [
    { code = "U1" }, { code = "U2", customer = "ann" }, { code = "U3", used = true },
    { code = "U4", blocked = true }
]
[[coupon]]
id = "word"
kind = "reusable"
name = "Word"
codes = ["WORD"]
uses = 2
known_only = true
starts_in_days = 1
"""


@pytest.fixture
async def shop(make: MakeCounter) -> Counter:
    counter = make(RULES)
    await counter.house.open(Opening(shop="01", till="01"))
    return counter


def test_promotions_are_told_with_all_that_they_want(shop: Counter) -> None:
    bread, three, present, _ten, points = keeper(shop).rules.promotions()
    assert (bread.value, bread.percent, bread.priority, bread.summable) == (12_50, True, 3, True)
    assert (bread.goods, bread.but) == (GoodsOf(("bread",)), GoodsOf(skus=("7",)))
    assert {one.name: one.value for one in bread.conditions} == {
        "levels": "silver,gold",
        "hours": "09:00-21:00",
        "weekdays": "mon",
        "minimum": "150.50",
    }
    assert (three.off, three.whole, bread.off, bread.whole) == (True, True, False, False)
    assert set(three.conditions) == {Condition("take", "3"), Condition("pay", "2")}
    assert (present.gifts, present.conditions) == (("8", "9"), (Condition("coupon", "unique"),))
    assert (points.bonus, points.value, points.percent) == (True, 10_00, False)
    assert keeper(shop).rules.groups() == {"bread", "milk", "tobacco", "toys"}


def test_kinds_of_coupons_are_told(shop: Counter) -> None:
    unique, word = keeper(shop).rules.coupon_kinds()
    assert (unique.name, unique.text, unique.kind, unique.personal) == (
        "Unique",
        "Once",
        "one_time",
        False,
    )
    assert unique.ends is not None
    assert unique.ends - shop.now == timedelta(days=5)
    assert (word.personal, word.starts) == (True, shop.now + timedelta(days=1))


async def test_a_coupon_tells_whose_it_is_and_whether_it_still_is_one(shop: Counter) -> None:
    rules = keeper(shop).rules

    def told(code: str) -> tuple[str | None, bool, bool, bool]:
        coupon = rules.coupon(code)
        assert coupon is not None
        return coupon.customer, coupon.active, coupon.used, coupon.held

    assert told("U1") == (None, True, False, False)
    assert told("U2") == ("ann", True, False, False)
    assert told("U3") == (None, True, True, False)
    assert told("U4") == (None, False, False, False)
    assert told(" word ") == (None, False, False, False)
    assert rules.coupon("?") is None
    assert [one.code for one in rules.coupons_of("ann")] == ["U2"]
    assert rules.coupons_of("nobody") == []
    keeper(shop).holds.hold_coupon("h", "U1", shop.now + timedelta(minutes=5))
    assert told("U1") == (None, True, False, True), "kept is not used"
    await shop.clock.move(days=5)
    assert told("U1") == (None, False, False, False)


# --- limits -----------------------------------------------------------------------------------


async def test_a_server_limits_what_points_pay_line_by_line(shop: Counter) -> None:
    shares = {"1": 0, "2": 25_00}
    asked: list[str] = []

    def limit(place: str, sku: str) -> int:
        asked.append(place)
        return shares.get(sku, 100_00)

    keeper(shop).rules.limit_points(limit)
    receipt = await shop.receipt(line("1", 100_00), line("2", 200_00), line("3", 500_00), card="A1")
    offer = await shop.offer(await shop.priced(receipt))
    assert [part.amount for part in offer.lines] == [0, 50_00, 500_00]
    assert offer.excluded == (1,)
    assert set(asked) == {"01"}
    assert (await shop.calculate(receipt, spend=300_00)).distribution[0].number != 1
    with pytest.raises(Refused):
        await shop.calculate(await shop.receipt(line("2", 200_00), card="A1"), spend=50_01)


async def test_a_sale_that_pays_with_points_what_may_not_be_is_refused(shop: Counter) -> None:
    receipt = await shop.priced(
        await shop.receipt(line("1", 100_00), line("2", 500_00), card="A1"), spend=300_00
    )
    keeper(shop).rules.limit_points(lambda _shop, sku: 0 if sku == "1" else 100_00)
    assert receipt.lines[0].points > 0
    with pytest.raises(Refused) as caught:
        await shop.save(receipt)
    assert caught.value.reason is Reason.LIMIT_EXCEEDED


# --- holds ------------------------------------------------------------------------------------


def left(shop: Counter, number: str = "A1") -> int:
    return card(shop, number).available


async def test_held_points_are_free_again_when_dropped_or_run_out(shop: Counter) -> None:
    holds, soon = keeper(shop).holds, shop.now + timedelta(minutes=5)
    holds.hold_points("h1", "A1", 300_00, soon)
    holds.hold_points("h2", "A1", 100_00, soon + timedelta(minutes=5))
    assert (left(shop), card(shop, "A1").balance) == (600_00, 1000_00)
    holds.hold_points("h1", "A1", 400_00, soon)
    assert left(shop) == 500_00
    holds.shrink("h1", 250_00)
    holds.shrink("h1", 900_00)
    assert left(shop) == 650_00
    holds.drop("h1")
    holds.drop("h1")
    assert left(shop) == 900_00
    await shop.clock.move(minutes=10)
    assert left(shop) == 1000_00
    holds.hold_points("h3", "A1", 100_00, shop.now + timedelta(minutes=5))
    holds.shrink("h3", 0)
    assert left(shop) == 1000_00


@pytest.mark.parametrize(
    ("number", "points", "reason"),
    [
        ("?", 1, Reason.NOT_FOUND),
        ("F1", 1, Reason.BLOCKED),
        ("B-earn", 1, Reason.BLOCKED),
        ("B-blocked", 1, Reason.BLOCKED),
        ("A1", 1000_01, Reason.LIMIT_EXCEEDED),
        ("A1", 0, Reason.LIMIT_EXCEEDED),
        ("A1", -5, Reason.LIMIT_EXCEEDED),
    ],
)
def test_points_that_cannot_be_spent_cannot_be_held(
    shop: Counter, number: str, points: int, reason: Reason
) -> None:
    with refused(reason):
        keeper(shop).holds.hold_points("h", number, points, shop.now + timedelta(minutes=5))
    assert left(shop) == 1000_00


async def test_the_sale_takes_what_was_held_for_it(shop: Counter) -> None:
    holds, soon = keeper(shop).holds, shop.now + timedelta(minutes=5)
    holds.hold_points("h1", "A1", 900_00, soon)
    holds.hold_coupon("h2", "U1", soon)
    receipt = await shop.receipt(line("1", 900_00, 2 * ONE), card="A1", coupons=("U1",))
    with pytest.raises(Refused):
        await shop.sell(receipt, spend=800_00)
    holds.use("h1", receipt.receipt_id)
    holds.use("h2", receipt.receipt_id)
    settled = await shop.sell(receipt, spend=800_00)
    assert settled.spent == 800_00
    assert left(shop) == settled.available == 200_00 + settled.earned
    coupon = keeper(shop).rules.coupon("U1")
    assert coupon is not None
    assert (coupon.used, coupon.held) == (True, False)


def test_two_holds_for_one_receipt_add_up(shop: Counter) -> None:
    holds, soon = keeper(shop).holds, shop.now + timedelta(minutes=5)
    holds.hold_points("h1", "A1", 100_00, soon)
    holds.hold_points("h2", "A2", 200_00, soon)
    for name in ("h1", "h2", "nothing is held so"):
        holds.use(name, "receipt")
    assert left(shop) == 700_00
    keeper(shop).cards.set_standing("N1", card(shop, "N1").standing)
    keeper(shop).points.give("op", "N1", 50_00, "")
    holds.hold_points("h3", "N1", 10_00, soon)
    with refused(Reason.WRONG_CUSTOMER):
        holds.use("h3", "receipt")
    holds.drop("receipt")
    assert left(shop) == 1000_00


@pytest.mark.parametrize(
    ("code", "number", "reason"),
    [
        ("?", "", Reason.NOT_FOUND),
        ("U3", "", Reason.USED_UP),
        ("U4", "", Reason.BLOCKED),
        ("U2", "N1", Reason.WRONG_CUSTOMER),
        ("WORD", "", Reason.NOT_YET_VALID),
    ],
)
def test_a_coupon_that_does_not_hold_cannot_be_held(
    shop: Counter, code: str, number: str, reason: Reason
) -> None:
    with refused(reason):
        keeper(shop).holds.hold_coupon("h", code, shop.now + timedelta(minutes=5), number)


async def test_a_held_coupon_is_held_once(shop: Counter) -> None:
    holds, soon = keeper(shop).holds, shop.now + timedelta(minutes=5)
    hold: Callable[[str], None] = lambda name: holds.hold_coupon(name, "u1", soon)  # noqa: E731
    hold("h1")
    hold("h1")
    with refused(Reason.USED_UP):
        hold("h2")
    holds.hold_coupon("h3", "U2", soon, "A1")
    await shop.clock.move(minutes=5)
    holds.hold_coupon("h2", "U1", shop.now + timedelta(minutes=5))

"""What the load says of a card: its discount, whether it pays, and what the till makes of a card
that is in no load."""

from datetime import date
from pathlib import Path

import pytest
from files.world import ANNA, PAY, World, groats
from stand import Stand

from backends.files.formats import PROFILES
from backends.files.formats.model import Card, Kind, Load, Scheme, Tier
from backends.files.formats.shtrihm import Shtrihm
from cashier import commands as do
from cashier.money import ONE
from cashier.receipt import Source

GIFT_CARD = "11801"


def scheme(percent: int, **more: object) -> Scheme:
    return Scheme("5", "Five", percent, **more)  # type: ignore[arg-type]


async def calculated(world: World, card: Card, *schemes: Scheme, pieces: int = 3) -> Stand:
    """The ``card`` comes with a load of its own, and so many packets of groats are calculated."""
    world.office.load()
    stand = await world.stand()
    world.folder().put_load(Load((), (card,), schemes, clears=frozenset()))
    await stand.do(do.Scan(ANNA), groats(pieces), do.Calculate())
    return stand


@pytest.mark.parametrize("name", PROFILES)
async def test_the_scheme_of_a_card_takes_its_percentage_off(name: str, tmp_path: Path) -> None:
    async with World(tmp_path, name) as world:
        stand = await calculated(world, Card(ANNA, accumulated=90_00, scheme="5"), scheme(5_00))
        (line,) = stand.receipt.lines
        (given,) = line.discounts
        assert (given.amount, given.source) == (11_99, Source.LEVEL), "5 % of 239.70, half up"
        assert (given.name, given.why) == ("Five", "5 % by the card's scheme")
        assert stand.receipt.buyer
        assert stand.receipt.buyer.card
        assert stand.receipt.buyer.card.level == "Five"
        await stand.do(do.PayPoints(50_00), PAY)
        assert stand.receipt.total == 239_70 - 11_99 - 50_00
        found = world.folder().find_report()
        assert found
        told = found.report.transactions
        if name == "shtrihm":
            (detail,) = (one for one in told if one.kind is Kind.LINE_DETAIL)
            assert (detail.card, detail.amount) == (ANNA, 11_99)
        else:
            assert (told[0].amount, told[0].after) == (239_70, 239_70 - 11_99)
        taken = await world.office.take()
        assert (taken.receipts, taken.spent, taken.bad) == (1, 50_00, [])
        sale = world.sales(ANNA)[0].receipt
        assert sale.total == stand.receipt.total, "the accounts have the price that was paid"


@pytest.mark.parametrize(
    ("pieces", "percent"), [(1, 1_00), (3, 5_00), (6, 7_00), (7, 10_00), (8, 10_00)]
)
async def test_the_discount_grows_with_the_receipt(
    pieces: int, percent: int, tmp_path: Path
) -> None:
    tiers = (Tier(5_00, 100_00, 400_00), Tier(7_00, 400_00), Tier(10_00, 559_30, 99999_00))
    async with World(tmp_path) as world:
        card = Card(ANNA, scheme="5")
        stand = await calculated(world, card, scheme(1_00, tiers=tiers), pieces=pieces)
        (line,) = stand.receipt.lines
        assert line.discount == (line.amount * percent + 50_00) // 100_00


async def test_goods_that_take_no_part(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        stand = await calculated(world, Card(ANNA, scheme="5"), scheme(90_00))
        await stand.do(do.BackToGoods(), do.AddGoods(GIFT_CARD), do.SellCertificate("9800000001"))
        await stand.do(do.Calculate())
        groats_line, gift = stand.receipt.lines
        assert gift.discounts == ()
        assert groats_line.total >= groats_line.floor


@pytest.mark.parametrize(
    ("card", "given"),
    [
        (Card(ANNA, scheme="5", forbidden=True), scheme(5_00)),
        (Card(ANNA, scheme="5", valid_to=date(2026, 3, 2)), scheme(5_00)),
        (Card(ANNA, scheme="5", valid_from=date(2026, 3, 4)), scheme(5_00)),
        (Card(ANNA, scheme="5"), scheme(5_00, by_card=False)),
        (Card(ANNA, scheme="6"), scheme(5_00)),
        (Card(ANNA), scheme(5_00)),
    ],
    ids=["forbidden", "over", "not yet", "not by card", "another scheme", "no scheme"],
)
async def test_no_discount(card: Card, given: Scheme, tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        stand = await calculated(world, card, given)
        assert stand.receipt.discount == 0
        await stand.do(PAY)


@pytest.mark.parametrize("name", PROFILES)
async def test_a_card_without_the_pay_flag_pays_nothing(name: str, tmp_path: Path) -> None:
    async with World(tmp_path, name) as world:
        stand = await calculated(world, Card(ANNA, accumulated=90_00, may_pay=False))
        assert stand.receipt.buyer
        assert stand.receipt.buyer.card
        assert not stand.receipt.buyer.card.may_spend
        assert stand.receipt.buyer.card.balance == 90_00, "what it has is shown"
        error = await stand.refused(do.PayPoints(1_00))
        assert "may not pay" in str(error)
        await stand.do(PAY)
        assert (await world.office.take()).receipts == 1


async def test_a_card_that_is_not_in_the_load(tmp_path: Path) -> None:
    """It is not known here: sold without it, and the office hears of it by no number."""
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        error = await stand.refused(do.Scan("2900000099991"))
        assert "2900000099991" in str(error)
        await stand.do(groats(1), do.Calculate(), PAY)
        taken = await world.office.take()
        assert (taken.receipts, taken.said) == (1, [])


async def test_a_card_that_a_later_load_no_longer_has(tmp_path: Path) -> None:
    """Its receipt was open when the load came: it is sold as a stranger's, and the number told."""
    async with World(tmp_path) as world:
        stand = await calculated(world, Card(ANNA, accumulated=90_00))
        world.folder().put_load(Load(cards=(Card("1"),)))
        await stand.refused(do.PayPoints(1_00))
        await stand.do(PAY)
        taken = await world.office.take()
        assert (taken.receipts, taken.bad) == (1, [])
        assert taken.earned > 0, "the accounts know the card"


# --- discounts in the file


def test_tiers_to_the_byte_and_what_is_not_kept() -> None:
    load = Load(schemes=(scheme(1_00, tiers=(Tier(5_00, 100_00), Tier(7_00, 0, 50_00))),))
    data = Shtrihm().write_load(load)
    assert b"@5;5;Five;0;0;1.00;Five;;;;;;;;;;;\r\n" in data
    assert b"@5;5;Five;0;0;5.00;Five;;;;;;;;;100.00;0.00;\r\n" in data
    assert Shtrihm().read_load(data, "g") == (load, ())
    more = (
        b"@5;9;Night;0;0;50.00;Night;;;22:00;23:59;;;;;;;\r\n"
        b"@5;9;Sum;0;1;50.00;Sum;;;;;;;;;;;\r\n"
        b"@5;9;Again;0;0;50.00;Again;;;00:00;;0;;;;;;\r\n"
    )
    read, troubles = Shtrihm().read_load(data.replace(b"$$$END", more + b"$$$END"), "g")
    assert read == load
    assert [str(one) for one in troubles] == [
        "g:11: field 10: this limit is not kept, so the discount is passed over",
        "g:12: fields 4 and 5: expected 0, a percentage",
        "g:13: the scheme has a discount without limits already",
    ]


async def test_an_unknown_record_is_named_and_the_file_kept(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        stand = await world.stand()
        folder = world.folder()
        folder.put_load(Load(cards=(Card(ANNA, accumulated=5_00),)))
        coupon = "$%;C1;Купон\r\n".encode("cp1251")
        data = folder.load.read_bytes().replace(b"$$$END", coupon + b"$$$END")
        folder.load.write_bytes(data)
        await stand.do(do.Scan(ANNA), groats(ONE // 1000))
        assert "goods.txt:8: unknown record '$%'" in stand.said
        assert stand.receipt.buyer
        assert stand.receipt.buyer.verified, "the rest of the file is read"
        assert folder.load.read_bytes() == data.replace(b"#", b"@", 3).replace(b"@@@@", b"##@@")

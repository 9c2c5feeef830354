"""The next level of a card: left to the system, offered at the total, or taken at once."""

from stand import Stand, demo_shop, make_stand

from cashier import commands as do
from cashier.exchange import UpgradeRequest
from cashier.receipt import TenderKind
from cashier.shop import Upgrade
from cashier.snapshot import AskLevel, State

FAMILY = (do.Scan("2900000000094"), do.ChooseCard("2900000000094"))
GOODS = do.AddGoods("10601")
CASH = TenderKind.CASH


async def begun(how: Upgrade) -> tuple[Stand, list[UpgradeRequest]]:
    shop = demo_shop()
    loyalty = shop.loyalty.model_copy(update={"upgrade": how})
    stand = make_stand(shop=shop.model_copy(update={"loyalty": loyalty}))
    house, asked = stand.till.workplace.backend, []

    class Counting:
        """The house; what it is asked about levels is counted."""

        def __getattr__(self, name: str) -> object:
            return getattr(house, name)

        async def upgrade_level(self, request: UpgradeRequest) -> object:
            asked.append(request)
            assert house
            return await house.upgrade_level(request)

    stand.till.workplace.backend = Counting()  # type: ignore[assignment]
    await stand.till.start()
    await stand.do(GOODS)
    for command in FAMILY:
        if command != FAMILY[1] or stand.till.now.question is not None:
            await stand.do(command)
    return stand, asked


async def test_automatic_asks_nothing() -> None:
    stand, asked = await begun(Upgrade.AUTOMATIC)
    await stand.do(do.Calculate(), do.TakeTender(CASH))
    assert (asked, stand.receipt.new_level) == ([], "")
    await stand.till.close()


async def test_an_offer_is_made_once_for_a_card_and_a_receipt() -> None:
    stand, asked = await begun(Upgrade.OFFER)
    await stand.do(do.Calculate())
    question = stand.till.now.question
    assert isinstance(question, AskLevel)
    assert (question.level, [it.confirm for it in asked]) == ("Platinum", [False])
    before = stand.receipt
    await stand.refused(do.TakeTender(CASH))
    await stand.do(do.Dismiss())
    assert (stand.receipt, stand.till.now.state) == (before, State.CALCULATED)
    await stand.do(do.BackToGoods(), do.Calculate())
    assert (stand.till.now.question, len(asked)) == (None, 1)
    await stand.do(do.UpgradeLevel(), do.UpgradeLevel())
    assert stand.receipt.new_level == "Platinum"
    assert stand.receipt.buyer and stand.receipt.buyer.card
    assert stand.receipt.buyer.card.level == "Platinum"
    await stand.do(do.TakeTender(CASH))
    assert "New level: Platinum" in str(stand.slips[-1].elements)
    await stand.till.close()


async def test_at_once_takes_it_and_prices_with_it() -> None:
    stand, asked = await begun(Upgrade.AT_ONCE)
    await stand.do(do.Calculate())
    assert (stand.till.now.question, stand.till.now.state) == (None, State.CALCULATED)
    assert (stand.receipt.new_level, [it.confirm for it in asked]) == ("Platinum", [True])
    earn = stand.receipt.applied.earn if stand.receipt.applied else 0
    assert earn == stand.receipt.total // 10, "ten per cent, as platinum earns"
    await stand.do(do.Calculate())
    assert len(asked) == 1
    await stand.do(do.Scan("2900000000018"))
    assert stand.receipt.new_level == "", "it was the level of another card"
    await stand.do(do.TakeTender(CASH))
    assert "Platinum" not in str(stand.slips[-1].elements)
    await stand.till.close()


async def test_silence_and_a_card_below_the_mark_hold_up_nothing() -> None:
    stand, asked = await begun(Upgrade.AT_ONCE)
    await stand.do(do.SetConnection(do.Connection.OFFLINE), do.Calculate())
    assert (stand.till.now.state, stand.receipt.level_asked) == (State.CALCULATED, "")
    await stand.do(do.SetConnection(do.Connection.ONLINE), do.Calculate())
    assert stand.receipt.new_level == "Platinum", "asked again when the system is there"
    await stand.do(do.CancelReceipt(), GOODS, do.Scan("2900000000018"), do.Calculate())
    assert (stand.receipt.new_level, stand.till.now.question) == ("", None)
    assert asked[-1].card == "2900000000018"
    await stand.till.close()

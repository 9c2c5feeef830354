"""What the loyalty system has not got yet: sent again, or given up with a reason."""

import pytest
from stand import Stand, demo_shop, make_stand

from cashier import commands as do
from cashier import exchange as ex
from cashier.errors import BadInput
from cashier.faults import Connection, Fault, FaultKind
from cashier.money import ONE
from cashier.receipt import TenderKind
from cashier.shop import Permissions, Right, Supervisor
from cashier.snapshot import AskSupervisor

ANNA = "2900000000018"
GROATS = do.AddGoods("10801", 5 * ONE)
PAY = do.TakeTender(TenderKind.CARD)
OFFLINE, ONLINE = do.SetConnection(Connection.OFFLINE), do.SetConnection(Connection.ONLINE)


def refused(times: int = 1) -> do.SetFault:
    return do.SetFault(
        Fault(
            kind=FaultKind.REFUSED,
            step="save_sale",
            times=times,
            reason=ex.Reason.BLOCKED,
            text="card [b]locked",
        )
    )


async def park(stand: Stand) -> str:
    """A sale that waited and was refused; its operation id."""
    await stand.do(OFFLINE, do.Scan(ANNA), GROATS, do.Calculate(), PAY, refused(), ONLINE)
    (entry,) = stand.till.workplace.outbox.entries()
    assert (entry.state, entry.cause) == ("parked", "card [b]locked")
    return entry.operation_id


async def test_a_refusal_of_the_queue_is_told_and_waits_for_a_person(stand: Stand) -> None:
    await park(stand)
    outbox = stand.till.workplace.outbox
    assert (outbox.waiting, outbox.parked) == (0, 1)
    assert "Receipt R0101-000001 is refused by the loyalty system. Blocked: card [b]locked" in (
        stand.said
    )
    await stand.do(do.Deliver())
    await stand.clock.move(seconds=10 * stand.till.workplace.shop.sending.every_seconds)
    assert outbox.parked == 1, "nobody asks again by himself"


async def test_it_is_sent_again_under_the_old_id_and_time(stand: Stand) -> None:
    name = await park(stand)
    closed = stand.receipt.closed_at
    await stand.clock.move(hours=5)
    heard: list[ex.SaveSaleRequest] = []
    assert stand.house is not None
    save = stand.house.save_sale

    async def listen(request: ex.SaveSaleRequest) -> object:
        heard.append(request)
        return await save(request)

    stand.house.save_sale = listen  # type: ignore[method-assign,assignment]
    await stand.do(do.SendAgain(name))
    (request,) = heard
    assert (request.operation_id, request.at, request.again) == (name, closed, True)
    assert stand.till.workplace.outbox.parked == 0
    sold = stand.till.workplace.journal.sale("R0101-000001")
    assert sold and sold.settled and sold.settled.earned > 0


async def test_the_first_try_says_that_it_is_the_first(stand: Stand) -> None:
    heard: list[bool] = []
    assert stand.house is not None
    save = stand.house.save_sale

    async def listen(request: ex.SaveSaleRequest) -> object:
        heard.append(request.again)
        return await save(request)

    stand.house.save_sale = listen  # type: ignore[method-assign,assignment]
    lost = Fault(kind=FaultKind.LOST_ANSWER, step="save_sale", times=2)
    await stand.do(do.SetFault(lost), GROATS, do.Calculate(), PAY, do.Deliver())
    assert heard == [False, True, True]


async def test_one_that_is_refused_again_is_parked_again(stand: Stand) -> None:
    name = await park(stand)
    await stand.do(refused(), do.SendAgain(name))
    (entry,) = stand.till.workplace.outbox.entries()
    assert (entry.state, entry.attempts) == ("parked", 3)


async def test_what_is_given_up_is_kept_with_the_reason(stand: Stand) -> None:
    name = await park(stand)
    assert isinstance(await stand.refused(do.CloseEntry(name, "  ")), BadInput)
    assert isinstance(await stand.refused(do.CloseEntry("nothing", "why")), BadInput)
    assert isinstance(await stand.refused(do.SendAgain("nothing")), BadInput)
    await stand.do(do.CloseEntry(name, " entered by hand "))
    desk = stand.till.workplace
    assert (desk.outbox.waiting, desk.outbox.parked) == (0, 0)
    rows = desk.journal.database.rows("SELECT operation_id, why FROM outbox_closed")
    assert rows == [(name, "entered by hand")]
    sold = desk.journal.sale("R0101-000001")
    assert sold and sold.settled and not sold.settled.pending


async def test_one_that_only_waits_may_be_given_up_as_well(stand: Stand) -> None:
    await stand.do(OFFLINE, GROATS, do.Calculate(), PAY)
    (entry,) = stand.till.workplace.outbox.entries()
    await stand.do(do.CloseEntry(entry.operation_id, "the buyer came back"), ONLINE)
    assert stand.till.workplace.outbox.entries() == []


async def test_giving_up_needs_a_supervisor_where_the_shop_card_says_so() -> None:
    rules = Permissions(needs=(Right.OUTBOX,), people=(Supervisor(name="Vera", pin="4321"),))
    stand = make_stand(shop=demo_shop().model_copy(update={"permissions": rules}))
    await stand.till.start()
    name = await park(stand)
    await stand.do(do.CloseEntry(name, "entered by hand"))
    question = stand.till.now.question
    assert isinstance(question, AskSupervisor)
    assert "R0101-000001" in question.text
    assert stand.till.workplace.outbox.parked == 1
    await stand.do(do.Allow("4321"))
    assert stand.till.workplace.outbox.parked == 0
    await stand.till.close()


async def test_the_queue_opens_a_system_that_was_away_at_the_start() -> None:
    made = make_stand()
    desk = made.till.workplace
    assert desk.plug is not None
    desk.plug.connection = Connection.OFFLINE
    await made.till.start()
    await made.do(GROATS, do.Calculate(), PAY)
    assert desk.system is None
    desk.plug.connection = Connection.ONLINE
    await made.clock.move(seconds=desk.shop.sending.every_seconds)
    for _turn in range(3):
        await made.do(do.Report())  # whatever takes its turn behind the sender
    assert desk.system is not None
    assert desk.outbox.waiting == 0
    await made.till.close()


@pytest.mark.parametrize("opened", [True, False])
async def test_who_sends_by_hand_hears_why_it_waits(opened: bool) -> None:
    stand = make_stand()
    desk = stand.till.workplace
    assert desk.plug is not None
    if not opened:
        desk.plug.connection = Connection.OFFLINE
    await stand.till.start()
    desk.plug.connection = Connection.OFFLINE
    await stand.do(GROATS, do.Calculate(), PAY)
    before = stand.said.count("The queue waits.")
    await stand.do(do.Deliver())
    assert stand.said.count("The queue waits.") == before + 1
    await stand.till.close()

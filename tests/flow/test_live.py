"""Guard rails: nothing is written to a live system before somebody said yes."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from stand import Stand, demo_shop, make_stand

from cashier import commands as do
from cashier import exchange as ex
from cashier import live, methods
from cashier.config import parse
from cashier.errors import ConfigError, NotNow
from cashier.faults import Connection, Fault, FaultKind, Plan
from cashier.fixtures import path
from cashier.journal import Journal
from cashier.methods import Method
from cashier.money import ONE
from cashier.opening import practising
from cashier.receipt import TenderKind
from cashier.shop import Permissions, Right, Shop, Supervisor, Upgrade
from cashier.snapshot import AskLive, AskResume, AskSupervisor, OfferRegistration, State
from cashier.uniform import Wrapper, call

ANNA, LEVEL = "2900000000018", "2900000000094"
GROATS = do.AddGoods("10801", 5 * ONE)
PAY = do.TakeTender(TenderKind.CARD)
LOST = Fault(kind=FaultKind.LOST_ANSWER, times=1)

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")


class Writes(Wrapper):
    """The system, and what was written to it."""

    def __init__(self, inner: ex.Backend) -> None:
        self._inner = inner
        self.written: list[str] = []

    @property
    def inner(self) -> ex.Backend:
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if methods.changes(method, request):
            self.written.append(method.name)
        return await call(self._inner, method, request)


class Live:
    """A till of a live shop, and what is written to its system."""

    def __init__(self, stand: Stand, writes: Writes) -> None:
        self.stand, self.writes = stand, writes

    @property
    def question(self) -> object:
        return self.stand.till.now.question

    async def asked(self, command: do.Command) -> None:
        """The till asks before this command, and nothing has happened."""
        before, written = self.stand.till.now, list(self.writes.written)
        await self.stand.do(command)
        assert isinstance(self.question, AskLive)
        assert self.question.command == command
        assert self.question.before == before.question
        assert self.stand.till.now.receipt == before.receipt
        assert self.writes.written == written


def opened(journal: Journal | None = None, **shop: object) -> Live:
    writes: list[Writes] = []

    def around(house: ex.Backend) -> ex.Backend:
        writes.append(Writes(house))
        return writes[-1]

    fields = {"live": True, **shop}
    stand = make_stand(shop=demo_shop().model_copy(update=fields), around=around, journal=journal)
    desk = stand.till.workplace
    assert desk.backend is not None
    desk.backend = live.Guard(desk.backend, lambda: desk.agreed)
    return Live(stand, writes[-1])


@pytest.fixture
def shop() -> Live:
    return opened()


async def test_the_first_sale_asks_and_nothing_is_written_before_the_yes(shop: Live) -> None:
    stand = shop.stand
    await stand.till.start()
    await stand.do(do.Scan(ANNA), GROATS, do.Calculate(), do.PayPoints(1000))
    assert shop.question is None, "looking and calculating write nothing"
    await shop.asked(PAY)
    await stand.do(do.Dismiss())
    assert (shop.question, stand.till.now.state) == (None, State.CALCULATED)
    await shop.asked(PAY)
    await stand.do(do.ConfirmLive())
    assert stand.is_in(State.FINISHED)
    assert shop.writes.written == ["save_sale"]
    await stand.do(GROATS, do.Calculate(), PAY)
    assert shop.writes.written == ["save_sale"] * 2, "asked once in every run"
    await stand.till.close()


async def test_every_run_asks_anew(shop: Live) -> None:
    await shop.stand.till.start()
    await shop.stand.do(GROATS, do.Calculate(), PAY, do.ConfirmLive())
    await shop.stand.till.close()
    again = opened()
    await again.stand.till.start()
    await again.stand.do(GROATS, do.Calculate())
    await again.asked(PAY)
    await again.stand.till.close()


async def test_the_question_of_the_sale_is_open_again_afterwards(shop: Live) -> None:
    stand = shop.stand
    await stand.till.start()
    await stand.do(do.Scan("+79001239999"))
    offered = shop.question
    assert isinstance(offered, OfferRegistration)
    form = do.Register(phone="+79001239999", name="New Person")
    await shop.asked(form)
    await stand.do(do.Dismiss())
    assert shop.question == offered
    await shop.asked(form)
    await stand.do(do.ConfirmLive())
    assert not isinstance(shop.question, AskLive | OfferRegistration)
    assert shop.writes.written[0] == "register"
    await stand.till.close()


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ((do.Scan(LEVEL), GROATS), do.UpgradeLevel(confirm=True)),
        ((GROATS, do.Calculate()), do.TakeTender(TenderKind.CASH, 100)),
        ((GROATS, do.Calculate()), do.Scan("9800000000010")),
        ((), do.Deliver()),
        ((), do.SendAgain("x")),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_what_may_write_asks(
    shop: Live, before: tuple[do.Command, ...], command: do.Command
) -> None:
    await shop.stand.till.start()
    await shop.stand.do(*before)
    await shop.asked(command)
    await shop.stand.till.close()


async def test_a_level_that_is_taken_at_once_asks_before_the_total() -> None:
    loyalty = demo_shop().loyalty.model_copy(update={"upgrade": Upgrade.AT_ONCE})
    shop = opened(loyalty=loyalty)
    await shop.stand.till.start()
    await shop.stand.do(do.Scan(LEVEL), GROATS)
    await shop.asked(do.Calculate())
    await shop.stand.do(do.ConfirmLive())
    assert shop.writes.written == ["upgrade_level"]
    await shop.stand.till.close()


async def test_a_supervisor_comes_after_the_yes() -> None:
    rules = Permissions(needs=(Right.RETURN,), people=(Supervisor(name="Vera", pin="4321"),))
    shop = opened(permissions=rules)
    stand = shop.stand
    await stand.till.start()
    await stand.do(GROATS, do.Calculate(), PAY, do.ConfirmLive())
    stand.till.workplace.agreed = False
    await stand.do(do.FindSale(number=stand.receipt.number), do.ReturnAll())
    await shop.asked(do.Refund())
    await stand.do(do.ConfirmLive())
    assert isinstance(shop.question, AskSupervisor)
    assert shop.writes.written == ["save_sale"]
    await stand.do(do.Allow("4321"))
    assert shop.writes.written == ["save_sale", "save_return"]
    await stand.till.close()


async def test_the_queue_waits_for_the_yes_beside_the_till_as_well(shop: Live) -> None:
    stand = shop.stand
    desk = stand.till.workplace
    await stand.till.start()
    assert desk.plug is not None
    desk.plug.connection = Connection.OFFLINE  # no trainer: the line is dead
    await stand.do(GROATS, do.Calculate(), PAY, do.ConfirmLive())
    assert desk.outbox.waiting == 1
    desk.plug.connection = Connection.ONLINE
    desk.agreed = False
    before = len(stand.events)
    for _turn in range(3):
        await stand.clock.move(seconds=desk.shop.sending.every_seconds)
    assert (desk.outbox.waiting, shop.writes.written) == (1, [])
    assert stand.events[before:] == []
    await shop.asked(do.Deliver())
    await stand.do(do.ConfirmLive())
    assert (desk.outbox.waiting, shop.writes.written) == (0, ["save_sale"])
    await stand.till.close()


async def test_what_slips_past_the_question_is_stopped_at_the_exchange(
    shop: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_may_write", lambda *_anything: False)  # a command forgot to ask
    stand = shop.stand
    await stand.till.start()
    await stand.do(GROATS, do.Calculate(), PAY)
    assert stand.is_in(State.FINISHED)
    assert stand.till.workplace.outbox.waiting == 1
    assert shop.writes.written == []
    assert "Nothing is written to the live loyalty system before you agree." in stand.said
    await stand.till.close()


async def test_a_receipt_left_open_with_points_held_asks_before_they_go_back(
    tmp_path: Path,
) -> None:
    first = opened(Journal.open(tmp_path / "journal.db"))
    stand = first.stand
    await stand.till.start()
    many = do.AddGoods("10801", 20 * ONE)
    await stand.do(do.Scan("2900000000032"), many, do.Calculate())
    await first.asked(do.PayPoints(40_000))
    await stand.do(do.ConfirmLive())
    await stand.do(do.EnterCode(stand.code))
    assert stand.receipt.hold
    stand.till.workplace.journal.close()
    second = opened(Journal.open(tmp_path / "journal.db"))
    await second.stand.till.start()
    left, resume = second.question, do.ResumeReceipt(keep=True)
    assert isinstance(left, AskResume)
    journal = second.stand.till.workplace.journal
    await second.asked(resume)
    await second.stand.do(do.Dismiss())
    assert second.question == left
    assert journal.open_receipt() == (left.state, left.receipt), "nothing is lost by it"
    await second.asked(resume)
    await second.stand.do(do.ConfirmLive())
    assert second.writes.written == ["release"]
    assert second.stand.till.now.question is None
    assert not second.stand.receipt.hold
    await second.stand.till.close()


@pytest.mark.parametrize(
    "command",
    [
        do.SetFault(LOST),
        *(do.SetConnection(one) for one in Connection if one is not Connection.ONLINE),
    ],
)
async def test_a_live_shop_takes_no_faults(shop: Live, command: do.Command) -> None:
    await shop.stand.till.start()
    assert isinstance(await shop.stand.refused(command), NotNow)
    plan = shop.stand.till.workplace.plug
    assert plan is not None and (plan.armed, plan.connection) == (0, Connection.ONLINE)
    await shop.stand.till.close()


def test_a_live_till_does_not_start_with_faults() -> None:
    shop = demo_shop().model_copy(update={"live": True})
    with pytest.raises(ConfigError, match="live"):
        live.check_faults(shop, Plan([LOST]))
    live.check_faults(shop, Plan())
    live.check_faults(demo_shop(), Plan([LOST]))


def test_a_shop_is_for_training_or_live() -> None:
    text = path("shop.toml").read_text(encoding="utf-8")
    with pytest.raises(ConfigError, match="training, or live"):
        parse("live = true\ntraining = true\n" + text, Shop, "shop.toml")
    shop = parse("live = true\n" + text, Shop, "shop.toml")
    assert shop.live and not practising(shop).live


@pytest.mark.parametrize("ours", [True, False])
async def test_a_system_of_another_currency_is_sold_without(ours: bool) -> None:
    class Foreign(Wrapper):
        def __init__(self, inner: ex.Backend) -> None:
            self._inner = inner

        @property
        def inner(self) -> ex.Backend:
            return self._inner

        async def ask(self, method: Method[Q, A], request: Q) -> A:
            answer = await call(self._inner, method, request)
            if isinstance(answer, ex.System):
                return answer.model_copy(update={"currency": "RUB" if ours else "EUR"})
            return answer

    stand = make_stand(around=Foreign)
    await stand.till.start()
    await stand.do(GROATS, do.Calculate(), PAY, do.Deliver())
    said = "The loyalty system reckons in EUR, this shop in RUB: sold without it."
    assert (said in stand.said) is not ours
    assert stand.till.workplace.outbox.waiting == (0 if ours else 1), "not mixed later either"
    await stand.till.close()


async def test_the_training_mark_and_the_currency_go_to_the_system() -> None:
    heard: list[ex.Opening] = []

    class Hears(Writes):
        async def ask(self, method: Method[Q, A], request: Q) -> A:
            if isinstance(request, ex.Opening):
                heard.append(request)
            return await super().ask(method, request)

    make: Callable[[ex.Backend], ex.Backend] = Hears
    stand = make_stand(shop=practising(demo_shop()), around=make)
    await stand.till.start()
    assert heard == [ex.Opening(shop="01", till="01", currency="RUB", digits=2, training=True)]
    await stand.till.close()

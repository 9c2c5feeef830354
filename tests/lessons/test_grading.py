"""What a trainee does is right when his till is where the file leads, however he came there."""

import random
from pathlib import Path

import pytest
from lessons.taught import Desk, lesson

from cashier import commands as do
from cashier import fixtures
from cashier.errors import ConfigError
from cashier.events import CustomerSaid, DroppedIn
from cashier.lessons.attempt import Done, Mode
from cashier.lessons.lesson import Lesson
from cashier.lessons.scoring import score
from cashier.receipt import Identifier, IdentifierKind, TenderKind
from cashier.scenario.model import Scenario
from cashier.scenario.reading import load

BREAD, RYE = "4600000000015", "4600000000022"
CARD = "2900000000025"
SALE = f"""
- say: A loaf and two rye breads.
  hint: Scan them.
  scan: "{BREAD}"
- scan: {{code: "{RYE}", quantity: 2}}
- say: The card.
  hint: Scan it.
  identify: {{card: "{CARD}"}}
- say: The total, please.
  calculate:
- say: She gives 500.
  tender: {{cash: 500}}
"""


@pytest.fixture
def sale() -> Scenario:
    return lesson(SALE)


def who(number: str = CARD) -> do.Identify:
    return do.Identify(Identifier(IdentifierKind.CARD, number))


CASH = do.TakeTender(TenderKind.CASH, 50_000)


async def test_as_the_file_has_it_is_all_right(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale, Mode.EXAM)
    await desk.as_the_file_has_it()
    assert desk.grading.task is None
    assert [it.done for it in desk.results] == [Done.RIGHT] * 4
    assert score(desk.grading.attempt) == 100
    assert desk.kept[-1].finished is not None
    assert desk.kept[0].finished is None, "it is kept from the beginning"
    await desk.leave()


async def test_another_way_is_as_right(sale: Scenario) -> None:
    """Other order, other quantity of scans, a scanned card, the sku in place of the code."""
    desk = await Desk.sit_down(sale)
    await desk.do(do.Scan(RYE), do.AddGoods("10101"), do.Scan(RYE))
    assert desk.grading.place == 1
    await desk.do(do.Scan(CARD))
    await desk.do(do.Calculate(), CASH)
    assert desk.grading.task is None
    assert all(it.in_order for it in desk.results)
    await desk.leave()


async def test_a_wrong_turn_is_told_and_can_be_undone(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale)
    await desk.do(do.Scan(BREAD), do.Scan(BREAD))
    assert "more than asked for" in desk.grading.said
    assert desk.grading.undo()
    await desk.settle()
    receipt = desk.stage.now.receipt
    assert receipt is not None
    assert [(line.sku, line.quantity) for line in receipt.lines] == [("10101", 1000)]
    await desk.do(do.Scan(RYE, 2000))
    assert desk.grading.place == 1
    (wrong,) = desk.results[0].wrong
    assert (wrong.words, wrong.undone, wrong.money) == (f"scan: {BREAD}", True, False)
    await desk.leave()


async def test_a_wrong_turn_can_be_mended_at_the_till(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale, Mode.EXAM)
    await desk.do(do.Scan(BREAD), do.Scan("4600000000039"))
    assert not desk.grading.undo(), "not in an exam"
    await desk.do(do.VoidLine(2), do.Scan(RYE, 2000))
    assert desk.grading.place == 1
    assert [one.undone for one in desk.results[0].wrong] == [False]
    await desk.leave()


async def test_the_same_mistake_is_told_once(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale)
    await desk.do(do.Scan("4600000000039"), do.Scan(BREAD), do.Scan(RYE))
    assert len(desk.results[0].wrong) == 1
    await desk.leave()


async def test_the_total_before_the_card_is_too_early(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale)
    await desk.do(do.Scan(BREAD), do.Scan(RYE, 2000), do.Calculate())
    assert desk.grading.place == 1
    assert "total" in desk.grading.said
    await desk.do(who())
    assert desk.grading.place == 1, "the total stands where goods should"
    await desk.do(do.BackToGoods())
    assert desk.grading.place == 2
    await desk.leave()


async def test_wrong_money_is_a_mistake_in_money_and_final(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale)
    await desk.do(do.Scan(BREAD), do.Scan(RYE, 2000), who(), do.Calculate())
    await desk.do(do.TakeTender(TenderKind.CARD))
    assert desk.grading.stuck
    assert "bank card" in desk.grading.said
    assert desk.results[3].wrong[0].money
    desk.grading.undo()
    await desk.settle()
    await desk.do(CASH)
    assert desk.grading.task is None
    await desk.leave()


async def test_what_is_lost_in_the_last_task_is_told_before_the_money_is_taken(
    sale: Scenario,
) -> None:
    """A till is bare after a sale; it may not be before."""
    desk = await Desk.sit_down(sale)
    await desk.do(do.Scan(BREAD), do.Scan(RYE, 2000), who(), do.Calculate())
    for command, said in (
        (do.ForgetBuyer(), "The customer is not on"),
        (do.VoidLine(1), "wheat bread, 400 g is gone"),
        (do.SuspendReceipt(), "not to be put aside"),
        (do.CancelReceipt(), "is gone"),
    ):
        await desk.do(command)
        assert said in desk.grading.said, command
        assert desk.grading.undo()
        await desk.settle()
        assert desk.stage.now.state.value == "calculated"
    await desk.do(CASH)
    assert desk.grading.task is None
    assert [it.money for it in desk.results[3].wrong] == [False] * 4
    await desk.leave()


async def test_a_coupon_and_points_that_are_taken_off_are_told() -> None:
    desk = await Desk.sit_down(
        lesson(f"""
        - say: Goods, the card, a coupon.
          scan: "{BREAD}"
        - identify: {{card: "{CARD}"}}
        - coupon: SPRING10
        - calculate
        - pay_points: 10
        - say: Cash.
          tender: {{cash: 500}}
        """)
    )
    await desk.do(do.Scan(BREAD), who(), do.ApplyCoupon("SPRING10"), do.Calculate())
    await desk.do(do.PayPoints(1000))
    assert desk.grading.place == 1
    await desk.do(do.UndoPoints())
    assert "0.00 points are spent, asked for are 10.00" in desk.grading.said
    desk.grading.undo()
    await desk.settle()
    await desk.do(do.RemoveCoupon("SPRING10"))
    assert "SPRING10 is gone" in desk.grading.said
    await desk.leave()


async def test_a_question_that_is_put_off_is_told_and_a_refused_key_does_no_task() -> None:
    desk = await Desk.sit_down(
        lesson(f"""
        - say: The phone.
          identify: {{phone: "+79001234501"}}
        - say: The code.
          confirm: from-phone
        - say: What does bread cost?
          check_price: "{BREAD}"
        - say: She leaves it.
          dismiss:
        """)
    )
    await desk.do(do.Identify(Identifier(IdentifierKind.PHONE, "+79001234501")))
    assert desk.grading.place == 1
    await desk.do(do.Dismiss())
    assert "without an answer" in desk.grading.said
    desk.grading.undo()
    await desk.settle()
    await desk.do(do.EnterCode(desk.stage.code), do.CheckPrice(BREAD))
    assert desk.grading.place == 3
    await desk.do(do.Calculate())
    assert desk.grading.place == 3
    assert desk.results[3].wrong_keys == 1
    await desk.do(do.Dismiss())
    assert desk.grading.task is None
    await desk.leave()


async def test_in_an_exam_the_program_goes_on_after_a_dead_end(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale, Mode.EXAM)
    await desk.do(do.Scan(BREAD), do.Scan(RYE, 2000), do.Calculate(), CASH)
    assert desk.results[1].done is Done.SKIPPED
    assert desk.grading.place == 2, "the card was forgotten; the till is where it is not"
    receipt = desk.stage.now.receipt
    assert receipt is not None
    assert receipt.buyer is not None
    await desk.do(do.Calculate(), CASH)
    assert desk.grading.task is None
    assert 0 < score(desk.grading.attempt) < 80
    await desk.leave()


async def test_skipping_and_hints(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale)
    assert desk.grading.hint() == "Scan them."
    assert desk.grading.hint() == do.Scan(BREAD)
    desk.grading.skip()
    await desk.settle()
    assert desk.grading.place == 1
    assert desk.results[0].done is Done.SKIPPED
    assert desk.results[0].hints == 2
    for _task in range(3):
        desk.grading.skip()
        await desk.settle()
    assert desk.grading.task is None
    assert score(desk.grading.attempt) == 0
    await desk.leave()


async def test_the_last_hint_is_what_comes_next_at_this_till(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale)
    desk.grading.hint()
    assert desk.grading.hint() == do.Scan(BREAD)
    await desk.do(do.Scan(BREAD))
    assert desk.grading.hint() == do.Scan(RYE, 2000)
    await desk.do(do.AddGoods("10102"))
    assert desk.grading.hint() == do.Scan(RYE, 2000), "off the way of the file: what is not done"
    await desk.leave()


async def test_what_is_done_without_a_trace_is_not_hinted_at_again() -> None:
    desk = await Desk.sit_down(
        lesson(f"""
        - say: Ask two prices, then the phone.
          check_price: "{BREAD}"
        - dismiss
        - expect_refused: {{coupon: NOSUCH}}
        - identify: {{phone: "+79001234501"}}
        - confirm: from-phone
        """)
    )
    phone = do.Identify(Identifier(IdentifierKind.PHONE, "+79001234501"))
    for command in (do.CheckPrice(BREAD), do.Dismiss(), do.ApplyCoupon("NOSUCH"), phone):
        assert desk.grading.hint() == command
        await desk.do(command)
    assert desk.grading.hint() == do.EnterCode(desk.stage.code)
    await desk.do(do.EnterCode(desk.stage.code))
    assert desk.grading.task is None
    await desk.leave()


async def test_a_task_may_be_begun_anew() -> None:
    """The trainer's side in the middle of it, and what must be heard, as well."""
    desk = await Desk.sit_down(
        lesson(f"""
        - say: Ask a price; then the plug is pulled.
          check_price: "{BREAD}"
        - dismiss
        - scan: "{BREAD}"
        - connection: offline
        - scan: "{RYE}"
        - say: Out with it.
          cancel_receipt:
        """)
    )
    assert not desk.grading.can_begin_anew
    await desk.do(do.CheckPrice(BREAD), do.Dismiss(), do.Scan(BREAD))
    assert connection(desk) == "offline"
    assert desk.grading.begin_anew()
    await desk.settle()
    assert (connection(desk), desk.stage.now.receipt) == ("online", None)
    assert not desk.grading.can_begin_anew
    await desk.do(do.Scan(BREAD), do.Scan(RYE))
    assert desk.grading.place == 0, "the price was not asked for"
    await desk.do(do.CheckPrice(BREAD))
    assert desk.grading.hint() == do.Dismiss()
    await desk.do(do.Dismiss())
    assert desk.grading.place == 1
    await desk.leave()


async def test_the_total_without_the_card_is_told_within_a_task_too() -> None:
    steps = f"""
    - say: Bread, the card, cash.
      scan: "{BREAD}"
    - identify: {{card: "{CARD}"}}
    - calculate
    - tender: {{cash: 500}}
    """
    desk = await Desk.sit_down(lesson(steps))
    await desk.do(do.Scan(BREAD), do.Calculate())
    assert "The customer is not on the receipt." in desk.grading.said
    await desk.do(who(), CASH)
    assert desk.grading.task is None
    assert len(desk.results[0].wrong) == 1
    await desk.leave()


async def test_no_hints_in_an_exam(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale, Mode.EXAM)
    assert desk.grading.hint() == ""
    assert desk.results[0].hints == 0
    await desk.leave()


async def test_refused_commands_are_wrong_keys(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale)
    await desk.do(do.Calculate(), do.Scan("1"), do.Scan(BREAD))
    assert desk.results[0].wrong_keys == 2
    assert desk.results[0].wrong == ()
    await desk.leave()


async def test_time_is_that_of_the_task(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale)
    desk.watch.seconds = 30
    await desk.do(do.Scan(BREAD), do.Scan(RYE, 2000))
    desk.watch.seconds = 45
    assert [it.seconds for it in desk.results[:2]] == [30, 15]
    await desk.leave()


REFUSED = """
- say: A coupon that is over.
  expect_refused: {coupon: WINTER15, reason: expired}
- say: The price of bread, only asked.
  check_price: "4600000000015"
- dismiss
- say: The connection goes in the middle of it.
  scan: "4600000000015"
- connection: offline
- identify: {card: "2900000000025"}
- connection: online
- say: Out with it.
  cancel_receipt:
"""


def connection(desk: Desk) -> str:
    plug = desk.stage.desk.plug
    assert plug is not None
    return plug.connection.value


async def test_a_refusal_that_the_task_wants_is_right() -> None:
    desk = await Desk.sit_down(lesson(REFUSED))
    await desk.do(do.ApplyCoupon("NOSUCH"))
    assert desk.grading.place == 0
    assert desk.results[0].wrong_keys == 1
    await desk.do(do.Scan("winter15"))
    assert desk.grading.place == 1
    await desk.do(do.CheckPrice(RYE), do.CheckPrice("10101"), do.Dismiss())
    assert desk.grading.place == 1, "of other goods than asked"
    await desk.do(do.CheckPrice(BREAD), do.Dismiss())
    assert desk.grading.place == 2
    await desk.do(do.Scan(BREAD))
    assert connection(desk) == "offline", "the trainer's side, in the middle"
    await desk.do(who())
    assert connection(desk) == "online"
    assert desk.grading.place == 3
    await desk.do(do.CancelReceipt())
    assert desk.grading.task is None
    await desk.leave()


async def test_a_refused_return_may_come_in_pieces_but_not_of_something_else() -> None:
    steps = f"""
    - say: Sell bread.
      scan: "{BREAD}"
    - calculate
    - tender: cash
      as: sale
    - say: She brings it back.
      return: {{of: sale, lines: [1], quantity: 1}}
    - say: And once more. Is that possible?
      expect_refused: {{return: {{of: sale, lines: [1], quantity: 1}}}}
    - say: A code that no goods have.
      expect_refused: {{scan: "4600009999999"}}
    """
    desk = await Desk.sit_down(lesson(steps))
    await desk.do(do.Scan(BREAD), do.Calculate(), do.TakeTender(TenderKind.CASH))
    assert desk.grading.place == 1
    number = desk.stage.now.receipt.number if desk.stage.now.receipt else ""
    await desk.do(do.FindSale(number), do.ReturnLine(1, 1000), do.Refund(TenderKind.CASH))
    assert desk.grading.place == 2
    await desk.do(do.ApplyCoupon("NOSUCH"))
    assert desk.grading.place == 2
    await desk.do(do.FindSale(number))
    assert desk.grading.place == 3
    await desk.do(do.Scan("4600009999982"), do.CheckPrice("4600009999999"))
    assert desk.grading.place == 3
    await desk.do(do.Scan("4600009999999"))
    assert desk.grading.task is None
    await desk.leave()


async def test_a_code_is_told_again_on_a_fresh_stage() -> None:
    steps = """
    - say: The phone, and the code.
      identify: {phone: "+79001234501"}
    - confirm: from-phone
    - scan: "10101"
    """
    desk = await Desk.sit_down(lesson(steps))
    phone = do.Identify(Identifier(IdentifierKind.PHONE, "+79001234501"))
    await desk.do(phone, do.EnterCode("0"))
    await desk.do(do.EnterCode(desk.stage.code), do.Scan(RYE))
    assert desk.grading.said
    desk.grading.undo()
    await desk.settle()
    receipt = desk.stage.now.receipt
    assert receipt is not None
    assert receipt.buyer is not None
    assert receipt.buyer.verified
    await desk.do(do.AddGoods("10101"))
    assert desk.grading.task is None
    assert desk.results[0].wrong_keys == 1
    await desk.leave()


def test_what_asks_for_nothing_is_said_with_the_next() -> None:
    made = Lesson.of(lesson("- say: One.\n- say: Two.\n  scan: '1'\n- say: Good-bye."))
    assert [task.text for task in made.tasks] == ["One. Two."]
    assert made.closing == "Good-bye."
    with pytest.raises(ConfigError, match="a lesson has tasks"):
        Lesson.of(lesson("- scan: '1'"))


LESSONS = sorted(fixtures.path("lessons/en").glob("*.yaml"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
async def test_the_lessons_of_the_demo_can_be_passed(path: Path) -> None:
    for seed in (0, 7):
        desk = await Desk.sit_down(load(path, seed)[0], Mode.EXAM)
        await desk.as_the_file_has_it()
        assert score(desk.grading.attempt) == 100
        await desk.leave()


@pytest.mark.parametrize("path", LESSONS[::4], ids=lambda path: path.stem)
async def test_whatever_else_is_done_nobody_is_stuck(path: Path) -> None:
    """Random commands among the right ones: never above 100 %, and always an end."""
    dice = random.Random(path.stem)
    others: list[do.Command] = [
        do.Scan("4600000000039"), do.Calculate(), do.BackToGoods(), do.RepeatLine(),
        do.ApplyCoupon("NOSUCH"), do.VoidLine(1), do.ForgetBuyer(), do.Dismiss(),
        do.TakeTender(TenderKind.CARD), who(), do.CancelReceipt(),
    ]  # fmt: skip
    desk = await Desk.sit_down(load(path)[0], Mode.EXAM)
    for _turn in range(60):
        if desk.grading.task is None:
            break
        await desk.do(dice.choice(others))
    while desk.grading.task is not None:
        desk.grading.skip()
        await desk.settle()
    attempt = desk.grading.attempt
    assert attempt.finished is not None
    assert len(attempt.tasks) == len(desk.grading.lesson.tasks)
    assert score(attempt) < 100
    await desk.leave()


@pytest.mark.parametrize("path", LESSONS[1::5], ids=lambda path: path.stem)
async def test_whoever_blunders_and_takes_hints_gets_through(path: Path) -> None:
    """Random commands between the right ones: wrong turns are taken back, and the last hints lead
    on from wherever the till is."""
    dice = random.Random(f"blunders {path.stem}")
    others: list[do.Command] = [
        do.Scan("4600000000039"), do.Calculate(), do.BackToGoods(), do.RepeatLine(),
        do.ApplyCoupon("SPRING10"), do.VoidLine(1), do.ForgetBuyer(), do.Dismiss(), who(),
        do.TakeTender(TenderKind.CARD), do.TakeTender(TenderKind.CASH, 5000), do.CancelReceipt(),
        do.SuspendReceipt(), do.UndoPoints(), do.CheckPrice("10101"), do.RecallReceipt(),
    ]  # fmt: skip
    desk = await Desk.sit_down(load(path)[0])
    grading = desk.grading
    place = turns = 0
    while grading.task is not None:
        place, turns = grading.place, turns + 1 if grading.place == place else 0
        assert turns < 100, grading.task.text
        if grading.undo():
            await desk.settle()
        elif turns < 10 and dice.random() < 0.4:
            await desk.do(dice.choice(others))
        elif isinstance(hint := grading.hint(), str):
            grading.begin_anew()
            await desk.settle()
        else:
            await desk.do(hint)
    assert {task.done for task in desk.results} == {Done.RIGHT}
    assert score(grading.attempt) < 100
    await desk.leave()


async def drop_in(desk: Desk, command: do.Command) -> None:
    """As the instructor's seat does."""
    await desk.stage.till.do(command)
    desk.stage.desk.events.tell(DroppedIn(command))
    await desk.settle()


async def test_nobody_is_blamed_for_what_an_instructor_does(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale, Mode.EXAM)
    await desk.do(do.Scan(BREAD), do.Scan(RYE, 2000))
    await drop_in(desk, do.SetConnection(do.Connection.OFFLINE))
    await desk.do(do.Scan("4600000000039"), do.VoidLine(3), do.Scan(CARD))
    assert desk.grading.place == 2, "the card is only a number now, and right"
    await desk.do(do.Calculate(), CASH)
    assert desk.grading.task is None
    assert score(desk.grading.attempt) == 100
    await desk.leave()


async def test_after_the_trouble_it_is_judged_again(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale, Mode.EXAM)
    await drop_in(desk, do.SetConnection(do.Connection.OFFLINE))
    await drop_in(desk, do.SetConnection(do.Connection.ONLINE))
    await desk.do(do.Scan(BREAD), do.Scan(RYE, 2000))
    await desk.do(do.Scan("4600000000039"))
    assert "is not asked for" in desk.grading.said
    assert [len(it.wrong) for it in desk.results[:2]] == [0, 1]
    await desk.leave()


async def test_skipping_what_an_instructor_spoilt_costs_nothing(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale, Mode.EXAM)
    desk.stage.desk.events.tell(CustomerSaid("I have changed my mind."))
    await desk.settle()
    desk.grading.skip()
    await desk.settle()
    assert desk.results[0].done is Done.RIGHT
    await desk.leave()


async def test_a_trainee_who_pulls_the_plug_himself_is_judged(sale: Scenario) -> None:
    desk = await Desk.sit_down(sale, Mode.EXAM)
    await desk.do(do.Scan(BREAD), do.Scan(RYE, 2000))
    await desk.do(do.SetConnection(do.Connection.OFFLINE), do.Scan(CARD))
    assert desk.results[1].wrong
    await desk.leave()

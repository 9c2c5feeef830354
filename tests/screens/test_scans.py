"""A scanner is told from a hand by its speed, and its code finds the right field."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seat import Seat, Sit
from stand import Stand, demo_shop, make_stand
from textual.events import Key

from cashier.keys import Scanner
from screens.hearing import Ears
from screens.scans import Scan, Scans

BREAD, RYE = "4600000000015", "4600000000022"
VERA, FAMILY = "2900000000032", "9001234509"


class Line:
    """An input line, and somebody who types on it at times of his own."""

    def __init__(self, scans: Scans | None = None) -> None:
        self.scans = scans or Scans()
        self.text, self.time = "", 100.0
        self.found: list[str] = []
        self.entered: list[str] = []

    def type(self, text: str, every: float, *, after: float = 1.0) -> "Line":
        """``after`` so many seconds, each character ``every`` so many; a line feed is Enter."""
        for place, character in enumerate(text):
            self.time += every if place else after
            self._put(self.scans.over(self.time, self.text))
            if character == "\n":
                if not self._put(self.scans.key("enter", self.time, self.text)):
                    self.entered.append(self.text)
                    self.text = ""
            elif not self._put(
                self.scans.character(character, self.time, self.text, len(self.text))
            ):
                self.text += character
        return self

    def _put(self, scan: Scan | None) -> bool:
        if scan is not None:
            self.found.append(scan.code)
            self.text = scan.text
        return scan is not None


def test_a_scan_beside_half_typed_text_leaves_it_alone() -> None:
    line = Line().type("bre", 0.1).type(f"{BREAD}\n", 0.005)
    assert (line.found, line.text, line.entered) == ([BREAD], "bre", [])
    line.type("ad\n", 0.1)
    assert line.entered == ["bread"]


def test_a_hand_is_never_taken_for_a_scanner() -> None:
    assert not Line().type("10000000 some long text\n", 0.1).found
    assert not Line().type("0000000000\n", 0.03).found  # a key held down
    assert not Line().type("12345\n", 0.005).found
    assert not Line().type("123456", 0.005).type("\n", 0.1).found


def test_a_slow_link_tears_no_scan_apart() -> None:
    line = Line().type("12", 0.1).type("4", 0).type(BREAD[1:], 0.001, after=0.1)
    assert line.type("\n", 0, after=0.1).found == [BREAD]
    assert line.text == "12"


def test_what_changes_the_line_meanwhile_is_not_undone() -> None:
    line = Line().type(BREAD[:8], 0.005)
    line.text = "taken by something else"
    assert not line.type("\n", 0, after=0.005).found
    assert line.entered == ["taken by something else"]


@pytest.mark.parametrize(
    ("scanner", "sent", "code"),
    [
        (Scanner(prefix="~"), f"~{BREAD}\n", BREAD),
        (Scanner(prefix="~"), "~12\n", "12"),
        (Scanner(prefix="]C1"), f"]C1{BREAD}\n", BREAD),
        (Scanner(suffix=";"), f"{BREAD};", BREAD),
        (Scanner(suffix="#!"), f"{BREAD}#!", BREAD),
        (Scanner(least=10), f"{BREAD}\n", BREAD),
    ],
)
def test_prefix_and_suffix_are_settings(scanner: Scanner, sent: str, code: str) -> None:
    line = Line(Scans(**scanner.model_dump())).type("12", 0.1).type(sent, 0.005)
    assert (line.found, line.text, line.entered) == ([code], "12", [])


def test_tab_ends_a_scan_where_the_scanner_sends_it() -> None:
    for suffix, scanned in (("tab", True), ("enter", False)):
        line = Line(Scans(suffix=suffix)).type(BREAD, 0.005)
        assert (line.scans.key("tab", line.time + 0.005, line.text) is not None) is scanned


def test_silence_ends_a_scan_where_the_scanner_sends_nothing() -> None:
    line = Line(Scans(suffix="none")).type("12", 0.1).type(BREAD, 0.005)
    assert line.scans.over(line.time + 0.1, line.text) is None
    assert line.type("3", 0).found == [BREAD]
    assert line.text == "123"


def test_a_line_feed_behind_the_return_of_a_scan_is_no_enter_of_its_own() -> None:
    line = Line().type(f"{BREAD}\n", 0.005)
    assert not line.scans.repeats("enter", line.time + 0.005)
    assert line.scans.repeats("ctrl+j", line.time + 0.005)
    assert not line.scans.repeats("ctrl+j", line.time + 0.5)


codes = st.text("0123456789ABCDEFabcdef-", min_size=6, max_size=20).filter(
    lambda code: len(set(code)) > 1
)
parts = st.lists(
    st.one_of(
        st.tuples(st.just("hand"), st.text("abc 12,", min_size=1, max_size=12)),
        st.tuples(st.just("enter"), st.just("\n")),
        st.tuples(st.just("scan"), codes),
    ),
    max_size=12,
)


@given(parts, st.floats(0.0, 0.034), st.floats(0.06, 0.5), st.floats(0.145, 3))
def test_nothing_typed_is_lost_or_reordered_between_scans(
    mixture: list[tuple[str, str]], fast: float, slow: float, between: float
) -> None:
    line = Line()
    for who, text in mixture:
        if who == "scan":
            line.type(f"{text}\n", fast, after=between)
        else:
            line.type(text, slow, after=between)
    by_hand = "".join(text for who, text in mixture if who != "scan")
    assert line.found == [text for who, text in mixture if who == "scan"]
    assert "\n".join([*line.entered, line.text]) == by_hand


@given(st.text(min_size=1, max_size=40), st.lists(st.floats(0.045, 2), min_size=41, max_size=41))
def test_twenty_characters_a_second_are_still_a_hand(text: str, pauses: list[float]) -> None:
    line = Line()
    for character, pause in zip(f"{text}\n", pauses, strict=False):
        line.type(character, 0, after=pause)
    assert not line.found


# --- in the till


class Hand:
    """Keys with times of their own, sent to the app."""

    def __init__(self, seat: Seat) -> None:
        self.seat, self.time = seat, 1000.0

    async def type(self, text: str, every: float = 0.12) -> None:
        for letter in text:
            self.time += every
            key = Key({" ": "space", "\n": "enter"}.get(letter, letter), letter)
            if letter == "\n":
                key = Key("enter", "\r")
            key.time = self.time
            self.seat.app.post_message(key)
        await self.seat.settle()

    async def scan(self, text: str, end: str = "\n") -> None:
        self.time += 1
        await self.type(text + end, 0.004)


def with_scanner(**settings: object) -> Stand:
    scanner = Scanner.model_validate(settings)
    return make_stand(shop=demo_shop().model_copy(update={"scanner": scanner}))


async def test_a_scan_goes_past_half_typed_text(sit: Sit) -> None:
    async with sit() as seat:
        hand = Hand(seat)
        await hand.type("ry")
        assert seat.screen.found.rows
        await hand.scan(BREAD)
        assert [line.code for line in seat.stand.receipt.lines] == [BREAD]
        assert seat.screen.input.text == "ry"
        assert seat.screen.found.rows
        await hand.scan(VERA)
        assert seat.stand.receipt.buyer is not None
        await hand.type("e\n")
        assert [line.code for line in seat.stand.receipt.lines][1:] == [RYE]


async def test_a_quantity_typed_by_hand_goes_with_the_scan(sit: Sit) -> None:
    async with sit() as seat:
        hand = Hand(seat)
        await hand.type("3*")
        await hand.scan(BREAD)
        assert [line.quantity for line in seat.stand.receipt.lines] == [3000]
        assert seat.screen.input.text == ""


async def test_a_scan_goes_past_the_question_how_much(sit: Sit) -> None:
    async with sit() as seat:
        hand = Hand(seat)
        await hand.scan(BREAD)
        await seat.type("<f6>")
        await hand.type("1")
        await hand.scan(RYE)
        assert seat.prompt.startswith("Quantity of Polevoy")
        await hand.type("2\n")
        assert [line.quantity for line in seat.stand.receipt.lines] == [12000, 1000]
        await seat.type("<f9>")
        assert seat.prompt == "Cash received"
        await hand.type("50")
        await hand.scan(RYE)
        assert (seat.prompt, seat.state) == ("Code, phone or e-mail", "selling")
        assert seat.screen.input.text == "50"


async def test_a_scan_answers_the_prompt_that_asks_for_it(sit: Sit) -> None:
    async with sit() as seat:
        hand = Hand(seat)
        await hand.scan(BREAD)
        await seat.type("<f2>")
        await hand.scan(RYE)
        assert seat.prompt.startswith("Customer's card")
        assert len(seat.stand.receipt.lines) == 2
        await hand.scan(VERA)
        assert seat.prompt == "Code, phone or e-mail"
        assert seat.stand.receipt.buyer is not None
        await seat.type("<f3>")
        await hand.scan("NOSUCH1")
        assert seat.prompt == "Coupon or promo code"
        await hand.scan("SPRING10")
        assert [coupon.code for coupon in seat.stand.receipt.coupons] == ["SPRING10"]


async def test_an_unknown_scan_beside_typed_text_says_so_and_keeps_the_text(sit: Sit) -> None:
    async with sit() as seat:
        hand = Hand(seat)
        await hand.type("12")
        await hand.scan("4600000000039999")
        assert seat.message.startswith("×")
        assert seat.screen.input.text == "12"


async def test_a_scan_costs_no_try_of_the_confirmation_code(sit: Sit) -> None:
    async with sit() as seat:
        hand = Hand(seat)
        await hand.scan(FAMILY)
        question = seat.till.now.question
        await hand.scan(BREAD)
        assert "not a confirmation code" in seat.message
        assert seat.till.now.question == question
        await hand.type(f"{seat.stand.code}\n")
        assert seat.till.now.question != question


async def test_what_scanners_add_is_taken_off(sit: Sit) -> None:
    async with sit(stand=with_scanner(prefix="~", suffix="tab")) as seat:
        hand = Hand(seat)
        await hand.type("1")
        await hand.scan(f"~{BREAD}", "")
        tab = Key("tab", "\t")
        tab.time = hand.time + 0.004
        seat.app.post_message(tab)
        await seat.settle()
        assert [line.code for line in seat.stand.receipt.lines] == [BREAD]
        assert seat.screen.input.text == "1"


async def test_silence_is_heard_by_a_clock(sit: Sit) -> None:
    async with sit(stand=with_scanner(suffix="none")) as seat:
        alarms: list[Callable[[], None]] = []
        now = [0.0]
        seat.screen.ears = Ears(
            seat.desk, lambda _seconds, wake: alarms.append(wake), clock=lambda: now[0]
        )
        hand = Hand(seat)
        await hand.scan(BREAD, "")
        assert seat.screen.input.text == BREAD
        assert len(alarms) == 1
        now[0] = hand.time + 0.05
        alarms.pop()()  # woken too early, it waits on
        assert len(alarms) == 1
        now[0] = hand.time + 0.15
        alarms.pop()()
        await seat.settle()
        assert [line.code for line in seat.stand.receipt.lines] == [BREAD]
        assert (seat.screen.input.text, alarms) == ("", [])


async def test_a_fast_line_that_is_no_code_is_entered_as_typed(sit: Sit) -> None:
    async with sit() as seat:
        await Hand(seat).scan("Dvorik rye")
        assert seat.stand.receipt.lines[0].name.startswith("Dvorik rye")


async def test_scans_one_after_another_lose_nothing(sit: Sit) -> None:
    async with sit() as seat:
        hand = Hand(seat)
        await hand.type("9")
        for _place in range(5):
            await hand.scan(BREAD)
            await hand.scan(RYE)
        assert [line.code for line in seat.stand.receipt.lines] == [BREAD, RYE] * 5
        assert seat.screen.input.text == "9"

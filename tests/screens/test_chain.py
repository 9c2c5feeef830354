"""The chain of loyalty systems: drawn, walked through, put into other orders, and asked in time."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from linked import FIVE, Arithmetic, Linked, Ring, off, per_cent, ring, whole
from seat import Seat
from stand import MORNING, Stand, make_stand
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from backends.faults import Faulty
from cashier import fixtures, i18n
from cashier.clock import Clock, ManualClock, counted_ids
from cashier.commands import Calculate, CancelReceipt, Command, OpenShift, Scan
from cashier.exchange import Backend, Unavailable
from cashier.faults import Plan
from cashier.links import Link, State
from cashier.opening import Place, open_till
from cashier.receipt import Discount, Receipt, Source, line_of
from cashier.till import Till
from screens.app import TillApp
from screens.chain.chain_screen import ChainScreen
from screens.chain.way import Way
from screens.comfort import LARGE
from screens.deeds import BY_ID
from screens.dialogs.pages import why_page
from screens.dialogs.reading import Reading
from screens.showing import Amounts
from screens.text import width

GOODS = ("4600000000015", "3*4600000000022", "4600000000237")
SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "ru"])
ODD = "[/b] [bold] \x1b[2J \u202e ✂️ 漢字 "

NINE = (
    ring("set10-1", "Set10: суммируемые не всегда, не округление, не начисление", per_cent(1000)),
    ring("set-api", "Set API", off(500)),
    Ring(
        Link("manzana", "Manzana", "manzana", emulated=True),
        trouble=(State.IDLE, "не зарегистрирован во внешних системах"),
    ),
    Ring(
        Link("smart-checkout", "Smart Checkout", "smart-checkout", emulated=True),
        trouble=(State.DOWN, "не ответил за 5 секунд, и чек пошёл дальше без него"),
    ),
    ring("loymax", "Loymax", per_cent(500), emulated=True),
    Ring(
        Link("kopilka", "Kopilka", "kopilka"),
        trouble=(State.CONTAINED, "скидка больше цены: строка 2 не считается"),
    ),
    ring("set-machine", "Set Machine", off(100)),
    ring("set10-2", "Set10: суммируемые всегда, не округление", per_cent(300)),
    ring("set10-3", "Set10: округление", whole, last=True),
)
"""All that a shop may have, as its people call it."""


def chained(chain: Arithmetic) -> Stand:
    return make_stand(around=lambda house: Linked(house, chain))


@asynccontextmanager
async def sit_down(
    size: tuple[int, int] = (80, 24),
    *,
    language: str = "en",
    chain: Arithmetic | None = None,
    goods: Sequence[str] = GOODS,
    theme: str = "dark",
    large: bool = False,
) -> AsyncIterator[Seat]:
    """At a till whose loyalty system is a chain, with goods on the receipt."""
    stand = chained(chain or Arithmetic())
    app = TillApp(lambda _training: stand.till, language=language, theme_name=theme, large=large)
    async with app.run_test(size=size) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        await seat.enter(*goods)
        yield seat
    i18n.set_language("en")


async def look(seat: Seat) -> ChainScreen:
    await seat.type("<ctrl+f10>")
    assert isinstance(seat.app.screen, ChainScreen)
    await answered(seat)
    return seat.app.screen


async def answered(seat: Seat) -> None:
    """Until everything that the chain was asked is answered and drawn."""
    for worker in [one for one in seat.app.workers if one.group in ("prices", "search")]:
        with suppress(WorkerCancelled):
            await worker.wait()
    await seat.settle()


async def act(seat: Seat, *keys: str) -> None:
    for key in keys:
        await seat.type(key)
        await answered(seat)


def titles(shown: ChainScreen) -> list[str]:
    return [link.title for link, _passed in shown.way.seen]


def told(shown: ChainScreen) -> list[str]:
    """What stands beside the picture."""
    return ["".join(text for text, _ink in row).rstrip() for row in shown.telling.rows]


def facts(shown: ChainScreen) -> dict[str, tuple[str, str]]:
    return {label: (value, ink) for label, value, ink in shown.money._shown[3]}


def receipt_of(seat: Seat) -> Receipt:
    return seat.stand.receipt


# --- when it can be looked at


async def test_only_a_loyalty_system_that_is_a_chain_lights_the_key() -> None:
    plain = make_stand()
    app = TillApp(lambda _training: plain.till, language="en")
    async with app.run_test() as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, plain)
        await seat.settle()
        assert not seat.desk.lit(BY_ID["chain"])
        await seat.type("<ctrl+f10>")
        assert seat.app.screen is seat.screen
        assert "Chain: not now, or not in this shop" in seat.message
    async with sit_down() as seat:
        assert seat.desk.lit(BY_ID["chain"])
        await seat.type("<f11>")
        assert "The chain of loyalty systems" not in seat.seen(), "F11 tells why, on a receipt"
        await seat.type("<escape>", "<ctrl+o>")
        assert "The chain of loyalty systems" in seat.seen()


async def test_esc_and_its_own_key_put_it_away() -> None:
    async with sit_down() as seat:
        for key in ("<escape>", "<ctrl+f10>"):
            await look(seat)
            await seat.type(key)
            assert seat.app.screen is seat.screen


# --- the picture


@SIZES
@LANGUAGES
@pytest.mark.parametrize("goods", [GOODS, ()], ids=["goods", "empty"])
async def test_nothing_is_cut_without_a_sign_and_everything_stands_in_its_column(
    size: tuple[int, int], language: str, goods: tuple[str, ...]
) -> None:
    async with sit_down(size, language=language, chain=Arithmetic(NINE), goods=goods) as seat:
        shown = await look(seat)
        for one in NINE:
            for row in seat.rows():
                assert width(row) == size[0]
            cut = shown.boxes.size.width
            for row in seat.rows()[-20:]:
                assert row[:cut].rstrip().endswith(("┐", "┤", "│", "┘", "█")) or "│" not in row
            assert one.link.title in " ".join(told(shown)).replace("  ", " "), "whole, beside it"
            await seat.type("<down>")
        lines = shown.keys.content_size.height
        assert lines == len(shown.keys.content.plain.splitlines()) <= 3
        if goods:
            await act(seat, "o")
            for row in seat.rows():
                assert width(row) == size[0]


async def test_each_link_is_a_box_in_order_with_its_state_and_its_sums() -> None:
    async with sit_down((140, 45), chain=Arithmetic(NINE)) as seat:
        shown = await look(seat)
        seen = seat.seen()
        assert "1 ✓ passed" in seen and "3 · idle" in seen
        assert "4 × no answer" in seen and "6 ! contained" in seen
        assert seen.count("~ emulated") == 3
        assert "330.50 → 297.45" in seen and "-33.05" in seen
        assert shown.money.sum == "255.00"
        await seat.type("<down>", "<down>")
        assert "· idle: не зарегистрирован во внешних системах" in told(shown)
        assert any("nobody has published" in row for row in told(shown))
        await seat.type("<down>")
        assert "× no answer: не ответил за 5 секунд, и чек пошёл дальше без него" in told(shown)
        await seat.type("<end>")
        assert "It rounds the whole: its place is at the end." in told(shown)


async def test_where_there_is_little_room_a_box_has_two_rows_and_the_selected_one_is_in_sight() -> (
    None
):
    async with sit_down(chain=Arithmetic(NINE)) as seat:
        await look(seat)
        assert "3 ~ Manzana" in seat.seen() and "Set10: округление" not in seat.seen()
        await seat.type("<end>")
        assert "9 Set10: округление" in seat.seen() and "257.35 → 255.00" in seat.seen()
        await seat.type("<home>")
        assert "1 Set10: суммируемые" in seat.seen()


async def test_a_link_tells_every_price_that_it_changed() -> None:
    async with sit_down((140, 45)) as seat:
        shown = await look(seat)
        await seat.type("<down>")
        assert [row.split("  ")[0] for row in told(shown) if row[:1].isdigit()] == [
            "2", "1. Polevoy wheat bread, 400 g", "2. Dvorik rye bread, 500 g",
            "3. Chicken eggs C1, pack of 10",
        ]  # fmt: skip
        rows = [row.split() for row in told(shown)]
        at = rows.index(["1.", "Polevoy", "wheat", "bread,", "400", "g"])
        assert rows[at + 1 : at + 5] == [
            ["Price", "before", "44.91"],
            ["So", "much", "off", "-5.00"],
            ["4491", "-", "500"],
            ["Price", "after", "39.91"],
        ]
        assert ["The", "receipt", "before", "it", "297.45"] in rows


async def test_a_long_story_is_read_on_and_the_next_link_begins_at_its_head() -> None:
    async with sit_down() as seat:
        shown = await look(seat)
        assert "Chicken eggs" not in seat.seen()
        await seat.type("<pagedown>")
        assert "Chicken eggs" in seat.seen() and shown.telling.top > 0
        await seat.type("<pageup>", "<pagedown>", "<down>")
        assert shown.telling.top == 0


async def test_a_link_is_chosen_with_the_mouse() -> None:
    async with sit_down((140, 45)) as seat:
        shown = await look(seat)
        await seat.pilot.click("#chain-boxes", offset=(5, 7))
        await seat.settle()
        assert shown.way.place == 2 and told(shown)[0] == "3  Loymax"


async def test_without_goods_the_chain_alone_is_shown_and_goods_are_asked_for() -> None:
    async with sit_down(goods=()) as seat:
        shown = await look(seat)
        assert titles(shown) == [one.link.title for one in FIVE]
        assert "Scan goods" in seat.seen() and not shown.money.display
        await act(seat, "<plus>", "o", "b", "w", "a")
        assert not shown.way.changed and "→" not in seat.seen()
        await seat.type("<down>")
        assert told(shown)[0] == "2  Set API"


async def test_a_chain_without_links_is_a_sentence() -> None:
    async with sit_down(chain=Arithmetic(())) as seat:
        await look(seat)
        await act(seat, "<down>", "<plus>", "<end>")
        assert "The chain has no links." in seat.seen()


async def test_two_hundred_links_are_walked_through() -> None:
    rings = [ring(f"l{n}", f"Link number {n}", off(1)) for n in range(200)]
    async with sit_down(chain=Arithmetic(rings)) as seat:
        shown = await look(seat)
        await act(seat, "<end>")
        assert "200 Link number 199" in seat.seen()
        await act(seat, "<minus>", "<home>")
        assert "1 Link number 0" in seat.seen()
        assert shown.way.order[-2:] == ("l199", "l198")


async def test_foreign_text_is_never_markup_and_moves_nothing() -> None:
    odd = Ring(Link("odd", ODD * 3, ODD), trouble=(State.DOWN, ODD * 9))
    chain = Arithmetic((odd, *FIVE))
    chain.rings = (odd, ring("x", ODD, lambda price: (ODD * 4, ODD * 9, price - 1), last=True))
    async with sit_down(chain=chain) as seat:
        await look(seat)
        for key in ("<down>", "<minus>", "o", "w"):
            await act(seat, key)
            for row in seat.rows():
                assert "\x1b" not in row and width(row) == 80
        assert "[/b] [bold]" in seat.seen()


# --- other orders


@pytest.mark.parametrize("keys", [("ctrl+up", "ctrl+down"), ("minus", "plus")])
async def test_the_selected_link_is_moved_and_the_difference_seen_at_once(
    keys: tuple[str, str],
) -> None:
    earlier, later = (f"<{key}>" for key in keys)
    async with sit_down() as seat:
        shown = await look(seat)
        assert shown.money.sum == "258.00"
        assert facts(shown) == {
            "Before the chain": ("330.50", "row"),
            "As configured": ("258.00", "row"),
            "Difference": ("0.00", "dim"),
        }
        assert "as configured" in seat.rows()[0]
        await act(seat, "<down>", earlier)
        assert titles(shown)[:2] == ["Set API", "Set10: not always summed, not rounding"]
        assert shown.way.place == 0, "the link that was moved stays selected"
        assert shown.money.sum == "261.00"
        assert facts(shown)["Difference"] == ("+3.00", "bad")
        assert "another order, only to look at" in seat.rows()[0]
        await act(seat, earlier)
        assert shown.money.sum == "261.00", "it is the first already"
        await act(seat, later)
        assert not shown.way.changed and facts(shown)["Difference"] == ("0.00", "dim")


async def test_a_cheaper_order_is_good_news() -> None:
    dear = (ring("sum", "A sum off", off(500)), ring("cent", "Per cent", per_cent(1000)))
    async with sit_down(chain=Arithmetic(dear)) as seat:
        shown = await look(seat)
        await act(seat, "<plus>")
        value, ink = facts(shown)["Difference"]
        assert value.startswith("-") and ink == "good"


async def test_a_rounding_link_that_leaves_the_end_is_warned_of() -> None:
    async with sit_down() as seat:
        shown = await look(seat)
        assert "rounds the whole" not in shown.message.content.plain
        await act(seat, "<end>", "<minus>")
        warning = "! “Set10: rounding” rounds the whole: its place is at the end."
        assert shown.message.content.plain == warning
        assert facts(shown)["Difference"] == ("+0.99", "bad")
        await act(seat, "r")
        assert shown.message.content.plain == "" and not shown.way.changed
        assert shown.way.place == 4, "the same link is selected"


@pytest.mark.parametrize(("best", "worst", "reset"), [("b", "w", "r"), ("И", "ц", "к")])
async def test_the_best_and_the_worst_order_are_named_and_drawn(
    best: str, worst: str, reset: str
) -> None:
    async with sit_down((140, 45)) as seat:
        shown = await look(seat)
        await act(seat, "o")
        rows = [" ".join(row.split()) for row in told(shown)]
        assert rows[0] == "The best for the customer 258.00"
        assert rows[2] == "1 Set10: not always summed, not rounding"
        assert "The worst for the customer 261.00" in rows
        assert "against the configured order +3.00" in rows
        assert rows[-2:] == ["None is cheaper than the configured order.", "Tried 24 orders of 24."]
        await act(seat, worst)
        assert titles(shown)[0] == "Set API" and shown.money.sum == "261.00"
        assert facts(shown)["Difference"] == ("+3.00", "bad")
        await act(seat, best)
        assert shown.money.sum == "258.00"
        await act(seat, worst, reset)
        assert not shown.way.changed
        await act(seat, "<escape>")
        assert told(shown)[0].startswith("1  Set10"), "the first Esc goes back to the link"
        await act(seat, "<escape>")
        assert seat.app.screen is seat.screen


async def test_orders_that_cost_the_same_say_so() -> None:
    same = [ring(f"l{n}", f"Link {n}", off(100)) for n in range(3)]
    async with sit_down(chain=Arithmetic(same)) as seat:
        shown = await look(seat)
        await act(seat, "o")
        assert "Every order that was tried costs the same." in told(shown)


async def test_looking_changes_nothing_at_the_till() -> None:
    async with sit_down() as seat:
        before = seat.till.now
        await look(seat)
        await act(seat, "<plus>", "w", "b", "r", "<escape>", "<escape>")
        assert seat.till.now == before


async def test_all_orders_are_asked_about_at_the_same_time_of_day() -> None:
    chain = Arithmetic()
    async with sit_down(chain=chain) as seat:
        await look(seat)
        await seat.stand.clock.move(seconds=3600)
        await act(seat, "<plus>", "o")
        assert len({at for at, _order in chain.asked}) == 1
        assert len(chain.asked) == 3


async def test_what_was_answered_is_not_asked_again_until_it_is_wanted_anew() -> None:
    chain = Arithmetic()
    async with sit_down(chain=chain) as seat:
        await look(seat)
        await act(seat, "<plus>", "<minus>", "<plus>", "b", "w", "r")
        assert len(chain.asked) == 3, "two orders, and the best and the worst"
        await act(seat, "a")
        assert len(chain.asked) == 4


# --- time passes


async def test_the_screen_lives_while_it_asks_and_an_old_answer_is_not_shown() -> None:
    chain = Arithmetic()
    async with sit_down(chain=chain) as seat:
        shown = await look(seat)
        chain.open.clear()
        await seat.type("<plus>")
        assert "Asking what this order costs" in seat.seen()
        assert shown.money.sum == "…" and facts(shown)["Difference"] == ("…", "dim")
        await seat.type("<plus>", "<down>")
        order = shown.way.order
        assert order.index("set10-1") == 2 and shown.way.place == 3
        chain.open.set()
        await answered(seat)
        assert set(shown.way.known) == {shown.way.configured, order}, "the order between is let go"
        assert shown.money.sum == Amounts().money(chain.way(receipt_of(seat), order).total)
        assert "Asking" not in seat.seen()


async def test_the_way_back_to_a_known_order_ends_the_question() -> None:
    chain = Arithmetic()
    async with sit_down(chain=chain) as seat:
        shown = await look(seat)
        chain.open.clear()
        await seat.type("<plus>", "r")
        assert shown.money.sum == "258.00" and "Asking" not in seat.seen()
        chain.open.set()
        await answered(seat)
        assert set(shown.way.known) == {shown.way.configured}


async def test_esc_does_not_wait_for_the_best_order_and_moving_forgets_the_wish() -> None:
    chain = Arithmetic()
    async with sit_down(chain=chain) as seat:
        shown = await look(seat)
        chain.open.clear()
        await seat.type("w")
        assert "Trying the orders…   Esc: do not wait" in seat.seen()
        await seat.type("<escape>")
        assert seat.app.screen is shown and "Trying" not in seat.seen()
        await seat.type("w", "<plus>")
        assert "Asking what this order costs" in seat.seen()
        moved = shown.way.order
        chain.open.set()
        await answered(seat)
        assert shown.way.order == moved and shown.way.orders is None


async def test_leaving_while_it_asks_leaves_nothing_behind() -> None:
    chain = Arithmetic()
    async with sit_down(chain=chain) as seat:
        await look(seat)
        chain.open.clear()
        await seat.type("<plus>", "<escape>")
        assert seat.app.screen is seat.screen
        chain.open.set()
        await answered(seat)
        assert seat.app.screen is seat.screen


async def test_a_chain_that_cannot_answer_says_why_and_is_asked_anew() -> None:
    chain = Arithmetic()
    async with sit_down(chain=chain) as seat:
        shown = await look(seat)
        chain.trouble = Unavailable("down")
        await act(seat, "<plus>")
        assert "× The loyalty system is not reachable" in seat.seen()
        assert shown.money.sum == "…"
        await act(seat, "o")
        assert "× The loyalty system is not reachable" in seat.seen()
        assert not shown.telling_orders
        chain.trouble = None
        await act(seat, "a")
        assert "not reachable" not in seat.seen() and shown.money.sum == "261.00"


async def test_goods_that_an_instructor_drops_in_pass_the_chain_too() -> None:
    async with sit_down(goods=GOODS[:1]) as seat:
        shown = await look(seat)
        first = shown.money.sum
        await act(seat, "<plus>")
        await seat.till.do(Scan(GOODS[2]))
        await answered(seat)
        assert shown.money.sum != first and shown.way.changed
        assert shown.receipt == receipt_of(seat)
        await seat.till.do(CancelReceipt())
        await answered(seat)
        assert not shown.money.display and "Scan goods" in seat.seen()
        assert not shown.way.changed


async def test_the_chain_of_a_real_shop_adds_up_to_what_its_till_asks_for(tmp_path: Path) -> None:
    card = str(fixtures.path("shop-set10.toml"))

    def make_till(_training: bool) -> Till:
        place = Place.of(card, str(tmp_path), "en")
        return open_till(place, plugged, clock=ManualClock(MORNING), ids=counted_ids())

    app = TillApp(make_till, language="en", theme_name="dark")
    async with app.run_test(size=(140, 45)) as pilot:
        await app.ready.wait()
        assert app.till is not None
        day: list[Command] = [OpenShift(0), *map(Scan, GOODS), Calculate()]
        for command in day:
            await app.till.do(command)
        await pilot.pause()
        await pilot.press("ctrl+f10")
        shown = app.screen
        assert isinstance(shown, ChainScreen)
        for worker in [one for one in app.workers if one.group == "prices"]:
            await worker.wait()
        receipt, passage = app.till.now.receipt, shown.way.usual
        assert receipt is not None and passage is not None
        assert passage.total == receipt.total < passage.before == receipt.amount
        assert [one.link.last for one in passage.passed][-1]
        await pilot.press("escape", "up", "f11")
        await pilot.pause()
        assert isinstance(app.screen, Reading)
        givers = [one.system for one in receipt.lines[-1].discounts]
        told = [left for left, _detail, style in app.screen._rows if style == "caption"]
        assert told[:-1] == [f"{n}. {name}" for n, name in enumerate(dict.fromkeys(givers), 1)]


def plugged(make: Callable[[], Backend], clock: Clock) -> tuple[Backend, Plan]:
    found = Faulty(make, clock)
    return found, found.plan


# --- languages and type


async def test_large_type_makes_the_total_larger() -> None:
    async with sit_down((140, 45), large=True) as seat:
        shown = await look(seat)
        assert shown.has_class(LARGE) and shown.money.size.height > 9
        seat.app.comfort.toggle_large()
        await seat.type("<ctrl+p>", "<escape>")
        await seat.settle()
        assert shown.money.size.height == 3


def picture(compare: Any, size: tuple[int, int], *keys: str, theme: str = "dark") -> bool:
    stand = chained(Arithmetic())
    app = TillApp(lambda _training: stand.till, language="en", theme_name=theme)

    async def before(pilot: Pilot[None]) -> None:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        await seat.enter(*GOODS)
        await look(seat)
        await act(seat, *keys)

    same: bool = compare(app, terminal_size=size, run_before=before)
    return same


def test_a_link_out_of_its_place_in_a_small_terminal(snap_compare: Any) -> None:
    assert picture(snap_compare, (80, 24), "<end>", "<minus>")


def test_the_best_and_the_worst_in_a_large_terminal(snap_compare: Any) -> None:
    assert picture(snap_compare, (140, 45), "o", "w")


# --- the order that is looked at, without a screen


def test_no_move_loses_a_link() -> None:
    way = Way(tuple(one.link for one in FIVE))
    seen = {way.order}
    for turn in range(400):
        way.select(turn % 7 - 1)
        way.move((-1) ** (turn // 7))
        seen.add(way.order)
    assert seen <= set(permutations(way.configured)) and len(seen) > 20
    way.take(way.configured)
    assert not way.changed and not way.misplaced


# --- why this price


def whys(discounts: Sequence[Discount]) -> list[str]:
    line = replace(line_of(1, "1", "Tea", 6000, 2000), discounts=tuple(discounts))
    page = why_page(line, Amounts())
    assert isinstance(page, Reading)
    return [" ".join(f"{left} {detail}".split()) for left, detail, _style in page._rows]


def test_a_price_of_several_systems_is_walked_through_in_their_order() -> None:
    given = (
        Discount(Source.HAND, "hand", "By the cashier", 1000, "10.00 of 120.00"),
        Discount(Source.PROMOTION, "a", "Ten per cent", 1100, "10 % of 110.00", "Set10: first"),
        Discount(Source.COUPON, "b", "Coupon", 100, "", "Set10: first"),
        Discount(Source.PROMOTION, "c", "Five", 500, "", "Set API"),
        Discount(Source.POINTS, "points", "Points", 300, "", "The chain"),
    )
    assert whys(given) == [
        "2 × 60.00 120.00",
        "",
        "1. By hand",
        "Price before 120.00",
        "By the cashier -10.00",
        "10.00 of 120.00 · by hand",
        "Price after 110.00",
        "",
        "2. Set10: first",
        "Price before 110.00",
        "Ten per cent -11.00",
        "10 % of 110.00 · promotion",
        "Coupon -1.00",
        "coupon",
        "Price after 98.00",
        "",
        "3. Set API",
        "Price before 98.00",
        "Five -5.00",
        "promotion",
        "Price after 93.00",
        "",
        "4. Points spent",
        "Price before 93.00",
        "Points -3.00",
        "points spent",
        "Price after 90.00",
        "",
        "To pay for this line 90.00",
    ]


def test_a_price_of_one_system_is_told_as_ever() -> None:
    given = (
        Discount(Source.HAND, "hand", "By the cashier", 1000, "10.00 of 120.00"),
        Discount(Source.PROMOTION, "a", "Ten per cent", 1100, "10 % of 110.00", "Club"),
        Discount(Source.POINTS, "points", "Points", 300, "", "The shop's points"),
    )
    assert whys(given) == [
        "2 × 60.00 120.00",
        "By the cashier -10.00",
        "10.00 of 120.00 · by hand",
        "Ten per cent -11.00",
        "10 % of 110.00 · promotion · Club",
        "Points -3.00",
        "points spent · The shop's points",
        "",
        "To pay for this line 96.00",
    ]

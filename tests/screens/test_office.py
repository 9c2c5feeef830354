"""The back office at the keyboard: search, open, do, undo; everything in the smallest terminal."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import pytest
from seat import Sit
from stand import MORNING
from textual.events import Key
from textual.pilot import Pilot

from backends.house import HouseBackend
from backends.house.rules_file import RulesFile
from cashier import fixtures, i18n
from cashier.clock import ManualClock, counted_ids
from cashier.office import Office, Row, office_of
from screens.dialogs.choice import Choice
from screens.office.app import OfficeApp
from screens.office.form import Form
from screens.office.log_page import LogPage
from screens.office.office_screen import OfficeScreen
from screens.office.page import Page
from screens.office.record_page import RecordPage


class Clerk:
    """Somebody at the back office: types, and looks at the screen."""

    def __init__(self, app: OfficeApp, pilot: Pilot[None], office: Office) -> None:
        self.app, self.pilot, self.office = app, pilot, office

    async def type(self, *keys: str) -> None:
        """Names of keys in angle brackets, anything else letter by letter."""
        for key in keys:
            if key.startswith("<"):
                self.app.post_message(Key(key.strip("<>"), None))
            else:
                for letter in key:
                    name = {" ": "space"}.get(letter, letter)
                    self.app.post_message(Key(name, letter))
            await self.pilot.pause()

    @property
    def page(self) -> Page:
        assert isinstance(self.app.screen, Page)
        return self.app.screen

    @property
    def lists(self) -> OfficeScreen:
        assert isinstance(self.app.screen, OfficeScreen)
        return self.app.screen

    @property
    def said(self) -> str:
        return self.page.message.content.plain

    def listed(self) -> list[Row]:
        return list(self.lists.table.rows)

    def rows(self) -> list[str]:
        """The terminal, row by row, as it is seen."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    def seen(self) -> str:
        return "\n".join(self.rows())


@asynccontextmanager
async def at_work(
    folder: Path, size: tuple[int, int] = (80, 24), language: str = "en", more: int = 0
) -> AsyncIterator[Clerk]:
    i18n.set_language(language)
    file = RulesFile.open(fixtures.path("loyalty.toml"), folder / "loyalty.toml")
    clock = ManualClock(MORNING)
    house = HouseBackend(
        None, file.rules, clock=clock, ids=counted_ids(), phone=print, rules_file=file
    )
    office = office_of(house)
    assert office is not None
    add_customers(house, more)
    app = OfficeApp(office, "Olga", 2)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Clerk(app, pilot, office)
    await house.close()


def add_customers(house: HouseBackend, count: int) -> None:
    """As if they had come over the years."""
    from backends.house import accounts, people
    from backends.house.rules import CardRule

    club = house._club
    with club.store.changing() as db:
        for number in range(count):
            name, phone = f"Customer {number:05d} Name", f"+7911{number:07d}"
            account = people.new_customer(db, f"x{number}", name, phone, "", None)
            people.new_card(db, f"X{number:06d}", account, "start", CardRule.ACTIVE)
            accounts.credit(db, account, 100_00, 0, None, "seed", club.now)


async def test_letters_search_and_esc_lets_go(tmp_path: Path) -> None:
    async with at_work(tmp_path) as clerk:
        assert len(clerk.listed()) == 12
        await clerk.type("sok")
        assert [row.cells[0] for row in clerk.listed()] == ["Anna Sokolova"]
        assert "1 row" in clerk.seen()
        await clerk.type("zzz")
        assert "Nothing is found" in clerk.seen()
        await clerk.type(*["<backspace>"] * 3)
        assert len(clerk.listed()) == 1
        await clerk.type("<escape>")
        assert len(clerk.listed()) == 12
        await clerk.type("<escape>")
        assert not clerk.app.is_running or not isinstance(clerk.app.screen, Page)


@pytest.mark.parametrize(
    ("size", "language"), [((80, 24), "en"), ((80, 24), "ru"), ((140, 45), "ru")]
)
async def test_every_list_opens_every_kind_of_record(
    tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    async with at_work(tmp_path, size, language) as clerk:
        for section in clerk.office.sections():
            assert section.title in clerk.rows()[1]
            assert clerk.lists.section == section
            if clerk.listed():
                await clerk.type("<enter>")
                assert isinstance(clerk.app.screen, RecordPage)
                assert not clerk.said
                await clerk.type("<end>", "<escape>")
            await clerk.type("<f2>")
            if section.actions:
                form = clerk.app.screen
                assert isinstance(form, Form)
                box = form.query_one("#dialog")
                assert box.region.bottom <= size[1]
                assert box.size.height >= len(section.actions[0].fields)
                for field in section.actions[0].fields:
                    assert field.label in clerk.seen()
                await clerk.type("<escape>")
            elif isinstance(clerk.app.screen, RecordPage):
                await clerk.type("<escape>")
            await clerk.type("<tab>")
        assert clerk.lists.place == 0


async def test_a_customer_is_added_with_the_mistakes_that_people_make(tmp_path: Path) -> None:
    async with at_work(tmp_path) as clerk:
        await clerk.type("<f2>", "<enter>", "<enter>", "<enter>", "<enter>", "<enter>")
        assert "Name: must be filled in" in clerk.seen()
        await clerk.type("Zoe [/] Bar", "<enter>", "9001234501")
        await clerk.type("<down>", "<down>", "31.02.2000", "<enter>", "<enter>")
        assert "Birthday: not a day" in clerk.seen()
        await clerk.type(*["<backspace>"] * 10, "28.02.2000", "<enter>", "<enter>")
        assert "+79001234501 belongs to Anna Sokolova" in clerk.seen()
        await clerk.type("<backspace>", "<backspace>", "99", *["<enter>"] * 4)
        assert clerk.said == "✓ Customer Zoe [/] Bar was added."
        await clerk.type("zoe")
        assert [row.cells[1] for row in clerk.listed()] == ["+79001234599"]


async def test_a_card_is_blocked_from_its_customer_and_undone(tmp_path: Path) -> None:
    async with at_work(tmp_path) as clerk:
        await clerk.type("sokolova", "<enter>")
        assert "Anna Sokolova" in clerk.rows()[0]
        page = clerk.page
        assert isinstance(page, RecordPage)
        card = next(place for place, item in enumerate(page.lines.rows) if item.opens)
        await clerk.type(*["<down>"] * card, "<enter>")
        assert "Card 2900000000018" in clerk.rows()[0]
        await clerk.type("<f2>", "<enter>")
        assert isinstance(clerk.app.screen, Choice)
        await clerk.type("<enter>")
        assert clerk.said == "✓ Card 2900000000018 was blocked."
        await clerk.type("<escape>")
        assert "blocked" in clerk.seen()
        await clerk.type("<ctrl+z>")
        assert "Undo: Card 2900000000018 was blocked?" in clerk.seen()
        await clerk.type("<enter>")
        assert clerk.said.startswith("✓ Undone: Card 2900000000018")
        assert "blocked" not in "".join(clerk.rows()[1:-3])
        await clerk.type("<ctrl+z>")
        assert "nothing to undo" in clerk.said


async def test_points_are_given_and_the_log_shows_before_and_after(tmp_path: Path) -> None:
    async with at_work(tmp_path) as clerk:
        await clerk.type("kim", "<enter>", "<enter>", "<enter>")
        assert isinstance(clerk.app.screen, Form)
        await clerk.type("12,5", "<enter>", "<enter>", "a gift", "<enter>")
        assert clerk.said == "✓ 12.50 points were given to Boris Kim."
        assert "1 252.50" in clerk.seen()
        await clerk.type("<ctrl+l>")
        assert isinstance(clerk.app.screen, LogPage)
        assert "Olga" in clerk.seen()
        await clerk.type("<enter>")
        assert "1 240" in clerk.seen()
        assert "a gift" in clerk.seen()
        await clerk.type("<escape>", "<ctrl+z>", "<enter>")
        assert "Undone: 12.50 points" in clerk.said
        assert clerk.page.view.rows[1].quiet
        await clerk.type("<down>", "<ctrl+z>")
        assert "undone already" in clerk.said or "nothing to undo" in clerk.said
        await clerk.type("<escape>")
        assert "1 240" in clerk.seen()


async def test_a_promotion_is_changed_and_switched_off(tmp_path: Path) -> None:
    async with at_work(tmp_path) as clerk:
        await clerk.type("<shift+tab>", "<shift+tab>", "<shift+tab>", "fish", "<enter>")
        await clerk.type("<f2>", "<down>", "<enter>")
        await clerk.type("<backspace>", "8", "<enter>", "<enter>", "<enter>", "<enter>")
        assert "Promotion Fish season was changed." in clerk.said
        assert "yours are now in" in clerk.said
        assert "percent = 8\n" in (tmp_path / "loyalty.toml").read_text()
        await clerk.type("<f2>", "<enter>", "<enter>")
        assert "switched off" in clerk.said
        await clerk.type("<escape>", "<escape>")
        assert next(row for row in clerk.listed() if row.id == "winter-fish").quiet


async def test_a_series_of_coupons_is_made(tmp_path: Path) -> None:
    async with at_work(tmp_path) as clerk:
        await clerk.type("<left>", "<left>", "<f2>")
        assert "◂ Coupon for 300 ▸" in clerk.seen()
        await clerk.type("<right>", "<left>", "<enter>", "25", "<enter>", "7", *["<enter>"] * 3)
        assert clerk.said.startswith("✓ 25 coupons of kind Coupon for 300 made: 9927")
        await clerk.type("9927")
        assert len(clerk.listed()) == 25
        await clerk.type("<ctrl+z>", "<enter>")
        assert clerk.listed() == []


async def test_trouble_is_said_and_the_office_stays_open(tmp_path: Path) -> None:
    async with at_work(tmp_path) as clerk:
        await clerk.type("kim", "<enter>")
        own = tmp_path / "loyalty.toml"
        own.with_name("loyalty.toml.new").mkdir()
        await clerk.type("<escape>", "<escape>", *["<tab>"] * 4, "<enter>", "<f2>", "<enter>")
        await clerk.type("<enter>")
        assert clerk.said.startswith("×")
        assert "cannot be written" in clerk.said


async def test_it_opens_over_the_till_and_goes_back_to_it(sit: Sit) -> None:
    async with sit() as seat:
        office = office_of(seat.stand.house)
        assert office is not None
        seat.app.push_screen(OfficeScreen(office, "Olga"))
        await seat.type("sokolova", "<enter>")
        assert "470.50" in seat.seen()
        await seat.type("<escape>", "<escape>", "<escape>")
        assert seat.app.screen is seat.screen
        await seat.enter("2900000000018")
        assert "Anna Sokolova" in seat.screen.buyer.content.plain


async def test_the_help_names_every_key(tmp_path: Path) -> None:
    async with at_work(tmp_path) as clerk:
        await clerk.type("<f1>")
        for word in ("Ctrl+Z", "Ctrl+L", "F2", "search this list", "another list"):
            assert word in clerk.seen()


FRAME = 1000 / 60
"""Milliseconds."""


async def key_times(clerk: Clerk, keys: str) -> list[float]:
    """Milliseconds from each key to what it changed on screen."""
    times = []
    for letter in keys:
        started = time.perf_counter()
        clerk.lists.on_key(Key({" ": "space"}.get(letter, letter), letter))
        clerk.app.screen._compositor.render_strips()
        times.append((time.perf_counter() - started) * 1000)
    return times


@pytest.mark.parametrize("many", [1_000, 10_000])
async def test_a_key_is_answered_within_a_frame(tmp_path: Path, many: int) -> None:
    async with at_work(tmp_path, (140, 45), more=many) as clerk:
        assert len(clerk.listed()) == many + 12
        times = await key_times(clerk, "customer 0099")
        assert len(clerk.listed()) == {1_000: 11, 10_000: 111}[many]
        assert median(times) < FRAME

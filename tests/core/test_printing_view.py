"""The paper of the played printer on screen."""

from textual.app import App, ComposeResult
from textual.color import Color

from screens.themes import CONTRAST, DARK, PLAIN, themes
from screens.widgets.paper_view import PaperView


class Till(App[None]):
    def __init__(self, theme: str = DARK) -> None:
        super().__init__()
        for known in themes():
            self.register_theme(known)
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield PaperView(id="paper")

    @property
    def paper(self) -> PaperView:
        return self.query_one(PaperView)

    def rows(self) -> list[str]:
        view = self.paper
        return [view.render_line(y).text for y in range(view.size.height)]


SLIP = ["-" * 32, "Milk [/b]\x1b", "-" * 32]


async def test_the_paper_lies_in_the_middle_and_its_end_is_in_sight() -> None:
    app = Till()
    async with app.run_test(size=(60, 8)) as pilot:
        app.paper.show_slips([])
        assert "Nothing was printed yet" in "".join(app.rows())
        app.paper.show_slips([SLIP])
        assert app.rows()[1].index("Milk [/b]") == 14  # half of what is left, and the edge
        assert all(len(row) == 60 for row in app.rows())
        app.paper.show_slips([SLIP, ["second"], *[[f"slip {n}"] for n in range(9)]])
        assert [row.strip(" │█") for row in app.rows()] == [
            "", "slip 5", "", "slip 6", "", "slip 7", "", "slip 8",
        ]  # fmt: skip
        app.paper.scroll_rows(-100)
        assert "Milk" in app.rows()[1]
        await pilot.click("#paper", offset=(20, 1))
        assert app.paper.selected is None
        app.paper.show_slips([SLIP, ["the last"]])
        assert "the last" in "".join(app.rows())


async def test_ink_is_dark_on_light_in_every_theme() -> None:
    for theme in (DARK, CONTRAST, PLAIN):
        app = Till(theme)
        async with app.run_test(size=(60, 8)):
            app.paper.show_slips([["█▀ ▄"]])
            ink = next(part.style for part in app.paper.render_line(0) if "█▀" in part.text)
            assert ink is not None
            assert ink.color is not None
            assert ink.bgcolor is not None
            if theme == PLAIN:
                assert (ink.color.name, ink.bgcolor.name) == ("black", "bright_white")
            else:
                dark, light = Color.from_rich_color(ink.color), Color.from_rich_color(ink.bgcolor)
                assert dark.brightness < 0.3 < 0.9 < light.brightness


async def test_paper_that_is_wider_than_its_place_is_cut() -> None:
    app = Till()
    async with app.run_test(size=(12, 4)):
        app.paper.show_slips([SLIP])
        assert [len(row) for row in app.rows()] == [12] * 4
        assert "…" in app.rows()[0]

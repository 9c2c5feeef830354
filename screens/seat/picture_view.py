"""The trainee's screen in the instructor's: as it is, or what of it fits."""

from functools import lru_cache

from rich.errors import StyleSyntaxError
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from cashier.seat.protocol import Picture, RowParts
from screens.text import clean


class PictureView(Widget):
    """Empty rows give way first; what still does not fit is moved to with the arrows.

    The lower end is what is seen without that: there the trainee types and is told things.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.picture: Picture | None = None
        self.up = 0
        """Rows that are hidden below."""
        self.left = 0
        """Columns that are hidden at the left."""
        self._kept: tuple[int, ...] = ()
        """The rows that are shown or can be moved to."""

    def show(self, picture: Picture | None) -> None:
        self.picture = picture
        self._arrange()

    def on_resize(self) -> None:
        self._arrange()

    def move(self, *, up: int = 0, left: int = 0) -> None:
        self.up, self.left = self.up + up, self.left + left
        self._arrange()

    def _arrange(self) -> None:
        picture, room = self.picture, self.size.height
        texts = ["".join(text for text, _style in row) for row in picture.rows] if picture else []
        self._kept = squeezed(tuple(not text.strip() for text in texts), room)
        self.up = max(0, min(self.up, len(self._kept) - room))
        columns = picture.columns if picture else 0
        self.left = max(0, min(self.left, columns - self.size.width))
        self.refresh()

    @property
    def cut(self) -> bool:
        """Whether something does not fit even without empty rows."""
        columns = self.picture.columns if self.picture else 0
        return len(self._kept) > self.size.height or columns > self.size.width

    def render_line(self, y: int) -> Strip:
        ground, room = self.rich_style, self.size.width
        first = max(0, len(self._kept) - self.size.height - self.up)
        place = first + y
        if self.picture is None or place >= len(self._kept):
            return Strip.blank(room, ground)
        strip = Strip(_segments(self.picture.rows[self._kept[place]]))
        strip = strip.crop(self.left, min(self.left + room, self.picture.columns))
        return strip.extend_cell_length(room, ground)


def squeezed(empty: tuple[bool, ...], room: int) -> tuple[int, ...]:
    """The places of the rows that stay: of empty ones as many go as must, from the longest gap.

    One stays of every gap, so that what stands apart still does.
    """
    kept = list(range(len(empty)))
    while len(kept) > room:
        gap = _longest_gap([empty[place] for place in kept])
        if gap is None:
            break
        del kept[gap]
    return tuple(kept)


def _longest_gap(empty: list[bool]) -> int | None:
    """The place of a row in the longest run of more than one empty row."""
    longest, best, run = 1, None, 0
    for place, here in enumerate(empty):
        run = run + 1 if here else 0
        if run > longest:
            longest, best = run, place
    return best


def _segments(row: RowParts) -> list[Segment]:
    """Whatever the other side sent, no terminal obeys it."""
    return [Segment(clean(text), _style(words)) for text, words in row]


@lru_cache(maxsize=4096)
def _style(words: str) -> Style:
    try:
        return Style.parse(words)
    except StyleSyntaxError:
        return Style.null()

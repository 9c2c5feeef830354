"""A light widget that shows a text made by somebody else."""

from textual.content import Content
from textual.widget import Widget


class Row(Widget):
    """Shows a ``Content``; draws again only when it really changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.content = Content("")

    def show(self, content: Content) -> None:
        if self.content.is_same(content):
            return
        before, self.content = self._height(self.content), content
        self.refresh(layout=self._height(content) != before)

    def _height(self, content: Content) -> int:
        return len(content.wrap(max(1, self.content_size.width)))

    def render(self) -> Content:
        return self.content


class Ends(Widget):
    """One row with a text at each end; the left one is cut when both do not fit."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.left = Content("")
        self.right = Content("")

    def show(self, left: Content, right: Content) -> None:
        if self.left.is_same(left) and self.right.is_same(right):
            return
        self.left, self.right = left, right
        self.refresh()

    def render(self) -> Content:
        room = self.content_size.width - self.right.cell_length
        left = self.left.truncate(max(0, room - 2), ellipsis=True)
        return Content.assemble(left, " " * (room - left.cell_length), self.right)

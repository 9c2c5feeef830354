"""What all dialogs share: a box with a title, a body, and the keys that work in it."""

from collections.abc import Iterable
from typing import TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from screens.text import clean
from screens.widgets.row import Row

A = TypeVar("A")


class Dialog(ModalScreen[A]):
    """Esc closes it without an answer."""

    AUTO_FOCUS = ""
    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, keys: str = "") -> None:
        super().__init__()
        self._title = Row(id="dialog-title")
        self._title.content = Content.styled(clean(title), "bold $text-primary")
        self._keys = Row(id="dialog-keys")
        self.show_keys(keys)

    def dismiss(self, result: A | None = None) -> AwaitComplete:
        """A second Enter in the same breath finds the dialog gone: it answers nothing."""
        if self.app.screen is not self:
            return AwaitComplete()
        return super().dismiss(result)

    def show_keys(self, keys: str) -> None:
        self._keys.show(Content.styled(keys, "dim"))

    def body(self) -> Iterable[Widget]:
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield self._title
            yield from self.body()
            yield self._keys

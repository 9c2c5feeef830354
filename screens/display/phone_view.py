"""The customer's phone: its messages in the order of time, codes large."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from cashier.display import ShownMessage
from cashier.i18n import _
from screens.big import ROWS, big, fitting
from screens.display.words import CAPTION, DIM
from screens.text import clean, shortened
from screens.widgets.row import Row

_CODE = "bold $text-accent"


class PhoneView(Vertical):
    """As many of the last messages as there is room for, the newest at the end."""

    DEFAULT_CSS = """
    PhoneView {
        width: 1fr;
        height: 1fr;
        background: $surface;
        padding: 0 2 1 2;

        Row { width: 1fr; }
        #phone-caption { height: 2; }
        #phone-messages { height: 1fr; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.messages: tuple[ShownMessage, ...] = ()
        self.caption = Row(id="phone-caption")
        self.list = Row(id="phone-messages")

    def compose(self) -> ComposeResult:
        yield self.caption
        yield self.list

    def on_resize(self) -> None:
        self._paint()

    def show(self, messages: Sequence[ShownMessage]) -> None:
        self.messages = tuple(sorted(messages, key=lambda message: message.at))
        if self.is_mounted:
            self._paint()

    def _paint(self) -> None:
        columns, rows = self.content_size.width, self.content_size.height - 2
        self.caption.show(Content.styled(_("Customer's phone"), CAPTION))
        if self.messages:
            self.list.show(Content("\n").join(_last(self.messages, max(8, columns), rows)))
        else:
            self.list.show(Content.styled(_("Nothing received yet"), DIM))


def _last(messages: Sequence[ShownMessage], columns: int, rows: int) -> list[Content]:
    """The rows of the last messages that fit; of the newest one at least its end."""
    shown: list[Content] = []
    for message in reversed(messages):
        block = _rows(message, columns)
        if shown and len(block) + 1 + len(shown) > rows:
            break
        shown = [*block, *([Content("")] if shown else []), *shown]
    return shown[-max(1, rows) :]


def _rows(message: ShownMessage, columns: int) -> list[Content]:
    head = Content.assemble(
        (f"{message.at:%H:%M}", "bold"), (f"  {shortened(message.to, columns - 7)}", DIM)
    )
    return [head, *Content(clean(message.text)).wrap(columns), *_code(message, columns)]


def _code(message: ShownMessage, columns: int) -> list[Content]:
    """The code to tell the cashier: in big digits, or in plain letters where it has others."""
    code = clean(message.code)
    if not code:
        return []
    digits = code.isascii() and code.isdigit() and fitting(code, columns - 2, ROWS)
    rows = big(code) if digits else (shortened(code, columns - 2),)
    return [Content(""), *(Content.styled(f"  {row}", _CODE) for row in rows)]

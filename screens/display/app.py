"""A second terminal for the customer: what he sees at the till, and his phone."""

from collections import deque
from pathlib import Path

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal

from cashier import i18n
from cashier.display import MOST_MESSAGES, ShownMessage, Update
from cashier.display_client import RETRY_SECONDS, DisplayClient
from screens import textual_hacks, themes
from screens.display.customer_view import CustomerView
from screens.display.phone_view import PhoneView


class DisplayApp(App[None]):
    """Shows the till that works in ``folder``, and waits for it when there is none.

    ``phone`` adds the customer's phone: beside it, or in a narrow terminal alone.
    """

    TITLE = "cashier"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    CSS = """
    PhoneView { display: none; }
    #display.-phone PhoneView { display: block; }
    .-narrow #display.-phone CustomerView { display: none; }
    .-wide PhoneView { width: 44; }
    """
    BINDINGS = [
        Binding("escape,q,й,ctrl+c", "quit", show=False, id="close"),
        Binding("ctrl+q", "quit", show=False, id="quit", priority=True),
    ]

    def __init__(
        self,
        folder: Path,
        *,
        phone: bool = False,
        theme_name: str | None = None,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        super().__init__(driver_class=textual_hacks.driver())
        self.customer = CustomerView(id="customer")
        self.phone = PhoneView(id="phone")
        self._with_phone = phone
        self._client = DisplayClient(folder, self.hear, retry_seconds=retry_seconds)
        self._messages: deque[ShownMessage] = deque(maxlen=MOST_MESSAGES)
        self._lost = True
        for theme in themes.themes():
            self.register_theme(theme)
        few_colours = self.console.color_system in (None, "standard", "windows")
        textual_hacks.wear_first(self, themes.chosen(theme_name, few_colours=few_colours))

    def compose(self) -> ComposeResult:
        with Horizontal(id="display", classes="-phone" if self._with_phone else ""):
            yield self.customer
            yield self.phone

    def on_mount(self) -> None:
        textual_hacks.end_on_hangup(self)
        self.run_worker(self._client.run(), name="till")

    def hear(self, update: Update | None) -> None:
        """What the till says; None: it is gone. The first words of a till hold everything."""
        if update is None:
            self._lost = True
            self.customer.show(None)
            return
        if self._lost:
            self._lost = False
            self._messages.clear()
        self._messages.extend(update.phone)
        if update.shown is not None:
            i18n.set_language(update.shown.language)
            self.customer.show(update.shown)
        self.phone.show(self._messages)

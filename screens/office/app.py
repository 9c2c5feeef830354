"""The back office without a till: ``cashier office``."""

from textual.app import App

from cashier.office import Office
from screens import textual_hacks, themes
from screens.office.office_screen import OfficeScreen
from screens.showing import Amounts


class OfficeApp(App[None]):
    TITLE = "cashier office"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""
    CSS = """
    .-live Screen { border: outer $error; }
    .-live ModalScreen { border: none; }
    .-live Dialog #dialog { border: outer $error; }
    """

    def __init__(
        self,
        office: Office,
        who: str,
        digits: int,
        *,
        theme_name: str | None = None,
        live: bool = False,
    ) -> None:
        super().__init__(driver_class=textual_hacks.driver())
        self.set_class(live, "-live")
        self._office, self._who, self._amounts = office, who, Amounts(digits)
        for theme in themes.themes():
            self.register_theme(theme)
        few = self.console.color_system in (None, "standard", "windows")
        textual_hacks.wear_first(self, themes.chosen(theme_name, few_colours=few))

    def on_mount(self) -> None:
        screen = OfficeScreen(self._office, self._who, self._amounts)
        self.push_screen(screen, lambda _nothing: self.exit())
        textual_hacks.end_on_hangup(self)

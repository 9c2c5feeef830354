"""The Textual app. Everything heavy comes after the first paint, in a thread.

At module level nothing is imported that brings pydantic, the exchange or the till with it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.filter import LineFilter
from textual.screen import Screen

from cashier import i18n
from cashier.errors import CashierError
from cashier.i18n import _
from screens import textual_hacks, themes
from screens.comfort import Comfort
from screens.deeds import DEEDS
from screens.till_screen import TillScreen

if TYPE_CHECKING:
    from cashier.display_server import DisplayServer
    from cashier.till import Till
    from screens.desk import Desk
    from screens.guide import Guide
    from screens.seat.host import Host


class TillApp(App[None]):
    """A till in the terminal; ``make_till`` (for training, or not) runs in a thread after the
    first paint."""

    TITLE = "cashier"
    ENABLE_COMMAND_PALETTE = True
    AUTO_FOCUS = ""
    CSS_PATH = str(Path(__file__).with_name("till_screen.tcss"))
    BINDINGS = [Binding("ctrl+q", "leave", show=False, id="quit", priority=True)]

    def __init__(
        self,
        make_till: "Callable[[bool], Till]",
        *,
        training: bool = False,
        large: bool = False,
        privacy: bool = False,
        language: str | None = None,
        theme_name: str | None = None,
        seat: Path | None = None,
        guide: "Guide | None" = None,
    ) -> None:
        """``seat``: the data folder in which an instructor finds the till; None: none is let in.
        ``guide``: who stands beside the cashier."""
        super().__init__(driver_class=textual_hacks.driver())
        if language is not None:
            i18n.set_language(language)
        self.trouble = ""
        """Why the till did not open; for whoever started the program."""
        self.till: Till | None = None
        self.desk: Desk | None = None
        self.customer_side: DisplayServer | None = None
        """Where displays of the customer's side look."""
        self.host: Host | None = None
        """Lets instructors in."""
        self._seat = seat
        self._guide = guide
        self.set_class(guide is not None, "-guided", update=False)
        self.ready = asyncio.Event()
        """Set when the first scan is taken at once."""
        self.till_screen = TillScreen()
        self.comfort = Comfort(self, self.till_screen, large=large, privacy=privacy)
        self._make_till = make_till
        self._training = training
        for theme in themes.themes():
            self.register_theme(theme)
        name = themes.chosen(theme_name, few_colours=_few_colours(self))
        textual_hacks.wear_first(self, name)

    # --- opening

    def get_default_screen(self) -> Screen[Any]:
        """The till at once; its styles are named above, because nobody pushes it."""
        return self.till_screen

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)
        textual_hacks.end_on_hangup(self)

    def _begin(self) -> None:
        self.run_worker(self._open(), name="till", exit_on_error=True)

    async def _open(self) -> None:
        """Make the till, give the keys to the desk, and work until the program ends."""
        try:
            await self._work()
        except CashierError as error:  # a shop card or a folder that no till can work with
            self.trouble = str(error)
            self.exit(return_code=2)

    async def _work(self) -> None:
        """One till after another: switching to training mode and back opens the other one."""
        training = self._training
        while True:
            till, desk_of = await asyncio.to_thread(self._heavy, training)
            if self.till is None:
                self.till_screen.compose_rest(self._guide.panel() if self._guide else None)
            self.till = till
            self.comfort.begin(till)
            self.desk = desk_of(till, self.till_screen)
            self.till_screen.begin(self.desk)
            self.ready.set()
            training = await _worked(self.desk, self._start(till, self.desk))
            self.ready.clear()
            self.desk.leave()
            await self._close(till)

    async def on_unmount(self) -> None:
        """However the app ends, the till is closed: what is open stays in the journal."""
        if self.till is not None:
            await self._close(self.till)
        if self.host is not None:
            await self.host.close()

    async def _close(self, till: "Till") -> None:
        if self.host is not None:
            self.host.detach()
        if self.customer_side is not None:
            server, self.customer_side = self.customer_side, None
            await server.close()
        await till.close()

    async def _start(self, till: "Till", desk: "Desk") -> None:
        """What was scanned meanwhile goes before everything else."""
        await till.start(desk.idle)
        await self._let_see(till)
        await self._let_in(till)
        if self._guide is not None:
            await self._guide.begin(self, till)

    def open_again(self, *, training: bool = False) -> None:
        """Close the till and work with another one: whatever ``make_till`` gives now."""
        if self.desk is not None:
            self.desk.switch_training(training)

    async def _let_see(self, till: "Till") -> None:
        """Displays find the till in the real data folder, in training too."""
        if till.folder is None:
            return
        server = await asyncio.to_thread(_display_server)
        drill = till.workplace.shop.training and not till.workplace.practises_only
        self.customer_side = server(till)
        await self.customer_side.start(till.folder.parent if drill else till.folder)

    async def _let_in(self, till: "Till") -> None:
        """The same instructors see one till after the other."""
        if self._seat is not None and self.host is None:
            host = await asyncio.to_thread(_host)
            self.host = host(self, self._seat)
        if self.host is not None:
            await self.host.let_in(till)

    def post_display_hook(self) -> None:
        if self.host is not None:
            self.host.painted()

    def _heavy(self, training: bool) -> "tuple[Till, type[Desk]]":
        till = self._make_till(training)
        from screens.desk import Desk

        return till, Desk

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            screen = self.screen
            if self._guide is not None and self._guide.take_key(event):
                return
            self.till_screen.pressed.pressed(event, screen)
            if isinstance(screen, TillScreen) and screen.take_key(event):
                return
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            self.till_screen.pressed.pasted(event.text, self.screen)
        await super().on_event(event)

    def action_leave(self) -> None:
        if isinstance(self.screen, TillScreen):
            self.screen.action_deed("quit")
        else:
            self.screen.dismiss(None)

    # --- the command palette

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        if isinstance(screen, TillScreen) and screen.hands is not None:
            hands = screen.hands
            for deed in DEEDS:
                if hands.lit(deed):
                    title = f"{_(deed.label)}  {screen.key_map.name(deed)}"
                    yield SystemCommand(title, _(deed.help), lambda deed=deed: hands.press(deed))
        yield from self.comfort.commands()
        for language, name in (("ru", "Русский"), ("en", "English")):
            yield SystemCommand(
                name, _("Language of the till"), lambda language=language: self.speak(language)
            )
        for theme, name in themes.names().items():
            yield SystemCommand(
                name, _("Colours of the till"), lambda theme=theme: self.wear(theme)
            )

    def get_line_filters(self) -> Sequence[LineFilter]:
        return self.comfort.filters(super().get_line_filters())

    def speak(self, language: str) -> None:
        """Show everything in another language."""
        i18n.set_language(language)
        self.till_screen.again()

    def wear(self, theme: str) -> None:
        self.theme = theme


def _display_server() -> "type[DisplayServer]":
    from cashier.display_server import DisplayServer

    return DisplayServer


def _host() -> "type[Host]":
    from screens.seat.host import Host

    return Host


async def _worked(desk: "Desk", start: Coroutine[Any, Any, None]) -> bool:
    """Work until another till is wanted: whether for training."""
    work = asyncio.gather(desk.work(), start)
    try:
        either: set[asyncio.Future[Any]] = {work, desk.switched}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            await work  # it never ends by itself: this is a bug, and loud
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
    return await desk.switched


def _few_colours(app: App[None]) -> bool:
    """Whether the terminal has no more than the 16 colours."""
    return app.console.color_system in (None, "standard", "windows")

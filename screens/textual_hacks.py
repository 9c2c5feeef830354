"""Where Textual is worked around: Esc and frames at once, an end when the terminal is gone.

Textual reads keys in a thread. Its parser waits 100 ms after an Esc byte to see whether it begins
a sequence, and its loop wakes only every 100 ms; at the end of input it spins.
"""

import asyncio
import os
import select
import signal
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from textual import constants

from cashier.key_names import CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import App
    from textual.driver import Driver
    from textual.events import Key
    from textual.screen import Screen
    from textual.strip import Strip
    from textual.widget import Widget

HANGUP = 129
"""Exit code of a program whose terminal was closed: 128 and the number of SIGHUP."""
ESCAPE_SECONDS = 0.005
"""How long an Esc byte waits for the rest of its sequence. A terminal, even behind SSH, writes a
sequence at once, so that it arrives with its Esc; only a sequence torn apart on its way waits."""
REMOTE_ESCAPE_SECONDS = 0.03
"""The same over SSH, where a packet may end in the middle of a sequence."""
CHARACTERS_OF = {name: sign for sign, name in CHARACTERS.items()}
"""What a key types that is called by a name: 'plus' types '+'."""
WAKE_SECONDS = 0.1
"""How often the thread looks whether it should end."""


def escape_seconds() -> float:
    """What the user set with ESCDELAY is obeyed."""
    if "ESCDELAY" in os.environ:
        return constants.ESCAPE_DELAY
    return REMOTE_ESCAPE_SECONDS if "SSH_CONNECTION" in os.environ else ESCAPE_SECONDS


def driver() -> "type[Driver] | None":
    """The driver with our input loop; None (Textual's own) where it is not for this system."""
    if sys.platform == "win32" or not sys.__stdin__ or not sys.__stdin__.isatty():
        return None
    if constants.DRIVER is not None:
        return None
    return _till_driver()


def free_alt_digits() -> None:
    """Alt and a digit is Alt and a digit.

    Textual reads the two bytes as what a Mac types with Option: '¡' for Alt+1.
    """
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

    for digit in "0123456789":
        ANSI_SEQUENCES_KEYS.pop(f"\x1b{digit}", None)  # type: ignore[attr-defined]


def wear_first(app: "App[Any]", theme: str) -> None:
    """Give the app its theme before it runs, so that the styles are read once and not twice."""
    from textual.app import App as AnyApp
    from textual.filter import Monochrome, NoColor

    app.set_reactive(AnyApp.theme, theme)
    app.stylesheet.set_variables(app.get_css_variables())
    app._refresh_truecolor_filter(app.ansi_theme)
    dark = app.current_theme.dark
    app.set_class(dark, "-dark-mode", update=False)
    app.set_class(not dark, "-light-mode", update=False)
    if app.native_ansi_color:
        app._filters = [NoColor() if isinstance(f, Monochrome) else f for f in app._filters]


def _till_driver() -> "type[Driver]":
    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver

    class TillDriver(LinuxDriver):
        """Wakes for the Esc that stands alone, and tells when the terminal is gone."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._file = Terminal(self._file)  # type: ignore[assignment, arg-type]

        def run_input_thread(self) -> None:
            free_alt_digits()
            constants.ESCAPE_DELAY = escape_seconds()  # type: ignore[misc]  # read by the parser
            parser = XTermParser(self._debug)

            def hand_on(messages: "Any") -> None:
                for message in messages:
                    self.process_message(message)

            read_keys(
                self.fileno,
                feed=lambda text: hand_on(parser.feed(text)),
                tick=lambda: hand_on(parser.tick()),
                waiting=lambda: parser._timeout_time is not None,
                stopped=self.exit_event.is_set,
                gone=lambda: gone(self._app),
            )

    return TillDriver


def read_keys(
    descriptor: int,
    *,
    feed: Callable[[str], None],
    tick: Callable[[], None],
    waiting: Callable[[], bool],
    stopped: Callable[[], bool],
    gone: Callable[[], None],
) -> None:
    """Read until ``stopped``, or until the terminal is ``gone``.

    ``waiting`` says that an Esc is held back: then the next ``tick`` is due soon.
    """
    decode = getincrementaldecoder("utf-8")(errors="replace").decode
    while not stopped():
        pause = escape_seconds() if waiting() else WAKE_SECONDS
        if select.select([descriptor], [], [], pause)[0]:
            data = _read(descriptor)
            if not data:
                gone()
                return
            text = decode(data)
            if text:  # empty would mean the end; here it is half a letter
                feed(text)
        tick()


def _read(descriptor: int) -> bytes:
    """Empty when there is no terminal any more."""
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""


def gone(app: "App[Any]") -> None:
    """The terminal is closed: end the program from whatever thread noticed it."""
    loop = app._loop
    if loop is not None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(leave, app)


def leave(app: "App[Any]") -> None:
    """End in order: what is open stays in the journal."""
    if not app._exit:
        app.exit(return_code=HANGUP)


class Terminal:
    """The terminal as a file; writing to one that is gone does nothing.

    An error in Textual's writer thread would end that thread, and then the whole app would wait
    forever for somebody to take what it draws.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


def end_on_hangup(app: "App[Any]") -> None:
    """SIGHUP and SIGTERM end the app in order."""
    if app.is_headless:
        return
    loop = asyncio.get_running_loop()
    for name in ("SIGHUP", "SIGTERM"):
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, leave, app)


def paint_now(screen: "Screen[Any]", widgets: "Iterable[Widget]") -> None:
    """Paint what changed in ``widgets`` at once.

    Textual collects changes and paints at the next sixtieth of a second; after a scan that wait
    is longer than all the work. Where the layout changes, too, its own way is left to it.
    """
    app = screen.app
    if app.screen is not screen or screen._layout_required or app._batch_count:
        return
    dirty = {widget for widget in widgets if widget._repaint_regions and widget.is_attached}
    if not dirty or any(widget._layout_required for widget in dirty):
        return
    screen._compositor.update_widgets(dirty)
    screen._compositor_refresh()


def painted_rows(app: "App[Any]") -> "list[Strip]":
    """What stands in the terminal, row by row: a dialog with what lies under it."""
    from textual._context import visible_screen_stack

    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def key_event(key: str) -> "Key":
    """A key (its name, or a single letter) as a terminal delivers it."""
    from textual.events import Key
    from textual.keys import _character_to_key

    letter = key if len(key) == 1 else CHARACTERS_OF.get(key)
    return Key(_character_to_key(key) if len(key) == 1 else key, letter)


async def laid_out(app: "App[Any]") -> None:
    """Until every part of the screen has its place: Textual gives it at the next refresh."""
    for screen in app.screen_stack:
        if screen._layout_required or screen._dirty_widgets:
            refreshed = asyncio.Event()
            screen.call_after_refresh(refreshed.set)
            with suppress(TimeoutError):  # one that is gone meanwhile is not refreshed any more
                await asyncio.wait_for(refreshed.wait(), 1)


async def press_into(screen: "Screen[Any]", keys: "Iterable[str]") -> None:
    """Press keys (names, or single letters) in a screen, and wait until it took them."""
    for key in keys:
        screen.post_message(key_event(key))
    taken = asyncio.Event()
    screen.call_next(taken.set)
    with suppress(TimeoutError):  # a screen that is gone meanwhile takes nothing any more
        await asyncio.wait_for(taken.wait(), 1)
    behind = asyncio.Event()  # the answer is handed on by the app
    screen.app.call_next(behind.set)
    await behind.wait()

"""Lets displays of this user, on this machine, see what the buyer may see.

Nothing is worked out while nobody looks. A display that is slow, silent or hostile costs the till
nothing either: it is sent only the newest picture, and is dropped when it does not take it.
"""

import asyncio
import secrets
from collections import deque
from pathlib import Path

from cashier.display import (
    HOST,
    MOST_MESSAGES,
    Address,
    Shown,
    ShownMessage,
    Update,
    phone_message,
    shown,
)
from cashier.events import Changed, Event, Tone
from cashier.exchange import PhoneMessage
from cashier.i18n import _
from cashier.till import Till
from cashier.viewer import Viewer

MOST_VIEWERS = 8
MOST_STRANGERS = 16
"""Connections that have not said the password yet; the oldest makes room for a newer one."""
PASSWORD_SECONDS = 5.0
PATIENCE_SECONDS = 10.0
"""How long a display may leave what it is sent."""
PAUSE_SECONDS = 0.02
"""Changes in so short a time are one picture, and the till paints its own screen first."""
_LONGEST_PASSWORD = 200


class DisplayServer:
    """Hears the till's events from the start; is seen by others once it is started."""

    def __init__(self, till: Till, *, patience: float = PATIENCE_SECONDS) -> None:
        self._till = till
        self._patience = patience
        self._token = secrets.token_hex(32)
        self._phone: deque[ShownMessage] = deque(maxlen=MOST_MESSAGES)
        self._viewers: set[_Viewer] = set()
        self._strangers: dict[_Viewer, None] = {}
        """In the order in which they came."""
        self._server: asyncio.Server | None = None
        self._file: Path | None = None
        self._timer: asyncio.TimerHandle | None = None
        till.events.watch(self._hear)

    async def start(self, folder: Path) -> None:
        """Open a port and write it into the data folder. Trouble is said, never raised."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: _Viewer(self, self._patience), HOST, 0, backlog=MOST_STRANGERS
            )
            port = self._server.sockets[0].getsockname()[1]
            self._file = Address(port=port, token=self._token).publish(folder)
        except OSError as error:
            await self.close()
            text = _("The customer's display cannot be connected: {why}")
            why = error.strerror or str(error)
            self._till.workplace.say(text.format(why=why), Tone.WARNING)

    async def close(self) -> None:
        """Let all displays go. Safe to call twice, and without a start."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        if self._file is not None:
            _remove(self._file)
        if self._timer is not None:
            self._timer.cancel()
        left = [*self._viewers, *self._strangers]
        for viewer in left:
            viewer.drop()
        await asyncio.gather(*(viewer.lost for viewer in left))
        await server.wait_closed()

    @property
    def viewers(self) -> int:
        """How many displays look."""
        return len(self._viewers)

    # --- news

    def _hear(self, event: Event) -> None:
        if isinstance(event, Changed):
            for viewer in self._viewers:
                viewer.stale = True
        elif isinstance(event, PhoneMessage):
            message = phone_message(event)
            self._phone.append(message)
            for viewer in self._viewers:
                viewer.owed.append(message)
        else:
            return
        if self._viewers and self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(PAUSE_SECONDS, self._tell)

    def _tell(self) -> None:
        self._timer = None
        for viewer in self._viewers:
            viewer.catch_up()

    def present(self) -> Shown:
        desk = self._till.workplace
        return shown(self._till.now, desk.shop, desk.system)

    # --- who looks

    def came(self, viewer: "_Viewer") -> None:
        if self._server is None:  # accepted at the very moment of closing
            viewer.drop()
            return
        while len(self._strangers) >= MOST_STRANGERS:
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
            oldest.drop()
        self._strangers[viewer] = None

    def admits(self, viewer: "_Viewer", password: bytes) -> bool:
        """Whether the viewer may look; then it is owed everything so far."""
        if self._server is None or len(self._viewers) >= MOST_VIEWERS:
            return False
        if not secrets.compare_digest(password, self._token.encode("ascii")):
            return False
        self._strangers.pop(viewer, None)
        self._viewers.add(viewer)
        viewer.stale = True
        viewer.owed.extend(self._phone)
        return True

    def went(self, viewer: "_Viewer") -> None:
        self._viewers.discard(viewer)
        self._strangers.pop(viewer, None)


def _remove(path: Path) -> None:
    """What cannot be removed is overwritten by the next till; a display that reads it waits."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


class _Viewer(Viewer):
    """One display: first it says the password, then it only listens."""

    def __init__(self, server: DisplayServer, patience: float) -> None:
        super().__init__(patience, _LONGEST_PASSWORD)
        self.stale = False
        """It has not got the newest picture."""
        self.owed: deque[ShownMessage] = deque(maxlen=MOST_MESSAGES)
        self._server = server
        self._known = False

    def catch_up(self) -> None:
        """Send what it has not got, as soon as it takes something."""
        if self.busy or not (self.stale or self.owed):
            return
        update = Update(
            shown=self._server.present() if self.stale else None, phone=tuple(self.owed)
        )
        self.stale = False
        self.owed.clear()
        self.send(update.model_dump_json().encode("utf-8") + b"\n")

    def came(self) -> None:
        self.limit(PASSWORD_SECONDS)
        self._server.came(self)

    def heard(self, line: bytes) -> None:
        if self._known:
            self.drop()  # a display has nothing else to say
            return
        self._known = self._server.admits(self, line)
        if not self._known:
            self.drop()
            return
        self.longest = 0
        self.limit(None)
        self.catch_up()

    def went(self) -> None:
        self._server.went(self)

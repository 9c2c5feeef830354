"""Connections between machines, and what somebody did to them: stopped, or slowed.

It lies in a small database of its own beside the machines, so that the command line and a running
till see the same, whatever becomes of the machines.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, delete, insert, select

from backends.set10.coupons.store import Store
from cashier.errors import BadInput
from cashier.exchange import Unavailable
from cashier.i18n import _

_METADATA = MetaData()
_TABLE = Table(
    "connection",
    _METADATA,
    Column("name", String(), primary_key=True),
    Column("is_stopped", Boolean(), nullable=False),
    Column("delay_seconds", Integer(), nullable=False),
)
LONGEST_DELAY = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Connection:
    """Two machines that can reach each other. Both requests and messages go this way."""

    name: str
    """``lower/upper``: 'shop-01/centre'."""
    stopped: bool = False
    delay_seconds: int = 0
    """How long a message is on its way."""

    @property
    def ends(self) -> tuple[str, str]:
        lower, _slash, upper = self.name.partition("/")
        return lower, upper


class Switchboard:
    def __init__(self, path: Path, usual: tuple[Connection, ...]) -> None:
        self._store = Store(_("the list of connections"), path, [_TABLE], 2, metadata=_METADATA)
        self._usual = usual

    def close(self) -> None:
        self._store.close()

    def all(self) -> tuple[Connection, ...]:
        """As they are now. Where nobody can read what was done to them, as the settings say."""
        try:
            with self._store.reading() as sql:
                rows = sql.execute(select(_TABLE)).all()
        except Unavailable:
            rows = []
        done = {row.name: Connection(row.name, row.is_stopped, row.delay_seconds) for row in rows}
        return tuple(done.get(one.name, one) for one in self._usual)

    def named(self, name: str) -> list[Connection]:
        """The connection, or all those of a machine. Raises BadInput."""
        wanted = name.strip().lower()
        known = self.all()
        both = [one for one in known if wanted in _names(one)]
        found = both or [one for one in known if wanted in map(str.lower, one.ends)]
        if not found:
            raise BadInput(
                _("there is no connection {name}; there are {names}").format(
                    name=name[:60], names=", ".join(one.name for one in known)
                )
            )
        return found

    def stop(self, name: str) -> list[Connection]:
        return self._set([replace(one, stopped=True) for one in self.named(name)])

    def start(self, name: str) -> list[Connection]:
        return self._set([replace(one, stopped=False) for one in self.named(name)])

    def slow(self, name: str, seconds: int) -> list[Connection]:
        if not 0 <= seconds <= LONGEST_DELAY:
            words = _("expected 0 to {most} seconds").format(most=LONGEST_DELAY)
            raise BadInput(words)
        return self._set([replace(one, delay_seconds=seconds) for one in self.named(name)])

    def _set(self, changed: list[Connection]) -> list[Connection]:
        """Raises Unavailable."""
        with self._store.writing() as sql:
            for one in changed:
                sql.execute(delete(_TABLE).where(_TABLE.c.name == one.name))
                sql.execute(
                    insert(_TABLE).values(
                        name=one.name, is_stopped=one.stopped, delay_seconds=one.delay_seconds
                    )
                )
        return changed


def _names(one: Connection) -> set[str]:
    lower, upper = one.ends
    return {f"{lower}/{upper}".lower(), f"{upper}/{lower}".lower()}

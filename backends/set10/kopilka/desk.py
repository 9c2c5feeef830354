"""What the messages do, with the points of the embedded system (*emulated*)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from backends.keeping import CardInfo, CardQuery, Keeper, Standing, Window
from backends.set10.kopilka.translate import guid_in, guid_of
from backends.set10.kopilka.wire import Answer, Said, Word
from cashier.clock import Clock
from cashier.database import Database, Layout
from cashier.errors import StorageError
from cashier.exchange import Reason, Refused, Unavailable
from cashier.i18n import _
from cashier.money import Points

HELD_FOR = timedelta(minutes=30)
"""So long a reservation keeps points; after that they are taken only if they are still there."""
LAYOUT = Layout(
    application=0x4B4F5049,
    version=1,
    schema="""
CREATE TABLE reservations (
    uid TEXT PRIMARY KEY, card TEXT NOT NULL, points INTEGER NOT NULL, state TEXT NOT NULL,
    ends INTEGER NOT NULL
) WITHOUT ROWID
""",
)
_PAGE = 500
_USABLE = (Standing.ACTIVE, Standing.NO_SPEND)


class State(StrEnum):
    HELD = "held"
    TAKING = "taking"
    """It is confirmed, and on its way into the account: a crash here loses nothing."""
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class _Reservation:
    uid: str
    card: str
    points: Points
    state: State
    ends: int = 0
    """Seconds since 1970."""


class Desk:
    """Raises Refused, and Unavailable where the data fail. The same ``uid`` or ``check`` twice is
    one."""

    def __init__(self, keeper: Callable[[], Keeper], path: Path | None, clock: Clock) -> None:
        """``path``: of the database of reservations; None: in memory."""
        self._keeper, self._path, self._clock = keeper, path, clock
        self._opened: Database | None = None
        self._cards: dict[str, str] = {}
        self._learnt = 0

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def answer(self, said: Said) -> Answer:
        card = self._card(said.cuid)
        match said.word:
            case Word.BALANCE:
                self._check(card, *_USABLE)
            case Word.HOLD:
                self._hold(said, card)
            case Word.CONFIRM:
                self._confirm(said, card)
            case Word.CANCEL:
                self._cancel(said, card)
            case Word.ACCRUE:
                self._accrue(said, card)
            case Word.REFUND:
                self._refund(said, card)
        now = self._keeper().cards.card(card.number) or card
        own = self._kept_for(said, card) if said.word is Word.BALANCE and said.uid else 0
        return Answer(balance=now.balance, available=max(0, now.available + own), uid=said.uid)

    def _kept_for(self, said: Said, card: CardInfo) -> Points:
        """What this reservation keeps now."""
        known = self._known(said, card)
        if known is None or known.state is not State.HELD:
            return 0
        return known.points if known.ends > self._clock.now().timestamp() else 0

    # --- reservations

    def _hold(self, said: Said, card: CardInfo) -> None:
        self._check(card, Standing.ACTIVE)
        known = self._known(said, card)
        if known is not None and known.state is State.CANCELLED:
            raise Refused(Reason.ALREADY_PROCESSED, _("this reservation was cancelled"))
        if known is not None and known.points != said.amount:
            text = _("this uid belongs to another reservation")
            raise Refused(Reason.ALREADY_PROCESSED, text)
        if known is not None and known.state is not State.HELD:
            return
        until = self._clock.now() + HELD_FOR
        self._keeper().holds.hold_points(_name(said.uid), card.number, said.amount, until)
        ends = int(until.timestamp())
        self._write(_Reservation(said.uid, card.number, said.amount, State.HELD, ends))

    def _confirm(self, said: Said, card: CardInfo) -> None:
        known = self._known(said, card)
        if known is None:
            raise Refused(Reason.NOT_FOUND, _("there is no such reservation"))
        if known.state is State.CANCELLED:
            raise Refused(Reason.ALREADY_PROCESSED, _("this reservation was cancelled"))
        if known.points != said.amount:
            raise Refused(Reason.OTHER, _("another sum was reserved"))
        if known.state is State.CONFIRMED:
            return
        self._write(replace(known, state=State.TAKING))
        keeper, operation = self._keeper(), f"{_name(said.uid)}:confirm"
        try:
            with keeper.together():
                keeper.holds.drop(_name(said.uid))
                keeper.points.take(operation, card.number, known.points, said.uid)
        except Refused as no:
            self._write(replace(known, state=State.CANCELLED))
            text = _("the reservation ran out, and the points are not there any more")
            raise Refused(Reason.EXPIRED, text) from no
        self._write(replace(known, state=State.CONFIRMED))

    def _cancel(self, said: Said, card: CardInfo) -> None:
        known = self._known(said, card)
        if known is not None and known.state in (State.TAKING, State.CONFIRMED):
            raise Refused(Reason.ALREADY_PROCESSED, _("this reservation was confirmed"))
        # One that never came is cancelled, too: it may be on its way still.
        gone = known or _Reservation(said.uid, card.number, 0, State.HELD)
        self._write(replace(gone, state=State.CANCELLED))
        self._keeper().holds.drop(_name(said.uid))

    def _known(self, said: Said, card: CardInfo) -> _Reservation | None:
        """Raises Refused: it is another card's."""
        query = "SELECT uid, card, points, state, ends FROM reservations WHERE uid = ?"
        try:
            row = self._database.row(query, (said.uid,))
        except (StorageError, OSError) as error:
            raise Unavailable(str(error), ours=True) from error
        if row is None:
            return None
        if row[1] != card.number:
            raise Refused(Reason.WRONG_CUSTOMER, _("this uid belongs to another card"))
        return _Reservation(row[0], row[1], row[2], State(row[3]), row[4])

    def _write(self, one: _Reservation) -> None:
        row = (one.uid, one.card, one.points, one.state, one.ends)
        try:
            with self._database.writing(full=True) as sql:
                sql.execute("INSERT OR REPLACE INTO reservations VALUES (?,?,?,?,?)", row)
        except (StorageError, OSError) as error:
            raise Unavailable(str(error), ours=True) from error

    @property
    def _database(self) -> Database:
        if self._opened is None:
            self._opened = Database.open(self._path, LAYOUT)
        return self._opened

    # --- points that are earned, and moved back

    def _accrue(self, said: Said, card: CardInfo) -> None:
        self._check(card, *_USABLE)
        operation = f"{_name(said.check)}:accrue"
        self._keeper().points.give(operation, card.number, said.amount, said.check)

    def _refund(self, said: Said, card: CardInfo) -> None:
        keeper, name = self._keeper(), _name(said.check)
        with keeper.together():
            if said.amount:
                keeper.points.give(f"{name}:back", card.number, said.amount, said.check)
            if said.accrued:
                operation = f"{name}:taken"
                keeper.points.take(operation, card.number, said.accrued, said.check, deep=True)

    # --- cards

    def _card(self, cuid: str) -> CardInfo:
        """Raises Refused."""
        try:
            guid = guid_in(cuid)
        except ValueError as error:
            raise Refused(Reason.NOT_FOUND, str(error)) from error
        cards = self._keeper().cards
        if guid not in self._cards:
            self._learn()
        card = cards.card(self._cards[guid]) if self._cards.get(guid) else None
        if card is None or card.account is None:
            raise Refused(Reason.NOT_FOUND, _("the system does not know this card"))
        return card

    def _learn(self) -> None:
        """The digits of all cards, where there are new ones; those that two have are nobody's."""
        numbers: dict[str, str] = {}
        skip, total = 0, self._keeper().cards.cards(CardQuery(), Window(0, 1)).total
        if total == self._learnt:
            return
        while skip < total:
            part = self._keeper().cards.cards(CardQuery(), Window(skip, _PAGE))
            for one in part.rows:
                guid = guid_of(one.number)
                numbers[guid] = "" if guid in numbers else one.number
            skip, total = skip + _PAGE, part.total
        self._cards, self._learnt = numbers, total

    @staticmethod
    def _check(card: CardInfo, *standings: Standing) -> None:
        if card.standing not in standings:
            raise Refused(Reason.BLOCKED, _("this card is blocked"))


def _name(of: str) -> str:
    return f"kopilka:{of}"

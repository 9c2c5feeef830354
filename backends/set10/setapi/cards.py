"""The cards of the example plugin, kept by the embedded system (*emulated*).

The same desk serves the plugin in this program and the server in front of the network.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from backends.keeping import CardInfo, Keeper, Standing
from backends.keeping import CardQuery as KeepersQuery
from backends.set10.setapi import contract as api
from backends.set10.setapi.processing import AccrualResult
from cashier.database import Database, Layout
from cashier.errors import StorageError
from cashier.exchange import Refused, Unavailable
from cashier.i18n import _
from cashier.money import Points
from cashier.words import reason_words

LAYOUT = Layout(
    application=0x53415043,
    version=1,
    schema="""
CREATE TABLE transactions (
    id TEXT PRIMARY KEY, card TEXT NOT NULL, points INTEGER NOT NULL, cancelled INTEGER NOT NULL
) WITHOUT ROWID
""",
)
_STATUS = {
    Standing.ACTIVE: api.CardStatus.ACTIVE,
    Standing.NO_SPEND: api.CardStatus.ACTIVE,
    Standing.BLOCKED: api.CardStatus.BLOCKED,
    Standing.INACTIVE: api.CardStatus.INVALID,
}
OK, ERROR = api.WriteOffStatus.OK, api.WriteOffStatus.ERROR


@dataclass(frozen=True)
class _Transaction:
    card: str
    points: Points
    cancelled: bool


class CardDesk:
    """A ``Processing`` in this program. Raises Unavailable where the data fail."""

    def __init__(
        self, keeper: Callable[[], Keeper], path: Path | None, done: Callable[[], Awaitable[None]]
    ) -> None:
        """``path``: of the database of transactions; None: in memory. ``done`` closes the cards."""
        self._keeper, self._path, self._done = keeper, path, done
        self._opened: Database | None = None

    async def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        await self._done()

    async def get_card(self, query: api.CardQuery) -> api.SearchResult:
        keeper = self._keeper()
        if query.number:
            card = keeper.cards.card(query.number)
            cards = [card] if card is not None else []
        else:
            wanted = KeepersQuery(phone=query.phone, email=query.email)
            cards = list(keeper.cards.cards(wanted).rows) if query.phone or query.email else []
        if not cards:
            return api.SearchResult(api.SearchStatus.CARD_NOT_FOUND)
        told = tuple(self._card(keeper, one) for one in cards)
        return api.SearchResult(api.SearchStatus.OK, told)

    @staticmethod
    def _card(keeper: Keeper, one: CardInfo) -> api.PluginCard:
        levels = {level.id: level.name for level in keeper.cards.levels()}
        person = keeper.people.person(one.customer) if one.customer else None
        return api.PluginCard(
            number=one.number,
            balance=one.available,
            status=_STATUS[one.standing],
            level=levels.get(one.level, ""),
            holder=person.name if person else "",
        )

    async def write_off(
        self, transaction_id: str, number: str, points: Points
    ) -> api.WriteOffResult:
        keeper = self._keeper()
        why = _trouble(keeper, number, spends=True)
        known = self._known(transaction_id)
        if known is not None and known.cancelled:
            why = _("this write-off was cancelled")
        elif known is not None and (known.card, known.points) != (number, points):
            why = _("this transaction id belongs to another write-off")
        if why:
            return api.WriteOffResult(ERROR, transaction_id, why)
        self._write(transaction_id, number, points)
        try:
            keeper.points.take(f"write-off:{transaction_id}", number, points, transaction_id)
        except Refused as no:
            return api.WriteOffResult(ERROR, transaction_id, no.text or reason_words(no.reason))
        return api.WriteOffResult(OK, transaction_id, balance=_balance(keeper, number))

    async def rollback(self, transaction_id: str) -> api.RollbackResult:
        known = self._known(transaction_id)
        if known is None:  # it may be on its way still
            self._write(transaction_id, "", 0, cancelled=True)
            return api.RollbackResult(OK)
        if not known.card:
            return api.RollbackResult(OK)
        self._write(transaction_id, known.card, known.points, cancelled=True)
        keeper, name, note = self._keeper(), f"write-off:{transaction_id}", transaction_id
        try:
            # Whatever a crash left of it: first it is done, then it is undone.
            keeper.points.take(name, known.card, known.points, note)
        except Refused:
            return api.RollbackResult(OK)  # it never was
        keeper.points.give(f"rollback:{transaction_id}", known.card, known.points, note)
        return api.RollbackResult(OK)

    async def accrue(self, transaction_id: str, number: str, points: Points) -> AccrualResult:
        keeper = self._keeper()
        why = _trouble(keeper, number)
        if why:
            return AccrualResult(ERROR, why)
        try:
            if points > 0:
                keeper.points.give(f"accrue:{transaction_id}", number, points, transaction_id)
            elif points < 0:
                name = f"accrue:{transaction_id}"
                keeper.points.take(name, number, -points, transaction_id, deep=True)
        except Refused as no:
            return AccrualResult(ERROR, no.text or reason_words(no.reason))
        return AccrualResult(OK, balance=_balance(keeper, number))

    # --- transactions

    def _known(self, transaction_id: str) -> _Transaction | None:
        try:
            row = self._database.row(
                "SELECT card, points, cancelled FROM transactions WHERE id = ?", (transaction_id,)
            )
        except (StorageError, OSError) as error:
            raise Unavailable(str(error), ours=True) from error
        return _Transaction(row[0], row[1], bool(row[2])) if row else None

    def _write(self, name: str, card: str, points: Points, *, cancelled: bool = False) -> None:
        try:
            with self._database.writing(full=True) as sql:
                sql.execute(
                    "INSERT OR REPLACE INTO transactions VALUES (?,?,?,?)",
                    (name, card, points, cancelled),
                )
        except (StorageError, OSError) as error:
            raise Unavailable(str(error), ours=True) from error

    @property
    def _database(self) -> Database:
        if self._opened is None:
            self._opened = Database.open(self._path, LAYOUT)
        return self._opened


def _trouble(keeper: Keeper, number: str, *, spends: bool = False) -> str:
    """Why a card cannot get or give points; empty: it can."""
    card = keeper.cards.card(number)
    if card is None:
        return _("there is no card {number}").format(number=number[:40])
    if card.standing in (Standing.BLOCKED, Standing.INACTIVE):
        return _("this card is blocked")
    if spends and card.standing is Standing.NO_SPEND:
        return _("this card may not spend points")
    return ""


def _balance(keeper: Keeper, number: str) -> Points | None:
    card = keeper.cards.card(number)
    return card.available if card else None

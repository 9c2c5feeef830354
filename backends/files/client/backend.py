"""The till's side of the exchange by files: it knows of the last load, and of what it sold since.

Nothing is earned here: the back office does that when it processes the report.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from backends.files.client.counter import Counter
from backends.files.client.follower import Follower
from backends.files.client.giving import by_scheme, points_offer
from backends.files.client.options import FilesOptions
from backends.files.client.store import Known, Store
from backends.files.client.telling import card_of
from backends.files.folder import Folder
from backends.files.formats import profile
from backends.options import read_options
from cashier import exchange as ex
from cashier.catalog import Catalog
from cashier.clock import Clock, Ids
from cashier.errors import StorageError
from cashier.events import Carried, Reported
from cashier.exchange import Can, Reason, Refused, Unavailable
from cashier.following import News
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import (
    Card,
    CardStatus,
    Customer,
    IdentifierKind,
    Message,
    MessageTo,
    Receipt,
    Settled,
)
from cashier.uniform import Uniform
from cashier.words import points_text

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
_NUMBERS = (IdentifierKind.CARD, IdentifierKind.APP)


class FilesBackend(Uniform):
    """Raises Refused, and Unavailable where the till's own data fail: then nothing happened."""

    def __init__(
        self, options: FilesOptions, where: Path, data: Path | None, clock: Clock, ids: Ids
    ) -> None:
        """``where``: the exchange folder; ``data``: of the till, None keeps all in memory."""
        self._options, self._where, self._data = options, where, data
        self._clock, self._ids = clock, ids
        self._opened: tuple[Store, Counter] | None = None
        self._follower = Follower(clock)

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path | None,
        card: Path,
        clock: Clock,
        ids: Ids,
        phone: Callable[[ex.PhoneMessage], None],  # noqa: ARG003
    ) -> "FilesBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, FilesOptions, card)
        data = folder / "files.db" if folder else None
        return cls(given, given.where(card), data, clock, ids)

    async def close(self) -> None:
        if self._opened is not None:
            store, self._opened = self._opened[0], None
            store.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - never called
        raise Refused(Reason.OTHER, _("a till that exchanges files cannot do that"))

    async def open(self, opening: ex.Opening) -> ex.System:
        self._follower.till = opening.till
        try:
            self._where.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            words = _("the exchange folder {folder} cannot be used: {why}")
            why = error.strerror or str(error)
            raise Unavailable(words.format(folder=self._where, why=why), ours=True) from error
        with self._at_the_folder() as store:
            troubles = [] if store.loads else [self._no_load()]
            troubles += self._counter.news()
        notes = (
            _("Points come with the next load of the back office, not with the sale."),
            _("File names, the payment by points and how a return finds its sale are emulated."),
        )
        return ex.System(
            name=_("Exchange by files"),
            can=Can.SPEND | Can.RETURN | Can.RETURN_PART,
            notes=(*notes, *troubles),
        )

    # --- who is the buyer

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        """By the number of a card (the app shows one), among those of the last load."""
        with self._at_the_folder() as store:
            if request.identifier.kind not in _NUMBERS:
                return ex.NotFound()
            known = store.card(request.identifier.value)
            if known is None and not store.loads:
                raise Unavailable(" ".join([self._no_load(), *self._counter.news()]))
            if known is None:
                return ex.NotFound()
            messages = (*_balance_words(store, known), *map(_to_cashier, self._counter.news()))
            owner = known.card.owner
            customer = Customer(known.card.number, owner) if owner else None
            return ex.Found(customer=customer, cards=(self._card(known),), messages=messages)

    def _no_load(self) -> str:
        text = _("No load has come into {folder} yet: no card is known.")
        return text.format(folder=self._where)

    def _card(self, known: Known) -> Card:
        card, today = known.card, self._clock.now().date()
        lives = known.lives(today)
        status = CardStatus.ACTIVE if lives else CardStatus.INACTIVE
        return Card(
            card.number,
            level=known.scheme.name if known.scheme else "",
            status=CardStatus.BLOCKED if card.forbidden else status,
            may_earn=not (card.do_not_accumulate or card.forbidden),
            may_spend=known.may_pay(today),
            balance=known.balance,
            available=max(0, known.balance),
        )

    # --- the receipt

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        """The percentage of the card's scheme; what it earns only the office knows."""
        with self._at_the_folder() as store:
            known = self._known(store, request.receipt)
        if known is None:
            return ex.Calculation()
        today = self._clock.now().date()
        if request.spend > known.payable(today):
            raise Refused(Reason.LIMIT_EXCEEDED, _("there are not so many points to spend"))
        lives = known.lives(today) and not known.card.forbidden
        lines = tuple(by_scheme(request.receipt, known.scheme)) if lives else ()
        earns = not (known.card.do_not_accumulate or known.card.forbidden)
        text = _("Points for this receipt come with the next load.")
        return ex.Calculation(lines=lines, messages=(_to_cashier(text),) if earns else ())

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        receipt = request.receipt
        with self._at_the_folder() as store:
            known = self._known(store, receipt)
        if known is None:
            raise Refused(Reason.NOT_FOUND, _("this card is not in the last load"))
        return points_offer(receipt, known, self._clock.now().date())

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        return self._saved(request.operation_id, request.receipt, request.receipt.spend)

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        """The own balance stays: the office gives back what the goods were paid with."""
        return self._saved(request.operation_id, request.receipt, 0)

    def _saved(self, operation: str, receipt: Receipt, spend: int) -> Settled:
        with self._at_the_folder() as store:
            before = store.done(operation)
            if before is not None:
                return before
            known = self._known(store, receipt)
            left = known.balance - spend if known else None
            text = _("Its points are moved when the back office processes the report.")
            messages = (_to_cashier(text),) if card_of(receipt) else ()
            settled = Settled(
                spent=spend,
                balance=left,
                available=max(0, left) if left is not None else None,
                messages=messages,
            )
            store.close_receipt(operation, receipt, spend, settled)
            with suppress(StorageError):  # the receipt is kept: the rest another time
                self._counter.look()
            return settled

    # --- beside the exchange (``cashier.following``)

    def look(self, catalog: Catalog) -> News:
        with self._at_the_folder() as store:
            return self._follower.look(store, self._counter.news(), catalog)

    def hear(self, event: Carried | Reported) -> None:
        if self._opened is None:
            return
        try:
            store, counter = self._opened
            if self._follower.hear(store, event):
                counter.look()
        except StorageError as error:
            text = _("The sales report lacks what was just done. {why}")
            raise Unavailable(text.format(why=error), ours=True) from error

    # --- the till's own data

    def _known(self, store: Store, receipt: Receipt) -> Known | None:
        number = card_of(receipt)
        return store.card(number) if number else None

    @property
    def _counter(self) -> Counter:
        assert self._opened is not None
        return self._opened[1]

    @contextmanager
    def _at_the_folder(self) -> Iterator[Store]:
        """Whatever lies in the folder is taken first. Raises Unavailable."""
        try:
            if self._opened is None:
                given, way = self._options, profile(self._options.profile)
                store = Store(self._data, self._ids(), way.says)
                folder = Folder(self._where, way, given.names.names())
                self._opened = store, Counter(folder, store, given, self._clock)
            store, counter = self._opened
            counter.look()
            yield store
        except StorageError as error:
            raise Unavailable(str(error), ours=True) from error


def _balance_words(store: Store, known: Known) -> Iterator[Message]:
    at = store.loaded_at
    if at is not None:
        text = _("Balance of the load of {time}.")
        if known.since:
            text = _("Balance of the load of {time}; since then {points} points were spent here.")
        moment = at.strftime("%d.%m. %H:%M")
        yield _to_cashier(text.format(time=moment, points=points_text(known.since)))
    if known.on_the_way:
        text = _(
            "{points} points spent here earlier are not processed yet: the load has them still."
        )
        yield _to_cashier(text.format(points=points_text(known.on_the_way)))


def _to_cashier(text: str) -> Message:
    return Message(MessageTo.CASHIER, text)

"""The order of the links that is looked at, and what is known of it. Made without a screen."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cashier.links import Link, Orders, Passage, Passed
from cashier.money import Amount


@dataclass
class Way:
    """Of one receipt; only looked at: the till keeps the order that is configured."""

    links: tuple[Link, ...]
    """As they are configured."""
    place: int = 0
    """Of the link that is selected, from 0."""
    order: tuple[str, ...] = ()
    known: dict[tuple[str, ...], Passage] = field(default_factory=dict)
    """What was answered, by the order that was asked about."""
    orders: Orders | None = None

    def __post_init__(self) -> None:
        self._by_id = {link.id: link for link in self.links}
        self.order = self.configured

    @property
    def configured(self) -> tuple[str, ...]:
        return tuple(link.id for link in self.links)

    @property
    def changed(self) -> bool:
        return self.order != self.configured

    @property
    def usual(self) -> Passage | None:
        """The way in the configured order; None: not known yet."""
        return self.known.get(self.configured)

    @property
    def shown(self) -> Passage | None:
        """The way in the order that is looked at; None: not known yet."""
        return self.known.get(self.order)

    @property
    def unknown(self) -> tuple[tuple[str, ...], ...]:
        """The orders to ask about, the more urgent first."""
        wanted = dict.fromkeys((self.order, self.configured))
        return tuple(order for order in wanted if order not in self.known)

    @property
    def difference(self) -> Amount | None:
        """What this order costs the customer more than the configured one; None: not known."""
        shown, usual = self.shown, self.usual
        return shown.total - usual.total if shown and usual else None

    @property
    def seen(self) -> tuple[tuple[Link, Passed | None], ...]:
        """The links in the order that is looked at, each with what became of it."""
        became = {one.link.id: one for one in self.shown.passed} if self.shown else {}
        return tuple((self._by_id[name], became.get(name)) for name in self.order)

    @property
    def misplaced(self) -> tuple[Link, ...]:
        """Links that round the whole, and have others behind them that do not."""
        ordered = [self._by_id[name] for name in self.order]
        least = max((at for at, link in enumerate(ordered) if not link.last), default=-1)
        return tuple(link for link in ordered[: max(0, least)] if link.last)

    def select(self, place: int) -> None:
        self.place = max(0, min(place, len(self.links) - 1))

    def move(self, by: int) -> bool:
        """The selected link up or down by one; False: it is at the end already."""
        here, there = self.place, self.place + by
        if not (0 <= there < len(self.order)):
            return False
        order = list(self.order)
        order[here], order[there] = order[there], order[here]
        self.order, self.place = tuple(order), there
        return True

    def take(self, order: Sequence[str]) -> None:
        """Another order; the link that is selected stays selected."""
        selected = self.order[self.place] if self.order else ""
        self.order = tuple(order)
        self.place = self.order.index(selected) if selected else 0

    def learn(self, orders: Orders) -> None:
        self.orders = orders
        for passage in (orders.best, orders.worst):
            self.known[passage.order] = passage

    def title(self, name: str) -> str:
        """Of the link with this id."""
        return self._by_id[name].title

    def forget(self) -> None:
        """What was answered; the order that is looked at stays."""
        self.known.clear()
        self.orders = None

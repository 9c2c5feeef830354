"""Making a series of coupons: where it is kept, and where it is not if a machine is away.

Without Set Loyalty the centre keeps it and sends it to the shops (how they get it is emulated).
With Set Loyalty reusable coupons are kept in both, one-time ones in Set Loyalty alone; while it is
away nothing is kept anywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from backends.set10.coupons import numbers
from backends.set10.coupons.kinds import UNUSED
from backends.set10.coupons.machines import CENTRE, LOYALTY, Machines
from backends.set10.coupons.schema import COUPONS, SET, Place, cards_coupons_processing, written
from backends.set10.coupons.schema import card_unique_coupon_exemplar_to_send as to_send
from backends.set10.coupons.settings import CouponSettings, Kind, Series
from backends.set10.coupons.spending import MADE, SERIES, send
from backends.set10.coupons.store import insert_new, insert_one
from cashier.errors import BadInput
from cashier.exchange import OutcomeUnknown, Unavailable
from cashier.i18n import _

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a series."""

    series: Series
    count: int
    """How many coupons, or ranges, it has."""
    places: tuple[str, ...]
    """The machines that keep it from now on."""


class Maker:
    def __init__(self, settings: CouponSettings, machines: Machines) -> None:
        self._settings, self._machines = settings, machines

    def make(self, series: Series, at: int) -> Made:
        """Raises BadInput where there is nothing to make, and Unavailable: kept nowhere."""
        if series.kind is Kind.TILL:
            words = _("the tills make the coupons of {series}, when a promotion prints them")
            raise BadInput(words.format(series=series.id))
        loyalty = self._settings.loyalty.connected
        try:
            if self.is_made(series):
                raise BadInput(_("the series {series} is made already").format(series=series.id))
            if loyalty and series.kind is Kind.ONE_TIME:
                return Made(series, self._in_loyalty(series, at), (LOYALTY,))
            with self._machines.writing(CENTRE, CENTRE) as sql:
                count = self._keep(sql, SET, series, at)
                send(sql, self._machines.shops, SERIES, at, series=series.id)
                if loyalty:
                    self._in_loyalty(series, at)
        except Unavailable as error:
            words = _("{why}. The series {series} was saved nowhere")
            text = words.format(why=error, series=series.id)
            raise Unavailable(text, cause=error.cause, ours=True) from error
        return Made(series, count, (LOYALTY, CENTRE) if loyalty else (CENTRE,))

    def is_made(self, series: Series) -> bool:
        """Raises Unavailable."""
        if self._settings.loyalty.connected and series.kind is Kind.ONE_TIME:
            where, place = LOYALTY, COUPONS
        else:
            where, place = CENTRE, SET
        head = place.types if series.kind is Kind.REUSABLE else place.batches
        with self._machines.reading(CENTRE, where) as sql:
            return sql.execute(select(head.c.id).where(head.c.id == series.id)).first() is not None

    def make_ready(self, at: int) -> None:
        """Those that a new chain has from the beginning. One that cannot be made now is made at
        the next start."""
        for series in self._settings.series:
            if not series.ready or series.kind is Kind.TILL:
                continue
            try:
                if not self.is_made(series):
                    self.make(series, at)
            except (Unavailable, OutcomeUnknown):
                continue

    def unaware(self) -> set[str]:
        """Shops that the centre has never told of a series. Raises Unavailable."""
        told = select(to_send.c.receiver).where(to_send.c.what == written(SERIES)).distinct()
        with self._machines.reading(CENTRE, CENTRE) as sql:
            return set(self._machines.shops) - {row.receiver for row in sql.execute(told)}

    def tell(self, shop: str, at: int) -> None:
        """Send all coupons to a shop whose database is new."""
        with self._machines.writing(CENTRE, CENTRE) as sql:
            for head in (SET.types, SET.batches):
                for row in sql.execute(select(head.c.id).order_by(head.c.id)).all():
                    send(sql, [shop], SERIES, at, series=row.id)
            made = cards_coupons_processing
            for row in sql.execute(select(made.c.number, made.c.kind_id)).all():
                send(sql, [shop], MADE, at, number=row.number, series=row.kind_id)

    def _in_loyalty(self, series: Series, at: int) -> int:
        with self._machines.writing(CENTRE, LOYALTY) as sql:
            return self._keep(sql, COUPONS, series, at)

    def _keep(self, sql: Connection, place: Place, series: Series, at: int) -> int:
        head = {
            "id": series.id,
            "name": str(series.name),
            "line_coupon": series.line_coupon,
            "starts_at": series.starts_at(),
            "ends_at": series.ends_at(),
            "is_blocked": series.blocked,
            "made_at": at,
            "came_at": at,
            "came_from": "",
        }
        if series.kind is Kind.REUSABLE:
            insert_one(sql, place.types, head)
            insert_new(sql, place.ranges, [*_ranges(series)])
            return len(series.range)
        insert_one(sql, place.batches, head)
        prefix = self._settings.numbers.serverGeneratedUniqueCouponPrefix
        rows = _exemplars(series, prefix)
        count = 0
        while chunk := list(islice(rows, _CHUNK)):
            insert_new(sql, place.exemplars, chunk)
            count += len(chunk)
        return count


def _ranges(series: Series) -> Sequence[dict[str, Any]]:
    return [
        {
            "length": len(span.first),
            "first_number": span.first,
            "last_number": span.last,
            "cardtype_id": series.id,
        }
        for span in series.range
    ]


def _exemplars(series: Series, prefix: str) -> Iterator[dict[str, Any]]:
    blank = {"batch_id": series.id, "client_id": None, "is_blocked": False, **UNUSED}
    for one in series.exemplar:
        own = {"client_id": one.client or None, "is_blocked": one.blocked}
        yield {**blank, "number": one.number, **own}
    for place in range(1, series.count + 1):
        yield {**blank, "number": numbers.of_server(prefix, series.id, place)}

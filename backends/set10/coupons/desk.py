"""Coupons as one till sees them.

Calls are short, block while they last, and may come from any thread. ``Unavailable`` always means
that nothing happened: the till sells on, and the coupon is refused or left unverified.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from backends.set10.coupons import numbers
from backends.set10.coupons.carrying import remember
from backends.set10.coupons.kinds import (
    UNUSED,
    CouponKind,
    Found,
    Use,
    find,
    not_found,
    refusal,
)
from backends.set10.coupons.machines import CENTRE, LOYALTY, shop_id, till_id
from backends.set10.coupons.schema import COUPONS, SET, cards_coupons_processing
from backends.set10.coupons.settings import Kind, Series
from backends.set10.coupons.spending import (
    MADE,
    UNUSED_AGAIN,
    send,
    spend,
    take_back,
)
from cashier.errors import BadInput
from cashier.exchange import OutcomeUnknown, Unavailable
from cashier.i18n import _

if TYPE_CHECKING:
    from backends.set10.coupons.topology import Topology


class CouponDesk:
    """One till's view. ``topology.desk(shop, till)`` makes it."""

    def __init__(self, topology: "Topology", shop: str, till: str) -> None:
        self._topology, self._machines = topology, topology.nodes
        self._settings = topology.settings
        self._shop, self._till = shop, till
        self._here, self._server = till_id(shop, till), shop_id(shop)
        if self._here not in self._machines.nodes:
            words = _("there is no till {till} of shop {shop} in the settings of coupons")
            raise BadInput(words.format(till=till[:20], shop=shop[:20]))

    def check(self, code: str, receipt_id: str, client_id: str, at: datetime) -> CouponKind:
        """What the coupon is good for. One that this receipt has used holds.

        Raises Refused, and Unavailable where the shop's server, or Set Loyalty, is away.
        """
        code = self._read(code)
        found = self._find(code)
        if found is None:
            raise not_found(code)
        if why := refusal(found, receipt_id, client_id, at):
            raise why
        return found.kind

    def use(
        self,
        codes: Sequence[str],
        receipt_id: str,
        purchase_number: str,
        client_id: str,
        at: datetime,
    ) -> None:
        """Use all of them or none; the same receipt may say it again.

        Raises Refused when somebody used one meanwhile; Unavailable: none is used; OutcomeUnknown:
        say it again, or ``unuse``.
        """
        wanted = sorted({self._read(code) for code in codes})
        if not wanted:
            return
        use = Use(
            self._shop, self._till, purchase_number, client_id, receipt_id, int(at.timestamp())
        )
        in_loyalty = False
        try:
            with self._machines.writing(self._here, self._server) as sql:
                left = spend(sql, SET, wanted, use, self._told, [CENTRE], at)
                if left and self._settings.loyalty.connected:
                    self._spend_in_loyalty(left, use, at)
                    in_loyalty = True
                elif left:
                    raise not_found(left[0])
        except Unavailable:
            if in_loyalty:  # its server did not take the rest: what Set Loyalty did is undone
                self._undo_in_loyalty(receipt_id, use.at)
            raise

    def unuse(self, receipt_id: str, at: datetime) -> None:
        """The whole receipt is cancelled or returned: its coupons are usable again, those that it
        printed and nobody used are not. What is away hears of it later: it waits at the till.

        Raises Unavailable, OutcomeUnknown when even the till's own database does not take that.
        """
        now = int(at.timestamp())
        later = []
        try:
            with self._machines.writing(self._here, self._server) as sql:
                take_back(sql, SET, receipt_id, [CENTRE], now)
        except (Unavailable, OutcomeUnknown):
            later.append(self._server)
        if self._settings.loyalty.connected:
            try:
                with self._machines.writing(self._server, LOYALTY) as sql:
                    take_back(sql, COUPONS, receipt_id, [], now)
            except (Unavailable, OutcomeUnknown):
                later.append(LOYALTY)
        # A coupon whose message still waits here must not outlive its receipt either.
        with self._machines.nodes[self._here].store.writing() as sql:
            waits = select(cards_coupons_processing.c.number)
            mine = cards_coupons_processing.c.receipt_id == receipt_id
            if sql.execute(waits.where(mine)).first() and self._server not in later:
                later.append(self._server)
            use = Use(self._shop, self._till, "", "", receipt_id, now)
            send(sql, later, UNUSED_AGAIN, now, use=use)
        self._topology.push(self._here, now)

    def make(
        self, kind_id: str, count: int, receipt_id: str, client_id: str, at: datetime
    ) -> list[str]:
        """Numbers of coupons to print; the same ones when the receipt asks again. Fewer than
        ``count`` where ``maxCountOfGeneratedCouponsInCheck`` does not allow more.

        They are sent to the shop's server; while it is away the message waits at the till.
        Raises BadInput where tills make no such coupons, Unavailable where the till's own
        database does not take it: then nothing may be printed.
        """
        series = self._told(kind_id)
        if series is None or series.kind is not Kind.TILL:
            raise BadInput(_("tills make no coupons {kind}").format(kind=kind_id[:60]))
        table, now = cards_coupons_processing, int(at.timestamp())
        ends = int((at + timedelta(days=series.holds_days)).timestamp())
        with self._machines.nodes[self._here].store.writing() as sql:
            of_receipt = table.c.receipt_id == receipt_id
            known = select(table.c.number).where(of_receipt, table.c.kind_id == kind_id)
            mine = {str(number) for (number,) in sql.execute(known)}
            total = sql.execute(select(func.count()).where(of_receipt)).scalar() or 0
            room = self._settings.numbers.maxCountOfGeneratedCouponsInCheck - total
            made = []
            for place in range(1, count + 1):
                number = self._number(receipt_id, kind_id, place)
                if number not in mine:
                    if room <= 0:
                        break
                    room -= 1
                    row = {
                        "number": number,
                        "kind_id": kind_id,
                        "shop_number": self._shop,
                        "cash_number": self._till,
                        "receipt_id": receipt_id,
                        "client_id": client_id if series.own_client and client_id else None,
                        "ends_at": ends if series.holds_days else None,
                        "made_at": now,
                        "came_at": now,
                        "came_from": "",
                        **UNUSED,
                    }
                    remember(sql, row)
                    maker = Use(self._shop, self._till, "", client_id, receipt_id, now)
                    send(sql, [self._server], MADE, now, number=number, series=kind_id, use=maker)
                made.append(number)
        self._topology.push(self._here, now)
        return made

    # --- how it is done

    def _read(self, code: str) -> str:
        """Raises Refused for what can be no coupon: it never reaches a database."""
        code = numbers.compact(code)
        if not numbers.could_be(code):
            raise not_found(code)
        return code

    def _told(self, kind_id: str) -> Series | None:
        return self._settings.kind(kind_id)

    def _number(self, receipt_id: str, kind_id: str, place: int) -> str:
        prefix = self._settings.numbers.cashGeneratedUniqueCouponPrefix
        return numbers.of_till(prefix, self._shop, self._till, receipt_id, kind_id, place)

    def _find(self, code: str) -> Found | None:
        with self._machines.reading(self._here, self._server) as sql:
            found = find(sql, SET, code, self._told)
        if found is not None or not self._settings.loyalty.connected:
            return found
        with self._machines.reading(self._server, LOYALTY) as sql:
            return find(sql, COUPONS, code, self._told)

    def _spend_in_loyalty(self, codes: Sequence[str], use: Use, at: datetime) -> None:
        with self._machines.writing(self._server, LOYALTY) as sql:
            if left := spend(sql, COUPONS, codes, use, self._told, [], at):
                raise not_found(left[0])

    def _undo_in_loyalty(self, receipt_id: str, now: int) -> None:
        """Raises OutcomeUnknown when it cannot be told."""
        try:
            with self._machines.writing(self._server, LOYALTY) as sql:
                take_back(sql, COUPONS, receipt_id, [], now)
        except Unavailable as error:
            raise OutcomeUnknown(str(error), ours=True) from error

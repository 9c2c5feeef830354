"""The race that matters: one coupon, two shops, a message that is late. Played on real machines in
a folder of its own, step by step, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from backends.house.fields import Text
from backends.set10.coupons.desk import CouponDesk
from backends.set10.coupons.reports import Conflict
from backends.set10.coupons.settings import (
    CouponSettings,
    Exemplar,
    Kind,
    Series,
    SetLoyalty,
    ShopServer,
)
from backends.set10.coupons.topology import Topology
from cashier.coupon_trace import Event
from cashier.exchange import Refused, Unavailable
from cashier.i18n import _

CODE = "9940000001"


@dataclass(frozen=True, slots=True)
class Step:
    """What happens, and what those who stand there see of it."""

    at: datetime
    what: str
    customer: str = ""
    cashier: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    conflicts: tuple[Conflict, ...]
    trace: tuple[Event, ...]


def settings(*, loyalty: bool) -> CouponSettings:
    """Two shops, and one coupon of a batch."""
    batch = Series(
        id="present",
        kind=Kind.ONE_TIME,
        name=Text(ru="Купон на 300 ₽", en="Coupon for 300"),
        exemplar=(Exemplar(number=CODE),),
    )
    return CouponSettings(
        loyalty=SetLoyalty(connected=loyalty),
        shop=(
            ShopServer(number="01", tills=("01",), delay_seconds=600),
            ShopServer(number="02", tills=("01",)),
        ),
        series=(batch,),
    )


class Race:
    """Play it with ``steps``; ``outcome`` says what is left when they are over."""

    def __init__(self, folder: Path, at: datetime, *, loyalty: bool) -> None:
        self._loyalty, self._at = loyalty, at
        before = at - timedelta(days=1)
        self.topology = Topology.open(settings(loyalty=loyalty), folder, before)
        self.topology.pump(before + timedelta(hours=1))  # the series has long been in the shops

    def close(self) -> None:
        self.topology.close()

    def outcome(self) -> Outcome:
        return Outcome(self.topology.conflicts(), self.topology.trace(CODE))

    def steps(self) -> Iterator[Step]:
        yield from self._with_loyalty() if self._loyalty else self._by_messages()

    def _by_messages(self) -> Iterator[Step]:
        first, second = self.topology.desk("01", "01"), self.topology.desk("02", "01")
        yield self._step(
            _("The shops tell the centre of used coupons, and the centre tells the other shops."),
            report=_("Messages between shop 01 and the centre take ten minutes today."),
        )
        yield self._using(first, "01", "17")
        yield self._waiting()
        self._pass(minutes=3)
        yield self._using(second, "02", "5")
        self.topology.pump(self._at)
        yield self._step(
            _("The message of shop 02 arrives: the centre notes this use as the first."),
            report=self._conflicts(),
        )
        self._pass(minutes=8)
        self.topology.pump(self._at)
        yield self._step(
            _("The message of shop 01 arrives. The centre knows another use already."),
            report=self._conflicts(),
        )
        self._pass(minutes=20)
        self.topology.pump(self._at)
        third = _("From now on every shop refuses it.")
        yield self._refused(second, third)

    def _with_loyalty(self) -> Iterator[Step]:
        first, second = self.topology.desk("01", "01"), self.topology.desk("02", "01")
        yield self._step(
            _("Set Loyalty is connected: one-time coupons are kept there alone, and asked there."),
            report=_("Messages between shop 01 and the centre take ten minutes today."),
        )
        yield self._using(first, "01", "17")
        self._pass(minutes=3)
        yield self._refused(second, _("The same coupon is scanned in shop 02."))
        self.topology.stop("loyalty")
        yield self._refused(second, _("Set Loyalty goes away. Somebody tries once more."))
        self.topology.start("loyalty")
        self._pass(minutes=20)
        self.topology.pump(self._at)
        yield self._step(_("All messages have arrived."), report=self._conflicts())

    # --- one step

    def _pass(self, *, minutes: int) -> None:
        self._at += timedelta(minutes=minutes)

    def _step(self, what: str, **seen: str) -> Step:
        return Step(self._at, what, **seen)

    def _using(self, desk: CouponDesk, shop: str, purchase: str) -> Step:
        receipt_id = f"race-{shop}"
        desk.check(CODE, receipt_id, "", self._at)
        desk.use([CODE], receipt_id, purchase, "", self._at)
        return self._step(
            _("Coupon {code} is used in shop {shop}, till 01, receipt {receipt}.").format(
                code=CODE, shop=shop, receipt=purchase
            ),
            customer=_("300 less to pay."),
            cashier=_("The coupon is accepted: {machine} says that it is unused.").format(
                machine="Set Loyalty"
                if self._loyalty
                else _("the server of shop {shop}").format(shop=shop)
            ),
        )

    def _waiting(self) -> Step:
        (message,) = self.topology.messages()
        due = f"{message.due_at.astimezone(self._at.tzinfo):%H:%M}"
        return self._step(
            _("The message to the centre is on its way until {time}.").format(time=due),
            report=_("Shop 02 still has the coupon as unused."),
        )

    def _refused(self, desk: CouponDesk, what: str) -> Step:
        try:
            desk.check(CODE, "race-again", "", self._at)
        except Refused as why:
            cashier = _("Refused: {why}.").format(why=why)
        except Unavailable as why:
            cashier = _("Not checked: {why}. The till sells on without it.").format(why=why)
        else:
            cashier = _("The coupon is accepted.")
        return self._step(what, customer=_("The full price."), cashier=cashier)

    def _conflicts(self) -> str:
        found = self.topology.conflicts()
        if not found:
            return _("No coupon was used twice.")
        return "\n".join(conflict_words(one, self._at) for one in found)


def conflict_words(one: Conflict, zone: datetime) -> str:
    """A row of the report: who, where and when."""
    unknown = _("a use that is not known any more")
    text = _("Coupon {code} was used twice. First: {first}. Again: {second}.").format(
        code=one.number,
        first=one.first.words(zone) if one.first else unknown,
        second=one.second.words(zone),
    )
    return text if not one.undone else text + " " + _("One of the receipts was undone since.")

"""The embedded loyalty system behind the exchange."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.house import (
    demo,
    identifying,
    pricing,
    registering,
    returns,
    sales,
    samples,
    spending,
    undoing,
)
from backends.house.club import Club
from backends.house.coupon_desk import CouponDesk
from backends.house.loading import remembered_rules
from backends.house.part import Part
from backends.house.rules import Promotion, Rules
from backends.house.rules_file import RulesFile
from backends.house.store import Store
from cashier import fixtures
from cashier.clock import Clock, Ids
from cashier.errors import ConfigError
from cashier.exchange import (
    AttachCardRequest,
    CalculateRequest,
    Calculation,
    Can,
    CancelSaleRequest,
    Certificate,
    CertificateRequest,
    CheckCouponRequest,
    ConfirmationRequired,
    FeedbackLeft,
    FeedbackRequest,
    FindSaleRequest,
    Found,
    FoundSale,
    IdentifyRequest,
    NotFound,
    Opening,
    PhoneMessage,
    PointsOffer,
    PointsRequest,
    Reason,
    Refused,
    Registered,
    RegisterRequest,
    ReleaseRequest,
    Reserved,
    ReserveRequest,
    SaveReturnRequest,
    SaveSaleRequest,
    System,
    Upgrade,
    UpgradeRequest,
)
from cashier.i18n import _
from cashier.receipt import Coupon, Identifier, Kind, Settled
from cashier.sheets.sample import Sample
from cashier.shop import beside

if TYPE_CHECKING:
    from backends.keeping import Keeper
    from cashier.office import Office
    from cashier.scenario.given import Given
    from cashier.scenario.sight import Sight


class HouseBackend:
    """Customers, points, promotions and coupons on SQLite; ``path`` None keeps all in memory.

    The data are opened, and filled from the rules at the first start, with the first request.
    Calls are short and block while they last. Raises Refused, and Unavailable where the data
    cannot be used: every change is one transaction, so then nothing happened.
    """

    lives_here = True

    def __init__(
        self,
        path: Path | None,
        rules: Rules,
        *,
        clock: Clock,
        ids: Ids,
        phone: Callable[[PhoneMessage], None],
        rules_file: RulesFile | None = None,
        lets: Callable[[Promotion], bool] | None = None,
        desk: CouponDesk | None = None,
    ) -> None:
        """``rules_file``: where ``rules`` come from; without one the office cannot change them.
        ``lets``: which of the promotions hold at all; None: all. ``desk``: where coupons are kept
        that are not here."""
        self._path, self._rules, self._rules_file = path, rules, rules_file
        self._clock, self._ids, self._phone = clock, ids, phone
        self._lets, self._desk = lets, desk
        self._opened: Club | None = None

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path | None,
        card: Path,
        clock: Clock,
        ids: Ids,
        phone: Callable[[PhoneMessage], None],
        lets: Callable[[Promotion], bool] | None = None,
        desk: CouponDesk | None = None,
    ) -> "HouseBackend":
        """As a shop card asks: ``rules`` names a file beside it, the demo rules by default.

        Demo rules that the office has changed lie in the data folder. Without a folder everything
        is in memory, and the office changes nothing. Raises ConfigError.
        """
        for name, value in options.items():
            if name != "rules":
                text = _("{file}, field {field}: unknown field")
                raise ConfigError(text.format(file=card, field=f"loyalty.options.{name}"))
            if not isinstance(value, str) or not value:
                text = _("{file}, field {field}: expected the name of a rules file")
                raise ConfigError(text.format(file=card, field="loyalty.options.rules"))
        rules = options.get("rules")
        where = beside(card, rules) if rules else fixtures.path("loyalty.toml")
        if folder is None:
            return cls(
                None,
                remembered_rules(where),
                clock=clock,
                ids=ids,
                phone=phone,
                lets=lets,
                desk=desk,
            )
        file = RulesFile.open(where, folder / "loyalty.toml")
        return cls(
            folder / "loyalty.db",
            file.rules,
            clock=clock,
            ids=ids,
            phone=phone,
            rules_file=file,
            lets=lets,
            desk=desk,
        )

    @property
    def _club(self) -> Club:
        if self._opened is None:
            store = Store(self._path)
            rules = self._rules_file.rules if self._rules_file else self._rules
            club = Club(
                rules,
                store,
                self._clock,
                self._ids,
                self._phone,
                lets=self._lets,
                desk=self._desk,
            )
            try:
                demo.fill(club)
            except BaseException:
                store.close()
                raise
            self._opened = club
        return self._opened

    async def open(self, opening: Opening) -> System:  # noqa: ARG002 (any till may ask)
        settings = self._club.settings
        return System(
            name=str(settings.name),
            can=~(Can.CERTIFICATES | Can.FEEDBACK),
            registration=settings.registration,
            point_value=settings.points.value,
        )

    async def close(self) -> None:
        if self._opened is not None:
            self._opened.store.close()
            self._opened = None

    def samples(self) -> tuple[Sample, ...]:
        """What of the demo there is to scan."""
        return samples.samples(self._rules)

    def set_up(self, given: "Given") -> None:
        """Make it true what a scenario takes for given. Raises Refused, Unavailable."""
        from backends.house.given import set_up  # only scenarios need it

        set_up(self.keeping(), given)

    def sight(self, identifier: Identifier) -> "Sight | None":
        """Who is known by this, as a scenario would take him for given."""
        from backends.house.sight import sight  # with the first customer

        return sight(self._club, identifier)

    def audit(self) -> list[str]:
        """What in the books does not add up; nothing, unless there is a bug."""
        from backends.house.auditing import audit  # only scenarios ask

        return audit(self._club)

    def office(self) -> "Office":
        """The back office, over the same data."""
        from backends.house.office import HouseOffice  # most shifts never open it

        return HouseOffice(self._club, self._rules_file)

    def keeping(self) -> "Keeper":
        """The same data in the hands of a server."""
        from backends.house.keeping import HouseKeeper  # no till needs it

        return HouseKeeper.of(self._club)

    async def identify(self, request: IdentifyRequest) -> Found | NotFound | ConfirmationRequired:
        return identifying.identify(self._club, request)

    async def register(self, request: RegisterRequest) -> Registered | ConfirmationRequired:
        return registering.register(self._club, request)

    async def attach_card(self, request: AttachCardRequest) -> Found:
        return registering.attach(self._club, request)

    async def upgrade_level(self, request: UpgradeRequest) -> Upgrade:
        return registering.upgrade(self._club, request)

    async def check_coupon(self, request: CheckCouponRequest) -> Coupon:
        return pricing.check_coupon(self._club, request)

    async def calculate(self, request: CalculateRequest) -> Calculation:
        return pricing.calculate(self._club, request)

    def part(
        self, lets: Callable[[Promotion], bool]
    ) -> Callable[[CalculateRequest], Awaitable[Calculation]]:
        """Prices by some of the promotions only, for one of several places in a chain."""
        return Part(lambda: self._club, lets).calculate

    async def brought(self, request: CalculateRequest) -> Calculation:
        """Of a receipt that was priced in parts."""
        return pricing.brought(self._club, request)

    async def points(self, request: PointsRequest) -> PointsOffer:
        return spending.points(self._club, request)

    async def reserve(self, request: ReserveRequest) -> Reserved | ConfirmationRequired:
        return spending.reserve(self._club, request)

    async def release(self, request: ReleaseRequest) -> None:
        spending.release(self._club, request)

    async def save_sale(self, request: SaveSaleRequest) -> Settled:
        return sales.save(self._club, request)

    async def cancel_sale(self, request: CancelSaleRequest) -> None:
        if request.receipt.kind is Kind.RETURN:
            undoing.cancel_return(self._club, request)
        else:
            undoing.cancel_sale(self._club, request)

    async def send_feedback(self, request: FeedbackRequest) -> FeedbackLeft:  # noqa: ARG002
        """It leaves none with the till: never called."""
        return FeedbackLeft()

    async def certificate(self, request: CertificateRequest) -> Certificate:
        """The till keeps gift certificates itself: never called."""
        raise Refused(Reason.NOT_FOUND, request.number)

    async def find_sale(self, request: FindSaleRequest) -> tuple[FoundSale, ...]:
        return returns.find(self._club, request)

    async def save_return(self, request: SaveReturnRequest) -> Settled:
        return returns.save(self._club, request)

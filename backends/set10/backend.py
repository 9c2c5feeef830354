"""SetRetail10's till: Set10's own promotions, and the chain of providers around them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.chain import ChainBackend
from backends.house import HouseBackend
from backends.options import read_options
from backends.set10.making import Kit, Made
from backends.set10.options import Set10Options
from cashier.clock import Clock, Ids
from cashier.exchange import Opening, PhoneMessage, System
from cashier.receipt import Identifier
from cashier.sheets.sample import Sample

if TYPE_CHECKING:
    from cashier.coupon_trace import TracesCoupons
    from cashier.office import Office
    from cashier.scenario.given import Given
    from cashier.scenario.sight import Sight


class Set10Backend(ChainBackend):
    """The chain as ``ext-loyalty-providers.xml`` has it, or the till's database.

    The back office, the demo people and what scenarios take for given are those of Set10 itself.
    """

    lives_here = True

    def __init__(self, made: Made) -> None:
        super().__init__(
            "Set10",
            made.places,
            payer=made.payer,
            feedback_seconds=made.feedback_seconds,
            feedback_batch=made.feedback_batch,
        )
        self._own: HouseBackend = made.own
        self._made = made

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
    ) -> "Set10Backend":
        """As a shop card asks. Raises ConfigError."""
        read = read_options(options, Set10Options, card)
        kit = Kit(folder=folder, card=card, clock=clock, ids=ids, phone=phone)
        return cls(kit.make(read))

    async def open(self, opening: Opening) -> System:
        self._made.take_place(opening.shop, opening.till)
        system = await super().open(opening)
        return system.model_copy(update={"notes": (*self._made.notes, *system.notes)})

    async def close(self) -> None:
        await super().close()
        self._made.close()

    def office(self) -> "Office":
        return self._own.office()

    def coupons(self) -> "TracesCoupons | None":
        """The machines that coupons travel between; None: they are Set10's own."""
        return self._made.machines

    def samples(self) -> tuple[Sample, ...]:
        return self._own.samples()

    def set_up(self, given: "Given") -> None:
        """Make it true what a scenario takes for given. Raises Refused, Unavailable."""
        self._own.set_up(given)

    def sight(self, identifier: Identifier) -> "Sight | None":
        return self._own.sight(identifier)

    def audit(self) -> list[str]:
        """What in the books of Set10 does not add up."""
        return self._own.audit()

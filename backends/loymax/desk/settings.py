"""``loymax.toml`` in the data folder of the server: what a Loymax project sets up for its tills."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field

from backends.loymax.common.names import PaymentConfirmation
from backends.loymax.desk.rounding import Over, Target, Way
from cashier.config import Settings, load


class RefundType(StrEnum):
    NORMAL = "Normal"
    """As many points as paid for what comes back."""
    BONUS_FIRST = "BonusFirst"
    """Points first, then money."""


class RefundNegative(StrEnum):
    SUPPRESS = "SuppressNegative"
    ALLOW = "AllowNegative"


class LoymaxSettings(Settings):
    """All of it may be left out."""

    discount_round: int = Field(default=1, ge=1, le=1_000_000)
    """``roundValue`` of the direct discount correction, in kopecks; 1: there is none."""
    discount_over: Over = Over.ALL_CHEQUE
    discount_way: Way = Way.DOWN
    payment_round: int = Field(default=1, ge=1, le=1_000_000)
    """``roundValue`` of the payment correction; 1: there is none."""
    payment_target: Target = Target.AVAILABLE_AMOUNT
    per_unit: bool = False
    """``isPerUnit``: discounts divide evenly by the quantity."""
    divisibility: int = Field(default=1, ge=1, le=1_000_000)
    """The smallest step of the currency, in kopecks."""
    hold_minutes: int = Field(default=30, ge=1, le=100_000)
    """How long points are held for a purchase that nobody confirms (*emulated*)."""
    certificates: tuple[str, ...] = tuple(f"98{number:011}" for number in range(1, 51))
    """Numbers of gift certificates that may be sold, each for any sum."""
    payment_confirmation: PaymentConfirmation = PaymentConfirmation.NONE
    """What is asked of a customer who pays with points, where the wire has a place for it."""
    refund_type: RefundType = RefundType.NORMAL
    """What comes back first of a sale that points paid a part of."""
    refund_negative: RefundNegative | None = None
    """Whether a return may take the balance below zero; None: as the rules say."""


def settings_in(folder: Path) -> LoymaxSettings:
    """Raises ConfigError."""
    path = folder / "loymax.toml"
    return load(path, LoymaxSettings) if path.is_file() else LoymaxSettings()

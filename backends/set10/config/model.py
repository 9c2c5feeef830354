"""The chain as the file has it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from backends.set10.config.names import SHIPPED_BATCH, SHIPPED_INTERVAL


class Simple(StrEnum):
    """Which advertising actions a filter lets through (table 2); the names of its classes."""

    BONUS_ACCRUE = "BonusAccrueSetActionsFilter"
    BONUS_DISCOUNT = "BonusDiscountSetActionsFilter"
    COUPON = "CouponSetActionsFilter"
    GIFT_NOTIFICATION = "GiftNotificationSetActionsFilter"
    NON_ROUNDING = "NonRoundingSetActionsFilter"
    NON_WORKS_ANY_TIME = "NonWorksAnyTimeSetActionsFilter"
    ROUNDING = "RoundingSetActionsFilter"
    WORKS_ANY_TIME = "WorksAnyTimeSetActionsFilter"


@dataclass(frozen=True, slots=True)
class And:
    filters: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    filters: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    filter: "Filter"


Filter: TypeAlias = Simple | And | Or | Not


@dataclass(frozen=True, slots=True)
class Listed:
    """One provider of the list."""

    provider: str
    """``set10``, ``set-api``, ...; empty for a bean that nobody knows."""
    bean: str
    """The id that it is referred to by, or its class."""
    is_ref: bool
    line: int
    filter: Filter | None = None
    """None: Set10 as a whole, or an external provider."""
    trouble: str = ""
    """Why it takes no part: an unknown bean, a missing reference."""


@dataclass(frozen=True, slots=True)
class ChainFile:
    listed: tuple[Listed, ...]
    """All, in order."""
    stale_feedback_send_interval_seconds: int = SHIPPED_INTERVAL
    max_stale_feedback_to_send: int = SHIPPED_BATCH
    troubles: tuple[tuple[int, str], ...] = ()
    """What is wrong besides, with its line: told by ``cashier chain check``, and worked around."""

    @property
    def providers(self) -> tuple[Listed, ...]:
        """Those that are known."""
        return tuple(one for one in self.listed if one.provider)

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


class Fault(StrEnum):
    """What kind of trouble a part of the file is."""

    UNKNOWN_BEAN = "unknown_bean"
    NO_SUCH_BEAN = "no_such_bean"
    NO_PROVIDER = "no_provider"
    """Something else than a bean or a reference in the list."""
    FILTER = "filter"
    """A filter that cannot be understood: its link takes no part."""
    EMPTY_FILTER = "empty_filter"
    SAME_ID = "same_id"
    SAID_TWICE = "said_twice"
    NUMBER = "number"
    NAMESPACE = "namespace"


@dataclass(frozen=True, slots=True)
class Trouble:
    fault: Fault
    line: int
    text: str


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
    fault: Fault | None = None
    """The kind of that trouble."""

    @property
    def whole(self) -> bool:
        """All of Set10, without a filter: the classic provider, or one that filters nothing."""
        return self.provider == "set10" and self.filter is None


@dataclass(frozen=True, slots=True)
class ChainFile:
    listed: tuple[Listed, ...]
    """All, in order."""
    stale_feedback_send_interval_seconds: int = SHIPPED_INTERVAL
    max_stale_feedback_to_send: int = SHIPPED_BATCH
    troubles: tuple[Trouble, ...] = ()
    """What is wrong besides: told by ``cashier chain check``, and worked around."""
    line: int = 0
    """Of the list of providers."""

    @property
    def providers(self) -> tuple[Listed, ...]:
        """Those that are known."""
        return tuple(one for one in self.listed if one.provider)

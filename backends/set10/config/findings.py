"""What a check of a chain finds, and what it looks at."""

from dataclasses import dataclass
from enum import StrEnum

from backends.set10.config.beans import Beans
from backends.set10.config.model import ChainFile


class Severity(StrEnum):
    ERROR = "error"
    """It does not work as it stands there, or a price is wrong."""
    WARNING = "warning"
    """It works, and hardly as it was meant."""
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    severity: Severity
    line: int
    text: str
    advice: str = ""
    """What to do about it."""


@dataclass(frozen=True)
class Seen:
    """All that the checks look at."""

    beans: Beans
    chain: ChainFile
    registered: frozenset[str] | None
    """Providers that are registered among the external systems; None: not known."""
    triggered: frozenset[str] | None
    """Providers that some advertising action triggers; None: not known."""

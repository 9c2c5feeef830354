"""Renderers of slips, and the printers that they make."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # laid out when the first receipt is finished, not when the till opens
    from cashier.slip import Slip


class Printer(Protocol):
    """Where slips come out."""

    def print(self, slip: "Slip") -> None:
        """Raises OSError when it cannot; the sale is finished all the same."""
        ...

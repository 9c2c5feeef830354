"""Renderers of slips, and the printers that they make."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # laid out when the first receipt is finished, not when the till opens
    from cashier.slip import Slip


class Printer(Protocol):
    """Where slips come out. A printer in trouble does not touch the sale."""

    def print(self, slip: "Slip") -> None:
        """Raises OSError when the slip did not come out whole."""
        ...

    def open_drawer(self) -> None:
        """Open the drawer that hangs on the printer. Raises OSError."""
        ...


class NotFiled(OSError):
    """The slip is on paper, but its text copy was not written."""


def reason(error: OSError) -> str:
    """The sentence of an error."""
    return error.strerror or str(error)

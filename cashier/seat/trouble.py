"""What may go wrong between the till and the instructor."""

from cashier.errors import CashierError


class NoSeat(CashierError):
    """Nobody can be let in, or there is no till that lets anybody in."""

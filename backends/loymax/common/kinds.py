"""Kinds of operations."""

from enum import Enum


class Kind(Enum):
    BALANCE = "Balance"
    CALCULATE = "Calculate"
    AVAILABLE = "Available"
    PAYMENT = "Payment"
    ACCRUAL = "Accrual"
    REFUND = "Refund"
    CONFIRM = "Confirm"
    CANCEL = "Cancel"

    @property
    def of_purchase(self) -> bool:
        """It is part of one."""
        return self is not Kind.BALANCE

    @property
    def changes(self) -> bool:
        return self not in (Kind.BALANCE, Kind.CALCULATE, Kind.AVAILABLE)

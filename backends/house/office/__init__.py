"""The back office of the embedded system."""

from backends.house.office.house import HouseOffice

__all__ = ["HouseOffice"]

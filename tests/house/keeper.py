"""The data of a counter's system in the hands of a server."""

import pytest
from house.counter import Counter

from backends.keeping import CardInfo, Keeper, keeper_of
from cashier.exchange import Reason, Refused


def keeper(counter: Counter) -> Keeper:
    kept = keeper_of(counter.house)
    assert kept is not None
    return kept


def card(counter: Counter, number: str) -> CardInfo:
    """One that exists."""
    info = keeper(counter).cards.card(number)
    assert info is not None
    return info


class refused:  # noqa: N801 - reads as pytest.raises does
    """The block inside is refused for this reason."""

    def __init__(self, reason: Reason) -> None:
        self._reason, self._caught = reason, pytest.raises(Refused)

    def __enter__(self) -> None:
        self._error = self._caught.__enter__()

    def __exit__(self, *trouble: object) -> bool | None:
        swallowed = self._caught.__exit__(*trouble)  # type: ignore[arg-type]
        assert self._error.value.reason is self._reason
        assert self._error.value.text
        return swallowed

"""What wires mix up is put right where it means the same, and nowhere else."""

from decimal import Decimal
from typing import Any

import pytest

from backends.mapped.answers import read_answer
from backends.mapped.lenient import mended
from backends.mapped.loading import UNMAPPED
from backends.mapped.scope import Nonsense
from cashier.exchange import Found
from cashier.methods import METHODS
from cashier.receipt import Settled

FOUND = {"outcome": "found", "customer": None, "cards": [{"number": "29"}]}


def card(**fields: Any) -> dict[str, Any]:
    return {**FOUND, "cards": [{"number": "29", **fields}]}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"number": 29}, {"number": "29"}),
        ({"number": Decimal("29.50")}, {"number": "29.50"}),
        ({"level": None}, {}),
        ({"balance": "1250"}, {"balance": 1250}),
        ({"balance": " -5 "}, {"balance": -5}),
        ({"balance": Decimal("12.00")}, {"balance": 12}),
        ({"may_earn": "false"}, {"may_earn": False}),
        ({"may_earn": " True "}, {"may_earn": True}),
    ],
)
def test_what_means_the_same_is_put_right(given: dict[str, Any], read: dict[str, Any]) -> None:
    assert mended(Found, card(**given)) == card(**read)
    assert isinstance(read_answer(METHODS["identify"], "here", card(**given)), Found)


@pytest.mark.parametrize(
    "given",
    [
        {"balance": "12.50"}, {"balance": Decimal("12.5")}, {"balance": None}, {"balance": True},
        {"balance": "x"}, {"balance": ""}, {"balance": "1e3"}, {"balance": "9" * 16},
        {"balance": Decimal("1e30")}, {"number": None}, {"number": True}, {"number": ["29"]},
        {"may_earn": 1}, {"may_earn": "yes"}, {"may_earn": None}, {"status": "odd"},
        {"status": None}, {"unheard_of": 1},
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_refused(given: dict[str, Any]) -> None:
    assert mended(Found, card(**given)) == card(**given)
    with pytest.raises(Nonsense, match=r"^here: "):
        read_answer(METHODS["identify"], "here", card(**given))


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("save_sale", {"feedback": []}),
        ("calculate", {"feedback": []}),
        ("open", {"feedback_seconds": 5}),
        ("open", {"feedback_batch": 5}),
    ],
)
def test_feedback_is_refused_for_nothing_could_be_handed_back(
    method: str, given: dict[str, Any]
) -> None:
    with pytest.raises(Nonsense, match=f"^here: a mapped system has no {min(given)}"):
        read_answer(METHODS[method], "here", given)


@pytest.mark.parametrize("value", [None, 5, "text", [], {"outcome": None}, {"outcome": []}, {}])
def test_what_is_no_answer_at_all_is_refused(value: Any) -> None:
    for method in METHODS.values():
        if method.answer is not None and method.name not in ("open", "find_sale", *UNMAPPED):
            if method.answer is Settled and value == {}:
                continue  # nothing was earned: that may be
            if method.name == "calculate" and value == {}:
                continue  # no discounts: that may be, too
            with pytest.raises(Nonsense):
                read_answer(method, "here", value)

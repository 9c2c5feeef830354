"""What filters let through: trees of them against a truth table of our own."""

from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from set10.chain_texts import both, own, read, simple, turned

from backends.house.fields import Text
from backends.house.rules import Kind, Promotion
from backends.set10.config import filters
from backends.set10.config.model import And, Filter, Listed, Not, Or, Simple
from backends.set10.config.titles import title_of

Tree: TypeAlias = "str | tuple[str, list[Tree]]"
"""A filter by the name in its class, or ``And``, ``Or``, ``Not`` of others."""

PROMOTIONS = [
    Promotion(id="p", kind=kind, name=Text(ru="p", en="p"), summable=summable)
    for kind in Kind
    for summable in (False, True)
]
TRUTH: dict[str, Callable[[Promotion], bool]] = {
    "BonusAccrue": lambda one: one.kind == "bonus",
    "BonusDiscount": lambda _one: False,  # no promotion is the spending of points
    "Coupon": lambda one: one.kind == "print",
    "GiftNotification": lambda one: one.kind == "gift",
    "NonRounding": lambda one: one.kind != "round",
    "NonWorksAnyTime": lambda one: not one.summable,
    "Rounding": lambda one: one.kind == "round",
    "WorksAnyTime": lambda one: one.summable,
}


def trees() -> st.SearchStrategy[Tree]:
    return st.recursive(
        st.sampled_from(sorted(TRUTH)),
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(["And", "Or"]), st.lists(inner, max_size=4)),
            st.tuples(st.just("Not"), st.lists(inner, min_size=1, max_size=1)),
        ),
        max_leaves=12,
    )


def xml(tree: Tree) -> str:
    if isinstance(tree, str):
        return simple(tree)
    kind, inner = tree
    return turned(xml(inner[0])) if kind == "Not" else both(*map(xml, inner), of=kind)


def true(tree: Tree, promotion: Promotion) -> bool:
    if isinstance(tree, str):
        return TRUTH[tree](promotion)
    kind, inner = tree
    found = [true(one, promotion) for one in inner]
    return {"And": all(found), "Or": any(found), "Not": not any(found)}[kind]


def of(tree: Tree) -> Filter | None:
    (listed,) = read(own(xml(tree))).listed
    assert not listed.trouble
    return listed.filter


@given(tree=trees())
def test_a_filter_lets_through_what_the_truth_table_says(tree: Tree) -> None:
    lets = of(tree)
    for promotion in PROMOTIONS:
        assert filters.allows(lets, promotion) == true(tree, promotion)


@given(tree=trees())
def test_a_filter_and_its_opposite_part_all_promotions(tree: Tree) -> None:
    lets, not_lets = of(tree), of(("Not", [tree]))
    for facts in filters.EVERY:
        assert filters.lets(lets, facts) != filters.lets(not_lets, facts)


@given(tree=trees())
def test_every_filter_has_words(tree: Tree) -> None:
    assert filters.words(of(tree)).strip(" ,")


def test_the_three_links_of_set10_that_are_shipped_share_all_promotions() -> None:
    early = of(("And", ["NonWorksAnyTime", "NonRounding"]))
    late = of(("And", ["WorksAnyTime", "NonRounding"]))
    rounding = of("Rounding")
    for promotion in PROMOTIONS:
        lets = [filters.allows(one, promotion) for one in (early, late, rounding)]
        assert sum(lets) == 1


def test_no_filter_lets_everything_through() -> None:
    assert all(filters.allows(None, promotion) for promotion in PROMOTIONS)
    assert filters.lets_points(None)


@pytest.mark.parametrize(
    ("lets", "points"),
    [
        (Simple.BONUS_DISCOUNT, True),
        (Simple.BONUS_ACCRUE, False),
        (Simple.NON_ROUNDING, True),
        (Simple.WORKS_ANY_TIME, True),
        (Not(Simple.BONUS_DISCOUNT), False),
        (Simple.ROUNDING, False),
        (And((Simple.BONUS_DISCOUNT, Simple.ROUNDING)), False),
    ],
)
def test_whether_points_may_be_spent(lets: Filter, *, points: bool) -> None:
    assert filters.lets_points(lets) is points


@pytest.mark.parametrize(
    ("lets", "only"),
    [
        (Simple.ROUNDING, True),
        (And((Simple.ROUNDING, Simple.WORKS_ANY_TIME)), True),
        (Not(Simple.NON_ROUNDING), True),
        (Or((Simple.ROUNDING, Simple.COUPON)), False),
        (Simple.WORKS_ANY_TIME, False),
        (Or(()), False),
        (And((Simple.ROUNDING, Simple.NON_ROUNDING)), False),
        (None, False),
    ],
)
def test_what_does_nothing_but_round(lets: Filter | None, *, only: bool) -> None:
    assert filters.rounds_only(lets) is only


@pytest.mark.parametrize(
    ("lets", "words"),
    [
        (None, "Set10"),
        (Simple.ROUNDING, "Set10: rounding"),
        (And((Simple.WORKS_ANY_TIME, Simple.NON_ROUNDING)), "Set10: always summed, not rounding"),
        (
            And((Or((Simple.BONUS_ACCRUE, Simple.BONUS_DISCOUNT)), Simple.NON_WORKS_ANY_TIME)),
            "Set10: (earning or points as discount), not always summed",
        ),
        (Not(Or((Simple.COUPON, Simple.GIFT_NOTIFICATION))),
         "Set10: not (coupon printing or gift notice)"),
        (And(()), "Set10: everything"),
        (Or(()), "Set10: nothing"),
    ],
)  # fmt: skip
def test_a_link_is_called_by_what_it_lets_through(lets: Filter | None, words: str) -> None:
    assert title_of(Listed("set10", "x", is_ref=False, line=1, filter=lets)) == words

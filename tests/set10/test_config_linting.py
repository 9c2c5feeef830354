"""What ``cashier chain check`` finds: each finding has a chain that has it, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from set10.chain_texts import (
    ACTIONS,
    BEANS,
    CLASSIC,
    CUSTOM,
    FILTERS,
    LOYMAX,
    MANZANA,
    SET_API,
    SETTINGS,
    both,
    own,
    simple,
    text,
    turned,
)
from set10.test_config_filters import Tree, trees, true, xml

from backends.house.fields import Text
from backends.house.rules import Kind, Promotion
from backends.set10.config.linting import Checked, check
from cashier import fixtures

EARLY = own(both(simple("NonWorksAnyTime"), simple("NonRounding")))
LATE = own(both(simple("WorksAnyTime"), simple("NonRounding")))
ROUND = own(simple("Rounding"))
SOUND = (EARLY, SET_API, LOYMAX, LATE, ROUND)


def checked(*rows: str, beans: str = BEANS, settings: str = SETTINGS, **known: str) -> Checked:
    sets = {name: frozenset(words.split()) for name, words in known.items()}
    return check(text(*rows, beans=beans, settings=settings), "chain.xml", **sets)


def found(given: Checked) -> list[tuple[str, int]]:
    return [(one.severity.value, one.line) for one in given.findings]


@pytest.mark.parametrize("name", ["ext-loyalty-providers", "table3"])
def test_the_files_of_the_document_are_sound(name: str) -> None:
    given = fixtures.path(f"chain/{name}.xml").read_text("utf-8")
    assert check(given, name).findings == ()


def test_the_chain_of_these_tests_is_sound() -> None:
    assert checked(*SOUND).findings == ()
    assert checked(*SOUND, registered="set-api loymax", triggered="loymax set-api").sound


LINKS = {
    "a bean that nobody knows": (
        (EARLY, '<bean class="com.example.Mine"/>', LATE, ROUND), {},
        [("error", 6, "com.example.Mine is no provider")],
    ),
    "a reference to nowhere": (
        (EARLY, '<ref bean="mine"/>', LATE, ROUND), {}, [("error", 6, "mine leads to no bean")],
    ),
    "a shipped bean that is not defined": (
        (EARLY, SET_API, LATE, ROUND), {"beans": ""}, [("error", 6, "set-api-loy-provider")],
    ),
    "a filter that nobody knows": (
        (EARLY, LATE, ROUND, own(simple("Sunday"))), {}, [("error", 8, "Sunday")],
    ),
    "something else in the list": (
        (EARLY, "<value>x</value>", LATE, ROUND), {}, [("error", 6, "got <value>")],
    ),
    "the same id twice": (
        SOUND, {"beans": BEANS + BEANS.splitlines()[2]}, [("error", 18, "2 beans with the id")],
    ),
    "a property of nowhere": (
        (EARLY, f'<bean class="{CUSTOM}"><property name="actionsProvider" ref="gone"/>'
         f'<property name="filter">{both(simple("WorksAnyTime"), simple("NonRounding"))}'
         "</property></bean>", ROUND), {}, [("warning", 6, "refers to gone")],
    ),
    "no actions": (
        (EARLY, '<bean class="ru.crystals.pos.loyal.loymax.LoymaxLoyProvider"/>', LATE, ROUND), {},
        [("warning", 6, "has no actionsProvider")],
    ),
    "a filter on the classic provider": (
        (f'<bean class="{CLASSIC}">{ACTIONS}<property name="filter">{simple("Coupon")}'
         "</property></bean>",), {}, [("error", 5, "takes no filter")],
    ),
    "a provider that is defined and not listed": (
        SOUND,
        {"beans": BEANS + f'<bean id="mine" class="{CUSTOM}">{ACTIONS}</bean>'},
        [("hint", 18, "mine is defined")],
    ),
    "a bean of another maker that is not listed": (
        SOUND, {"beans": BEANS + '<bean id="mine" class="com.example.Mine"/>'},
        [("hint", 18, "com.example.Mine")],
    ),
    "rounding that is not last": (
        (EARLY, ROUND, LATE), {},
        [("warning", 6, "rounds (Set10: rounding), and 1 link comes"), ("warning", 7, "after the")],
    ),
    "rounding together with others, not last": (
        (own(simple("WorksAnyTime")), LOYMAX,
         own(simple("NonWorksAnyTime"))), {},
        [("warning", 5, "2 links come after it")],
    ),
    "Set10 as a whole, not last": (
        ('<ref bean="classic-set10-loy-provider"/>', SET_API), {},
        [("warning", 5, "1 link comes after it")],
    ),
    "a provider that is listed twice": (
        (EARLY, LOYMAX, LATE, LOYMAX, ROUND), {}, [("error", 8, "Loymax is listed twice")],
    ),
    "the classic provider beside links with filters": (
        (EARLY, LATE, ROUND, '<ref bean="classic-set10-loy-provider"/>'), {},
        [("warning", 7, "1 link comes"), ("error", 8, "links 1, 2, 3 give again"),
         ("warning", 8, "after the rounding")],
    ),
    "the classic provider twice": (
        (LOYMAX, *['<ref bean="classic-set10-loy-provider"/>'] * 2), {},
        [("warning", 6, "1 link comes"), ("error", 7, "everything is given twice")],
    ),
    "a filter that lets nothing through": (
        (EARLY, LATE, own(both(simple("Coupon"), simple("Rounding"))), ROUND), {},
        [("warning", 7, "lets nothing through")],
    ),
    "an empty Or": (
        (EARLY, LATE, own(both(of="Or")), ROUND), {},
        [("warning", 7, "SetActionsOrFilter holds no filters"), ("warning", 7, "nothing")],
    ),
    "an empty And": (
        (own(both()),), {}, [("warning", 5, "SetActionsAndFilter holds no filters")],
    ),
    "a promotion that two links let through": (
        (EARLY, LATE, own(turned(simple("NonRounding"))), own(simple("Rounding"))), {},
        [("error", 8, "links 3, 4 let the same through, so it is given more than once: rounding")],
    ),
    "a promotion that no link lets through": (
        (EARLY, ROUND), {},
        [("warning", 4, "lets through: always summed: discounts, earning, coupon printing, gift")],
    ),
    "points that nobody lets through": (
        (own(turned(simple("BonusDiscount"))),), {}, [("warning", 4, "points as discount")],
    ),
    "no Set10": ((LOYMAX,), {}, [("warning", 4, "Set10 itself is not in the chain")]),
    "an empty list": ((), {}, [("warning", 4, "Set10 itself"), ("warning", 4, "empty")]),
    "a bad number": (
        SOUND, {"settings": '<property name="maxStaleFeedbackToSend" value="-1"/>'},
        [("warning", 10, "got -1; 5 is taken")],
    ),
    "a setting twice": (
        SOUND, {"settings": SETTINGS * 2},
        [("warning", 13, "stands there 2 times"), ("warning", 14, "stands there 2 times")],
    ),
    "listed and not registered": (
        SOUND, {"registered": "set-api"}, [("warning", 7, "Loymax is listed and not registered")],
    ),
    "registered and not listed": (
        SOUND, {"registered": "set-api loymax kopilka"},
        [("warning", 4, "Kopilka is registered and not listed")],
    ),
    "registered without an action": (
        SOUND, {"registered": "set-api loymax", "triggered": "loymax"},
        [("warning", 6, "triggers Set API")],
    ),
    "listed without an action": (
        SOUND, {"triggered": "set-api"}, [("warning", 7, "triggers Loymax")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "given", "expected"), LINKS.values(), ids=LINKS)
def test_what_is_wrong_is_found_at_its_line_and_nothing_else(
    rows: tuple[str, ...], given: dict[str, str], expected: list[tuple[str, int, str]]
) -> None:
    result = checked(*rows, **given)
    assert found(result) == [(severity, line) for severity, line, _words in expected]
    for one, (_severity, _line, words) in zip(result.findings, expected, strict=True):
        assert words in one.text


def test_hints_alone_leave_a_chain_sound() -> None:
    strange = '<bean id="mine" class="com.example.Mine"/>'
    assert checked(*SOUND, beans=BEANS + strange).sound
    assert not checked(LOYMAX).sound


def test_a_known_bean_that_is_missing_comes_with_its_definition() -> None:
    (one,) = checked(EARLY, SET_API, LATE, ROUND, beans="").findings
    assert 'class="ru.crystals.pos.loyal.SetApiPluginLoyProvider"' in one.advice


def test_filters_that_are_beans_of_their_own_are_no_strangers() -> None:
    beans = BEANS + f'<bean id="r" class="{FILTERS}RoundingSetActionsFilter"/>'
    last = f'<bean class="{CUSTOM}">{ACTIONS}<property name="filter" ref="r"/></bean>'
    assert checked(EARLY, LATE, last, beans=beans).findings == ()


PROMOTIONS = [
    Promotion(id="p", kind=kind, name=Text(ru="p", en="p"), summable=summable)
    for kind in Kind
    for summable in (False, True)
]


@given(several=st.lists(trees(), min_size=1, max_size=4))
def test_overlaps_and_gaps_are_found_exactly_where_promotions_have_them(
    several: list[Tree],
) -> None:
    result = checked(*[own(xml(tree)) for tree in several])
    passed = [sum(true(tree, one) for tree in several) for one in PROMOTIONS]
    texts = [one.text for one in result.findings]
    if any(times > 1 for times in passed):
        assert any("more than once" in words for words in texts)
    missed = any("lets through:" in words for words in texts)
    if 0 in passed:
        assert missed
    if all(times == 1 for times in passed):
        assert all("points" in words for words in texts if "more than once" in words)
        assert all("lets through: points" in words for words in texts if "lets through:" in words)


def test_manzana_needs_no_actions() -> None:
    assert checked(EARLY, MANZANA, LATE, ROUND).findings == ()

"""Reading a chain: all that the vendor's page has, and all that nobody should be able to send."""

import pytest
from set10.chain_texts import (
    ACTIONS,
    BEANS,
    CLASSIC,
    CUSTOM,
    LOYMAX,
    MANZANA,
    ROUNDING,
    SET_API,
    both,
    own,
    read,
    simple,
    text,
    turned,
)

from backends.set10.config import read_chain
from backends.set10.config.model import And, Fault, Not, Or, Simple
from backends.set10.config.names import PROVIDERS
from cashier import fixtures
from cashier.errors import BadInput

SHIPPED = fixtures.path("chain/ext-loyalty-providers.xml").read_bytes()
TABLE3 = fixtures.path("chain/table3.xml").read_bytes()
EARLY = And((Simple.NON_WORKS_ANY_TIME, Simple.NON_ROUNDING))
LATE = And((Simple.WORKS_ANY_TIME, Simple.NON_ROUNDING))


def test_the_shipped_order_is_that_of_the_document() -> None:
    chain = read_chain(SHIPPED, "chain.xml")
    assert [one.provider for one in chain.listed] == [
        "set10", "set-api", "manzana", "smart-checkout", "loymax", "kopilka", "set-machine",
        "set10", "set10",
    ]  # fmt: skip
    own_filters = [one.filter for one in chain.listed if one.provider == "set10"]
    assert own_filters == [EARLY, LATE, Simple.ROUNDING]
    assert [one.is_ref for one in chain.listed] == [
        False, True, False, False, True, True, True, False, False,
    ]  # fmt: skip
    assert chain.stale_feedback_send_interval_seconds == 120
    assert chain.max_stale_feedback_to_send == 5
    assert not chain.troubles


def test_the_worked_example_is_that_of_the_document() -> None:
    chain = read_chain(TABLE3, "table3.xml")
    assert [(one.provider, one.filter) for one in chain.listed] == [
        ("set10", EARLY),
        ("set-api", None),
        ("loymax", None),
        ("set10", LATE),
        ("set10", Simple.ROUNDING),
    ]


def test_every_element_has_its_line() -> None:
    rows = SHIPPED.decode().splitlines()
    for one in read_chain(SHIPPED, "chain.xml").listed:
        wanted = f'<ref bean="{one.bean}"' if one.is_ref else f'<bean class="{one.bean}"'
        assert rows[one.line - 1].strip().startswith(wanted)


@pytest.mark.parametrize("of_class", PROVIDERS)
@pytest.mark.parametrize("as_ref", [False, True], ids=["bean", "ref"])
def test_any_provider_may_be_written_either_way(of_class: str, *, as_ref: bool) -> None:
    bean = f'<bean id="mine" class="{of_class}">{ACTIONS}</bean>'
    chain = read('<ref bean="mine"/>', beans=bean) if as_ref else read(bean)
    (one,) = chain.listed
    assert (one.provider, one.is_ref) == (PROVIDERS[of_class], as_ref)


def test_a_reference_leads_to_the_class_not_to_what_the_name_promises() -> None:
    bean = (
        '<bean id="loymax-loy-provider" class="ru.crystals.pos.loyal.kopilka.KopilkaLoyProvider"/>'
    )
    assert [one.provider for one in read(LOYMAX, beans=bean).listed] == ["kopilka"]


def test_a_bean_may_have_more_names_and_a_file_no_namespace() -> None:
    bean = '<bean name="one, two" class="ru.crystals.pos.loyal.loymax.LoymaxLoyProvider"/>'
    bare = text('<ref bean="two"/>', beans=bean).replace(
        ' xmlns="http://www.springframework.org/schema/beans"', ""
    )
    chain = read_chain(bare, "chain.xml")
    assert [one.provider for one in chain.listed] == ["loymax"]
    assert [one.fault for one in chain.troubles] == [Fault.NAMESPACE]


def test_the_classic_provider_has_no_filter() -> None:
    classic, inline, custom = read(
        '<ref bean="classic-set10-loy-provider"/>', f'<bean class="{CLASSIC}"/>', own()
    ).listed
    assert classic.whole and inline.whole and custom.whole


# --- filters


@pytest.mark.parametrize("one", Simple)
def test_every_filter_of_the_document_is_known(one: Simple) -> None:
    name = one.removesuffix("SetActionsFilter")
    (listed,) = read(own(simple(name))).listed
    assert listed.filter is one


def test_filters_stand_within_each_other() -> None:
    inner = both(simple("Coupon"), turned(simple("Rounding")), of="Or")
    (listed,) = read(own(both(inner, turned(turned(simple("WorksAnyTime")))))).listed
    assert listed.filter == And(
        (Or((Simple.COUPON, Not(Simple.ROUNDING))), Not(Not(Simple.WORKS_ANY_TIME)))
    )


@pytest.mark.parametrize(
    "lets",
    [
        '<property name="filter" ref="f"/>',
        '<property name="filter"><ref bean="f"/></property>',
        '<property name="filter">' + both("<ref bean='f'/>") + "</property>",
        '<property name="filter">' + turned("<ref bean='g'/>") + "</property>",
    ],
)
def test_a_filter_may_be_a_bean_of_its_own(lets: str) -> None:
    beans = ROUNDING.replace("<bean", '<bean id="f"') + turned("<ref bean='f'/>").replace(
        "<bean", '<bean id="g"', 1
    )
    (listed,) = read(f'<bean class="{CUSTOM}">{lets}</bean>', beans=beans).listed
    assert listed.filter in (
        Simple.ROUNDING, And((Simple.ROUNDING,)), Not(Not(Simple.ROUNDING)),
    )  # fmt: skip


def _deep(depth: int) -> str:
    lets = simple("Rounding")
    for _turn in range(depth - 1):
        lets = turned(lets)
    return lets


@pytest.mark.parametrize(
    ("lets", "why"),
    [
        (simple("Sunday"), "Sunday"),
        ("<value>5</value>", "there should be a filter"),
        ("<ref bean='nowhere'/>", "nowhere"),
        (turned(""), "there should be a filter"),
        (turned("").replace("hostFilter", "host"), "has no hostFilter"),
        (_deep(51), "within 50 others"),
        ("<ref bean='circle'/>", "holds itself"),
        ("<ref bean='d9'/>", "too many"),
    ],
)
def test_a_filter_that_nobody_understands_leaves_its_link_out(lets: str, why: str) -> None:
    doubling = simple("Rounding").replace("<bean", '<bean id="d0"')
    for turn in range(1, 10):
        twice = both(*[f"<ref bean='d{turn - 1}'/>"] * 10)
        doubling += twice.replace("<bean", f'<bean id="d{turn}"', 1)
    circle = turned("<ref bean='circle'/>").replace("<bean", '<bean id="circle"', 1)
    broken, sound = read(own(lets), LOYMAX, beans=BEANS + circle + doubling).listed
    assert (broken.provider, broken.fault) == ("", Fault.FILTER)
    assert why in broken.trouble
    assert sound.provider == "loymax"


def test_fifty_filters_within_each_other_are_read() -> None:
    (listed,) = read(own(_deep(50))).listed
    assert listed.filter is not None


@pytest.mark.parametrize("depth", [300, 1000, 5000])
def test_a_thousand_filters_within_each_other_are_refused_with_a_sentence(depth: int) -> None:
    with pytest.raises(BadInput, match=r"chain\.xml, line 5: .*too deep"):
        read(own(_deep(depth)))


# --- what is worked around


def test_a_bean_that_nobody_knows_is_named_and_the_others_stay() -> None:
    strange, manzana = read('<bean class="com.example.Mine"/>', MANZANA).listed
    assert (strange.provider, strange.fault, strange.line) == ("", Fault.UNKNOWN_BEAN, 5)
    assert "com.example.Mine" in strange.trouble
    assert manzana.provider == "manzana"


def test_a_reference_to_nowhere_is_named() -> None:
    lost, nameless, other = read(SET_API, "<ref/>", "<idref bean='x'/>", beans="").listed
    assert lost.fault is Fault.NO_SUCH_BEAN and "set-api-loy-provider" in lost.trouble
    assert nameless.fault is Fault.NO_SUCH_BEAN
    assert other.fault is Fault.NO_PROVIDER and "<idref>" in other.trouble


@pytest.mark.parametrize(
    "value", ["", "0", "-5", "1.5", "five", "99999999999", "٣", "86401", "&#48;"]
)
def test_a_setting_that_is_no_number_is_replaced_by_the_shipped_one(value: str) -> None:
    wrong = f'<property name="maxStaleFeedbackToSend" value="{value}"/>'
    chain = read(LOYMAX, settings=wrong)
    assert chain.max_stale_feedback_to_send == 5
    assert [one.fault for one in chain.troubles] == [Fault.NUMBER]


def test_settings_may_stand_in_an_element_or_not_at_all() -> None:
    inner = '<property name="staleFeedbackSendIntervalSeconds"><value> 30 </value></property>'
    chain = read(LOYMAX, settings=inner)
    assert chain.stale_feedback_send_interval_seconds == 30
    assert chain.max_stale_feedback_to_send == 5


def test_what_is_said_twice_counts_the_last_time() -> None:
    twice = "".join(f'<property name="maxStaleFeedbackToSend" value="{n}"/>' for n in (3, 4))
    second = '<bean id="loymax-loy-provider" class="com.example.Mine"/>'
    chain = read(LOYMAX, settings=twice, beans=BEANS + second)
    assert chain.max_stale_feedback_to_send == 4
    assert chain.listed[0].fault is Fault.UNKNOWN_BEAN
    assert {one.fault for one in chain.troubles} == {Fault.SAID_TWICE, Fault.SAME_ID}


# --- what is refused


def test_two_hundred_links_are_read_and_one_more_is_refused() -> None:
    assert len(read(*[MANZANA] * 200).listed) == 200
    with pytest.raises(BadInput, match="201"):
        read(*[MANZANA] * 201)


LAUGHS = (
    '<!DOCTYPE beans [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)).replace("&a0;", "&a;")
    + "]>"
)
BODY = text(SET_API).split("\n", 1)[1]
HEAD = '<?xml version="1.0"?>\n'
HOSTILE = {
    "laughs": HEAD + LAUGHS + BODY.replace("<list>", "<list>&a9;"),
    "laughs in an attribute": HEAD + LAUGHS + BODY.replace('value="5"', 'value="&a9;"'),
    "external entity": HEAD + '<!DOCTYPE beans [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + BODY,
    "external subset": HEAD + '<!DOCTYPE beans SYSTEM "http://127.0.0.1:9/x.dtd">' + BODY,
    "hidden behind comments": HEAD + "<!-- > --><?x ?> <!-- -->" * 2000 + LAUGHS + BODY,
    "comments without an end": HEAD + "<!-- -->" * 50_000 + "<!--",
    "entity that is not there": HEAD + BODY.replace("<list>", "<list>&nbsp;"),
    "not closed": BODY.replace("</list>", ""),
    "two roots": BODY + BODY,
    "no xml": "loy-providers-registry",
    "nothing": "",
    "blank": " \n",
    "control characters": BODY.replace("<list>", "<list>\x00\x01"),
    "no beans": "<beans/>",
    "no list": '<beans><bean id="loy-providers-registry"/></beans>',
    "too large": BODY + " " * 1_000_000,
}


@pytest.mark.parametrize("given", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("as_bytes", [False, True], ids=["text", "bytes"])
def test_hostile_texts_get_a_sentence_that_names_the_file(given: str, *, as_bytes: bool) -> None:
    with pytest.raises(BadInput, match=r"^chain\.xml\b"):
        read_chain(given.encode() if as_bytes else given, "chain.xml")


def test_what_only_looks_like_a_document_type_is_none() -> None:
    given = text(SET_API, "<!-- <!DOCTYPE beans> --><![CDATA[<!DOCTYPE x>]]>")
    assert len(read_chain(given, "chain.xml").listed) == 1


RUSSIAN = text("<!-- скидки -->", SET_API)


@pytest.mark.parametrize(
    ("declared", "codec", "bom"),
    [
        ("UTF-8", "utf-8", b""),
        ("utf8", "utf-8", b"\xef\xbb\xbf"),
        ("windows-1251", "cp1251", b""),
        ("KOI8-R", "koi8-r", b""),
        ("UTF-16", "utf-16", b""),
        ("UTF-16", "utf-16-be", b"\xfe\xff"),
    ],
)
def test_encodings_that_shops_have(declared: str, codec: str, bom: bytes) -> None:
    given = bom + RUSSIAN.replace("UTF-8", declared).encode(codec)
    assert len(read_chain(given, "chain.xml").listed) == 1


@pytest.mark.parametrize(
    ("declared", "codec", "bom"),
    [
        ("UTF-8", "cp1251", b""),  # says one thing, is another
        ("UTF-16", "utf-8", b""),
        ("windows-1251", "utf-8", b"\xef\xbb\xbf"),
        ("UTF-8", "utf-16", b""),
        ("us-ascii", "utf-8", b""),
        ("klingon", "utf-8", b""),
        ("utf-7", "utf-8", b""),
        ("rot13", "utf-8", b""),
        ("hex", "utf-8", b""),
        ("UTF-8", "utf-16-le", b""),
        ("UTF-8", "utf-32", b""),
    ],
)
def test_encodings_that_contradict_themselves_get_a_sentence(
    declared: str, codec: str, bom: bytes
) -> None:
    given = bom + RUSSIAN.replace("UTF-8", declared).encode(codec)
    with pytest.raises(BadInput, match=r"^chain\.xml\b"):
        read_chain(given, "chain.xml")


def test_text_from_a_database_has_no_encoding_whatever_it_declares() -> None:
    chain = read_chain(RUSSIAN.replace("UTF-8", "windows-1251"), "row")
    assert len(chain.listed) == 1

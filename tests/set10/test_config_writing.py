"""Writing a chain: only what is changed changes, to the byte."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from set10.chain_texts import BEANS, LOYMAX, MANZANA, SET_API, own, text
from set10.test_config_filters import Tree, of, trees

from backends.set10.config import read_chain
from backends.set10.config.linting import check
from backends.set10.config.model import Simple
from backends.set10.config.writing import Document
from cashier import fixtures
from cashier.errors import BadInput

FILES = [fixtures.path("chain/ext-loyalty-providers.xml"), fixtures.path("chain/table3.xml")]
SHIPPED = FILES[0].read_bytes()


def providers(text: bytes) -> list[str]:
    return [one.provider for one in read_chain(text, "chain.xml").listed]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_is_read_is_written(file: Path, ends: str) -> None:
    text = file.read_text("utf-8").replace("\n", ends).encode()
    assert Document(text, "chain.xml").text == text
    assert Document(b"\xef\xbb\xbf" + text, "chain.xml").text == b"\xef\xbb\xbf" + text


def test_another_alphabet_stays() -> None:
    text = SHIPPED.decode().replace("UTF-8", "windows-1251").encode("windows-1251")
    document = Document(text, "chain.xml")
    assert document.text == text
    document.reorder(range(8, -1, -1))
    assert "Округление".encode("windows-1251") in document.text
    document.reorder(range(8, -1, -1))
    assert document.text == text


@given(order=st.permutations(range(9)))
def test_any_order_and_back_leaves_the_text_as_it_was(order: list[int]) -> None:
    document = Document(SHIPPED, "chain.xml")
    before = providers(SHIPPED)
    document.reorder(order)
    assert providers(document.text) == [before[place] for place in order]
    assert sorted(document.text) == sorted(SHIPPED)
    document.reorder([order.index(place) for place in range(9)])
    assert document.text == SHIPPED


def test_a_comment_travels_with_its_provider() -> None:
    document = Document(SHIPPED, "chain.xml")
    document.reorder([8, *range(8)])
    text = document.text.decode()
    assert text.index("Округление: последним") < text.index("RoundingSetActionsFilter")
    assert text.index("Округление: последним") < text.index("Сначала свои акции")


def test_a_provider_comes_and_goes() -> None:
    document = Document(SHIPPED, "chain.xml")
    document.remove(2)
    assert "manzana" not in providers(document.text)
    document.add("manzana", 2)
    assert providers(document.text) == providers(SHIPPED)
    assert b'<bean class="ru.crystals.pos.loyal.ml.ManzanaLoyProvider" />' in document.text
    document.remove(4)
    document.add("loymax", 4)
    assert b'<ref bean="loymax-loy-provider"/>' in document.text


@pytest.mark.parametrize("cut", [False, True])
def test_the_settings_of_feedback_are_set_where_they_are_or_where_they_belong(*, cut: bool) -> None:
    text = SHIPPED
    if cut:
        begin, end = (
            text.index(b'\n\t\t<property name="stale'),
            text.index(b"\n\t</bean>\n\n\t<bean id="),
        )
        text = text[:begin] + text[end:]
    document = Document(text, "chain.xml")
    document.set_feedback(30, 7)
    read = read_chain(document.text, "chain.xml")
    seconds, batch = read.stale_feedback_send_interval_seconds, read.max_stale_feedback_to_send
    assert (seconds, batch) == (30, 7)


@pytest.mark.parametrize("order", [[], [0] * 9, range(8), range(1, 10)])
def test_an_order_that_is_none_changes_nothing(order: list[int]) -> None:
    document = Document(SHIPPED, "chain.xml")
    with pytest.raises(BadInput):
        document.reorder(list(order))
    assert document.text == SHIPPED


def test_prefixes_quotes_and_signs_in_comments_are_no_trouble() -> None:
    text = (
        b"<?xml version='1.0'?>\n<s:beans xmlns:s='http://www.springframework.org/schema/beans'>"
        b"<s:bean id='loy-providers-registry' class='a>b'><s:property name='providers'><s:list>"
        b"<!-- one > two </s:list> --><s:ref bean='k'/>"
        b"<s:bean class='ru.crystals.pos.loyal.sc.SCLoyProvider'></s:bean>"
        b"</s:list></s:property></s:bean>"
        b"<s:bean id='k' class='ru.crystals.pos.loyal.kopilka.KopilkaLoyProvider'/></s:beans>"
    )
    document = Document(text, "chain.xml")
    document.reorder([1, 0])
    assert providers(document.text) == ["smart-checkout", "kopilka"]
    document.add("loymax", 9)
    document.set_feedback(5, 6)
    assert providers(document.text) == ["smart-checkout", "kopilka", "loymax"]
    assert b"<s:bean class=" in document.text


def rows(document: Document) -> str:
    """What stands in the list."""
    return document.text.decode().split("<list>", 1)[1].split("</list>", 1)[0]


def listing(content: str) -> Document:
    return Document(text().replace("<list>\n", f"<list>{content}").encode(), "chain.xml")


ONE, TWO = SET_API, LOYMAX


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (f"\n<!-- 1 -->\n{ONE}\n{TWO}\n", f"\n{TWO}\n<!-- 1 -->\n{ONE}\n"),
        (f"\n<!-- 1 -->\n\n{ONE}\n{TWO}\n", f"\n<!-- 1 -->\n\n{TWO}\n{ONE}\n"),
        (f"\n{ONE} <!-- 1 -->\n{TWO}\n", f"\n{TWO}\n{ONE} <!-- 1 -->\n"),
        (f"\n{ONE} <!-- 1 --> <!-- 1 -->\n\n<!-- x -->\n\n{TWO}<!-- 2 -->\n",
         f"\n{TWO}<!-- 2 -->\n\n<!-- x -->\n\n{ONE} <!-- 1 --> <!-- 1 -->\n"),
        (f"{ONE}<!-- 2 -->{TWO}", f"<!-- 2 -->{TWO}{ONE}"),
        (f"\n{ONE}\n{TWO}\n<!-- the end -->\n", f"\n{TWO}\n{ONE}\n<!-- the end -->\n"),
        (f"\n<!-- 1\n1 -->\n<!-- 1 -->\n{ONE}\n<?x y?>\n{TWO}\n",
         f"\n{TWO}\n<?x y?>\n<!-- 1\n1 -->\n<!-- 1 -->\n{ONE}\n"),
    ],
)  # fmt: skip
def test_which_comments_travel(before: str, behind: str) -> None:
    document = listing(before)
    document.reorder([1, 0])
    if "<?x" not in before:  # what is no blank parts the comments from their providers
        assert rows(document) == behind
    document.reorder([1, 0])
    assert rows(document) == before


BLANKS = st.lists(
    st.sampled_from(["\n", "\n\n", " ", "\t", "<!-- c -->", "<!-- m\n n -->", "<?p x\n?>", "?"]),
    max_size=4,
).map("".join)


@given(
    blanks=st.lists(BLANKS, min_size=5, max_size=5),
    order=st.permutations(range(4)),
    place=st.integers(0, 4),
)
def test_any_layout_survives_any_order_and_back(
    blanks: list[str], order: list[int], place: int
) -> None:
    given = [SET_API, LOYMAX, MANZANA, own()]
    content = "".join(a + b for a, b in zip(blanks, [*given, ""], strict=True))
    document = listing(content)
    before = document.text
    document.reorder(order)
    document = Document(document.text, "chain.xml")
    document.reorder([order.index(one) for one in range(4)])
    assert document.text == before
    document.add("smart-checkout", place)
    assert providers(document.text)[place] == "smart-checkout"
    document.remove(place)
    assert document.text == before


@given(tree=trees())
def test_set10_comes_with_any_filter(tree: Tree) -> None:
    lets = of(tree)
    document = Document(SHIPPED, "chain.xml")
    document.add("set10", 3, lets)
    listed = read_chain(document.text, "chain.xml").listed[3]
    assert (listed.provider, listed.filter) == ("set10", lets)
    document.remove(3)
    assert document.text == SHIPPED


def test_all_of_set10_comes_as_the_document_writes_it() -> None:
    document = Document(SHIPPED, "chain.xml")
    document.add("set10", 0)
    assert b'\n\t\t\t\t<ref bean="classic-set10-loy-provider"/>\n' in document.text


def test_what_is_added_stands_as_the_others_do() -> None:
    document = Document(FILES[1].read_bytes(), "chain.xml")
    document.add("set10", 9, Simple.ROUNDING)
    lines = document.text.decode().splitlines()
    last = lines[lines.index("\t\t\t</list>") - 6 : lines.index("\t\t\t</list>")]
    assert [one.count("\t") for one in last] == [4, 5, 5, 6, 5, 4]


@pytest.mark.parametrize("provider", ["set10", "set-api", "loymax", "kopilka", "set-machine"])
def test_a_bean_that_is_referred_to_is_defined_once(provider: str) -> None:
    document = Document(text(MANZANA, beans="").encode(), "chain.xml")
    document.add(provider, 0)
    assert providers(document.text) == [provider, "manzana"]
    found = check(document.text.decode(), "chain.xml").findings
    assert not any("actionsProvider" in one.text or "reference" in one.text for one in found)
    once = document.text
    document.remove(0)
    document.add(provider, 0)
    assert document.text == once


def test_a_bean_under_another_name_is_referred_to_and_a_stolen_name_is_not() -> None:
    mine = BEANS.replace("loymax-loy-provider", "mine")
    document = Document(text(MANZANA, beans=mine).encode(), "chain.xml")
    document.add("loymax", 0)
    assert b'<ref bean="mine"/>' in document.text
    stolen = '<bean id="loymax-loy-provider" class="com.example.Mine"/>'
    document = Document(text(MANZANA, beans=stolen).encode(), "chain.xml")
    document.add("loymax", 0)
    assert providers(document.text) == ["loymax", "manzana"]


@pytest.mark.parametrize("empty", ["<list/>", "<list></list>", "<list>\n<!-- none -->\n\t</list>"])
def test_the_first_provider_comes_into_an_empty_list(empty: str) -> None:
    given = text().replace("<list>\n</list>", empty)
    document = Document(given.encode(), "chain.xml")
    document.add("manzana", 0)
    document.add("loymax", 1)
    assert providers(document.text) == ["manzana", "loymax"]
    assert ("none" in document.text.decode()) == ("none" in empty)


def test_all_providers_may_go() -> None:
    document = Document(SHIPPED, "chain.xml")
    for _turn in range(9):
        document.remove(0)
    assert providers(document.text) == []
    assert rows(document).strip() == ""


def test_comments_that_are_nobodys_stay_when_a_provider_goes() -> None:
    document = listing(f"\n<!-- a -->\n\n{ONE}\n\n<!-- b -->\n\n{TWO}\n")
    document.remove(0)
    assert "a" in rows(document) and "b" in rows(document)
    document.remove(0)
    assert "a" in rows(document) and "b" in rows(document)


def test_settings_keep_their_quotes_and_elements() -> None:
    settings = (
        "<property value='120' name='staleFeedbackSendIntervalSeconds'><!-- x --></property>"
        '<property name="maxStaleFeedbackToSend"><value>5</value></property>'
    )
    document = Document(text(LOYMAX, settings=settings).encode(), "chain.xml")
    document.set_feedback(30, 7)
    changed = settings.replace("120", "30").replace(">5<", ">7<")
    assert changed in document.text.decode()


@pytest.mark.parametrize(("seconds", "batch"), [(0, 5), (5, 0), (-1, 5), (5, 86_401)])
def test_settings_that_are_none_change_nothing(seconds: int, batch: int) -> None:
    document = Document(SHIPPED, "chain.xml")
    with pytest.raises(BadInput):
        document.set_feedback(seconds, batch)
    assert document.text == SHIPPED


@pytest.mark.parametrize("provider", ["", "rarus", "loymax "])
def test_a_provider_that_is_none_is_not_added(provider: str) -> None:
    document = Document(SHIPPED, "chain.xml")
    with pytest.raises(BadInput):
        document.add(provider, 0)
    with pytest.raises(BadInput):
        document.remove(9)
    assert document.text == SHIPPED


def test_no_chain_grows_beyond_what_is_read() -> None:
    document = Document(text(*[MANZANA] * 200, beans="").encode(), "chain.xml")
    before = document.text
    with pytest.raises(BadInput, match="201"):
        document.add("loymax", 3)
    assert document.text == before

"""Writing a chain: only what is changed changes, to the byte."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.set10.config import read_chain
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

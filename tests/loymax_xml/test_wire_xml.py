"""Documents, to the byte, and what is no document."""

from datetime import datetime

import pytest
from lxml import etree
from set10.test_soap import HOSTILE

from backends.loymax.common import names
from backends.loymax.common.codes import NAMES, Code, cause_of, code_of, name_of, reason_of
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import (
    Answer,
    Asked,
    Cheque,
    ChequeLine,
    CouponTold,
    Offer,
    Pay,
    Told,
)
from backends.loymax_xml.wire import kinds, reading, writing
from backends.loymax_xml.wire.encoding import Encoding, content_type, encoding_of, read, write
from backends.loymax_xml.wire.kinds import EMULATED
from cashier.exchange import Reason

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
ID = "0123456789abcdef0123456789abcdef"
LINE = ChequeLine(344, 20_000, 2_000, "Чай", "146001", 10_000)
PRICED = ChequeLine(344, 19_000, 0, discount=1_000, pay=500, offers=(Offer("o", "n", 1_000),))
"""What an answer says of a line, but for the echo."""
BALANCE = (
    '<XMLRequest><Version>3.2</Version><Balances><BalanceRequest OperationID="' + ID + '"'
    ' OperationDate="2026-03-03T10:00:00.000+03:00" ElementID="1">'
    '<Identifier Type="Auto" Value="2900000000025"/></BalanceRequest></Balances></XMLRequest>'
)
CALCULATE = (
    "<XMLRequest><Version>3.2</Version><Calculates><CalculateRequest"
    ' PurchaseID="12345678901234567890" OperationID="' + ID + '"'
    ' OperationDate="2026-03-03T10:00:00.000+03:00" ElementID="1">'
    '<Cheque ChequeDate="2026-03-03T10:00:00.000+03:00">'
    '<ChequeLine PosID="344" Amount="200.00" Name="Чай" GoodsId="146001" Price="100.00"'
    ' Quantity="2.000"/></Cheque></CalculateRequest></Calculates></XMLRequest>'
)
BALANCE_TOLD = (
    "<XMLResponse><ErrorCode>0</ErrorCode><Balances>"
    '<BalanceResponse BonusAmount="12405.67" Currency="RUB" OperationID="' + ID + '"'
    ' ErrorCode="0"><IdentifierData><Item Name="Holder">Анна</Item>'
    '<Item Name="CardType">Gold</Item><Item Name="MaskedNumber">****0025</Item>'
    "</IdentifierData></BalanceResponse></Balances></XMLResponse>"
)
ASKED_BALANCE = Asked(Kind.BALANCE, ID, AT, identifier="2900000000025")
ASKED_CALCULATE = Asked(Kind.CALCULATE, ID, AT, "12345678901234567890", cheque=Cheque((LINE,), AT))
TOLD_BALANCE = Told(
    Kind.BALANCE,
    ID,
    bonus=1_240_567,
    currency="RUB",
    cards=({"Holder": "Анна", "CardType": "Gold", "MaskedNumber": "****0025"},),
)
EVERYTHING = Asked(
    Kind.ACCRUAL,
    ID,
    AT,
    "1",
    "card",
    Cheque(
        (ChequeLine(1, 100, 1000, "a", "b", 100, "460", 10, 20, (Offer("o", "n", 10, "Level"),)),),
        AT,
        "7",
    ),
    ("c",),
    5,
    (Pay("Cash", 70),),
    "2",
    "3",
)
ALL_TOLD = Told(
    Kind.CALCULATE,
    ID,
    34,
    "no",
    "1",
    1,
    2,
    3,
    4,
    5,
    6,
    "RUB",
    Cheque((PRICED,), AT, "7", 1, 2, 3),
    ({"Holder": "A"},),
    (CouponTold("1", "n", 33, "expired", "t", AT),),
    (CouponTold("2"),),
    ("to the cashier",),
    ("on the slip",),
)
KNOWN = {
    "XMLRequest", "XMLResponse", "Version", "ErrorCode", "Balances", "BalanceRequest",
    "BalanceResponse", "Identifier", "IdentifierData", "Item", "Calculates", "CalculateRequest",
    "Cheque", "ChequeLine", "OperationID", "OperationDate", "ElementID", "PurchaseID", "Type",
    "Value", "BonusAmount", "Currency", "Name", "ChequeDate", "PosID", "Amount", "GoodsId",
    "Price", "Quantity",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asked"), [(BALANCE, ASKED_BALANCE), (CALCULATE, ASKED_CALCULATE)]
)
def test_a_known_request_is_as_sources_have_it(text: str, asked: Asked) -> None:
    assert write(writing.request((asked,)), Encoding.UTF_8).decode() == text
    assert reading.request(read(text.encode())) == (asked,)


def test_the_answer_to_a_balance_is_as_sources_have_it() -> None:
    assert reading.answer(read(BALANCE_TOLD.encode())) == Answer(told=(TOLD_BALANCE,))
    made = write(writing.answer(Answer(told=(TOLD_BALANCE,))), Encoding.UTF_8)
    assert made.decode() == BALANCE_TOLD


@pytest.mark.parametrize("encoding", Encoding)
def test_every_encoding_of_a_device_says_the_same(encoding: Encoding) -> None:
    made = write(writing.request((ASKED_CALCULATE, EVERYTHING)), encoding)
    for told in (content_type(encoding), ""):
        assert reading.request(read(made, told)) == (ASKED_CALCULATE, EVERYTHING)
        assert encoding_of(made, told) is encoding


def test_all_of_an_answer_comes_through() -> None:
    answer = Answer(34, (ALL_TOLD, TOLD_BALANCE), "text")
    assert reading.answer(read(write(writing.answer(answer), Encoding.KOI8_R))) == answer


def test_every_name_is_known_or_called_emulated() -> None:
    documents = (
        writing.request(Asked(kind, ID, AT, "1") for kind in Kind),
        writing.request((EVERYTHING,)),
        writing.answer(Answer(1, tuple(Told(kind, ID) for kind in Kind), "no")),
        writing.answer(Answer(told=(ALL_TOLD,))),
    )
    said = {
        str(name) for root in documents for one in root.iter("*") for name in (one.tag, *one.attrib)
    }
    ours = set(Kind) - set(kinds.KNOWN)
    inside = {name for kind in ours for name in (kinds.request_of(kind), kinds.response_of(kind))}
    assert said - KNOWN - inside == said & set(EMULATED)


def test_ids_look_as_they_should_and_are_the_same_each_time() -> None:
    assert names.operation("op", Kind.CONFIRM) == names.operation("op", Kind.CONFIRM)
    assert len({names.operation("op", kind) for kind in Kind}) == len(Kind)
    assert len(bytes.fromhex(names.operation("op", Kind.CONFIRM))) == 16
    assert len(names.purchase("r")) == 20
    assert names.purchase("r").isdigit()
    assert names.purchase("r") != names.purchase("s")


def test_every_code_has_a_name_and_a_meaning() -> None:
    assert len(set(NAMES.values())) == len(Code) == 46
    assert name_of(35) == "NotUniqueOperationID"
    assert name_of(6) == "RequereFieldException"
    assert (name_of(999), reason_of(999), cause_of(999)) == ("999", Reason.OTHER, None)
    for reason in Reason:
        assert reason_of(code_of(reason)) in (reason, Reason.OTHER)


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_are_refused(body: bytes) -> None:
    for reader in (reading.request, reading.answer):
        with pytest.raises(ValueError, match=r"."):
            reader(read(body))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"200.00"', '"200.001"'),
        ('"200.00"', '"-1.00"'),
        ('"200.00"', '"2e3"'),
        ('"200.00"', '"99999999999999999.00"'),
        ('"200.00"', '""'),
        ('"2.000"', '"2.0001"'),
        ('"2.000"', '"NaN"'),
        ('"344"', '"-1"'),
        ('"344"', '"٣"'),
        ("10:00:00.000+03:00", "10:00:00.000"),
        ("2026-03-03", "2026-13-03"),
        ("2026-03-03", "9999-03-03"),
        (ID, ""),
        ("12345678901234567890", " "),
        ("3.2", "3.0"),
        ("<Version>3.2</Version>", ""),
        ("Calculates", "Calculations"),
        ("XMLRequest", "XMLResponse"),
    ],
)
def test_what_cannot_be_right_is_refused(was: str, now: str) -> None:
    assert was in CALCULATE
    with pytest.raises(ValueError, match=r"."):
        reading.request(read(CALCULATE.replace(was, now).encode()))


def test_the_same_id_or_position_twice_is_refused() -> None:
    twice = writing.request((ASKED_BALANCE, ASKED_BALANCE))
    with pytest.raises(ValueError, match="OperationID"):
        reading.request(twice)
    lines = writing.request((Asked(Kind.CALCULATE, ID, AT, "1", cheque=Cheque((LINE, LINE), AT)),))
    with pytest.raises(ValueError, match="PosID"):
        reading.request(lines)


def test_what_nobody_knows_is_passed_over() -> None:
    root = etree.fromstring(CALCULATE)
    root.set("New", "1")
    root[1][0].append(etree.Element("New"))
    etree.SubElement(root, "Empty")
    assert reading.request(root) == (ASKED_CALCULATE,)

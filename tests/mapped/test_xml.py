"""XML both ways: a small service in SOAP's clothes, and documents that are sent to do harm."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from mapped.scripted import scripted
from stand import MORNING

from backends.mapped.xml import NotXml, read_xml, xml_bytes
from cashier.exchange import (
    CalculateRequest,
    Cause,
    Found,
    IdentifyRequest,
    OutcomeUnknown,
    Reason,
    Refused,
    SaveSaleRequest,
    Unavailable,
)
from cashier.receipt import Identifier, IdentifierKind, Receipt, Source, line_of

MAPPING = """
[service]
name = "Envelopes"
can = []
format = "xml"
lists = ["Discount", "Card"]

[[refused]]
when = "body.Envelope.Fault"
code = "body.Envelope.Fault.Code"
text = "body.Envelope.Fault.Text"
reasons = { 17 = "blocked" }

[identify]
answer = \"\"\"
body.Envelope.Found.{
    outcome: 'found', customer: `null`,
    cards: Card[].{number: text("@number"), level: text("#text"), balance: hundredths("@points")}
}
\"\"\"
[[identify.step]]
http = "POST /soap"
body = { "soap:Envelope" = { "@xmlns:soap" = "'urn:soap'", "Find" = "request.identifier.value" } }

[calculate]
answer = \"\"\"
{
    lines: grouped(body.Envelope.Discount, &"@line")[].{
        number: number(key),
        discounts: items[].{
            source: 'promotion', rule: text("@rule"), name: text(Name), amount: minor(Sum)
        }
    },
    earn: hundredths(body.Envelope.Earned)
}
\"\"\"
[[calculate.step]]
http = "POST /soap"
body = \"\"\"
{Receipt: {
    "@id": request.receipt.receipt_id,
    Line: request.receipt.lines[].{"@no": number, Sku: sku, Name: name, Sum: major(total)},
    Training: opening.training, Nothing: none_of_this()
}}
\"\"\"

[save_sale]
answer = "{earned: hundredths(body.Envelope.Earned)}"
[[save_sale.step]]
http = "POST /soap"
body = { Sale = { "@id" = "request.operation_id" } }
""".replace(", Nothing: none_of_this()", ", Nothing: context")

RECEIPT = Receipt("r-1", MORNING).with_lines(
    [line_of(1, "a", "Tea <b> & \x01milk", 1250, 2000), line_of(2, "b", "Сыр", 999, 1000)]
)
IDENTIFY = IdentifyRequest(identifier=Identifier(IdentifierKind.CARD, "2<9&"), at=MORNING)
CALCULATE = CalculateRequest(receipt=RECEIPT, at=MORNING)
SAVE = SaveSaleRequest(operation_id="op", receipt=RECEIPT, at=MORNING)
FOUND = """<?xml version="1.0" encoding="windows-1251"?>
<s:Envelope xmlns:s="urn:soap"><s:Found><s:Card number="29" points="7,50">Золото</s:Card></s:Found>
</s:Envelope>"""


async def test_a_service_that_speaks_xml(tmp_path: Path) -> None:
    script: dict[str, Any] = {
        "POST /soap": [
            FOUND.encode("windows-1251"),
            b'<Envelope><Discount line="1" rule="r1"><Name>Tea</Name><Sum>1.25</Sum></Discount>'
            b"<Earned>3.10</Earned></Envelope>",
            b"<Envelope><Earned>3.10</Earned></Envelope>",
        ]
    }
    async with scripted(MAPPING, script, tmp_path) as (backend, service):
        found = await backend.identify(IDENTIFY)
        assert isinstance(found, Found)
        card = found.cards[0]
        assert (card.number, card.level, card.balance) == ("29", "Золото", 750)
        priced = await backend.calculate(CALCULATE)
        assert priced.earn == 310
        given = priced.lines[0].discounts[0]
        assert (given.source, given.amount) == (Source.PROMOTION, 125)
        assert (await backend.save_sale(SAVE)).earned == 310
    asked, receipt, _sale = (heard.body.decode() for heard in service.heard)
    assert '<soap:Envelope xmlns:soap="urn:soap"><Find>2&lt;9&amp;</Find></soap:Envelope>' in asked
    assert (
        '<Receipt id="r-1"><Line no="1"><Sku>a</Sku><Name>Tea &lt;b&gt; &amp; milk</Name>'
        '<Sum>25.00</Sum></Line><Line no="2">' in receipt
    )
    assert "<Training>false</Training></Receipt>" in receipt  # what is null is left out
    assert service.heard[0].headers["content-type"] == "application/xml; charset=utf-8"


async def test_a_fault_is_a_refusal(tmp_path: Path) -> None:
    fault = "<Envelope><Fault><Code>17</Code><Text>Карта закрыта</Text></Fault></Envelope>"
    async with scripted(MAPPING, {"POST /soap": fault.encode()}, tmp_path) as (backend, _service):
        with pytest.raises(Refused, match="Карта закрыта") as caught:
            await backend.save_sale(SAVE)
    assert (caught.value.reason, caught.value.code) == (Reason.BLOCKED, "17")


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
HOSTILE = {
    "billion laughs": b'<!DOCTYPE a [<!ENTITY l0 "ha">' + LAUGHS + b"]><Envelope>&l9;</Envelope>",
    "a file of ours": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "a DTD from elsewhere": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><Envelope/>',
    "a DTD with nothing in it": b"<!DOCTYPE Envelope><Envelope><Earned>1</Earned></Envelope>",
    "an entity nobody made": b"<Envelope>&x;</Envelope>",
    "deep": b"<a>" * 5000 + b"</a>" * 5000,
    "cut off": b"<Envelope><Earned>3",
    "two roots": b"<Envelope/><Envelope/>",
    "json": b'{"Earned": 1}',
    "html": b"<html><body><br>hello</body></html>",
    "nothing": b"  ",
    "a wrong encoding": '<?xml version="1.0" encoding="utf-8"?><a>é</a>'.encode("latin-1"),
    "an encoding nobody knows": b'<?xml version="1.0" encoding="klingon"?><a/>',
    "half a letter": b"<a>&#xD800;</a>",
    "a zero byte": b"<a>\x00</a>",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_document_is_refused_and_kept(name: str, tmp_path: Path) -> None:
    body = HOSTILE[name]
    async with scripted(MAPPING, {"POST /soap": body}, tmp_path) as (backend, _service):
        with pytest.raises(Unavailable) as asked:
            await backend.calculate(CALCULATE)
        with pytest.raises(OutcomeUnknown) as saved:
            await backend.save_sale(SAVE)
    assert asked.value.cause is saved.value.cause is Cause.PROTOCOL
    assert saved.value.raw == body


def test_the_header_may_say_which_letters_they_are() -> None:
    body = "<a>Золото</a>".encode("windows-1251")
    assert read_xml(body, "windows-1251") == {"a": "Золото"}
    with pytest.raises(NotXml):
        read_xml(body)
    with pytest.raises(NotXml):
        read_xml(body, "no-such-letters")


def test_one_element_may_be_a_list() -> None:
    assert read_xml(b"<a><b>1</b></a>", lists=("b",)) == {"a": {"b": ["1"]}}
    assert read_xml(b"<a><b>1</b><b>2</b></a>") == {"a": {"b": ["1", "2"]}}


def test_numbers_are_written_as_they_are() -> None:
    written = xml_bytes({"a": {"b": [Decimal("1.50"), 2, True, None, ""]}}).decode()
    assert "<b>1.50</b><b>2</b><b>true</b><b/><b/>" in written


@pytest.mark.parametrize(
    "value", ["text", {}, {"a": 1, "b": 2}, {"a<b": 1}, {"a": {"b c": 1}}, {"a": {1: 2}}, [1]]
)
def test_what_is_no_document_is_not_written(value: Any) -> None:
    with pytest.raises(NotXml):
        xml_bytes(value)

"""Envelopes: written exactly, read tolerantly, and strangers' XML kept out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from zeep import Client

from backends import soap
from backends.soap import Code, Fault, NotSoap, Version, safe

V11, V12 = Version.V11, Version.V12
BODY = "<a>1</a>"


def enveloped(body: str, version: Version = V11, header: str = "") -> str:
    return (
        f'<x:Envelope xmlns:x="{version}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        f"{header}<x:Body>{body}</x:Body></x:Envelope>"
    )


def content(data: bytes, kind: str = "") -> soap.Element:
    body = soap.read(data, kind).body
    assert body is not None
    return body


# --- both ways


@pytest.mark.parametrize("version", Version)
def test_what_is_written_is_read(version: Version) -> None:
    said = soap.element("Say", "urn:x", "p")
    soap.add(said, "word", "Ёж & <ёлка>")
    soap.add(said, "word", "два", "urn:x")
    head = soap.element("Token", "urn:h", "h")
    data = soap.write(version, said, head)
    read = soap.read(data)
    assert read.version is version
    assert read.fault is None
    body = content(data)
    assert soap.local(body) == "Say"
    assert [soap.text_of(one) for one in soap.children(body, "word")] == ["Ёж & <ёлка>", "два"]


def test_the_envelope_is_exact() -> None:
    said = soap.element("Say", "urn:x", "p")
    soap.add(said, "word", "1")
    assert soap.write(V11, said) == (
        b"<?xml version='1.0' encoding='UTF-8'?>\n"
        b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        b'<soap:Body><p:Say xmlns:p="urn:x"><word>1</word></p:Say></soap:Body></soap:Envelope>'
    )


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("code", [Code.SENDER, Code.RECEIVER, Code.VERSION, Code.UNDERSTAND])
def test_faults_come_back_as_they_were(version: Version, code: Code) -> None:
    detail = etree.fromstring("<detail><code>110043</code></detail>")
    read = soap.fault_in(soap.write_fault(version, Fault(code, "так нельзя\x01", detail=detail)))
    assert read is not None
    assert (read.code, read.text) == (code, "так нельзя")
    assert read.detail is not None
    assert soap.read_text(read.detail, "code") == "110043"
    plain = soap.fault_in(soap.write_fault(version, Fault(code, "no")))
    assert plain is not None
    assert plain.detail is None


def test_words_of_a_service_for_its_faults() -> None:
    old = "<x:Fault><faultcode>x:Client.Login</faultcode><faultstring>no</faultstring></x:Fault>"
    new = (
        "<x:Fault><x:Code><x:Value>x:Sender</x:Value><x:Subcode><x:Value>m:Login</x:Value>"
        "</x:Subcode></x:Code><x:Reason><x:Text xml:lang='en'>no</x:Text></x:Reason></x:Fault>"
    )
    odd = "<x:Fault><faultcode>Oops</faultcode></x:Fault>"
    found = [
        soap.fault_in(enveloped(old).encode()),
        soap.fault_in(enveloped(new, V12).encode()),
        soap.fault_in(enveloped(odd).encode()),
    ]
    told = [(one.code, one.word, one.text) for one in found if one]
    assert told == [
        (Code.SENDER, "Client.Login", "no"),
        (Code.SENDER, "Login", "no"),
        (Code.OTHER, "Oops", ""),
    ]
    assert soap.fault_in(enveloped(BODY).encode()) is None
    assert soap.fault_in(b"<html>502</html>") is None


def test_headers_that_must_be_understood_are_named() -> None:
    asked = '<w:Security xmlns:w="urn:w" x:mustUnderstand="1"/><w:Trace xmlns:w="urn:w"/>'
    header = f"<x:Header>{asked}</x:Header>"
    assert soap.read(enveloped(BODY, V11, header).encode()).must_understand == ("Security",)


def test_the_headers_of_http() -> None:
    assert soap.request_headers(V11) == (
        ("Content-Type", "text/xml; charset=utf-8"),
        ("SOAPAction", '""'),
    )
    (kind,) = soap.request_headers(V12, "urn:do")
    assert soap.action_of(kind[1]) == "urn:do"
    assert soap.version_of(kind[1]) is V12
    assert soap.action_of("text/xml", '"urn:do"') == "urn:do"
    assert soap.version_of("text/xml") is V11


# --- tolerance


def test_prefixes_space_and_nil_do_not_matter() -> None:
    text = enveloped(
        '<q:r xmlns:q="urn:q" xmlns="urn:d">\n <q:a> 1\n</q:a><b>2</b><b i:nil="true"/><!-- c -->'
        "<?p?><b>3<!-- c -->4</b><c/></q:r>"
    )
    body = content(f"\n<?xml version='1.0'?>\n{text}".encode())
    assert soap.read_text(body, "a") == "1"
    assert [soap.text_of(one) for one in soap.children(body, "b")] == ["2", "34"]
    assert soap.read_text(body, "c") == ""
    assert soap.read_text(body, "d") is None
    assert soap.child(body, "d") is None


def test_an_empty_body_is_one() -> None:
    assert soap.read(enveloped("").encode()).body is None


@pytest.mark.parametrize(
    ("encoding", "kind", "mark"),
    [
        ("utf-8", "", b"\xef\xbb\xbf"),
        ("utf-16", "", b""),
        ("utf-16-le", "", b""),
        ("windows-1251", "text/xml; charset=windows-1251", b""),
        ("windows-1251", "", b'<?xml version="1.0" encoding="windows-1251"?>'),
        ("utf-8", "text/xml; charset=utf-8", b'<?xml version="1.0" encoding="windows-1251"?>'),
    ],
)
def test_encodings_that_are_usual(encoding: str, kind: str, mark: bytes) -> None:
    data = mark + enveloped("<a>ёж</a>").encode(encoding)
    assert soap.text_of(content(data, kind)) == "ёж"


# --- strangers

ENTITY = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
HOSTILE = {
    "external entity": (ENTITY + enveloped("<a>&e;</a>")).encode(),
    "bomb": (BOMB + enveloped("<a>&c;</a>")).encode(),
    "document type behind the declaration": f"<?xml version='1.0'?><!-- -->{ENTITY}<a/>".encode(),
    "document type in utf-16": (ENTITY + enveloped(BODY)).encode("utf-16"),
    "document type in utf-16 without a mark": (ENTITY + enveloped(BODY)).encode("utf-16-be"),
    "document type in utf-7": b"<?xml version='1.0' encoding='utf-7'?>+ADwAIQ-DOCTYPE a><a/>",
    "document type in ebcdic": (ENTITY + enveloped(BODY)).encode("cp037"),
    "an entity that nobody knows": enveloped("<a>&e;</a>").encode(),
    "an encoding that nobody uses": b"<?xml version='1.0' encoding='shift_jis'?>"
    + enveloped(BODY).encode(),
    "an encoding that nobody knows": b"<?xml version='1.0' encoding='x-klingon'?><a/>",
    "a codec that is none of letters": b"<?xml version='1.0' encoding='rot13'?><a/>",
    "not in its encoding": enveloped("<a>ёж</a>").encode("cp1251"),
    "cut off": enveloped(BODY).encode()[:-3],
    "two roots": enveloped(BODY).encode() * 2,
    "nothing": b"",
    "space": b" \n ",
    "zeros": b"\0" * 100,
    "html": b"<html><body>502 Bad Gateway</body></html>",
    "json": b'{"a": 1}',
    "no envelope of ours": b'<Envelope xmlns="urn:other"><Body/></Envelope>',
    "no body": f'<Envelope xmlns="{V11}"/>'.encode(),
    "deep": enveloped("<a>" * 200 + "</a>" * 200).encode(),
    "very deep": enveloped("<a>" * 100_000 + "</a>" * 100_000).encode(),
    "many": enveloped("<a/>" * (safe.MOST_ELEMENTS + 1)).encode(),
    "huge": enveloped(f"<a>{'x' * safe.LARGEST}</a>").encode(),
    "illegal letters": enveloped("<a>\x01</a>").encode(),
    "a fault of elements": enveloped("<x:Fault><faultcode><b/></faultcode></x:Fault>").encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_strangers_are_refused(name: str) -> None:
    with pytest.raises(NotSoap):
        soap.read(HOSTILE[name])


def test_elements_are_no_text() -> None:
    body = content(enveloped("<a><b><c/></b></a>").encode())
    with pytest.raises(ValueError, match="b: expected text"):
        soap.read_text(body, "b")


def test_what_xml_cannot_hold_is_not_written() -> None:
    with pytest.raises(ValueError, match="XML"):
        soap.add(soap.element("a", "urn:x", "p"), "b", "\0")


SEED = enveloped("<a>1</a>").encode()


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.integers(0, len(SEED)))
def test_any_bytes_are_read_or_refused(noise: bytes, place: int) -> None:
    for data in (noise, SEED[:place] + noise, SEED[:place] + noise + SEED[place:]):
        try:
            soap.read(data)
        except NotSoap:
            continue


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "a=1&wsdl", "wsdl=1"])
def test_the_description_is_asked_for(query: str) -> None:
    assert soap.asks_for_wsdl(query)


def test_other_queries_ask_for_no_description() -> None:
    assert not soap.asks_for_wsdl("")
    assert not soap.asks_for_wsdl("xsd=1&a=wsdl")


def test_a_description_of_both_versions_is_understood_by_others(tmp_path: Path) -> None:
    schema = etree.fromstring(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"'
        ' elementFormDefault="qualified"><xs:element name="Ask"><xs:complexType/></xs:element>'
        '<xs:element name="AskResponse"><xs:complexType/></xs:element></xs:schema>'
    )
    operations = [soap.Operation("Ask", "urn:x/Ask")]
    told = soap.describe("Desk", "urn:x", schema, operations, "http://x/?a=1&b=2", (V11, V12))
    path = tmp_path / "desk.wsdl"
    path.write_bytes(told)
    with Client(str(path)) as made:  # type: ignore[no-untyped-call]
        ports = made.wsdl.services["Desk"].ports
        bound = {name: port.binding for name, port in ports.items()}
        assert sorted(bound) == ["DeskSoap12Port", "DeskSoapPort"]
        for name, version in (("DeskSoapPort", V11), ("DeskSoap12Port", V12)):
            asked = made.bind("Desk", name)
            message = made.create_message(asked, "Ask")
            assert soap.read(etree.tostring(message)).version is version
            assert bound[name].get("Ask").soapaction == "urn:x/Ask"
            assert ports[name].binding_options["address"] == "http://x/?a=1&b=2"

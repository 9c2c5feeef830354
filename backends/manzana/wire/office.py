"""The service of the private office: contracts by their names, with parameters by theirs.

Recorded: the operation ``Execute``, five contracts, ``ExecuteResult/XmlValue/Result``, and faults
with ``detail/details/{code, description}``. Nobody documents the parameters of ``Authenticate``; a
``sessionId`` of zeros is taken. That an answer tells ``ContactId`` only, and which parameters the
contracts beside the first two have (``contact_id``), is *emulated*.
"""

from collections.abc import Mapping
from enum import StrEnum

from lxml import etree

from backends.soap import Code, Element, Fault, add, child, children, element, local, read_text

NAMESPACE = "http://privateoffice.manzana.ru/"
SERVICE = "PrivateOfficeDataService"
OPERATION = "Execute"
NO_SESSION = "00000000-0000-0000-0000-000000000000"
_XS = "http://www.w3.org/2001/XMLSchema"


class Contract(StrEnum):
    REGISTER = "contact_registration"
    COMPLETE = "complete_registration"
    SEND_CODE = "registration_code_send"
    ROLL_BACK = "rollback_registration"
    REPLACE_CARD = "card_replace"


def execute(session: str, contract: Contract, given: Mapping[str, str]) -> Element:
    """``given``: parameters; what is empty is left out."""
    made = element(OPERATION, NAMESPACE, "off")
    add(made, "sessionId", session, NAMESPACE)
    add(made, "contractName", contract.value, NAMESPACE)
    parameters = add(made, "parameters", namespace=NAMESPACE)
    for name, value in given.items():
        if value:
            one = add(parameters, "ServiceContractParameter", namespace=NAMESPACE)
            add(one, "Name", name, NAMESPACE)
            add(one, "Value", value, NAMESPACE)
    return made


def read_execute(body: Element) -> tuple[Contract, dict[str, str]]:
    """Raises ValueError."""
    name = read_text(body, "contractName") or ""
    if name not in set(Contract):
        raise ValueError(f"there is no contract {name}")
    inside = child(body, "parameters")
    rows = children(inside, "ServiceContractParameter") if inside is not None else ()
    return Contract(name), {
        read_text(one, "Name") or "": read_text(one, "Value") or "" for one in rows
    }


def executed(told: Mapping[str, str]) -> Element:
    made = element(f"{OPERATION}Response", NAMESPACE, "off")
    inside = add(made, f"{OPERATION}Result", namespace=NAMESPACE)
    result = add(add(inside, "XmlValue", namespace=NAMESPACE), "Result", namespace=NAMESPACE)
    for name, value in told.items():
        add(result, name, value, NAMESPACE)
    return made


def read_executed(body: Element) -> Element:
    """``Result``. Raises ValueError."""
    found = list(body.iter("{*}Result"))
    if local(body) != f"{OPERATION}Response" or len(found) != 1:
        raise ValueError("expected ExecuteResponse with one Result")
    return found[0]


def fault(code: int, description: str) -> Fault:
    detail: Element = etree.Element("detail")
    details = add(detail, "details")
    add(details, "code", str(code))
    add(details, "description", "".join(one for one in description if one.isprintable()))
    return Fault(Code.RECEIVER, description, detail=detail)


def read_fault(told: Fault) -> tuple[str, str] | None:
    """Code and description; None: it is no word of the service's own."""
    details = child(told.detail, "details") if told.detail is not None else None
    try:
        code = read_text(details, "code") if details is not None else None
        words = read_text(details, "description") if details is not None else None
    except ValueError:
        return None
    return (code[:30], (words or told.text)[:1000]) if code else None


def schema() -> Element:
    """For ``?wsdl``: what a contract answers is any XML."""
    text = f"""
<xs:schema xmlns:xs="{_XS}" xmlns:tns="{NAMESPACE}" targetNamespace="{NAMESPACE}"
    elementFormDefault="qualified">
  <xs:complexType name="ServiceContractParameter"><xs:sequence>
    <xs:element name="Name" type="xs:string" minOccurs="0"/>
    <xs:element name="Value" type="xs:string" minOccurs="0"/>
  </xs:sequence></xs:complexType>
  <xs:complexType name="ArrayOfServiceContractParameter"><xs:sequence>
    <xs:element name="ServiceContractParameter" type="tns:ServiceContractParameter" minOccurs="0"
        maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType>
  <xs:complexType name="ServiceContractResult"><xs:sequence>
    <xs:element name="XmlValue" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType>
  <xs:element name="Execute"><xs:complexType><xs:sequence>
    <xs:element name="sessionId" type="xs:string" minOccurs="0"/>
    <xs:element name="contractName" type="xs:string"/>
    <xs:element name="parameters" type="tns:ArrayOfServiceContractParameter" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="ExecuteResponse"><xs:complexType><xs:sequence>
    <xs:element name="ExecuteResult" type="tns:ServiceContractResult" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
    return etree.fromstring(text)

"""Envelopes and faults of both versions."""

from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from backends.soap.parts import Element, add, child, local, read_text
from backends.soap.safe import NotSoap, parse


class Version(StrEnum):
    """By the namespace of the envelope."""

    V11 = "http://schemas.xmlsoap.org/soap/envelope/"
    V12 = "http://www.w3.org/2003/05/soap-envelope"

    @property
    def content_type(self) -> str:
        kind = "text/xml" if self is Version.V11 else "application/soap+xml"
        return f"{kind}; charset=utf-8"


class Code(StrEnum):
    """Whose fault it is, as version 1.2 calls it."""

    SENDER = "Sender"
    """The request makes no sense: nothing was done."""
    RECEIVER = "Receiver"
    VERSION = "VersionMismatch"
    UNDERSTAND = "MustUnderstand"
    OTHER = "Other"
    """A word of the service's own."""


_OLD = {Code.SENDER: "Client", Code.RECEIVER: "Server"}
"""As version 1.1 calls them."""
_NEW = {"Client": Code.SENDER, "Server": Code.RECEIVER}


class Fault(Exception):
    """Raised by a service to say no; read from an envelope by a client."""

    def __init__(
        self, code: Code, text: str, *, word: str = "", detail: Element | None = None
    ) -> None:
        super().__init__(text)
        self.code, self.text = code, text
        self.word = word or code.value
        """The code as it was written: 'Client.Authentication'; of 1.2 the innermost subcode."""
        self.detail = detail
        """The element ``detail`` (1.2: ``Detail``) with what the service put into it."""

    @property
    def status(self) -> int:
        """HTTP, as version 1.2 has it; with version 1.1 it is always 500."""
        return 400 if self.code is Code.SENDER else 500


@dataclass(frozen=True, eq=False)
class Envelope:
    version: Version
    body: Element | None
    """What is in the body; None: nothing."""
    fault: Fault | None
    must_understand: tuple[str, ...]
    """Names of headers that a receiver may not pass over."""


def read(data: bytes, content_type: str = "") -> Envelope:
    """Raises NotSoap."""
    root = parse(data, content_type)
    namespace = etree.QName(root).namespace or ""
    if local(root) != "Envelope" or namespace not in set(Version):
        raise NotSoap("expected an envelope of SOAP 1.1 or 1.2")
    version, body = Version(namespace), child(root, "Body")
    if body is None:
        raise NotSoap("the envelope has no body")
    content = next((one for one in body if isinstance(one.tag, str)), None)
    is_fault = content is not None and local(content) == "Fault"
    try:
        fault = _fault(content) if is_fault and content is not None else None
    except ValueError as error:
        raise NotSoap(str(error)) from error
    return Envelope(version, content, fault, _must_understand(root, namespace))


def _must_understand(root: Element, namespace: str) -> tuple[str, ...]:
    header = child(root, "Header")
    if header is None:
        return ()
    asked = f"{{{namespace}}}mustUnderstand"
    return tuple(local(one) for one in header if one.get(asked, "").strip() in ("1", "true"))


def _fault(content: Element) -> Fault:
    """Either version's. Raises ValueError."""
    code = child(content, "Code")
    if code is None:
        word = (read_text(content, "faultcode") or "").rpartition(":")[2]
        first, text = word.partition(".")[0], read_text(content, "faultstring") or ""
        detail = child(content, "detail")
    else:
        word = first = _value(code)
        while (code := child(code, "Subcode")) is not None:
            word = _value(code) or word
        reason = child(content, "Reason")
        text = (read_text(reason, "Text") or "") if reason is not None else ""
        detail = child(content, "Detail")
    known = _NEW.get(first) or (Code(first) if first in set(Code) else Code.OTHER)
    return Fault(known, text, word=word, detail=detail)


def _value(code: Element) -> str:
    return (read_text(code, "Value") or "").rpartition(":")[2]


def fault_in(data: bytes) -> Fault | None:
    """The fault that stands in an answer, whatever its status; None: there is none."""
    try:
        return read(data).fault
    except NotSoap:
        return None


# --- writing


def write(version: Version, content: Element, *headers: Element) -> bytes:
    """The message in UTF-8. ``content`` and ``headers`` become parts of it."""
    root: Element = etree.Element(f"{{{version}}}Envelope", nsmap={"soap": version.value})
    if headers:
        add(root, "Header", namespace=version).extend(headers)
    add(root, "Body", namespace=version).append(content)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["soap"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def write_fault(version: Version, fault: Fault) -> bytes:
    content: Element = etree.Element(f"{{{version}}}Fault", nsmap={"soap": version.value})
    text = "".join(one if one.isprintable() else " " for one in fault.text)
    if version is Version.V11:
        add(content, "faultcode", f"soap:{_OLD.get(fault.code, fault.word)}")
        add(content, "faultstring", text)
        _detail(content, "detail", "", fault)
    else:
        known = Code.RECEIVER if fault.code is Code.OTHER else fault.code
        code = add(content, "Code", namespace=version)
        add(code, "Value", f"soap:{known}", version)
        reason = add(add(content, "Reason", namespace=version), "Text", text, version)
        reason.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
        _detail(content, "Detail", version, fault)
    return write(version, content)


def _detail(content: Element, name: str, namespace: str, fault: Fault) -> None:
    if fault.detail is not None:
        add(content, name, namespace=namespace).extend(list(fault.detail))

"""The description of a service (WSDL 1.1, document/literal), for ordinary SOAP clients."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from backends.soap.envelope import Version
from backends.soap.parts import Element

_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_HTTP = "http://schemas.xmlsoap.org/soap/http"
_BINDING = {
    Version.V11: "http://schemas.xmlsoap.org/wsdl/soap/",
    Version.V12: "http://schemas.xmlsoap.org/wsdl/soap12/",
}
_SUFFIX = {Version.V11: "Soap", Version.V12: "Soap12"}


@dataclass(frozen=True)
class Operation:
    """Its messages are the elements NAME and NAMEResponse of the schema."""

    name: str
    action: str = ""


def asks_for_wsdl(query: str) -> bool:
    """``?wsdl``, however it is written."""
    return any(part.partition("=")[0].lower() == "wsdl" for part in query.split("&"))


def describe(
    service: str,
    namespace: str,
    schema: Element,
    operations: Sequence[Operation],
    address: str,
    versions: Sequence[Version] = (Version.V11,),
) -> bytes:
    """``schema``: an ``xs:schema`` of the namespace, which becomes a part of it."""
    names = {"wsdl": _WSDL, "tns": namespace}
    names |= {f"b{place}": _BINDING[one] for place, one in enumerate(versions)}
    root: Element = etree.Element(f"{{{_WSDL}}}definitions", nsmap=names)
    root.set("name", service)
    root.set("targetNamespace", namespace)
    _add(root, "types").append(schema)
    for one in operations:
        for message in (one.name, f"{one.name}Response"):
            part = _add(_add(root, "message", name=message), "part")
            part.attrib.update({"name": "parameters", "element": f"tns:{message}"})
    port_type = _add(root, "portType", name=service)
    for one in operations:
        asked = _add(port_type, "operation", name=one.name)
        _add(asked, "input", message=f"tns:{one.name}")
        _add(asked, "output", message=f"tns:{one.name}Response")
    for version in versions:
        _bind(root, service, operations, version)
    ports = _add(root, "service", name=service)
    for version in versions:
        name = service + _SUFFIX[version]
        port = _add(ports, "port", name=f"{name}Port", binding=f"tns:{name}")
        _add(port, "address", _BINDING[version], location=address)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _bind(root: Element, service: str, operations: Sequence[Operation], version: Version) -> None:
    how = _BINDING[version]
    name = service + _SUFFIX[version]
    binding = _add(root, "binding", name=name, type=f"tns:{service}")
    _add(binding, "binding", how, style="document", transport=_HTTP)
    for one in operations:
        bound = _add(binding, "operation", name=one.name)
        _add(bound, "operation", how, soapAction=one.action)
        for way in ("input", "output"):
            _add(_add(bound, way), "body", how, use="literal")


def _add(parent: Element, tag: str, namespace: str = _WSDL, **told: str) -> Element:
    return etree.SubElement(parent, f"{{{namespace}}}{tag}", told)

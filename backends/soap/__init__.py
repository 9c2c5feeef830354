"""SOAP 1.1 and 1.2: envelopes, faults and descriptions, both ways. Readers are tolerant, writers
exact."""

from backends.soap.envelope import (
    Code,
    Envelope,
    Fault,
    Version,
    fault_in,
    read,
    write,
    write_fault,
)
from backends.soap.headers import action_of, request_headers, version_of
from backends.soap.parts import Element, add, child, children, element, local, read_text, text_of
from backends.soap.safe import NotSoap, parse
from backends.soap.wsdl import Operation, asks_for_wsdl, describe

__all__ = [
    "Code", "Element", "Envelope", "Fault", "NotSoap", "Operation", "Version", "action_of", "add",
    "asks_for_wsdl", "child", "children", "describe", "element", "fault_in", "local", "parse",
    "read", "read_text", "request_headers", "text_of", "version_of", "write", "write_fault",
]  # fmt: skip

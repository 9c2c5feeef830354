"""The till's side of the wire."""

from backends.loymax_xml.client.backend import LoymaxXmlBackend

__all__ = ["LoymaxXmlBackend"]

"""``[loyalty.options]`` of a shop card whose till speaks XML 3.2."""

from pydantic import Field

from backends.loymax_xml.wire.encoding import Encoding
from backends.options import Service

_SEGMENT = r"^[A-Za-z0-9._~-]*$"


class LoymaxXmlOptions(Service):
    """``url``: the address without ``/XmlExchange``."""

    scope: str = Field("main", min_length=1, max_length=100, pattern=_SEGMENT)
    """The part of the address after ``XmlExchange``."""
    device: str = Field("", max_length=100, pattern=_SEGMENT)
    """Code of the device; empty: the number of the till."""
    encoding: Encoding = Encoding.UTF_8
    """In which requests are written."""

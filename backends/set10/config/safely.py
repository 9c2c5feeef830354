"""Bytes become text, text becomes XML, and neither is trusted.

No document types, so no entities; nothing is fetched; encodings from a short list.
"""

import codecs
import re
from dataclasses import dataclass

from lxml import etree

from cashier.errors import BadInput
from cashier.i18n import _

LARGEST = 1_000_000
"""Bytes."""
ENCODINGS = (
    "utf-8", "utf-16", "windows-1251", "cp866", "koi8-r", "iso-8859-1", "iso-8859-5", "us-ascii",
)  # fmt: skip
"""In which a till's file may be."""
_KNOWN = {codecs.lookup(name).name: name for name in ENCODINGS}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_DECLARED = re.compile(r"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DOCTYPE = re.compile(r"(?>\s++|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """A text, and how to make the same bytes of it again."""

    text: str
    codec: str = "utf-8"
    bom: bytes = b""

    def encoded(self, text: str) -> bytes:
        """Raises UnicodeEncodeError: a letter that this encoding has not."""
        return self.bom + text.encode(self.codec)


def decoded(data: bytes, name: str) -> Source:
    """Raises BadInput with a sentence that names the file."""
    _check_size(len(data), name)
    for bom, codec, shown in _BOMS:
        if data.startswith(bom):
            source = Source(_text(data[len(bom) :], codec, shown, name), codec, bom)
            break
    else:
        shown = _declared(data[:300].decode("latin-1"), name) or "utf-8"
        if shown == "utf-16":
            text = _("{file}: it declares {encoding} and is not in it")
            raise BadInput(text.format(file=name, encoding=shown))
        source = Source(_text(data, shown, shown, name), shown)
    declared = _declared(source.text, name)
    if declared is not None and declared != shown:
        text = _("{file}: it declares {encoding} and begins as {other}")
        raise BadInput(text.format(file=name, encoding=declared, other=shown))
    return source


def parse(text: str, name: str) -> etree._Element:
    """The root. What the text declares of its encoding is passed over: it is text already.

    Raises BadInput with a sentence that names the file and the line.
    """
    data = text.encode("utf-8", "surrogatepass")
    _check_size(len(data), name)
    if not text.strip():
        raise BadInput(_("{file}: there is nothing in it").format(file=name))
    if _DOCTYPE.match(text):
        raise BadInput(_("{file}: a document type (DOCTYPE) is not accepted").format(file=name))
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_blank_text=False, strip_cdata=False,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error.msg):
            words = _("{file}, line {line}: elements within each other are too deep")
            raise BadInput(words.format(file=name, line=error.lineno)) from error
        words = _("{file}, line {line}: not XML: {why}")
        why = (error.msg or "?").split(", line ")[0]
        raise BadInput(words.format(file=name, line=error.lineno, why=why)) from error


def _check_size(size: int, name: str) -> None:
    if size > LARGEST:
        raise BadInput(_("{file}: larger than {n} bytes").format(file=name, n=LARGEST))


def _declared(text: str, name: str) -> str | None:
    """The encoding that a text says it has, as this program calls it; None: it says nothing."""
    found = _DECLARED.match(text)
    if found is None:
        return None
    try:
        return _KNOWN[codecs.lookup(found[1]).name]
    except LookupError as error:
        words = _("{file}: the encoding {encoding} is not accepted; use UTF-8")
        raise BadInput(words.format(file=name, encoding=found[1])) from error


def _text(data: bytes, codec: str, shown: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        words = _("{file}, line {line}: this is not {encoding}")
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(words.format(file=name, line=line, encoding=shown)) from error

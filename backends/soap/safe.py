"""XML from strangers: no document types, no entities, no network, nothing too large or too deep."""

import codecs
import re

from lxml import etree

LARGEST = 4_000_000
"""Bytes of a document."""
DEEPEST = 64
MOST_ELEMENTS = 50_000
_ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "iso8859-5", "cp1251",
    "cp1252", "koi8-r",
)  # fmt: skip
"""Those in use, as Python calls them: of others (utf-7) readers have been known to disagree."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml\s[^>]{0,200}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)


class NotSoap(ValueError):
    """It cannot be read; says why."""


def parse(data: bytes, content_type: str = "") -> etree._Element:
    """The root element. ``content_type``: as the headers say, charset and all. Raises NotSoap."""
    if len(data) > LARGEST:
        raise NotSoap("too large")
    text = _DECLARATION.sub("", _decoded(data, content_type), count=1).strip()
    if not text:
        raise NotSoap("empty")
    if _DOCTYPE.search(text):
        raise NotSoap("a document type is not accepted")
    # A parser of its own each time: one that stopped in the middle is not to be trusted.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.LxmlError, ValueError) as error:  # half a letter is a ValueError
        raise NotSoap(f"not XML: {error}") from error
    _check_size(root)
    return root


def _decoded(data: bytes, content_type: str) -> str:
    name = _encoding(data, content_type)
    try:
        known = codecs.lookup(name).name
        if known not in _ENCODINGS:
            raise LookupError(name)
        return data.decode(known).removeprefix("\ufeff")
    except LookupError as error:
        raise NotSoap(f"the encoding {name} is not accepted") from error
    except UnicodeError as error:
        raise NotSoap(f"it is not written in {name}") from error


def _encoding(data: bytes, content_type: str) -> str:
    """What the document itself shows beats what is said of it; then the headers, then it."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if told := _CHARSET.search(content_type):
        return told[1]
    declared = _DECLARED.match(data)
    return declared[1].decode() if declared else "utf-8"


def _check_size(root: etree._Element) -> None:
    """Raises NotSoap."""
    count = sum(1 for _one in root.iter())
    if count > MOST_ELEMENTS:
        raise NotSoap("too many elements")
    if count > DEEPEST and _TOO_DEEP(root):
        raise NotSoap("too deep")


_TOO_DEEP = etree.XPath(f"boolean({'/*' * (DEEPEST + 1)})")
"""Whether there is an element below so many others."""

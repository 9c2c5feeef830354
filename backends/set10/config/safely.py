"""XML read without trusting it: no document types, so no entities; nothing is fetched."""

from typing import Any

from lxml import etree

from cashier.errors import BadInput
from cashier.i18n import _

LARGEST = 1_000_000
"""Bytes."""
DEEPEST = 250
"""Elements within each other; as deep as the library itself goes."""


def parse(text: bytes, name: str) -> etree._ElementTree:
    """Raises BadInput with a sentence that names the file and the line."""
    if len(text) > LARGEST:
        raise BadInput(_("{file}: larger than {n} bytes").format(file=name, n=LARGEST))
    if not text.strip():
        raise BadInput(_("{file}: the file is empty").format(file=name))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_blank_text=False, strip_cdata=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput(_("{file}: not XML: {why}").format(file=name, why=why)) from error
    tree = root.getroottree()
    about: Any = tree.docinfo
    if about.doctype or about.internalDTD is not None:
        raise BadInput(_("{file}: a document type is not accepted").format(file=name))
    return tree

"""The elements of a message: found by their local names, whatever prefix or namespace they have."""

from lxml import etree

Element = etree._Element
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def local(one: Element) -> str:
    """The name without its namespace."""
    return one.tag.rpartition("}")[2]


def children(parent: Element, name: str) -> list[Element]:
    """All of this name, in order; what is nil is not there."""
    return [one for one in parent.iterchildren("{*}" + name) if not _is_nil(one)]


def child(parent: Element, name: str) -> Element | None:
    """The first of this name that is not nil."""
    for one in parent.iterchildren("{*}" + name):
        if not _is_nil(one):
            return one
    return None


def read_text(parent: Element, name: str) -> str | None:
    """The text of a child, without white space around it. None: it is not there, or is nil."""
    found = child(parent, name)
    return None if found is None else text_of(found)


def text_of(one: Element) -> str:
    """Raises ValueError where there are elements in place of text."""
    if len(one):
        raise ValueError(f"{local(one)}: expected text")
    return (one.text or "").strip()


def _is_nil(one: Element) -> bool:
    nil = one.get(NIL)
    return nil is not None and nil.strip() in ("true", "1")


# --- writing


def element(name: str, namespace: str, prefix: str) -> Element:
    """A new one, as the content of a message."""
    return etree.Element(f"{{{namespace}}}{name}", nsmap={prefix: namespace})


def add(parent: Element, name: str, text: str | None = None, namespace: str = "") -> Element:
    """One more child. Raises ValueError for text that XML cannot hold."""
    made = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name)
    made.text = text
    return made

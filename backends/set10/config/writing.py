"""The chain put into another order in the same text: nothing else of it changes, to the byte.

Pieces of the text are moved, no document is written anew: comments, blanks, quotes and the order of
attributes are somebody's work. Comments right before a provider belong to it and travel along.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.parsers.expat import ParserCreate
from xml.sax.saxutils import quoteattr

from backends.set10.config import names
from backends.set10.config.reading import read_chain
from backends.set10.config.safely import decoded
from cashier.errors import BadInput
from cashier.i18n import _


@dataclass
class _Node:
    """An element or a comment of the text, with its first byte and the one behind its last."""

    name: str
    """Without its prefix; empty: a comment."""
    attributes: dict[str, str]
    start: int
    inside: int = 0
    """Where its content begins."""
    end: int = 0
    children: "list[_Node]" = field(default_factory=list)

    def elements(self, name: str) -> "Iterator[_Node]":
        return (one for one in self.children if one.name == name)

    def setting(self, name: str) -> "_Node | None":
        found = [one for one in self.elements("property") if one.attributes.get("name") == name]
        return found[-1] if found else None


class Document:
    """A chain's text, to be changed."""

    def __init__(self, text: bytes, name: str) -> None:
        """Raises BadInput where there is no chain in it."""
        read_chain(text, name)
        self._name = name
        self._source = decoded(text, name)
        self._bytes = self._source.text.encode("utf-8")

    @property
    def text(self) -> bytes:
        return self._source.encoded(self._bytes.decode("utf-8"))

    def reorder(self, order: Sequence[int]) -> None:
        """``order``: places of all providers, from 0, as they are now. Raises BadInput."""
        pieces = self._pieces()
        if sorted(order) != list(range(len(pieces.items))):
            raise BadInput(_("An order of the chain names each of its links once."))
        pieces.items = [pieces.items[place] for place in order]
        self._put(pieces)

    def remove(self, place: int) -> None:
        """The provider at this place, from 0, with its comments. Raises BadInput."""
        pieces = self._pieces()
        if not 0 <= place < len(pieces.items):
            raise BadInput(_("There is no such link in the chain."))
        del pieces.items[place], pieces.blanks[place]
        self._put(pieces)

    def add(self, provider: str, place: int) -> None:
        """An external provider, before the one at this place. Raises BadInput for one that the
        document's table does not have."""
        if provider not in names.CLASSES:
            raise BadInput(_("There is no provider {name}.").format(name=provider[:40]))
        pieces = self._pieces()
        place = min(max(0, place), len(pieces.items))
        blank = pieces.blanks[min(place, len(pieces.items) - 1)] if pieces.items else b"\n"
        pieces.items.insert(place, self._made(provider))
        pieces.blanks.insert(place, blank)
        self._put(pieces)

    def set_feedback(self, seconds: int, batch: int) -> None:
        """How often, and how many at once."""
        for name, value in ((names.INTERVAL, seconds), (names.BATCH, batch)):
            registry = self._registry()
            held, chain = registry.setting(name), registry.setting("providers")
            assert chain is not None  # it was read
            made = (
                f"<{self._prefix()}property name={quoteattr(name)} value={quoteattr(str(value))}/>"
            )
            if held is not None:
                self._cut(held.start, held.end, made.encode())
            else:
                blank = _blank_before(self._bytes, chain.start)
                self._cut(chain.end, chain.end, blank + made.encode())

    # --- the text

    def _put(self, pieces: "_Pieces") -> None:
        inside = b"".join(
            part for both in zip(pieces.blanks, pieces.items, strict=False) for part in both
        )
        self._cut(pieces.start, pieces.end, inside + pieces.blanks[-1])

    def _cut(self, start: int, end: int, other: bytes) -> None:
        made = self._bytes[:start] + other + self._bytes[end:]
        read_chain(made.decode("utf-8"), self._name)
        self._bytes = made

    def _registry(self) -> _Node:
        root = _tree(self._bytes)
        beans = list(root.elements("bean"))
        by_id = [one for one in beans if one.attributes.get("id") == names.REGISTRY]
        by_class = [one for one in beans if one.attributes.get("class") == names.REGISTRY_CLASS]
        return by_id[-1] if by_id else by_class[0]

    def _pieces(self) -> "_Pieces":
        chain = self._registry().setting("providers")
        assert chain is not None  # it was read
        held = next(chain.elements("list"))
        if held.end == held.inside:
            raise BadInput(_("The list of providers is empty: write the first one by hand."))
        pieces = _Pieces(held.inside, _last_inside(held, self._bytes))
        at = begun = pieces.start
        for one in held.children:
            if begun == at:
                begun = one.start
            if one.name:
                pieces.blanks.append(self._bytes[at:begun])
                pieces.items.append(self._bytes[begun : one.end])
                at = begun = one.end
        pieces.blanks.append(self._bytes[at : pieces.end])
        return pieces

    def _made(self, provider: str) -> bytes:
        name = names.CLASSES[provider]
        known = {one.attributes.get("id") for one in _tree(self._bytes).elements("bean")}
        for bean, of_class in names.BEANS.items():
            if of_class == name and bean in known:
                return f"<{self._prefix()}ref bean={quoteattr(bean)}/>".encode()
        return f"<{self._prefix()}bean class={quoteattr(name)}/>".encode()

    def _prefix(self) -> str:
        """What stands before the names of elements, if anything does."""
        start = self._registry().start
        word = self._bytes[start + 1 : start + 60].split()[0].decode()
        return f"{word.rpartition(':')[0]}:" if ":" in word else ""


@dataclass
class _Pieces:
    """The list of providers: blanks, provider, blanks, provider, ..., blanks."""

    start: int
    end: int
    items: list[bytes] = field(default_factory=list)
    blanks: list[bytes] = field(default_factory=list)


def _blank_before(text: bytes, at: int) -> bytes:
    return text[len(text[:at].rstrip()) : at]


def _last_inside(one: _Node, text: bytes) -> int:
    """Where the content of an element ends: before its end tag."""
    return text.rindex(b"<", one.inside, one.end)


def _tree(text: bytes) -> _Node:
    """The elements and comments with their places. The text was read safely before: it has no
    document type."""
    parser = ParserCreate("utf-8")
    root = _Node("", {}, 0)
    open_: list[_Node] = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        made = _Node(name.rpartition(":")[2], local, at, _behind_tag(text, at))
        open_[-1].children.append(made)
        open_.append(made)

    def end(_name: str) -> None:
        done = open_.pop()
        empty = text[done.inside - 2 : done.inside] == b"/>"
        done.end = done.inside if empty else text.index(b">", parser.CurrentByteIndex) + 1

    def comment(_text: str) -> None:
        at = parser.CurrentByteIndex
        made = _Node("", {}, at, at, text.index(b"-->", at) + 3)
        open_[-1].children.append(made)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CommentHandler = comment
    parser.Parse(text, True)  # noqa: FBT003 - positional in its signature
    return next(one for one in root.children if one.name)


def _behind_tag(text: bytes, at: int) -> int:
    """Behind the '>' of a start tag; one in quotes is none."""
    quote = b""
    for place in range(at, len(text)):
        sign = text[place : place + 1]
        if quote:
            quote = b"" if sign == quote else quote
        elif sign in (b'"', b"'"):
            quote = sign
        elif sign == b">":
            return place + 1
    return len(text)

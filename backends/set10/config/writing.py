"""A chain changed in its own text: nothing else of it changes, to the byte.

Pieces of the text are moved, no document is written anew: comments, blanks, quotes and the order of
attributes are somebody's work.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from backends.set10.config import names
from backends.set10.config.beans import Beans
from backends.set10.config.making_xml import Style, bean_of, defined, own_bean, reference_to
from backends.set10.config.model import Filter
from backends.set10.config.pieces import Pieces, cut
from backends.set10.config.places import Node, tree
from backends.set10.config.reading import MOST_SECONDS, read_chain
from backends.set10.config.safely import decoded
from cashier.errors import BadInput
from cashier.i18n import _

_VALUE = re.compile(rb"""(\svalue\s*=\s*)("[^"]*"|'[^']*')""")


class Document:
    """A chain's text, to be changed. All methods leave it as it is where they raise BadInput."""

    def __init__(self, text: bytes, name: str) -> None:
        """Raises BadInput where there is no chain in it."""
        self._name = name
        self._source = decoded(text, name)
        read_chain(self._source.text, name)
        self._bytes = self._source.text.encode()

    @property
    def text(self) -> bytes:
        """In the encoding that it came in."""
        return self._source.encoded(self._bytes.decode())

    def reorder(self, order: Sequence[int]) -> None:
        """``order``: places of all providers, from 0, as they are now. Raises BadInput."""
        pieces = self._pieces()
        if sorted(order) != list(range(len(pieces.items))):
            raise BadInput(_("An order of the chain names each of its links once."))
        pieces.items = [pieces.items[place] for place in order]
        self._put(pieces)

    def remove(self, place: int) -> None:
        """The provider at this place, from 0, with its comments. What defines its bean stays.
        Raises BadInput."""
        pieces = self._pieces()
        if not 0 <= place < len(pieces.items):
            raise BadInput(_("There is no such link in the chain."))
        pieces.remove(place)
        self._put(pieces)

    def add(self, provider: str, place: int, lets: Filter | None = None) -> None:
        """A provider, before the one at this place; written as the document's table 1 has it.

        ``lets``: the filter of Set10; None: all of it. A bean that is to be referred to and is not
        defined is defined at the end of the file. Raises BadInput.
        """
        if provider != names.OWN and (provider not in names.CLASSES or lets is not None):
            raise BadInput(_("There is no provider {name}.").format(name=provider[:40]))
        with self._wholly():
            self._insert(self._item(provider, lets), place)

    def set_feedback(self, seconds: int, batch: int) -> None:
        """How often, and how many at once. Raises BadInput."""
        if not (1 <= seconds <= MOST_SECONDS and 1 <= batch <= MOST_SECONDS):
            raise BadInput(_("expected a number from 1 to {most}").format(most=MOST_SECONDS))
        with self._wholly():
            for name, value in ((names.INTERVAL, seconds), (names.BATCH, batch)):
                self._set(name, str(value).encode())

    @contextmanager
    def _wholly(self) -> Iterator[None]:
        """All of several changes, or none."""
        before = self._bytes
        try:
            yield
        except BadInput:
            self._bytes = before
            raise

    # --- the text

    def _root(self) -> Node:
        return tree(self._bytes)

    def _registry(self) -> Node:
        """The same bean that the reader takes."""
        beans = Beans(self._bytes.decode(), self._name)
        place = beans.all.index(beans.registry)
        return list(self._root().elements("bean"))[place]

    def _list(self) -> Node:
        chain = self._registry().setting("providers")
        assert chain is not None  # it was read
        return next(chain.elements("list"))

    def _pieces(self) -> Pieces:
        return cut(self._list(), self._bytes)

    def _put(self, pieces: Pieces) -> None:
        self._cut(pieces.start, pieces.end, pieces.text)

    def _cut(self, start: int, end: int, other: bytes) -> None:
        made = self._bytes[:start] + other + self._bytes[end:]
        read_chain(made.decode(), self._name)
        self._bytes = made

    # --- adding

    def _style(self) -> Style:
        return Style.of(self._bytes, self._list())

    def _item(self, provider: str, lets: Filter | None) -> Iterator[str]:
        """Its rows in the list; the bean that it refers to is defined."""
        style = self._style()
        if lets is not None:
            return own_bean(lets, style)
        of_class = names.CLASSIC if provider == names.OWN else names.CLASSES[provider]
        shipped = next((bean for bean, name in names.BEANS.items() if name == of_class), None)
        beans = Beans(self._bytes.decode(), self._name)
        if shipped is None:
            return bean_of(of_class, style)
        for called in (shipped, *beans.by_id):
            bean = beans.called(called)
            if bean is not None and bean.get("class") == of_class:
                return reference_to(called, style)
        if beans.called(shipped) is not None:  # its name is somebody else's
            return bean_of(of_class, style)
        self._define(shipped, of_class, style)
        return reference_to(shipped, style)

    def _define(self, name: str, of_class: str, style: Style) -> None:
        end = self._root().inside_end
        last = len(self._bytes[:end].rstrip())
        rows = ["", *(style.unit + row for row in defined(name, of_class, style))]
        self._cut(last, last, style.lines(["", *rows]))

    def _insert(self, rows: Iterator[str], place: int) -> None:
        style, held = self._style(), self._list()
        pieces = cut(held, self._bytes)
        if pieces.items:
            place = min(max(0, place), len(pieces.items))
            _into(pieces, place, list(rows), style)
            self._put(pieces)
            return
        inner = style.indent + style.unit
        content = style.lines(["", *(inner + row for row in rows), style.indent])
        if held.inside == held.end:  # <list/>
            tag = self._bytes[held.start : held.inside - 2].rstrip()
            closing = f"</{style.prefix}list>".encode()
            self._cut(held.start, held.end, tag + b">" + content + closing)
        else:
            kept = self._bytes[held.inside : held.inside_end].rstrip()
            self._cut(held.inside, held.inside_end, kept + content)

    # --- settings

    def _set(self, name: str, value: bytes) -> None:
        registry = self._registry()
        held = registry.setting(name)
        if held is None:
            style = self._style()
            chain = registry.setting("providers")
            assert chain is not None  # it was read
            row = f'<{style.prefix}property name="{name}" value="{value.decode()}"/>'
            before = self._bytes[len(self._bytes[: chain.start].rstrip()) : chain.start]
            self._cut(chain.end, chain.end, before + row.encode())
            return
        tag = self._bytes[held.start : held.inside]
        inner = next(held.elements("value"), None)
        if (found := _VALUE.search(tag)) is not None:
            start = held.start + found.start(2) + 1
            self._cut(start, held.start + found.end(2) - 1, value)
        elif inner is not None and inner.inside != inner.end:
            self._cut(inner.inside, inner.inside_end, value)
        else:
            text = _("{name}: it has no value that could be changed")
            raise BadInput(text.format(name=name))


def _into(pieces: Pieces, place: int, rows: list[str], style: Style) -> None:
    """On a line of its own, if the others are."""
    gap = next((gap for gap in pieces.gaps[:-1] if b"\n" in gap), None)
    indent = b"" if gap is None else gap.rpartition(b"\n")[2]
    own = "" if indent.strip() else indent.decode()
    item = style.lines([own + row if turn else row for turn, row in enumerate(rows)])
    pieces.insert(place, item, b"" if gap is None else style.lines(["", own]))

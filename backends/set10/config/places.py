"""Where the elements of a text stand, to the byte: what a tree of XML does not tell.

The text was read safely before: it is well-formed and has no document type.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers.expat import ParserCreate

_TAG = re.compile(rb"""<(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")


@dataclass
class Node:
    """An element or a comment, with its first byte and the one behind its last."""

    name: str
    """Without its prefix; empty: a comment."""
    attributes: dict[str, str]
    start: int
    inside: int = 0
    """Where its content begins: behind its start tag."""
    inside_end: int = 0
    """Where its content ends."""
    end: int = 0
    children: "list[Node]" = field(default_factory=list)

    def elements(self, name: str) -> "Iterator[Node]":
        return (one for one in self.children if one.name == name)

    def setting(self, name: str) -> "Node | None":
        """The property of a bean; the last one where it stands there twice."""
        found = [one for one in self.elements("property") if one.attributes.get("name") == name]
        return found[-1] if found else None


def tree(text: bytes) -> Node:
    """The root element of a text in UTF-8."""
    parser = ParserCreate("utf-8")
    root = Node("", {}, 0)
    open_: list[Node] = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        tag = _TAG.match(text, at)
        assert tag is not None  # it is well-formed
        made = Node(name.rpartition(":")[2], attributes, at, tag.end())
        open_[-1].children.append(made)
        open_.append(made)

    def end(_name: str) -> None:
        done = open_.pop()
        if text[done.inside - 2 : done.inside] == b"/>":
            done.inside_end = done.end = done.inside
        else:
            done.inside_end = parser.CurrentByteIndex
            done.end = text.index(b">", done.inside_end) + 1

    def comment(_text: str) -> None:
        at = parser.CurrentByteIndex
        open_[-1].children.append(Node("", {}, at, at, at, text.index(b"-->", at) + 3))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CommentHandler = comment
    parser.Parse(text, True)  # noqa: FBT003 - positional in its signature
    return next(one for one in root.children if one.name)

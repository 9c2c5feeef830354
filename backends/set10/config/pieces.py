"""The list of providers in pieces that can change places.

What belongs to a provider travels with it: comments right before it (an empty line parts them from
it), and those behind it on its line. All else stays where it is, so the layout does, and any order
and back is the same text. Where several providers share a line, only comments on that line travel.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from backends.set10.config.places import Node


@dataclass
class Pieces:
    """Gap, provider, gap, provider, ..., gap."""

    start: int
    end: int
    items: list[bytes] = field(default_factory=list)
    gaps: list[bytes] = field(default_factory=list)

    @property
    def text(self) -> bytes:
        both = zip(self.gaps, self.items, strict=False)
        return b"".join(part for pair in both for part in pair) + self.gaps[-1]

    def remove(self, place: int) -> None:
        """One of the gaps around it goes, too: one without words in it."""
        before, behind = self.gaps[place], self.gaps[place + 1]
        last = place == len(self.items) - 1
        gone, kept = (before, behind) if last else (behind, before)
        if gone.strip():
            gone, kept = kept, gone
        if gone.strip():
            kept = before + behind
        self.gaps[place : place + 2] = [kept]
        del self.items[place]

    def insert(self, place: int, item: bytes, gap: bytes) -> None:
        """Into a list that is not empty. ``gap``: what parts it from its neighbour."""
        self.items.insert(place, item)
        self.gaps.insert(place if place == len(self.items) - 1 else place + 1, gap)


def cut(held: Node, text: bytes) -> Pieces:
    """The content of a list in pieces."""
    pieces = Pieces(held.inside, held.inside_end)
    at = pieces.start
    for start, end in _spans(held, text):
        pieces.gaps.append(text[at:start])
        pieces.items.append(text[start:end])
        at = end
    pieces.gaps.append(text[at : pieces.end])
    return pieces


def _spans(held: Node, text: bytes) -> list[tuple[int, int]]:
    """Of each provider, with the comments that are its own."""
    elements = [one for one in held.children if one.name]
    between = _comments(held)
    shared = any(
        _on_one_line(text, one.end, between[turn + 1], other.start)
        for turn, (one, other) in enumerate(pairwise(elements))
    )
    ends = [
        one.end if shared else _tail(text, one.end, between[turn + 1])
        for turn, one in enumerate(elements)
    ]
    starts = [
        _head(text, one.start, between[turn], ends[turn - 1] if turn else 0, 0 if shared else 1)
        for turn, one in enumerate(elements)
    ]
    return list(zip(starts, ends, strict=True))


def _comments(held: Node) -> list[list[Node]]:
    """Before the first provider, between any two, behind the last."""
    found: list[list[Node]] = [[]]
    for one in held.children:
        if one.name:
            found.append([])
        else:
            found[-1].append(one)
    return found


def _on_one_line(text: bytes, start: int, comments: list[Node], end: int) -> bool:
    """Whether two providers share a line, comments aside; what is no blank counts as one, too."""
    starts = [start, *(one.end for one in comments)]
    ends = [*(one.start for one in comments), end]
    blanks = [text[first:last] for first, last in zip(starts, ends, strict=True)]
    return any(blank.strip() for blank in blanks) or not any(b"\n" in blank for blank in blanks)


def _tail(text: bytes, end: int, comments: list[Node]) -> int:
    """The end of a provider with the comments behind it on its line."""
    for one in comments:
        space = text[end : one.start]
        if space.strip() or b"\n" in space:
            break
        end = one.end
    return end


def _head(text: bytes, start: int, comments: list[Node], limit: int, most: int) -> int:
    """The start of a provider with the comments right before it, at most so many lines apart."""
    for one in reversed(comments):
        space = text[one.end : start]
        if one.start < limit or space.strip() or space.count(b"\n") > most:
            break
        start = one.start
    return start

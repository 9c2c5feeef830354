"""The seal of results: a chain of hashes in which a later change shows.

The digest of an entry is the SHA-256 of its text. Its seal is the SHA-256 of three lines: the seal
of the entry before it (of the first one: 64 zeros), a name, and its digest. So nobody can change,
insert or remove an entry without the seals after it telling of it.

There is no secret in it: who can program can seal everything anew. But then the seal is another
one than that which stands on the printed certificate.
"""

import hashlib
import json
from dataclasses import dataclass

BEGINNING = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True)
class Sealed:
    """What is kept of an entry besides its text."""

    name: str
    digest: str
    previous: str
    seal: str

    @property
    def holds(self) -> bool:
        return self.seal == seal(self.previous, self.name, self.digest)


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def seal(previous: str, name: str, text_digest: str) -> str:
    lines = f"{previous}\n{name}\n{text_digest}"
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


def as_text(data: object) -> bytes:
    """JSON in one form: names in order, no blanks, UTF-8. Raises ValueError for text that is no
    Unicode."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def row_seal(previous: str, number: str, told: object) -> str:
    """Of a row of an exported file; ``told``: what stands in it. Raises ValueError as above."""
    return seal(previous, number, digest(as_text(told)))


def short(seal_of_entry: str) -> str:
    """For paper: 'A1B2-C3D4-E5F6-0718', the beginning of it."""
    start = seal_of_entry[:16].upper()
    return "-".join(start[place : place + 4] for place in range(0, len(start), 4))

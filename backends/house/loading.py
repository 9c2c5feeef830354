"""The rules file, read and checked."""

from functools import lru_cache
from pathlib import Path

from backends.house.checks import check
from backends.house.rules import Rules
from cashier.config import parse, read_text, stamp_of


def load_rules(path: Path) -> Rules:
    """Read and check a rules file. Raises ConfigError naming file, line, field."""
    return parse_rules(read_text(path), str(path))


def remembered_rules(path: Path) -> Rules:
    """The same, read anew only when the file has changed: for many shops one after another."""
    return _remembered(path, stamp_of(path))


@lru_cache(maxsize=16)
def _remembered(path: Path, stamp: int) -> Rules:  # noqa: ARG001 (another stamp, another file)
    return load_rules(path)


def parse_rules(text: str, name: str = "rules") -> Rules:
    """The same from a text; errors call it ``name``."""
    rules = parse(text, Rules, name)
    check(rules, text, name)
    return rules

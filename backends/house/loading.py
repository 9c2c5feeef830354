"""The rules file, read and checked."""

from pathlib import Path

from backends.house.checks import check
from backends.house.rules import Rules
from cashier.config import parse, read_text


def load_rules(path: Path) -> Rules:
    """Read and check a rules file. Raises ConfigError naming file, line, field."""
    return parse_rules(read_text(path), str(path))


def parse_rules(text: str, name: str = "rules") -> Rules:
    """The same from a text; errors call it ``name``."""
    rules = parse(text, Rules, name)
    check(rules, text, name)
    return rules

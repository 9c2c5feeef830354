"""Templates of a mapping compiled; what is wrong with them is gathered, with line and field."""

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

from backends.mapped.language import (
    BadExpression,
    Constant,
    Expression,
    Row,
    Table,
    Template,
    compiled,
    nodes,
    place_of,
)
from backends.mapped.shapes import Names, Shape, objects
from cashier.config import Places, Where
from cashier.i18n import _

_NOTHING = Constant(None)
_NULL = Expression("null", 1, "", {"type": "literal", "value": None, "children": []})


@dataclass
class Compiler:
    text: str
    """Of the file."""
    name: str
    """Errors call it so."""
    _errors: list[tuple[int, str]] = field(default_factory=list)
    tables: frozenset[str] = frozenset()
    parts: dict[str, Template] = field(default_factory=dict)
    _places: Places = field(init=False)

    def __post_init__(self) -> None:
        self._places = Places(self.text)

    # --- what is wrong

    def wrong(self, where: Where, why: str) -> None:
        self._tell(self._line(where), _dotted(where), why)

    def _tell(self, line: int, dotted: str, why: str) -> None:
        text = _("{file}, {place}: {why}")
        place = place_of(line, dotted)
        self._errors.append((line, text.format(file=self.name, place=place, why=why)))

    @property
    def errors(self) -> list[str]:
        """In the order of the file, each once."""
        return list(dict.fromkeys(text for _line, text in sorted(self._errors)))

    def place(self, where: Where) -> str:
        """'line 12, field identify.answer'."""
        return place_of(self._line(where), _dotted(where))

    def _line(self, where: Where) -> int:
        return self._places.line(where)

    def _first_row(self, line: int) -> int:
        """Where a text begins: TOML lets a long one begin on the row under its name."""
        rows = self.text.split("\n")
        below = line <= len(rows) and rows[line - 1].rstrip().endswith(('"""', "'''"))
        return line + 1 if below else line

    # --- templates

    def template(self, raw: Any, where: Where, known: Map[str, Shape]) -> Template | None:
        """A template whose names are all there; None where the file has none."""
        made = self.bare(raw, where)
        self.check(made, known)
        return made

    def check(self, made: Template | None, known: Map[str, Shape]) -> None:
        finder = Names(objects(**known), self.parts)
        finder.of(made)
        for one in finder.unknown:
            at = one.expression
            self._tell(at.line + one.row, at.name, _explained(one.why, at, known))

    def bare(self, raw: Any, where: Where) -> Template | None:
        """A template compiled; its names are not looked at."""
        match raw:
            case None:
                return None
            case str():
                return self._compiled(raw, where)
            case dict():
                items = raw.items()
                return Table(
                    tuple((n, self.bare(one, (*where, n)) or _NOTHING) for n, one in items)
                )
            case list():
                places = enumerate(raw)
                return Row(tuple(self.bare(one, (*where, n)) or _NOTHING for n, one in places))
            case float():
                if not isfinite(raw):
                    self.wrong(where, _("expected a number"))
                return Constant(Decimal(repr(raw)))
            case _:
                return Constant(raw)

    def maybe(self, text: str, where: Where, known: Map[str, Shape]) -> Expression | None:
        return self.expression(text, where, known) if text.strip() else None

    def expression(self, text: str, where: Where, known: Map[str, Shape]) -> Expression:
        made = self._compiled(text, where)
        self.check(made, known)
        return made

    def _compiled(self, text: str, where: Where) -> Expression:
        line, dotted = self._first_row(self._line(where)), _dotted(where)
        try:
            made = compiled(text, line, dotted)
        except BadExpression as error:
            self._tell(line + error.row, dotted, str(error))
            return _NULL
        misused = self._misused(made)
        for why in misused:
            self._tell(line, dotted, why)
        return _NULL if misused else made  # a part must not come back to itself

    def _misused(self, made: Expression) -> list[str]:
        """Tables and parts that are not there."""
        complaints = []
        for node in nodes(made.tree):
            if node["type"] != "function_expression" or node["value"] not in ("table", "part"):
                continue
            first = node["children"][0]
            known = self.tables if node["value"] == "table" else self.parts
            if first["type"] != "literal" or not isinstance(first["value"], str):
                text = _("{name}() takes a name in quotes")
                complaints.append(text.format(name=node["value"]))
            elif first["value"] not in known:
                text = _("there is no {kind} {name}")
                complaints.append(text.format(kind=node["value"], name=first["value"]))
        return complaints

    def shape(self, made: Template | None, known: Map[str, Shape]) -> Shape:
        """Of what a template gives."""
        return Names(objects(**known), self.parts).of(made)


def _dotted(where: Where) -> str:
    """'identify.call.1.body': places in lists from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in where)


def _explained(why: str, made: Expression, known: Map[str, Shape]) -> str:
    """A word alone is perhaps not meant as a name."""
    word = made.text.strip()
    if re.fullmatch(r"\w+", word) and word not in known:
        return why + _("; the text itself is written '{word}'").format(word=word)
    return why

"""The assortment: what the server must know of goods that a row of a receipt does not tell."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from sqlite3 import Connection
from typing import NamedTuple

from backends.rarus.server.data.pages import pagination
from backends.rarus.wire.base import Pages, Pagination, minor
from backends.rarus.wire.goods import Article, ArticleFields
from backends.rarus.wire.kinds import GoodProperty
from cashier.database import Database
from cashier.money import Amount

SCHEMA = """
CREATE TABLE goods (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL, words TEXT NOT NULL,
    isgroup INTEGER NOT NULL, deleted INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE INDEX goods_by_parent ON goods (parent);
CREATE TABLE good_properties (
    good TEXT NOT NULL, property TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (good, property)
) WITHOUT ROWID;
CREATE INDEX good_properties_by_value ON good_properties (property, value)
"""
_PUT = (
    "INSERT INTO goods (id, parent, words, isgroup, deleted, body) VALUES (?,?,?,?,?,?)"
    " ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, words = excluded.words,"
    " isgroup = excluded.isgroup, deleted = excluded.deleted, body = excluded.body"
)
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Known:
    """What a calculation asks of an article."""

    name: str
    group: str
    unit: str
    """``pc`` or ``kg``."""
    lowest: Amount
    """Minor units; see ``cashier.receipt.Line.lowest``."""


class Goods:
    """Every method may raise StorageError."""

    def __init__(self, db: Database, groups: frozenset[str]) -> None:
        """``groups``: those that the rules of the loyalty system speak of."""
        self._db, self._groups = db, groups
        self._known: dict[str, Known | None] = {}
        self.changes = 0
        """Another number whenever something was changed."""

    def get(self, key: str) -> Article | None:
        row = self._db.row("SELECT body FROM goods WHERE id = ?", (key,))
        return Article.model_validate_json(row[0]) if row else None

    def known(self, sku: str) -> Known | None:
        """By the id of a good; quick. None: nobody loaded it."""
        try:
            return self._known[sku]
        except KeyError:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[sku] = self._learnt(sku)
            return found

    def _learnt(self, sku: str) -> Known | None:
        good = self.get(sku)
        if good is None or good.isgroup:
            return None
        told = {one.id: one.value for one in good.properties}
        unit = "kg" if told.get(GoodProperty.UNIT) == "kg" else "pc"
        lowest = roubles(told.get(GoodProperty.LOWEST, ""))
        return Known(good.name, self._group(good.parent_id), unit, lowest)

    def _group(self, parent: str) -> str:
        """The nearest group around it that rules speak of; else the one that it lies in."""
        for group in self._around(parent):
            if group in self._groups:
                return group
        return parent

    def _around(self, group: str) -> list[str]:
        """A group and those around it, however they may be tangled."""
        found: list[str] = []
        while group and group not in found:
            found.append(group)
            row = self._db.row("SELECT parent FROM goods WHERE id = ?", (group,))
            group = row[0] if row else ""
        return found

    def within(self, ids: Iterable[str]) -> frozenset[str]:
        """These goods, and those that lie in these groups at any depth."""
        found: set[str] = set()
        todo = list(dict.fromkeys(ids))
        seen = set(todo)
        while todo:
            key = todo.pop()
            row = self._db.row("SELECT isgroup FROM goods WHERE id = ?", (key,))
            if row is None or not row[0]:
                found.add(key)
            inner = [
                row[0] for row in self._db.rows("SELECT id FROM goods WHERE parent = ?", (key,))
            ]
            todo += (one for one in inner if one not in seen)
            seen.update(inner)
        return frozenset(found)

    def page(self, wanted: Iterable["Where"], asked: Pages) -> tuple[list[Article], Pagination]:
        """Those not deleted for which all of this holds. Raises Failure: there are none."""
        conditions = [Where("NOT deleted"), *wanted]
        where = " AND ".join(one.sql for one in conditions)
        values = [value for one in conditions for value in one.values]
        counted = self._db.row(f"SELECT count(*) FROM goods WHERE {where}", values)  # noqa: S608
        told = pagination(asked, counted[0])
        rows = self._db.rows(
            f"SELECT body FROM goods WHERE {where} ORDER BY place LIMIT ? OFFSET ?",  # noqa: S608
            [*values, asked.per_page, (asked.page - 1) * asked.per_page],
        )
        return [Article.model_validate_json(row[0]) for row in rows], told

    def put(self, told: Iterable[ArticleFields], now: int) -> None:
        """Add or change, all or none; ``now``: Unix milliseconds."""
        with self._db.writing() as sql:
            for fields in told:
                self._put(sql, fields, now)
        self._known.clear()
        self.changes += 1

    def _put(self, sql: Connection, fields: ArticleFields, now: int) -> None:
        row = sql.execute("SELECT body FROM goods WHERE id = ?", (fields.id,)).fetchone()
        before = Article.model_validate_json(row[0]) if row else Article(id=fields.id)
        given = {name: value for name, value in fields if value is not None}
        good = before.model_copy(update={**given, "timestamp": now})
        words = f"{good.name}\n{good.article}".casefold()
        cells = (good.id, good.parent_id, words, good.isgroup, good.deleted)
        sql.execute(_PUT, (*cells, good.model_dump_json()))
        sql.execute("DELETE FROM good_properties WHERE good = ?", (good.id,))
        sql.executemany(
            "INSERT OR REPLACE INTO good_properties VALUES (?,?,?)",
            [(good.id, one.id, one.value) for one in good.properties],
        )

    def empty(self) -> bool:
        return self._db.row("SELECT 1 FROM goods") is None


class Where(NamedTuple):
    """A condition on a good."""

    sql: str
    values: tuple[str, ...] = ()

    @classmethod
    def any_of(cls, ids: Iterable[str], *, but: bool = False) -> "Where":
        """One of these goods; ``but``: none of them."""
        within = "id IN (SELECT value FROM json_each(?))"
        return cls(f"NOT {within}" if but else within, (json.dumps(sorted(ids)),))

    @classmethod
    def named(cls, text: str) -> "Where":
        """This stands in its name or its article."""
        return cls("instr(words, ?) > 0", (text.casefold(),))

    @classmethod
    def has(cls, name: str, value: str | None) -> "Where":
        """A property; with this value, if one is given."""
        valued = " AND value = ?" if value is not None else ""
        with_it = f"SELECT good FROM good_properties WHERE property = ?{valued}"  # noqa: S608
        return cls(f"id IN ({with_it})", (name,) if value is None else (name, value))


def roubles(text: str) -> Amount:
    """Kopecks of a property; what is no sum, or below zero, is 0."""
    try:
        return max(0, minor(Decimal(text.strip().replace(",", "."))))
    except (InvalidOperation, ValueError):
        return 0

"""The goods of a shop, by code, by sku, and by words of the name."""

import re
from functools import cached_property
from pathlib import Path

from cashier.goods import Good, canonical
from cashier.money import Currency


class Catalog:
    """The goods of a shop, by code, by sku, and by words of the name."""

    def __init__(self, goods: tuple[Good, ...], groups: dict[str, str] | None = None) -> None:
        """Raises ValueError for an sku or a code that two goods have."""
        self.goods = goods
        self.groups: dict[str, str] = groups or {good.group: good.group for good in goods}
        """Names of the groups by id, in the order they are shown in."""
        self._by_sku = {good.sku: good for good in goods}
        self._by_code = {canonical(code): good for good in goods for code in good.codes}
        if len(self._by_sku) < len(goods):
            raise ValueError("two goods have the same sku")
        if len(self._by_code) < sum(len(good.codes) for good in goods):
            raise ValueError("two goods have the same code")

    @classmethod
    def load(cls, path: Path, language: str, currency: Currency = Currency()) -> "Catalog":
        """Read ``path``; names of groups stand in ``groups.csv`` beside it, if there is one.

        Columns: sku, price, and a name in ``name_ru``, ``name_en`` or ``name``; the others
        (group, unit, lowest, codes, age) may be left out. Raises ConfigError.
        """
        from cashier.goods_file import read_goods, read_groups  # brings pydantic: see above

        beside = path.with_name("groups.csv")
        groups = read_groups(beside, language) if beside.is_file() else None
        return cls(read_goods(path, language, currency), groups)

    def by_code(self, code: str) -> Good | None:
        """The good with this EAN, UPC or Code128 on it."""
        return self._by_code.get(canonical(code))

    def by_sku(self, sku: str) -> Good | None:
        return self._by_sku.get(sku)

    def search(self, text: str, limit: int = 20) -> list[Good]:
        """Goods with all these words, or beginnings of words, in the name or the sku.

        Case and ё do not matter, nor does the order; the first goods for an empty text. Those
        whose name or sku starts with what was typed come first.
        """
        words = _folded(text).split()
        if not words:
            return list(self.goods[:limit])
        first, *others = (f" {word}" for word in words)
        found = [place for place, hay in enumerate(self._hays) if first in hay]
        for word in others:
            found = [place for place in found if word in self._hays[place]]
        found.sort(key=lambda place: not self._starts(place, first))
        return [self.goods[place] for place in found[:limit]]

    def _starts(self, place: int, word: str) -> bool:
        return self._hays[place].startswith(word) or f" {self.goods[place].sku}" == word

    @cached_property
    def _hays(self) -> list[str]:
        """What is searched, every word with a space before it; made at the first search."""
        return [f" {_folded(good.name)} {_folded(good.sku)}" for good in self.goods]


_NO_WORD = re.compile(r"[\W_]+")


def _folded(text: str) -> str:
    return _NO_WORD.sub(" ", text[:300].casefold().replace("ё", "е")).strip()

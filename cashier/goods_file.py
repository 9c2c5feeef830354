"""The catalogue file: CSV in UTF-8 with commas or semicolons; an error names line and field."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from cashier.config import read_text
from cashier.errors import ConfigError
from cashier.goods import Good, canonical, check_digit, checks, is_digits, is_gtin, shortened
from cashier.i18n import _
from cashier.money import Amount, BadNumber, Currency, parse_amount

LARGEST = 64_000_000
"""Bytes of a catalogue file; 50,000 goods are about 7 million."""


def read_goods(path: Path, language: str, currency: Currency) -> tuple[Good, ...]:
    """The goods in the order of the file. Raises ConfigError."""
    return tuple(_Reader(path, language, currency).goods())


_COLUMNS = (
    "sku", "name", "name_ru", "name_en", "group", "unit", "price", "lowest", "codes", "age",
    "deposit", "certificate",
)  # fmt: skip
_SKU = re.compile(r"[0-9A-Za-z._-]{1,32}")
_CODE = re.compile(r"[!-~]{1,48}")
_LONGEST_NAME = 500


class _Reader:
    """Reads one file of goods; knows on which line it is."""

    def __init__(self, path: Path, language: str, currency: Currency) -> None:
        self._path, self._currency = path, currency
        self._names = ("name_" + language, "name", "name_ru", "name_en")
        self._skus: set[str] = set()
        self._codes: set[str] = set()
        self._deposits: list[tuple[int, str, str]] = []
        self._line = 1

    def goods(self) -> Iterator[Good]:
        for line, row in _rows(self._path, _COLUMNS, required=("sku", "price")):
            self._line = line
            yield self._good(row)
        self._check_deposits()

    def _wrong(self, field: str, expected: str, given: str) -> NoReturn:
        raise _config_error(self._path, self._line, field, expected, given)

    def _good(self, row: dict[str, str]) -> Good:
        price = self._amount(row, "price")
        if price <= 0:
            self._wrong("price", _("a price above zero"), row["price"])
        lowest = self._amount(row, "lowest")
        if not 0 <= lowest <= price:
            self._wrong("lowest", _("from zero to the price"), row["lowest"])
        unit = row.get("unit") or "pc"
        if unit not in ("pc", "kg"):
            self._wrong("unit", _("pc or kg"), unit)
        age = row.get("age") or "0"
        if not is_digits(age) or len(age) > 2:
            self._wrong("age", _("years, from 0 to 99"), age)
        sku, name, codes = self._sku(row), self._name(row), self._read_codes(row)
        group = _clean(row.get("group", ""))
        certificate = row.get("certificate", "")
        if certificate not in ("", "yes"):
            self._wrong("certificate", _("yes or nothing"), certificate)
        deposit = row.get("deposit", "")
        if deposit:
            self._deposits.append((self._line, sku, deposit))
        if certificate:
            lowest = price  # no discount and no points touch what is as good as money
        return Good(
            sku, name, price, group, unit, lowest, codes, int(age), deposit, bool(certificate)
        )

    def _check_deposits(self) -> None:
        """Deposits are goods of the same file, and have none of their own."""
        for line, sku, deposit in self._deposits:
            self._line = line
            if deposit not in self._skus or deposit == sku:
                self._wrong("deposit", _("the sku of another good"), deposit)
            if any(deposit == other for _line, other, _deposit in self._deposits):
                self._wrong("deposit", _("a good that has no deposit itself"), deposit)

    def _sku(self, row: dict[str, str]) -> str:
        sku = row["sku"]
        if not _SKU.fullmatch(sku):
            self._wrong("sku", _("up to 32 letters and digits"), sku)
        if sku in self._skus:
            self._wrong("sku", _("an sku that no other good has"), sku)
        self._skus.add(sku)
        return sku

    def _name(self, row: dict[str, str]) -> str:
        name = next((given for field in self._names if (given := _clean(row.get(field, "")))), "")
        if not 0 < len(name) <= _LONGEST_NAME:
            self._wrong(self._names[0], _("a name"), name)
        return name

    def _amount(self, row: dict[str, str], field: str) -> Amount:
        text = row.get(field, "")
        try:
            return parse_amount(text, self._currency) if text or field == "price" else 0
        except BadNumber:
            self._wrong(field, _("an amount like 123.45"), text)

    def _read_codes(self, row: dict[str, str]) -> tuple[str, ...]:
        codes = tuple(row["codes"].split()) if row.get("codes") else ()
        for code in codes:
            if not _CODE.fullmatch(code):
                self._wrong("codes", _("codes of up to 48 characters, separated by spaces"), code)
            if is_gtin(code) and not checks(code):
                right = code[:-1] + check_digit(code[:-1])
                self._wrong("codes", _("the check digit of {code}").format(code=right), code)
            if canonical(code) in self._codes:
                self._wrong("codes", _("a code that no other good has"), code)
            self._codes.add(canonical(code))
        return codes


def read_groups(path: Path, language: str) -> dict[str, str]:
    """Names of groups by id. Raises ConfigError."""
    names: dict[str, str] = {}
    for line, row in _rows(path, ("group", "name_ru", "name_en"), required=("group",)):
        if not row["group"] or row["group"] in names:
            raise _config_error(path, line, "group", _("a new group"), row["group"])
        fields = ("name_" + language, "name_ru", "name_en", "group")
        names[row["group"]] = next(name for field in fields if (name := _clean(row.get(field, ""))))
    return names


def _rows(
    path: Path, columns: tuple[str, ...], required: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with the lines they end on. Raises ConfigError."""
    text = read_text(path, LARGEST)
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(text.split("\n"), delimiter=";" if ";" in first else ",")
    header: list[str] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not header:
                header = _header(path, cells, columns, required)
            elif len(cells) != len(header):
                given, expected = str(len(cells)), _("{n} columns").format(n=len(header))
                raise _config_error(path, reader.line_num, "-", expected, given)
            else:
                yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise _config_error(path, reader.line_num, "-", "CSV", str(error)) from error


def _header(
    path: Path, cells: list[str], columns: tuple[str, ...], required: tuple[str, ...]
) -> list[str]:
    for cell in cells:
        if cell not in columns or cells.count(cell) > 1:
            raise _config_error(path, 1, cell, _("columns {names}").format(names=columns), cell)
    for name in required:
        if name not in cells:
            raise _config_error(path, 1, name, _("this column is required"), ", ".join(cells))
    return cells


def _config_error(path: Path, line: int, field: str, expected: str, given: str) -> ConfigError:
    why = _("expected {expected}, got {given}").format(expected=expected, given=shortened(given))
    text = _("{file}, line {line}, field {field}: {why}")
    return ConfigError(text.format(file=path, line=line, field=shortened(field), why=why))


def _clean(name: str) -> str:
    """A name in one line, without the control characters that a terminal would obey."""
    if name.isprintable():
        return name
    kept = (" " if unicodedata.category(char) == "Cc" else char for char in name)
    return " ".join("".join(kept).split())

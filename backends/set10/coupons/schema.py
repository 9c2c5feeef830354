"""The tables of coupons, under the names that SetRetail10 gives them.

Its public description names the tables, the four ``used_`` columns of a one-time coupon and the
flag ``is_used``. **Whatever is made by ``_emulated`` is ours**: no source names it, and a real
database has something else in its place. ``coupon_history`` and ``coupon_received`` are ours as a
whole; so is that ``card_unique_coupon_exemplar_to_send`` carries series and coupons of tills, too.

Moments are whole seconds since 1970, numbers of coupons text. One machine has the tables of its
``Role``.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    false,
    literal_column,
    text,
)
from sqlalchemy.types import TypeEngine

EMULATED = {"emulated": True}
"""On the columns that no source names."""

_BIG = BigInteger().with_variant(Integer, "sqlite")
_NUMBER = String().with_variant(String(collation="C"), "postgresql")
"""Compared byte by byte, so that a range means the same in both databases."""

METADATA = MetaData()


class Role(StrEnum):
    TILL = "till"
    SHOP = "shop"
    CENTRE = "centre"
    LOYALTY = "loyalty"


def _emulated(name: str, kind: TypeEngine[Any], **options: Any) -> Column[Any]:
    return Column(name, kind, info=EMULATED, **options)


def _flag(name: str) -> Column[bool]:
    return _emulated(name, Boolean(), nullable=False, server_default=false())


def _use() -> tuple[Column[Any], ...]:
    """Where a coupon was used."""
    return (
        Column("used_cash_number", String()),
        Column("used_purchase_number", String()),
        Column("used_shop_number", String()),
        Column("used_client_id", String()),
        _emulated("used_receipt_id", String()),
        _emulated("used_at", _BIG),
    )


def _series(name: str) -> Table:
    """What coupons have in common: a category of reusable ones, or a batch of one-time ones."""
    return Table(
        name,
        METADATA,
        _emulated("id", String(), primary_key=True),
        _emulated("name", String(), nullable=False),
        _flag("line_coupon"),
        _emulated("starts_at", _BIG),
        _emulated("ends_at", _BIG),
        _flag("is_blocked"),
        _emulated("made_at", _BIG, nullable=False),
        _emulated("came_at", _BIG, nullable=False),
        _emulated("came_from", String(), nullable=False),
    )


def _ranges(name: str) -> Table:
    return Table(
        name,
        METADATA,
        _emulated("length", Integer(), primary_key=True),
        _emulated("first_number", _NUMBER, primary_key=True),
        _emulated("last_number", _NUMBER, nullable=False),
        _emulated("cardtype_id", String(), nullable=False),
        sqlite_with_rowid=False,
    )


def _exemplars(name: str) -> Table:
    return Table(
        name,
        METADATA,
        _emulated("number", _NUMBER, primary_key=True),
        _emulated("batch_id", String(), nullable=False),
        _emulated("client_id", String()),  # only for this client
        _flag("is_blocked"),
        *_use(),
        Index(f"{name}_receipt", "used_receipt_id", **_where("used_receipt_id IS NOT NULL")),
        sqlite_with_rowid=False,
    )


def written(word: str) -> ColumnElement[str]:
    """A word of ours as it stands, not as a parameter: an index on some of the rows is used only
    for a condition that is written out."""
    return literal_column(f"'{word}'", String())


def _where(condition: str) -> dict[str, Any]:
    """Of an index on some of the rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


card_cardtype = _series("card_cardtype")
card_cardrange = _ranges("card_cardrange")
card_unique_coupon_batch = _series("card_unique_coupon_batch")
card_unique_coupon_exemplar = _exemplars("card_unique_coupon_exemplar")

coupon_category = _series("coupon_category")
coupon_range = _ranges("coupon_range")
coupon_batch = _series("coupon_batch")
coupon_exemplar = _exemplars("coupon_exemplar")

cards_coupons_processing = Table(
    "cards_coupons_processing",
    METADATA,
    _emulated("number", _NUMBER, primary_key=True),
    Column("is_used", Boolean(), nullable=False, server_default=false()),
    _emulated("kind_id", String(), nullable=False),
    _emulated("shop_number", String(), nullable=False),
    _emulated("cash_number", String(), nullable=False),
    _emulated("receipt_id", String(), nullable=False, index=True),
    _emulated("client_id", String()),  # only for this client
    _emulated("ends_at", _BIG),
    _flag("is_blocked"),
    _emulated("made_at", _BIG, nullable=False),
    _emulated("came_at", _BIG, nullable=False),
    _emulated("came_from", String(), nullable=False),
    *_use(),
    Index(
        "cards_coupons_processing_receipt",
        "used_receipt_id",
        **_where("used_receipt_id IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)
"""Coupons that tills have made."""

card_unique_coupon_exemplar_to_send = Table(
    "card_unique_coupon_exemplar_to_send",
    METADATA,
    _emulated("id", _BIG, primary_key=True, autoincrement=True),
    _emulated("uid", String(), nullable=False),
    _emulated("receiver", String(), nullable=False),
    _emulated("what", String(), nullable=False),
    _emulated("number", _NUMBER, index=True),
    _emulated("series", String()),
    *_use(),
    _emulated("made_at", _BIG, nullable=False),
    _emulated("step", Integer(), nullable=False),  # orders what happened in the same second
    _emulated("sent_at", _BIG),
    _emulated("attempts", Integer(), nullable=False, server_default="0"),
    _emulated("trouble", String()),
    Index("to_send_series", "receiver", **_where("what = 'series'")),
    Index("to_send_waiting", "receiver", "id", **_where("sent_at IS NULL")),
)
"""Messages to other machines; a row stays when it has arrived."""

coupon_history = Table(
    "coupon_history",
    METADATA,
    _emulated("id", _BIG, primary_key=True, autoincrement=True),
    _emulated("number", _NUMBER, nullable=False, index=True),
    _emulated("at", _BIG, nullable=False),
    _emulated("step", Integer(), nullable=False),
    _emulated("what", String(), nullable=False),
    _emulated("place", String(), nullable=False),  # the table that it happened in
    _emulated("came_from", String(), nullable=False),
    *_use(),
    Index("coupon_history_receipt", "used_receipt_id"),
    Index("coupon_history_conflicts", "number", "id", **_where("what = 'conflict'")),
)
"""What happened to coupons on this machine, as the rows themselves only say what holds now."""

coupon_received = Table(
    "coupon_received",
    METADATA,
    _emulated("uid", String(), primary_key=True),
    sqlite_with_rowid=False,
)
"""Messages that were carried out: one that comes again changes nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kind of database keeps reusable and one-time coupons."""

    types: Table
    ranges: Table
    batches: Table
    exemplars: Table
    made: Table | None = None
    """Coupons of tills."""


SET = Place(
    card_cardtype,
    card_cardrange,
    card_unique_coupon_batch,
    card_unique_coupon_exemplar,
    cards_coupons_processing,
)
"""The database ``set`` of a shop's server and of the centre."""

COUPONS = Place(coupon_category, coupon_range, coupon_batch, coupon_exemplar)
"""The database ``coupons`` of Set Loyalty."""

_MESSAGES = (card_unique_coupon_exemplar_to_send, coupon_history, coupon_received)

TABLES: dict[Role, tuple[Table, ...]] = {
    Role.TILL: (cards_coupons_processing, *_MESSAGES),
    Role.SHOP: (
        card_cardtype,
        card_cardrange,
        card_unique_coupon_batch,
        card_unique_coupon_exemplar,
        cards_coupons_processing,
        *_MESSAGES,
    ),
    Role.CENTRE: (
        card_cardtype,
        card_cardrange,
        card_unique_coupon_batch,
        card_unique_coupon_exemplar,
        cards_coupons_processing,
        *_MESSAGES,
    ),
    Role.LOYALTY: (
        coupon_category,
        coupon_range,
        coupon_batch,
        coupon_exemplar,
        coupon_history,
        coupon_received,
    ),
}
"""What each kind of machine has. A till has them to remember what it printed and could not send:
emulated as a whole."""

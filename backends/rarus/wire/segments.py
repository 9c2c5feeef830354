"""Segments of goods: what discounts are about, and what limits paying with points."""

from decimal import Decimal
from typing import Annotated

from backends.rarus.wire.base import (
    Flag,
    Listed,
    Message,
    Pages,
    Pagination,
    Reply,
    Sum,
    Text,
)

Ids = Annotated[tuple[Text, ...], Listed]
NOT_SET = -1


class SegmentFields(Message):
    """``POST /organization/segment/{id}``; what is left out or null stays as it is."""

    parent_id: Text | None = None
    name: Text | None = None
    max_payment_percent: Sum | None = None
    """The most of a row of these goods that points may pay; -1: not set."""
    isgroup: Flag | None = None
    items: tuple[Text, ...] | None = None
    """*Emulated*: ids of goods, and of groups for all that lies in them; in place of the old."""


class NewSegment(SegmentFields):
    """``POST /organization/segment/add``."""

    id: Text = ""


class Segment(Message):
    id: Text
    parent_id: Text = ""
    name: Text = ""
    max_payment_percent: Sum = Decimal(NOT_SET)
    isgroup: Flag = False
    deleted: Flag = False
    items: Ids = ()


class OneSegment(Reply):
    segment: Segment


class SegmentsAsked(Pages):
    """``GET /organization/segment``; the filters are *emulated*."""

    parent_id: Text = ""
    name_filter: Text = ""


class Segments(Reply):
    segments: Annotated[tuple[Segment, ...], Listed] = ()
    pagination: Pagination = Pagination()


class Condition(Message):
    """One of ``filter_full`` (*emulated*): a field of a good and what stands in it."""

    name: Text
    """``id``, ``parent_id``, ``article``, ``name`` (a part of it), or the id of a property."""
    value: Text = ""


class InSegments(Pages):
    """``POST /organization/assortment_segment/get_assortment``: all that is given must hold."""

    filter_full: Annotated[tuple[Condition, ...], Listed] = ()
    included_in_segment_items: Ids = ()
    """Ids of segments: goods that are in one of them."""
    excluded_from_segment_items: Ids = ()
    """*Emulated*: goods that are in none of them."""


class SegmentGood(Message):
    id: Text = ""
    parent_id: Text = ""
    name: Text = ""
    article: Text = ""


class SegmentGoods(Reply):
    assortment_for_segment_items: Annotated[tuple[SegmentGood, ...], Listed] = ()
    pagination: Pagination = Pagination()

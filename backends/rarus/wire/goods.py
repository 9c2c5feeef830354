"""The assortment: goods and their groups, with properties."""

from decimal import Decimal
from typing import Annotated

from backends.rarus.wire.base import (
    Flag,
    Listed,
    Message,
    Moment,
    Pages,
    Pagination,
    Reply,
    Sum,
    Text,
)


class Property(Message):
    """One property of a good; which ones mean something to the server: ``kinds.GoodProperty``."""

    id: Text
    name: Text = ""
    value: Text = ""


class ArticleFields(Message):
    """One of ``POST /organization/assortment/batch/add``; what is left out or null stays."""

    id: Text
    parent_id: Text | None = None
    """The group that it is in."""
    name: Text | None = None
    article: Text | None = None
    description: Text | None = None
    isgroup: Flag | None = None
    properties: tuple[Property, ...] | None = None
    """In place of all that were there."""
    unload: Flag | None = None
    deleted: Flag | None = None


class AddAssortment(Message):
    """``POST /organization/assortment/batch/add``: add, or change what is there."""

    assortment: Annotated[tuple[ArticleFields, ...], Listed] = ()


class Article(Message):
    id: Text
    parent_id: Text = ""
    name: Text = ""
    article: Text = ""
    description: Text = ""
    image: Text = ""
    isgroup: Flag = False
    properties: Annotated[tuple[Property, ...], Listed] = ()
    unload: Flag = False
    deleted: Flag = False
    timestamp: Moment = 0
    """When it was changed last."""


class ArticleAsked(Message):
    """``GET /organization/assortment/get``."""

    id: Text


class OneArticle(Reply):
    assortment: Article


class AssortmentAsked(Pages):
    """``GET /organization/assortment``: filters, all of which must hold."""

    id: Text = ""
    parent_id: Text = ""
    name_filter: Text = ""
    with_groups: Flag = False
    """Groups as well; else goods only."""
    property_id: Text = ""
    property_value: Text = ""


class Assortment(Reply):
    assortment: Annotated[tuple[Article, ...], Listed] = ()
    pagination: Pagination = Pagination()


# --- what goods cost --------------------------------------------------------------------------


class WantedProperty(Message):
    property_id: Text
    value: Text = ""


class ByProperties(Pages):
    """``POST /organization/assortment_properties``: goods that have all of these properties."""

    properties: Annotated[tuple[WantedProperty, ...], Listed] = ()


class Price(Message):
    price: Sum = Decimal(0)


class PricedArticle(Message):
    id: Text = ""
    name: Text = ""
    image: Text = ""
    assortment_prices: Annotated[tuple[Price, ...], Listed] = ()


class PricedAssortment(Reply):
    assortment: Annotated[tuple[PricedArticle, ...], Listed] = ()
    pagination: Pagination = Pagination()

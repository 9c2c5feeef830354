"""Shops and their hours."""

from typing import Annotated

from backends.rarus.wire.base import Flag, Listed, Message, Reply, Sum, Text


class Schedule(Message):
    """Some days of the week and when a shop is open on them."""

    day_start: Text = ""
    day_end: Text = ""
    time_start: Text = ""
    time_end: Text = ""
    status: Text = "open"
    """``open`` or ``closed``."""


class Shop(Message):
    id: Text
    name: Text = ""
    latitude: Sum | None = None
    longitude: Sum | None = None
    address: Text = ""
    phone: Text = ""
    time_zone: Text = ""
    """Its IANA name (*emulated*), as 'Europe/Moscow'."""
    exclude_articles: Text = ""
    """The segment of goods that points may not pay for in this shop."""
    deleted: Flag = False
    schedule: Annotated[tuple[Schedule, ...], Listed] = ()


class ShopAsked(Message):
    """``GET /organization/shop`` and ``/organization/shop/{id}``."""

    schedules: Flag = False
    """With the hours."""


class OneShop(Reply):
    """``GET /organization/shop/{id}``."""

    shop: Shop


class Shops(Reply):
    """``GET /organization/shop``."""

    shops: Annotated[tuple[Shop, ...], Listed] = ()


class ShopFields(Message):
    """``POST /organization/shop/{id}``; what is left out or null stays as it is."""

    name: Text | None = None
    latitude: Sum | None = None
    longitude: Sum | None = None
    address: Text | None = None
    phone: Text | None = None
    time_zone: Text | None = None
    exclude_articles: Text | None = None


class NewShop(ShopFields):
    """``POST /organization/shop/add``."""

    id: Text = ""


class ShopHours(Message):
    """``POST /organization/shop/schedule``: in place of all hours that were there."""

    id: Text
    schedule: Annotated[tuple[Schedule, ...], Listed] = ()

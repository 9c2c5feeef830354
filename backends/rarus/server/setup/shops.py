"""Shops and their hours."""

from decimal import Decimal

from backends.rarus.server.failures import nothing_found
from backends.rarus.server.known import new_id, told, wrong
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.wire.base import Nothing, Reply
from backends.rarus.wire.people import Made
from backends.rarus.wire.shops import (
    NewShop,
    OneShop,
    Shop,
    ShopAsked,
    ShopFields,
    ShopHours,
    Shops,
)


async def list_all(service: Service, asked: Asked[ShopAsked]) -> Shops:
    found = [shop for shop in service.store.shops.all() if not shop.deleted]
    if not found:
        raise nothing_found()
    return Shops(shops=tuple(_shown(shop, asked.body) for shop in found))


async def one(service: Service, asked: Asked[ShopAsked]) -> OneShop:
    return OneShop(shop=_shown(_known(service, asked.path["id"]), asked.body))


def _known(service: Service, key: str) -> Shop:
    found = service.store.shops.get(key)
    if found is None:
        raise nothing_found("Магазин не найден")
    return found


def _living(service: Service, key: str) -> Shop:
    found = _known(service, key)
    if found.deleted:
        raise nothing_found("Магазин удалён")
    return found


def _shown(shop: Shop, asked: ShopAsked) -> Shop:
    return shop if asked.schedules else shop.model_copy(update={"schedule": ()})


async def add(service: Service, asked: Asked[NewShop]) -> Made:
    key = new_id(service, asked.body.id)
    if service.store.shops.get(key) is not None:
        raise wrong(f"id: there is a shop {key} already")
    place = {"latitude": Decimal(0), "longitude": Decimal(0)}  # for those who expect numbers
    shop = Shop(id=key).model_copy(update=place | told(asked.body, "id"))
    if not shop.name:
        raise wrong("name: a shop needs one")
    _put(service, shop)
    return Made(id=key)


async def change(service: Service, asked: Asked[ShopFields]) -> Reply:
    shop = _living(service, asked.path["id"])
    _put(service, shop.model_copy(update=told(asked.body)))
    return Reply()


async def delete(service: Service, asked: Asked[Nothing]) -> Reply:
    shop = _living(service, asked.path["id"])
    _put(service, shop.model_copy(update={"deleted": True}))
    return Reply()


async def set_hours(service: Service, asked: Asked[ShopHours]) -> Reply:
    shop = _living(service, asked.body.id)
    for hours in asked.body.schedule:
        if hours.status not in ("open", "closed"):
            raise wrong("schedule: status is open or closed")
    _put(service, shop.model_copy(update={"schedule": asked.body.schedule}))
    return Reply()


def _put(service: Service, shop: Shop) -> None:
    barred = shop.exclude_articles
    if barred and service.store.segments.get(barred) is None:
        raise wrong(f"exclude_articles: there is no segment {barred[:100]}")
    service.store.shops.put(shop)
    service.store.segments.forget()


ROUTES = (
    Route("GET", "/organization/shop", list_all, ShopAsked, Shops, "Shops"),
    Route("GET", "/organization/shop/{id}", one, ShopAsked, OneShop, "One shop"),
    Route("POST", "/organization/shop/add", add, NewShop, Made, "Add a shop"),
    Route("POST", "/organization/shop/schedule", set_hours, ShopHours, Reply, "Hours of a shop"),
    Route("POST", "/organization/shop/{id}", change, ShopFields, Reply, "Change a shop"),
    Route("POST", "/organization/shop/{id}/delete", delete, Nothing, Reply, "Delete a shop"),
)

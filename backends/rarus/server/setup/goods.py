"""The assortment: goods and their groups."""

from backends.rarus.server.data.goods import Where, roubles
from backends.rarus.server.failures import nothing_found
from backends.rarus.server.known import milliseconds_now, new_id, wrong
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.wire.base import Pages, Reply, major
from backends.rarus.wire.goods import (
    AddAssortment,
    Article,
    ArticleAsked,
    Assortment,
    AssortmentAsked,
    ByProperties,
    OneArticle,
    Price,
    PricedArticle,
    PricedAssortment,
)
from backends.rarus.wire.kinds import GoodProperty

GOODS = Where("NOT isgroup")
"""Groups are left out."""


async def add(service: Service, asked: Asked[AddAssortment]) -> Reply:
    for place, article in enumerate(asked.body.assortment):
        if not article.id:
            raise wrong(f"assortment.{place}.id: every article needs one")
        new_id(service, article.id)
        if article.id == article.parent_id:
            raise wrong(f"assortment.{place}.parent_id: it cannot lie in itself")
    service.store.goods.put(asked.body.assortment, milliseconds_now(service))
    return Reply()


async def one(service: Service, asked: Asked[ArticleAsked]) -> OneArticle:
    found = service.store.goods.get(asked.body.id)
    if found is None:
        raise nothing_found("Номенклатура не найдена")
    return OneArticle(assortment=found)


async def find(service: Service, asked: Asked[AssortmentAsked]) -> Assortment:
    body = asked.body
    wanted = [] if body.with_groups else [GOODS]
    if body.id:
        wanted.append(Where.any_of([body.id]))
    if body.parent_id:
        wanted.append(Where("parent = ?", (body.parent_id,)))
    if body.name_filter:
        wanted.append(Where.named(body.name_filter))
    if body.property_id:
        wanted.append(Where.has(body.property_id, body.property_value or None))
    found, told = service.store.goods.page(wanted, body)
    return Assortment(assortment=tuple(found), pagination=told)


async def by_properties(service: Service, asked: Asked[ByProperties]) -> PricedAssortment:
    wanted = [Where.has(one.property_id, one.value or None) for one in asked.body.properties]
    found, told = service.store.goods.page([GOODS, *wanted], asked.body)
    return PricedAssortment(assortment=tuple(_priced(one) for one in found), pagination=told)


def _priced(good: Article) -> PricedArticle:
    told = next((one.value for one in good.properties if one.id == GoodProperty.PRICE), "")
    prices = (Price(price=major(roubles(told))),) if told else ()
    return PricedArticle(id=good.id, name=good.name, image=good.image, assortment_prices=prices)


ROUTES = (
    Route(
        "POST",
        "/organization/assortment/batch/add",
        add,
        AddAssortment,
        Reply,
        "Add goods and groups, or change them",
    ),
    Route(
        "GET", "/organization/assortment/get", one, ArticleAsked, OneArticle, "One good or group"
    ),
    Route("GET", "/organization/assortment", find, AssortmentAsked, Assortment, "Goods"),
    Route(
        "POST",
        "/organization/assortment_properties",
        by_properties,
        ByProperties,
        PricedAssortment,
        "Goods by their properties, with prices",
        query=Pages,
    ),
)

"""Segments of goods."""

from backends.rarus.server.data.goods import Where
from backends.rarus.server.data.pages import paged
from backends.rarus.server.failures import nothing_found
from backends.rarus.server.known import new_id, told, wrong
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.server.setup.goods import GOODS
from backends.rarus.wire.base import Nothing, Reply
from backends.rarus.wire.people import Made
from backends.rarus.wire.segments import (
    NOT_SET,
    Condition,
    InSegments,
    NewSegment,
    OneSegment,
    Segment,
    SegmentFields,
    SegmentGood,
    SegmentGoods,
    Segments,
    SegmentsAsked,
)


async def list_all(service: Service, asked: Asked[SegmentsAsked]) -> Segments:
    parent, name = asked.body.parent_id, asked.body.name_filter.casefold()
    found = [
        segment
        for segment in service.store.segments.all()
        if not segment.deleted
        and parent in ("", segment.parent_id)
        and name in segment.name.casefold()
    ]
    page, pagination = paged(found, asked.body)
    return Segments(segments=tuple(page), pagination=pagination)


async def one(service: Service, asked: Asked[Nothing]) -> OneSegment:
    return OneSegment(segment=_known(service, asked.path["id"]))


def _known(service: Service, key: str) -> Segment:
    found = service.store.segments.get(key)
    if found is None:
        raise nothing_found("Сегмент не найден")
    return found


def _living(service: Service, key: str) -> Segment:
    found = _known(service, key)
    if found.deleted:
        raise nothing_found("Сегмент удалён")
    return found


async def add(service: Service, asked: Asked[NewSegment]) -> Made:
    key = new_id(service, asked.body.id)
    if service.store.segments.get(key) is not None:
        raise wrong(f"id: there is a segment {key} already")
    segment = Segment(id=key).model_copy(update=told(asked.body, "id"))
    if not segment.name:
        raise wrong("name: a segment needs one")
    _put(service, segment)
    return Made(id=key)


async def change(service: Service, asked: Asked[SegmentFields]) -> Reply:
    segment = _living(service, asked.path["id"])
    _put(service, segment.model_copy(update=told(asked.body)))
    return Reply()


async def delete(service: Service, asked: Asked[Nothing]) -> Reply:
    segment = _living(service, asked.path["id"])
    service.store.segments.put(segment.model_copy(update={"deleted": True}))
    return Reply()


def _put(service: Service, segment: Segment) -> None:
    percent = segment.max_payment_percent
    if percent != NOT_SET and not 0 <= percent <= 100:
        raise wrong("max_payment_percent: from 0 to 100, or -1")
    parent = segment.parent_id
    if parent and (parent == segment.id or service.store.segments.get(parent) is None):
        raise wrong(f"parent_id: there is no other segment {parent[:100]}")
    service.store.segments.put(segment)


async def goods(service: Service, asked: Asked[InSegments]) -> SegmentGoods:
    body, segments = asked.body, service.store.segments
    wanted = [GOODS, *(_condition(one) for one in body.filter_full)]
    if body.included_in_segment_items:
        wanted.append(Where.any_of(segments.members(body.included_in_segment_items)))
    if body.excluded_from_segment_items:
        barred = segments.members(body.excluded_from_segment_items)
        wanted.append(Where.any_of(barred, but=True))
    found, told_pages = service.store.goods.page(wanted, body)
    return SegmentGoods(
        assortment_for_segment_items=tuple(
            SegmentGood(id=one.id, parent_id=one.parent_id, name=one.name, article=one.article)
            for one in found
        ),
        pagination=told_pages,
    )


def _condition(one: Condition) -> Where:
    match one.name:
        case "id":
            return Where.any_of([one.value])
        case "parent_id":
            return Where("parent = ?", (one.value,))
        case "article":
            return Where("json_extract(body, '$.article') = ?", (one.value,))
        case "name":
            return Where.named(one.value)
        case _:
            return Where.has(one.name, one.value)


ROUTES = (
    Route("GET", "/organization/segment", list_all, SegmentsAsked, Segments, "Segments of goods"),
    Route("GET", "/organization/segment/{id}", one, Nothing, OneSegment, "One segment"),
    Route("POST", "/organization/segment/add", add, NewSegment, Made, "Add a segment"),
    Route("POST", "/organization/segment/{id}", change, SegmentFields, Reply, "Change a segment"),
    Route("POST", "/organization/segment/{id}/delete", delete, Nothing, Reply, "Delete a segment"),
    Route(
        "POST",
        "/organization/assortment_segment/get_assortment",
        goods,
        InSegments,
        SegmentGoods,
        "Which goods segments hold",
    ),
)

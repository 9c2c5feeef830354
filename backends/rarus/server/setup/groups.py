"""Groups of cards, of coupons, of certificates."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from backends.rarus.server.data.pages import paged
from backends.rarus.server.failures import nothing_found
from backends.rarus.server.known import new_id, told, wrong
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate.vouchers import coupon_group
from backends.rarus.wire.base import Nothing, Reply, minor
from backends.rarus.wire.extras import CertificateGroup, OneCouponGroup
from backends.rarus.wire.groups import (
    CardGroup,
    CardGroupFields,
    CardGroups,
    CertificateGroupFields,
    CertificateGroups,
    CouponGroups,
    GroupsAsked,
    NewCardGroup,
    NewCertificateGroup,
    OneCardGroup,
    OneCertificateGroup,
)
from backends.rarus.wire.people import Made


class _Named(Protocol):
    @property
    def name(self) -> str: ...


G = TypeVar("G", bound=_Named)


def _named(groups: Sequence[G], asked: GroupsAsked) -> list[G]:
    name = asked.name_filter.casefold()
    return [one for one in groups if name in one.name.casefold()]


# --- of cards ---------------------------------------------------------------------------------


async def card_groups(service: Service, asked: Asked[GroupsAsked]) -> CardGroups:
    parent = asked.body.parent_id
    found = [
        one
        for one in service.store.card_groups.all()
        if not one.deleted and parent in ("", one.parent_id)
    ]
    page, pagination = paged(_named(found, asked.body), asked.body)
    return CardGroups(card_groups=tuple(page), pagination=pagination)


async def card_group(service: Service, asked: Asked[Nothing]) -> OneCardGroup:
    return OneCardGroup(card_group=_card_group(service, asked.path["id"]))


def _card_group(service: Service, key: str, *, living: bool = False) -> CardGroup:
    found = service.store.card_groups.get(key)
    if found is None or (living and found.deleted):
        raise nothing_found("Группа карт не найдена")
    return found


async def add_card_group(service: Service, asked: Asked[NewCardGroup]) -> Made:
    key = new_id(service, asked.body.id)
    if service.store.card_groups.get(key) is not None:
        raise wrong(f"id: there is a group {key} already")
    _put_card_group(service, CardGroup(id=key).model_copy(update=told(asked.body, "id")))
    return Made(id=key)


async def change_card_group(service: Service, asked: Asked[CardGroupFields]) -> Reply:
    group = _card_group(service, asked.path["id"], living=True)
    _put_card_group(service, group.model_copy(update=told(asked.body)))
    return Reply()


def _put_card_group(service: Service, group: CardGroup) -> None:
    around = group.parent_id
    if around:
        check_card_group(service, around, "parent_id")
    while around:
        if around == group.id:
            raise wrong("parent_id: a group cannot lie in itself")
        outer = service.store.card_groups.get(around)
        around = outer.parent_id if outer else ""
    service.store.card_groups.put(group)


def check_card_group(service: Service, key: str, field: str) -> None:
    """Raises Failure."""
    found = service.store.card_groups.get(key)
    if found is None or found.deleted:
        raise wrong(f"{field}: there is no group of cards {key[:100]}")


async def delete_card_group(service: Service, asked: Asked[Nothing]) -> Reply:
    group = _card_group(service, asked.path["id"], living=True)
    if service.store.cards.in_group(group.id):
        raise wrong("there are cards in this group")
    groups = service.store.card_groups.all()
    if any(one.parent_id == group.id and not one.deleted for one in groups):
        raise wrong("there are groups in this group")
    service.store.card_groups.put(group.model_copy(update={"deleted": True}))
    return Reply()


# --- of coupons -------------------------------------------------------------------------------


async def coupon_groups(service: Service, asked: Asked[GroupsAsked]) -> CouponGroups:
    groups = [coupon_group(kind) for kind in service.keeper.rules.coupon_kinds()]
    page, pagination = paged(_named(groups, asked.body), asked.body)
    return CouponGroups(coupon_groups=tuple(page), pagination=pagination)


async def one_coupon_group(service: Service, asked: Asked[Nothing]) -> OneCouponGroup:
    for kind in service.keeper.rules.coupon_kinds():
        if kind.id == asked.path["id"]:
            return OneCouponGroup(coupon_group=coupon_group(kind))
    raise nothing_found("Группа купонов не найдена")


# --- of certificates --------------------------------------------------------------------------


async def certificate_groups(service: Service, asked: Asked[GroupsAsked]) -> CertificateGroups:
    groups = service.store.certificates.groups.all()
    page, pagination = paged(_named(groups, asked.body), asked.body)
    return CertificateGroups(certificate_groups=tuple(page), pagination=pagination)


async def certificate_group(service: Service, asked: Asked[Nothing]) -> OneCertificateGroup:
    return OneCertificateGroup(certificate_group=_certificate_group(service, asked.path["id"]))


def _certificate_group(service: Service, key: str) -> CertificateGroup:
    found = service.store.certificates.groups.get(key)
    if found is None:
        raise nothing_found("Группа сертификатов не найдена")
    return found


async def add_certificate_group(service: Service, asked: Asked[NewCertificateGroup]) -> Made:
    key = new_id(service, asked.body.id)
    if service.store.certificates.groups.get(key) is not None:
        raise wrong(f"id: there is a group {key} already")
    group = CertificateGroup(id=key).model_copy(update=told(asked.body, "id"))
    _put_certificate_group(service, group)
    return Made(id=key)


async def change_certificate_group(service: Service, asked: Asked[CertificateGroupFields]) -> Reply:
    group = _certificate_group(service, asked.path["id"])
    _put_certificate_group(service, group.model_copy(update=told(asked.body)))
    return Reply()


def _put_certificate_group(service: Service, group: CertificateGroup) -> None:
    try:
        if minor(group.value) < 0:
            raise wrong("value: a certificate is not worth less than nothing")
    except ValueError as error:
        raise wrong(f"value: {error}") from error
    if not 0 <= group.use_days <= 36_600:
        raise wrong("use_days: from 0 to 36600")
    service.store.certificates.groups.put(group)


_CARDS, _COUPONS = "/organization/card_group", "/organization/coupon_group"
_CERTIFICATES = "/organization/certificate_group"

ROUTES = (
    Route("GET", _CARDS, card_groups, GroupsAsked, CardGroups, "Groups of cards", emulated=True),
    Route(
        "GET",
        f"{_CARDS}/{{id}}",
        card_group,
        Nothing,
        OneCardGroup,
        "One group of cards",
        emulated=True,
    ),
    Route("POST", f"{_CARDS}/add", add_card_group, NewCardGroup, Made, "Add a group of cards"),
    Route(
        "POST",
        f"{_CARDS}/{{id}}",
        change_card_group,
        CardGroupFields,
        Reply,
        "Change a group of cards",
    ),
    Route(
        "POST",
        f"{_CARDS}/{{id}}/delete",
        delete_card_group,
        Nothing,
        Reply,
        "Delete an empty group of cards",
        emulated=True,
    ),
    Route("GET", _COUPONS, coupon_groups, GroupsAsked, CouponGroups, "Groups of coupons"),
    Route(
        "GET",
        f"{_COUPONS}/{{id}}",
        one_coupon_group,
        Nothing,
        OneCouponGroup,
        "One group of coupons",
    ),
    Route(
        "GET",
        _CERTIFICATES,
        certificate_groups,
        GroupsAsked,
        CertificateGroups,
        "Groups of certificates",
    ),
    Route(
        "GET",
        f"{_CERTIFICATES}/{{id}}",
        certificate_group,
        Nothing,
        OneCertificateGroup,
        "One group of certificates",
    ),
    Route(
        "POST",
        f"{_CERTIFICATES}/add",
        add_certificate_group,
        NewCertificateGroup,
        Made,
        "Add a group of certificates",
    ),
    Route(
        "POST",
        f"{_CERTIFICATES}/{{id}}",
        change_certificate_group,
        CertificateGroupFields,
        Reply,
        "Change a group of certificates",
    ),
)

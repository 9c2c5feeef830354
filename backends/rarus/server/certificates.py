"""Gift certificates: made, sold, paid with, given up. This wire keeps them, and nobody behind it.

Paying says all that a document takes from certificates: said again it replaces what was said
before, so repeating changes nothing. A return gives back below zero.
"""

from collections.abc import Callable, Iterable, Mapping

from backends.rarus.server.data.certificates import CertificateState
from backends.rarus.server.facts import understood
from backends.rarus.server.failures import nothing_found
from backends.rarus.server.known import new_id
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate import vouchers
from backends.rarus.wire import extras as wire
from backends.rarus.wire.base import Nothing, Reply, milliseconds, minor
from backends.rarus.wire.kinds import CertificateStatus
from backends.rarus.wire.people import Made
from backends.rarus.wire.receipt import CertificatePayment
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Amount

_SOLD = (CertificateStatus.ACTIVE, CertificateStatus.PAID)


def _known(service: Service, key: str) -> CertificateState:
    state = service.store.certificates.get(key)
    if state is None:
        raise nothing_found("Сертификат не найден")
    return state


def _group(service: Service, state: CertificateState) -> wire.CertificateGroup | None:
    return service.store.certificates.groups.get(state.group_id) if state.group_id else None


async def one(service: Service, asked: Asked[wire.CertificateAsked]) -> wire.OneCertificate:
    state = _known(service, asked.path["id"])
    group = _group(service, state)
    return wire.OneCertificate(
        certificate=vouchers.certificate(state, group, full=asked.body.full_info)
    )


async def add(service: Service, asked: Asked[wire.NewCertificate]) -> Made:
    body = asked.body
    key = new_id(service, body.id)
    if service.store.certificates.get(key) is not None:
        raise Refused(Reason.ALREADY_PROCESSED, _("there is such a certificate already"))
    group = service.store.certificates.groups.get(body.group_id) if body.group_id else None
    if body.group_id and group is None:
        raise nothing_found("Группа сертификатов не найдена")
    with understood():
        nominal = minor(body.nominal) or (minor(group.value) if group else 0)
        if nominal < 0:
            raise ValueError("nominal: below zero")
    state = CertificateState(
        id=key,
        group_id=body.group_id,
        description=body.description,
        status_date=milliseconds(service.clock.now()),
        nominal=nominal,
    )
    service.store.certificates.put(state)
    return Made(id=key)


async def activate(service: Service, asked: Asked[wire.Activate]) -> Reply:
    """It is sold: from now on it pays. Said again by the same document nothing changes."""
    body = asked.body
    state = _known(service, body.id)
    if state.status in _SOLD and body.doc_id and state.sold_by == body.doc_id:
        return Reply()
    if state.status in _SOLD:
        raise Refused(Reason.ALREADY_PROCESSED, _("this certificate is sold already"))
    if state.status == CertificateStatus.DELETED:
        raise Refused(Reason.BLOCKED, _("this certificate is given up"))
    group = _group(service, state)
    now = service.clock.now()
    with understood():
        paid = state.nominal if body.sum is None else minor(body.sum)
        vouchers.check_sale(group, state.nominal, paid, now)
        ends = vouchers.pays_until(group, now)
    service.store.certificates.put(
        state.model_copy(
            update={
                "status": int(CertificateStatus.ACTIVE),
                "status_date": milliseconds(now),
                "activation_date": milliseconds(now),
                "nominal": paid,
                "balance": paid,
                "ends": ends,
                "sold_by": body.doc_id,
            }
        )
    )
    return Reply()


async def pay(service: Service, asked: Asked[wire.PayWithCertificates]) -> Reply:
    paying(service, asked.body.doc_id, asked.body.cert_payments)()
    return Reply()


def paying(
    service: Service, doc_id: str, parts: Iterable[CertificatePayment]
) -> Callable[[], None]:
    """What a document takes from certificates: looked at now, taken when it is called.

    Raises Refused and Failure.
    """
    wanted = dict[str, Amount]()
    with understood():
        if not doc_id:
            raise ValueError("doc_id: it is needed")
        for part in parts:
            wanted[part.certificate_id] = wanted.get(part.certificate_id, 0) + minor(part.sum)
    changed = _paid(service, service.store.certificates.paid_by(doc_id), wanted)
    return lambda: service.store.certificates.pay(doc_id, wanted, *changed)


def _paid(
    service: Service, before: Mapping[str, Amount], wanted: Mapping[str, Amount]
) -> list[CertificateState]:
    """Raises Refused: one does not hold so much, or may not pay."""
    now, changed = milliseconds(service.clock.now()), []
    for key in {**before, **wanted}:
        state = _known(service, key)
        more = wanted.get(key, 0) - before.get(key, 0)
        if more > 0:
            _check_pays(state, now)
        left = state.balance - more
        if left < 0:
            raise Refused(Reason.LIMIT_EXCEEDED, _("there is not so much on this certificate"))
        if left > state.nominal:
            raise Refused(Reason.LIMIT_EXCEEDED, _("so much was never paid with this certificate"))
        if more:
            changed.append(_with_balance(state, left, now))
    return changed


def _check_pays(state: CertificateState, now: int) -> None:
    if state.status not in _SOLD:
        raise Refused(Reason.NOT_YET_VALID, _("this certificate was not sold"))
    if state.ends and state.ends <= now:
        raise Refused(Reason.EXPIRED, _("the time of this certificate is over"))


def _with_balance(state: CertificateState, left: Amount, now: int) -> CertificateState:
    status = CertificateStatus.ACTIVE if left == state.nominal else CertificateStatus.PAID
    if state.status not in _SOLD:
        status = CertificateStatus(state.status)
    return state.model_copy(update={"balance": left, "status": int(status), "status_date": now})


async def delete(service: Service, asked: Asked[Nothing]) -> Reply:
    """It is worth nothing any more; it came back to the shop, or was never sold."""
    state = _known(service, asked.path["id"])
    service.store.certificates.put(
        state.model_copy(
            update={
                "status": int(CertificateStatus.DELETED),
                "status_date": milliseconds(service.clock.now()),
                "balance": 0,
            }
        )
    )
    return Reply()


ROUTES = (
    Route(
        "POST", "/organization/certificate/add", add, wire.NewCertificate, Made,
        "A new certificate",
    ),
    Route(
        "POST", "/organization/certificate/activate", activate, wire.Activate, Reply,
        "It is sold",
    ),
    Route(
        "POST", "/organization/certificate/pay", pay, wire.PayWithCertificates, Reply,
        "What a document pays with certificates",
    ),
    Route(
        "GET", "/organization/certificate/{id}", one, wire.CertificateAsked, wire.OneCertificate,
        "One certificate",
    ),
    Route(
        "POST", "/organization/certificate/{id}/delete", delete, Nothing, Reply, "Give it up",
    ),
)  # fmt: skip

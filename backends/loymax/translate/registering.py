"""A newcomer, there and back."""

from backends.loymax.translate import hearing
from backends.loymax.wire import people as wire
from backends.loymax.wire.base import Reply
from cashier import exchange as ex
from cashier.exchange import Login, Reason, Refused
from cashier.receipt import Customer, Identifier, IdentifierKind

_REASONS = {"LimitGained": Reason.TOO_MANY_ATTEMPTS, "CardExpired": Reason.EXPIRED}
"""Of a code that was sent (*emulated*)."""


def begin(request: ex.RegisterRequest, login: Login) -> wire.BeginRegistration:
    phone, email = request.phone.strip().removeprefix("+"), request.email.strip()
    more = {"email": email} if login is Login.PHONE and email else {}
    more |= {"phone": phone} if login is Login.EMAIL and phone else {}
    return wire.BeginRegistration(
        login=phone if login is Login.PHONE else email, withoutCall=True, **more
    )


def finish(request: ex.RegisterRequest, login: Login) -> wire.TryFinishRegistration:
    first = begin(request, login)
    confirmed = request.confirmation
    told = {
        "login": first.login,
        "phone": first.phone,
        "email": first.email,
        "name": request.name,
        "birthDate": request.birthdate,
        "challenge": confirmed.challenge if confirmed else "",
        "confirmCode": confirmed.code if confirmed else "",
    }
    return wire.TryFinishRegistration(
        operationId=request.operation_id,
        operationDate=request.at,
        agreement=request.agreed,
        **{name: value for name, value in told.items() if value},
    )


def began(told: wire.Began) -> ex.ConfirmationRequired | None:
    """None: no code is needed. Raises ValueError."""
    if not told.confirmBy:
        return None
    return ex.ConfirmationRequired(
        challenge=told.challenge,
        channel=ex.ConfirmBy(told.confirmBy),
        masked=told.masked,
        seconds=max(0, told.seconds),
        attempts=max(0, told.attempts),
    )


def finished(told: wire.Finished, request: ex.RegisterRequest) -> ex.Registered:
    found = _found(told, request.phone or request.email)
    customer = found.customer or Customer(told.personUid, request.name)
    return ex.Registered(
        customer=Customer(told.personUid, customer.name, customer.phone, customer.email),
        cards=found.cards if _has_card(told) else (),
        free_cards=told.freeCards,
    )


def attached(told: wire.Attached, shown: str) -> ex.Found:
    if not _has_card(told):
        raise ValueError("identificationData: there is no card in it")
    return _found(told, shown)


def _found(told: Reply, shown: str) -> ex.Found:
    asked = hearing.cards_told(told)
    return hearing.found(asked, Identifier(IdentifierKind.CARD, shown))


def _has_card(told: Reply) -> bool:
    return any(one.name == "CardNumber" for one in told.identificationData)


def why_not(no: Refused) -> Refused:
    return Refused(_REASONS.get(no.code, no.reason), no.text, code=no.code)

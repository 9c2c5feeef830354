"""Cards, levels and holders."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import TypeAlias

from backends.rarus.wire import people as wire
from backends.rarus.wire import signing
from backends.rarus.wire.base import milliseconds, minor
from backends.rarus.wire.kinds import BlockedStatus
from backends.rarus.wire.receipt import Statement
from cashier.exchange import (
    AttachOn,
    ConfirmationRequired,
    ConfirmBy,
    Login,
    RegisterRequest,
    Registration,
    Upgrade,
)
from cashier.i18n import _
from cashier.money import Currency
from cashier.receipt import Card, CardStatus, Customer
from cashier.words import money_text

Levels: TypeAlias = Mapping[str, wire.Level]
"""By id, the lowest first."""


# --- settings ---------------------------------------------------------------------------------

_EMAIL = ("email", "e-mail", "mail", "почта")
_PHONE = ("phone", "sms", "телефон")
_YES = ("true", "1", "yes", "да")


def registration(settings: Iterable[signing.Setting], *, choose_card: bool) -> Registration:
    """The three settings of registering; whatever is not there is as it mostly is.

    ``choose_card``: where no card comes by itself the cashier picks one.
    """
    told = {one.name: str(one.value).strip().lower() for one in settings}
    login, method = told.get(signing.LOGIN_VALUE, ""), told.get(signing.CONFIRMATION_METHOD, "")
    by_itself = told.get(signing.ATTACH_CARD, "true") in _YES
    return Registration(
        login=Login.EMAIL if login in _EMAIL else Login.PHONE,
        confirm_by=_method(method),
        attach=AttachOn.BY_ITSELF if by_itself else _by_hand(choose_card=choose_card),
    )


def _method(told: str) -> ConfirmBy:
    if told in _EMAIL:
        return ConfirmBy.EMAIL
    return ConfirmBy.PHONE if told in _PHONE else ConfirmBy.NONE


def _by_hand(*, choose_card: bool) -> AttachOn:
    return AttachOn.LIST if choose_card else AttachOn.FREE


def settings(rules: Registration) -> tuple[signing.Setting, ...]:
    """The values are a choice: ``phone``, ``email``, ``none``; ``true``, ``false``."""
    by_itself = rules.attach is AttachOn.BY_ITSELF
    told = {
        signing.LOGIN_VALUE: (rules.login.value, "Логин по умолчанию"),
        signing.CONFIRMATION_METHOD: (rules.confirm_by.value, "Способ подтверждения"),
        signing.ATTACH_CARD: (str(by_itself).lower(), "Привязывать карту при регистрации"),
    }
    return tuple(
        signing.Setting(name=name, value=value, interface_name=words)
        for name, (value, words) in told.items()
    )


# --- cards ------------------------------------------------------------------------------------

_SPENDS = (BlockedStatus.ACTIVE,)
_EARNS = (BlockedStatus.ACTIVE, BlockedStatus.NO_SPENDING, BlockedStatus.ONLY_EARNING)
_IN_TROUBLE = (BlockedStatus.BLOCKED, BlockedStatus.FOR_A_WHILE, BlockedStatus.ONLY_EARNING)


def card(told: wire.Card, levels: Levels, statement: Statement | None = None) -> Card:
    """``statement``: its points, where the card does not tell them. Raises ValueError."""
    state = _state(told)
    level = levels.get(told.card_level_id)
    balance, available = _points(told, statement)
    return Card(
        number=told.barcode or told.code,
        level=level.name if level else "",
        status=_status(told, state),
        may_earn=told.active and state in _EARNS,
        may_spend=told.active and state in _SPENDS,
        balance=balance,
        available=available,
    )


def tells_points(told: wire.Card) -> bool:
    return told.balance is not None and told.actual_balance is not None


def _points(told: wire.Card, statement: Statement | None) -> tuple[int, int]:
    if told.balance is not None and told.actual_balance is not None:
        return minor(told.balance), max(0, minor(told.actual_balance))
    if statement is not None:
        return minor(statement.balance), max(0, minor(statement.balance_available))
    return 0, 0


def _state(told: wire.Card) -> int:
    if told.blocked_status is not None:
        return told.blocked_status
    return BlockedStatus.BLOCKED if told.blocked else BlockedStatus.ACTIVE


def _status(told: wire.Card, state: int) -> CardStatus:
    if state in _IN_TROUBLE:
        return CardStatus.BLOCKED
    return CardStatus.ACTIVE if told.active else CardStatus.INACTIVE


def best(cards: Iterable[wire.Card], levels: Levels) -> wire.Card | None:
    """The card that a number stands for which nobody has verified: earning harms nobody."""
    places = {name: place for place, name in enumerate(levels)}

    def worth(one: wire.Card) -> tuple[bool, int]:
        return one.active and _state(one) in _EARNS, places.get(one.card_level_id, -1)

    return max(cards, key=worth, default=None)


# --- levels -----------------------------------------------------------------------------------


def in_order(levels: Iterable[wire.Level]) -> Levels:
    return {level.id: level for level in sorted(levels, key=lambda one: one.order)}


def next_level(name: str, levels: Levels) -> wire.Level | None:
    """The one above the level of this name."""
    row = list(levels.values())
    place = next((place for place, one in enumerate(row) if one.name == name), None)
    return row[place + 1] if place is not None and place + 1 < len(row) else None


def upgrade(reply: wire.LevelChange, currency: Currency) -> Upgrade:
    """What a request for the next level came to."""
    if reply.level_up is not None:
        name = reply.level_up.level_name
        text = _("Level {level}").format(level=name)
        return Upgrade(possible=True, done=True, level=name, text=text)
    if reply.next_level_up is None:
        return Upgrade(possible=False, text=_("This is the highest level."))
    name = reply.next_level_up.level_name
    missing = minor(reply.next_level_up.accum_level) - minor(reply.next_level_up.accum_amount)
    if missing > 0:
        text = _("{money} more in purchases to level {level}.")
        text = text.format(money=money_text(missing, currency), level=name)
        return Upgrade(possible=False, level=name, text=text)
    return Upgrade(possible=True, level=name, text=_("Level {level}").format(level=name))


def downgrade(reply: wire.LevelChange) -> Upgrade:
    """The same downwards."""
    if reply.level_down is not None:
        name = reply.level_down.level_name
        return Upgrade(possible=True, done=True, level=name)
    if reply.next_level_down is None:
        return Upgrade(possible=False, text=_("This is the lowest level."))
    return Upgrade(possible=True, level=reply.next_level_down.level_name)


# --- holders ----------------------------------------------------------------------------------


def digits(phone: str) -> str:
    """'+7 900 123-45-67' as the wire has it: digits without plus."""
    return "".join(sign for sign in phone if sign.isascii() and sign.isdigit())


def phone_of(told: str) -> str:
    """A phone of the wire as ours: '+79001234567'."""
    return f"+{digits(told)}" if digits(told) else ""


def customer(told: wire.User) -> Customer:
    return Customer(told.id, told.name, phone_of(told.phone), told.email)


def new_user(request: RegisterRequest, rules: Registration, user_id: str) -> wire.NewUser:
    phone, email = digits(request.phone), request.email.strip()
    return wire.NewUser.model_construct(
        id=user_id,
        login=phone if rules.login is Login.PHONE else email,
        name=request.name.strip(),
        phone=phone,
        email=email,
        gender="none",
        birthdate=_midnight(request.birthdate),
        confirmed=rules.confirm_by is ConfirmBy.NONE,
        is_locked=False,
        personal_data_agree=request.agreed,
        recieve_notifications=False,
        app_client=False,
        additional_fields=(),
    )


def _midnight(day: date | None) -> int:
    return milliseconds(datetime.combine(day, time(), UTC)) if day else 0


def confirmation(sent: wire.Confirmation, challenge: str) -> ConfirmationRequired:
    """A code is with the customer. Raises ValueError where there is nothing to try it with."""
    if not 0 < sent.seconds <= _DAY or sent.attempts <= 0:
        raise ValueError(f"a code for {sent.seconds} s and {sent.attempts} attempts")
    return ConfirmationRequired(
        challenge=challenge,
        channel=_method(sent.method.lower()),
        masked=sent.address,
        seconds=sent.seconds,
        attempts=sent.attempts,
    )


_DAY = 86_400
"""No code is good for longer."""

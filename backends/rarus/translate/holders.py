"""Cards, levels and their holders as the server tells them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from backends.keeping import CardInfo, CardQuery, Level, Lot, Movement, Person, Standing
from backends.rarus.translate.people import digits, phone_of
from backends.rarus.wire import people as wire
from backends.rarus.wire.base import instant, major, milliseconds
from backends.rarus.wire.kinds import BlockedStatus
from backends.rarus.wire.receipt import LastTransaction, Statement
from backends.rarus.wire.receipt import Lot as WireLot
from cashier.exchange import ConfirmationRequired, RegisterRequest

if TYPE_CHECKING:
    from backends.rarus.server.data.cards import CardFacts, HolderFacts

# --- cards ------------------------------------------------------------------------------------

_STATUS = {
    Standing.ACTIVE: BlockedStatus.ACTIVE,
    Standing.NO_SPEND: BlockedStatus.NO_SPENDING,
    Standing.BLOCKED: BlockedStatus.BLOCKED,
    Standing.INACTIVE: BlockedStatus.ACTIVE,
}
_LIKE = {
    BlockedStatus.BLOCKED: Standing.BLOCKED,
    BlockedStatus.FOR_A_WHILE: Standing.BLOCKED,
    BlockedStatus.NO_SPENDING: Standing.NO_SPEND,
    BlockedStatus.ONLY_EARNING: Standing.NO_SPEND,
}
_BLOCKED = (Standing.BLOCKED, Standing.NO_SPEND)
"""A strict client must not spend with either, and looks at ``blocked`` alone."""


def card(
    info: CardInfo,
    notes: "CardFacts",
    holder: Person | None,
    holder_id: str,
    last: Movement | None = None,
) -> wire.Card:
    """``notes``: what the wire knows of it besides; ``holder_id``: his id on the wire; ``last``:
    the newest movement, where it is known."""
    name = notes.name or (holder.name if holder else "") or info.number
    return wire.Card(
        id=notes.id,
        parent_id=notes.parent_id,
        name=name,
        barcode=info.number,
        code=notes.code or info.number,
        description=notes.description,
        active=info.standing is not Standing.INACTIVE,
        blocked=info.standing in _BLOCKED,
        blockeddescription=notes.blockeddescription if info.standing in _BLOCKED else "",
        blocked_status=blocked_status(info.standing, notes.blocked_status),
        date_active=notes.date_active,
        date_deactivate=notes.date_deactivate,
        card_level_id=info.level,
        accum_sale_amount=major(info.turnover),
        balance=major(info.balance),
        actual_balance=major(info.available),
        mastercard_id=notes.mastercard_id,
        user_id=holder_id if info.customer else "",
        phone=notes.phone or (digits(holder.phone) if holder else ""),
        email=notes.email or (holder.email if holder else ""),
        external_card=notes.external_card,
        date_last_transaction=milliseconds(last.at) if last else 0,
        last_transaction=major(last.points) if last else major(0),
    )


def blocked_status(standing: Standing, told: int) -> int:
    """As it was told when the card was blocked, where that is still so."""
    usual = _STATUS[standing]
    if standing in _BLOCKED and told in tuple(BlockedStatus):
        return told if _LIKE.get(BlockedStatus(told)) is standing else usual
    return usual


def standings(*, active: bool | None, blocked: bool | None) -> tuple[Standing, ...]:
    """The cards that two filters let through; empty: all."""
    if active is None and blocked is None:
        return ()
    return tuple(
        one
        for one in Standing
        if (active is None or (one is not Standing.INACTIVE) == active)
        and (blocked is None or (one in _BLOCKED) == blocked)
    )


def card_query(asked: wire.CardsAsked, customer: str, numbers: tuple[str, ...] | None) -> CardQuery:
    """``customer``: whose ``user_id`` it is; ``numbers``: what barcode and code stand for."""
    return CardQuery(
        numbers=numbers,
        customer=customer,
        level=asked.card_level_id,
        phone=phone_of(asked.phone) or asked.phone,  # what is no phone is nobody's
        email=asked.email,
        standing=standings(active=asked.active, blocked=asked.blocked),
        text=asked.card_filter,
    )


def statement(
    info: CardInfo, lots: Sequence[Lot], last: Sequence[Movement], now: datetime
) -> Statement:
    """``bonusactive``: points that are still to become active, or that will burn."""
    return Statement.model_construct(
        code=0,
        message="",
        balance=major(info.balance),
        balance_available=major(info.available),
        last_transactions=tuple(
            LastTransaction(sum=major(one.points), date=milliseconds(one.at)) for one in last
        ),
        bonusactive=tuple(
            WireLot(
                sum=major(lot.points),
                date=milliseconds(lot.starts),
                active_from=milliseconds(lot.starts),
                active_to=milliseconds(lot.ends),
            )
            for lot in lots
            if lot.ends is not None or (lot.starts is not None and lot.starts > now)
        ),
    )


# --- levels -----------------------------------------------------------------------------------


def other_level(level: Level, info: CardInfo) -> wire.OtherLevel:
    return wire.OtherLevel(
        level_id=level.id,
        level_name=level.name,
        accum_level=major(level.turnover),
        accum_amount=major(info.turnover),
    )


def beside(levels: Sequence[Level], level_id: str, step: int) -> Level | None:
    """The level above (1) or below (-1) that of a card."""
    place = next((place for place, one in enumerate(levels) if one.id == level_id), None)
    if place is None or not 0 <= place + step < len(levels):
        return None
    return levels[place + step]


# --- holders ----------------------------------------------------------------------------------


def user(person: Person, notes: "HolderFacts", *, with_fields: bool = False) -> wire.User:
    phone = digits(person.phone)
    return wire.User(
        id=notes.id,
        login=notes.login or phone or person.email,
        name=person.name,
        phone=phone,
        email=person.email,
        image=notes.image,
        app_client=notes.app_client,
        gender=notes.gender,
        birthdate=midnight(person.birthdate),
        confirmed=notes.confirmed,
        is_locked=notes.is_locked,
        personal_data_agree=notes.personal_data_agree,
        recieve_notifications=notes.recieve_notifications,
        additional_fields=notes.additional_fields if with_fields else (),
    )


def midnight(day: date | None) -> int:
    """A birthdate of the wire: midnight, UTC."""
    return milliseconds(datetime.combine(day, time(), UTC)) if day else 0


def birthdate(moment: int) -> date | None:
    """The nearest day: some clients send midnight UTC, others (as the vendor's example) that of
    their own zone. Raises ValueError, OverflowError."""
    at = instant(moment)
    return (at + _HALF_A_DAY).date() if at else None


_HALF_A_DAY = timedelta(hours=12)


def registering(asked: wire.NewUser, user_id: str, at: datetime) -> RegisterRequest:
    """One registration, however often it is asked for. Raises ValueError."""
    return RegisterRequest(
        operation_id=f"{user_id}:register",
        phone=phone_of(asked.phone),
        email=asked.email,
        name=asked.name,
        birthdate=birthdate(asked.birthdate),
        agreed=asked.personal_data_agree,
        at=at,
    )


def unconfirmed(asked: wire.NewUser, user_id: str) -> wire.User:
    """Somebody who has not told the code yet."""
    return wire.User(
        id=user_id,
        login=asked.login or asked.phone or asked.email,
        name=asked.name,
        phone=digits(asked.phone),
        email=asked.email,
        app_client=asked.app_client,
        gender=asked.gender,
        birthdate=asked.birthdate,
        confirmed=False,
        personal_data_agree=asked.personal_data_agree,
        recieve_notifications=asked.recieve_notifications,
    )


def confirmation(sent: ConfirmationRequired) -> wire.Confirmation:
    return wire.Confirmation(
        id=sent.challenge,
        method=sent.channel.value,
        address=sent.masked,
        seconds=sent.seconds,
        attempts=sent.attempts,
    )

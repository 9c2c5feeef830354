"""Cards, their levels, and their holders (users)."""

from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field

from backends.rarus.wire.base import (
    Flag,
    Listed,
    Message,
    Moment,
    Number,
    Pages,
    Pagination,
    Reply,
    Sum,
    Text,
)

# --- cards ------------------------------------------------------------------------------------


class Card(Message):
    """A card. Every key is written, for strict clients read most of them without a guard."""

    id: Text
    parent_id: Text = ""
    name: Text = ""
    barcode: Text = ""
    code: Text = ""
    """The magnetic track."""
    description: Text = ""
    active: Flag = True
    blocked: Flag = False
    blockeddescription: Text = ""
    blocked_status: Number | None = None
    """See ``kinds.BlockedStatus``; third parties read it. None: only ``blocked`` is known."""
    date_active: Moment = 0
    date_deactivate: Moment = 0
    card_level_id: Text = ""
    accum_sale_amount: Sum = Decimal(0)
    """Turnover, not points."""
    balance: Sum | None = None
    actual_balance: Sum | None = None
    """What may be spent now; third parties read both. None: the statement has to be asked for."""
    mastercard_id: Text = ""
    user_id: Text = ""
    phone: Text = ""
    email: Text = ""
    external_card: Number = 0
    """0: of this organization."""
    date_last_transaction: Moment = 0
    last_transaction: Sum = Decimal(0)


class CardsAsked(Pages):
    """``GET /organization/card``: filters."""

    barcode: Text = ""
    code: Text = ""
    phone: Text = ""
    email: Text = ""
    user_id: Text = ""
    card_level_id: Text = ""
    active: Flag | None = None
    blocked: Flag | None = None
    card_filter: Text = ""
    """Free search."""


class Cards(Reply):
    cards: Annotated[tuple[Card, ...], Listed] = ()
    pagination: Pagination = Pagination()


class OneCard(Reply):
    card: Card


class ByPhone(Message):
    """``GET /organization/card/by_phone``."""

    filter: Text
    """Digits without plus."""


class CardsConfirmed(Message):
    """``POST /organization/card/with_confirmation`` (*emulated*): cards of a holder.

    In the first variant, without a code, either the cards come or a confirmation that was sent; in
    the second, with the code, the cards.
    """

    phone: Text = ""
    email: Text = ""
    confirmation_id: Text = ""
    code: Text = ""


class Confirmation(Message):
    """A code that was sent to the holder (*emulated*)."""

    id: Text
    method: Text = "phone"
    """``phone`` or ``email``."""
    address: Text = ""
    """Where it went, masked."""
    seconds: Number = 0
    attempts: Number = 0


class CardsOrConfirmation(Reply):
    cards: Annotated[tuple[Card, ...], Listed] = ()
    confirmation: Confirmation | None = None


class Attach(Message):
    """``POST /organization/card/attach``."""

    user_id: Text
    card_id: Text = ""
    """Empty (*emulated*): any free card."""


class Attached(Reply):
    id: Text = ""
    """Of the card (*emulated*)."""


# --- levels -----------------------------------------------------------------------------------


class Level(Message):
    id: Text
    name: Text = ""
    row_number: Number = 0
    order: Number = 0
    """0 is the first."""
    accum_level: Sum = Decimal(0)
    """The turnover at which it opens."""
    reset_card_accum: Flag = False
    max_payment_percent: Sum = Decimal(100)
    activity_restriction_period: Number = 0
    activity_restriction_count: Number = 0
    inactivity_bonus_erase_period: Number = 0


class Levels(Reply):
    """``GET /organization/card_level``."""

    card_level: Annotated[tuple[Level, ...], Listed] = ()
    pagination: Pagination = Pagination()


class ChangeLevel(Message):
    """``POST /organization/card/{id}/levelup`` and ``/leveldown``."""

    check: Flag = False
    """Only ask."""


class OtherLevel(Message):
    level_id: Text = ""
    level_name: Text = ""
    accum_level: Sum = Decimal(0)
    accum_amount: Sum = Decimal(0)
    """The turnover of the card."""


_IfThere = Field(default=None, exclude_if=lambda told: told is None)
"""A key that is left out where there is nothing: clients look whether it is there."""


class LevelChange(Reply):
    """One key of the four: what is next, or (after a change) what was reached."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    next_level_up: OtherLevel | None = _IfThere
    level_up: OtherLevel | None = _IfThere
    next_level_down: OtherLevel | None = _IfThere
    level_down: OtherLevel | None = _IfThere


# --- users ------------------------------------------------------------------------------------


class AdditionalField(Message):
    id: Text = ""
    name: Text = ""
    type: Number = 0
    """0 text, 1 whole number, 2 date and time, 3 yes or no, 4 fraction, 5 date, 6 time."""
    value: Text | bool = ""


class User(Message):
    """A card holder. Strict clients read all keys but the last without a guard."""

    id: Text
    login: Text = ""
    name: Text = ""
    phone: Text = ""
    email: Text = ""
    image: Text = ""
    app_client: Flag = False
    gender: Text = "none"
    """``male``, ``female``, ``none``."""
    birthdate: Moment = 0
    """Midnight, UTC."""
    confirmed: Flag = True
    is_locked: Flag = False
    personal_data_agree: Flag = True
    recieve_notifications: Flag = False
    """The vendor's spelling."""
    additional_fields: Annotated[tuple[AdditionalField, ...], Listed] = ()


class UserAsked(Message):
    """``GET /organization/user/{id}``."""

    with_additional_fields: Flag = False


class UsersAsked(Pages):
    """``GET /organization/user``: filters."""

    login: Text = ""
    phone: Text = ""
    email: Text = ""
    gender: Text = ""
    is_locked: Flag | None = None
    confirmed: Flag | None = None
    user_filter: Text = ""
    with_additional_fields: Flag = False
    full_info: Flag = False


class OneUser(Reply):
    user: User


class Users(Reply):
    users: Annotated[tuple[User, ...], Listed] = ()
    pagination: Pagination = Pagination()


class NewUser(Message):
    """``POST /organization/user/new``."""

    id: Text = ""
    """Where a client leaves it out the service makes one. The same id twice is one user
    (*emulated*)."""
    login: Text = ""
    name: Text = ""
    phone: Text = ""
    email: Text = ""
    gender: Text = "none"
    birthdate: Moment = 0
    attach_free_card: Flag | None = None
    """Overrides the setting."""
    activation_shop_id: Text = ""
    confirmed: Flag = False
    is_locked: Flag = False
    personal_data_agree: Flag = True
    recieve_notifications: Flag = False
    app_client: Flag = False
    additional_fields: Annotated[tuple[AdditionalField, ...], Listed] = ()


class Made(Reply):
    """What a call that makes something answers."""

    id: Text = ""


class CodeSent(Reply):
    """``POST /organization/user/{id}/send_confirmation_code`` (*emulated*)."""

    confirmation: Confirmation | None = None
    """None: nothing is to be confirmed."""


class ConfirmUser(Message):
    """``POST /organization/user/{id}/confirm`` (*emulated*)."""

    confirmation_id: Text = ""
    code: Text = ""

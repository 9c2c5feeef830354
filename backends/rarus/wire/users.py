"""What the set-up of card holders asks: changing, deleting, uploading with their cards."""

from typing import Annotated

from pydantic import Field

from backends.rarus.wire.base import Flag, Listed, Message, Moment, Number, Reply, Text
from backends.rarus.wire.cards import NewCard
from backends.rarus.wire.people import AdditionalField, NewUser

MOST = 500
"""Users in one upload."""


class UserFields(Message):
    """``POST /organization/user/{id}``; what is left out or null stays as it is."""

    login: Text | None = None
    name: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    image: Text | None = None
    gender: Text | None = None
    birthdate: Moment | None = None
    """0: none."""
    confirmed: Flag | None = None
    is_locked: Flag | None = None
    personal_data_agree: Flag | None = None
    recieve_notifications: Flag | None = None
    app_client: Flag | None = None
    additional_fields: tuple[AdditionalField, ...] | None = None
    """Those that are named here are changed."""


class Uploaded(NewUser):
    """A user of an upload."""

    password: Text = ""
    """SHA-1 of his password in hexadecimal."""
    cards: Annotated[tuple[NewCard, ...], Listed] = ()


class Upload(Message):
    """``POST /organization/cardsandusers/upload``: all of them or none."""

    unique_field: Text = "id"
    """By what a card is known: ``id``, ``code`` or ``barcode``."""
    duplicates: Text = "ignore"
    """What becomes of known ones: ``update`` or ``ignore``."""
    users: Annotated[tuple[Uploaded, ...], Listed, Field(max_length=MOST)] = ()


class UploadDone(Reply):
    """How many there were of each (*emulated*)."""

    users_added: Number = 0
    users_updated: Number = 0
    users_ignored: Number = 0
    cards_added: Number = 0
    cards_updated: Number = 0
    cards_ignored: Number = 0

"""What a card holder himself may ask: the role ``client``."""

from typing import Annotated

from pydantic import Field

from backends.rarus.wire.base import Flag, Message, Moment, Number, Pages, Reply, Text
from backends.rarus.wire.people import AdditionalField, Confirmation


class SendCode(Message):
    """``POST /user/sign_in/send_confirmation_code``."""

    login: Text
    """A login, a phone or an e-mail."""
    company_id: Number = 0


class CodeSent(Reply):
    confirmation: Confirmation | None = None
    """*Emulated*, as everywhere where a code is sent. None: no code is needed."""


class OwnFields(Message):
    """``PUT /user/update``; what is left out or null stays as it is."""

    name: Text | None = None
    image: Text | None = None
    gender: Text | None = None
    birthdate: Moment | None = None
    recieve_notifications: Flag | None = None
    additional_fields: tuple[AdditionalField, ...] | None = None


class OwnCards(Pages):
    """``GET /user/card/get_list``."""


class OwnSales(Message):
    """``GET /user/sales_history``."""

    card_id: Text = ""
    """Empty: of all cards."""
    since: Annotated[Moment, Field(alias="from")] = 0
    """Seconds or milliseconds."""


class TakeCard(Message):
    """``POST /user/card/attach`` and ``/user/card/attach/confirm``."""

    barcode: Text
    code: Text = ""

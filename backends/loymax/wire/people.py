# ruff: noqa: N815 - the names are the vendor's
"""``/Registration`` and ``/Cards``: their paths, and ``login``, ``password``, ``cvcCode`` and
``withoutCall`` of the first request are known, all else is *emulated*."""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import PlainSerializer

from backends.loymax.wire.base import Listed, Message, Number, Operation, Reply, Text

Day: TypeAlias = Annotated[date, PlainSerializer(date.isoformat)]


class BeginRegistration(Message):
    """``POST /publicapi/v1.2/Registration/BeginRegistration``."""

    login: Text
    """Phone or e-mail."""
    password: Text = ""
    cvcCode: Text = ""
    withoutCall: bool = True
    """The code comes as a text message."""
    phone: Text = ""
    email: Text = ""
    """Where the code may go, besides the login."""


class Began(Reply):
    confirmBy: Text = ""
    """``phone`` or ``email``; empty: no code is needed."""
    challenge: Text = ""
    masked: Text = ""
    """Where the code went."""
    seconds: Number = 0
    """How long it is good for."""
    attempts: Number = 0


class TryFinishRegistration(Operation):
    """``POST /publicapi/v1.2/Registration/TryFinishRegistration``."""

    login: Text
    challenge: Text = ""
    confirmCode: Text = ""
    phone: Text = ""
    email: Text = ""
    name: Text = ""
    birthDate: Day | None = None
    agreement: bool = True
    """To the processing of personal data."""


class Finished(Reply):
    """With the cards in ``identificationData``."""

    personUid: Text
    freeCards: Annotated[tuple[Text, ...], Listed] = ()
    """Cards to choose from."""


class AttachCard(Operation):
    """``POST /publicapi/v1.2/Cards/Attach`` with the token of a customer."""

    cardNumber: Text


class EmitVirtual(Operation):
    """``POST /publicapi/v1.2/Cards/EmitVirtual`` with the token of a customer."""


class Attached(Reply):
    """With the card in ``identificationData``."""

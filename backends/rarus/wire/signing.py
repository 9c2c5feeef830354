"""Signing in, and what the service says of itself and its settings."""

from typing import Annotated

from backends.rarus.wire.base import Listed, Message, Number, Reply, Text


class SignIn(Message):
    """``POST /sign_in``."""

    login: Text
    password: Text
    """SHA-1 of the password in hexadecimal: three independent clients agree."""
    role: Text = "organization"
    """``organization`` or ``client``."""
    session_id: Text | None = None
    company_id: Number = 0
    """Only for the role ``client``."""


class SignedIn(Reply):
    token: Text = ""
    company_id: Number = 0
    expires: Number = 0
    """*Emulated*: Unix milliseconds; no source knows the unit, and clients pass it over."""


class Organization(Message):
    name: Text = ""
    short_description: Text = ""
    full_description: Text = ""
    description: Text = ""
    email: Text = ""
    phone: Text = ""


class AboutOrganization(Reply):
    """``GET /organization``."""

    organization: Organization = Organization()


class Setting(Message):
    name: Text = ""
    value: Text | bool = ""
    description: Text = ""
    interface_name: Text = ""


class Settings(Reply):
    """``GET /organization/settings``."""

    settings: Annotated[tuple[Setting, ...], Listed] = ()


LOGIN_VALUE = "LoginValue"
CONFIRMATION_METHOD = "ConfirmationMethod"
ATTACH_CARD = "AttachCardOnRegistration"

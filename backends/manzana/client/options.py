"""``[loyalty.options]`` of a shop card whose till speaks to Manzana."""

import re
from enum import StrEnum

from pydantic import Field, field_validator

from backends.manzana.wire.codes import COUPON_FIELDS
from backends.manzana.wire.office import NO_SESSION
from backends.options import Service


class Auth(StrEnum):
    """How the site that the service runs in knows who asks."""

    NONE = "none"
    BASIC = "basic"
    NTLM = "ntlm"


class Soap(StrEnum):
    V11 = "1.1"
    V12 = "1.2"


class Operation(StrEnum):
    """``ProcessRequestInfo`` is what newer installations have."""

    PROCESS_REQUEST = "ProcessRequest"
    PROCESS_REQUEST_INFO = "ProcessRequestInfo"


class Lookup(StrEnum):
    """Which request finds a customer by phone; ``CardRequest`` is a newer one."""

    BALANCE = "BalanceRequest"
    CARD = "CardRequest"


class ManzanaOptions(Service):
    """``url``: the address of the site, without ``path``."""

    path: str = "POSProcessing.asmx"
    auth: Auth = Auth.NONE
    soap: Soap = Soap.V11
    operation: Operation = Operation.PROCESS_REQUEST
    org_name: str = Field("", max_length=200)
    """``orgName``: the name of the organisation's database."""
    organization: str = Field("", max_length=200)
    """Code of the partner."""
    business_unit: str = Field("", max_length=200)
    """Code of the shop; empty: as the shop card has it. The same goes for ``pos``."""
    pos: str = Field("", max_length=200)
    by_phone: Lookup = Lookup.BALANCE
    phone_codes: bool = False
    """Whoever is found by phone confirms it by a code in a text message."""
    code_seconds: int = Field(default=300, ge=1, le=86_400)
    """How long such a code is good for: the service does not tell."""
    code_attempts: int = Field(default=3, ge=1, le=100)
    private_office: str = Field("", max_length=300)
    """Where ``PrivateOfficeDataService.asmx`` lies, a path or an address: newcomers are registered
    there, with a code."""
    office_session: str = Field(NO_SESSION, max_length=100)
    """``sessionId`` of the private office."""
    register_customers: bool = True
    """New customers are told by ``ContactInfoUpdateRequest``, where the service knows it."""
    card_task: str = Field("", max_length=200)
    """``IDTaskCard``: from which task a newcomer's virtual card comes."""
    technical_card: str = Field("", max_length=200)
    """The card that stands for a buyer whom nobody knows, so that general promotions work."""
    attributes: dict[str, str] = Field(default={}, max_length=50)
    """``ExtendedAttribute`` of every cheque: what an installation wants beside the usual."""
    coupons: dict[str, str] = Field(default={}, max_length=2)
    """Regular expressions under ``EmissionID`` or ``TypeID``: a code that matches one whole is told
    in that element; any other is a ``Number``."""
    payments: dict[str, str] = Field(default={}, max_length=10)
    """``Payment/ID`` by kind of tender (``cash``, ``card``, ``certificate``); what is not here is
    not told."""

    @field_validator("coupons")
    @classmethod
    def _patterns(cls, told: dict[str, str]) -> dict[str, str]:
        for name, pattern in told.items():
            if name not in COUPON_FIELDS:
                raise ValueError(f"{name}: expected one of {', '.join(COUPON_FIELDS)}")
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern}: {error}") from error
        return told

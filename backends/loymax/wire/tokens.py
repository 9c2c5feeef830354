"""The way in, under ``/authorizationService``: the merchant's token, then the customer's."""

from backends.loymax.wire.base import Message, Number, Text

ANONYMOUS = "anonymous"
AUTHORIZATION_CODE = "authorization_code"
IDENTIFIER = "X-Identifier"
"""The header of ``/oauth/authorize`` with the phone ('7XXXXXXXXXX') or the card of a customer."""


class MerchantToken(Message):
    """``POST /token``, form-encoded."""

    grant_type: Text = ANONYMOUS
    client_id: Text


class CustomerToken(Message):
    """``POST /token`` with the code that ``/oauth/authorize`` gave."""

    grant_type: Text = AUTHORIZATION_CODE
    client_id: Text
    client_secret: Text = ""
    redirect_uri: Text = ""
    code: Text


class Authorize(Message):
    """The query of ``GET /oauth/authorize``.

    Its answer is 302 with ``code=`` in Location, or 200 with a code of 32 characters.
    """

    client_id: Text
    redirect_uri: Text = ""
    response_type: Text = "code"
    scope: Text = "account"


class Token(Message):
    """What ``/token`` answers; its keys are those of OAuth 2."""

    access_token: Text
    token_type: Text = "bearer"  # noqa: S105 - the name of a kind, no secret
    expires_in: Number = 0
    """Seconds; 0: it is not said."""

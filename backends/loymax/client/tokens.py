"""The way in: the merchant's token, and one for each customer. Raises Unavailable."""

from collections import OrderedDict
from urllib.parse import parse_qs, urlencode, urlsplit

from backends.http import Answer, Call, Door
from backends.loymax.client.options import LoymaxOptions
from backends.loymax.wire import tokens
from cashier.exchange import Cause, Unavailable

_MOST = 8
"""Customers whose tokens are kept; all of them stay among the secrets of the door."""
_WAY_IN = "authorizationService"
_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
_CODE = 32


class Stale(Unavailable):
    """A token is good no more: nothing was done, and with another it may be."""


class Tokens:
    """Of one till. Whoever asks does so one at a time."""

    def __init__(self, door: Door, options: LoymaxOptions) -> None:
        self._door, self._options = door, options
        self._merchant = ""
        self._customers: OrderedDict[str, str] = OrderedDict()
        """By what each was known by: his card, or what he showed."""

    async def merchant(self) -> str:
        if not self._merchant:
            asked = tokens.MerchantToken(client_id=self._options.client_id)
            self._merchant = await self._token(asked.model_dump())
        return self._merchant

    async def of(self, shown: str) -> str:
        """The customer's; empty: nobody knows him."""
        if shown not in self._customers:
            token = await self._customer(shown)
            if not token:
                return ""
            self.remember(shown, token)
        self._customers.move_to_end(shown)
        return self._customers[shown]

    def remember(self, shown: str, token: str) -> None:
        self._customers[shown] = token
        while len(self._customers) > _MOST:
            self._customers.popitem(last=False)

    def forget(self, token: str) -> None:
        """It is stale, or is to be asked for anew; a merchant's takes the customers' along."""
        if token == self._merchant:
            self._merchant = ""
            self._customers.clear()
        for shown in [one for one, known in self._customers.items() if known == token]:
            del self._customers[shown]

    async def anew(self, shown: str) -> str:
        """As ``of``, whatever was known before: a phone may be another one's by now."""
        self._customers.pop(shown, None)
        return await self.of(shown)

    async def _customer(self, shown: str) -> str:
        if not shown or not shown.isascii() or not shown.isprintable():
            return ""  # no header can hold it, so nobody is known by it
        try:
            code = await self._code(shown, await self.merchant())
        except Stale:
            self.forget(self._merchant)
            code = await self._code(shown, await self.merchant())
        if not code:
            return ""
        options = self._options
        self._door.keep_secret(code)
        asked = tokens.CustomerToken(
            client_id=options.client_id,
            client_secret=options.client_secret,
            redirect_uri=options.redirect_uri,
            code=code,
        )
        return await self._token(asked.model_dump())

    async def _code(self, shown: str, token: str) -> str:
        options = self._options
        asked = tokens.Authorize(client_id=options.client_id, redirect_uri=options.redirect_uri)
        words = urlencode({name: value for name, value in asked.model_dump().items() if value})
        headers = (bearer(token), (tokens.IDENTIFIER, shown))
        call = Call("GET", f"{_WAY_IN}/oauth/authorize?{words}", headers=headers, aside=True)
        return await self._door.ask(call, _read_code)

    async def _token(self, form: dict[str, str]) -> str:
        self._door.keep_secret(self._options.client_secret)
        told = urlencode({name: value for name, value in form.items() if value}).encode()
        call = Call("POST", f"{_WAY_IN}/token", told, _FORM, aside=True)
        token = await self._door.ask(call, _read_token)
        self._door.keep_secret(token)
        return token


def bearer(token: str) -> tuple[str, str]:
    return ("Authorization", f"Bearer {token}")


def _read_token(came: Answer) -> str:
    """Whatever the no is, it is to who we say we are. Raises Unavailable, ValueError."""
    if came.status in (400, 401, 403):
        why = f"{came.status}: the token was refused"
        raise Unavailable(why, cause=Cause.CREDENTIALS, raw=came.body)
    if not came.ok:
        raise ValueError("there is no token in it")
    token = tokens.Token.model_validate(came.json()).access_token
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("there is no token in it")
    return token


def _read_code(came: Answer) -> str:
    """Empty: nobody is known by what was shown. Raises Stale, Unavailable, ValueError."""
    if came.status == 401:
        raise Stale("401", cause=Cause.CREDENTIALS, raw=came.body)
    if came.status in (301, 302, 303, 307, 308):
        location: str = came.headers.get("location", "")
        query = parse_qs(urlsplit(location).query)
        if "code" in query:
            return query["code"][0]
        if "error" in query:
            return ""
        raise ValueError("Location: there is no code in it")
    if came.status in (400, 404):
        return ""
    code = came.body.decode("ascii").strip().strip('"') if came.ok else ""
    if len(code) != _CODE or not code.isprintable():
        raise ValueError("there is no code in it")
    return code

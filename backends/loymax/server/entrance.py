"""Who may come in: tokens of merchants, of customers and of administrators."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from backends.keeping import CardQuery
from backends.loymax.desk.desk import Desk
from backends.loymax.desk.receipts import kinds_of
from backends.loymax.server.telling import response
from backends.loymax.server.tokens import Bearer, Ring
from backends.loymax.wire import tokens
from backends.reception import body_of, same
from cashier.errors import CashierError
from cashier.exchange import Found, IdentifyRequest
from cashier.receipt import Identifier


@dataclass(frozen=True)
class Entrance:
    desk: Desk
    secret: str
    """Of every client, and the token of the administrator; empty: it is not looked at."""
    bearers: Ring = field(default_factory=Ring)
    codes: Ring = field(default_factory=Ring)

    def who(self, request: Request) -> Bearer | None:
        """None: nobody is known by this token."""
        return self.bearers.known.get(_word(request))

    def is_admin(self, request: Request) -> bool:
        """*Emulated:* his token is the secret of the clients."""
        word = _word(request)
        return bool(word) and (not self.secret or same(word, self.secret))

    async def token(self, request: Request) -> Response:
        try:
            told = dict(parse_qsl((await body_of(request)).decode(), keep_blank_values=True))
            bearer = self._bearer(told)
        except (ValueError, ClientDisconnect):
            bearer = None
        if bearer is None:
            return response({"error": "invalid_grant"}, 400)
        made = tokens.Token(access_token=self.bearers.give(bearer))
        return response(made.model_dump())

    def _bearer(self, told: dict[str, str]) -> Bearer | None:
        """Raises ValueError."""
        if told.get("grant_type") != tokens.AUTHORIZATION_CODE:
            asked = tokens.MerchantToken.model_validate(told)
            return Bearer(asked.client_id) if asked.grant_type == tokens.ANONYMOUS else None
        customer = tokens.CustomerToken.model_validate(told)
        if self.secret and not same(customer.client_secret, self.secret):
            return None
        bearer = self.codes.known.get(customer.code)
        if bearer is None or bearer.client != customer.client_id:
            return None
        del self.codes.known[customer.code]  # good for once
        return bearer

    async def authorize(self, request: Request) -> Response:
        bearer = self.who(request)
        if bearer is None:
            return PlainTextResponse("", 401)
        try:
            known = await self._known(bearer.client, request.headers.get(tokens.IDENTIFIER, ""))
        except CashierError:
            known = None
        if known is None:
            return PlainTextResponse("not found", 404)
        code = self.codes.give(known)
        back = request.query_params.get("redirect_uri", "")
        if not back:
            return PlainTextResponse(code)
        joint = "&" if "?" in back else "?"
        return RedirectResponse(f"{back}{joint}{urlencode({'code': code})}", 302)

    async def _known(self, client: str, value: str) -> Bearer | None:
        """By a card, a phone, or the id of a person (``PersonUID``). Raises CashierError."""
        for kind in kinds_of(value) if value else ():
            shown = Identifier(kind, value)
            if kind.value == "phone" and not value.startswith("+"):
                shown = Identifier(kind, f"+{value}")
            request = IdentifyRequest(identifier=shown, at=self.desk.clock.now())
            found = await self.desk.house.identify(request)
            if isinstance(found, Found):
                buyer = found.cards[0].number if found.cards else shown.value
                return Bearer(client, buyer, found.customer.customer_id if found.customer else "")
        person = self.desk.keeper.people.person(value) if value else None
        if person is None:
            return None
        cards = self.desk.keeper.cards.cards(CardQuery(customer=person.id)).rows
        return Bearer(client, cards[0].number if cards else person.phone, person.id)


def _word(request: Request) -> str:
    kind, _, word = request.headers.get("authorization", "").partition(" ")
    return word.strip() if kind.lower() == "bearer" else ""

"""Secrets and personal data masked in everything that is shown or written out of the exchange.

What is personal is known in three ways: from the abstract requests and answers (who was asked for,
who was found), by the names that values have on the wire, and by how they look. The same value has
the same mask everywhere, so that it is recognised from step to step; a mask of a mask is the same
mask, and JSON stays JSON. Goods, amounts and ids of documents are left as they are.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cashier.masking import bodies, messages, personal
from cashier.masking.keys import Kind, kind_of
from cashier.masking.known import HIDDEN as HIDDEN  # whoever knows masks knows it from here
from cashier.masking.known import REMEMBERED, SHORT, Known
from cashier.witness import Exchange, WireCall

if TYPE_CHECKING:
    from cashier.shop import Shop

_MARK = "*"
_WORD = 8
"""Letters of a secret that is known by its key alone, below which it may be any word."""


class Masker:
    """Masks what it has learned, and what looks personal."""

    def __init__(self, prefixes: Iterable[str] = (), app: str = "") -> None:
        """What the shop's cards, and the codes of its app, begin with."""
        self._prefixes, self._app = tuple(prefixes), app
        self._known = Known()
        self._looks: tuple[personal.Rule, ...] = (
            (_PHONE, personal.of_number),
            (personal.card(self._prefixes, least=5), personal.of_number),
        )
        """What looks like a phone or a card, known or not."""

    @classmethod
    def for_shop(cls, shop: "Shop") -> "Masker":
        return cls(shop.codes.card_prefixes, shop.codes.app_prefix)

    @classmethod
    def of(
        cls, exchanges: Iterable[Exchange], prefixes: Iterable[str] = (), app: str = ""
    ) -> "Masker":
        """One that has learned from all these exchanges."""
        masker = cls(prefixes, app)
        for exchange in exchanges:
            masker.learn(exchange)
        return masker

    def live(self, exchange: Exchange) -> Exchange:
        """Learn from an exchange and mask it: for whoever writes them as they come."""
        self.learn(exchange)
        return self.exchange(exchange)

    # --- what is known

    def learn(self, exchange: Exchange) -> None:
        """Who was asked for and found; the secrets of the adapter."""
        for body in (exchange.request, exchange.answer):
            value = messages.loaded(body)
            if value is not None:
                messages.changed(value, exchange.method, self._learned)
        for call in exchange.calls:
            self.learn_secrets(call.secrets)
            for name, value in (*call.request_headers, *call.answer_headers):
                self._learn_header(name, value)
            for sent, headers in _bodies(call):
                text, _encoding = bodies.decoded(sent, headers)
                bodies.changed(text, self._learned, self._learned)
            bodies.url_text(call.url, self._learned)

    def learn_secrets(self, secrets: Iterable[str]) -> None:
        """Texts that nobody is shown, wherever they stand."""
        for secret in secrets:
            self._known.learn_secret(secret)

    def learn_people(self, values: Iterable[str]) -> None:
        """Names, phones, e-mails and cards, as ``screens.people`` gives them."""
        for value in values:
            kind = Kind.PHONE if value.startswith("+") else Kind.CARD
            if "@" not in value:
                self._learned(Kind.NAME if personal.has_letters(value) else kind, value)

    def people(self) -> list[str]:
        """Names, numbers and secrets that are known, for who masks the screen."""
        return self._known.everything()

    def _learned(self, kind: Kind, value: str) -> str:
        if kind is Kind.BODY:
            messages.inside(value, self._learned)
            bodies.changed(value, self._learned, self._learned)
        elif kind is Kind.SECRET:
            self.learn_secrets((value,) if len(value) >= _WORD else ())
        elif kind in REMEMBERED:
            self._known.learn(kind, value)
        return value

    def _learn_header(self, name: str, value: str) -> None:
        if _SECRET_HEADER.search(name):
            found = (match[0] for match in _TOKENS.finditer(value))
            self.learn_secrets(one for one in found if len(one) >= _WORD)

    def learn_message(self, message: Any) -> None:
        """People in anything that is made of the till's own words, as JSON has it."""
        messages.changed(message, "", self._learned)

    # --- masking

    def message(self, message: Any) -> Any:
        """The same with everything in it masked: a command, a receipt."""
        return messages.changed(message, "", self._abstract_value, other=Kind.TEXT)

    def text(self, text: str) -> str:
        """Plain text."""
        return self._masked(text, self._rules(Kind.TEXT))

    def value(self, kind: Kind, value: str) -> str:
        """A value of this kind; what stands in it besides is found as well."""
        if kind is Kind.SECRET:
            return self._hidden(value)
        hide = _HIDES.get(kind)
        if hide is None or (kind in _IN_DIGITS and not any(map(str.isdecimal, value))):
            return self._masked(value, self._rules(kind))
        return self._masked(value, (*self._rules(kind), (_WHOLE, hide)))

    def number(self, kind: Kind, token: str) -> str:
        """A number in JSON: an amount, unless its name or what is known says otherwise."""
        if kind is Kind.SECRET:
            return self._hidden(token)
        if kind in _HIDES or self._known.is_phone(token):
            return self.value(kind if kind in _HIDES else Kind.PHONE, token)
        if len(token) > SHORT and self._known.is_number(token):
            return self.value(Kind.CARD, token)
        known = len(token) >= _WORD and self._known.is_secret(token)
        return self._known.label(token) if known else token

    def json_bytes(self, body: bytes, headers: Iterable[tuple[str, str]] = ()) -> bytes:
        """A body as it went over the wire: JSON, XML, a form, or whatever it is."""
        text, encoding = bodies.decoded(body, headers)
        masked = bodies.changed(text, self.value, self.number)
        masked = self._cut_end(masked)
        return body if masked == text else masked.encode(encoding)

    body = json_bytes

    def secrets_only(self, text: str) -> str:
        """JSON with nothing but its passwords and tokens hidden."""

        def change(kind: Kind, value: str) -> str:
            if kind is Kind.SECRET:
                return HIDDEN if value else value
            value = self._known.without_secrets(value, HIDDEN)
            return re.sub(r"(?<=://)[^/@\s]+(?=@)", HIDDEN, value)

        return bodies.json_text(text, change, change)

    def url(self, url: str) -> str:
        return bodies.url_text(self._known.without_secrets(url), self.value)

    def header(self, name: str, value: str) -> str:
        if _SECRET_HEADER.search(name):
            count = 1 if name.lower() == "set-cookie" else 0
            masked = _TOKENS.sub(lambda match: self._hidden(match[0]), value, count)
            return masked if HIDDEN in masked else self._hidden(value)
        return self.value(kind_of(name.removeprefix("x-").removeprefix("X-")), value)

    def exchange(self, exchange: Exchange) -> Exchange:
        """All of it."""
        return replace(
            exchange,
            request=self._abstract(exchange.method, exchange.request),
            answer=self._abstract(exchange.method, exchange.answer),
            text=self.text(exchange.text),
            operation_id=self.value(Kind.KEY, exchange.operation_id),
            raw=self.body(exchange.raw),
            notes=tuple(map(self.text, exchange.notes)),
            calls=tuple(map(self.call, exchange.calls)),
        )

    def call(self, call: WireCall) -> WireCall:
        return replace(
            call,
            url=self.url(call.url),
            request_headers=self._headers(call.request_headers),
            request_body=self.body(call.request_body, call.request_headers),
            answer_headers=self._headers(call.answer_headers),
            answer_body=self.body(call.answer_body, call.answer_headers),
            error=self.text(call.error),
            secrets=(),
        )

    def _headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((name, self.header(name, value)) for name, value in headers)

    def _abstract(self, method: str, body: bytes) -> bytes:
        value = messages.loaded(body)
        if value is None:
            return self.body(body)
        return messages.dumped(messages.changed(value, method, self._abstract_value))

    def _abstract_value(self, kind: Kind, value: str) -> str:
        """Secrets without a number: their order is another in a recording that is played."""
        if kind is Kind.BODY:
            return self._body_value(value)
        return HIDDEN if kind is Kind.SECRET else self.value(kind, value)

    def _body_value(self, text: str) -> str:
        """What a system keeps with the till may hold a whole receipt in our words, or anything in
        its own: what either knows to be personal is masked."""
        text = messages.inside(text, self._abstract_value)
        return bodies.changed(text, self._in_body, self.number)

    def _in_body(self, kind: Kind, value: str) -> str:
        return HIDDEN if kind is Kind.SECRET else self.value(kind, value)

    # --- rules

    def _rules(self, kind: Kind) -> tuple[personal.Rule, ...]:
        """For an id or a time no looks count, for the name of a value no people."""
        known = self._known.rules(names=kind is not Kind.KEY)
        looks = () if kind in (Kind.PLAIN, Kind.KEY) else self._looks
        return (*_ALWAYS, *known, *looks, (personal.app_code(self._app), personal.of_token))

    def _masked(self, text: str, rules: tuple[personal.Rule, ...]) -> str:
        """Until nothing more is found: a mask may uncover what stood beside it."""
        text = self._known.without_secrets(text)
        while places := personal.spots(text, rules):
            new = "".join(_MARK if at in places else letter for at, letter in enumerate(text))
            if new == text:
                break
            text = new
        return text

    def _hidden(self, value: str) -> str:
        """A secret, whole."""
        return value if not value or value.startswith(HIDDEN) else self._known.label(value)

    def _cut_end(self, text: str) -> str:
        """The beginning of something known, where a body was cut off in the middle of it."""
        found = _END.search(text)
        if found is None or not self._known.begins_one(found[0]):
            return text
        part = found[0]
        return text[: found.start()] + part[0] + _MARK * (len(part) - 1)


_IN_DIGITS = (Kind.PHONE, Kind.CARD)
_HIDES: dict[Kind, personal.Hide] = {
    Kind.PHONE: lambda part: _of_phone(part),
    Kind.NAME: personal.of_name,
    Kind.BIRTH: personal.of_number,
    Kind.LOGIN: lambda part: _of_login(part),
    Kind.CARD: personal.of_number,
}
_WHOLE = re.compile(r"(?s)\A(.+)\Z")
_PLUS = re.compile(r"\+\d{7,15}|\+\d[\d ()*-]{8,20}\d")
_PHONE = re.compile(
    r"(?<![\w.,+*-])"
    r"(?:[78]\d{10}|9\d{9}|[78][ -]?\(?\d{3}\)?[ -]?\d{3}[ -]?\d\d[ -]?\d\d)(?![\w*-])"
)
"""A phone without its country code, as long as phones are: ids and times are no phones."""
_ALWAYS: tuple[personal.Rule, ...] = (
    (personal.EMAIL, personal.of_email),
    (_PLUS, personal.of_phone),
)
_SECRET_HEADER = re.compile(r"(?i)authori|token|cookie|api-?key|secret|password|session|signature")
_TOKENS = re.compile(
    r"(?<==\")[^\"]+|(?<==)[^;,\s\"]+|(?:(?<=Basic )|(?<=Bearer )|(?<=Token ))\S+|^[^\s=;]+$",
    re.IGNORECASE,
)
"""In a header that holds a secret: what follows an equals sign or the name of a scheme; or all."""
_END = re.compile(r"[\w+@.-]{3,}\Z")


def _of_phone(part: str) -> Iterable[int]:
    return personal.of_phone(part) if part.lstrip().startswith("+") else personal.of_number(part)


def _of_login(part: str) -> Iterable[int]:
    if "@" in part:
        return personal.of_email(part)
    return personal.of_name(part) if personal.has_letters(part) else _of_phone(part)


def _bodies(call: WireCall) -> Iterable[tuple[bytes, tuple[tuple[str, str], ...]]]:
    yield call.request_body, call.request_headers
    yield call.answer_body, call.answer_headers

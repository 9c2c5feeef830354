"""What can be asked of the voucher service: each address is one method of the exchange."""

from collections.abc import Mapping
from dataclasses import dataclass

from backends.vouchers import words
from backends.vouchers.naming import Many, Names, OneOf, Table
from backends.vouchers.words import DAY, FLAG, LONG, MONEY, SPENT, TEXT, TIME
from cashier import methods
from cashier.methods import AnyMethod


@dataclass(frozen=True)
class Reply:
    status: int
    words: Table
    """Of the answer; what was asked stands beside it under ``asked``, who answers under
    ``service``."""
    under: str = ""
    """The name of the object that the words are in; empty: they stand alone."""


@dataclass(frozen=True)
class Route:
    method: AnyMethod
    address: str
    """A verb and a path; names in braces are fields of the request."""
    asked: Table
    """Of the body, or of the query."""
    replies: Reply | Mapping[str, Reply]
    """One, or one for each outcome; an outcome that is not here is 404."""
    keyed: bool = False
    """The key of the request is the id of the operation."""

    @property
    def verb(self) -> str:
        return self.address.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.address.partition(" ")[2]

    def reply(self, outcome: str) -> Reply | None:
        return self.replies if isinstance(self.replies, Reply) else self.replies.get(outcome)


_AT: Names = {"at?": TIME}
_BASKET: Names = {"basket": ("receipt", words.BASKET), **_AT}
_PROOF: Names = {"proof?": ("confirmation", words.PROOF)}
_CARDS: Names = {"member?": ("customer", words.MEMBER), "cards": Many(words.CARD)}
_CARD_COMES = OneOf(by_itself="by_itself", any_free="free", chosen="list")

CREDENTIALS = Table({"login": TEXT, "password": TEXT})
PROGRAMME = Table({
    "name": TEXT, "currency": ("service.currency", TEXT), "point_value": MONEY,
    "enrolment.login": ("registration.login", words.CONTACT),
    "enrolment.confirm": ("registration.confirm_by", words.CHANNEL),
    "enrolment.card": ("registration.attach", _CARD_COMES),
})  # fmt: skip
TILL = Table({"shop": TEXT, "till": TEXT})
LOOKUP = Table({
    "by": ("identifier.kind", words.BY), "value": ("identifier.value", TEXT), **_PROOF, **_AT,
})  # fmt: skip
FOUND = Reply(200, Table({**_CARDS, "notices": ("messages", Many(words.NOTICE))}))
CHALLENGE = Reply(202, words.CHALLENGE, "challenge")
ENROLMENT = Table({
    "contact.phone?": ("phone", TEXT), "contact.email?": ("email", TEXT), "name?": TEXT,
    "born?": ("birthdate", DAY), "agreed?": FLAG, **_PROOF, **_AT,
})  # fmt: skip
ENROLLED = Reply(201, Table({**_CARDS, "spare_cards": ("free_cards", Many(TEXT))}))
VOUCHER = Reply(200, Table({"code": TEXT, "title": ("name", TEXT)}), "voucher")
HOLD = Table({"points": ("spend", SPENT), **_PROOF, **_BASKET})
HELD = Reply(
    201, Table({"id": ("asked.operation_id", TEXT), "reference": ("context", LONG)}), "hold"
)
FIND = Table({"number?": TEXT, "card?": TEXT, "day?": DAY, **_AT})
SALES = Table({"sales": ("all", Many(words.FOUND_SALE))})
BASKET, REFUND = Table(_BASKET), Table({"rows": ("lines", Many(words.COUNTED)), **_BASKET})
SETTLED, DONE = Reply(201, words.RESULT, "result"), Reply(204, Table({}))

ROUTES = (
    Route(methods.OPEN, "GET /programme", TILL, Reply(200, PROGRAMME, "programme")),
    Route(
        methods.IDENTIFY, "POST /lookups", LOOKUP,
        {"found": FOUND, "confirmation_required": CHALLENGE},
    ),
    Route(
        methods.REGISTER, "POST /members", ENROLMENT,
        {"registered": ENROLLED, "confirmation_required": CHALLENGE}, keyed=True,
    ),
    Route(
        methods.ATTACH_CARD, "POST /members/{customer_id}/cards",
        Table({"number?": ("card", TEXT), **_AT}), Reply(201, FOUND.words), keyed=True,
    ),
    Route(
        methods.UPGRADE_LEVEL, "POST /cards/{card}/tier", Table({"confirm": FLAG, **_AT}),
        Reply(200, words.TIER, "tier"), keyed=True,
    ),
    Route(
        methods.CHECK_COUPON, "POST /vouchers/checks", Table({"code": TEXT, **_BASKET}), VOUCHER
    ),
    Route(
        methods.CALCULATE, "POST /quotes", Table({"points?": ("spend", SPENT), **_BASKET}),
        Reply(200, words.QUOTE, "quote"),
    ),
    Route(methods.POINTS, "POST /limits", BASKET, Reply(200, words.LIMITS, "limits")),
    Route(
        methods.RESERVE, "POST /holds", HOLD,
        {"reserved": HELD, "confirmation_required": CHALLENGE}, keyed=True,
    ),
    Route(methods.RELEASE, "POST /holds/{operation_id}/release", BASKET, DONE),
    Route(methods.SAVE_SALE, "POST /sales", BASKET, SETTLED, keyed=True),
    Route(methods.CANCEL_SALE, "POST /sales/{id}/cancellation", BASKET, DONE, keyed=True),
    Route(methods.FIND_SALE, "GET /sales", FIND, Reply(200, SALES)),
    Route(methods.SAVE_RETURN, "POST /refunds", REFUND, SETTLED, keyed=True),
)  # fmt: skip

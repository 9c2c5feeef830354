"""What the example plugin says over HTTP: the paths of the vendor's test emulators, bodies of ours.

The paths ``get-card``, ``write-off`` and ``rollback`` are known; that they take and give JSON, each
name in it and the path ``accrue`` are *emulated*. Points are decimal text ("12.50").
"""

from backends.set10.setapi import contract as api
from backends.set10.setapi.processing import AccrualResult
from backends.vouchers.naming import Malformed, Many, Number, OneOf, Table, Text

KEY = "X-Api-Key"
GET_CARD, WRITE_OFF, ROLLBACK, ACCRUE = "/get-card", "/write-off", "/rollback", "/accrue"

_ID, _CARD, _WORDS = Text(200), Text(40), Text(1000)
_POINTS, _SIGNED = Number(2), Number(2, below_zero=True)
_FOUND = OneOf(OK="OK", CARD_NOT_FOUND="CARD_NOT_FOUND", ERROR="ERROR")
_DONE = OneOf(OK="OK", TRY_AGAIN="TRY_AGAIN", ERROR="ERROR")
_STATUS = OneOf(**{one.value: one.value for one in api.CardStatus})
_TYPE = OneOf(**{one.value: one.value for one in api.CardType})

ASKED_CARD = Table({"number?": _CARD, "phone?": _CARD, "email?": _ID})
ASKED_WRITE_OFF = Table({"transactionId": _ID, "number": _CARD, "amount": _POINTS})
ASKED_ROLLBACK = Table({"transactionId": _ID})
ASKED_ACCRUAL = Table({"transactionId": _ID, "number": _CARD, "amount": _SIGNED})

_ONE = Table({
    "number": _CARD, "balance": _SIGNED, "status?": _STATUS, "type?": _TYPE,
    "level?": _WORDS, "holder?": _WORDS,
})  # fmt: skip
_CARDS = Table({"status": _FOUND, "cards?": Many(_ONE), "message?": _WORDS})
_RESULT = Table({
    "status": _DONE, "transactionId?": _ID, "message?": _WORDS, "balance?": _SIGNED,
})  # fmt: skip


# --- what the plugin reads. All raise Malformed, which is a ValueError


def read_cards(told: object) -> api.SearchResult:
    said = _CARDS.read(told)
    cards = tuple(
        api.PluginCard(
            number=one["number"],
            balance=one["balance"],
            status=api.CardStatus(one.get("status", "ACTIVE")),
            type=api.CardType(one.get("type", "BONUS")),
            level=one.get("level", ""),
            holder=one.get("holder", ""),
        )
        for one in said.get("cards", ())
    )
    status = api.SearchStatus(said["status"])
    if (status is api.SearchStatus.OK) != bool(cards):
        raise Malformed("cards: they are there when the status is OK")
    return api.SearchResult(status, cards, said.get("message", ""))


def read_write_off(told: object) -> api.WriteOffResult:
    said = _RESULT.read(told)
    return api.WriteOffResult(
        api.WriteOffStatus(said["status"]),
        said.get("transactionId", ""),
        said.get("message", ""),
        said.get("balance"),
    )


def read_rollback(told: object) -> api.RollbackResult:
    said = _RESULT.read(told)
    return api.RollbackResult(api.WriteOffStatus(said["status"]), said.get("message", ""))


def read_accrual(told: object) -> AccrualResult:
    said = _RESULT.read(told)
    return AccrualResult(
        api.WriteOffStatus(said["status"]), said.get("message", ""), said.get("balance")
    )


# --- what the server answers


def tell_cards(result: api.SearchResult) -> dict[str, object]:
    cards = [
        {
            "number": one.number, "balance": one.balance, "status": one.status.value,
            "type": one.type.value, "level": one.level, "holder": one.holder,
        }
        for one in result.cards
    ]  # fmt: skip
    return _CARDS.write({"status": result.status.value, "cards": cards, "message": result.message})


def tell_write_off(result: api.WriteOffResult) -> dict[str, object]:
    return _told(result.status, result.message, result.balance, result.transaction_id)


def tell_rollback(result: api.RollbackResult) -> dict[str, object]:
    return _told(result.status, result.message)


def tell_accrual(result: AccrualResult) -> dict[str, object]:
    return _told(result.status, result.message, result.balance)


def _told(
    status: api.WriteOffStatus, message: str, balance: int | None = None, transaction: str = ""
) -> dict[str, object]:
    return _RESULT.write({
        "status": status.value,
        "transactionId": transaction or None,
        "message": message,
        "balance": balance,
    })  # fmt: skip

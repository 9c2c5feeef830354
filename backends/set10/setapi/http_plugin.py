"""The example plugin with its cards behind HTTP (*emulated*, see ``wire``)."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from backends.exact_json import json_bytes
from backends.http import Answer, Call, Door
from backends.set10.setapi import contract as api
from backends.set10.setapi import wire
from backends.set10.setapi.example import ExamplePlugin
from backends.set10.setapi.options import HttpSettings, read_settings
from backends.set10.setapi.plugins import Plugins, Setup
from backends.set10.setapi.processing import AccrualResult
from cashier.exchange import Cause, Unavailable
from cashier.i18n import _
from cashier.money import Points, show

A = TypeVar("A")


def make(setup: Setup) -> Plugins:
    """Raises ConfigError."""
    settings = read_settings(setup.settings, HttpSettings, setup.card)
    door = Door(settings.url, settings.network, setup.clock, beside=setup.card)
    processing = HttpProcessing(door, settings.key)
    plugin = ExamplePlugin(settings, processing)
    return Plugins(_("Set API plugin"), plugin, plugin, processing.close)


class HttpProcessing:
    """A ``Processing`` on the other side of the door, which knows the three outcomes."""

    def __init__(self, door: Door, key: str = "") -> None:
        self._door = door
        self._headers = ((wire.KEY, key),) if key else ()
        door.keep_secret(key)

    async def close(self) -> None:
        await self._door.close()

    async def get_card(self, query: api.CardQuery) -> api.SearchResult:
        asked = {"number": query.number, "phone": query.phone, "email": query.email}
        words = urlencode({name: value for name, value in asked.items() if value})
        call = Call("GET", f"{wire.GET_CARD}?{words}", headers=self._headers)
        return await self._door.ask(call, _read(lambda told: _asked_for(query, told)))

    async def write_off(
        self, transaction_id: str, number: str, points: Points
    ) -> api.WriteOffResult:
        body = _moved(transaction_id, number, points)
        return await self._post(wire.WRITE_OFF, body, wire.read_write_off)

    async def rollback(self, transaction_id: str) -> api.RollbackResult:
        return await self._post(
            wire.ROLLBACK, {"transactionId": transaction_id}, wire.read_rollback
        )

    async def accrue(self, transaction_id: str, number: str, points: Points) -> AccrualResult:
        body = _moved(transaction_id, number, points)
        return await self._post(wire.ACCRUE, body, wire.read_accrual)

    async def _post(self, path: str, body: dict[str, str], read: Callable[[object], A]) -> A:
        try:
            data = json_bytes(body)
        except ValueError as error:  # half a letter, which no JSON has
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error
        headers = (*self._headers, ("Content-Type", "application/json; charset=utf-8"))
        call = Call("POST", path, data, headers, changes=True)
        return await self._door.ask(call, _read(read))


def _moved(transaction_id: str, number: str, points: Points) -> dict[str, str]:
    return {"transactionId": transaction_id, "number": number, "amount": show(points, group="")}


def _read(read: Callable[[object], A]) -> Callable[[Answer], A]:
    def answered(answer: Answer) -> A:
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        return read(answer.json())

    return answered


def _asked_for(query: api.CardQuery, told: object) -> api.SearchResult:
    """Somebody else's card is no answer."""
    result = wire.read_cards(told)
    if query.number and any(one.number != query.number for one in result.cards):
        raise ValueError("another card than the one that was asked for")
    return result

"""Whom the till knows at one moment; imported after the first paint."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from pydantic import BaseModel

from cashier.exchange import RegisterRequest
from cashier.receipt import Card, Customer, Identifier, Receipt
from cashier.snapshot import AskFreeCard, Snapshot


def people_of(now: Snapshot) -> Iterator[str]:
    """Names and numbers of everybody on the receipt, on the sale that comes back, in a question."""
    yield from _people(now.receipt)
    yield from _people(now.sale)
    yield from _people(now.question)


def _people(value: object) -> Iterator[str]:
    """Whatever holds people, however deep: questions are of many kinds. Goods hold none."""
    match value:
        case Receipt():
            yield from _people(value.buyer)
        case Customer():
            yield from (value.name, value.phone, value.email)
        case RegisterRequest():
            yield from (value.name, value.phone, value.email)
        case Card():
            yield value.number
        case Identifier():
            yield value.value
        case AskFreeCard():
            yield from value.cards
            yield from _people((value.identifier, value.customer))
        case tuple():
            for part in value:
                yield from _people(part)
        case BaseModel():
            for name in type(value).model_fields:
                yield from _people(getattr(value, name))
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from _people(getattr(value, field.name))

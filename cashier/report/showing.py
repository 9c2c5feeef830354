"""From a result to what is shown of it: masked, in the units of people."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import TypeAdapter

from cashier.checks import Broken
from cashier.exchange_log.curl import curl
from cashier.exchange_log.words import outcome_words
from cashier.masking.masker import Masker
from cashier.money import show, show_quantity
from cashier.receipt import Discount, Line, Receipt
from cashier.report.shown import (
    Shown,
    ShownBroken,
    ShownCall,
    ShownDifference,
    ShownDiscount,
    ShownExchange,
    ShownLine,
    ShownReceipt,
    ShownStep,
)
from cashier.scenario.given import GivenCustomer
from cashier.scenario.result import Result, StepResult, Verdict
from cashier.witness import Exchange, WireCall

_RECEIPT = TypeAdapter(Receipt)


def shown(
    result: Result,
    group: str,
    masker: Masker | None,
    *,
    whole: bool = False,
    customers: Iterable[GivenCustomer] = (),
) -> Shown:
    """What a report shows. ``masker``: None shows everything. ``whole``: every step with all that
    is known of it; otherwise only those that a failure is explained with.

    ``customers`` are those that the scenario takes for given.
    """
    needed = range(len(result.steps)) if whole else _explaining(result)
    if masker is not None and needed:
        learn(masker, result, customers)
    make = _Showing(masker)
    return Shown(
        name=result.name,
        file=result.file,
        group=group,
        verdict=result.verdict.value,
        steps=tuple(
            make.step(step) if place in needed else make.bare(step)
            for place, step in enumerate(result.steps)
        ),
        notes=make.texts(result.notes),
        tags=result.tags,
        system=result.system,
        shop=result.shop,
        language=result.language,
        milliseconds=result.milliseconds,
        opening=make.exchanges(result.opening) if needed else (),
    )


def _explaining(result: Result) -> set[int]:
    """Steps that failed, and for each the last one that spoke with the system."""
    found: set[int] = set()
    spoke = -1
    for place, step in enumerate(result.steps):
        spoke = place if step.exchanges else spoke
        if step.verdict is Verdict.FAILED:
            found |= {place, spoke} - {-1}
    return found


def learn(masker: Masker, result: Result, customers: Iterable[GivenCustomer] = ()) -> None:
    """Everybody in it: what the masker sees afterwards of them is masked."""
    for one in customers:
        masker.learn_people(filter(None, (one.phone, one.name, one.card, *one.cards)))
    for exchange in result.opening:
        masker.learn(exchange)
    buyers = {}
    for step in result.steps:
        for exchange in step.exchanges:
            masker.learn(exchange)
        if step.receipt is not None and step.receipt.buyer is not None:
            buyers[step.receipt.buyer] = step.receipt
    for receipt in buyers.values():
        masker.learn_message(_RECEIPT.dump_python(receipt, mode="json"))


class _Showing:
    def __init__(self, masker: Masker | None) -> None:
        self._masker = masker
        self._text: Callable[[str], str] = masker.text if masker else str

    def texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self._text, texts))

    def bare(self, step: StepResult) -> ShownStep:
        return ShownStep(
            self._text(step.words), step.place, step.verdict.value, step.milliseconds, step.say
        )

    def step(self, step: StepResult) -> ShownStep:
        return ShownStep(
            words=self._text(step.words),
            place=step.place,
            verdict=step.verdict.value,
            milliseconds=step.milliseconds,
            say=self._text(step.say),
            why=self._text(step.why),
            differences=tuple(
                ShownDifference(one.fact, self._text(one.expected), self._text(one.came))
                for one in step.differences
            ),
            broken=tuple(map(self._broken, step.broken)),
            state=step.state,
            receipt=self._receipt(step.receipt) if step.receipt is not None else None,
            said=self.texts(step.said),
            slips=self.texts(step.slips),
            exchanges=self.exchanges(step.exchanges),
        )

    def _broken(self, broken: Broken) -> ShownBroken:
        return ShownBroken(broken.name, self._text(broken.text))

    # --- the receipt

    def _receipt(self, receipt: Receipt) -> ShownReceipt:
        buyer = receipt.buyer
        return ShownReceipt(
            kind=receipt.kind.value,
            number=receipt.number,
            lines=tuple(map(_line, receipt.lines)),
            amount=_money(receipt.amount),
            discount=_money(receipt.discount),
            total=_money(receipt.total),
            to_pay=_money(receipt.to_pay),
            tenders=tuple(f"{one.kind.value} {_money(one.amount)}" for one in receipt.tenders),
            change=_money(receipt.change) if receipt.change else "",
            card=self._text(buyer.card.number) if buyer and buyer.card else "",
            customer=self._text(buyer.customer.name) if buyer and buyer.customer else "",
            coupons=self.texts(one.code for one in receipt.coupons),
        )

    # --- the exchange

    def exchanges(self, exchanges: Iterable[Exchange]) -> tuple[ShownExchange, ...]:
        return tuple(map(self._exchange, exchanges))

    def _exchange(self, exchange: Exchange) -> ShownExchange:
        one = self._masker.exchange(exchange) if self._masker else exchange
        return ShownExchange(
            method=one.method,
            doing=one.doing,
            outcome=one.outcome.value,
            told=outcome_words(one),
            reason=one.reason,
            code=one.code,
            text=one.text,
            milliseconds=one.milliseconds,
            notes=one.notes,
            request=_loaded(one.request),
            answer=_loaded(one.answer or one.raw),
            calls=tuple(map(_call, one.calls)),
        )


def _line(line: Line) -> ShownLine:
    return ShownLine(
        number=line.number,
        sku=line.sku,
        name=line.name,
        quantity=show_quantity(line.quantity),
        price=_money(line.price),
        amount=_money(line.amount),
        total=_money(line.total),
        discounts=tuple(map(_discount, line.discounts)),
    )


def _discount(given: Discount) -> ShownDiscount:
    rule = given.rule or given.source.value
    return ShownDiscount(rule, given.name, _money(given.amount), given.why)


def _money(amount: int) -> str:
    return show(amount, group="")


def _loaded(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _call(call: WireCall) -> ShownCall:
    return ShownCall(
        method=call.method,
        url=call.url,
        status=call.status,
        milliseconds=call.milliseconds,
        request=call.request_body.decode("utf-8", "replace"),
        answer=call.answer_body.decode("utf-8", "replace"),
        error=call.error,
        curl=curl(call),
    )

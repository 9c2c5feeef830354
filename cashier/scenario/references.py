"""Receipts of a session by name: ids, numbers and printed coupons are others at every run."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cashier import commands as do
from cashier.commands import Command
from cashier.receipt import Kind, Receipt
from cashier.scenario.model import Step
from cashier.shop import Codes


@dataclass
class References:
    """What can be spoken of, and where it came from."""

    codes: Codes
    places: dict[str, int] = field(default_factory=dict)
    """The step that had a receipt last, by the id of the receipt."""
    _names: dict[str, str] = field(default_factory=dict)
    _finished: set[str] = field(default_factory=set)
    _kinds: dict[str, Kind] = field(default_factory=dict)
    _facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Receipt and fact by what it was in this session."""

    def note(self, receipt: Receipt, place: int, *, new: bool) -> None:
        """``receipt`` is at hand after the step at ``place``; ``new``: so is the buyer's card."""
        key = receipt.receipt_id
        if key in self._finished:
            return
        self.places[key], self._kinds[key] = place, receipt.kind
        if receipt.closed_at is not None:
            self._finished.add(key)
        facts = {"receipt_id": key, "operation_id": f"{key}:{receipt.kind.value}"}
        if receipt.number:
            facts["number"] = receipt.number
        printed = (
            *(receipt.applied.to_print if receipt.applied else ()),
            *(receipt.settled.to_print if receipt.settled else ()),
        )
        if receipt.settled is not None and (
            code := next((it.code for it in printed if it.code), "")
        ):
            facts["printed_coupon"] = code
        if new and receipt.buyer and receipt.buyer.card:
            facts["card"] = receipt.buyer.card.number
        for name, value in facts.items():
            self._facts.setdefault(value, (key, name))

    def name(self, receipt_id: str) -> str:
        """Of the first sale ``sale``, of the second ``sale2``."""
        if receipt_id not in self._names:
            word = "sale" if self._kinds[receipt_id] is Kind.SALE else "back"
            taken = sum(it.startswith(word) for it in self._names.values())
            self._names[receipt_id] = f"{word}{taken + 1}" if taken else word
        return self._names[receipt_id]

    def of(self, command: Command) -> tuple[Command, str] | None:
        """The command by reference, and the receipt that it speaks of."""
        match command:
            case do.Identify(identifier) if identifier.value in self._facts:
                value = identifier.value
            case do.FindSale(number=value) | do.Reprint(number=value) if value in self._facts:
                pass
            case do.Scan(code=value) | do.ApplyCoupon(code=value) if value in self._facts:
                pass
            case do.ChooseSale(receipt_id=value) | do.RecallReceipt(receipt_id=value):
                pass
            case do.SendAgain(operation_id=value) | do.CloseEntry(operation_id=value):
                pass
            case _:
                return None
        if value not in self._facts:
            return None
        receipt_id, fact = self._facts[value]
        told = f"@{self.name(receipt_id)}.{fact}"
        return _with(command, told), receipt_id

    def knows(self, value: str) -> bool:
        """Whether it came about in this session."""
        return value in self._facts

    def strange(self, command: Command) -> Iterator[str]:
        """Numbers of receipts that no step made."""
        match command:
            case do.FindSale(number=value) | do.ChooseSale(value) | do.RecallReceipt(value) if (
                value
            ):
                yield value
            case do.Scan(code=value) if value.startswith(self.codes.slip_prefix) and "-" in value:
                yield value

    def returning(self, step: Step | None) -> str:
        """The name of the sale that a step looks for; empty: it does not, or it has no name."""
        if step is None or step.refusal is not None:
            return ""
        match step.deed:
            case do.FindSale(number=told, card="") | do.Scan(code=told, quantity=None):
                name, _dot, fact = told.removeprefix("@").partition(".")
                return name if fact == "number" and told.startswith("@") else ""
        return ""


def _with(command: Command, told: str) -> Command:
    match command:
        case do.Identify(identifier):
            return do.Identify(replace(identifier, value=told))
        case do.FindSale() | do.Reprint():
            return replace(command, number=told)
        case do.Scan() | do.ApplyCoupon():
            return replace(command, code=told)
        case do.ChooseSale() | do.RecallReceipt():
            return replace(command, receipt_id=told)
        case do.SendAgain() | do.CloseEntry():
            return replace(command, operation_id=told)
    return command

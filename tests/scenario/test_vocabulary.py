"""Every command is a step, and a step is nothing but its command."""

import enum
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashier import commands as do
from cashier.commands import Command
from cashier.errors import ConfigError
from cashier.faults import Fault, FaultKind
from cashier.money import Amount, Hundredths, Points, Quantity
from cashier.receipt import Identifier, IdentifierKind, TenderKind
from cashier.scenario.source import Source
from cashier.scenario.vocabulary import OF_COMMAND, VERBS


def read(text: str) -> Command:
    source = Source.of(text, "steps.yaml", Path())
    ((word, value),) = source.data[0].items()
    return VERBS[word].read(value, source, ("steps", 0, word))


def test_no_command_of_the_till_is_missing() -> None:
    assert set(OF_COMMAND) == set(get_args(Command))
    assert len(VERBS) == len(get_args(Command)), "no two commands have one word"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("- scan: 4600000000015", do.Scan("4600000000015")),
        ("- scan: 0101", do.Scan("0101")),
        ('- scan: {code: "46", quantity: 0.450}', do.Scan("46", 450)),
        ("- scan: {code: 46, quantity: 3}", do.Scan("46", 3000)),
        ("- calculate:", do.Calculate()),
        ("- confirm: {code: from-phone}", do.EnterCode("from-phone")),
        ("- coupon: SPRING10", do.ApplyCoupon("SPRING10")),
        ("- pay_points: max", do.PayPoints()),
        ("- pay_points: 12.50", do.PayPoints(1250)),
        ("- tender: cash", do.TakeTender(TenderKind.CASH)),
        ("- tender: {cash: 500}", do.TakeTender(TenderKind.CASH, 50_000)),
        ("- tender: {cash: rest}", do.TakeTender(TenderKind.CASH)),
        (
            '- tender: {certificate: 100, number: "98"}',
            do.TakeTender(TenderKind.CERTIFICATE, 10_000, "98"),
        ),
        (
            "- identify: +79001234567",
            do.Identify(Identifier(IdentifierKind.PHONE, "+79001234567")),
        ),
        (
            "- identify: a@b.example",
            do.Identify(Identifier(IdentifierKind.EMAIL, "a@b.example")),
        ),
        ("- give_discount: {line: 2, percent: 5}", do.GiveDiscount(2, 500)),
        ("- give_discount: {amount: 5}", do.GiveDiscount(amount=500)),
        ("- refund: cash", do.Refund(TenderKind.CASH)),
        ("- confirm_age: true", do.ConfirmAge(True)),
        ("- connection: offline", do.SetConnection(do.Connection.OFFLINE)),
        ("- find_sale: {card: 29, day: 2026-03-01}", do.FindSale("", "29", date(2026, 3, 1))),
        (
            "- fault: {step: save_sale, kind: lost_answer, times: 1}",
            do.SetFault(Fault(kind=FaultKind.LOST_ANSWER, step="save_sale", times=1)),
        ),
    ],
)
def test_steps_are_written_as_people_would(text: str, command: Command) -> None:
    assert read(text) == command


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("- scan: {code: [1]}", "scan.code", "expected text"),
        ("- scan: {cod: 1}", "scan.cod", "unknown field"),
        ("- scan: {quantity: 1}", "scan.code", "required"),
        ("- scan: {code: 1, quantity: lots}", "scan.quantity", "expected a number"),
        ("- scan: {code: 1, quantity: true}", "scan.quantity", "expected a number"),
        ("- tender: {cash: 1.234}", "tender.cash", "expected a number"),
        ("- tender: {cash: 1, card: 2}", "tender", "expected one of cash, card, certificate"),
        ("- tender: gold", "tender.gold", "unknown field"),
        ("- set_quantity: 2", "set_quantity.quantity", "required"),
        ("- set_quantity: {line: max, quantity: 1}", "set_quantity.line", "expected a number"),
        ("- fault: {kind: boredom}", "fault.kind", "'lost_answer'"),
        ("- fault: {kind: slow, step: nosuch}", "fault.step", "save_sale"),
        ("- fault: {kind: slow, every: 0}", "fault.every", "1 or more"),
        ("- calculate: 5", "calculate", "expected the fields of calculate"),
        ("- identify: {card: 1, phone: 2}", "identify", "expected one of"),
        ("- cancel_receipt: [1]", "cancel_receipt", "expected the fields"),
        ("- find_sale: {card: 1, day: tomorrow}", "find_sale.day", "date"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_field(text: str, field: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read("\n\n" + text)
    told = str(caught.value)
    assert told.startswith("steps.yaml, line "), told
    assert f"field steps.1.{field}" in told
    assert expected in told


amounts = st.integers(0, 10**9)
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    if hint in (Amount, Points, Quantity, Hundredths, int):
        return amounts
    if hint is str:
        return PLAIN
    if hint is bool:
        return st.booleans()
    if hint is date:
        return st.dates()
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(list(hint))
    if hint is Fault:
        return st.builds(
            lambda kind, times: Fault(kind=kind, times=times, step="save_sale"),
            st.sampled_from(list(FaultKind)),
            st.integers(0, 9),
        )
    if hint is Identifier:
        return st.builds(Identifier, st.sampled_from(list(IdentifierKind)), PLAIN)
    none, inner = type(None), [one for one in get_args(hint) if one is not type(None)]
    assert none in get_args(hint), hint
    return st.none() | of_type(inner[0])


def commands_of(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{field.name: of_type(hints[field.name]) for field in fields(kind)})


@given(st.one_of(*map(commands_of, get_args(Command))))
def test_a_command_comes_back_from_its_step(command: Command) -> None:
    verb = OF_COMMAND[type(command)]
    source = Source("written", Path(), [{verb.name: verb.write(command)}], {})
    assert verb.read(verb.write(command), source, (0, verb.name)) == command

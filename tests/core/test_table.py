"""One vocabulary: every command has its row, every question its answer, every state a way out."""

from typing import get_args

import pytest

from cashier.commands import Command
from cashier.snapshot import Question, Snapshot, State
from cashier.table import TABLE
from cashier.till import refusal
from screens.deeds import DEEDS

COMMANDS = set(get_args(Command))


def test_every_command_has_a_row_and_every_row_a_command() -> None:
    assert set(TABLE) == COMMANDS


def test_every_question_can_be_answered() -> None:
    answered = {question for rule in TABLE.values() for question in rule.answers}
    assert answered == set(get_args(Question))


def test_a_person_can_give_every_command_at_the_keyboard() -> None:
    names = {command.__name__ for command in COMMANDS}
    on_keys = {need for deed in DEEDS for need in deed.needs}
    typed_or_asked = {  # on the input line, or in the dialog of a question
        "Scan", "EnterCode", "ChooseCard", "Register", "Dismiss", "ChooseSale", "ResumeReceipt",
        "Finish", "RemoveCoupon", "AuthoriseCard", "Allow", "SellChecked", "ConfirmAge",
        "SellCertificate", "ConfirmLive",
    }  # fmt: skip
    assert on_keys <= names
    assert names - on_keys == typed_or_asked


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_left_and_is_reached(state: State) -> None:
    leaves = [rule for rule in TABLE.values() if state in rule.allowed and rule.leads_to - {state}]
    assert leaves
    assert any(state in rule.leads_to for rule in TABLE.values())


@pytest.mark.parametrize("state", State)
def test_every_refusal_says_what_to_do(state: State) -> None:
    assert len(refusal(Snapshot(state))) > 20

"""The documents of Kopilka and Set Machine tell of all options; what they show can be read."""

import re
from pathlib import Path

import pytest

from backends.set10.emulated import EmulatedOptions
from backends.set10.kopilka.options import KopilkaOptions, Names, Sign
from backends.set10.kopilka.translate import CODES
from backends.set10.kopilka.wire import FIELDS, Word
from backends.set10.machine.offers import MachineSettings, Offer, Offers
from cashier.config import parse

DOCS = Path(__file__).parents[2] / "docs" / "systems"


@pytest.mark.parametrize("name", ["kopilka.md", "kopilka.ru.md"])
def test_every_option_and_every_field_of_kopilka_is_told(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    options = (*KopilkaOptions.model_fields, *Sign.model_fields, *Names.model_fields)
    fields = {field for word in Word for field in FIELDS[word]}
    for word in {*options, *fields, *(word.value for word in Word)}:
        assert f"`{word}`" in text, word
    assert "<hold><amount/><cuid>kopilka_XXXXXXXX</cuid><cur>RUB</cur>" in text
    for code in CODES.values():
        assert f" {code} " in text


@pytest.mark.parametrize("name", ["set-machine.md", "set-machine.ru.md"])
def test_the_offers_that_are_shown_can_be_read(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    [shown] = [
        one for one in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "offer.when" in one
    ]
    offers = parse(shown, Offers, name)
    assert [one.id for one in offers.offer] == ["anna-cheese", "sweets-again"]
    told = {*Offer.model_fields, *MachineSettings.model_fields} - {"off", "name"}
    for word in told:
        assert re.search(rf"\b{word}\b", text), word
    for word in EmulatedOptions.model_fields:
        assert f"`{word}`" in text, word

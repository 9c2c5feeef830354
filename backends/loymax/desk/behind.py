"""The embedded system behind both servers."""

from backends.fronting import tellable
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.house.rules_file import RulesFile
from backends.serving import Premises
from cashier import fixtures


def embedded(premises: Premises) -> HouseBackend:
    """Raises ConfigError."""
    rules = premises.rules or fixtures.path("loyalty.toml")
    file = RulesFile.open(rules, premises.folder / "loyalty.toml")
    return HouseBackend(
        premises.folder / "loyalty.db",
        without_codes(file.rules),
        clock=premises.clock,
        ids=premises.ids,
        phone=premises.phone,
    )


def without_codes(rules: Rules) -> Rules:
    """The rules as these wires can tell them: no request has a place for a code from the customer.
    Raises ConfigError where they cannot."""
    rules = tellable(rules)
    settings = rules.settings.model_copy(update={"confirm": ()})
    return rules.model_copy(update={"settings": settings})

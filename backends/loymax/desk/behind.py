"""The embedded system behind both servers."""

from backends.fronting import tellable
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.house.rules_file import RulesFile
from backends.loymax.common.names import PaymentConfirmation
from backends.loymax.desk.settings import LoymaxSettings, RefundNegative
from backends.serving import Premises
from cashier import fixtures


def embedded(premises: Premises, settings: LoymaxSettings) -> HouseBackend:
    """Raises ConfigError."""
    rules = premises.rules or fixtures.path("loyalty.toml")
    file = RulesFile.open(rules, premises.folder / "loyalty.toml")
    return HouseBackend(
        premises.folder / "loyalty.db",
        as_set_up(file.rules, settings),
        clock=premises.clock,
        ids=premises.ids,
        phone=premises.phone,
    )


def without_codes(rules: Rules, *, pins: bool = False) -> Rules:
    """The rules as these wires can tell them: a code has a place in a payment at most (``pins``).
    Raises ConfigError where they cannot."""
    rules = tellable(rules, codes=pins)
    settings = rules.settings.model_copy(update={"confirm": ()})
    return rules.model_copy(update={"settings": settings})


def as_set_up(rules: Rules, settings: LoymaxSettings) -> Rules:
    """The rules as the wires can tell them, with what the settings of the project say. Raises
    ConfigError."""
    rules = without_codes(rules, pins=settings.payment_confirmation is PaymentConfirmation.PIN_CODE)
    if settings.refund_negative is None:
        return rules
    deep = settings.refund_negative is RefundNegative.ALLOW
    returns = rules.settings.returns.model_copy(update={"below_zero": deep})
    own = rules.settings.model_copy(update={"returns": returns})
    return rules.model_copy(update={"settings": own})

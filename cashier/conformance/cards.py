"""The cards file: what of a system's data the pack may use. Nothing else is ever touched."""

from pathlib import Path
from secrets import randbelow
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from cashier.config import Settings, fit, load
from cashier.i18n import _
from cashier.money import BadNumber, parse_points, parse_quantity
from cashier.scenario.acting import FROM_PHONE
from cashier.scenario.source import Source


def _plain(text: str) -> str:
    """Values stand in steps, where some letters mean more than themselves."""
    if text != text.strip() or not text.isprintable() or text.startswith("@") or "${" in text:
        raise PydanticCustomError("plain", _("expected plain text"))
    return text


def _points(text: str) -> str:
    try:
        right = not text or parse_points(text) > 0
    except BadNumber:
        right = False
    if not right:
        raise PydanticCustomError("number", _("expected a number like 12.50"))
    return text


def _pieces(text: str) -> str:
    try:
        right = not text or parse_quantity(text) > 0
    except BadNumber:
        right = False
    if not right:
        raise PydanticCustomError("number", _("expected a number like 12.50"))
    return text


Word = Annotated[str, Field(max_length=200), AfterValidator(_plain)]
Points = Annotated[str, Field(max_length=20), AfterValidator(_points)]
Pieces = Annotated[str, Field(max_length=20), AfterValidator(_pieces)]


class Cards(Settings):
    """Each field is text; what is left out is not there, and scenarios that need it are skipped."""

    goods: Word = ""
    """Barcode of ordinary goods of the shop: discounts and points apply to them."""
    other_goods: Word = ""
    """Other ordinary goods."""
    card: Word = ""
    """A good card that has points, and is found without a code."""
    points: Points = ""
    """So many of them are spent each time; few enough that no code is asked for."""
    card_without_points: Word = ""
    """A good card that has none."""
    unknown_card: Word = ""
    """A number that is nobody's card."""
    phone: Word = ""
    """Of a customer who is found without a code: '+79001234567'."""
    phone_asked: Word = ""
    """Of a customer who is sent a code."""
    card_of_phone: Word = ""
    """The card that is found by ``phone`` or ``phone_asked``."""
    code: Word = ""
    """The code that customers tell; ``from-phone`` where the system shows their phones here."""
    card_asked: Word = ""
    """A card whose holder is sent a code before many points are spent."""
    points_asked: Points = ""
    """So many."""
    dear_goods: Word = ""
    """Goods, to make a receipt that so many points may pay for."""
    pieces: Pieces = ""
    """How many of them."""
    coupon: Word = ""
    """A coupon that makes ``goods`` cheaper for ``card``, as often as one likes."""
    coupon_used_up: Word = ""
    coupon_expired: Word = ""
    unknown_coupon: Word = ""
    new_phone: Word = ""
    """Nobody's phone, to register with where no code is asked for. Each # is any digit: a system
    that remembers needs another phone each time."""
    new_phone_asked: Word = ""
    """The same where a code is sent."""
    card_may_rise: Word = ""
    """A card that may go up a level; it is only asked about."""
    card_to_raise: Word = ""
    """A card that is raised to its next level. A system that remembers does that once."""

    @field_validator("phone", "phone_asked", "new_phone", "new_phone_asked")
    @classmethod
    def _is_a_phone(cls, value: str) -> str:
        digits = value.removeprefix("+").replace("#", "0")
        if value and not (value.startswith("+") and digits.isascii() and digits.isdigit()):
            raise PydanticCustomError("phone", _("expected a phone like +79001234567"))
        return value

    @property
    def values(self) -> dict[str, str]:
        """What there is, by name; digits of new phones are thrown."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        for name in ("new_phone", "new_phone_asked"):
            given[name] = "".join(str(randbelow(10)) if one == "#" else one for one in given[name])
        return {name: value for name, value in given.items() if value}

    @property
    def told(self) -> str:
        """The code where nobody sees the customers' phones; empty: there is none."""
        return "" if self.code == FROM_PHONE else self.code


def load_cards(path: Path) -> Cards:
    """TOML, or YAML by the name of the file. Raises ConfigError with line and field."""
    if path.suffix.lower() not in (".yaml", ".yml"):
        return load(path, Cards)
    source = Source.load(path)
    if not isinstance(source.data, dict):
        raise source.wrong((), _("expected fields: {known}").format(known="card, goods, …"))
    return fit(source.data, Cards, source.name, source)

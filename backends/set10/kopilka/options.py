"""``[loyalty.options]`` of a shop card whose till spends points of Kopilka."""

from typing import Literal, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from backends.http import Network
from backends.options import Secret
from backends.set10.kopilka.translate import PREFIX
from backends.set10.kopilka.wire import ANSWER, Dialect, Recipe, Unit, Word
from cashier.config import Settings
from cashier.fields import Percent
from cashier.i18n import _

Signed: TypeAlias = Literal["accrued", "amount", "check", "cuid", "cur", "point", "uid"]
_ELEMENT = r"^[A-Za-z_][\w.-]{0,59}$"


class Names(Settings):
    """Messages whose names no source has (*emulated*)."""

    confirm: str = Field(default=Word.CONFIRM.value, pattern=_ELEMENT)
    cancel: str = Field(default=Word.CANCEL.value, pattern=_ELEMENT)
    balance: str = Field(default=Word.BALANCE.value, pattern=_ELEMENT)
    accrue: str = Field(default=Word.ACCRUE.value, pattern=_ELEMENT)
    refund: str = Field(default=Word.REFUND.value, pattern=_ELEMENT)
    answer: str = Field(default=ANSWER, pattern=_ELEMENT)

    @model_validator(mode="after")
    def _different(self) -> "Names":
        told = [Word.HOLD.value, *self.by_word().values()]
        if len(set(told)) < len(told):
            words = _("two messages have the same name")
            raise PydanticCustomError("names", "{why}", {"why": words})
        return self

    def by_word(self) -> dict[str, str]:
        return {
            Word.CONFIRM: self.confirm,
            Word.CANCEL: self.cancel,
            Word.BALANCE: self.balance,
            Word.ACCRUE: self.accrue,
            Word.REFUND: self.refund,
            ANSWER: self.answer,
        }


class Sign(Settings):
    """What ``sign`` is the MD5 of (*emulated*, see ``wire.Recipe``)."""

    fields: tuple[Signed, ...] = ("amount", "cuid", "cur", "point", "uid")
    separator: str = Field(default="", max_length=10)
    key: Secret = ""


class KopilkaOptions(Settings):
    url: str = ""
    """The address that messages are posted to; empty: an emulated Kopilka in this program."""
    path: str = Field(default="/", max_length=500)
    network: Network = Network.model_construct()
    rules: str = ""
    """Whose cards the one in this program keeps: a rules file; empty: those of the demo."""
    prefix: str = Field(default=PREFIX, max_length=60)
    """Of ``cuid``, before the eight digits of the card."""
    cur: str = Field(default="RUB", pattern=r"^[A-Z]{3}$")
    point: str = Field(default="", max_length=100)
    """Shop and till with dots; empty: as the till calls them."""
    unit: Unit = Unit.KOPECKS
    sign: Sign = Sign.model_construct()
    names: Names = Names.model_construct()
    earn: Percent = 100
    """Percent of what is paid that the till has accrued (*emulated*)."""
    most: Percent = 10_000
    """Percent of a line that points may pay (*emulated*)."""
    attempts: int = Field(default=5, ge=1, le=1000)
    """After so many refusals what could not be said is given up."""

    @model_validator(mode="after")
    def _one_place(self) -> "KopilkaOptions":
        if self.url and self.rules:
            words = _("rules: those of a server are its own")
            raise PydanticCustomError("rules", "{why}", {"why": words})
        return self

    def dialect(self) -> Dialect:
        sign = self.sign
        recipe = Recipe(tuple(sign.fields), sign.separator, sign.key)
        return Dialect(self.cur, self.unit, recipe, self.names.by_word())

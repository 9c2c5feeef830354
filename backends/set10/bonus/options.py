"""``[loyalty.options]`` of a shop card whose till speaks to the bonus account service."""

from typing import Literal, TypeAlias

from pydantic import Field

from backends.options import Service
from backends.set10.bonus.wire import BLOCK, GIVE_BACK, PATH, UNBLOCK, Dialect, Unit
from cashier.config import Settings
from cashier.fields import Percent

Sums: TypeAlias = Literal[
    "getActiveBonusAccounts",
    "getBonusAccountBalances",
    "getBonusAccountsInformation",
    "chargeOnBonusAccount",
    "cancelChargeOnBonusAccount",
    "writeOffFromBonusAccount",
    "cancelWriteOffFromBonusAccount",
    "blockBonusAccountSum",
]


class Names(Settings):
    """Methods that exist, and whose names no source has (*emulated*). Empty: not used."""

    give_back: str = Field(GIVE_BACK.role, max_length=100, pattern=r"^([A-Za-z_][\w.-]*)?$")
    block: str = Field(BLOCK.role, max_length=100, pattern=r"^([A-Za-z_][\w.-]*)?$")
    unblock: str = Field(UNBLOCK.role, max_length=100, pattern=r"^([A-Za-z_][\w.-]*)?$")

    def by_role(self) -> dict[str, str]:
        return {
            GIVE_BACK.role: self.give_back,
            BLOCK.role: self.block,
            UNBLOCK.role: self.unblock,
        }


class BonusOptions(Service):
    path: str = PATH
    shop_num: int | None = Field(default=None, ge=0, le=10**9)
    """Left out: the digits at the end of the shop's name for itself."""
    cash_num: int | None = Field(default=None, ge=0, le=10**9)
    account: str = ""
    """``bonusAccountTypeCode`` of the account that is used; empty: the first active one."""
    earn: Percent = 100
    """Percent of what is paid that the till charges (*emulated*: rules are the till's)."""
    most: Percent = 10_000
    """Percent of a line that points may pay (*emulated*)."""
    active_after_days: int = Field(default=0, ge=0, le=3650)
    live_days: int = Field(default=365, ge=0, le=36_500)
    """0: for ever, and ``expirationDate`` is left out."""
    units: dict[Sums, Unit] = {}
    names: Names = Names.model_construct()
    write_off_numbers: bool = False
    """The receipt's numbers go along with a write-off, so that a repetition can be told
    (*emulated*: no source has them there)."""
    tell_burning: bool = True
    """The cashier hears what burns next."""

    def dialect(self) -> Dialect:
        return Dialect({str(role): unit for role, unit in self.units.items()}, self.names.by_role())

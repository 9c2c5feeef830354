"""What ``[loyalty.options]`` of a shop card may say of a Rarus service."""

from typing import Literal

from pydantic import Field

from backends.options import Secret, Service


class RarusOptions(Service):
    """Where facts are not known (``docs/systems/rarus.md``) a setting stands for each answer."""

    login: str = Field(min_length=1)
    password: Secret
    """The password itself; only its SHA-1 goes over the wire."""
    token_codes: tuple[int, ...] = ()
    """Codes of refusals that mean the token is good no more, beside HTTP 401 and 403."""
    shop_id: str = ""
    """Id of the shop in the service; left out: the number of the shop."""
    kkm_id: str = ""
    """How the till calls itself; left out: the number of the till."""
    kkm_name: str = ""
    codes: bool = True
    """Customers are asked for codes, by methods whose paths no source has (*emulated*). Off: cards
    by phone and e-mail come from the documented list, a new customer waits for no code."""
    point_step: Literal["1", "0.01"] = "1"
    """Points are spent in multiples of it: the vendor's own library knows whole ones only."""
    level_up: bool = True
    """A sale may raise the level of the card, where the level does not wait to be asked for."""
    attach: Literal["free", "list"] = "free"
    """A new customer without a card gets any free one, or one that the cashier chooses."""
    refund: Literal["server", "till"] = "server"
    """Who reckons the points of a return."""
    refund_ids: Literal["sale_in_doc_id", "sale_in_doc_id_refund"] = "sale_in_doc_id"
    """Which id of a return is the sale's; the other one is its own."""
    certificates: bool = True
    """Gift certificates are kept by the service; else the till keeps them by itself."""
    certificate_payment: Literal["apart", "in_sale"] = "apart"
    """Certificates are paid with by a call of its own before the sale, or by the sale that names
    them."""
    hold_minutes: int = Field(default=1440, ge=1, le=525_600)
    """How long points and coupons are kept for a receipt that is put aside."""
    training_is_test: bool = False
    """What a till for training saves is a trial run (``test``), not only marked as training."""

    @property
    def step(self) -> int:
        """Hundredths of a point."""
        return 100 if self.point_step == "1" else 1

"""``[loyalty.options]`` of a shop card whose till speaks Processing v1.2."""

from pydantic import Field

from backends.http import Network
from backends.loymax.common.names import PaymentConfirmation
from backends.options import Secret
from cashier.config import Settings
from cashier.exchange import AttachOn, ConfirmBy, Login


class LoymaxOptions(Settings):
    url: str
    """The address without ``/publicapi`` and ``/authorizationService``."""
    client_id: str = Field(min_length=1, max_length=200)
    client_secret: Secret = ""
    """Told for the token of a customer."""
    redirect_uri: str = Field("", max_length=1000)
    """As it is registered for this client; nobody goes there. Empty: it is not told."""
    certificates: bool = True
    """Gift certificates are kept by the service; else the till keeps them by itself."""
    admin_token: Secret = ""
    """With it sales of other tills are looked for; empty: the till's own journal answers."""
    registration: bool = True
    """Newcomers are registered at the till."""
    register_by: Login = Login.PHONE
    """What a newcomer signs in with later."""
    confirm_by: ConfirmBy = ConfirmBy.PHONE
    """Where the code that confirms it goes."""
    attach: AttachOn = AttachOn.BY_ITSELF
    """How a newcomer comes by a card: by itself, a virtual one, or one that the cashier chooses."""
    payment_confirmation: PaymentConfirmation = PaymentConfirmation.NONE
    """What is asked of a customer who pays with points, as the project set it up for the till."""
    network: Network = Network.model_construct()

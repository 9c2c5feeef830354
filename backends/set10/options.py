"""``[loyalty.options]`` of a shop card with the chain."""

from backends.options import Secret
from cashier.config import Settings


class Set10Options(Settings):
    chain: str = ""
    """``ext-loyalty-providers.xml``, beside the shop card; empty: the order that is shipped."""
    database: Secret = ""
    """The till's database whose row has the chain (from version 10.2.99.0 on), as an address of
    SQLAlchemy; empty: the file is all there is."""
    server: str = ""
    """What the server of the shop knows (``ServerFile``); empty: that of the demo."""

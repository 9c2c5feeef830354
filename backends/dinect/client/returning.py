"""What this till took back: a purchase that is deleted cannot be asked for any more."""

from pathlib import Path

from pydantic import BaseModel

from backends.dinect.wire import Purchase
from backends.shelf import SCHEMA, Shelf
from cashier.database import Database, Layout
from cashier.errors import CashierError
from cashier.exchange import Unavailable

_LAYOUT = Layout(application=0x44494E52, version=1, schema=SCHEMA)


class _Back(BaseModel):
    id: str
    """Of the operation."""
    purchase: Purchase


class Returns:
    """Opened at the first return: most shifts have none. Raises Unavailable."""

    def __init__(self, folder: Path | None) -> None:
        """None: in memory."""
        self._path = folder / "loyalty.dinect.db" if folder else None
        self._db: Database | None = None

    def close(self) -> None:
        if self._db is not None:
            self._db.close()

    def note(self, operation_id: str, purchase: Purchase) -> None:
        """Before it is deleted. Its goods are not needed again."""
        bare = purchase.model_copy(update={"items": ()})
        try:
            self._shelf().put(_Back(id=operation_id, purchase=bare))
        except CashierError as error:
            raise Unavailable(str(error), ours=True) from error

    def noted(self, operation_id: str) -> Purchase | None:
        try:
            found = self._shelf().get(operation_id)
        except (CashierError, ValueError) as error:
            raise Unavailable(str(error), ours=True) from error
        return found.purchase if found else None

    def _shelf(self) -> Shelf[_Back]:
        if self._db is None:
            self._db = Database.open(self._path, _LAYOUT)
        return Shelf(self._db, "return", _Back, full=True)

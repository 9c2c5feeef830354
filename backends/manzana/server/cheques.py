"""``ChequeRequest``: one document does everything."""

from dataclasses import dataclass

from backends.fronting import Goods
from backends.manzana.server.cheque import Asked, read_cheque
from backends.manzana.server.returning import Returning
from backends.manzana.server.selling import Selling
from backends.soap import Element


@dataclass(frozen=True)
class Cheques:
    goods: Goods
    selling: Selling
    returning: Returning

    async def answer(self, told: Element, asked: Asked) -> Element:
        """Raises No."""
        cheque = read_cheque(told, asked, self.goods)
        match cheque.operation:
            case "Rollback":
                return await self.returning.rolled_back(cheque)
            case "Return":
                return await self.returning.returned(cheque)
            case _ if cheque.fiscal:
                return await self.selling.sold(cheque)
            case _:
                return await self.selling.looked(cheque)

"""A purchase that got stuck: an administrator confirms it, or cancels it, by the till's own id."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backends.loymax.common.codes import Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked
from backends.loymax.desk.desk import Desk
from backends.loymax.server import telling
from backends.loymax.server.entrance import Entrance
from cashier.errors import CashierError

_DEEDS = {"confirm": Kind.CONFIRM, "cancel": Kind.CANCEL}


@dataclass(frozen=True)
class Clearing:
    desk: Desk
    entrance: Entrance

    def routes(self, api: str) -> list[Route]:
        return [
            Route(f"{api}/purchases/{deed}/{{device}}/{{purchase}}", self.clear,
                  methods=["POST"], name=deed)
            for deed in _DEEDS
        ]  # fmt: skip

    async def clear(self, request: Request) -> Response:
        """*Emulated:* the answer is that of the till's own operation."""
        if not self.entrance.is_admin(request):
            return PlainTextResponse("", 401)
        deed: str = request.scope["route"].name
        words = request.path_params
        at = self.desk.clock.now()
        ident = f"administrator {at.isoformat()}"  # another each time
        asked = Asked(_DEEDS[deed], ident, at, words["purchase"])
        try:
            told = await self.desk.carried_out(asked, words["device"])
        except CashierError as error:
            told = self.desk.refusal(asked, Code.SYSTEM_ERROR, str(error))
        return telling.response(telling.answer(told, self.desk.currency))

"""The body of a request as one of the messages."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from backends.exact_json import read_json
from backends.loymax.server.telling import failed, invalid, response
from backends.loymax.wire.base import Message
from backends.reception import TooLarge, body_of
from cashier.errors import CashierError

M = TypeVar("M", bound=Message)


async def answered(
    request: Request, model: type[M], make: Callable[[M], Awaitable[dict[str, Any]]]
) -> Response:
    """Whatever is wrong is said in an envelope (*emulated*), with the status 200."""
    try:
        return response(await make(model.model_validate(read_json(await body_of(request)))))
    except TooLarge as error:
        return PlainTextResponse(str(error), 413)
    except ClientDisconnect:
        return Response(status_code=400)
    except ValidationError as error:
        return response(invalid(error))
    except (ValueError, ArithmeticError, CashierError) as error:
        return response(failed(error))

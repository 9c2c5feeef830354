"""A Starlette application with one route that reads JSON and writes JSON, and does nothing else.

Arguments: a file with the answer; ``exact`` for numbers as our server reads and writes them, or
``floats`` for Starlette's own way. It tells its address, and serves until it is killed.
"""

import json
import sys
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backends.exact_json import json_bytes, read_json
from backends.serving import run


def main(answer: bytes, numbers: str) -> None:
    told, as_floats = read_json(answer), json.loads(answer)

    async def exact(request: Request) -> Response:
        read_json(await request.body())
        return Response(json_bytes(told), media_type="application/json; charset=utf-8")

    async def floats(request: Request) -> Response:
        await request.json()
        return JSONResponse(as_floats)

    empty = {"exact": exact, "floats": floats}[numbers]
    app = Starlette(routes=[Route("/organization/calculate_document", empty, methods=["POST"])])
    run(app, "127.0.0.1", 0, lambda address: print(address, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]).read_bytes(), sys.argv[2])

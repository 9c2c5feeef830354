"""A server over real HTTP on loopback, in the loop of the test: uvicorn without its waiting."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from uvicorn.server import ServerState

_PATIENCE = 5


@asynccontextmanager
async def served(app: Callable[..., Any]) -> AsyncIterator[str]:
    """Runs an ASGI application on a free port; gives its address: ``http://127.0.0.1:40001``.

    The lifespan of the application begins and ends with it.
    """
    config = uvicorn.Config(app, http="h11", ws="none", lifespan="on", log_config=None)
    config.load()
    lifespan, state = config.lifespan_class(config), ServerState()
    await lifespan.startup()
    assert not lifespan.should_exit, "the application did not start"

    def connection() -> asyncio.Protocol:
        return config.http_protocol_class(  # type: ignore[call-arg]
            config=config, server_state=state, app_state=lifespan.state
        )

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for one in tuple(state.connections):
            one.shutdown()
        await _finished(state)
        await server.wait_closed()
        await lifespan.shutdown()


async def _finished(state: ServerState) -> None:
    """What is being answered may end; what hangs is cut off."""
    if state.tasks:
        _done, hanging = await asyncio.wait(tuple(state.tasks), timeout=_PATIENCE)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
    for one in tuple(state.connections):
        one.transport.close()

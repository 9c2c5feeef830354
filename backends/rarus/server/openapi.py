"""The OpenAPI description of the server, made from its table of routes."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import models_json_schema

from backends.rarus.server.routing import Route
from backends.rarus.wire.base import Reply

_WORDS = re.compile(r"\W+")
_REF = "#/components/schemas/{model}"


def describe(routes: Iterable[Route]) -> dict[str, Any]:
    """OpenAPI 3.1, complete enough to make requests from."""
    routes = tuple(routes)
    asked = {(one, "validation") for route in routes for one in (route.request, route.query)}
    told = {(route.reply, "serialization") for route in routes} | {(Reply, "serialization")}
    wanted = sorted(asked | told, key=lambda one: (one[0].__name__, one[1]))
    names, schemas = models_json_schema(wanted, ref_template=_REF)  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        asks = names[route.request, "validation"]
        tells = names[route.reply, "serialization"]
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route,
            asks,
            names[route.query, "validation"],
            tells,
            names[Reply, "serialization"],
            schemas["$defs"],
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Rarus loyalty service, first generation (emulated)", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "token"}},
        },
    }


def _operation(
    route: Route, asks: Any, queried: Any, tells: Any, failure: Any, schemas: dict[str, Any]
) -> dict[str, Any]:
    about = f"{route.about} (emulated)" if route.emulated else route.about
    operation: dict[str, Any] = {
        "summary": about,
        "operationId": f"{route.method.lower()}{_WORDS.sub('_', route.path)}".rstrip("_"),
        "tags": [route.path.strip("/").split("/")[min(1, route.path.count("/") - 1)]],
        "parameters": [
            {"name": part[1:-1], "in": "path", "required": True, "schema": {"type": "string"}}
            for part in route.path.split("/")
            if part.startswith("{")
        ],
        "responses": {
            "200": {"description": "done", "content": _json(tells)},
            "default": {"description": "refused", "content": _json(failure)},
        },
    }
    if route.roles:
        operation["security"] = [{"token": []}]
    if route.method == "GET":
        operation["parameters"] += _query(asks, schemas)
    else:
        operation["parameters"] += _query(queried, schemas)
        operation["requestBody"] = {"content": _json(asks)}
    return operation


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _query(asks: dict[str, str], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    model = schemas[asks["$ref"].rpartition("/")[2]]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in model.get("required", ()),
            "schema": schema,
        }
        for name, schema in model.get("properties", {}).items()
    ]

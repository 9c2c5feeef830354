"""Signing in, and what the service says of itself."""

from backends.rarus.server import holder
from backends.rarus.server.facts import system_of
from backends.rarus.server.failures import BAD_REQUEST, Failure
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate import people
from backends.rarus.wire.base import Nothing, milliseconds
from backends.rarus.wire.signing import (
    AboutOrganization,
    Organization,
    Settings,
    SignedIn,
    SignIn,
)


async def sign_in(service: Service, asked: Asked[SignIn]) -> SignedIn:
    body = asked.body
    match body.role:
        case "organization":
            token, ends = service.tokens.sign_in(body.login, body.password)
        case holder.ROLE:
            token, ends = service.tokens.issue(holder.ROLE, await holder.sign_in(service, body))
        case _:
            raise Failure(400, BAD_REQUEST, "role: organization or client")
    return SignedIn(token=token, company_id=service.tokens.company, expires=milliseconds(ends))


async def organization(service: Service, asked: Asked[Nothing]) -> AboutOrganization:  # noqa: ARG001
    name = (await system_of(service)).name
    return AboutOrganization(organization=Organization(name=name, short_description=name))


async def settings(service: Service, asked: Asked[Nothing]) -> Settings:  # noqa: ARG001
    return Settings(settings=people.settings((await system_of(service)).registration))


ROUTES = (
    Route("POST", "/sign_in", sign_in, SignIn, SignedIn, "Sign in", roles=()),
    Route("GET", "/organization", organization, Nothing, AboutOrganization, "The organization"),
    Route("GET", "/organization/settings", settings, Nothing, Settings, "Its settings"),
)

"""Which version a message is of and what it asks for, as HTTP headers say it."""

import re

from backends.soap.envelope import Version

_ACTION = re.compile(r"""action\s*=\s*"([^"]*)\"""", re.IGNORECASE)


def request_headers(version: Version, action: str = "") -> tuple[tuple[str, str], ...]:
    """Of a request; version 1.1 has a header ``SOAPAction`` even where it is empty."""
    if version is Version.V11:
        return (("Content-Type", version.content_type), ("SOAPAction", f'"{action}"'))
    more = f'; action="{action}"' if action else ""
    return (("Content-Type", version.content_type + more),)


def action_of(content_type: str, soap_action: str = "") -> str:
    """What a request asks for; empty: only its body says so."""
    found = _ACTION.search(content_type)
    return found[1] if found else soap_action.strip().strip('"')


def version_of(content_type: str) -> Version:
    """In which version whoever sends this wants to hear that it cannot be read."""
    return Version.V12 if "application/soap+xml" in content_type.lower() else Version.V11

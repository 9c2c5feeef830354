"""Who asks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Session:
    """Who asks: an organization, or a card holder."""

    token: str
    role: str
    login: str


NOBODY = Session("", "", "")

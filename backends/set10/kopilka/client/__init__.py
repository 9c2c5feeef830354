"""Kopilka as a loyalty system of a till, and as a link of a chain."""

from backends.set10.kopilka.client.backend import KopilkaBackend

__all__ = ["KopilkaBackend"]

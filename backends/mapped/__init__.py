"""Any loyalty system over HTTP, described in a file, with no code: see ``docs/mapping.md``."""

from backends.mapped.backend import MappedBackend

__all__ = ["MappedBackend"]

"""A till that meets its back office only in a folder, as a loyalty system."""

from backends.files.client.backend import FilesBackend

__all__ = ["FilesBackend"]

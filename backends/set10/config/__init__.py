"""``ext-loyalty-providers.xml``: which providers a till asks, in which order, by what filters."""

from backends.set10.config import filters
from backends.set10.config.model import ChainFile, Listed
from backends.set10.config.reading import read_chain
from backends.set10.config.sources import Configured, configured

__all__ = ["ChainFile", "Configured", "Listed", "configured", "filters", "read_chain"]

"""dinect behind the exchange."""

from backends.dinect.client.backend import DinectBackend as DinectBackend

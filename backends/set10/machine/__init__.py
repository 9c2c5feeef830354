"""Set Machine: issues and applies personal offers. Its wire was not seen: *emulated* as a whole."""

from backends.set10.machine.backend import SetMachineBackend

__all__ = ["SetMachineBackend"]

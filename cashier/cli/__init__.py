"""The command line: the only place that wires the till, the screens and the backends.

Everything heavy is imported where it is used: the first picture of the till waits for none of it.
"""

from cashier.cli.program import main

__all__ = ["main"]

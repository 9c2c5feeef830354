"""All benchmarks, one after another; one table at the end. Names given run only these."""

import sys
from importlib import import_module

from harness import Figure, note, show

ALL = (
    "startup",
    "scan",
    "rules",
    "sale",
    "journal",
    "memory",
    "office",
    "server",
    "client",
    "hanging",
    "runner",
    "chain",
    "coupon_trace",
)


def main(names: list[str]) -> int:
    """Exit codes: 0 all targets met, 1 one was missed, 2 an unknown name."""
    if unknown := set(names) - set(ALL):
        note(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
        return 2
    found: list[Figure] = []
    for name in names or ALL:
        found += import_module(name).figures()
    show(found)
    return int(any("no" in figure.met for figure in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

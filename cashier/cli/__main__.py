"""``python -m cashier.cli``."""

import sys

from cashier.cli.program import main

if __name__ == "__main__":
    sys.exit(main())

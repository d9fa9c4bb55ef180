"""The command ``ragkit``, also as ``python -m ragkit``."""

from __future__ import annotations

import sys
from typing import NoReturn

INTERRUPTED = 130
"""As in `ragkit.cli.exits`, of which nothing is imported yet."""


def run() -> NoReturn:
    """The command; whoever interrupts it while it loads sees no traceback either."""
    try:
        from ragkit.cli.main import program
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    program()


if __name__ == "__main__":
    run()

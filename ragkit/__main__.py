"""``python -m ragkit`` is the command ``ragkit``."""

from __future__ import annotations

import sys

from ragkit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

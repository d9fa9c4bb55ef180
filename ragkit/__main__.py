"""``python -m ragkit`` is the command ``ragkit``."""

from __future__ import annotations

from ragkit.cli.main import program

if __name__ == "__main__":
    program()

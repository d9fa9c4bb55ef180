"""Help pages: plain text that needs no rich, with headings in bold on a terminal."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from typer.core import TyperCommand, TyperGroup

_HEADING = re.compile(r"^(Usage:|[A-Z][a-z ]+:$)", re.MULTILINE)


class HelpCommand(TyperCommand):
    """A command whose help has bold headings."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _bold_headings(super().get_help(ctx))


class HelpGroup(TyperGroup):
    """A group of commands whose help has bold headings."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _bold_headings(super().get_help(ctx))


def _bold_headings(page: str) -> str:
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return page
    return _HEADING.sub("\033[1m\\1\033[0m", page)

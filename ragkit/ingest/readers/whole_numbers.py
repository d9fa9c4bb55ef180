"""Whole numbers that files say: what is none, or far too long to be one, is what stands in its place."""

from __future__ import annotations


def whole_number(text: str | None, default: int = 0, *, digits: int = 8) -> int:
    """The number that an attribute says, ``default`` where it is none or has more than ``digits``."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= digits else default

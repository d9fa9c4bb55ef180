"""What a value of metadata is, by how it is written: on the command line, in the head of a file or in JSON.

One rule for all, since a filter compares numbers with numbers and texts with texts: ``postcode = "01067"`` finds a
document wherever that was said of it.
"""

from __future__ import annotations

import re

from ragkit.types import Scalar

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(\.[0-9]+)?")
"""In plain decimal notation, and of no more digits before the point than whatever reads JSON keeps. "007", "1_000",
"1e5" and "nan" are names to whoever writes them."""


def typed(text: str) -> Scalar:
    """True or false, or the number that ``text`` looks like; else ``text`` itself."""
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    return float(text) if number[1] else int(text)

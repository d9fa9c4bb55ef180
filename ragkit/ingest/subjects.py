"""The subject of a document whose title says only of what sort it is: "Product: HF-20" below "Safety data sheet".

The sections below are about it, and do not say its name again.
"""

from __future__ import annotations

import re

from ragkit.ingest.readers.build import CELL_JOINT
from ragkit.lexical import content
from ragkit.types import Document

BEGINS = 600
"""Characters in which the line must stand."""
LONGEST = 80
"""Characters of a subject."""
_LINE = re.compile(
    r"^(?:(?:product|trade|project)(?: name)?|article|device|equipment|item|machine|model|premises|property|re"
    r"|regarding|subject|substance|vehicle) ?: +(?P<subject>\S[^\n]*?)\s*$",
    re.IGNORECASE | re.MULTILINE,
)


def titled(document: Document) -> str:
    """The title, with the subject that a line of its own names near the beginning, unless the title has its words.

    Where several lines name one, they are of a list.
    """
    found = [match["subject"] for match in _LINE.finditer(document.text[:BEGINS])]
    if len(found) != 1 or len(found[0]) > LONGEST or CELL_JOINT in found[0] or found[0].endswith((".", ":")):
        return document.title
    title, words = document.title, set(content(found[0]))
    return f"{title}: {found[0]}" if title and not words <= set(content(title)) else title

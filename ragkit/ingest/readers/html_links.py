"""Pictures and links within a line of HTML: which add no word to it, and which stand for two."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from lxml import etree

from ragkit.ingest.readers.html_content import text_of

_SIGNS = re.compile(r"[\W_]+")
_ARTICLES = r"(?<!\bthe)(?<!\ban)(?<!\ba)"
NAMED = re.compile(rf"[^\W_]{_ARTICLES}[\"”’']?\s+$", re.IGNORECASE)
"""The end of what stands before a picture, where that names what it shows: "the Save button", not "click the"."""


def is_file_name(alt: str, source: str) -> bool:
    """Whether a program made the text that stands for a picture from the name of its file."""
    name = PurePosixPath(source.partition("?")[0]).stem
    return _SIGNS.sub(" ", name).strip().casefold() == _SIGNS.sub(" ", alt).strip().casefold()


def follows_link(link: etree._Element) -> bool:
    """Whether a link begins right behind another, in a word of its own for all who see it."""
    before = link.getprevious()
    if before is None or before.tag != "a" or before.tail:
        return False
    ends = text_of(before) or "".join(each.get("alt", "") for each in before.iter("img"))
    begins = text_of(link) or "".join(each.get("alt", "") for each in link.iter("img"))
    return ends[-1:].isalnum() and begins[:1].isalnum()

"""Pictures and links within a line of HTML: which add no word to it, and which stand for two."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import PurePosixPath

from lxml import etree

from ragkit.ingest.readers.html_content import text_of

_SIGNS = re.compile(r"[\W_]+")
_FIGURES = frozenset({"figure", "imageblock", "informalfigure"})
_DEEPEST_IN_FIGURE = 8
_ARTICLES = r"(?<!\bthe)(?<!\ban)(?<!\ba)"
NAMED = re.compile(rf"[^\W_]{_ARTICLES}[\"”’']?\s+$", re.IGNORECASE)
"""The end of what stands before a picture, where that names what it shows: "the Save button", not "click the"."""


def is_said_by_figure(alt: str, image: etree._Element) -> bool:
    """Whether the title or the caption of the figure that a picture stands in says the same."""
    for outer in islice(image.iterancestors(), _DEEPEST_IN_FIGURE):
        if outer.tag == "figure" or not _FIGURES.isdisjoint(outer.get("class", "").split()):
            return f" {_words(alt)} " in f" {_words(text_of(outer))} "
    return False


def is_file_name(alt: str, source: str) -> bool:
    """Whether a program made the text that stands for a picture from the name of its file."""
    return _words(alt) == _words(PurePosixPath(source.partition("?")[0]).stem)


def follows_link(link: etree._Element) -> bool:
    """Whether a link begins right behind another, in a word of its own for all who see it."""
    before = link.getprevious()
    if before is None or before.tag != "a" or before.tail:
        return False
    ends = text_of(before) or "".join(each.get("alt", "") for each in before.iter("img"))
    begins = text_of(link) or "".join(each.get("alt", "") for each in link.iter("img"))
    return ends[-1:].isalnum() and begins[:1].isalnum()


def _words(text: str) -> str:
    return _SIGNS.sub(" ", text).strip().casefold()

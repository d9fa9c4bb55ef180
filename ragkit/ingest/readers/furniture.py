"""What stands in the margin of every page: said once, in front of the text that it stands above and below."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ragkit.ingest.readers.build import TextBuilder

_PAGE_NUMBER = re.compile(r"(?:\b(?:page|of|seite|von)\b|[\W\d_])*", re.IGNORECASE)


def is_page_number(text: str) -> bool:
    """Whether a text only numbers a page, which says nothing: "Page 3 of 12", "- 3 -", "3/12"."""
    return _PAGE_NUMBER.fullmatch(text) is not None


def write_furniture(builder: TextBuilder, texts: Iterable[str]) -> None:
    """Adds each of the headers and footers once, as paragraphs; those that only number the pages are left out."""
    for text in dict.fromkeys(texts):
        if not is_page_number(text):
            builder.add("paragraph", [(text, 0)])

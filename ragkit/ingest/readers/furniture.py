"""What stands in the margin of every page: said once, in front of the text that it stands above and below."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ragkit.ingest.readers.build import TextBuilder

# "Page 3 of 12", "- 3 -", "3/12": the number of a page says nothing where there are no pages.
_PAGE_NUMBER = re.compile(r"(?:\b(?:page|of)\b|[\W\d_])*", re.IGNORECASE)


def write_furniture(builder: TextBuilder, texts: Iterable[str]) -> None:
    """Adds each of the headers and footers once, as paragraphs; those that only number the pages are left out."""
    for text in dict.fromkeys(texts):
        if not _PAGE_NUMBER.fullmatch(text):
            builder.add("paragraph", [(text, 0)])

"""Lines that say which edition of a document this is, which answer nothing but a question about the document."""

from __future__ import annotations

import re

from ragkit.generate.wording import MONTH

_DOCUMENT = (
    r"(?:brochure|bulletin|circular|document|factsheet|form|guide(?:line)?|handbook|leaflet|manual|memo|notice|policy"
    r"|procedure|sheet|standard)"
)
_CODE = r"[A-Z]{1,5}[-/ ]?\d[\w./-]*"
_MONTHLY = rf"(?:\d{{1,2}}\.? )?(?:{MONTH.pattern}\.?,? ?)?(?:\d{{1,2}}, )?(?:19|20)\d\d(?:-\d\d)*"
_DATE = rf"(?:{_MONTHLY}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}})"
_PART = (
    rf"(?:(?:(?:valid|in force|effective|issued|reviewed|revised|published|printed|last changed|next review:?)"
    rf"(?: (?:from|since|until|on|as of|in))? )?{_DATE}"
    rf"|(?:approved|adopted|decided) (?:by [^,;.·|–—]{{1,60}}?)?(?: ?on {_DATE})?)"
)
_LINE = re.compile(
    rf"\W*(?:(?i:{_DOCUMENT}) )?(?:(?:[Nn]o\.? )?{_CODE})?[,;·|–—\s-]*"
    rf"(?i:version|edition|issue|revision|rev\.)\s+v?\d[\w.]*?(?:(?:\s*[,;·|–—(-]\s*|\s+of\s+){_PART})*\W*"
)
_ASKS_OF_EDITION = re.compile(
    rf"\b(?:{_DOCUMENT}s?|version|edition|issue|revis|valid|force\b|appl(?:y|ies|icable)|effect|current|latest|newest"
    r"|dat(?:e|ed)\b|approv|adopt|decid|review|publish|print|updat|chang|replac|since|as of|start|begin|old\b|new\b)",
    re.IGNORECASE,
)
_LONGEST = 200


def is_edition_unasked(question: str, text: str) -> bool:
    """Whether a sentence says no more than which edition of a document this is, and a question asks nothing of that."""
    is_line = len(text) <= _LONGEST and _LINE.fullmatch(text) is not None
    return is_line and not _ASKS_OF_EDITION.search(question)

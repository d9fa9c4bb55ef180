"""Characters that nobody sees, and that a program reads: in them a text can say something else than it shows.

Control and zero-width characters divide words for programs alone, marks of direction show them in another order, and
Unicode's tags are an alphabet of their own that no font has.
"""

from __future__ import annotations

import re

_TAGS = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
_HIDDEN = re.compile(
    "[\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]+|[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}"
)
"""Tags, and variation selectors in a row: one says how the character before it looks, several spell something."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a]+"
)
_MARKS = re.compile("(?<=[\x00-\x7f])[\u061c\u200c-\u200f]+|[\u061c\u200c-\u200f]+(?=[\x00-\x7f])")
"""Joiners and marks of direction beside Latin letters: those of other scripts, and of emoji, change what is seen."""


def without_hidden_text(text: str) -> str:
    """``text`` without what is spelt in an alphabet that nobody sees; all else is as it was."""
    return _HIDDEN.sub("", text)


def as_seen(text: str) -> str:
    """``text`` without any character that nobody sees."""
    return _MARKS.sub("", _UNSEEN.sub("", without_hidden_text(text)))


def as_read(text: str) -> str:
    """``text`` as a program may read it: what is spelt in tags is said."""
    return as_seen(text.translate(_TAGS))

"""Characters that nobody sees, and that a program reads: in them a text can say something else than it shows.

Control and zero-width characters divide words for programs alone, marks of direction show them in another order, and
Unicode's tags are an alphabet of their own that no font has.
"""

from __future__ import annotations

import re

_TAGS = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_JOINERS = re.compile("(?<=[\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\x7f])")
"""Those that tell nothing: between letters of Persian or Hindi, and in emoji, they change what is seen."""


def without(text: str) -> str:
    """``text`` as it is seen."""
    return _JOINERS.sub("", _UNSEEN.sub("", text))


def read_through(text: str) -> str:
    """``text`` as a program may read it: what is said in tags, too."""
    return without(text.translate(_TAGS))

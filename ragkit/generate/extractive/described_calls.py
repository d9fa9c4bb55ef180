"""What the section of a function or an option says that it does, for who asks how that is done. English; no model.

"How do I get the home directory?" is answered by "Returns the home directory of the user." below ``os.homedir()``.
"""

from __future__ import annotations

import re

from ragkit.generate.extractive.candidates import TERM, Candidate
from ragkit.generate.extractive.headings import HOW_TO
from ragkit.lexical import content

GETS = re.compile(
    r"(?:access|check|determine|fetch|find(?: out)?|get|know|look up|obtain|query|read|retrieve|see|tell)\b",
    re.IGNORECASE,
)
"""Begins a task that is to have something told."""
RETURNS = re.compile(r"(?:gets?|gives?|returns?)\b(?!:)", re.IGNORECASE)


def caller(question: str, candidate: Candidate) -> str:
    """The function or option whose description has all words of the task that is asked for; empty for any other text.

    It begins with what is to be done, or, where something is to be told, with what returns it.
    """
    asks = HOW_TO.search(question)
    if not asks or not TERM.search(candidate.name):
        return ""
    said = candidate.text.rpartition("\n\n")[2].removeprefix("- ")
    gets = GETS.match(asks["task"])
    wanted = content(asks["task"][gets.end() :] if gets else asks["task"])
    does = RETURNS.match(said) if gets else content(said.partition(" ")[0]) == wanted[:1]
    told = {*content(said), *content(candidate.name)}
    return candidate.name if does and wanted and told.issuperset(wanted) else ""

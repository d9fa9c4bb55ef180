"""What the section of a command, a function or an option says that it does, for who asks how that is done.

"How do I get the home directory?" is answered by "Returns the home directory of the user." below ``os.homedir()``, "How
do I remove a package?" by "pipwell-remove - Remove packages" below "NAME". English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ragkit.generate.extractive.candidates import TERM, Candidate
from ragkit.generate.extractive.headings import HOW_TO
from ragkit.lexical import content
from ragkit.types import Hit

GETS = re.compile(
    r"(?:access|check|determine|fetch|find(?: out)?|get|know|look up|obtain|query|read|retrieve|see|tell)\b",
    re.IGNORECASE,
)
"""Begins a task that is to have something told."""
RETURNS = re.compile(r"(?:gets?|gives?|returns?)\b(?!:)", re.IGNORECASE)
NAME = "NAME"
"""The section of a manual page that has the name of a command, a dash, and what it does."""
DASH = re.compile(r"\S+ [-—–]{1,2} ")


def callers(questions: Mapping[int, str], found: Sequence[Candidate], passages: Sequence[Hit]) -> dict[Candidate, str]:
    """The candidates that describe what does the task that is asked for, each with the name of that if it lacks it.

    ``questions`` has the question in the words of each passage. An option without a section of its own changes what a
    command does.
    """
    does = [each for each in found if _does(questions[each.passage], each)]
    return {
        each: "" if each.name in {NAME, *each.text.split("\n")} else each.name
        for each in does
        if not each.name.startswith("-") or each.name in passages[each.passage].chunk.headings
    }


def _does(question: str, candidate: Candidate) -> bool:
    """Whether a text about a command, function or option has all words of a task.

    It begins with what is to be done, or, where something is to be told, with what returns it.
    """
    asks = HOW_TO.search(question)
    if not asks or not (candidate.name == NAME or TERM.search(candidate.name)):
        return False
    said = candidate.text.rpartition("\n\n")[2].removeprefix("- ")
    said = DASH.sub("", said, 1) if candidate.name == NAME else said
    gets = GETS.match(asks["task"])
    wanted = content(asks["task"][gets.end() :] if gets else asks["task"])
    does = RETURNS.match(said) if gets else content(said.partition(" ")[0]) == wanted[:1]
    told = {*content(said), *content(candidate.name)}
    return bool(does and wanted) and told.issuperset(wanted)

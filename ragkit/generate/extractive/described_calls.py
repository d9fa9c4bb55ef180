"""What the section of a command, a function or an option says that it does, for who asks how that is done, or by what.

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
WHICH = re.compile(
    r"\b(?:which|what) (?:call|command|flag|function|method|option|subcommand|switch)s? "
    r"(?:(?:can|do|must|should) (?:i|one|we|you) (?:need|use) |(?:can be|is) used |is needed |will )?"
    r"(?:for |to )?(?P<task>.+)",
    re.IGNORECASE | re.DOTALL,
)
"""Asks what is called for a ``task``."""
RETURNS = re.compile(r"(?:gets?|gives?|returns?)\b(?!:)", re.IGNORECASE)
NAME = "NAME"
"""The section of a manual page that has the name of a command, a dash, and what it does."""
DASH = re.compile(r"\S+ [-—–]{1,2} ")
BEFORE = re.compile(
    r"(?:- )?(?:(?:the|this) (?:\S+ )?(?:class|command|function|method|option) )?(?:\w+ly )?", re.IGNORECASE
)
"""What may stand before the verb of a description: "The join() method joins ...", "Asynchronously appends ..."."""
BETWEEN = 2
"""Other words that a description may have more than the one with the fewest."""


def callers(questions: Mapping[int, str], found: Sequence[Candidate], passages: Sequence[Hit]) -> dict[Candidate, str]:
    """The candidates that describe what does the task that is asked for, each with the name of that if it lacks it.

    ``questions`` has the question in the words of each passage. An option without a section of its own changes what a
    command does. What says much else before it is done is left out where another says it at once.
    """
    apart = {
        each: _words_between(questions[each.passage], each)
        for each in found
        if not each.name.startswith("-") or each.name in passages[each.passage].chunk.headings
    }
    least = min((count for count in apart.values() if count is not None), default=0)
    return {
        each: "" if each.name in {NAME, *each.text.split("\n")} else each.name
        for each, count in apart.items()
        if count is not None and count <= least + BETWEEN
    }


def _words_between(question: str, candidate: Candidate) -> int | None:
    """The other words before the last of a task's in a text about a command, function or option that has them all.

    The text begins with what is to be done, or, where something is to be told, with what returns it; None for others.
    """
    asks = HOW_TO.search(question) or WHICH.search(question)
    if not asks or not (candidate.name == NAME or TERM.search(candidate.name)):
        return None
    said = candidate.text.rpartition("\n\n")[2]
    said = (DASH if candidate.name == NAME else BEFORE).sub("", said, count=1)
    gets = GETS.match(asks["task"])
    wanted = content(asks["task"][gets.end() :] if gets else asks["task"])
    does = RETURNS.match(said) if gets else len(wanted) > 1 and content(said.partition(" ")[0]) == wanted[:1]
    words = content(said)
    if not does or not wanted or not {*words, *content(candidate.name)}.issuperset(wanted):
        return None
    last = max((words.index(word) for word in wanted if word in words), default=0)
    return sum(word not in wanted for word in words[:last])

"""Terms and what defines them: a line of its own that names what stands below it, in one with the sentence there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ragkit.cells import asked_cells
from ragkit.code import is_code
from ragkit.dates import days
from ragkit.generate.extractive.candidates import NAMES, Candidate
from ragkit.generate.wording import BULLET, in_order, is_row
from ragkit.lexical import content
from ragkit.sentences import LABELLED, names_what_follows
from ragkit.types import Evidence, Hit

VALUE = re.compile(r"(?:Default(?: value)?|Range|Unit|Allowed(?: values)?|Possible values|Standard|Since): \S")
"""What tells the value of a thing that the sentence before, or the term above, says what it is."""

SHORT = 80
"""Characters of a sentence that is more likely than others to have no subject."""

OPTION = re.compile(r"-{1,2}\w")
"""Begins the line of an option of a command, whose text below it is often no sentence."""

ASKS_FOR_DEFINITION = re.compile(
    r"(?:so,? |and )?what(?:'s|’s| is| are)(?: meant by)? (?P<thing>[^?,;]{2,50}?)(?: for| used for)?\??\Z"
    r"|what (?:does|do) (?P<word>[^?,;]{2,50}?) (?:mean|stand for|refer to)\??\Z",
    re.IGNORECASE,
)
DEFINITION = re.compile(
    r"(?:- )?(?:an? |the |“|\")?(?P<term>[^.;:]{2,50}?)(?:”|\")? "
    r"(?:is|are|means?|refers? to|stands? for|describes?|denotes?)\b (?!not\b)",
    re.IGNORECASE,
)


def is_definition(question: str, candidate: Candidate) -> bool:
    """Whether a sentence begins with the thing that a question asks for the meaning of, and says what it is."""
    asks, says = ASKS_FOR_DEFINITION.match(question.strip()), DEFINITION.match(candidate.text)
    if not asks or not says:
        return False
    asked = set(content(asks["thing"] or asks["word"]))
    return bool(asked) and asked == set(content(says["term"]))


def is_asked_value(question: str, candidate: Candidate) -> bool:
    """Whether a candidate tells the value that is asked for of what it stands under: the default of a setting."""
    row = f"{candidate.name} | {candidate.text}" if VALUE.match(candidate.text) else ""
    return bool(row and candidate.name and asked_cells(question, row, candidate.context))


def with_terms(
    question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], chosen: Sequence[Evidence]
) -> list[Evidence]:
    """Sentences in order of place, a term joined with the first sentence right below it, without which it says nothing.

    A sentence right below a term is joined with it, for it may not name what it is about. A short one further down gets
    the term as its heading, if the question asks about that.
    """
    joined: list[Evidence] = []
    for evidence in chosen:
        hit = passages[evidence.passage]
        whole = _below_its_term(hit, _with_definition(hit, in_order(ranked, evidence.passage), evidence))
        above = joined[-1] if joined else None
        if above and above.passage == whole.passage and above.start <= whole.start < above.end:
            joined[-1] = replace(above, end=max(above.end, whole.end), score=max(above.score, whole.score))
        else:
            is_whole = whole != evidence or evidence.heading
            joined.append(whole if is_whole else _under_its_term(question, hit, evidence, above))
    return joined


def is_bare_term(hit: Hit, ranked: Sequence[Evidence], evidence: Evidence) -> bool:
    """Whether a line names what follows, and no sentence that would be told with it stands right below."""
    bare = names_what_follows(f"{hit.chunk.text}\n\n", evidence.start, evidence.end)
    return bare and _with_definition(hit, in_order(ranked, evidence.passage), evidence) == evidence


def _with_definition(hit: Hit, around: Sequence[Evidence], term: Evidence) -> Evidence:
    """A term, or several that stand below each other, with the sentence below; anything else as it is."""
    text, end = hit.chunk.text, term.end
    for _ in range(NAMES):
        if not _is_term(hit, _last_line(text, end), end):
            break
        below = [each for each in around if each.start <= end + 2 and each.end > end]
        end = min((each.end for each in below), default=end)
    is_told = text[end - 1] in ".!?" or OPTION.match(text, term.start)
    return replace(term, end=end) if is_told else term


def _below_its_term(hit: Hit, sentence: Evidence) -> Evidence:
    """A sentence right below a term, joined with it unless it has all words of the term; items and rows as they are."""
    text = hit.chunk.text
    if BULLET.match(text, sentence.start) or is_row(text, sentence):
        return sentence
    start = _last_line(text, sentence.start - 2) if text.endswith("\n\n", 0, sentence.start) else sentence.start
    begins = text.find("\n", sentence.start, sentence.end)
    first_line = text[sentence.start : begins if begins > 0 else sentence.end]
    is_begun = first_line in hit.chunk.headings or _is_term(hit, sentence.start, sentence.start + len(first_line))
    term = set() if OPTION.match(text, start) else set(content(text[start : sentence.start]))
    is_said = term and term <= set(content(text[sentence.start : sentence.end]))
    is_below = _is_term(hit, start, sentence.start - 2) and not is_begun
    return replace(sentence, start=start) if is_below and not is_said else sentence


def _under_its_term(question: str, hit: Hit, evidence: Evidence, above: Evidence | None) -> Evidence:
    """A short sentence of a term's definition with the term for its heading, if the question asks about that.

    It has none where the sentence ``above`` has told it.
    """
    text = hit.chunk.text
    paragraph = text.rfind("\n\n", 0, evidence.start)
    start = _last_line(text, paragraph)
    if evidence.end - evidence.start > SHORT or paragraph < 0 or not _is_term(hit, start, paragraph):
        return evidence
    term = text[start:paragraph]
    is_same = above is not None and above.passage == evidence.passage
    if above and is_same and (above.heading == term or above.start <= start < above.end):
        return evidence
    about = set(content(term)) - set(content(text[evidence.start : evidence.end]))
    return replace(evidence, heading=term) if about & set(content(question)) else evidence


def _last_line(text: str, end: int) -> int:
    return text.rfind("\n", 0, end) + 1


def _is_term(hit: Hit, start: int, end: int) -> bool:
    """Whether a line names what stands below it, and is no field, heading, item, code, text of an option or day."""
    text = hit.chunk.text
    is_other = text[start:end] in hit.chunk.headings or LABELLED.match(text, start, end) or BULLET.match(text, start)
    if text.endswith("\n\n", 0, start) and not OPTION.match(text, start):
        is_other = is_other or OPTION.match(text, _last_line(text, start - 2))
    is_named = start < end and names_what_follows(text, start, end) and not is_code(text, start, hit.chunk.code)
    return is_named and not is_other and not days(text[start:end])

"""Why a claim is not supported, in plain words that its reader can act on. English; no model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ragkit.lexical import NAME, STOP
from ragkit.verify.grounds import Window, Wording
from ragkit.verify.overlap import Overlap, Span, places

LIKELY = 0.5
"""The score from which a claim is more likely right than wrong."""
LONGEST_QUOTE = 200
"""Characters of a sentence that is quoted."""
MOST_NAMED = 5
"""Words of a claim that are named at most."""

_TOKEN = re.compile(rf"{NAME.pattern}(?: {NAME.pattern})*(?!\S*\w)|\S+")
"""A name of several words, or all that stands between two blanks."""
_AROUND = '.,;:!?()[]"“”‘’'
_CLOSED = (".”", "!”", "?”", "…”")
"""What a sentence that is quoted at the end of a reason ends with: it needs no further stop."""
_DIGIT = re.compile(r"\d")


def contradiction(claim: str, overlap: Overlap, spans: Sequence[Span]) -> str:
    """What the passages contradict at ``spans`` of the ``claim``: all of it where only its order shows that."""
    words = [claim[start:end] for start, end in spans if claim[start:end] != claim]
    what = f"the texts say otherwise than {_listed(words)}" if words else "the texts say otherwise"
    return _sentence([what, *_nearest(claim, overlap)])


def doubt(claim: str, overlap: Overlap, spans: Sequence[Span], score: float) -> str:
    """What keeps a ``claim`` of this ``score`` from being supported, at ``spans`` of it where anything is blamed."""
    causes = [*_causes(claim, overlap)]
    if not causes and spans:
        causes.append(f"nothing vouches for {_listed([claim[start:end] for start, end in spans])}")
    if not causes and overlap.apart:
        causes.append("no single sentence has all of its words")
    parts = [*causes, *_nearest(claim, overlap), *_lacking(claim, overlap)]
    if overlap.window or not parts:
        sure = "likely but is not sure" if score >= LIKELY else "unlikely"
        parts.append(f"the verifier finds it {sure}, {score:.2f}")
    return _sentence(parts)


def _causes(claim: str, overlap: Overlap) -> Iterator[str]:
    """What of the claim stands nowhere, what the texts have of something else, and what they deny or turn round."""
    figures = frozenset(filter(_DIGIT.search, overlap.novel))
    if numbers := _said(claim, figures):
        several = len(numbers) > 1
        yield f"the number{'s' * several} {_listed(numbers)} {'stand' if several else 'stands'} in no passage"
    if words := _said(claim, overlap.novel - figures):
        yield f"no passage has the word{'s' * (len(words) > 1)} {_listed(words)}"
    if elsewhere := _said(claim, overlap.missing - overlap.novel):
        yield f"the texts have {_listed(elsewhere)} only elsewhere or of something else"
    if denied := _said(claim, overlap.denied - overlap.novel):
        yield f"at {_listed(denied)} the texts and the claim differ in what they deny, limit or turn round"


def _nearest(claim: str, overlap: Overlap) -> Iterator[str]:
    """The sentence with most words of the claim."""
    if overlap.window:
        yield f"the nearest sentence is “{_shortened(overlap.window.texts[_best(claim, overlap.window)])}”"


def _lacking(claim: str, overlap: Overlap) -> Iterator[str]:
    """The words of the claim that this sentence lacks, without those of which more is told."""
    if overlap.window:
        nearest = overlap.window.sentences[_best(claim, overlap.window)]
        told = overlap.novel | overlap.missing | overlap.denied
        if lacking := _said(claim, Wording.of(claim).content - nearest.content - told):
            yield f"it lacks {_listed(lacking)}"


def _best(claim: str, window: Window) -> int:
    """Which sentence of the window has most words of the claim."""
    own = Wording.of(claim).content
    return max(range(len(window.sentences)), key=lambda place: len(own & window.sentences[place].content))


def _said(claim: str, blamed: frozenset[str]) -> list[str]:
    """What of ``blamed`` the claim says, as it writes it."""
    starts = {start for start, _ in places(claim, blamed)}
    tokens = (each for each in _TOKEN.finditer(claim) if not starts.isdisjoint(range(*each.span())))
    return list(dict.fromkeys(_bare(token[0].strip(_AROUND)) for token in tokens))


def _bare(name: str) -> str:
    """A name without the common word that a sentence begins with before it."""
    first, _, rest = name.partition(" ")
    return rest if rest and first.lower() in STOP else name


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words[:MOST_NAMED]]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)


def _shortened(text: str) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= LONGEST_QUOTE else whole[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def _sentence(parts: Sequence[str]) -> str:
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(_CLOSED) else '.'}"

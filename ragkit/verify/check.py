"""A raw answer to a checked one: every sentence a claim, every citation a span that the verifier found.

The markers that a generator wrote are not believed. They are taken off, and with them its list of sources at the end; a
sentence that the verifier finds supported gets the marker of the span that supports it, and a sentence that nothing
supports gets none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ragkit.plugins import blamed, stands, wrong
from ragkit.protocols import Verifier
from ragkit.types import (
    VERDICTS,
    Chunk,
    Citation,
    Claim,
    Document,
    Evidence,
    Hit,
    Support,
    heading_path,
    is_sheet,
    line_range,
    location,
    number_at,
)
from ragkit.verify.claims import Draft, drafts, without_sources

FAILED = frozenset({"unsupported", "contradicted"})


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer as it is shown. ``withheld`` are sentences that were taken out."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    withheld: tuple[str, ...] = ()


def check(
    raw: str,
    hits: Sequence[Hit],
    verifier: Verifier,
    document: Callable[[str], Document],
    *,
    question: str = "",
    withhold: bool = False,
) -> Checked:
    """Verify each sentence of ``raw`` against the passages, and set markers where support was found.

    Args:
        raw: What the generator wrote, its own ``[n]`` markers included.
        hits: The passages that the generator was given, in the order of their numbers.
        verifier: Says what is supported, and by which span.
        document: The whole document of a uri, for lines, pages and headings of a span.
        question: Helps a verifier to understand elliptic sentences.
        withhold: Take sentences out that fail, instead of flagging them.
    """
    passages = [hit.chunk.headed_text for hit in hits]
    sentences = drafts(without_sources(raw, passages), passages)
    supports = findings(verifier, [draft.text for draft in sentences], passages, question)
    assembly = _Assembly(hits, document)
    withheld = []
    for draft, support in zip(sentences, supports, strict=True):
        if withhold and support.verdict in FAILED:
            withheld.append(draft.text)
        else:
            assembly.add(draft, support)
    return Checked(assembly.text, tuple(assembly.claims), tuple(assembly.citations.values()), tuple(withheld))


def findings(verifier: Verifier, claims: Sequence[str], passages: Sequence[str], question: str) -> Sequence[Support]:
    """What the verifier finds.

    Raises:
        ModelError: It is not one finding for each claim, a verdict is none, a score is no probability, or evidence
            stands nowhere. Or the verifier is not ragkit's own, and fails.
    """
    with blamed("verifier", verifier):
        found = verifier.verify(claims, passages, question)
        amiss = "" if len(found) == len(claims) else f"{len(found)} findings for {len(claims)} sentences"
        for each in found:
            amiss = amiss or _amiss(each, passages)
        if amiss:
            raise wrong("verifier", verifier, amiss)
        return found


def _amiss(found: Support, passages: Sequence[str]) -> str:
    """What cannot be of a finding, or ""."""
    if found.verdict not in VERDICTS:
        return f"the verdict {found.verdict!r}, which is none of {', '.join(VERDICTS)}"
    if not 0 <= found.score <= 1:
        return f"the score {found.score}, which is no probability"
    if found.evidence and not stands(found.evidence, passages):
        return f"{found.evidence}, which stands in no passage"
    return ""


class _Assembly:
    """Builds the text; citations are numbered in the order in which the answer needs them."""

    def __init__(self, hits: Sequence[Hit], document: Callable[[str], Document]) -> None:
        self.text = ""
        self.claims: list[Claim] = []
        self.citations: dict[tuple[str, int, int], Citation] = {}
        self._hits = hits
        self._document = document

    def add(self, draft: Draft, support: Support) -> None:
        numbers: tuple[int, ...] = ()
        if support.verdict == "supported" and support.evidence is not None:
            numbers = (self._cite(support.evidence),)
        self.text += draft.glue if self.text else draft.glue.lstrip()
        start = len(self.text)
        self.text += draft.text
        end = len(self.text)
        # Behind the fence that closes code nothing else may stand.
        self.text += draft.after
        self.text += "".join(f"\n[{number}]" if draft.after else f" [{number}]" for number in numbers)
        self.claims.append(Claim(draft.text, start, end, support.verdict, support.score, numbers))

    def _cite(self, evidence: Evidence) -> int:
        chunk = self._hits[evidence.passage].chunk
        start, end = _within(chunk, evidence)
        key = (chunk.uri, start, end)
        if key not in self.citations:
            document = self._document(chunk.uri)
            headings = heading_path(document.headings, start) or chunk.headings
            lines, pages = (line_range(marks, start, end) for marks in (document.lines, document.pages))
            self.citations[key] = Citation(
                n=len(self.citations) + 1,
                uri=chunk.uri,
                title=chunk.title,
                headings=headings,
                start=start,
                end=end,
                lines=None if is_sheet(document.media_type) else lines,
                page=number_at(document.pages, start),
                quote=document.text[start:end],
                location=location(document.media_type, headings, lines, pages, title=document.title),
            )
        return self.citations[key].n


def _within(chunk: Chunk, evidence: Evidence) -> tuple[int, int]:
    """Where the evidence stands in the document. Headings above the passage are not quoted: it stands for them."""
    above = len(chunk.headed_text) - len(chunk.text)
    if evidence.end <= above:
        return chunk.start, chunk.end
    return chunk.start + max(0, evidence.start - above), chunk.start + evidence.end - above

"""An answer out of texts, and an answer checked against texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from ragkit.cli.render import safe
from ragkit.cli.screens.place import duration, many, numbered, place, shortened
from ragkit.types import (
    CheckedAnswer,
    CheckedClaim,
    Document,
    Evidence,
    SpanAnswer,
    heading_path,
    line_range,
    location,
)

QUOTE = 320
"""Characters of a quoted sentence; the JSON form has all of it."""
SIGNS = {
    "supported": ("✓", "green"),
    "unsupported": ("✗", "yellow"),
    "contradicted": ("✗", "red"),
    "unchecked": ("?", "dim"),
}


def reading_page(found: SpanAnswer, texts: Sequence[Document], ms: float) -> Iterator[RenderableType]:
    """The answer and the sentences that say it, or that there is none and what came nearest."""
    if found.answerable:
        yield Text(shortened(found.text, QUOTE), style="bold")
        yield Text()
        yield numbered((f"[{n}]", _sentence(each, found, texts)) for n, each in enumerate(found.sentences, start=1))
    else:
        yield Text("The texts do not seem to answer this.", style="bold")
        if found.text and found.passage is not None:
            nearest = Evidence(found.passage, found.start, found.end, found.score)
            yield Text()
            yield Text("What came nearest:")
            yield numbered([("", _quoted(nearest, texts))])
    yield Text()
    yield Text(f"probability {found.score:.2f} · {many(len(texts), 'text')} · {duration(ms)}", style="dim")


def verdict_page(checked: CheckedAnswer, texts: Sequence[Document], ms: float) -> Iterator[RenderableType]:
    """Each sentence with its verdict: what supports it, and which of its words nothing does."""
    if not checked.claims:
        yield Text("The answer says nothing that could be checked.", style="bold")
    yield numbered((Text(*SIGNS[claim.verdict]), _claim(claim, texts)) for claim in checked.claims)
    yield Text()
    good = sum(claim.verdict == "supported" for claim in checked.claims)
    facts = [
        f"{good} of {many(len(checked.claims), 'sentence')} supported",
        f"probability that all are {checked.score:.2f}",
        many(len(texts), "text"),
        duration(ms),
    ]
    yield Text(" · ".join(facts), style="dim")


def _sentence(evidence: Evidence, found: SpanAnswer, texts: Sequence[Document]) -> Group:
    """The sentence under its place, the answer in bold where it is in it."""
    group = _quoted(evidence, texts)
    quote = group.renderables[1]
    inside = evidence.passage == found.passage and evidence.start <= found.start < evidence.end
    if inside and isinstance(quote, Text):
        quote.highlight_words([shortened(found.text, QUOTE)], "not dim bold")
    return group


def _quoted(evidence: Evidence, texts: Sequence[Document]) -> Group:
    document = texts[evidence.passage]
    headings = heading_path(document.headings, evidence.start)
    lines, pages = (line_range(marks, evidence.start, evidence.end) for marks in (document.lines, document.pages))
    told = location(document.media_type, headings, lines, pages, title=document.title)
    where = place(document.uri, headings, told)
    where.append(f"  {evidence.score:.2f}", style="not bold dim")
    return Group(where, Text(f"“{shortened(document.text[evidence.start : evidence.end], QUOTE)}”", style="dim"))


def _claim(claim: CheckedClaim, texts: Sequence[Document]) -> Group:
    """The sentence, what nothing supports underlined, above what supports it."""
    style = SIGNS[claim.verdict][1]
    said, end = Text(), claim.start
    for start, until in claim.unsupported_spans:
        said.append(safe(claim.text[end - claim.start : start - claim.start]))
        said.append(safe(claim.text[start - claim.start : until - claim.start]), style=f"{style} underline")
        end = until
    said.append(safe(claim.text[end - claim.start :]))
    said.append(f"  {claim.verdict} {claim.score:.2f}", style=style)
    if claim.reason:
        return Group(said, Text(safe(claim.reason), style="dim"))
    return Group(said, *([_quoted(claim.evidence, texts)] if claim.evidence else ()))

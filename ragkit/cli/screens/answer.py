"""An answer: the text, its sources, what could not be verified, and how it came about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from ragkit.cli.render import safe
from ragkit.cli.screens.place import below, duration, indented, many, numbered, of_store, place, shortened
from ragkit.generate.refusal import REFUSAL
from ragkit.types import Answer, Citation, Claim

QUOTE = 320
"""Characters of a quoted span; the JSON form has all of it."""
NEAREST = 3
BEGINNING = 160
"""Characters of a passage that came near, from which a reader sees whether it is about the matter at all."""
FLAGS = {
    "unchecked": ("dim", "? Not verified"),
    "unsupported": ("yellow", "! Not supported by the documents"),
    "contradicted": ("red", "! Contradicted by the documents"),
}


def answer_page(answer: Answer, store: Path) -> Iterator[RenderableType]:
    """The answer, or that there is none and what came nearest in ``store``."""
    yield from _abstention(answer, store) if answer.abstained else _answer(answer)
    for remark in answer.notes:
        yield Text(f"Note: {safe(remark)}", style="dim")
    yield Text(" · ".join(_facts(answer)), style="dim")


def _answer(answer: Answer) -> Iterator[RenderableType]:
    yield _body(answer)
    yield Text()
    if answer.citations:
        yield numbered((f"[{citation.n}]", _source(citation)) for citation in answer.citations)
        yield Text()
    flagged = [claim for claim in answer.claims if claim.verdict in FLAGS]
    for claim in flagged:
        yield _flag(claim)
    if flagged:
        yield Text()


def _abstention(answer: Answer, store: Path) -> Iterator[RenderableType]:
    yield Text(safe(answer.message), style="bold")
    yield Text()
    nearest: dict[tuple[str, tuple[str, ...]], str] = {}
    for hit in answer.hits:
        nearest.setdefault((hit.chunk.uri, hit.chunk.headings), hit.chunk.text)
    if nearest:
        yield Text("What came nearest:")
        for (uri, headings), text in list(nearest.items())[:NEAREST]:
            quote = Text(f"“{below(headings, text, BEGINNING)}”", style="dim")
            yield indented(Group(place(uri, headings), indented(quote)))
    else:
        near = "No passage came near. " if answer.message == REFUSAL else ""
        yield Text(f"{near}What the store holds: ragkit status{of_store(store)}")
    yield Text()


def _body(answer: Answer) -> Text:
    """The text with its markers in colour, and sentences that failed in theirs."""
    body, end = Text(), 0
    for claim in answer.claims:
        body.append(safe(answer.text[end : claim.start]))
        body.append(safe(answer.text[claim.start : claim.end]), style=FLAGS.get(claim.verdict, ("", ""))[0])
        end = claim.end
    body.append(safe(answer.text[end:]))
    body.highlight_regex(r"\[\d+\]", "cyan")
    return body


def _source(citation: Citation) -> Group:
    where = place(citation.uri, citation.headings, citation.location)
    return Group(where, Text(f"“{shortened(citation.quote, QUOTE)}”", style="dim"))


def _flag(claim: Claim) -> Text:
    style, label = FLAGS[claim.verdict]
    return Text.assemble((f"{label}: ", style), shortened(claim.text, QUOTE))


def _facts(answer: Answer) -> Iterator[str]:
    yield f"confidence {answer.confidence:.2f}"
    if answer.claims:
        supported = sum(claim.verdict == "supported" for claim in answer.claims)
        yield f"{supported} of {many(len(answer.claims), 'sentence')} verified"
    yield answer.generator
    if answer.usage.prompt_tokens:
        yield f"{answer.usage.prompt_tokens:,} + {many(answer.usage.completion_tokens, 'token')}"
    yield duration(answer.timings_ms.get("total", 0.0))

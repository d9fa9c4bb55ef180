"""One question through the pipeline: retrieve, prompt, generate, verify. Streamed and timed; abstention is a value."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from ragkit.errors import UsageError
from ragkit.generate.prompts import budget_for
from ragkit.generate.reasoning import parted, separate
from ragkit.generate.refusal import REFUSAL
from ragkit.plugins import count_of, pieces_of, window_of
from ragkit.suggest import nearest
from ragkit.types import Answer, Document, Hit, Piece, Prompt, Sampling, Scope, Usage
from ragkit.verify.check import FAILED, Checked, check

if TYPE_CHECKING:
    from ragkit.pipeline import Pipeline

log = logging.getLogger(__name__)


def no_document(scope: Scope, lacking: str = "", known: Iterable[str] = ()) -> str:
    """What to say of a filter or a collection without documents: also of one that the asker may not see any of.

    ``lacking`` is a name in the filter that is none of those ``known``.
    """
    within = f" in the collection {scope.collection}" if scope.collection else ""
    if scope.where.strip() and lacking:
        near = nearest(lacking, known)
        meant = f" Did you mean {near!r}?" if near else ""
        return f"No document{within} matches the filter: none has {lacking!r}.{meant}"
    if scope.where.strip():
        return f"No document{within} matches the filter."
    return f"There is no document{within}." if within else "There is no document in the store: ingest some first."


class AnswerStream:
    """Iterate over the pieces of an answer as they arise; `answer` is the checked whole.

    The pieces carry what the generator writes, its own markers included; the answer carries verified citations, and
    of a model that tells only at their end that it wrote thoughts, nothing of these.
    Closing the stream, or leaving a ``with`` block, stops generation.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        question: str,
        *,
        id: str | int,  # noqa: A002 - the field's name in the wire format
        sampling: Sampling,
        begin: Callable[[], None],
        load: Callable[[], None],
        read: Callable[[str], str],
        retrieve: Callable[[str], Sequence[Hit]],
        document: Callable[[str], Document],
        nothing: Callable[[], str] = lambda: REFUSAL,
    ) -> None:
        self._pipeline = pipeline
        self._question = question
        self._id = id
        self._sampling = sampling
        self._begin = begin
        self._load = load
        self._read = read
        self._retrieve = retrieve
        self._document = document
        self._nothing = nothing
        self._clock = _Clock()
        self._read_as: tuple[str, ...] = ()
        self._pieces = self._run()
        self._answer: Answer | None = None
        self._failure: Exception | None = None

    def __iter__(self) -> Iterator[Piece]:
        return self

    def __next__(self) -> Piece:
        try:
            return next(self._pieces)
        except StopIteration:
            raise
        except Exception as error:
            self._failure = error
            raise

    @property
    def answer(self) -> Answer:
        """The checked answer; what has not been read of the stream is read first.

        Raises:
            UsageError: The stream was closed before.
            RagkitError: What reading it failed with, as `ragkit.kit.Kit.ask` tells; also when it is asked for again.
        """
        for _ in self:
            pass
        if self._failure is not None:
            raise self._failure
        if self._answer is None:
            raise closed_early()
        return self._answer

    def close(self) -> None:
        """Stop generating."""
        self._pieces.close()

    def __enter__(self) -> AnswerStream:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _run(self) -> Generator[Piece, None, None]:
        clock = self._clock
        with clock.time("load"):
            self._begin()
        with clock.time("retrieve"):
            asked = self._read(self._question)
            hits = tuple(self._retrieve(asked))
        with clock.time("load"):
            self._load()
        self._read_as = () if asked == self._question else (f"Read as: {asked}",)
        if not hits:
            self._answer = replace(self._abstained(hits, 0.0, _Draft(), self._read_as), message=self._nothing())
            return
        draft = _Draft()
        clock.start("generate")
        prompt = build_prompt(self._pipeline, asked, hits, self._sampling)
        generator = self._pipeline.generator
        raw = pieces_of(generator, prompt, self._sampling)
        with closing(raw if generator.verbatim else separate(raw, prompt)) as pieces:
            for piece in pieces:
                draft.add(piece)
                if piece.text:
                    clock.stop("generate")
                    yield piece
                    clock.start("generate")
        if not generator.verbatim:
            draft.part(prompt)
        clock.stop("generate")
        self._answer = self._finished(hits, prompt, draft)

    def _finished(self, hits: tuple[Hit, ...], prompt: Prompt, draft: _Draft) -> Answer:
        notes = (*self._read_as, *_notes(prompt, draft, self._pipeline.generator.name))
        if draft.finish == "abstain" or not draft.text.strip():
            return self._abstained(hits, draft.confidence or 0.0, draft, notes)
        with self._clock.time("verify"):
            checked = check(
                draft.text,
                prompt.passages,
                self._pipeline.verifier,
                _Retrieved(prompt.passages, self._document),
                question=prompt.question,
                withhold=self._pipeline.settings.verify.unsupported == "withhold",
            )
        if checked.withheld:
            count = len(checked.withheld)
            those = (
                "1 sentence that nothing supports was"
                if count == 1
                else f"{count} sentences that nothing supports were"
            )
            notes = (*notes, f"{those} withheld.")
        if not checked.claims:
            return self._abstained(hits, 0.0, draft, notes)
        return replace(
            self._blank(hits, draft, notes),
            text=checked.text,
            claims=checked.claims,
            citations=checked.citations,
            confidence=_confidence(draft, checked),
        )

    def _abstained(self, hits: tuple[Hit, ...], confidence: float, draft: _Draft, notes: tuple[str, ...]) -> Answer:
        blank = self._blank(hits, draft, notes)
        return replace(blank, abstained=True, confidence=confidence, message=REFUSAL)

    def _blank(self, hits: tuple[Hit, ...], draft: _Draft, notes: tuple[str, ...]) -> Answer:
        """All that an answer and an abstention have in common."""
        return Answer(
            id=self._id,
            question=self._question,
            text="",
            abstained=False,
            confidence=0.0,
            reasoning=draft.reasoning.strip(),
            hits=hits,
            generator=self._pipeline.generator.name,
            pipeline=self._pipeline.settings.pipeline,
            usage=draft.usage,
            timings_ms=self._clock.read(),
            notes=notes,
        )


def closed_early() -> UsageError:
    """The error for an answer that was not read to its end."""
    return UsageError("The stream was closed before the answer was whole.", "Read it to its end, or ask again.")


def build_prompt(pipeline: Pipeline, question: str, hits: Sequence[Hit], sampling: Sampling) -> Prompt:
    """What the pipeline's generator is sent, cut to what its window has room for beside the completion."""
    generator = pipeline.generator
    window = pipeline.settings.generate.context_tokens or window_of(generator)
    budget = budget_for(window, sampling.max_tokens)
    return pipeline.prompt.build(question, hits, budget=budget, count=partial(count_of, generator))


class _Retrieved:
    """Documents as they were when the passages were retrieved: the store may change while an answer is written."""

    def __init__(self, hits: Sequence[Hit], document: Callable[[str], Document]) -> None:
        self._hits = hits
        self._document = document

    def __call__(self, uri: str) -> Document:
        """The document; if it is gone or has changed, one that has the passages at their places and nothing else."""
        chunks = [hit.chunk for hit in self._hits if hit.chunk.uri == uri]
        try:
            document = self._document(uri)
        except UsageError:
            log.info("%s was removed while it was being cited.", uri)
        else:
            if all(document.text[chunk.start : chunk.end] == chunk.text for chunk in chunks):
                return document
        text = ""
        for chunk in sorted(chunks, key=lambda chunk: chunk.start):
            text = text[: chunk.start].ljust(chunk.start) + chunk.text
        return Document(uri, text, chunks[0].title)


@dataclass(slots=True)
class _Draft:
    """A completion as it grows."""

    text: str = ""
    reasoning: str = ""
    finish: str = ""
    confidence: float | None = None
    usage: Usage = field(default_factory=Usage)
    notes: tuple[str, ...] = ()

    def add(self, piece: Piece) -> None:
        if piece.kind == "reasoning":
            self.reasoning += piece.text
        else:
            self.text += piece.text
        self.finish = piece.finish or self.finish
        self.usage = piece.usage or self.usage
        if piece.confidence is not None:
            self.confidence = piece.confidence
        if piece.note:
            self.notes += (piece.note,)

    def part(self, prompt: Prompt) -> None:
        """Take for reasoning what the model has ended as such only after it had streamed as an answer."""
        thoughts, rest = parted(self.text)
        if rest == self.text:
            return
        self.text, self.reasoning = "", f"{self.reasoning}{thoughts}\n"
        for piece in separate(iter((Piece(rest, finish="length" if self.finish == "length" else "stop"),)), prompt):
            self.add(piece)


class _Clock:
    """Milliseconds spent in each stage, and since the start."""

    STAGES = ("load", "retrieve", "generate", "verify")

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._spent = dict.fromkeys(self.STAGES, 0.0)
        self._since: dict[str, float] = {}

    def start(self, stage: str) -> None:
        self._since[stage] = time.perf_counter()

    def stop(self, stage: str) -> None:
        self._spent[stage] += 1000 * (time.perf_counter() - self._since.pop(stage))

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        self.start(stage)
        try:
            yield
        finally:
            self.stop(stage)

    def read(self) -> dict[str, float]:
        spent = {stage: round(value, 2) for stage, value in self._spent.items()}
        return {**spent, "total": round(1000 * (time.perf_counter() - self._begun), 2)}


def _confidence(draft: _Draft, checked: Checked) -> float:
    """The generator's own probability where it has one, lowered by what the verifier found."""
    support = sum(claim.score for claim in checked.claims) / len(checked.claims)
    if any(claim.verdict in FAILED for claim in checked.claims):
        support = min(support, 0.5)
    return support if draft.confidence is None else min(draft.confidence, support)


def _notes(prompt: Prompt, draft: _Draft, generator: str) -> tuple[str, ...]:
    notes = [*draft.notes]
    if prompt.dropped:
        notes.append(
            f"{len(prompt.dropped)} of {len(prompt.dropped) + len(prompt.passages)} passages did not fit the prompt."
        )
    if draft.finish == "length":
        notes.append("The answer was cut at the token limit.")
    elif draft.finish != "abstain" and not draft.text.strip():
        notes.append(f"{generator} wrote no answer.")
    return tuple(notes)

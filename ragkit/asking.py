"""What is asked of a store: searching it, and answering from it, whole, as it arises, and in async code."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from numbers import Integral
from typing import TYPE_CHECKING

from ragkit.arguments import check
from ragkit.errors import UsageError
from ragkit.types import Answer, Hit, Prompt, Sampling, Scope
from ragkit.upkeep import Upkeep

if TYPE_CHECKING:
    from ragkit.answer import AnswerStream
    from ragkit.answer_async import AsyncAnswerStream
    from ragkit.retrieve.hybrid import HybridRetriever
    from ragkit.retrieve.trace import Traced

LONGEST_QUESTION = 8_000
"""Characters. A longer question is a document that was pasted by mistake."""


class Asking(Upkeep):
    """The part of `ragkit.kit.Kit` that searches the store and answers from it."""

    def search(
        self,
        query: str,
        k: int | None = None,
        *,
        filter: str = "",  # noqa: A002 - what everybody calls it
        collection: str = "",
        identity: Iterable[str] | None = None,
    ) -> list[Hit]:
        """The ``k`` passages that match best, best first.

        Args:
            query: What to look for.
            k: How many; by default what the settings say.
            filter: A condition on metadata, such as ``team = "legal" and year >= 2023``; see `ragkit.store.filters`.
            collection: Only documents of this collection.
            identity: The asker's principals, groups included: whatever is returned is the same as if the store held
                nothing but what they may see. None trusts the caller with everything.

        Raises:
            UsageError: The query is empty or longer than 8,000 characters, ``k`` is less than 1, the filter is
                malformed, or an argument is of another kind.
            ConfigError: ``retrieve.expand`` is set, and the generator cannot be told what to write.
            StoreMissing: Nothing has been ingested.
            StoreMismatch: The store was made with another embedder.
            ModelError: The embedder or the reranker cannot be loaded.
            EndpointError: The server of the embedder, or of what writes more to search for, fails.
        """
        found = self.explain(query, k, filter=filter, collection=collection, identity=identity)
        return [traced.hit for traced in found]

    def explain(
        self,
        query: str,
        k: int | None = None,
        *,
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
    ) -> list[Traced]:
        """`search`, and how each hit came to its place. It raises what `search` does."""
        _check_question(query)
        k = self.settings.retrieve.hits if k is None else k
        check("The number of passages, k,", k, Integral)
        if k < 1:
            raise UsageError(f"{k} passages cannot be retrieved.", "Ask for 1 or more.")
        scope = Scope.of(filter, collection, identity)
        settings = self.settings.retrieve
        retriever = self._retriever()
        reranker = self._pipeline.reranker
        if reranker is None:
            return retriever.traced(query, k, scope)
        from ragkit.retrieve.rerank import blended

        found = retriever.traced(query, max(k, settings.rerank_depth), scope)
        return blended(reranker, query, found, settings.rerank_depth, settings.rerank_weight)[:k]

    def _retriever(self) -> HybridRetriever:
        from ragkit.retrieve.hybrid import HybridRetriever

        store = self._store()
        return HybridRetriever(store, lambda: self._embedder(store), self.settings.retrieve, self._pipeline.expansion)

    def _read(self, question: str, scope: Scope) -> str:
        """The question as it is answered: language models read misspelt words, the small ones do not."""
        return question if self.prompted else self._retriever().spelled(question, scope, names=False)

    @property
    def sampling(self) -> Sampling:
        """How the settings say that the generator picks tokens; `dataclasses.replace` makes one for a call of it."""
        return self._pipeline.sampling()

    def _sampled(self, sampling: Sampling | None) -> Sampling:
        from ragkit.generate.sampling import given

        return self.sampling if sampling is None else given(sampling)

    def prompt(
        self,
        question: str,
        *,
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> Prompt:
        """Exactly what a language model would be sent for this question; the arguments are those of `ask`.

        Raises:
            PromptError: The prompt cannot fit the generator's window, or its file is invalid.
            RagkitError: As `search` does. ModelError and EndpointError are the generator's, too.
        """
        from ragkit.answer import build_prompt

        sampled = self._sampled(sampling)
        found = self.search(question, filter=filter, collection=collection, identity=identity)
        return build_prompt(self._pipeline, question, found, sampled)

    @property
    def prompted(self) -> bool:
        """Whether the generator is sent a prompt's messages; others take question and passages alone."""
        return self._pipeline.generator.reads_messages

    @property
    def verbatim(self) -> bool:
        """Whether the generator quotes the documents, so that its sentences are there at once."""
        return self._pipeline.generator.verbatim

    def ask(
        self,
        question: str,
        *,
        id: str | int = "",  # noqa: A002 - the field's name in the wire format
        after: str | Answer = "",
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> Answer:
        """The answer to a question, its sentences checked and cited, or an abstention.

        Args:
            question: What is asked.
            id: The asker's own name for it, which the answer bears.
            after: The question before, or its answer: "And in Austria?" is then asked as a whole question, which the
                answer's ``question`` is. One that stands alone is asked as it is.
            filter: As for `search`, and so are the others.
            collection: As above.
            identity: As above.
            sampling: How a language model picks tokens in this call, instead of as the settings say (`Kit.sampling`).
                What quotes the documents picks none.

        Raises:
            UsageError: The question is empty or longer than 8,000 characters, ``after`` is neither text nor answer, the
                filter is malformed, a value of ``sampling`` has no meaning, or the settings name a part that does not
                exist.
            ConfigError: ``retrieve.expand`` is set, and the generator cannot be told what to write.
            PromptError: The prompt cannot fit the generator's window, or its file is invalid.
            StoreMissing: Nothing has been ingested.
            StoreMismatch: The store was made with another embedder.
            ModelError: A model cannot be loaded, or fails.
            EndpointError: The server of the generator or of the embedder fails.
        """
        return self.stream(
            question, id=id, after=after, filter=filter, collection=collection, identity=identity, sampling=sampling
        ).answer

    async def aask(
        self,
        question: str,
        *,
        id: str | int = "",  # noqa: A002
        after: str | Answer = "",
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> Answer:
        """`ask` in a worker thread. It raises what `ask` does."""
        import asyncio

        return await asyncio.to_thread(
            self.ask,
            question,
            id=id,
            after=after,
            filter=filter,
            collection=collection,
            identity=identity,
            sampling=sampling,
        )

    def stream(
        self,
        question: str,
        *,
        id: str | int = "",  # noqa: A002
        after: str | Answer = "",
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> AnswerStream:
        """The answer as it arises: iterate over the pieces, then read ``.answer``, which has been checked.

        Raises:
            UsageError: The question is empty or longer than 8,000 characters, or an argument is of another kind.
                Everything else that `ask` raises comes with the first piece or a later one.
        """
        from ragkit.answer import AnswerStream
        from ragkit.generate.refusal import REFUSAL

        _check_question(question)
        check("The id", id, str, Integral)
        if after:
            from ragkit.retrieve.followup import standalone

            question = standalone(question, _question_of(after))
        scope = Scope.of(filter, collection, identity)
        return AnswerStream(
            self._pipeline,
            question,
            id=id,
            sampling=self._sampled(sampling),
            begin=self._begin,
            load=self.load,
            read=lambda text: self._read(text, scope),
            retrieve=lambda text: self.search(text, filter=filter, collection=collection, identity=scope.identity),
            document=lambda uri: self._store().document(uri, scope),
            nothing=lambda: ("" if self._store().counts(scope).documents else self.no_document(scope)) or REFUSAL,
        )

    def astream(
        self,
        question: str,
        *,
        id: str | int = "",  # noqa: A002
        after: str | Answer = "",
        filter: str = "",  # noqa: A002
        collection: str = "",
        identity: Iterable[str] | None = None,
        sampling: Sampling | None = None,
    ) -> AsyncAnswerStream:
        """`stream` for async code: ``async for`` over the pieces, then ``await stream.answer()``.

        Leaving the loop early, or being cancelled in it, stops generation. It raises what `stream` does.
        """
        from ragkit.answer_async import AsyncAnswerStream

        return AsyncAnswerStream(
            self.stream(
                question, id=id, after=after, filter=filter, collection=collection, identity=identity, sampling=sampling
            )
        )

    def no_document(self, scope: Scope) -> str:
        """What to say of a scope without documents, with the nearest name to one in its filter that none has."""
        from ragkit.answer import no_document

        return no_document(scope, *self._store().lacking(scope))

    def load_beside(self, *, answering: bool = True) -> None:
        """Begin to `load` in a thread, for a question that is about to come, and return at once.

        What fails fails again, and is told, when the question has come.

        Args:
            answering: Load what answers, too: to search takes the embedder alone.
        """
        with suppress(Exception):
            self._begin(answering=answering)

    def _begin(self, *, answering: bool = True) -> None:
        self._store()
        self._pipeline.begin(answering=answering)

    def load(self) -> None:
        """Open the store and load the models now, rather than with the first question.

        Raises:
            StoreMissing: Nothing has been ingested.
            StoreMismatch: The store was made with another embedder.
            UsageError: The settings name a part that does not exist.
            PromptError: The prompt file is invalid.
            ModelError: A model cannot be loaded.
            EndpointError: The embedder's server fails.
        """
        store = self._store()
        self._pipeline.load()
        self._embedder(store)


def _check_question(question: str) -> None:
    check("The question", question, str)
    if not question.strip():
        raise UsageError("The question is empty.", "Ask something.")
    if not any(map(str.isalnum, question)):
        raise UsageError("The question has no word in it.", "Ask something.")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(question):,} characters; the limit is {LONGEST_QUESTION:,}.",
            "Ingest long texts and ask about them.",
        )
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise UsageError("The question is not valid Unicode (half a surrogate pair).", "Write it in UTF-8.") from error


def _question_of(before: str | Answer) -> str:
    """The question before a follow-up."""
    if not isinstance(before, str | Answer):
        raise UsageError(f"What was asked before is {type(before).__name__}.", "Give the question, or its answer.")
    return before if isinstance(before, str) else before.question

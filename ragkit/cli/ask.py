"""``ragkit ask``: an answer with its sources, once, in a conversation, or in a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ragkit.cli import options, render
from ragkit.cli.exits import Exit
from ragkit.errors import UsageError

if TYPE_CHECKING:
    from ragkit.kit import Kit
    from ragkit.types import Answer, Scope

EXAMPLES = """\b
Examples:
  ragkit ask "How many days of leave do I have?"
  ragkit ask                               asks you for questions
  ragkit ask - < question.txt
  ragkit ask --batch questions.jsonl       lines of {"id": ..., "question": ...}; "after": ID for a follow-up
  ragkit ask --generator openai:llama3 --base-url http://localhost:11434/v1 "..."
"""


def ask(
    question: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION...", help="The question, quoted or not; - reads standard input."),
    ] = None,
    hits: options.Hits = None,
    store: options.StorePath = None,
    pipeline: options.Pipeline = None,
    reranker: options.Reranker = None,
    generator: options.Generator = None,
    base_url: options.BaseUrl = None,
    prompt: options.PromptFile = None,
    show_prompt: Annotated[
        bool, typer.Option("--show-prompt", help="Print exactly what the model is sent, on stderr.")
    ] = False,
    temperature: options.Temperature = None,
    top_p: options.TopP = None,
    top_k: options.TopK = None,
    max_tokens: options.MaxTokens = None,
    seed: options.Seed = None,
    filter: options.Filter = "",  # noqa: A002 - the option's name
    collection: options.Collection = "",
    identity: options.As = None,
    no_stream: Annotated[bool, typer.Option("--no-stream", help="Show the answer only when it is whole.")] = False,
    json: options.Json = False,
    batch: options.Batch = None,
    offline: options.Offline = False,
) -> int:
    """Answer a question, every sentence cited and checked."""
    import ragkit
    from ragkit.types import Scope

    scope = Scope.of(filter, collection, identity)
    settings = {
        "retrieve.hits": hits,
        "retrieve.reranker": reranker,
        "pipeline": pipeline,
        "offline": options.yes(offline),
        "generate.generator": generator,
        "generate.base_url": base_url,
        "generate.prompt": prompt,
        "generate.temperature": temperature,
        "generate.top_p": top_p,
        "generate.top_k": top_k,
        "generate.max_tokens": max_tokens,
        "generate.seed": seed,
    }
    with ragkit.open(store, settings) as kit:
        if batch is not None:
            options.alone("--batch", *question or ())
            options.alone("--batch", *["--show-prompt"] * show_prompt)
            kit.load()
            return _batch(kit, batch, scope)
        kit.load_beside()
        return _Asking(kit, scope, json=json, stream=not no_stream, show_prompt=show_prompt).all(question)


class _Asking:
    """Questions to one kit, shown one way."""

    def __init__(self, kit: Kit, scope: Scope, *, json: bool, stream: bool, show_prompt: bool) -> None:
        self._kit = kit
        self._scope = scope
        self._json = json
        self._stream = stream
        self._show_prompt = show_prompt

    def all(self, question: Sequence[str] | None) -> int:
        """The question, or those that a person types when there is none."""
        from ragkit.cli import question as questions

        if question is None and questions.terminal():
            return self._conversation()
        return self._one(questions.given(question, "ask"))

    def _conversation(self) -> int:
        from ragkit.cli.question import typed
        from ragkit.errors import RagkitError
        from ragkit.retrieve.followup import standalone

        scope = self._scope
        count = len(self._kit.documents(filter=scope.where, collection=scope.collection, identity=scope.identity))
        render.note(f"{count:,} documents in {self._kit.path}. An empty line or Ctrl-D leaves.")
        previous = ""
        for typed_in in typed("\n> "):
            render.note("")
            question = standalone(typed_in, previous)
            if question != typed_in:
                render.note(f"Asked as: {question}")
            previous = question
            try:
                self._one(question)
            except RagkitError as error:
                render.error(error.message, error.hint)
            except KeyboardInterrupt:
                render.note("Interrupted.")
        return Exit.ANSWERED

    def _one(self, question: str) -> int:
        if self._show_prompt:
            from ragkit.cli.screens.prompt import prompt_page

            scope = self._scope
            prompt = self._kit.prompt(
                question, filter=scope.where, collection=scope.collection, identity=scope.identity
            )
            for part in prompt_page(prompt, prompted=self._kit.prompted):
                render.note(part, style="")
        answer = self._answered(question)
        if self._json:
            from ragkit.wire import answer_to_dict

            render.data(answer_to_dict(answer))
        else:
            from ragkit.cli.screens.answer import answer_page

            render.show(*answer_page(answer, self._kit.path))
        return exit_code(answer)

    def _answered(self, question: str) -> Answer:
        """Streams to a terminal what takes time to write; what is quoted is there at once."""
        scope = self._scope
        stream = self._kit.stream(question, filter=scope.where, collection=scope.collection, identity=scope.identity)
        if self._json or not self._stream or not render.out().is_terminal or self._kit.verbatim:
            return stream.answer
        from ragkit.cli.draft import Draft

        with stream, Draft() as draft:
            for piece in stream:
                draft.add(piece)
            return stream.answer


def exit_code(answer: Answer) -> Exit:
    """What the exit status says about an answer."""
    from ragkit.verify.check import FAILED

    if answer.abstained:
        return Exit.ABSTAINED
    return Exit.UNVERIFIED if any(claim.verdict in FAILED for claim in answer.claims) else Exit.ANSWERED


@dataclass(frozen=True, slots=True)
class Asked(options.Scoped):
    """A line of a batch, perhaps ``after`` another whose id it names."""

    question: str
    after: str | int | None = None


def _batch(kit: Kit, source: str, scope: Scope) -> int:
    from ragkit.cli import batch
    from ragkit.types import Answer
    from ragkit.wire import answer_to_dict

    before: dict[str | int, str] = {}

    def asked(name: str | int, line: Asked) -> Answer:
        if line.after is not None and line.after not in before:
            raise UsageError(
                f'No line before this one has the id "{line.after}" and an answer.', 'Name one in "after".'
            )
        answer = kit.ask(
            line.question,
            id=name,
            after="" if line.after is None else before[line.after],
            filter=scope.where,
            collection=scope.collection,
            identity=scope.identity,
        )
        before[name] = answer.question
        return answer

    def answer(lines: Sequence[tuple[str | int, Asked]]) -> list[dict[str, object]]:
        return [answer_to_dict(asked(name, line)) for name, line in lines]

    def failed(line: batch.Line[Asked], reason: str) -> dict[str, object]:
        empty = Answer(
            id="" if line.id is None else line.id,
            question=line.value.question if line.value else "",
            text="",
            abstained=False,
            confidence=0.0,
            generator=kit.settings.generate.generator,
            pipeline=kit.settings.pipeline,
            timings_ms=dict.fromkeys(("load", "retrieve", "generate", "verify", "total"), 0.0),
        )
        return answer_to_dict(empty, error=reason)

    return batch.run(source, Asked, answer, failed, lambda out: "abstained" if out["abstained"] else "answered")

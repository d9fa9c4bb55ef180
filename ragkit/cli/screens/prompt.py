"""What a generator is sent, word for word."""

from __future__ import annotations

from collections.abc import Iterator

from ragkit.cli.screens.place import many
from ragkit.types import Prompt


def prompt_page(prompt: Prompt, *, prompted: bool) -> Iterator[str]:
    """Each message under its role; for a generator that is sent none, the passages that it reads."""
    if prompted:
        for message in prompt.messages:
            yield f"--- {message.role}\n{message.content}"
    else:
        yield "--- no prompt is written: the generator reads these passages itself"
        for number, hit in enumerate(prompt.passages, start=1):
            yield f"[{number}] {hit.chunk.uri}\n{hit.chunk.text}"
    if prompt.dropped:
        yield f"--- left out for want of room: {many(len(prompt.dropped), 'passage')}"
    yield "---\n"

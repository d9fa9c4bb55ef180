"""Keeps a completion's reasoning apart from its answer.

A chain of filters over the text of a stream, each of which lets go of text as soon as it can tell what it is:

    thoughts   a leading ``<think>...</think>``, as reasoning models write it, is reasoning
    marker     text before `Prompt.answer_marker` is reasoning, text after it the answer
    or JSON    ``{"reasoning": ..., "answer": ...}``, the answer under `Prompt.answer_key`
    refusal    an answer that only says that the documents do not tell becomes ``finish="abstain"`` without text

Where a server's template opens the block, a model only closes it: what has streamed by then was thought. `parted`
finds that in the whole.

What happens when a model does not keep to the form:

- The marker never comes. The completion is the answer if the model itself ended it on its first line: it skipped the
  reasoning. Otherwise it is reasoning that led to no answer, and the answer is empty.
- The JSON is not JSON. The completion is taken as the answer, unless the token limit cut it off within the object:
  then it is reasoning and the answer is empty.

Both are logged as warnings.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, Literal, Protocol

from ragkit.generate.refusal import is_refusal, may_become_refusal
from ragkit.generate.textstream import find_first, partial_tail
from ragkit.types import Piece, Prompt

log = logging.getLogger(__name__)

Part = tuple[Literal["answer", "reasoning"], str]
Finish = Literal["stop", "length", "abstain"]

_THINK, _END_THINK = "<think>", "</think>"
_LATE = re.compile(r"(?:\A|\n)\s*</think>|</think>\s*(?:\n|\Z)")
_DECORATION = "*_# \t\r\n"
_OPENS = re.compile(r'(?:\A|\n|```(?:json)?)\s*\{\s*(?:"|\Z)')
"""An object that begins, perhaps behind a word of politeness."""


class _Filter(Protocol):
    def feed(self, text: str) -> list[Part]: ...

    def end(self, finish: Finish) -> tuple[list[Part], Finish]: ...


def separate(pieces: Iterator[Piece], prompt: Prompt) -> Generator[Piece, None, None]:
    """The stream of a generator with its reasoning marked as such and a refusal as "abstain".

    The last piece carries no text. Closing the stream closes ``pieces`` where it can be closed.
    """
    filters: list[_Filter] = [_Thoughts()]
    if prompt.answer_key:
        filters.append(_Object(prompt.answer_key))
    elif prompt.answer_marker:
        filters.append(_Marker(prompt.answer_marker))
    filters.append(_Refusal())
    stream = _ended(pieces)
    for step in filters:
        stream = _through(step, stream)
    try:
        yield from stream
    finally:
        if isinstance(pieces, Generator):
            pieces.close()


def parted(answer: str) -> tuple[str, str]:
    """Thoughts and the rest of what was taken for an answer: the thoughts end at a ``</think>`` that nothing opened."""
    end = _LATE.search(answer)
    if end is None or _THINK in answer[: end.start()]:
        return "", answer
    return answer[: end.start()].strip(), answer[end.end() :].lstrip()


def answer_text(pieces: Generator[Piece, None, None], prompt: Prompt) -> str:
    """What a generator answers, read to its end, without what it thought."""
    with closing(separate(pieces, prompt)) as separated:
        answer = "".join(piece.text for piece in separated if piece.kind == "answer")
    return parted(answer)[1].strip()


def _ended(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces, the last of which says that it is: generators of anyone's may leave that out."""
    last = Piece(finish="stop")
    for piece in pieces:
        if piece.text:
            yield Piece(piece.text, piece.kind)
        last = replace(
            last,
            usage=piece.usage or last.usage,
            finish=piece.finish or last.finish,
            confidence=last.confidence if piece.confidence is None else piece.confidence,
        )
    yield last


def _through(step: _Filter, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Feed the answer's text to ``step``; what is reasoning already passes by."""
    for piece in pieces:
        parts: list[Part] = [("reasoning", piece.text)] if piece.kind == "reasoning" else step.feed(piece.text)
        finish = piece.finish
        if finish:
            rest, finish = step.end(finish)
            parts += rest
        for kind, text in parts:
            if text:
                yield Piece(text, kind)
        if finish:
            yield replace(piece, text="", kind="answer", finish=finish)


class _Thoughts:
    def __init__(self) -> None:
        self._held = ""
        self._where: Literal["start", "inside", "past"] = "start"

    def feed(self, text: str) -> list[Part]:
        self._held += text
        if self._where == "start":
            self._begin()
        if self._where == "inside":
            return self._think()
        return self._release("answer", len(self._held)) if self._where == "past" else []

    def end(self, finish: Finish) -> tuple[list[Part], Finish]:
        return [("reasoning" if self._where == "inside" else "answer", self._held)], finish

    def _begin(self) -> None:
        lead = self._held.lstrip()
        if lead.startswith(_THINK):
            self._where, self._held = "inside", lead[len(_THINK) :].lstrip()
        elif not _THINK.startswith(lead):
            self._where = "past"

    def _think(self) -> list[Part]:
        thought, end, rest = self._held.partition(_END_THINK)
        if end:
            self._where, self._held = "past", ""
            return [("reasoning", thought.rstrip()), ("answer", rest)]
        keep = len(thought) - partial_tail(thought, (_END_THINK,))
        return self._release("reasoning", len(thought[:keep].rstrip()))

    def _release(self, kind: Literal["answer", "reasoning"], size: int) -> list[Part]:
        text, self._held = self._held[:size], self._held[size:]
        return [(kind, text)]


class _Marker:
    """Emphasis around the marker, as in ``**Answer:** yes`` and ``**Answer**: yes``, belongs to neither side.

    What is held back is not looked through again with each part: a first line may never end.
    """

    def __init__(self, marker: str) -> None:
        self._marker = marker
        word = marker.removesuffix(":")
        # Other languages write the colon in full width, or a blank before it.
        colons = ("\uff1a", " :", "\u00a0:", "\u202f:")
        self._bare = (marker, *(f"{word}{colon}" for colon in colons if word != marker))
        emphases = ("**", "__", "*", "_")
        self._marks = (*self._bare, *(f"{word}{emphasis}:" for emphasis in emphases if word != marker))
        self._reach = max(map(len, self._marks)) - 1
        self._held: list[str] = []
        self._tail = ""
        self._line = ""
        self._where: Literal["first line", "reasoning", "after marker", "answer"] = "first line"
        self._emphasis = ""

    def feed(self, text: str) -> list[Part]:
        if self._where == "answer":
            return [("answer", text)]
        self._held.append(text)
        if self._where == "after marker":
            return self._open()
        seen = self._tail + text
        self._tail = seen[max(0, len(seen) - self._reach) :]
        if found := find_first(seen, self._marks):
            return self._answer(found[1], len(seen) - found[0])
        if self._where == "first line":
            if not self._ends_line(text):
                return []
            self._where = "reasoning"
        elif not text.strip(_DECORATION):
            return []
        return self._reason()

    def end(self, finish: Finish) -> tuple[list[Part], Finish]:
        held = "".join(self._held)
        if self._where in {"after marker", "answer"}:
            return [("answer", held)], finish
        if self._where == "first line" and finish == "stop":
            log.warning("The model wrote no %r: its one line is taken as the answer.", self._marker)
            return [("answer", held)], finish
        log.warning("The model wrote no %r: what it wrote is reasoning without an answer.", self._marker)
        return [("reasoning", held.rstrip())], finish

    def _answer(self, mark: str, back: int) -> list[Part]:
        """What stands before and behind the ``mark``, which begins so many characters before the end."""
        held = "".join(self._held)
        place = len(held) - back
        reasoning = held[:place].rstrip(_DECORATION)
        if mark in self._bare:
            self._emphasis = held[len(reasoning) : place].strip("# \t\r\n")
        self._where, self._held = "after marker", [held[place + len(mark) :]]
        return [("reasoning", reasoning), *self._open()]

    def _open(self) -> list[Part]:
        text = "".join(self._held).lstrip()
        if len(text) < len(self._emphasis) and self._emphasis.startswith(text):
            self._held = [text]
            return []
        self._where, self._held = "answer", []
        return [("answer", text.removeprefix(self._emphasis))]

    def _ends_line(self, text: str) -> bool:
        """Whether something stands on a second line now; of the first is kept whether it has begun, and ended."""
        line = (self._line + text).lstrip()
        self._line = line[:1] + "\n" * ("\n" in line)
        return "\n" in line.rstrip()

    def _reason(self) -> list[Part]:
        held = "".join(self._held)
        keep = len(held) - partial_tail(held, self._marks)
        keep = len(held[:keep].rstrip(_DECORATION))
        self._held = [held[keep:]]
        return [("reasoning", held[:keep])]


class _Object:
    """Holds everything back: an object can be read when it is whole."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._held = ""

    def feed(self, text: str) -> list[Part]:
        self._held += text
        return []

    def end(self, finish: Finish) -> tuple[list[Part], Finish]:
        # Thoughts that nothing opened may try the form out: their object is not the answer.
        thoughts, said = parted(self._held)
        thought: list[Part] = [("reasoning", f"{thoughts}\n" if thoughts else "")]
        read = _read_object(said, self._key)
        if read is not None:
            reasoning, answer = read
            finish = finish if answer is not None else "abstain"
            return [*thought, ("reasoning", reasoning), ("answer", answer or "")], finish
        cut = finish == "length" and _OPENS.search(said)
        taken = "reasoning" if cut else "answer"
        log.warning("The model wrote no JSON object with %r: its text is taken as the %s.", self._key, taken)
        return [*thought, ("reasoning" if cut else "answer", said)], finish


def _read_object(text: str, key: str) -> tuple[str, str | None] | None:
    """Reasoning and answer of the first object in ``text`` that has ``key``, or None when there is no such object.

    The answer is None for null and for an empty list; several answers are a line each.
    """
    value = next((each for each in _objects(text) if key in each), None)
    if value is None:
        return None
    answers = value[key] if isinstance(value[key], list) else [value[key]]
    if not all(isinstance(each, str | int | float | None) for each in answers):
        return None
    said = [_in_words(each) for each in answers if each is not None]
    reasoning = value.get("reasoning")
    return reasoning if isinstance(reasoning, str) else "", "\n".join(said) if said else None


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in ``text``, whatever stands around them."""
    # Not strict: models write line breaks inside strings. NaN and its like are no answer.
    decoder = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
    place = text.find("{")
    while place >= 0:
        try:
            value, end = decoder.raw_decode(text, place)
            yield value
        except (ValueError, RecursionError):
            end = place + 1
        place = text.find("{", end)


def _in_words(answer: str | float) -> str:
    """Models answer yes and no with a truth value, since an object can hold one."""
    if isinstance(answer, bool):
        return "Yes." if answer else "No."
    return str(answer)


class _Refusal:
    """Also trims the white space around the answer."""

    def __init__(self) -> None:
        self._held = ""
        self._released = False

    def feed(self, text: str) -> list[Part]:
        self._held += text
        if not self._released:
            self._held = self._held.lstrip()
            if may_become_refusal(self._held):
                return []
            self._released = True
        text = self._held.rstrip()
        self._held = self._held[len(text) :]
        return [("answer", text)]

    def end(self, finish: Finish) -> tuple[list[Part], Finish]:
        if self._released:
            return [], finish
        if is_refusal(self._held):
            return [], "abstain"
        return [("answer", self._held.strip())], finish

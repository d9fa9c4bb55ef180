"""The writer as a generator: a small encoder-decoder model of ragkit's own, offline.

A prompt with an answer marker or key (chain of thought, JSON) is answered in two steps, the sentence that the answer
rests on and then the answer; any other at once. Question and passages are all that it reads of a prompt: it was
trained for this one task, so that instructions and examples change nothing. Citations are not written by the model:
each sentence gets the number of the passage that most of it was copied from.

A part, the evidence or the answer, is held back until it is whole, for its likelihood decides whether it is said: where
the model is unsure of its own words, the sentence of the passages that it drew on is said instead.
"""

from __future__ import annotations

import json
import logging
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from ragkit.generate.detokenise import Written, spell, telling
from ragkit.generate.sampling import check, choose
from ragkit.generate.textstream import StopStrings
from ragkit.generate.wording import plain_sentence
from ragkit.models import bundled
from ragkit.models.writer import ANSWER, DIRECT, END, REFUSE, THINK, Rules
from ragkit.models.writer_graph import LONGEST
from ragkit.odds import logistic
from ragkit.sentences import sentence_spans
from ragkit.types import Piece, Prompt, Sampling, Usage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragkit.models.writer import Source, WriterModel
    from ragkit.protocols import Pieces
    from ragkit.registry import Context

    Chances = NDArray[np.float64]

log = logging.getLogger(__name__)

FLOOR = 0.05
"""Pieces less likely than this share of the best are never drawn: so small a model's tail is noise."""
MOST_PIECES = 70
"""Pieces of the evidence or of the answer at most."""
Finish = Literal["stop", "length", "abstain"]


class WriterGenerator:
    """Answers in words of its own and of the passages."""

    context_tokens = None
    reads_messages = False
    verbatim = False

    def __init__(self, model: WriterModel, name: str = "writer") -> None:
        self.name = name
        self._model = model

    def count_tokens(self, text: str) -> int:
        """Word pieces."""
        return len(bundled.tokenizer().encode(text, add_special_tokens=False).ids)

    def stream(self, prompt: Prompt, sampling: Sampling) -> Pieces:
        """The completion, word by word; its form is the one that the prompt asks for.

        Raises:
            UsageError: a sampling value that has no meaning.
            ModelError: the weights are missing or altered.
        """
        check(sampling)
        return self._write(prompt, sampling)

    def _write(self, prompt: Prompt, sampling: Sampling) -> Pieces:
        source = self._model.read(prompt.question, [hit.chunk.embedded_text for hit in prompt.passages])
        if source is None:
            yield from _refused(prompt, 0.0, Usage())
            return
        rules = self._model.rules
        thinks = bool(prompt.answer_marker or prompt.answer_key)
        draft = drafted(self._model, source, sampling, think=thinks, refuse_above=rules.refuse_above)
        usage, confidence = Usage(len(source.pieces), draft.count), draft.confidence(rules)
        answer = cited_part(draft.answer, source, rules.quote_below)
        if draft.refused or not answer:
            yield from _refused(prompt, confidence, usage)
            return
        stops = StopStrings(sampling.stop)
        for word in _words(_formed(prompt, cited_part(draft.evidence, source, rules.quote_below), answer)):
            yield Piece(stops.feed(word))
            if stops.stopped:
                break
        yield Piece(stops.flush())
        finish: Finish = "length" if draft.cut and not stops.stopped else "stop"
        yield Piece(usage=usage, finish=finish, confidence=confidence)


def from_context(argument: str, context: Context) -> WriterGenerator:
    """The writer that ships, or the one in the folder that ``writer:FOLDER`` names."""
    from pathlib import Path

    from ragkit.models.writer import SHIPPED, WriterModel

    model = WriterModel(Path(argument) if argument else SHIPPED)
    model.load()
    return WriterGenerator(model, f"writer:{argument}" if argument else "writer")


@dataclass(slots=True)
class Part:
    """The evidence or the answer: its pieces, and the log probability of each."""

    pieces: list[Written] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)

    @property
    def sure(self) -> float:
        """Mean log probability of its pieces."""
        return sum(self.chances) / max(1, len(self.chances))


@dataclass(slots=True)
class Draft:
    """A completion as it grows, and what may come next in it."""

    thinking: bool
    asked: frozenset[int] = frozenset()
    stops: frozenset[int] = frozenset()
    mark: int = field(default_factory=lambda: _piece("?"))
    stop: int = field(default_factory=lambda: _piece("."))
    evidence: Part = field(default_factory=Part)
    answer: Part = field(default_factory=Part)
    ids: list[int] = field(default_factory=list)
    refusal: float = 0.0
    refused: bool = False
    ended: bool = False

    @property
    def count(self) -> int:
        """Pieces so far, control pieces included."""
        return len(self.ids)

    @property
    def cut(self) -> bool:
        """Whether the limit ended it."""
        return not self.ended

    def confidence(self, rules: Rules) -> float:
        """The calibrated probability that the answer is right."""
        odds = math.log((1 - self.refusal + 1e-6) / (self.refusal + 1e-6))
        return logistic(rules.bias + rules.tells * odds + rules.sure * self.answer.sure)

    def allowed(self, chances: Chances) -> Chances:
        """The chances without the pieces that cannot stand here.

        The evidence is one sentence. An answer asks nothing, has at most two sentences, and does not end before it
        says something that the question has not said.
        """
        part, last = (self.evidence, ANSWER) if self.thinking else (self.answer, END)
        if len(part.pieces) == MOST_PIECES or sum(each.ends for each in part.pieces) == (1 if self.thinking else 2):
            return np.where(np.arange(len(chances)) == last, 1.0, 0.0)
        barred = {DIRECT, THINK, ANSWER, END, REFUSE, self.mark}
        if self.thinking or self.tells:
            barred -= {last} if part.pieces else set()
        else:
            barred |= {self.stop}
        kept = chances.copy()
        kept[list(barred)] = 0.0
        return kept

    @property
    def tells(self) -> bool:
        """Whether the answer has a telling word that the question has not."""
        return any(each.piece not in self.asked and telling(each.text) for each in self.answer.pieces)

    def add(self, piece: int, place: int | None, chance: float) -> None:
        """Go on with a piece, which had this chance."""
        self.ids.append(piece)
        if piece == REFUSE:
            self.refused = self.ended = True
        elif piece == ANSWER:
            self.thinking = False
        elif piece == END:
            self.ended = True
        else:
            part = self.evidence if self.thinking else self.answer
            text = str(bundled.tokenizer().id_to_token(piece))
            ends = text in {".", "!"} if place is None else place in self.stops
            part.pieces.append(Written(piece, text, place, ends))
            part.chances.append(math.log(max(chance, 1e-9)))


def drafted(model: WriterModel, source: Source, sampling: Sampling, *, think: bool, refuse_above: float) -> Draft:
    """Piece by piece to the end, or to the limit.

    Whether the passages tell is no matter of chance: the refusal piece is written when its probability is above
    ``refuse_above``, at any temperature.
    """
    asked = frozenset(source.pieces[source.passage < 0].tolist())
    draft, random = Draft(think, asked, _ends(source)), np.random.default_rng(sampling.seed)
    writing, place = model.writing(source, THINK if think else DIRECT), None
    limit, sampling = min(sampling.max_tokens, LONGEST), replace(sampling, min_p=max(FLOOR, sampling.min_p))
    while not draft.ended and draft.count < limit:
        following = writing.next()
        if not draft.ids:
            draft.refusal = float(following.chances[REFUSE])
        if draft.refusal > refuse_above:
            draft.add(REFUSE, None, draft.refusal)
            break
        place = _rest(source, place)
        if place is None:
            logits = np.log(draft.allowed(following.chances) + 1e-30).astype(np.float32)
            piece = choose(logits, draft.ids, sampling, random)
            place = following.place(piece, source)
        else:
            piece = int(source.pieces[place])
        draft.add(piece, place, float(following.chances[piece]))
        writing.take(piece, place)
    return draft


def _rest(source: Source, place: int | None) -> int | None:
    """The place behind ``place`` when a word goes on there: a copied word is copied whole."""
    if place is None or place + 1 == len(source.pieces) or source.passage[place] != source.passage[place + 1]:
        return None
    goes_on = str(bundled.tokenizer().id_to_token(int(source.pieces[place + 1]))).startswith("##")
    return place + 1 if goes_on and source.copied[place + 1] else None


def cited_part(part: Part, source: Source, quote_below: float) -> str:
    """A part with its citations; where it is too unlikely, the passage's sentence that it drew on."""
    if not part.pieces:
        return ""
    if part.sure < quote_below:
        log.debug("The writer was unsure of its words (%.2f a piece) and quotes.", part.sure)
        return quoted(part, source)
    return " ".join(_cited(sentence, source) for sentence in _sentences(part.pieces))


def _sentences(pieces: Sequence[Written]) -> Iterator[list[Written]]:
    """The pieces sentence by sentence."""
    sentence: list[Written] = []
    for written in pieces:
        sentence.append(written)
        if written.ends:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _ends(source: Source) -> frozenset[int]:
    """The places at which a sentence of a passage ends."""
    ends = {(n, end) for n, text in enumerate(source.passages) for _, end in sentence_spans(text)}
    marks = enumerate(zip(source.passage.tolist(), source.spans[:, 1].tolist(), strict=True))
    return frozenset(place for place, mark in marks if mark in ends)


def _cited(pieces: Sequence[Written], source: Source) -> str:
    """A sentence with the number of the passage that most of its pieces come from."""
    text = spell(pieces, source)
    number = _whence(pieces, source)
    text = text if text.endswith((".", "!", "?", ":")) else f"{text}."
    return text if number is None else f"{text} [{number + 1}]"


def _whence(pieces: Sequence[Written], source: Source) -> int | None:
    """The passage that most pieces were copied from; the most relevant one where none was."""
    numbers = Counter(int(source.passage[each.place]) for each in pieces if each.place is not None)
    numbers.pop(-1, None)
    if numbers:
        return numbers.most_common(1)[0][0]
    return max(source.relevance, key=source.relevance.__getitem__, default=None)


def quoted(part: Part, source: Source) -> str:
    """The sentence that holds the most of what the part copied."""
    held: Counter[tuple[int, int, int]] = Counter()
    for each in part.pieces:
        if each.place is not None and source.passage[each.place] >= 0:
            number, at = int(source.passage[each.place]), int(source.spans[each.place][0])
            spans = sentence_spans(source.passages[number])
            held.update((number, start, end) for start, end in spans if start <= at < end)
    if not held:
        return ""
    number, start, end = held.most_common(1)[0][0]
    return f"{plain_sentence(source.passages[number], start, end)} [{number + 1}]"


def _formed(prompt: Prompt, evidence: str, answer: str) -> str:
    """The completion in the form that the prompt asks for."""
    if prompt.answer_key:
        return json.dumps({"reasoning": evidence, prompt.answer_key: answer}, ensure_ascii=False)
    return f"{evidence}\n{prompt.answer_marker} {answer}" if prompt.answer_marker else answer


def _refused(prompt: Prompt, confidence: float, usage: Usage) -> Iterator[Piece]:
    if prompt.answer_key:
        yield Piece(json.dumps({"reasoning": "", prompt.answer_key: None}))
    elif prompt.answer_marker:
        yield Piece(prompt.answer_marker)
    yield Piece(finish="abstain", confidence=confidence, usage=usage)


def _piece(text: str) -> int:
    return bundled.tokenizer().encode(text, add_special_tokens=False).ids[0]


def _words(text: str) -> Iterator[str]:
    """The text word by word, each with the space behind it."""
    start = 0
    for at, letter in enumerate(text):
        if letter.isspace():
            yield text[start : at + 1]
            start = at + 1
    yield text[start:]

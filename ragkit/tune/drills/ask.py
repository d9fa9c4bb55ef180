"""Questions about a scene: those that its passage answers, and near misses that it does not."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ragkit.squad import normalise
from ragkit.tune.data import Question, Span
from ragkit.tune.drills.scene import Page, Scene, plural, spoken, stage, tell
from ragkit.tune.drills.schema import Column, Schema, capital

LONGEST_PIECES = 230
_PIECE = re.compile(r"[a-zA-Z]+|\d+|[^\w\s]|\w")
_GENERIC = (
    "What is the {noun} {of}?",
    "What is the {noun} {of}?",
    "what's the {noun} {of}",
    "{noun} {of}",
    "{name} {noun}",
    "I need to know the {noun} {of}.",
    "Can you tell me the {noun} {of}?",
    "Do you know the {noun} {of}?",
    "Tell me the {noun} {of}.",
    "{of}, what is the {noun}?",
    "Please look up the {noun} {of}.",
    "Which {noun} is given {of}?",
)
_ASKING = ("Wh", "How", "Can ", "May ", "Are ", "Do ", "Is ", "Tell", "Please", "Steps")
_LEADS = (
    "A colleague asked me: ",
    "Quick question: ",
    "Hello, ",
    "For a report: ",
    "I could not find this: ",
    "We have to decide today. ",
    "Sorry to ask again, ",
    "",
)
_ASPECTS = {
    "reason": ("Why was the {noun} {of} changed?", "What is the reason for the change of the {noun} {of}?"),
    "when": ("When was the {noun} {of} changed?", "Since when has the {noun} {of} been different?"),
    "who": ("Who approved the change of the {noun} {of}?", "Who agreed to change the {noun} {of}?"),
    "old": ("What was the {noun} {of} before the change?", "What was the previous {noun} {of}?"),
}


def about(schema: Schema, rng: random.Random, group: str) -> Iterator[Question]:
    """Some questions about one passage of ``schema``."""
    while True:
        scene = stage(schema, rng)
        page = tell(scene, rng) if scene.cells else Page()
        if 0 < pieces(page.text) <= LONGEST_PIECES:
            break
    asker = _Asker(scene, page, rng, group)
    yield from asker.answered(rng.randint(2, 3))
    yield from asker.missed(rng.choice([1, 2, 2]))


def pieces(text: str) -> int:
    """About how many word pieces a text has."""
    return sum(1 + (len(word) - 1) // (3 if word[0].isdigit() else 5) for word in _PIECE.findall(text))


def dressed(text: str, rng: random.Random) -> str:
    """A question as people type it: at times with a lead, in lower case or without its mark."""
    text = capital(text)
    if rng.random() < 0.1:
        lead = rng.choice(_LEADS)
        plain = lead.endswith((", ", ": ")) and text[1:2].islower() and text.startswith(_ASKING)
        text = lead + (text[:1].lower() + text[1:] if plain else text)
    draw = rng.random()
    if draw < 0.12:
        text = text.lower()
    return text.rstrip("?.") if 0.06 < draw < 0.2 else text


class _Asker:
    """Asks about one page."""

    def __init__(self, scene: Scene, page: Page, rng: random.Random, group: str) -> None:
        self._scene, self._page, self._rng, self._group = scene, page, rng, group
        self._labels = {column.label: column for column in scene.columns}
        self._told = [key for key in scene.cells if key in page.spans]

    def answered(self, count: int) -> Iterator[Question]:
        """Questions that the page answers."""
        for row, label in self._rng.sample(self._told, min(count, len(self._told))):
            draw = self._rng.random()
            reverse = self._reverse(row, self._labels[label]) if draw < 0.12 else None
            yield reverse or self._cell(row, self._labels[label])
        for note in self._scene.notes:
            for aspect in self._rng.sample(sorted(_ASPECTS), 2):
                span = self._page.spans.get(("note", note.row, aspect))
                if span:
                    text = self._spoken(self._rng.choice(_ASPECTS[aspect]), note.row, note.column)
                    yield self._question(text, span, self._without(note.row))

    def missed(self, count: int) -> Iterator[Question]:
        """Near misses: the row, the column, the cell, the edition or what is asked of it is not there."""
        kinds = [
            self._other_row,
            self._other_column,
            self._other_row,
            self._other_column,
            self._gap,
            self._gap,
            self._edition,
            self._measure,
            self._aspect,
            self._value,
            self._presumed,
        ]
        self._rng.shuffle(kinds)
        made = (kind() for kind in kinds)
        found = [text for text in made if text]
        for text in found[:count]:
            yield self._question(text, None)

    def _cell(self, row: str, column: Column) -> Question:
        text = self._ask(row, column)
        edition = self._scene.edition
        negatives = self._without(row, column.label)
        if edition and self._rng.random() < 0.5:
            text = _with_edition(text, edition, self._rng)
            negatives = (*negatives[:1], *self._of_other_edition())
        return self._question(text, self._page.spans[row, column.label], negatives)

    def _reverse(self, row: str, column: Column) -> Question | None:
        """Asks for the row that has a value, where only one has."""
        span, value = self._page.spans.get(("row", row)), self._scene.cells[row, column.label]
        if span is None or normalise(self._page.text).count(normalise(value)) != 1 or len(value) < 3:
            return None
        without = self._scene.less(row)
        other = tell(without, self._rng).text if without.cells else value
        others = () if normalise(value) in normalise(other) else (other,)
        return self._question(self._which(column, value), span, others)

    def _which(self, column: Column, value: str) -> str:
        kind = self._scene.schema.kind.lower()
        noun = column.nouns[0]
        forms = [
            f"Which {kind} has {value} as its {noun}?",
            f"What {kind} is listed with {value} as {noun}?",
            f"Which {kind} has this {noun}: {value}?",
        ]
        return dressed(self._rng.choice(forms), self._rng)

    def _other_row(self) -> str | None:
        rows = [row for row in self._scene.absent_rows if self._lacks(row)]
        return self._ask(self._rng.choice(rows), self._rng.choice(self._scene.columns)) if rows else None

    def _other_column(self) -> str | None:
        rows = [row for row in self._scene.rows if ("row", row) in self._page.spans or not self._lacks(row)]
        lacking = [c for c in self._scene.absent_columns if self._lacks(c.label) and all(map(self._lacks, c.nouns))]
        return self._ask(self._rng.choice(rows), self._rng.choice(lacking)) if rows and lacking else None

    def _gap(self) -> str | None:
        scene = self._scene
        gaps = [
            (row, column)
            for row in scene.rows
            for column in scene.columns
            if (row, column.label) not in self._page.spans
        ]
        noted = {(note.row, note.column.label) for note in scene.notes}
        gaps = [(row, column) for row, column in gaps if (row, column.label) not in noted]
        return self._ask(*self._rng.choice(gaps)) if gaps else None

    def _edition(self) -> str | None:
        edition = self._scene.edition
        if not edition or not self._told:
            return None
        if edition.isdigit():
            other = str(int(edition) + self._rng.choice([-3, -2, -1, 1, 2]))
        else:
            other = stage(self._scene.schema, self._rng).edition
            other = (
                other
                if other and not other.isdigit()
                else f"{self._rng.choice('ABCDEF')}{edition.split()[0][::-1].lower()} Ltd"
            )
        if not self._lacks(other):
            return None
        row, label = self._rng.choice(self._told)
        return _with_edition(self._ask(row, self._labels[label]), other, self._rng)

    def _measure(self) -> str | None:
        """The same row and column of a grid, with what it does not measure."""
        schema = self._scene.schema
        others = [measure for measure in schema.columns if all(map(self._lacks, measure.nouns))]
        if schema.axis is None or not others or not self._told:
            return None
        row, label = self._rng.choice(self._told)
        return self._ask(row, schema.realised(self._rng.choice(others), label))

    def _aspect(self) -> str | None:
        """Why, when, by whom or from what a value changed that no note speaks of."""
        noted = {(note.row, note.column.label) for note in self._scene.notes}
        free = [key for key in self._told if key not in noted]
        if not free or self._rng.random() < 0.5:
            return None
        row, label = self._rng.choice(free)
        return self._spoken(self._rng.choice(_ASPECTS[self._rng.choice(sorted(_ASPECTS))]), row, self._labels[label])

    def _value(self) -> str | None:
        """Asks for the row that has a value which none has."""
        column = self._rng.choice(self._scene.columns)
        value = column.value(self._rng)
        return self._which(column, value) if self._lacks(value) and len(value) > 2 else None

    def _presumed(self) -> str | None:
        """Presumes a value that is not the row's, and asks for a reason."""
        if not self._told or self._rng.random() < 0.5:
            return None
        row, label = self._rng.choice(self._told)
        column, value = self._labels[label], self._labels[label].value(self._rng)
        if not self._lacks(value):
            return None
        verb = "are" if plural(column.nouns[0]) else "is"
        return self._spoken(f"Why {verb} the {{noun}} {{of}} {value}?", row, column)

    def _ask(self, row: str, column: Column) -> str:
        templates = (*column.asks, *column.asks) if column.asks else _GENERIC[:1]
        template = self._rng.choice(templates if self._rng.random() < 0.45 else _GENERIC)
        if template.startswith("{of}") and self._scene.schema.of.startswith("of "):
            template = _GENERIC[0]
        return self._spoken(template, row, column)

    def _spoken(self, template: str, row: str, column: Column) -> str:
        noun = self._rng.choice((*column.nouns, column.nouns[0]))
        if plural(noun):
            swaps = (
                ("What is the {noun}", "What are the {noun}"),
                ("what is the {noun}", "what are the {noun}"),
                ("what's the", "what are the"),
                ("{noun} is given", "{noun} are given"),
                ("was the {noun}", "were the {noun}"),
                ("has the", "have the"),
            )
            for old, new in swaps:
                template = template.replace(old, new)
        return dressed(spoken(template, self._scene.schema, row, noun), self._rng)

    def _lacks(self, text: str) -> bool:
        return f" {normalise(text)} " not in f" {normalise(self._page.text)} "

    def _without(self, row: str, label: str = "") -> tuple[str, ...]:
        """The scene without the row, and without the cell: two passages that look alike and do not answer."""
        less = [self._scene.less(row), *([self._scene.less(row, label)] if label else [])]
        return tuple(tell(scene, self._rng).text for scene in less if len(scene.cells) > 1)

    def _of_other_edition(self) -> Sequence[str]:
        scene = self._scene
        if not scene.edition.isdigit():
            return ()
        other = str(int(scene.edition) + self._rng.choice([-2, -1, 1, 2]))
        labels = self._labels
        cells = {key: labels[key[1]].value(self._rng) for key in scene.cells}
        text = tell(replace(scene, edition=other, cells=cells, notes=()), self._rng).text
        return (text,) if scene.edition not in text else ()

    def _question(self, text: str, span: Span | None, negatives: Sequence[str] = ()) -> Question:
        spans = () if span is None else (span,)
        return Question(
            text,
            self._page.text,
            spans,
            span is not None,
            self._group,
            negatives=tuple(text for text in negatives if pieces(text) <= LONGEST_PIECES),
            whole=True,
        )


def _with_edition(text: str, edition: str, rng: random.Random) -> str:
    mark = text[-1] if text[-1] in "?." else ""
    bare = text.rstrip("?.")
    phrase = f"in {edition}" if edition.isdigit() else f"at {edition}"
    phrase = rng.choice([phrase, phrase, f"according to the {edition} edition" if edition.isdigit() else phrase])
    return f"{bare} {phrase}{mark}"

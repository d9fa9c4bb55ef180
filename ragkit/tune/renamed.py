"""The same passage and question about other people, places and numbers, so that a text is not learnt by heart.

A reader that has seen a passage often knows the answer without reading (Longpre et al., 2021, "Entity-Based Knowledge
Conflicts in Question Answering"). Words of a name are exchanged one by one, everywhere, so that a name and a part of it
stay together. English; no model.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ragkit.naming import MONTHS
from ragkit.tune.data import Question

_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}\b")
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"1[789]\d\d|20[0-2]\d")
_CALENDAR = {*MONTHS, *"Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()}
_NAMES, _NUMBERS = 0.8, 0.6
"""The shares of a passage's names, and of its numbers but for years, that are exchanged."""
_LONGEST_NUMBER = 5
"""Digits: a longer one is a code or a telephone number."""


def renamed(question: Question, names: Sequence[str], rng: random.Random) -> Question:
    """The question with other names, of ``names``, and other numbers; years stay years of their century."""
    others = dict([*_other_names(question.passage, names, rng), *_other_numbers(question.passage, rng)])
    if not others:
        return question
    known = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, others), key=len, reverse=True))})(?!\w)")

    def told(text: str) -> str:
        return known.sub(lambda found: others[found.group()], text)

    passage, places, last = "", {0: 0}, 0
    for cut in sorted({place for span in question.spans for place in span} | {len(question.passage)}):
        passage += told(question.passage[last:cut])
        places[cut], last = len(passage), cut
    spans = tuple((places[start], places[end]) for start, end in question.spans)
    return replace(question, text=told(question.text), passage=passage, spans=spans)


def _other_names(passage: str, names: Sequence[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    words = [name for name in rng.sample(names, min(len(names), 60)) if name[0].isupper()]
    for name in dict.fromkeys(_NAME.findall(passage)):
        if words and name not in _CALENDAR and rng.random() < _NAMES:
            yield name, rng.choice(words)


def _other_numbers(passage: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    for number in dict.fromkeys(_NUMBER.findall(passage)):
        if _YEAR.fullmatch(number):
            yield number, f"{number[:2]}{rng.randrange(30 if number[0] == '2' else 100):02d}"
        elif len(number) <= _LONGEST_NUMBER and rng.random() < _NUMBERS:
            yield number, str(rng.randint(10 ** (len(number) - 1), 10 ** len(number) - 1))

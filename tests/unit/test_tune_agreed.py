"""Where an answer stands, by what several language models said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ragkit.tune.data import load

CONTEXT = (
    "passage 1:The mill was built by Nora Field in the spring of 1904. It rains there.\n\n"
    "passage 2:A mill grinds grain to flour between two stones."
)
SAYS = "According to the passages, Nora Field built the mill in the spring of 1904."
STONES = "A mill grinds grain to flour between two heavy stones."


def _row(response: str, *made_up: tuple[int, int], source: str = "7") -> dict[str, Any]:
    labels = [{"start": start, "end": end} for start, end in made_up]
    return {
        "source_id": source,
        "question": "when was it built",
        "context": CONTEXT,
        "response": response,
        "labels": labels,
    }


def _load(folder: Path, *rows: dict[str, Any]) -> list[tuple[bool, tuple[str, ...]]]:
    path = folder / "answers.jsonl"
    path.write_text("\n".join(map(json.dumps, [*rows, *[_row("Unable to answer.", source="8")] * 3])))
    *found, declined = load(path)
    assert (declined.answerable, declined.group) == (False, "answers/8")
    return [(question.answerable, question.answers) for question in found]


def test_the_sentence_that_most_answers_come_down_to_is_the_answers_place(tmp_path: Path) -> None:
    found = _load(tmp_path, *[_row(SAYS)] * 3, _row(STONES))
    assert found == [(True, ("The mill was built by Nora Field in the spring of 1904.",))]


def test_what_was_made_up_or_is_said_by_few_has_no_place(tmp_path: Path) -> None:
    whole = (0, len(SAYS))
    assert _load(tmp_path, _row(SAYS), _row(SAYS), _row(SAYS, whole), _row(STONES)) == []


def test_few_of_many_answers_do_not_make_a_place(tmp_path: Path) -> None:
    assert _load(tmp_path, *[_row(SAYS)] * 3, *[_row("It rains.")] * 3) == []

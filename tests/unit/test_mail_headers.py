from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.mail_headers import is_header_unasked
from ragkit.generate.extractive.word_signals import word_signals
from ragkit.types import Chunk, Hit

HEADERS = [
    "From: Ann Ely <ann@ely.example>",
    "Cc: repairs@ely.example",
    "Date: Wed, 14 Jan 2026 16:42:10 +0000",
    "Sent: Wednesday, 14 January 2026 16:42",
    "On Tue, 13 Jan 2026 at 09:05, Ben Ash wrote:",
    "> On Mon, 12 Jan 2026 at 11:31, Ann Ely wrote:",
]


@pytest.mark.parametrize("line", HEADERS)
def test_a_header_answers_only_what_is_asked_of_a_message(line: str) -> None:
    assert is_header_unasked("Who is the landlord of Ely House?", line)
    assert is_header_unasked("What information is there on Ely House?", line)


@pytest.mark.parametrize("line", HEADERS)
@pytest.mark.parametrize(
    "question",
    [
        "Who wrote about Ely House?",
        "When was the message sent?",
        "What is Ann's e-mail address?",
        "When did Ann report the roof repair?",
        "When was the roof repair reported?",
        "What is the date of the note about the roof repair?",
        "Who confirmed the order?",
        "Which day did Ann complain?",
    ],
)
def test_what_is_asked_of_a_message_its_header_may_tell(question: str, line: str) -> None:
    assert not is_header_unasked(question, line)


@pytest.mark.parametrize(
    "line", ["From: the main road", "Date: 3 May 2026, 19:30", "On Monday Ben Ash wrote: it is late."]
)
def test_other_lines_with_such_labels_are_none(line: str) -> None:
    assert not is_header_unasked("Who is the landlord?", line)


def test_a_header_is_a_rival_of_what_answers() -> None:
    text = f"{HEADERS[0]}\nDate: Wed, 14 Jan 2026 16:42:10 +0000\n\nThe landlord is Tom Birch."
    hit = Hit(Chunk("a.eml", "Ely House", 0, len(text), text), 1.0)
    found = list(candidates([hit]))
    rivals = [signal["rival"] for signal in word_signals("Who is the landlord?", found, [hit])]
    assert rivals == [1.0, 1.0, 0.0]

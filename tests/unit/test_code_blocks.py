"""Code in answers."""

from __future__ import annotations

from collections.abc import Sequence

from ragkit.config import Generate
from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.generator import ExtractiveGenerator
from ragkit.types import Chunk, Evidence, Hit, Prompt, Sampling
from ragkit.verify.claims import drafts

MAIL = """\
To send a message, open a session and close it at the end:

with open_mail(host) as mail:
    for name in names:
        mail.send(name)

mail.close()

The mail goes out at noon.

Each name is looked up by its key:

>>> look_up("ann")
'ann@example.org'

>>> look_up("bob")
"""
CODE = "```\nwith open_mail(host) as mail:\n    for name in names:\n        mail.send(name)\n\nmail.close()\n```\n[1]"


class Known:
    """An evidence scorer that knows some sentences by words of theirs."""

    def __init__(self, *scores: tuple[str, float]) -> None:
        self._scores = scores

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        found = []
        for each in candidates(passages):
            known = [score for words, score in self._scores if words in each.text]
            found.append(Evidence(each.passage, each.start, each.end, max(known, default=0.01)))
        return sorted(found, key=lambda each: -each.score)


def answer(
    text: str, *scores: tuple[str, float], question: str = "How do I send a message?", code: Sequence[str] = ()
) -> str:
    marked = tuple((text.index(block), text.index(block) + len(block)) for block in code)
    prompt = Prompt(question, (Hit(Chunk("a.md", "A", 0, len(text), text, code=marked), 1.0),))
    pieces = ExtractiveGenerator(Known(*scores), Generate()).stream(prompt, Sampling())
    return "".join(piece.text for piece in pieces)


def test_code_is_told_whole_behind_what_leads_to_it() -> None:
    lead = "To send a message, open a session and close it at the end: [1]"
    assert answer(MAIL, ("To send", 0.9)) == f"{lead}\n\n{CODE}"
    assert answer(MAIL, ("To send", 0.9), ("close()", 0.8)) == f"{lead}\n\n{CODE}"
    assert answer(MAIL, ("send(name)", 0.9), ("The mail", 0.8)) == f"{lead}\n\n{CODE}\n\nThe mail goes out at noon. [1]"


def test_code_answers_no_question_for_a_fact() -> None:
    text = "Version 2.5 was the last with a lamp:\n\n$ lamp --version"
    assert answer(text, ("Version", 0.9), question="Which version was the last with a lamp?").endswith("lamp: [1]")
    assert answer(text, ("Version", 0.9), question="Which command tells it?").endswith("```\n[1]")


def test_a_line_of_code_is_not_told_for_a_further_sentence() -> None:
    assert answer(MAIL, ("The mail", 0.9), ("ann", 0.8)) == "The mail goes out at noon. [1]"


def test_of_a_long_block_of_code_only_the_line_that_answers_is_told() -> None:
    long = "Do it so:\n\n" + "\n".join(f"x{number} = {number}" for number in range(40))
    assert answer(long, ("Do", 0.9)) == "Do it so: [1]"
    assert answer(long, ("x7", 0.9)) == "```\nx7 = 7\n```\n[1]"


def test_what_a_source_marks_as_code_is_told_whole() -> None:
    fish = "set -Ux PIPE_ROOT $HOME/.pipe\ntest -d $PIPE_ROOT; and set_path $PIPE_ROOT"
    text = f"In fish, execute this:\n\n{fish}\n\nThen restart the shell."
    assert "```" not in answer(text, ("test -d", 0.9))
    expected = f"In fish, execute this: [1]\n\n```\n{fish}\n```\n[1]"
    assert answer(text, ("test -d", 0.9), code=[fish]) == expected
    assert answer(text, ("In fish", 0.9), code=[fish]) == expected


def test_of_several_lines_of_a_long_block_the_best_is_told() -> None:
    lines = [f"pump.step({number}) -> done" for number in range(40)]
    block = "\n".join(lines)
    said = answer(f"Do it so.\n\n{block}", ("step(7)", 0.9), ("step(8)", 0.88), code=[block])
    assert "pump.step(7) -> done" in said
    assert "step(20)" not in said


def test_of_settings_the_one_is_told_whose_value_is_asked_for() -> None:
    settings = "[profile.release]\nlevel = 3\nchecks = false"
    text = f"The settings of a release are:\n\n{settings}"
    question = "What is the default level of a release?"
    assert answer(text, ("level", 0.9), question=question, code=[settings]).endswith("```\nlevel = 3\n```\n[1]")
    told = answer(text, ("level", 0.9), question="How do I configure a release?", code=[settings])
    assert told.endswith(f"```\n{settings}\n```\n[1]")


def test_prose_that_is_set_like_code_stays_prose() -> None:
    notice = "The office is closed on Fridays. It opens again\non Monday at nine, and the lift is out of order."
    assert answer(notice, ("closed", 0.9), code=[notice]) == "The office is closed on Fridays. [1]"


def test_an_address_is_no_term() -> None:
    text = "Read this:\n\nhttps://example.org/mail\n\nThe mail goes out at noon."
    assert answer(text, ("The mail", 0.9)) == "The mail goes out at noon. [1]"
    assert answer(text, ("Read", 0.9)) == "Read this: [1]\n\n```\nhttps://example.org/mail\n```\n[1]"


def test_code_in_an_answer_is_one_claim() -> None:
    said = answer(MAIL, ("send(name)", 0.9), ("The mail", 0.8))
    claims = [draft.text for draft in drafts(said, [MAIL])]
    assert claims[1:] == [CODE[len("```\n") : -len("\n```\n[1]")], "The mail goes out at noon."]

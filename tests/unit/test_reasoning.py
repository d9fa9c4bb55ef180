from __future__ import annotations

import logging
import time
from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.generate import refusal
from ragkit.generate.reasoning import parted, separate
from ragkit.generate.refusal import is_refusal, may_become_refusal
from ragkit.types import Piece, Prompt, Usage

PLAIN = Prompt("q", ())
MARKED = Prompt("q", (), answer_marker="Answer:")
JSON = Prompt("q", (), answer_key="answer")


def pieces(parts, finish="stop") -> Generator[Piece, None, None]:
    for part in parts:
        yield part if isinstance(part, Piece) else Piece(part)
    yield Piece(usage=Usage(3, 4), finish=finish)


def run(parts, prompt=PLAIN, finish="stop"):
    """Reasoning, answer and finish of the filtered stream."""
    found = list(separate(pieces(parts, finish), prompt))
    assert [piece.finish is not None for piece in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].usage == Usage(3, 4)
    assert found[-1].text == ""
    return text(found, "reasoning"), text(found, "answer"), found[-1].finish


def text(found, kind):
    return "".join(piece.text for piece in found if piece.kind == kind)


def cut(whole: str):
    """The text in parts, broken anywhere."""
    return st.lists(st.integers(0, len(whole)), max_size=8).map(
        lambda at: [whole[a:b] for a, b in zip([0, *sorted(at)], [*sorted(at), len(whole)], strict=True)]
    )


@given(cut("  UK staff have 27 days [1].\n\nAnd bank holidays [2]. "))
def test_a_plain_answer_is_only_trimmed(parts):
    assert run(parts) == ("", "UK staff have 27 days [1].\n\nAnd bank holidays [2].", "stop")


@given(cut("Passage 1 is for the UK.\nPassage 2 is not.\n\n**Answer:** **27** days [1].\nAnswer: again"))
def test_the_first_marker_divides_however_the_text_is_broken(parts):
    reasoning, answer, finish = run(parts, MARKED)
    assert reasoning == "Passage 1 is for the UK.\nPassage 2 is not."
    assert answer == "**27** days [1].\nAnswer: again"
    assert finish == "stop"


@given(cut("It is 27 [1]. Answer: 27 days [1]."))
def test_the_marker_may_stand_within_a_line(parts):
    assert run(parts, MARKED) == ("It is 27 [1].", "27 days [1].", "stop")


@given(cut("Passage 1 says so.\nIt holds.\n\n**Answer**: **27** days [1]."))
def test_a_marker_whose_emphasis_ends_before_its_colon(parts):
    assert run(parts, MARKED) == ("Passage 1 says so.\nIt holds.", "**27** days [1].", "stop")


@pytest.mark.parametrize("marker", ["Answer\uff1a", "Answer :", "**Answer\uff1a**", "**Answer\u00a0:**"])
def test_a_marker_with_the_colon_of_another_language(marker):
    assert run(list(f"P 1 says so.\n{marker} 27 days."), MARKED) == ("P 1 says so.", "27 days.", "stop")


def test_a_heading_and_a_bold_line_as_marker():
    assert run(["Thinking.\n\n## Answer:\n27 days."], MARKED)[:2] == ("Thinking.", "27 days.")
    assert run(["Thinking.\n\n**Answer: 27 days.**"], MARKED)[1] == "27 days.**"


@given(cut("27 days [1]."))
def test_one_line_without_marker_that_ended_is_the_answer(parts):
    assert run(parts, MARKED) == ("", "27 days [1].", "stop")


@given(cut("First I look.\nThen I find nothing more"))
def test_several_lines_without_marker_are_reasoning_without_answer(parts):
    assert run(parts, MARKED) == ("First I look.\nThen I find nothing more", "", "stop")


def test_one_line_that_was_cut_off_is_reasoning(caplog):
    with caplog.at_level(logging.WARNING):
        assert run(["I look at the pass"], MARKED, "length") == ("I look at the pass", "", "length")
    assert "wrote no 'Answer:'" in caplog.text


def test_reasoning_streams_before_the_marker_comes():
    stream = separate(pieces(["One line.", "\nTwo lines.", "\nAns", "wer: 27"]), MARKED)
    assert next(stream) == Piece("One line.\nTwo lines.", "reasoning")
    assert next(stream) == Piece("27")


@given(cut("<think>Is it 27?\n</think>\n\n27 days."))
def test_a_think_block_is_reasoning(parts):
    assert run(parts) == ("Is it 27?", "27 days.", "stop")


def test_a_think_block_before_a_marker_and_one_that_never_closes():
    assert run(["<think>Hm</think>Well.\nSo\nAnswer: 27"], MARKED) == ("HmWell.\nSo", "27", "stop")
    assert run(["<think>Hm, hm"], PLAIN, "length") == ("Hm, hm", "", "length")
    assert run(["<thin ice"]) == ("", "<thin ice", "stop")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Is it 27?\nIt is.\n</think>\n\n27 days.", ("Is it 27?\nIt is.", "27 days.")),
        ("It is.</think>\n27 days.", ("It is.", "27 days.")),
        ("</think>27 days.", ("", "27 days.")),
        ("It is.\n</think>", ("It is.", "")),
        ("The model ends its thoughts by </think> alone.", ("", "The model ends its thoughts by </think> alone.")),
        ("<think>\nHm.\n</think>\nSo", ("", "<think>\nHm.\n</think>\nSo")),
    ],
)
def test_thoughts_that_nothing_opened_are_found_in_the_whole(written, found):
    assert parted(written) == found


@pytest.mark.parametrize("part", ["word ", "**", "\n"])
def test_a_line_that_never_ends_costs_each_token_the_same(part):
    begun = time.process_time()
    assert run(["Hm", *[part] * 60_000], MARKED, "length")[1:] == ("", "length")
    assert time.process_time() - begun < 10


def test_reasoning_of_the_server_passes_by():
    assert run([Piece("Hm.", "reasoning"), "27"], MARKED) == ("Hm.", "27", "stop")


@given(cut('```json\n{"reasoning": "P 1 says\nso.", "answer": "27 days [1]."}\n```'))
def test_the_answer_of_an_object(parts):
    assert run(parts, JSON) == ("P 1 says\nso.", "27 days [1].", "stop")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ('{"answer": 27}', ("", "27", "stop")),
        ('{"answer": null, "reasoning": "none"}', ("none", "", "abstain")),
        ('{"reasoning": "r", "answer": "The documents do not tell."}', ("r", "", "abstain")),
        ('{"answer": ["27", "or 28.", 3]}', ("", "27\nor 28.\n3", "stop")),
        ('{"reasoning": "x", "answer": true}', ("x", "Yes.", "stop")),
        ('{"answer": false}', ("", "No.", "stop")),
        ('{"answer": []}', ("", "", "abstain")),
        ('{"answer": {"days": 27}}', ("", '{"answer": {"days": 27}}', "stop")),
        ('{"answer": [["27"]]}', ("", '{"answer": [["27"]]}', "stop")),
        ('{"answr": "27"}', ("", '{"answr": "27"}', "stop")),
        ("27 days.", ("", "27 days.", "stop")),
        ('By {x} of passage 1: {"answer": "27 days."} So {y}.', ("", "27 days.", "stop")),
        ('{"reasoning": "r"}\n{"answer": "27 days."}', ("", "27 days.", "stop")),
        ('{"answer": NaN}', ("", "", "abstain")),
        ("{" * 5000 + "}" * 5000, ("", "{" * 5000 + "}" * 5000, "stop")),
    ],
)
def test_objects_that_are_not_as_asked(written, found):
    assert run([written], JSON) == found


@given(cut('The form is {"reasoning": "...", "answer": "the answer"}.\n</think>\n\n{"answer": "27 days"}'))
def test_an_object_within_thoughts_that_nothing_opened_is_not_the_answer(parts):
    thought = 'The form is {"reasoning": "...", "answer": "the answer"}.'
    assert run(parts, JSON) == (f"{thought}\n", "27 days", "stop")


def test_a_broken_object_is_logged_and_a_cut_one_gives_no_answer(caplog):
    with caplog.at_level(logging.WARNING):
        assert run(['{"reasoning": "P 1'], JSON, "length") == ('{"reasoning": "P 1', "", "length")
        polite = 'Here it is:\n```json\n{"reasoning": "P 1'
        assert run([polite], JSON, "length") == (polite, "", "length")
        assert run(['{"answer": "27'], JSON, "stop") == ("", '{"answer": "27', "stop")
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 3


@given(cut("The documents do not tell."))
def test_the_refusal_is_withheld_and_abstains(parts):
    assert run(parts) == ("", "", "abstain")


def test_a_refusal_after_the_marker_abstains():
    assert run(["Nothing about it.\nNo.\nAnswer: The documents do not tell."], MARKED)[1:] == ("", "abstain")


@pytest.mark.parametrize(
    "said",
    [
        "The documents do not tell",
        '"The documents do not tell."',
        "**The documents don't tell.** [1]",
        "The passages do not say how long the battery lasts.",
        "The provided documents do not contain the answer to this question.",
        "These passages don\u2019t mention whether dogs are allowed.",
        "I do not know.",
        "Unfortunately, the provided passages do not contain this information.",
        "I’m sorry, but the documents don't provide information about dogs. [1]",
        "Sorry, I cannot answer this question.",
        "I do not have specific information.",
        "I'm sorry but I don't have any specific knowledge about opening hours.",
        "Sorry, I do not have that information at the moment.",
        "The provided context doesn't include any details about version 2.1.0 of the app.",
        "There is no information on parking.",
        "There is no information that says how long leave is.",
        "I do not have enough information to determine the fee.",
        "Sorry, I do not have any enough sufficient specific details that would specify the fee.",
        "Unable to answer based on given passages.",
    ],
)
def test_variants_of_the_refusal(said):
    assert is_refusal(said)
    assert all(may_become_refusal(said[:end]) for end in range(len(said) + 1))
    assert run(list(said))[1:] == ("", "abstain")


@pytest.mark.parametrize(
    "said",
    [
        "The documents do not tell the customer that the order is late.",
        "The documents do not tell. However, leave is 27 days.",
        "The documents do not say how long it lasts, but the manual gives 18 months.",
        "The documents do not need a signature.",
        "Doctors do not say.",
        "Unfortunately, the documents are kept for seven years.",
        "Unfortunately, the documents do not say how long, but the manual gives 18 months.",
        "The documents do not provide information technology.",
        "The documents are kept for seven years.",
        "I do not have a dog.",
        "There is no information desk in the hall.",
        "I do not have specific information, although leave is 27 days elsewhere.",
        'I do not have information about "The Office." However, it was popular.',
        "There is no information to be disclosed under this agreement.",
        "There is no information that must be kept secret.",
        "There is no information about prices except that adults pay 5 euros.",
        "The documents do not say when it opens, only that the fee is 5 euros.",
        "The documents do not say when it opens, yet the fee is 5 euros.",
        "The documents do not say when it opens, while the fee is 5 euros.",
        "The document does not provide information on fees \u2014 they are 5 euros.",
        "The document does not provide information on fees - they are 5 euros.",
        "The context does not specify if it is 5 euros (it is 7).",
        "The context does not specify if it is dear (it is free).",
    ],
)
def test_what_only_begins_like_a_refusal_is_an_answer(said):
    assert not is_refusal(said)
    assert run(list(said)) == ("", said, "stop")


def test_an_answer_streams_as_soon_as_it_cannot_be_a_refusal():
    stream = separate(pieces(["The ", "documents", " are", " kept"]), PLAIN)
    assert next(stream) == Piece("The documents are")
    assert next(stream) == Piece(" kept")


def test_white_space_is_not_looked_through_from_each_place(monkeypatch):
    looked_at = []
    kept = refusal._normal
    monkeypatch.setattr(refusal, "_normal", lambda text: looked_at.append(len(text)) or kept(text))
    assert run([" \n"] * 500 + ["Leave", " is long."]) == ("", "Leave is long.", "stop")
    assert max(looked_at) <= len("Leave is")
    assert not may_become_refusal(f"Leave{' ' * 200_000}[")


def test_nothing_at_all_is_an_empty_answer():
    assert run([]) == ("", "", "stop")
    assert run([" \n"], MARKED) == ("", "", "stop")


@given(st.text(), st.sampled_from([PLAIN, MARKED, JSON]), st.sampled_from(["stop", "length"]))
def test_no_text_is_lost_or_made_up(written, prompt, finish):
    reasoning, answer, ending = run([written], prompt, finish)
    if ending == "abstain":
        assert answer == ""
    elif not any(mark in written for mark in ("Answer:", "{", "<think>")):
        assert (reasoning + answer).strip() == written.strip()


@pytest.mark.parametrize(("prompt", "written"), [(PLAIN, "The documents"), (JSON, '{"answer": "The documents"}')])
def test_a_generator_that_does_not_say_that_it_ended_loses_nothing(prompt, written):
    found = list(separate(iter([Piece(written, usage=Usage(3, 4), confidence=0.5)]), prompt))
    assert text(found, "answer") == "The documents"
    assert found[-1] == Piece(usage=Usage(3, 4), finish="stop", confidence=0.5)


def test_closing_the_stream_closes_its_source():
    source = pieces(["a", "b"])
    stream = separate(source, PLAIN)
    next(stream)
    stream.close()
    with pytest.raises(StopIteration):
        next(source)

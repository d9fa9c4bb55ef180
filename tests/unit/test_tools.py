"""The small models as tools: every offset holds, whatever comes in."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ragkit
from ragkit import config
from ragkit.errors import ModelError, UsageError
from ragkit.tools import ANSWERABLE, AnswerVerifier, answer_verifier, span_reader
from ragkit.types import Evidence, SpanAnswer, Support

GERMANY = "Employees in Germany have 30 days of annual leave a year."
CANADA = "Employees in Canada have 22 days of annual leave a year."
SICK = """To report sick:

1. Tell your manager before ten o'clock.
2. Get a certificate on the third day.
3. Send it to the office.
"""
QUESTION = "How many days of annual leave do employees in Canada have?"

texts = st.text(max_size=40) | st.sampled_from([GERMANY, CANADA, SICK, "", " \n", "你好世界", "\x00\u200b", "é" * 5])


def holds(found: SpanAnswer, passages: list[str]) -> None:
    if found.passage is None:
        assert (passages, found.text, found.start, found.end) == ([], "", 0, 0)
    else:
        assert found.text == passages[found.passage][found.start : found.end]
    assert 0 <= found.score <= 1
    assert found.answerable == (found.score >= ANSWERABLE)
    assert bool(found.sentences) == found.answerable
    assert [each.score for each in found.sentences] == sorted((e.score for e in found.sentences), reverse=True)
    for each in found.sentences:
        assert passages[each.passage][each.start : each.end].strip()


def test_the_best_span_of_all_passages_and_its_sentence() -> None:
    found = ragkit.read_passages(QUESTION, [GERMANY, CANADA])
    assert ("22" in found.text, found.passage, found.answerable) == (True, 1, True)
    (sentence,) = found.sentences
    assert (sentence.passage, sentence.start, sentence.end) == (1, 0, len(CANADA))
    holds(found, [GERMANY, CANADA])


def test_a_procedure_has_several_sentences() -> None:
    found = ragkit.read_passages("How do I report sick?", [GERMANY, SICK])
    said = [SICK[each.start : each.end] for each in found.sentences]
    assert {each.passage for each in found.sentences} == {1}
    assert any("manager" in text for text in said)
    assert len(said) > 1


def test_what_is_not_answered_has_a_span_and_no_sentence() -> None:
    found = ragkit.read_passages("Who won the world cup in 1966?", [GERMANY, CANADA])
    assert found.text
    assert not found.answerable
    holds(found, [GERMANY, CANADA])


@given(texts, st.lists(texts, max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_reading_holds(question: str, passages: list[str]) -> None:
    found = span_reader(config.Settings()).read([(question, passages)])[0]
    holds(found, passages)
    if any(text.strip() and text.isascii() and text.isalpha() for text in passages):
        assert found.text


def test_several_questions_at_once_read_as_one_by_one() -> None:
    reader = span_reader(config.Settings())
    asked = [(QUESTION, [GERMANY, CANADA]), ("", [SICK]), ("How do I report sick?", [SICK] * 3), ("x", [])]
    together = reader.read(asked)
    for pair, found in zip(asked, together, strict=True):
        (alone,) = reader.read([pair])
        assert (alone.text, alone.passage, alone.start) == (found.text, found.passage, found.start)
        assert alone.score == pytest.approx(found.score, abs=0.02)


def test_a_question_that_asks_nothing_is_not_answered() -> None:
    found = ragkit.read_passages("  ", [GERMANY])
    assert (found.score, found.answerable, found.sentences) == (0.0, False, ())
    assert found.text


def test_of_a_very_long_question_the_end_counts() -> None:
    found = ragkit.read_passages("hello " * 20_000 + QUESTION, [GERMANY, CANADA])
    assert "22" in found.text


class Scripted:
    """Supports what has no 7 in it, and marks each 7."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def verify(self, claims: list[str], passages: list[str], question: str = "") -> list[Support]:
        self.seen += claims
        return [
            Support("supported", 0.5, Evidence(0, 0, 3, 0.5))
            if "7" not in claim
            else Support("unsupported", 0.25, None, tuple((n, n + 1) for n, c in enumerate(claim) if c == "7"))
            for claim in claims
        ]


def test_markers_are_tolerated_and_offsets_are_those_of_the_answer() -> None:
    answer = "It is so [1]. From 7 [1] to 7 [2, 1] it is not [1]. [2]"
    verifier = Scripted()
    checked = AnswerVerifier(verifier).check(answer, ["one passage", "two passages"])
    assert verifier.seen == ["It is so.", "From 7 to 7 it is not."]
    first, second = checked.claims
    assert (first.text, first.verdict) == ("It is so [1].", "supported")
    assert second.text == answer[second.start : second.end] == "From 7 [1] to 7 [2, 1] it is not [1]."
    assert [answer[start:end] for start, end in second.unsupported_spans] == ["7", "7"]
    assert (checked.supported, checked.score) == (False, 0.125)


def test_an_answer_is_supported_when_each_sentence_is() -> None:
    assert AnswerVerifier(Scripted()).check("So. And so.", ["xyz"]).supported
    nothing = AnswerVerifier(Scripted()).check(" [1] ... ", ["xyz"])
    assert (nothing.supported, nothing.score, nothing.claims) == (False, 0.0, ())


def test_the_verifier_of_the_settings_tells_true_from_false() -> None:
    good = ragkit.verify_answer("Employees in Canada have 22 days of annual leave [1].", [GERMANY, CANADA])
    assert good.supported
    assert good.claims[0].evidence is not None
    assert good.claims[0].evidence.passage == 1
    bad = ragkit.verify_answer("Employees in Canada have 45 days of annual leave.", [GERMANY, CANADA], QUESTION)
    assert not bad.supported
    assert bad.score < good.score


@pytest.mark.parametrize("verifier", ["lexical", "trained"])
@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The storage temperature is 20 °C for all samples.", "The storage temperature is -20 °C for all samples."),
        ("The valve opens above 5 bar.", "The valve opens below 5 bar."),
        ("Leave is at least 27 days.", "Leave is at most 27 days."),
        ("It costs $5.", "It costs €5."),
        ("20 °C is the storage temperature.", "-20 °C is the storage temperature."),
    ],
)
def test_what_reads_alike_and_says_the_opposite_is_contradicted(verifier: str, claim: str, passage: str) -> None:
    assert ragkit.verify_answer(passage, [passage], verifier=verifier).supported
    (found,) = ragkit.verify_answer(claim, [passage], verifier=verifier).claims
    assert (found.verdict, found.evidence) == ("contradicted", None)
    assert found.score < 0.2


@given(st.text(alphabet="ab 7.[]12,\n-", max_size=60), st.lists(texts, max_size=3))
@settings(max_examples=40, deadline=None)
def test_every_claim_stands_where_it_says(answer: str, passages: list[str]) -> None:
    checked = answer_verifier(config.Settings()).check(answer, passages)
    for claim in checked.claims:
        assert claim.text == answer[claim.start : claim.end]
        assert all(claim.start <= start <= end <= claim.end for start, end in claim.unsupported_spans)
        assert 0 <= claim.score <= 1
        if claim.evidence is not None:
            assert 0 <= claim.evidence.start < claim.evidence.end <= len(passages[claim.evidence.passage])


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UsageError, match="one text"):
        ragkit.read_passages("x", "a passage")
    with pytest.raises(UsageError, match="One of the passages is int"):
        ragkit.verify_answer("x", [7])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="surrogate"):
        ragkit.read_passages("\ud800", ["x"])
    with pytest.raises(UsageError, match="answer is NoneType"):
        ragkit.verify_answer(None, ["x"])  # type: ignore[arg-type]


def test_a_folder_that_holds_no_reader_is_refused(tmp_path: object) -> None:
    with pytest.raises(ModelError, match="There is no reader"):
        ragkit.read_passages("x", ["y"], reader=str(tmp_path))
